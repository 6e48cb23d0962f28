"""Finds accounts that go by a name of the register's people and are not theirs."""

from __future__ import annotations

from muniment.checks.declaration import Each, Example, check
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.organization_member import OrganizationMember
from muniment.model.party import Account
from muniment.model.verdict import Fail, Pass, Problem, Reason, Unknown
from muniment.register.inventory import Inventory

_ADA = DeclaredParty(handle="ada", github_id=1, accounts=(Account("github", "ada-example"),))
_NOOR = DeclaredParty(handle="noor", accounts=(Account("github", "noor-example"),))


@check(
    title="Login of somebody we know belongs to somebody else now",
    severity="high",
    controls=("OSPS-GV-01.01",),
    examples=(
        Example(
            name="The account has the number that the register pins",
            asset="github:org/callisto",
            given=(OrganizationMember(id=1, login="Ada-Example", role="owner"),),
            register=(_ADA,),
            expect=Pass,
        ),
        Example(
            name="The person goes by a new login, and nobody took the old one",
            asset="github:org/callisto",
            given=(OrganizationMember(id=1, login="ada-renamed"),),
            register=(_ADA,),
            expect=Pass,
        ),
        Example(
            name="Another account goes by the login",
            asset="github:org/callisto",
            given=(OrganizationMember(id=7, login="ada-example"), OrganizationMember(id=1, login="ada-renamed")),
            register=(_ADA,),
            expect=Fail,
            keys=("7",),
        ),
        Example(
            name="The register pins no number for the person",
            asset="github:org/callisto",
            given=(OrganizationMember(id=3, login="noor-example"),),
            register=(_NOOR,),
            expect=Pass,
        ),
        Example(
            name="Only some members were seen, none of them under a name that is not theirs",
            asset="github:org/callisto",
            given=(OrganizationMember(id=1, login="ada-example"),),
            partial=(OrganizationMember,),
            register=(_ADA,),
            expect=Unknown,
            reason=Reason.PARTIAL,
        ),
    ),
)
def login_changed_hands(member: Each[OrganizationMember], inventory: Inventory) -> Problem | None:
    """A member of the organization goes by a login that the register gives to a person with another number.

    ## What it does

    Looks up every member's login among the register's people, without case. Fails where the person's `github-id`
    is another number. Nothing that the account holds or does is ascribed to the person.

    ## Why it matters

    A login is free as soon as its account is renamed or deleted. Whoever takes it is mentioned, invited and trusted
    in the place of the person who had it.

    ## How to fix

    Ask the person, by another way than GitHub, which account is theirs. If they have a new login, put that into
    the register and remove the stranger from the organization. If they made a new account, write its number as
    `github-id`.

    ## What is not judged

    People for whom the register pins no number: add `github-id` to each. Accounts that belong to none of the
    organizations looked at.
    """
    handle = inventory.party_of("github", member.login)
    party = inventory.parties.get(handle) if handle is not None else None
    if party is None or party.github_id in (None, member.id):
        return None
    text = (
        f"{member.login} is GitHub's number {member.id} now, and {party.handle} is {party.github_id}: ask "
        f"{party.handle} which account is theirs, and remove the other"
    )
    return Problem(text, cause=Account("github", member.login).id, where=party.where)
