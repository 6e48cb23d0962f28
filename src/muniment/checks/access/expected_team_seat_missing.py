"""Finds people who were meant to be in a team on GitHub, and are not."""

from __future__ import annotations

from muniment.checks.declaration import All, Example, Unarchived, check
from muniment.checks.expectation import TEAM, expected, known_at, nameless
from muniment.evidence.declared_asset import DeclaredAsset, Holding
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.team_member import TeamMember
from muniment.model.asset import Status
from muniment.model.party import Account
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Reason, Unknown, Verdict
from muniment.register.inventory import Inventory

_ORG = GithubOrganization(id=1, login="callisto")
_ADA = TeamMember(team="docs", id=4711, login="ada-example")
_NOOR = TeamMember(team="docs", id=4712, login="noor-renamed")
_PEOPLE = (
    DeclaredParty(handle="ada", accounts=(Account("github", "ada-example"),)),
    DeclaredParty(handle="noor", github_id=4712, accounts=(Account("github", "noor-example"),)),
    DeclaredParty(handle="ines"),
)


def _written_by(*people: str) -> DeclaredAsset:
    return DeclaredAsset(
        asset="github:org/callisto",
        status=Status.OFFICIAL,
        reason="the project's",
        holders=(Holding("team-docs", people),),
    )


@check(
    title="Expected member of a team is not in it",
    severity="low",
    examples=(
        Example(
            name="Everybody who is expected is in the team",
            asset="github:org/callisto",
            given=(_ORG, _ADA, _NOOR),
            register=(_written_by("ada", "noor"), *_PEOPLE),
            expect=Pass,
        ),
        Example(
            name="One of two is not",
            asset="github:org/callisto",
            given=(_ORG, _NOOR),
            register=(_written_by("ada", "noor"), *_PEOPLE),
            expect=Fail,
            keys=("docs/ada",),
        ),
        Example(
            name="Somebody is not there in a list that was not read to its end",
            asset="github:org/callisto",
            given=(_ORG, _NOOR),
            partial=(TeamMember,),
            register=(_written_by("ada", "noor"), *_PEOPLE),
            expect=Unknown,
            reason=Reason.PARTIAL,
        ),
        Example(
            name="The register does not say by which account somebody goes",
            asset="github:org/callisto",
            given=(_ORG, _NOOR),
            register=(_written_by("ines", "noor"), *_PEOPLE),
            expect=Unknown,
            reason=Reason.UNDECLARED,
        ),
        Example(
            name="The register names no team",
            asset="github:org/callisto",
            given=(_ORG, _ADA),
            register=_PEOPLE,
            expect=NotApplicable,
        ),
    ),
)
def expected_team_seat_missing(
    organization: Unarchived[GithubOrganization],
    seats: All[TeamMember],
    entry: DeclaredAsset,
    inventory: Inventory,
) -> Verdict:
    """The register names somebody as a member of a team on GitHub, and they are not in it.

    ## What it does

    For each role `team-SLUG` in the entry's `holders`, looks whether each person named there is in the
    organization's team `SLUG`, themselves or through a team below it. It needs every member of every team, which
    only an owner sees where a team is secret.

    ## Why it matters

    Whoever is counted on has to be able to act. A team that has no member who still looks after it looks from
    outside like one that has.

    ## How to fix

    Ask a maintainer of the team to add the person, or correct the entry's `holders`.

    ## What is not judged

    Whether there is such a team: if there is none, everybody is missing from it. People whose account on GitHub the
    register does not name. Organizations that are archived on GitHub.
    """
    wanted = {role: people for role, people in expected(entry, inventory).items() if role.startswith(TEAM)}
    if not wanted:
        return NotApplicable("the register names no team")
    held = {(f"{TEAM}{s.team}".casefold(), inventory.person_at_github(s.id, s.login)) for s in seats}
    missing = [(role, p) for role, people in wanted.items() for p in sorted(people) if (role, p) not in held]
    unnamed = {person for _, person in missing if not known_at("github", person, inventory)}
    problems = tuple(
        Problem(
            f"{person} is expected in the team {role.removeprefix(TEAM)} and is not in it: add them, or correct "
            "holders",
            key=f"{role.removeprefix(TEAM)}/{person}",
            where=entry.where,
        )
        for role, person in missing
        if person not in unnamed
    )
    if problems:
        return Fail(problems, exhaustive=not unnamed)
    return Unknown(Reason.UNDECLARED, nameless("github", unnamed)) if unnamed else PASS
