"""What each kind of evidence needs, by kind of credential: one table for pricing, for refusing and for telling.

Taken from GitHub's documentation of its REST endpoints (2022-11-28), of the permissions of fine-grained tokens and
Apps, and of GraphQL. None of it was proved with live credentials; ``unproved`` marks what the documentation itself
leaves open.
"""

from __future__ import annotations

from msgspec import Struct

from muniment.evidence.account_activity import AccountActivity
from muniment.evidence.audit_event import AuditEvent
from muniment.evidence.branch_protection import BranchProtection
from muniment.evidence.deploy_key import DeployKey
from muniment.evidence.deployment_environment import DeploymentEnvironment
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.github_repository import GithubRepository
from muniment.evidence.installed_app import InstalledApp
from muniment.evidence.kind import Evidence
from muniment.evidence.member_two_factor import MemberTwoFactor
from muniment.evidence.organization_access import OrganizationAccess
from muniment.evidence.organization_invitation import OrganizationInvitation
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.organization_repository import OrganizationRepository
from muniment.evidence.organization_role_holder import OrganizationRoleHolder
from muniment.evidence.organization_settings import OrganizationSettings
from muniment.evidence.organization_team import OrganizationTeam
from muniment.evidence.outside_collaborator import OutsideCollaborator
from muniment.evidence.outside_two_factor import OutsideTwoFactor
from muniment.evidence.private_reporting import PrivateReporting
from muniment.evidence.private_repository import PrivateRepository
from muniment.evidence.repository_activity import RepositoryActivity
from muniment.evidence.repository_collaborator import RepositoryCollaborator
from muniment.evidence.repository_manifest import RepositoryManifest
from muniment.evidence.repository_property import RepositoryProperty
from muniment.evidence.repository_ruleset import RepositoryRuleset
from muniment.evidence.security_policy import SecurityPolicy
from muniment.evidence.team_member import TeamMember
from muniment.evidence.team_repository import TeamRepository
from muniment.evidence.workflow_permissions import WorkflowPermissions

OF_ORGANIZATION: tuple[type[Evidence], ...] = (
    GithubOrganization,
    OrganizationAccess,
    OrganizationMember,
    OrganizationRepository,
    OrganizationSettings,
    PrivateRepository,
    WorkflowPermissions,
)
OF_REPOSITORY: tuple[type[Evidence], ...] = (
    GithubRepository,
    BranchProtection,
    RepositoryManifest,
    RepositoryProperty,
    RepositoryRuleset,
    SecurityPolicy,
)
TWO_FACTOR: tuple[type[Evidence], ...] = (MemberTwoFactor, OutsideTwoFactor)
ACTIVITY: tuple[type[Evidence], ...] = (AccountActivity,)
PUSHES: tuple[type[Evidence], ...] = (RepositoryActivity,)
AUDIT: tuple[type[Evidence], ...] = (AuditEvent,)
OF_TEAMS: tuple[type[Evidence], ...] = (OrganizationTeam, TeamMember, TeamRepository)
ACCESS_TO_ORGANIZATION: tuple[type[Evidence], ...] = (
    *OF_TEAMS,
    OutsideCollaborator,
    OrganizationInvitation,
    OrganizationRoleHolder,
    InstalledApp,
)
ACCESS_TO_REPOSITORY: tuple[type[Evidence], ...] = (RepositoryCollaborator, DeployKey, DeploymentEnvironment)

PUBLIC: frozenset[type[Evidence]] = frozenset(
    {
        DeploymentEnvironment,
        GithubOrganization,
        GithubRepository,
        OrganizationRepository,
        PrivateReporting,
        RepositoryManifest,
        SecurityPolicy,
    }
)
"""What everybody sees alike, with whatever right."""

OWNER = "owner"
MEMBER = "member"
GRANTS = "grants"
OUTSIDE = "outside"
UNKNOWN = "unknown"

WHO_OWNER = "an owner of the organization"
WHO_ADMIN = "an owner of the organization, or an administrator of the repository"


