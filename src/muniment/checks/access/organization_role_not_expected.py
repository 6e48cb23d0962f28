"""Finds holders of an organization's own roles, such as security manager, whom the register does not expect."""

from __future__ import annotations

from muniment.checks.declaration import All, Example, Unarchived, check
from muniment.checks.expectation import expected, spelt
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
_ENTRY = DeclaredAsset(
    asset="github:org/callisto",
    status=Status.OFFICIAL,
    reason="the project's",
    holders=(Holding("security-manager", ("noor",)),),
)
_REGISTER = (
    _ENTRY,
    DeclaredParty(handle="ada", accounts=(Account("github", "ada-example"),)),
    DeclaredParty(handle="noor", github_id=4712, accounts=(Account("github", "noor-example"),)),
)


@check(
    title="Holder of an organization's role is not expected",
    severity="medium",
    controls=("OSPS-GV-01.01",),
    examples=(
        Example(
            name="A team holds the role, and who is in it is expected to",
            asset="github:org/callisto",
            given=(_ORG, _BY_TEAM, _NOOR),
            register=_REGISTER,
            expect=Pass,
        ),
        Example(
            name="Somebody has the role by name, and somebody else by the team",
            asset="github:org/callisto",
            given=(
                _ORG,
                _BY_TEAM,
                _NOOR,
                TeamMember(team="security", id=4799, login="zeta-example"),
                OrganizationRoleHolder(role="security_manager", id=4711, login="ada-example"),
            ),
            register=_REGISTER,
            expect=Fail,
            keys=("security-manager/4711", "security-manager/4799"),
        ),
        Example(
            name="Only an owner is told who holds roles",
            asset="github:org/callisto",
            given=(_ORG, _NOOR),
            unseen=((OrganizationRoleHolder, Reason.DENIED),),
            register=_REGISTER,
            expect=Unknown,
            reason=Reason.DENIED,
        ),
        Example(
            name="Who is in which team was seen in part",
            asset="github:org/callisto",
            given=(_ORG, _BY_TEAM, _NOOR),
            partial=(TeamMember,),
            register=_REGISTER,
            expect=Unknown,
            reason=Reason.PARTIAL,
        ),
        Example(
            name="The register expects nobody in particular",
            asset="github:org/callisto",
            given=(_ORG, _BY_TEAM, _NOOR),
            register=_REGISTER[1:],
            expect=NotApplicable,
        ),
    ),
)
def organization_role_not_expected(
    organization: Unarchived[GithubOrganization],
    holders: All[OrganizationRoleHolder],
    seats: All[TeamMember],
    entry: DeclaredAsset,
    inventory: Inventory,
) -> Verdict:
    """An account holds one of the organization's own roles that the register's `holders` give to somebody else.

    ## What it does

    For an organization whose entry declares `holders`, compares who has a role such as `security-manager`, by name
    or through a team, with the people who are expected to. An account that the register does not know is not
    expected.

    ## Why it matters

    These roles reach into every repository: a security manager reads every advisory before it is published. They
    are given rarely and looked at more rarely.

    ## How to fix

    Take the role, or the seat in the team, away; or add the person to the entry's `holders` under the role's name,
    in small letters with hyphens.

    ## What is not judged

    Owners: `access/owner-not-expected`. Whether everybody who is expected has the role:
    `access/expected-organization-role-missing`. Organizations that are archived on GitHub.
    """
    wanted = expected(entry, inventory)
    if not wanted:
        return NotApplicable("the register expects nobody in particular")
    problems: dict[str, Problem] = {}
    for role, id, login, team in sorted(_held(holders, seats)):
        person = inventory.person_at_github(id, login)
        if person in wanted.get(role, ()):
            continue
        through = f" through the team {team}" if team else ""
        text = (
            f"{login} ({person or 'nobody of the register'}) is {role}{through} and not expected: "
            "take the role away, or add them to holders"
        )
        key = f"{role}/{id}"
        problems.setdefault(key, Problem(text, key=key, cause=f"github:{id}", where=entry.where))
    return Fail(tuple(problems.values())) if problems else PASS


def _held(
    holders: tuple[OrganizationRoleHolder, ...], seats: tuple[TeamMember, ...]
) -> list[tuple[str, int, str, str]]:
    """Role, number, login, and the team (empty: by name) of everybody who holds a role."""
    by_name = [(spelt(h.role), h.id, h.login, "") for h in holders if not h.team]
    by_team = [(spelt(h.role), s.id, s.login, h.team) for h in holders if h.team for s in seats if s.team == h.team]
    return by_name + by_team
