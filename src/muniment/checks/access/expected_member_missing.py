"""Finds people who were meant to own an organization, or to belong to it, and do not."""

from __future__ import annotations

from muniment.checks.declaration import All, Example, Unarchived, check
from muniment.checks.expectation import expected, known_at, nameless
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
_PEOPLE = (
    DeclaredParty(handle="ada", accounts=(Account("github", "ada-example"),)),
    DeclaredParty(handle="noor", github_id=4712, accounts=(Account("github", "noor-example"),)),
    DeclaredParty(handle="ines", accounts=(Account("pypi", "ines-example"),)),
)


def _owned_by(*people: str) -> tuple[DeclaredAsset, ...]:
    holders = (Holding("member", ("noor",)), Holding("owner", people))
    return (
        DeclaredAsset(asset="github:org/callisto", status=Status.OFFICIAL, reason="the project's", holders=holders),
    )


@check(
    title="Expected owner or member is not in the organization",
    severity="low",
    examples=(
        Example(
            name="All who are expected hold what they are expected to hold, or more",
            asset="github:org/callisto",
            given=(_ORG, _ADA, OrganizationMember(id=4712, login="noor-renamed", role="owner")),
            register=(*_owned_by("ada"), *_PEOPLE),
            expect=Pass,
        ),
        Example(
            name="Of two expected owners one is a member, who is expected to be that, too",
            asset="github:org/callisto",
            given=(_ORG, _ADA, OrganizationMember(id=4712, login="noor-example", role="member")),
            register=(*_owned_by("ada", "noor"), *_PEOPLE),
            expect=Fail,
            keys=("owner/noor",),
        ),
        Example(
            name="Somebody is not there in a list that was not read to its end",
            asset="github:org/callisto",
            given=(_ORG, _ADA),
            partial=(OrganizationMember,),
            register=(*_owned_by("ada"), *_PEOPLE),
            expect=Unknown,
            reason=Reason.PARTIAL,
        ),
        Example(
            name="The register does not say by which account somebody goes",
            asset="github:org/callisto",
            given=(_ORG, _ADA, OrganizationMember(id=4712, login="noor-example", role="member")),
            register=(*_owned_by("ada", "ines"), *_PEOPLE),
            expect=Unknown,
            reason=Reason.UNDECLARED,
        ),
        Example(
            name="Whether somebody owns it was not seen",
            asset="github:org/callisto",
            given=(_ORG, _ADA, OrganizationMember(id=4712, login="noor-example")),
            register=(*_owned_by("noor"), *_PEOPLE),
            expect=Unknown,
            reason=Reason.UNOBSERVABLE,
        ),
        Example(
            name="The register expects nobody in particular",
            asset="github:org/callisto",
            given=(_ORG, _ADA),
            register=_PEOPLE,
            expect=NotApplicable,
        ),
    ),
)
def expected_member_missing(
    organization: Unarchived[GithubOrganization],
    members: All[OrganizationMember],
    entry: DeclaredAsset,
    inventory: Inventory,
) -> Verdict:
    """The register's `holders` name somebody as an owner or a member, and the organization does not.

    ## What it does

    For each person whom the entry's `holders` name under `owner` or `member`, themselves or by a team, looks
    whether an account of theirs is that. An owner is a member, too. It needs every member and their roles.

    ## Why it matters

    Whoever is counted on in an emergency has to be able to act. And a register that says more than is so will be
    believed the next time, too.

    ## How to fix

    Invite the person, or take them out of the entry's `holders`.

    ## What is not judged

    Roles beside these two, and people whose account on GitHub the register does not name: then the answer is
    Unknown unless somebody else is missing. Organizations that are archived on GitHub.
    """
    wanted = {role: people for role, people in expected(entry, inventory).items() if role in ("owner", "member")}
    if not wanted:
        return NotApplicable("the register expects nobody in particular")
    roles: dict[str, set[str]] = {}
    for member in members:
        person = inventory.person_at_github(member.id, member.login)
        if person is not None:
            roles.setdefault(person, set()).add(member.role)
    problems, unnamed, unseen = [], set(), False
    for role, people in wanted.items():
        for person in sorted(people):
            held = roles.get(person, set())
            if "owner" in held or (held and role == "member"):
                continue
            if not held and not known_at("github", person, inventory):
                unnamed.add(person)
            elif "" in held:
                unseen = True
            else:
                text = f"{person} is expected to be {role} and is not: invite them, or correct holders"
                problems.append(Problem(text, key=f"{role}/{person}", where=entry.where))
    if problems:
        return Fail(tuple(problems), exhaustive=not unnamed and not unseen)
    if unseen:
        return Unknown(Reason.UNOBSERVABLE, "the roles of some who are expected to own it were not seen")
    return Unknown(Reason.UNDECLARED, nameless("github", unnamed)) if unnamed else PASS
