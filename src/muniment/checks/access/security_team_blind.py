"""Finds organizations into which nobody who answers for security can look."""

from __future__ import annotations

from muniment.checks.declaration import Example, Some, Unarchived, check
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.declared_policy import DeclaredPolicy
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.organization_access import OrganizationAccess
from muniment.evidence.organization_member import OrganizationMember
from muniment.model.party import Account
from muniment.model.policy import Policy
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Reason, Unknown, Verdict
from muniment.register.inventory import Inventory

_ORG = GithubOrganization(id=1, login="callisto")
_OUTSIDE = OrganizationAccess(level="outside")
_ADA = DeclaredParty(handle="ada", github_id=1, accounts=(Account("github", "ada-example"),))
_GUARDS = DeclaredParty(handle="guards", name="Guards", members=("ada",))
_POLICY = DeclaredPolicy(project="callisto", name="Project Callisto", policy=Policy(security_team=("guards",)))
_REGISTER = (_ADA, _GUARDS, _POLICY)


@check(
    title="Nobody on the security team can see into the organization",
    severity="high",
    examples=(
        Example(
            name="A credential at hand is a member's",
            asset="github:org/callisto",
            given=(_ORG, OrganizationAccess(level="member")),
            unseen=((OrganizationMember, Reason.UNREACHABLE),),
            register=_REGISTER,
            expect=Pass,
        ),
        Example(
            name="No credential, and somebody of the team is a public member",
            asset="github:org/callisto",
            given=(_ORG, _OUTSIDE, OrganizationMember(id=1, login="ada-renamed")),
            partial=(OrganizationMember,),
            register=_REGISTER,
            expect=Pass,
        ),
        Example(
            name="No credential, and nobody of the team among the members seen",
            asset="github:org/callisto-fans",
            given=(_ORG, _OUTSIDE, OrganizationMember(id=7, login="ada-example")),
            partial=(OrganizationMember,),
            register=_REGISTER,
            expect=Fail,
        ),
        Example(
            name="No credential, and not one member was seen",
            asset="github:org/callisto-fans",
            given=(_ORG, _OUTSIDE),
            unseen=((OrganizationMember, Reason.DENIED),),
            register=_REGISTER,
            expect=Fail,
        ),
        Example(
            name="The register does not say who is on the team",
            asset="github:org/callisto-fans",
            given=(_ORG, _OUTSIDE),
            empty=(OrganizationMember,),
            register=(_ADA,),
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
def security_team_blind(
    organization: Unarchived[GithubOrganization],
    access: OrganizationAccess,
    members: Some[OrganizationMember],
    inventory: Inventory,
) -> Verdict:
    """No credential at hand sees inside the organization, and nobody on the security team is seen in it.

    ## What it does

    Passes if a credential of the last collection is an owner's, a member's or was granted rights in the
    organization, or if somebody of the policy's `security-team` is among the members that were seen. People are
    known by GitHub's number for their account, else by its name.

    ## Why it matters

    A report that concerns this organization reaches people who cannot open its advisories, see who its members are,
    or stop anything. Finding somebody who can takes the days that matter.

    ## How to fix

    Ask an owner to add one person of the security team, at best as a security manager; or to install the read-only
    App; or to run `muniment collect` with their own token and hand over the file.

    ## What is not judged

    What the person can do there, and members whose membership is concealed: somebody of the team who is one of
    these should make it public, or collect with a token. Organizations that are archived on GitHub.
    """
    if access.level in ("owner", "member", "grants"):
        return PASS
    if access.level != "outside":
        return Unknown(Reason.UNREADABLE, f"the level of access {access.level!r} is not known")
    team = inventory.people(inventory.policy.security_team)
    if not team:
        return Unknown(Reason.UNDECLARED, "the register's policy names no security-team")
    if any(inventory.person_at_github(m.id, m.login) in team for m in members):
        return PASS
    return Fail((Problem("nobody on the security team can see inside: ask an owner to let one of them in"),))
