"""Finds accounts in a team on GitHub that the register does not expect there."""

from __future__ import annotations

from muniment.checks.declaration import All, Example, Unarchived, check
from muniment.checks.expectation import TEAM, expected
from muniment.evidence.declared_asset import DeclaredAsset, Holding
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.team_member import TeamMember
from muniment.model.asset import Status
from muniment.model.party import Account
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Reason, Unknown, Verdict
from muniment.register.inventory import Inventory

_ORG = GithubOrganization(id=1, login="callisto")
_ADA = TeamMember(team="docs", id=4711, login="ada-example", role="maintainer")
_REGISTER = (
    DeclaredAsset(
        asset="github:org/callisto",
        status=Status.OFFICIAL,
        reason="the project's",
        holders=(Holding("team-docs", ("writers",)),),
    ),
    DeclaredParty(handle="ada", accounts=(Account("github", "ada-example"),)),
    DeclaredParty(handle="noor", github_id=4712, accounts=(Account("github", "noor-example"),)),
    DeclaredParty(handle="writers", members=("ada",)),
)


@check(
    title="Member of a team is not expected",
    severity="medium",
    controls=("OSPS-GV-01.01",),
    examples=(
        Example(
            name="Those in the team are expected; a team that the register does not name is nobody's business",
            asset="github:org/callisto",
            given=(_ORG, _ADA, TeamMember(team="picnic", id=4712, login="noor-example")),
            register=_REGISTER,
            expect=Pass,
        ),
        Example(
            name="Somebody is in the team whom nobody expects there",
            asset="github:org/callisto",
            given=(_ORG, _ADA, TeamMember(team="docs", id=4712, login="noor-example")),
            register=_REGISTER,
            expect=Fail,
            keys=("docs/4712",),
        ),
        Example(
            name="A member of the organization does not see the secret teams",
            asset="github:org/callisto",
            given=(_ORG, _ADA),
            partial=(TeamMember,),
            register=_REGISTER,
            expect=Unknown,
            reason=Reason.PARTIAL,
        ),
        Example(
            name="The register names no team",
            asset="github:org/callisto",
            given=(_ORG, _ADA),
            register=_REGISTER[1:],
            expect=NotApplicable,
        ),
    ),
)
def team_seat_not_expected(
    organization: Unarchived[GithubOrganization],
    seats: All[TeamMember],
    entry: DeclaredAsset,
    inventory: Inventory,
) -> Verdict:
    """An account is in a team on GitHub whose members the register names, and it is not one of them.

    ## What it does

    For each role `team-SLUG` in the entry's `holders`, compares those who are in the organization's team `SLUG`,
    themselves or through a team below it, with the people who are named. An account that the register does not know
    is not expected.

    ## Why it matters

    A team gives everybody in it what the team was given, in every repository. Somebody who was let in to see one of
    them has the others, too.

    ## How to fix

    Take the account out of the team, or add the person to the entry's `holders`.

    ## What is not judged

    Teams that the entry's `holders` do not name. Organizations that are archived on GitHub.
    """
    wanted = {role: people for role, people in expected(entry, inventory).items() if role.startswith(TEAM)}
    if not wanted:
        return NotApplicable("the register names no team")
    problems = []
    for seat in seats:
        people = wanted.get(f"{TEAM}{seat.team}".casefold())
        person = inventory.person_at_github(seat.id, seat.login)
        if people is None or person in people:
            continue
        text = (
            f"{seat.login} ({person or 'nobody of the register'}) is in the team {seat.team} and not expected: "
            "take them out of it, or add them to holders"
        )
        problems.append(Problem(text, key=f"{seat.team}/{seat.id}", cause=f"github:{seat.id}", where=entry.where))
    return Fail(tuple(problems)) if problems else PASS
