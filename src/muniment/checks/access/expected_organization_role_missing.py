"""Finds people who were meant to hold one of an organization's own roles, and do not."""

from __future__ import annotations

from muniment.checks.declaration import All, Example, Unarchived, check
from muniment.checks.expectation import TEAM, expected, known_at, nameless, spelt
from muniment.evidence.declared_asset import DeclaredAsset, Holding
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.organization_role_holder import OrganizationRoleHolder
from muniment.evidence.team_member import TeamMember
from muniment.model.asset import Status
from muniment.model.party import Account
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Reason, Unknown, Verdict
from muniment.register.inventory import Inventory

_ORG = GithubOrganization(id=1, login="callisto")
_BY_TEAM = OrganizationRoleHolder(role="security_manager", team="security")
_NOOR = TeamMember(team="security", id=4712, login="noor-example")
_PEOPLE = (
    DeclaredParty(handle="ada", accounts=(Account("github", "ada-example"),)),
    DeclaredParty(handle="noor", github_id=4712, accounts=(Account("github", "noor-example"),)),
    DeclaredParty(handle="ines"),
)


def _managed_by(*people: str) -> DeclaredAsset:
    holders = (Holding("owner", ("ada",)), Holding("security-manager", people))
    return DeclaredAsset(
        asset="github:org/callisto", status=Status.OFFICIAL, reason="the project's", holders=holders
    )


@check(
    title="Expected holder of an organization's role does not hold it",
    severity="low",
    examples=(
        Example(
            name="The role is held through a team",
            asset="github:org/callisto",
            given=(_ORG, _BY_TEAM, _NOOR),
            register=(_managed_by("noor"), *_PEOPLE),
            expect=Pass,
        ),
        Example(
            name="One of two who are expected is not in the team",
            asset="github:org/callisto",
            given=(_ORG, _BY_TEAM, _NOOR),
            register=(_managed_by("ada", "noor"), *_PEOPLE),
            expect=Fail,
            keys=("security-manager/ada",),
        ),
        Example(
            name="Somebody is not there in a list that was not read to its end",
            asset="github:org/callisto",
            given=(_ORG, _BY_TEAM, _NOOR),
            partial=(TeamMember,),
            register=(_managed_by("ada", "noor"), *_PEOPLE),
            expect=Unknown,
            reason=Reason.PARTIAL,
        ),
        Example(
            name="Only an owner is told who holds roles",
            asset="github:org/callisto",
            given=(_ORG, _NOOR),
            unseen=((OrganizationRoleHolder, Reason.DENIED),),
            register=(_managed_by("noor"), *_PEOPLE),
            expect=Unknown,
            reason=Reason.DENIED,
        ),
        Example(
            name="The register does not say by which account somebody goes",
            asset="github:org/callisto",
            given=(_ORG, _BY_TEAM, _NOOR),
            register=(_managed_by("ines"), *_PEOPLE),
            expect=Unknown,
            reason=Reason.UNDECLARED,
        ),
        Example(
            name="The register expects nobody in such a role",
            asset="github:org/callisto",
            given=(_ORG, _BY_TEAM, _NOOR),
            register=_PEOPLE,
            expect=NotApplicable,
        ),
    ),
)
def expected_organization_role_missing(
    organization: Unarchived[GithubOrganization],
    holders: All[OrganizationRoleHolder],
    seats: All[TeamMember],
    entry: DeclaredAsset,
    inventory: Inventory,
) -> Verdict:
    """The register's `holders` name somebody for one of the organization's own roles, and they do not have it.

    ## What it does

    For each role in the entry's `holders` but `owner`, `member` and seats in teams, looks whether each person named
    there has it, by name or through a team on GitHub. It needs every holder and every member of a team.

    ## Why it matters

    A security manager who is none finds out when a report has come in, and cannot open it.

    ## How to fix

    Ask an owner to give the role to the person, or to the team that they are in; or correct the entry's `holders`.

    ## What is not judged

    Owners and members: `access/expected-member-missing`. Seats in teams: `access/expected-team-seat-missing`.
    People whose account on GitHub the register does not name. Organizations that are archived on GitHub.
    """
    wanted = {
        role: people
        for role, people in expected(entry, inventory).items()
        if role not in ("owner", "member") and not role.startswith(TEAM)
    }
    if not wanted:
        return NotApplicable("the register expects nobody in such a role")
    held: set[tuple[str, str | None]] = set()
    for holder in holders:
        if not holder.team:
            held.add((spelt(holder.role), inventory.person_at_github(holder.id, holder.login)))
        for seat in seats if holder.team else ():
            if seat.team == holder.team:
                held.add((spelt(holder.role), inventory.person_at_github(seat.id, seat.login)))
    missing = [(role, p) for role, people in wanted.items() for p in sorted(people) if (role, p) not in held]
    unnamed = {person for _, person in missing if not known_at("github", person, inventory)}
    problems = tuple(
        Problem(
            f"{person} is expected to be {role} and is not: give them the role, or correct holders",
            key=f"{role}/{person}",
            where=entry.where,
        )
        for role, person in missing
        if person not in unnamed
    )
    if problems:
        return Fail(problems, exhaustive=not unnamed)
    return Unknown(Reason.UNDECLARED, nameless("github", unnamed)) if unnamed else PASS
