"""Finds members of an organization who were given a repository by name, and not through a team."""

from __future__ import annotations

from muniment.checks.declaration import Each, Example, Unarchived, check
from muniment.evidence.github_repository import GithubRepository
from muniment.evidence.repository_grant import RepositoryGrant
from muniment.model.verdict import Fail, NotApplicable, Pass, Problem, Reason, Unknown

_REPOSITORY = GithubRepository(id=7, name="callisto/core")


def _given(id: int, permission: str, standing: str) -> RepositoryGrant:
    return RepositoryGrant(id=id, login=f"person-{id}-example", permission=permission, standing=standing)


@check(
    title="Member was given the repository by name",
    severity="low",
    examples=(
        Example(
            name="Somebody from outside was, who can be in no team; a member only reads",
            asset="github:repo/callisto/core",
            given=(_REPOSITORY, _given(4801, "write", "outside"), _given(4711, "read", "member")),
            expect=Pass,
        ),
        Example(
            name="A member was",
            asset="github:repo/callisto/core",
            given=(_REPOSITORY, _given(4801, "write", "outside"), _given(4711, "write", "member")),
            expect=Fail,
            keys=("4711",),
        ),
        Example(
            name="Whether the account belongs to the organization was not seen",
            asset="github:repo/callisto/core",
            given=(_REPOSITORY, _given(4711, "write", "")),
            expect=Unknown,
            reason=Reason.UNOBSERVABLE,
        ),
        Example(
            name="Some of the collaborators were seen, with no such grant",
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
def direct_grant_outside_teams(
    repository: Unarchived[GithubRepository], grant: Each[RepositoryGrant]
) -> Problem | Unknown | None:
    """A member of the organization may do more than read the repository, and it was given to them by name.

    ## What it does

    Looks at each account that the repository was given to by name, and whether the organization's lists have it as
    a member. What a team gives is not looked at, nor what everybody may do.

    ## Why it matters

    A list of teams is short enough to be read once a year. What single people were given stands on a page of its
    own in every repository, and stays when they leave the team.

    ## How to fix

    Put the person into the team that looks after the repository, and remove the grant under the repository's
    settings, "Collaborators and teams".

    ## What is not judged

    Accounts from outside, who can be in no team: `repositories/outside-collaborator-administers`. Whether the
    person ought to have it at all: `repositories/grant-not-expected`. Repositories that are archived.
    """
    if grant.permission == "read" or grant.standing == "outside":
        return None
    if grant.standing != "member":
        return Unknown(Reason.UNOBSERVABLE, "whether some accounts belong to the organization was not seen")
    text = f"{grant.login} was given {grant.permission} by name: put them into a team that has it, or remove it"
    return Problem(text, cause=f"github:{grant.id}")
