"""Finds repositories that nobody declared by name and that had another one until lately."""

from __future__ import annotations

from datetime import date, timedelta

from muniment.checks.declaration import Example, Some, Today, check
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.github_repository import GithubRepository
from muniment.evidence.repository_move import RepositoryMove
from muniment.model.verdict import PASS, Fail, Pass, Problem, Reason, Unknown, Verdict
from muniment.register.inventory import parent_of

TOLD_FOR = timedelta(days=30)
"""How long it is told that a repository had another name."""

_ASSET = "github:repo/callisto/core"
_FACE = GithubRepository(id=1, name="callisto/core")


@check(
    title="Repository was renamed, or moved between organizations",
    severity="low",
    examples=(
        Example(
            name="It was never seen under another name",
            asset=_ASSET,
            given=(_FACE,),
            expect=Pass,
        ),
        Example(
            name="The same number was seen in another organization",
            asset=_ASSET,
            given=(
                _FACE,
                RepositoryMove(id=1, before="github:repo/callisto-attic/core", since=date(2026, 2, 20)),
            ),
            expect=Fail,
            keys=("github:repo/callisto-attic/core",),
        ),
        Example(
            name="That was noticed more than thirty days ago",
            asset=_ASSET,
            given=(_FACE, RepositoryMove(id=1, before="github:repo/callisto/kern", since=date(2026, 1, 4))),
            expect=Pass,
        ),
        Example(
            name="GitHub did not answer",
            asset=_ASSET,
            unseen=((GithubRepository, Reason.UNREACHABLE),),
            expect=Unknown,
            reason=Reason.UNREACHABLE,
        ),
    ),
)
def moved(entry: DeclaredAsset, repository: GithubRepository, move: Some[RepositoryMove], today: Today) -> Verdict:
    """A repository that rules or its organization's entry speak for was seen under another name before.

    ## What it does

    Compares GitHub's numbers of the repositories in the organizations' lists with those seen earlier. A number that
    stands under a new name, in the same organization or in another one that the register declares, is told for
    thirty days from when it was noticed.

    ## Why it matters

    Other rules may speak for it now, so that it has another status or subproject than before. GitHub forwards the
    former name until somebody takes it; then every link that still uses it leads to them.

    ## How to fix

    See what is said of it now with `muniment explain`, correct rules that named it and links that lead to the old
    name. There is nothing else to do: it is told once, and ends by itself.

    ## What is not judged

    Repositories with an entry of their own: `inventory/renamed` looks at those. Those that moved to an organization
    which the register does not declare: nobody looks there.
    """
    problems = tuple(
        Problem(
            f"was {seen.before} until {seen.since} or before, and {_how(seen.before, entry.asset)} {entry.asset}: "
            "see whether the rules still say what is true of it, and correct the links",
            key=seen.key,
        )
        for seen in move
        if seen.id == repository.id and today <= seen.since + TOLD_FOR
    )
    return Fail(problems) if problems else PASS


def _how(before: str, now: str) -> str:
    return "is now" if parent_of(before) == parent_of(now) else "has moved to"
