"""Finds machines that own an organization."""

from __future__ import annotations

from muniment.checks.declaration import Each, Example, Unarchived, check
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.organization_member import OrganizationMember
from muniment.model.party import Account
from muniment.model.verdict import Fail, NotApplicable, Pass, Problem, Reason, Unknown
from muniment.register.inventory import Inventory

_ORG = GithubOrganization(id=1, login="callisto")
_ADA = OrganizationMember(id=4711, login="ada-example", role="owner")
_BOT = DeclaredParty(handle="ship-bot", github_id=4720, accounts=(Account("github", "ship-bot-example"),), bot=True)


@check(
    title="Bot has an owner's rights",
    severity="high",
    examples=(
        Example(
            name="A person owns it, and the bot is a member",
            asset="github:org/callisto",
            given=(_ORG, _ADA, OrganizationMember(id=4720, login="ship-bot-example", role="member")),
            register=(_BOT,),
            expect=Pass,
        ),
        Example(
            name="The bot owns it, under a new name",
            asset="github:org/callisto",
            given=(_ORG, _ADA, OrganizationMember(id=4720, login="ship-bot-renamed", role="owner")),
            register=(_BOT,),
            expect=Fail,
            keys=("4720",),
        ),
        Example(
            name="What the bot may do was not seen",
            asset="github:org/callisto",
            given=(_ORG, _ADA, OrganizationMember(id=4720, login="ship-bot-example")),
            register=(_BOT,),
            expect=Unknown,
            reason=Reason.UNOBSERVABLE,
        ),
        Example(
            name="Only some members were seen, and no bot among them",
            asset="github:org/callisto",
            given=(_ORG, _ADA),
            partial=(OrganizationMember,),
            register=(_BOT,),
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
def bot_with_owner_rights(
    organization: Unarchived[GithubOrganization], member: Each[OrganizationMember], inventory: Inventory
) -> Problem | Unknown | None:
    """An account that the register calls a bot owns the organization.

    ## What it does

    Looks up every owner among the register's parties, by GitHub's number for the account, else by its name. Fails
    for those that are marked `bot: true`.

    ## Why it matters

    A bot's password or token lies on some server, in some build's settings, with everybody who ever set it up. As
    an owner it can do everything, at night, and nobody is surprised that it does something.

    ## How to fix

    Give the bot what its work takes, and no more: a seat in a team, a fine-grained token, best a GitHub App with
    few permissions. Make the account a member, and its tokens anew.

    ## What is not judged

    Accounts that the register does not call bots: write `bot: true` for those that are machines. What Apps may do:
    `access/app-with-broad-permissions`. Organizations that are archived on GitHub.
    """
    handle = inventory.person_at_github(member.id, member.login)
    party = inventory.parties.get(handle) if handle is not None else None
    if party is None or not party.bot or member.role == "member":
        return None
    if not member.role:
        return Unknown(Reason.UNOBSERVABLE, "the roles of some members were not seen")
    text = f"{member.login} is a bot and an owner: make it a member, with a team or an App for what it does"
    return Problem(text, cause=f"github:{member.id}", where=party.where)
