"""Finds declared names on GitHub that are not what the thing is called any more."""

from __future__ import annotations

from muniment.checks.declaration import Example, NotKept, check
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.github_repository import GithubRepository
from muniment.model.asset import GITHUB_ORG, GITHUB_REPO
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Reason, Unknown, Verdict


@check(
    title="Declared name leads to another one",
    severity="medium",
    families=(GITHUB_ORG, GITHUB_REPO),
    examples=(
        Example(
            name="The repository answers to the declared name",
            asset="github:repo/callisto/core",
            given=(GithubRepository(id=1, name="Callisto/core"),),
            expect=Pass,
        ),
        Example(
            name="The repository has moved",
            asset="github:repo/callisto/core",
            given=(GithubRepository(id=1, name="callisto-hub/core", renamed_from="github:repo/callisto/core"),),
            expect=Fail,
        ),
        Example(
            name="The organization has a new name",
            asset="github:org/callisto",
            given=(GithubOrganization(id=1, login="callisto-hub", renamed_from="callisto"),),
            expect=Fail,
        ),
        Example(
            name="The organization does not exist at all",
            asset="github:org/callisto",
            absent=(GithubOrganization,),
            expect=NotApplicable,
        ),
        Example(
            name="GitHub did not answer",
            asset="github:repo/callisto/core",
            unseen=((GithubRepository, Reason.UNREACHABLE),),
            expect=Unknown,
            reason=Reason.UNREACHABLE,
        ),
    ),
)
def renamed(
    entry: DeclaredAsset, organization: GithubOrganization | NotKept, repository: GithubRepository | NotKept
) -> Verdict:
    """GitHub answers to the declared name with another one.

    ## What it does

    Fails where asking for a declared organization or repository leads to one of another name. Case does not count.

    ## Why it matters

    GitHub forwards a former name until somebody takes it. Then every link, badge, submodule and install instruction
    that still uses it leads to them.

    ## How to fix

    Put the new name into the register, and into whatever links to the old one. For an organization, hold the old
    name by making an empty organization of it.

    ## What is not judged

    Links in packages and pages that use the former name.
    """
    if isinstance(organization, GithubOrganization):
        before, now = organization.renamed_from, f"{GITHUB_ORG}/{organization.login}"
    elif isinstance(repository, GithubRepository):
        before, now = repository.renamed_from, f"{GITHUB_REPO}/{repository.name}"
    else:
        return NotApplicable("it is not on GitHub")
    if not before:
        return PASS
    text = f"{entry.asset} is {now} now: correct the register and the links, and hold the old name if you can"
    return Fail((Problem(text, where=entry.where),))
