"""Finds repositories that are not the ones that had the name before."""

from __future__ import annotations

from muniment.checks.declaration import Example, Some, check
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.github_identity import GithubIdentity
from muniment.evidence.github_repository import GithubRepository
from muniment.model.asset import Status
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Reason, Unknown, Verdict

_ASSET = "github:repo/callisto/core"
_FACE = GithubRepository(id=1, name="callisto/core")


@check(
    title="Repository is not the one that had its name before",
    severity="medium",
    statuses=(Status.OFFICIAL, Status.UNCLEAR, Status.ARCHIVED),
    examples=(
        Example(
            name="It is the one that it was",
            asset=_ASSET,
            given=(_FACE,),
            expect=Pass,
        ),
        Example(
            name="Its organization deleted it and made another one of the same name",
            asset=_ASSET,
            given=(GithubRepository(id=2, name="callisto/core"), GithubIdentity(id=1, answers=2)),
            expect=Fail,
        ),
        Example(
            name="It was seen by itself under another number, and what it says was not believed",
            asset=_ASSET,
            given=(_FACE, GithubIdentity(id=1, answers=2, refused=True)),
            expect=Fail,
        ),
        Example(
            name="Somebody wrote the new number into the register",
            asset=_ASSET,
            given=(GithubRepository(id=2, name="callisto/core"), GithubIdentity(id=2, answers=2)),
            expect=Pass,
        ),
        Example(
            name="It is gone",
            asset=_ASSET,
            given=(GithubIdentity(id=1, answers=0),),
            absent=(GithubRepository,),
            expect=NotApplicable,
        ),
        Example(
            name="Nobody ever saw its number",
            asset=_ASSET,
            unseen=((GithubRepository, Reason.UNREACHABLE),),
            expect=Unknown,
            reason=Reason.UNCOLLECTED,
        ),
    ),
)
def repository_made_anew(
    entry: DeclaredAsset, repository: Some[GithubRepository], identity: Some[GithubIdentity]
) -> Verdict:
    """GitHub answers to the repository's name with another number than the one it is known by.

    ## What it does

    Compares GitHub's number of the repository with `github-id` in its entry, or with the number that was believed
    first. In its organization's list another number is the organization's own doing: it is told, and believed. Of
    a repository that is asked about by itself nobody vouches for the other number: what it says is not believed.

    ## Why it matters

    A repository made anew has none of the rules, keys, issues and stars of the one before, and what was known of
    that one is not true of it. In a personal account, or after an account was renamed, it may be a stranger's.

    ## How to fix

    Ask who made it. If it is the project's, write its number into its entry as `github-id`, and look at its
    settings again. If it is not, correct the name in the register and what links to it.

    ## What is not judged

    Repositories that have a new name and still answer to the old one: `inventory/renamed` looks at those.
    """
    seen = next(iter(identity), None)
    if seen is None:
        return PASS if repository else Unknown(Reason.UNCOLLECTED, "its number was never seen")
    if seen.answers == 0:
        return NotApplicable("nothing answers to the name")
    if seen.answers == seen.id:
        return PASS
    known = "what it says is not believed" if seen.refused else "its organization made it anew"
    text = (
        f"GitHub's number {seen.answers} answers to {entry.asset}, which was {seen.id} before, and {known}: "
        "write the new number if it is yours"
    )
    return Fail((Problem(text, where=entry.where),))
