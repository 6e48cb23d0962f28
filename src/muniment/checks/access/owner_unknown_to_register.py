"""Finds owners of organizations whom nobody in the project can name."""

from __future__ import annotations

from muniment.checks.declaration import Each, Example, Unarchived, check
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.organization_member import OrganizationMember
from muniment.model.party import Account
from muniment.model.verdict import Fail, NotApplicable, Pass, Problem, Reason, Unknown
from muniment.register.inventory import Inventory

_ORG = GithubOrganization(id=1, login="callisto")
_ADA = DeclaredParty(handle="ada", github_id=1, accounts=(Account("github", "ada-example"),))


@check(
    title="Organization's owner is unknown to the register",
    severity="medium",
    controls=("OSPS-GV-01.01",),
    examples=(
        Example(
            name="The register knows the owner by number, under a new name",
            asset="github:org/callisto",
            given=(_ORG, OrganizationMember(id=1, login="ada-renamed", role="owner")),
            register=(_ADA,),
            expect=Pass,
        ),
        Example(
            name="One of two owners is nobody known; members are not asked about",
            asset="github:org/callisto",
            given=(
                _ORG,
                OrganizationMember(id=1, login="ada-example", role="owner"),
                OrganizationMember(id=2, login="zeta-example", role="owner"),
                OrganizationMember(id=3, login="noor-example", role="member"),
            ),
            register=(_ADA,),
            expect=Fail,
            keys=("2",),
        ),
        Example(
            name="A known name that has changed hands",
            asset="github:org/callisto",
            given=(_ORG, OrganizationMember(id=7, login="ada-example", role="owner")),
            register=(_ADA,),
            expect=Fail,
            keys=("7",),
        ),
        Example(
            name="The role of a stranger was not seen",
            asset="github:org/callisto",
            given=(_ORG, OrganizationMember(id=2, login="zeta-example")),
            partial=(OrganizationMember,),
            register=(_ADA,),
            expect=Unknown,
            reason=Reason.UNOBSERVABLE,
        ),
        Example(
            name="The register names no account on GitHub at all",
            asset="github:org/callisto",
            given=(_ORG, OrganizationMember(id=2, login="zeta-example", role="owner")),
            expect=Unknown,
            reason=Reason.UNDECLARED,
        ),
        Example(
            name="The organization is archived on GitHub",
            asset="github:org/callisto-attic",
            given=(GithubOrganization(id=9, login="callisto-attic", archived=True),),
            expect=NotApplicable,
        ),
    ),
)
def owner_unknown_to_register(
    organization: Unarchived[GithubOrganization], member: Each[OrganizationMember], inventory: Inventory
) -> Problem | Unknown | None:
    """An account owns the organization, and the register does not say whose account it is.

    ## What it does

    Looks up every owner among the register's people: by GitHub's number for the account, else by its name. A name
    whose person has another number has changed hands, and is not theirs. While the register names no account on
    GitHub at all, the answer is Unknown.

    ## Why it matters

    An owner can do everything. When one must be asked, warned or removed, somebody has to know the person.

    ## How to fix

    Find out who it is and add the account to the person in the register, with `github-id`. If nobody knows, ask the
    other owners, and make the account a member.

    ## What is not judged

    Members who own nothing, and whether the person ought to be an owner. Organizations that are archived on GitHub.
    """
    if member.role not in ("", "owner"):
        return None
    if inventory.person_at_github(member.id, member.login) is not None:
        return None
    if not member.role:
        return Unknown(Reason.UNOBSERVABLE, "the roles of some members were not seen")
    if not inventory.knows_accounts_at("github"):
        return Unknown(Reason.UNDECLARED, "the register names no account at github")
    text = f"{member.login} is an owner and nobody of the register: add the account to a person, or remove the role"
    return Problem(text, cause=Account("github", member.login).id)
