"""Finds people who left the project and still belong to one of its organizations."""

from __future__ import annotations

from datetime import date

from muniment.checks.declaration import Each, Example, Today, Unarchived, check
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.organization_member import OrganizationMember
from muniment.model.party import Account
from muniment.model.verdict import Fail, NotApplicable, Pass, Problem, Reason, Unknown
from muniment.register.inventory import Inventory

_ORG = GithubOrganization(id=1, login="callisto")
_ADA = OrganizationMember(id=4711, login="ada-example", role="owner")
_MINA = OrganizationMember(id=4713, login="mina-example", role="member")


def _left(day: date) -> tuple[DeclaredParty]:
    return (DeclaredParty(handle="mina", github_id=4713, accounts=(Account("github", "mina-example"),), left=day),)


@check(
    title="Somebody who left is still in the organization",
    severity="high",
    examples=(
        Example(
            name="The day of leaving is yet to come",
            asset="github:org/callisto",
            given=(_ORG, _ADA, _MINA),
            register=_left(date(2026, 6, 30)),
            expect=Pass,
        ),
        Example(
            name="Somebody left in January and is still a member",
            asset="github:org/callisto",
            given=(_ORG, _ADA, _MINA),
            register=_left(date(2026, 1, 31)),
            expect=Fail,
            keys=("4713",),
        ),
        Example(
            name="Only some members were seen, and nobody among them who left",
            asset="github:org/callisto",
            given=(_ORG, _ADA),
            partial=(OrganizationMember,),
            register=_left(date(2026, 1, 31)),
            expect=Unknown,
            reason=Reason.PARTIAL,
        ),
        Example(
            name="The organization is archived on GitHub",
            asset="github:org/callisto-attic",
            given=(GithubOrganization(id=9, login="callisto-attic", archived=True),),
            expect=NotApplicable,
        ),
    ),
)
def membership_kept_after_leaving(
    organization: Unarchived[GithubOrganization],
    member: Each[OrganizationMember],
    inventory: Inventory,
    today: Today,
) -> Problem | None:
    """The register says that a person left, and their account is still in the organization.

    ## What it does

    Looks up every member among the register's people, by GitHub's number for the account, else by its name. Fails
    for those who have a day `left` that is past.

    ## Why it matters

    Who has left does not look after the account any more, and nobody would ask why it does something. Most of those
    who kept a role kept it because nobody thought of it.

    ## How to fix

    Ask the person, and take the account out of the organization; `muniment access PERSON` lists what else there is.
    If they are still wanted as a member, take the day `left` out of the register.

    ## What is not judged

    People without a day `left`. Whether somebody gave up an office and stays for other work: name in the asset's
    `holders` who ought to hold what, and `access/owner-not-expected` tells the difference. Organizations that are
    archived on GitHub.
    """
    handle = inventory.person_at_github(member.id, member.login)
    party = inventory.parties.get(handle) if handle is not None else None
    if party is None or party.left is None or party.left > today:
        return None
    role = f"an {member.role}" if member.role == "owner" else "a member"
    text = f"{party.handle} left on {party.left}, and {member.login} is still {role}: take the account out"
    return Problem(text, cause=f"github:{member.id}", where=party.where)
