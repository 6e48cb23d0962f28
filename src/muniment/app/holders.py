"""Notes when a package comes into the hands of people of whom none held it before and none is known.

A package's name has no number. Who takes a name that was given up, or an account that could change the package, is
told from its people by having none of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec
from msgspec import Struct

from muniment.app.reconcile.deriving import derived
from muniment.evidence.belief import SURE, settled
from muniment.evidence.kind import decoder, kind_id
from muniment.evidence.package_holders import PackageHolders
from muniment.evidence.package_ownership import PackageOwnership
from muniment.evidence.package_role import PackageRole
from muniment.model.asset import PYPI_ORG, Status, canonical
from muniment.model.observation import Batch, Outcome
from muniment.ports import CellRecord, Store
from muniment.register.inventory import Inventory

_ROLE, _HOLDERS, _OWNERSHIP = kind_id(PackageRole), kind_id(PackageHolders), kind_id(PackageOwnership)


class _Known(Struct):
    """Who held a package when all were last seen, what was noted of it, and when it was last asked about."""

    held: frozenset[str] = frozenset()
    noted: PackageHolders | None = None
    asked_at: datetime | None = None


class Holders:
    """Who holds which package, as it stands and as a run learns it."""

    def __init__(self, store: Store, inventory: Inventory, *, now: datetime) -> None:
        self._inventory = inventory
        self._now = now
        self._packages: dict[str, _Known] = {}
        for record in store.cells(kinds=(_ROLE, _HOLDERS)):
            self._learn(record)

    def _learn(self, record: CellRecord) -> None:
        known = self._packages.setdefault(record.cell.scope, _Known())
        try:
            if record.cell.kind == _HOLDERS:
                known.noted = next((decoder(PackageHolders).decode(p) for _, p in record.facts), None)
                return
            known.asked_at = max(record.latest_at, known.asked_at or record.latest_at)
            if record.standing is Outcome.COLLECTED and not record.suspected:
                known.held = frozenset(decoder(PackageRole).decode(p).account for _, p in record.facts)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return  # the checks read the same cell as unreadable

    def meet(self, batches: Sequence[Batch]) -> Iterator[Batch]:
        """What is to be noted of some looks, besides what they say."""
        owned = {b.cell.scope for b in batches if b.cell.kind == _OWNERSHIP and self._is_owned(b)}
        for batch in batches:
            if batch.cell.kind != _ROLE or batch.cell.source in SURE:
                continue
            known = self._packages.setdefault(batch.cell.scope, _Known())
            if known.asked_at is not None and batch.observed_at < known.asked_at:
                continue  # an older look, handed over since: it does not tell who holds the package now
            known.asked_at = batch.observed_at
            fact = self._fact(batch, known, owned=batch.cell.scope in owned)
            if fact is not None and fact != known.noted:
                known.noted = fact
                yield derived(
                    batch.cell.scope, PackageHolders, (fact,), Outcome.COLLECTED, batch.marking, self._now
                )

    def _fact(self, batch: Batch, known: _Known, *, owned: bool) -> PackageHolders | None:
        before = frozenset(known.noted.before) if known.noted is not None else known.held
        if batch.outcome is Outcome.ABSENT:
            return PackageHolders(before=tuple(sorted(before))) if before else None
        try:
            now = frozenset(decoder(PackageRole).decode(item.payload).account for item in batch.items)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None
        if not now or not batch.outcome.observes:
            return None  # of an organization's package its teams are not listed
        if settled(batch) is not Outcome.COLLECTED:  # whom it shows is among those believed from now on
            return PackageHolders(before=tuple(sorted(before))) if before and known.noted is None else None
        place = batch.cell.scope.partition(":")[0]
        common = {account.lower() for account in now} & {account.lower() for account in before}
        ours = owned or bool(common) or any(self._inventory.party_of(place, account) for account in now)
        if before and not ours:
            return PackageHolders(before=tuple(sorted(before)), now=tuple(sorted(now)))
        known.held = now
        return PackageHolders(before=tuple(sorted(now))) if known.noted is not None else None

    def _is_owned(self, batch: Batch) -> bool:
        """True if an organization of the project's at the registry holds the package."""
        for item in batch.items:
            try:
                name = decoder(PackageOwnership).decode(item.payload).organization
            except (msgspec.DecodeError, UnicodeDecodeError):
                continue
            entry = self._inventory.entry(canonical(f"{PYPI_ORG}/{name}")) if name else None
            if entry is not None and entry.status is Status.OFFICIAL:
                return True
        return False