class Place(Struct, frozen=True, kw_only=True):
    """What one credential is in one organization.

    ``level`` is ``owner``, ``member``, ``grants`` (an App's or a fine-grained token's permissions, in ``grants``),
    ``outside`` or ``unknown`` (``reason`` says why). ``every_repository``: private ones are seen, all of them;
    ``some_repositories``: those of them that the asker was given. ``audit``: an owner's token that may read audit
    logs, where there is one. ``missing``: GitHub knows no such organization.
    """

    level: str
    grants: tuple[str, ...] = ()
    every_repository: bool = False
    some_repositories: bool = False
    audit: bool = False
    missing: bool = False
    reason: str = ""

    def holds(self, right: str) -> bool:
        """True if the place has a right of the table: a level, or a permission such as ``members:read``."""
        if right == MEMBER:
            return self.level in (MEMBER, OWNER)
        return right in (self.level, *self.grants)


class Need(Struct, frozen=True, kw_only=True):
    """What all of a kind needs: any one of ``all``. ``part``: what anybody sees of it without.

    ``unproved`` are the rights that the documentation does
    not promise: they are tried, and only what they show is believed. ``cost`` is in requests for an organization,
    0: it comes along with another kind's. ``plan``: there is none without a plan that few organizations pay for.
    """

    all: tuple[str, ...] = ()
    part: bool = False
    words: str = ""
    who: str = ""
    unproved: tuple[str, ...] = ()
    cost: int = 0
    plan: bool = False


ANYBODY = Need()
_OWNERS = "an owner's token with scope admin:org"

