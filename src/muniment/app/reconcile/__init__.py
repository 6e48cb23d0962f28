"""Compares what was seen with what is declared, across assets: evidence that no single source can give."""

from __future__ import annotations

from datetime import datetime

from muniment.app.activity import BELONGING
from muniment.app.dossiers import inventory_at
from muniment.app.elsewhere import ELSEWHERE, never_read
from muniment.app.pushes import unread as unread_pushes
from muniment.app.reconcile.deriving import SOURCE
from muniment.app.reconcile.enterprises import enterprises
from muniment.app.reconcile.grants import gates, grants
from muniment.app.reconcile.moves import moves
from muniment.app.reconcile.organizations import organizations
from muniment.app.reconcile.packages import namespaces, reach
from muniment.app.reconcile.reading import read
from muniment.app.reconcile.repositories import packages_of_repositories, sources_of_packages
from muniment.app.reconcile.rules import rules
from muniment.app.reconcile.standings import standings
from muniment.evidence.account_activity import AccountActivity
from muniment.evidence.account_reach import AccountReach
from muniment.evidence.account_standing import AccountStanding
from muniment.evidence.found_organization import FoundOrganization
from muniment.evidence.github_identity import GithubIdentity
from muniment.evidence.kind import kind_id
from muniment.evidence.namespace_package import NamespacePackage
from muniment.evidence.organization_enterprise import OrganizationEnterprise
from muniment.evidence.package_holders import PackageHolders
from muniment.evidence.package_source import PackageSource
from muniment.evidence.release_environment import ReleaseEnvironment
from muniment.evidence.repository_activity import RepositoryActivity
from muniment.evidence.repository_grant import RepositoryGrant
from muniment.evidence.repository_move import RepositoryMove
from muniment.evidence.repository_package import RepositoryPackage
from muniment.evidence.rule_match import RuleMatch
from muniment.model.observation import Batch, Cell
from muniment.ports import Store

DERIVES = (
    NamespacePackage,
    AccountReach,
    RepositoryPackage,
    PackageSource,
    FoundOrganization,
    OrganizationEnterprise,
    RuleMatch,
    RepositoryMove,
    GithubIdentity,
    PackageHolders,
    RepositoryGrant,
    ReleaseEnvironment,
    AccountStanding,
)
"""The kinds that no source tells. Every comparison is a function of what was read, the inventory and the instant;
``GithubIdentity`` and ``PackageHolders`` are noted as looks come in, by ``app.identity`` and ``app.holders``.
"""

_COMPARISONS = (
    namespaces,
    reach,
    packages_of_repositories,
    sources_of_packages,
    organizations,
    enterprises,
    rules,
    moves,
    grants,
    gates,
)


def reconcile(store: Store, *, now: datetime) -> tuple[Batch, ...]:
    """The derived batches, from everything believed now. Pure but for reading the store.

    What a council declines is not compared, though it was seen before; nor is a comparison made that it declines.
    """
    inventory = inventory_at(store)
    today = now.date()

    def is_declined(cell: Cell) -> bool:
        return inventory.policy.decliner(cell.kind, cell.scope, today) is not None

    looks = read(record for record in store.cells() if not is_declined(record.cell))
    batches = [batch for compare in _COMPARISONS for batch in compare(looks, inventory, now)]
    if any(True for _ in looks.of(AccountActivity)):  # where nobody asked, since when people belong is not needed
        came = {kind: store.came(kind_id(kind)) for kind in BELONGING}
        cells = [
            record
            for record in store.cells(kinds=sorted(map(kind_id, (*ELSEWHERE, RepositoryActivity))))
            if not is_declined(record.cell)
        ]
        unread = [told for record in cells if (told := never_read(record)) is not None]
        unseen = [missed for record in cells if (missed := unread_pushes(record)) is not None]
        batches += standings(looks, inventory, now, came, unread, unseen)
    return tuple(batch for batch in batches if not is_declined(batch.cell))


__all__ = ["DERIVES", "SOURCE", "reconcile"]
