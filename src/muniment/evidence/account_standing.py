"""One account that may write in an organization, and all that was seen of what it does."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from muniment.evidence.account_activity import AccountActivity
from muniment.evidence.audit_event import AuditEvent
from muniment.evidence.kind import Evidence
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.organization_repository import OrganizationRepository
from muniment.evidence.organization_role_holder import OrganizationRoleHolder
from muniment.evidence.organization_settings import OrganizationSettings
from muniment.evidence.outside_collaborator import OutsideCollaborator
from muniment.evidence.repository_activity import RepositoryActivity
from muniment.evidence.repository_collaborator import RepositoryCollaborator
from muniment.evidence.team_member import TeamMember
from muniment.evidence.team_repository import TeamRepository
from muniment.model.activity import Sighting
from muniment.model.asset import GITHUB_ORG
from muniment.model.tlp import TLP


class AccountStanding(Evidence, frozen=True, kw_only=True):
    """An account with a right to write, by what it has that (``writes``), and what each source saw of it.

    Derived by reconciliation. ``came`` is the day on which it was first seen in the organization; ``None``: that is
    not known. ``sightings`` are of every organization in which the account was seen, and of other sources.
    Machines' accounts, as the register marks them, are left out.
    """

    about: ClassVar = (GITHUB_ORG,)
    key_fields: ClassVar = ("id",)
    marking: ClassVar = TLP.AMBER
    made_of: ClassVar = (
        AccountActivity,
        AuditEvent,
        OrganizationMember,
        OrganizationRepository,
        OrganizationRoleHolder,
        OrganizationSettings,
        OutsideCollaborator,
        RepositoryActivity,
        RepositoryCollaborator,
        TeamMember,
        TeamRepository,
    )
    people: ClassVar = ("id", "login")

    id: int
    login: str
    writes: tuple[str, ...]
    came: date | None = None
    sightings: tuple[Sighting, ...] = ()
