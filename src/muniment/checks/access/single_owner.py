"""Finds organizations that depend on one person."""

from __future__ import annotations

from muniment.checks.declaration import All, Example, Unarchived, check
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.organization_member import OrganizationMember
from muniment.model.party import Account
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Reason, Unknown, Verdict
from muniment.register.inventory import Inventory

_ORG = GithubOrganization(id=1, login="callisto")
_ADA = OrganizationMember(id=1, login="ada-example", role="owner")
_NOOR = OrganizationMember(id=2, login="noor-example", role="owner")
_ROBOT = DeclaredParty(handle="ada", accounts=(Account("github", "ada-example"), Account("github", "ada-robot")))

_CRANE = DeclaredParty(handle="crane", accounts=(Account("github", "callisto-crane"),), bot=True)


@check(
    title="Organization has a single owner",
    severity="high",
    examples=(
        Example(name="Two people own it", asset="github:org/callisto", given=(_ORG, _ADA, _NOOR), expect=Pass),
        Example(
            name="One owner among three members",
            asset="github:org/callisto",
            given=(
                _ORG,
                _ADA,
                OrganizationMember(id=2, login="noor-example", role="member"),
                OrganizationMember(id=3, login="zeta-example", role="member"),
            ),
            expect=Fail,
        ),
        Example(
            name="Two accounts own it, and both are one person's",
            asset="github:org/callisto",
            given=(_ORG, _ADA, OrganizationMember(id=4, login="ada-robot", role="owner")),
            register=(_ROBOT,),
            expect=Fail,
        ),
        Example(
            name="One person owns it, and a machine that the register knows as one",
            asset="github:org/callisto",
            given=(_ORG, _ADA, OrganizationMember(id=5, login="callisto-crane", role="owner")),
            register=(_CRANE,),
            expect=Fail,
        ),
        Example(
            name="A stranger sees public members alone, and not what they are",
            asset="github:org/callisto",
            given=(_ORG, OrganizationMember(id=1, login="ada-example")),
            partial=(OrganizationMember,),
            expect=Unknown,
            reason=Reason.PARTIAL,
        ),
        Example(
            name="All members were seen, and not all roles",
            asset="github:org/callisto",
            given=(_ORG, _ADA, OrganizationMember(id=2, login="noor-example")),
            expect=Unknown,
            reason=Reason.UNOBSERVABLE,
        ),
        Example(
            name="The organization is archived on GitHub",
            asset="github:org/callisto-attic",
            given=(GithubOrganization(id=9, login="callisto-attic", archived=True),),
            expect=NotApplicable,
        ),
    ),
)
def single_owner(
    organization: Unarchived[GithubOrganization], members: All[OrganizationMember], inventory: Inventory
) -> Verdict:
    """One person alone owns the organization.

    ## What it does

    Counts the people among the organization's owners. Accounts that the register gives to one person count once;
    beside a person those that it calls machines (`bot: true`) do not count. It needs every member and every role: a
    list in which something is missing gives Unknown.

    ## Why it matters

    If that person loses the account, is ill or leaves, nobody can change a setting, remove a member or answer for
    the organization; getting it back takes GitHub's support weeks. And whoever takes over that one account meets
    nobody.

    ## How to fix

    Make a second person of trust an owner, with a second factor, who belongs to another employer if that can be.

    ## What is not judged

    Whether the second owner still reads messages; `access/too-many-owners` looks at the other extreme.
    Organizations that are archived on GitHub.
    """
    unseen = sum(1 for m in members if not m.role)
    if unseen:
        return Unknown(Reason.UNOBSERVABLE, f"the roles of {unseen} of {len(members)} members were not seen")
    owners = [
        (m.login, inventory.person_at_github(m.id, m.login) or str(m.id)) for m in members if m.role == "owner"
    ]
    people = inventory.but_machines([whose for _, whose in owners])
    if not people:
        return Unknown(Reason.UNREADABLE, "the organization lists no owner")
    if len(people) > 1:
        return PASS
    accounts = " and ".join(sorted(login for login, whose in owners if whose in people))
    return Fail((Problem(f"{accounts} alone owns it: make a second person an owner"),))
