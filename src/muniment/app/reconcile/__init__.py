"""Compares what was seen with what is declared, across assets: evidence that no single source can give."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from muniment.app.dossiers import inventory_at
from muniment.app.looks import is_declined, looks
from muniment.app.reconcile.declaration import comparisons
from muniment.app.reconcile.deriving import SOURCE
from muniment.evidence.github_identity import GithubIdentity
from muniment.evidence.kind import kind_id
from muniment.evidence.package_holders import PackageHolders
from muniment.model.observation import Batch
from muniment.ports import Store

_NOTED = (GithubIdentity, PackageHolders)
"""The kinds that are noted as looks come in, by ``app.identity`` and ``app.holders``."""


@cache
def derives() -> frozenset[str]:
    """The ids of the kinds that no source tells."""
    return frozenset(map(kind_id, (*_NOTED, *(compare.derives for compare in comparisons()))))


def reconcile(store: Store, *, now: datetime) -> tuple[Batch, ...]:
    """The derived batches, from everything believed now. Pure but for reading the store.

    What a council declines is not compared, though it was seen before; nor is a comparison made that it declines.
    """
    inventory = inventory_at(store)
    read = {kind for compare in comparisons() for kind in compare.reads}
    seen = looks(store, inventory, read, at=None, now=now)
    batches = (batch for compare in comparisons() for batch in compare(seen, inventory, now))
    return tuple(batch for batch in batches if not is_declined(batch.cell, inventory, now))


__all__ = ["SOURCE", "derives", "reconcile"]
