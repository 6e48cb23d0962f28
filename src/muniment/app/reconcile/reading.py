"""Which kinds comparisons read."""

from __future__ import annotations

from muniment.evidence.account_activity import AccountActivity
from muniment.evidence.account_reach import AccountReach
from muniment.evidence.audit_event import AuditEvent
from muniment.evidence.commit_claim import CommitClaim
from muniment.evidence.enterprise_organization import EnterpriseOrganization
from muniment.evidence.found_organization import FoundOrganization
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.github_repository import GithubRepository
from muniment.evidence.kind import Evidence
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.organization_repository import OrganizationRepository
from muniment.evidence.organization_role_holder import OrganizationRoleHolder
from muniment.evidence.organization_settings import OrganizationSettings
from muniment.evidence.outside_collaborator import OutsideCollaborator
from muniment.evidence.package_dependency import PackageDependency
from muniment.evidence.package_ownership import PackageOwnership
from muniment.evidence.package_project import PackageProject
from muniment.evidence.package_publisher import PackagePublisher
from muniment.evidence.package_role import PackageRole
from muniment.evidence.package_uploader import PackageUploader
from muniment.evidence.release_environment import ReleaseEnvironment
from muniment.evidence.release_publisher import ReleasePublisher
from muniment.evidence.repository_activity import RepositoryActivity
from muniment.evidence.repository_collaborator import RepositoryCollaborator
from muniment.evidence.repository_manifest import RepositoryManifest
from muniment.evidence.repository_move import RepositoryMove
from muniment.evidence.repository_property import RepositoryProperty
from muniment.evidence.team_member import TeamMember
from muniment.evidence.team_repository import TeamRepository

READ: frozenset[type[Evidence]] = frozenset(
    {
        TeamRepository,
        TeamMember,
        RepositoryCollaborator,
        OutsideCollaborator,
        OrganizationSettings,
        OrganizationRoleHolder,
        OrganizationMember,
        AccountActivity,
        AccountReach,
        AuditEvent,
        CommitClaim,
        EnterpriseOrganization,
        FoundOrganization,
        GithubOrganization,
        GithubRepository,
        OrganizationMember,
        OrganizationRepository,
        OutsideCollaborator,
        PackageDependency,
        PackageOwnership,
        PackageProject,
        PackagePublisher,
        PackageRole,
        PackageUploader,
        ReleaseEnvironment,
        ReleasePublisher,
        RepositoryActivity,
        RepositoryCollaborator,
        RepositoryManifest,
        RepositoryMove,
        RepositoryProperty,
    }
)
"""The kinds that are compared. ``PrivateRepository`` is not among them, and nothing may be derived from it."""
