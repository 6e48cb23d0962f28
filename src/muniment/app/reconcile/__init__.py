"""Compares what was seen with what is declared, across assets: evidence that no single source can give."""

from __future__ import annotations

from datetime import datetime

from muniment.app.dossiers import inventory_at
from muniment.app.looks import is_declined, looks
from muniment.app.reconcile.deriving import SOURCE
from muniment.app.reconcile.enterprises import enterprises
from muniment.app.reconcile.grants import gates, grants
from muniment.app.reconcile.moves import moves
from muniment.app.reconcile.organizations import organizations
from muniment.app.reconcile.packages import namespaces, reach
from muniment.app.reconcile.reading import READ
from muniment.app.reconcile.repositories import packages_of_repositories, sources_of_packages
from muniment.app.reconcile.rules import rules
from muniment.app.reconcile.standings import standings
from muniment.evidence.account_reach import AccountReach
from muniment.evidence.account_standing import AccountStanding
from muniment.evidence.found_organization import FoundOrganization
from muniment.evidence.github_identity import GithubIdentity
from muniment.evidence.namespace_package import NamespacePackage
from muniment.evidence.organization_enterprise import OrganizationEnterprise
from muniment.evidence.package_holders import PackageHolders
from muniment.evidence.package_source import PackageSource
from muniment.evidence.release_environment import ReleaseEnvironment
from muniment.evidence.repository_grant import RepositoryGrant
from muniment.evidence.repository_move import RepositoryMove
from muniment.evidence.repository_package import RepositoryPackage
from muniment.evidence.rule_match import RuleMatch
from muniment.model.observation import Batch
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
    standings,
)


def reconcile(store: Store, *, now: datetime) -> tuple[Batch, ...]:
    """The derived batches, from everything believed now. Pure but for reading the store.

    What a council declines is not compared, though it was seen before; nor is a comparison made that it declines.
    """
    inventory = inventory_at(store)
    seen = looks(store, inventory, READ, at=None, now=now)
    batches = (batch for compare in _COMPARISONS for batch in compare(seen, inventory, now))
    return tuple(batch for batch in batches if not is_declined(batch.cell, inventory, now))


__all__ = ["DERIVES", "SOURCE", "reconcile"]
