"""What comparisons read: the cells that bear on more than one asset, decoded once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TypeVar

import msgspec
from msgspec import Struct

from muniment.app.dossiers import decoded
from muniment.evidence.account_activity import AccountActivity
from muniment.evidence.account_reach import AccountReach
from muniment.evidence.audit_event import AuditEvent
from muniment.evidence.commit_claim import CommitClaim
from muniment.evidence.enterprise_organization import EnterpriseOrganization
from muniment.evidence.found_organization import FoundOrganization
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.github_repository import GithubRepository
from muniment.evidence.kind import Evidence, kinds
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
from muniment.model.observation import Outcome
from muniment.model.tlp import CLEAR, Marking, join
from muniment.ports import CellRecord
from muniment.register.inventory import Inventory

K = TypeVar("K", bound=Evidence)

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


class Look(Struct, frozen=True):
    """A cell that somebody saw: its facts, and whether they are all there are.

    ``failed``: a later look saw nothing.
    """

    source: str
    scope: str
    kind: type[Evidence]
    facts: tuple[Evidence, ...]
    outcome: Outcome
    whole: bool
    marking: Marking
    observed_at: datetime | None = None
    failed: bool = False

    @property
    def absent(self) -> bool:
        """True if it is proof that the thing does not exist."""
        return self.outcome is Outcome.ABSENT

    @property
    def settled(self) -> bool:
        """True if nothing about the cell is left to be seen."""
        return self.whole or self.absent


class Looks:
    """Looks in the order of their scopes, by kind, and the one to believe of each scope."""

    def __init__(self, looks: Iterable[Look]) -> None:
        self.by_kind: dict[type[Evidence], list[Look]] = defaultdict(list)
        for look in looks:
            self.by_kind[look.kind].append(look)

    def of(self, *read: type[Evidence]) -> Iterator[Look]:
        """Every look at some kinds."""
        for kind in read:
            yield from self.by_kind.get(kind, ())

    def best(self, kind: type[Evidence]) -> dict[str, Look]:
        """Of each scope the look that shows most of a kind, where several sources tell of it."""
        best: dict[str, Look] = {}
        for look in self.of(kind):
            before = best.get(look.scope)
            if before is None or _worth(look) > _worth(before):
                best[look.scope] = look
        return best


def _worth(look: Look) -> tuple[bool, int]:
    return (look.settled, len(look.facts))


def one(look: Look | None, kind: type[K]) -> K | None:
    """The fact of a cell that holds one; ``None``: it was not seen."""
    return next((f for f in look.facts if isinstance(f, kind)), None) if look is not None else None


def marking(looks: Iterable[Look]) -> Marking:
    """The joint marking of what was read; CLEAR where nothing was: the register's own is joined by the checks."""
    found = {look.marking for look in looks}
    return join(*found) if found else CLEAR


def marking_of_found(inventory: Inventory, assets: Iterable[str], read: Marking) -> Marking:
    """The marking ``read``, joined by that of what the assets were found by, or of the trees that declare them."""
    return join(read, *{inventory.closer(asset) for asset in assets if inventory.entry(asset) is not None})


def read(records: Iterable[CellRecord]) -> Looks:
    """The looks at the kinds compared; what was never seen, or cannot be read, is left out."""
    return Looks(_looks(records))


def _looks(records: Iterable[CellRecord]) -> Iterator[Look]:
    known = kinds()
    for record in records:
        kind = known.get(record.cell.kind)
        if kind not in READ or kind is None or record.standing is None:
            continue
        facts: tuple[Evidence, ...] = ()
        if record.standing is not Outcome.ABSENT:
            try:
                facts = decoded(record, kind)
            except (msgspec.DecodeError, UnicodeDecodeError):
                continue  # as good as unseen: the checks read the same cell as unreadable
        yield Look(
            source=record.cell.source,
            scope=record.cell.scope,
            kind=kind,
            facts=facts,
            outcome=record.standing,
            whole=record.standing is Outcome.COLLECTED and not record.suspected,
            marking=record.marking,
            observed_at=record.observed_at,
            failed=not record.latest.observes,
        )