NEEDS: dict[type[Evidence], Need] = {
    GithubOrganization: Need(cost=1),
    OrganizationRepository: ANYBODY,
    GithubRepository: ANYBODY,
    SecurityPolicy: ANYBODY,
    RepositoryManifest: ANYBODY,
    OrganizationAccess: ANYBODY,
    PrivateReporting: Need(cost=1),
    OrganizationMember: Need(
        all=(MEMBER, "members:read"),
        part=True,
        words="a member's token with scope read:org, or an App or fine-grained token with Members: read",
        who=WHO_OWNER,
    ),
    OrganizationSettings: Need(
        all=(OWNER,),
        unproved=("organization_administration:read", "administration:read"),
        words="an owner's token with scope admin:org",
        who=WHO_OWNER,
        cost=1,
    ),
    WorkflowPermissions: Need(
        all=(OWNER, "organization_administration:read", "administration:read"),
        words="an owner's token with scope admin:org, or an App or fine-grained token with organization "
        "Administration: read",
        who=WHO_OWNER,
        cost=1,
    ),
    RepositoryProperty: Need(
        all=(MEMBER, "custom_properties:read", "organization_custom_properties:read"),
        words="a member's token with scope read:org, or an App or fine-grained token with organization Custom "
        "properties: read",
        who=WHO_OWNER,
        unproved=("members:read", "organization_administration:read"),
        cost=1,
    ),
    BranchProtection: Need(
        all=(OWNER, "administration:read"),
        part=True,
        words="an owner's token, or an App or fine-grained token with repository Administration: read",
        who=WHO_ADMIN,
    ),
    RepositoryRuleset: Need(  # who reads sees the active ones, who administers all
        all=(OWNER, "administration:read"),
        part=True,
        words="an owner's token, or an App or fine-grained token with repository Administration: read",
        who=WHO_ADMIN,
    ),
    PrivateRepository: Need(
        all=(OWNER,),  # and every_repository, which only the credential itself tells
        words="an owner's token with scopes admin:org and repo, or an App installed on all repositories",
        who=WHO_OWNER,
        cost=1,
    ),
    AccountActivity: Need(
        all=(OWNER,),  # and every_repository: what is private may be all that somebody does
        words="an owner's token with scopes admin:org and repo",
        who=WHO_OWNER,
        cost=3,
    ),
    RepositoryActivity: Need(
        all=(OWNER,),  # as for what accounts contribute: one without the other answers nothing about anybody
        words="an owner's token with scopes admin:org and repo",
        who=WHO_OWNER,
        cost=1,
    ),
    AuditEvent: Need(
        all=(OWNER,),  # and audit, which only the credential itself tells; and the plan, which only asking tells
        words="an organization on GitHub Enterprise Cloud, and an owner's token with scopes admin:org and "
        "read:audit_log, or an App or fine-grained token with organization Administration: read",
        who=WHO_OWNER,
        unproved=("organization_administration:read",),
        cost=1,
        plan=True,
    ),
    DeploymentEnvironment: ANYBODY,
    MemberTwoFactor: Need(
        all=(OWNER,),
        unproved=("members:read",),
        words=f"{_OWNERS} (an App's or fine-grained token's Members: read is tried)",
        who=WHO_OWNER,
        cost=2,
    ),
    OutsideTwoFactor: Need(
        all=(OWNER,),
        unproved=("members:read",),
        words=f"{_OWNERS} (an App's or fine-grained token's Members: read is tried)",
        who=WHO_OWNER,
        cost=2,
    ),
    **{
        kind: Need(
            all=(OWNER, "members:read"),
            part=True,
            words=f"{_OWNERS}, or an App or fine-grained token with Members: read",
            who=WHO_OWNER,
            cost=int(kind is OrganizationTeam),
        )
        for kind in OF_TEAMS  # members see the teams that are not secret, and their own
    },
    **{
        kind: Need(
            all=(OWNER, "members:read"),
            words=f"{_OWNERS}, or an App or fine-grained token with Members: read",
            who=WHO_OWNER,
            cost=1,
        )
        for kind in (OutsideCollaborator, OrganizationInvitation)
    },
    OrganizationRoleHolder: Need(
        all=(OWNER, "organization_custom_org_roles:read"),
        unproved=("organization_administration:read", "members:read"),
        words=f"{_OWNERS}, or an App or fine-grained token with Custom organization roles: read",
        who=WHO_OWNER,
        cost=1,
    ),
    InstalledApp: Need(
        all=(OWNER, "organization_administration:read"),
        words=f"{_OWNERS}, or an App or fine-grained token with organization Administration: read",
        who=WHO_OWNER,
        cost=1,
    ),
    RepositoryCollaborator: Need(
        all=(OWNER,),
        unproved=("administration:read",),
        words=f"{_OWNERS} (an App's or fine-grained token's repository Administration: read is tried)",
        who=WHO_OWNER,
    ),
    DeployKey: Need(
        all=(OWNER, "administration:read"),
        words=f"{_OWNERS}, or an App or fine-grained token with repository Administration: read",
        who=WHO_OWNER,
    ),
}
"""By kind. A kind without needs is public."""


def sees(kind: type[Evidence], place: Place) -> str:
    """What a place shows of a kind: ``all``, ``part``, ``none`` or ``untried``."""
    need = NEEDS[kind]
    if kind is PrivateRepository:
        return "all" if place.every_repository else "part" if place.some_repositories else "none"
    if kind in (AccountActivity, RepositoryActivity):
        return "all" if place.level == OWNER and place.every_repository else "none"
    if kind is AuditEvent:  # whether there is a log at all, nobody says beforehand
        return "untried" if place.audit or any(place.holds(right) for right in need.unproved) else "none"
    if not need.words or any(place.holds(right) for right in need.all):
        return "all"
    if place.level == UNKNOWN or any(place.holds(right) for right in need.unproved):
        return "untried"
    return "part" if need.part else "none"


def lacking(kind: type[Evidence]) -> str:
    """Why a kind is not seen, and who could change that: for a cell's detail."""
    need = NEEDS[kind]
    return f"needs {need.words}; {need.who} could grant it"


def score(place: Place) -> int:
    """How much a place shows: of two credentials the one with more is used."""
    worth = {"all": 4, "part": 2, "untried": 1, "none": 0}
    return sum(worth[sees(kind, place)] for kind in NEEDS)
