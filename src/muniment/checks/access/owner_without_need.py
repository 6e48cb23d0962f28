"""Finds people who own an organization and were meant to have less."""

from __future__ import annotations

from muniment.checks.declaration import All, Example, Unarchived, check
from muniment.checks.expectation import expected, roles_of
from muniment.evidence.declared_asset import DeclaredAsset, Holding
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.organization_member import OrganizationMember
from muniment.model.asset import Status
from muniment.model.party import Account
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Reason, Unknown, Verdict
from muniment.register.inventory import Inventory

_ORG = GithubOrganization(id=1, login="callisto")
_ADA = OrganizationMember(id=4711, login="ada-example", role="owner")
_ENTRY = DeclaredAsset(
    asset="github:org/callisto",
    status=Status.OFFICIAL,
    reason="the project's",
    holders=(Holding("owner", ("ada",)), Holding("security-manager", ("guards",))),
)
_REGISTER = (
    _ENTRY,
    DeclaredParty(handle="ada", accounts=(Account("github", "ada-example"),)),
    DeclaredParty(handle="noor", github_id=4712, accounts=(Account("github", "noor-example"),)),
    DeclaredParty(handle="guards", members=("noor",)),
)


@check(
    title="Owner is expected to hold a lesser role",
    severity="medium",
    examples=(
        Example(
            name="The owner is expected to own it; the security manager is a member",
            asset="github:org/callisto",
            given=(_ORG, _ADA, OrganizationMember(id=4712, login="noor-example", role="member")),
            register=_REGISTER,
            expect=Pass,
        ),
        Example(
            name="Who is expected to be a security manager owns it",
            asset="github:org/callisto",
            given=(_ORG, _ADA, OrganizationMember(id=4712, login="noor-renamed", role="owner")),
            register=_REGISTER,
            expect=Fail,
            keys=("4712",),
        ),
        Example(
            name="The role of the security manager was not seen",
            asset="github:org/callisto",
            given=(_ORG, _ADA, OrganizationMember(id=4712, login="noor-example")),
            register=_REGISTER,
            expect=Unknown,
            reason=Reason.UNOBSERVABLE,
        ),
        Example(
            name="Only some members were seen",
            asset="github:org/callisto",
            given=(_ORG, _ADA),
            partial=(OrganizationMember,),
            register=_REGISTER,
            expect=Unknown,
            reason=Reason.PARTIAL,
        ),
        Example(
            name="The register expects nobody in particular",
            asset="github:org/callisto",
            given=(_ORG, _ADA),
            register=_REGISTER[1:],
            expect=NotApplicable,
        ),
    ),
)
def owner_without_need(
    organization: Unarchived[GithubOrganization],
    members: All[OrganizationMember],
    entry: DeclaredAsset,
    inventory: Inventory,
) -> Verdict:
    """Somebody owns the organization whom the register's `holders` give another role, and not that of an owner.

    ## What it does

    For an organization whose entry declares `holders`, looks at the owners for whom it names a role. Fails for
    those who are not named as owners. People are known by GitHub's number for their account, else by its name.

    ## Why it matters

    An owner can add people, delete repositories and turn every protection off. Somebody who reads advisories, keeps
    one repository or looks after a team needs none of that, and their account is worth less to a thief without it.

    ## How to fix

    Make the person a member and give them the role that they are expected to have; or write them under `owner` in
    the entry's `holders`, if they need it.

    ## What is not judged

    Owners of whom `holders` says nothing: `access/owner-not-expected`. Organizations that are archived on GitHub.
    """
    wanted = expected(entry, inventory)
    if not wanted:
        return NotApplicable("the register expects nobody in particular")
    problems, unseen = [], 0
    for member in members:
        person = inventory.person_at_github(member.id, member.login)
        roles = roles_of(person, wanted)
        if not roles or "owner" in roles:
            continue
        if not member.role:
            unseen += 1
        elif member.role == "owner":
            text = (
                f"{member.login} ({person}) is an owner and expected to be {' and '.join(roles)}: make them a "
                "member with that role, or add them to owner in holders"
            )
            problems.append(Problem(text, key=str(member.id), cause=f"github:{member.id}", where=entry.where))
    if problems:
        return Fail(tuple(problems), exhaustive=not unseen)
    if unseen:
        return Unknown(Reason.UNOBSERVABLE, f"the roles of {unseen} of {len(members)} members were not seen")
    return PASS
