"""Finds people from outside an organization who administer one of its repositories."""

from __future__ import annotations

from muniment.checks.declaration import Each, Example, Unarchived, check
from muniment.evidence.github_repository import GithubRepository
from muniment.evidence.repository_grant import RepositoryGrant
from muniment.model.verdict import Fail, NotApplicable, Pass, Problem, Reason, Unknown

_REPOSITORY = GithubRepository(id=7, name="callisto/core")


def _given(id: int, permission: str, standing: str) -> RepositoryGrant:
    return RepositoryGrant(id=id, login=f"person-{id}-example", permission=permission, standing=standing)


@check(
    title="Outside collaborator administers the repository",
    severity="high",
    examples=(
        Example(
            name="Somebody from outside maintains it, a member administers it",
            asset="github:repo/callisto/core",
            given=(_REPOSITORY, _given(4801, "maintain", "outside"), _given(4711, "admin", "member")),
            expect=Pass,
        ),
        Example(
            name="Somebody from outside administers it",
            asset="github:repo/callisto/core",
            given=(_REPOSITORY, _given(4801, "admin", "outside"), _given(4711, "admin", "member")),
            expect=Fail,
            keys=("4801",),
        ),
        Example(
            name="Whether an administrator belongs to the organization was not seen",
            asset="github:repo/callisto/core",
            given=(_REPOSITORY, _given(4801, "admin", "")),
            expect=Unknown,
            reason=Reason.UNOBSERVABLE,
        ),
        Example(
            name="Some of the collaborators were seen, with no administrator from outside",
            asset="github:repo/callisto/core",
            given=(_REPOSITORY, _given(4801, "write", "outside")),
            partial=(RepositoryGrant,),
            expect=Unknown,
            reason=Reason.PARTIAL,
        ),
        Example(
            name="The repository is archived",
            asset="github:repo/callisto/old",
            given=(GithubRepository(id=8, name="callisto/old", archived=True),),
            expect=NotApplicable,
        ),
    ),
)
def outside_collaborator_administers(
    repository: Unarchived[GithubRepository], grant: Each[RepositoryGrant]
) -> Problem | Unknown | None:
    """Somebody who is no member of the organization is an administrator of the repository.

    ## What it does

    Looks at each account that the repository was given to by name as an administrator, and whether it is among the
    organization's outside collaborators.

    ## Why it matters

    An administrator can turn protections off, read and publish its advisories, add others, and delete the
    repository. The organization's owners see its members; those from outside are on no list that anybody reads.

    ## How to fix

    Make the person a member, if they are one of you. Otherwise give them `maintain` or `write`, which most work
    needs no more than, under the repository's settings, "Collaborators and teams".

    ## What is not judged

    What they may do below administration. Repositories that are archived.
    """
    if grant.permission != "admin" or grant.standing == "member":
        return None
    if grant.standing != "outside":
        return Unknown(Reason.UNOBSERVABLE, "whether some administrators belong to the organization was not seen")
    text = f"{grant.login}, no member, is an administrator: make them a member, or give them maintain or less"
    return Problem(text, cause=f"github:{grant.id}")
