"""Finds owners of an organization whom the register does not expect in it."""

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
_NOOR = OrganizationMember(id=4712, login="noor-example", role="owner")
_ENTRY = DeclaredAsset(
    asset="github:org/callisto",
    status=Status.OFFICIAL,
    reason="the project's",
    holders=(Holding("owner", ("ada",)),),
)
_REGISTER = (
    _ENTRY,
    DeclaredParty(handle="ada", accounts=(Account("github", "ada-example"),)),
    DeclaredParty(handle="noor", github_id=4712, accounts=(Account("github", "noor-example"),)),
)


@check(
    title="Owner is not expected",
    severity="medium",
    controls=("OSPS-GV-01.01",),
    examples=(
        Example(
            name="The one owner is the one who is expected",
            asset="github:org/callisto",
            given=(_ORG, _ADA, OrganizationMember(id=4712, login="noor-example", role="member")),
            register=_REGISTER,
            expect=Pass,
        ),
        Example(
            name="Somebody known owns it, too, whom nobody expects here",
            asset="github:org/callisto",
            given=(_ORG, _ADA, _NOOR),
            register=_REGISTER,
            expect=Fail,
            keys=("4712",),
        ),
        Example(
            name="A stranger owns it: another check tells of those",
            asset="github:org/callisto",
            given=(_ORG, _ADA, OrganizationMember(id=4799, login="zeta-example", role="owner")),
            register=_REGISTER,
            expect=Pass,
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
            given=(_ORG, _NOOR),
            register=_REGISTER[1:],
            expect=NotApplicable,
        ),
    ),
)
def owner_not_expected(
    organization: Unarchived[GithubOrganization],
    members: All[OrganizationMember],
    entry: DeclaredAsset,
    inventory: Inventory,
) -> Verdict:
    """Somebody whom the register knows owns the organization, and its `holders` do not name them for any role.

    ## What it does

    For an organization whose entry declares `holders`, compares its owners with the people, and the members of the
    teams, that are named there, and with those whom `grants` give a role for a time.

    ## Why it matters

    Ownership is given in a hurry and never taken back. Writing down who ought to have it, and being told of the
    difference, is an access review that costs nothing.

    ## How to fix

    Make the account a member, or add the person to the entry's `holders` with the role that they ought to have.

    ## What is not judged

    Owners whom the register does not know: `access/owner-unknown-to-register`. Owners who are named for another
    role: `access/owner-without-need`. Members who own nothing. Organizations that are archived on GitHub.
    """
    wanted = expected(entry, inventory)
    if not wanted:
        return NotApplicable("the register expects nobody in particular")
    problems, unseen = [], 0
    for member in members:
        person = inventory.person_at_github(member.id, member.login)
        if person is None or roles_of(person, wanted):
            continue
        if not member.role:
            unseen += 1
        elif member.role == "owner":
            text = (
                f"{member.login} ({person}) is an owner and not expected: make them a member, or add them to "
                "holders"
            )
            problems.append(Problem(text, key=str(member.id), cause=f"github:{member.id}", where=entry.where))
    if problems:
        return Fail(tuple(problems), exhaustive=not unseen)
    if unseen:
        return Unknown(Reason.UNOBSERVABLE, f"the roles of {unseen} of {len(members)} members were not seen")
    return PASS
