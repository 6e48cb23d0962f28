"""Finds repositories that the register declares and GitHub does not have."""

from __future__ import annotations

from muniment.checks.declaration import Absent, Example, check
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.github_repository import GithubRepository
from muniment.model.verdict import PASS, Fail, Pass, Problem, Reason, Unknown, Verdict


@check(
    title="Declared repository does not exist",
    severity="medium",
    examples=(
        Example(
            name="GitHub has it",
            asset="github:repo/callisto/core",
            given=(GithubRepository(id=1, name="callisto/core"),),
            expect=Pass,
        ),
        Example(
            name="An owner sees that there is none",
            asset="github:repo/callisto/lost",
            absent=(GithubRepository,),
            expect=Fail,
        ),
        Example(
            name="A stranger is not told whether there is one",
            asset="github:repo/callisto/lost",
            unseen=((GithubRepository, Reason.UNOBSERVABLE),),
            expect=Unknown,
            reason=Reason.UNOBSERVABLE,
        ),
    ),
)
def declared_repository_gone(entry: DeclaredAsset, repository: GithubRepository | Absent) -> Verdict:
    """The register declares a repository, and GitHub answers somebody who would see it that there is none.

    ## What it does

    Fails on proof alone: the answer to an owner of the organization, beside a complete list. To everybody else
    GitHub answers the same whether a repository is gone or not theirs to see, and that gives Unknown.

    ## Why it matters

    Links, manifests and instructions still lead to the name. Whoever may make repositories in that place can put
    something else there.

    ## How to fix

    If it was renamed or moved, correct the register. If it was deleted, remove it from the register and from
    whatever links to it.

    ## What is not judged

    Repositories that moved and still answer: `inventory/renamed` looks at those.
    """
    if isinstance(repository, Absent):
        text = f"{entry.asset} is declared {entry.status} and does not exist: correct the register and the links"
        return Fail((Problem(text, where=entry.where),))
    return PASS
