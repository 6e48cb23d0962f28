"""Compares what was seen with what is declared, across assets: evidence that no single source can give."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from muniment.app.dossiers import decoded, inventory_at
from muniment.evidence.account_reach import AccountReach
from muniment.evidence.belief import COMPARED
from muniment.evidence.kind import Evidence, encode, kind_id, kinds
from muniment.evidence.namespace_package import NamespacePackage
from muniment.evidence.package_dependency import PackageDependency
from muniment.evidence.package_ownership import PackageOwnership
from muniment.evidence.package_project import PackageProject
from muniment.evidence.package_role import PackageRole
from muniment.model.asset import NPM, NPM_SCOPE, PROJECT, PYPI, PYPI_ORG, Status, canonical, family
from muniment.model.observation import Batch, Cell, Item, Outcome
from muniment.model.tlp import CLEAR, Marking, join
from muniment.ports import CellRecord, Store
from muniment.register.inventory import Inventory, parent_of

SOURCE = COMPARED
PARSER = "reconcile/1"
VANTAGE = frozenset({SOURCE})
DERIVES = (NamespacePackage, AccountReach)


def reconcile(store: Store, *, now: datetime) -> tuple[Batch, ...]:
    """The derived batches, from everything believed now. Pure but for reading the store."""
    inventory = inventory_at(store)
    seen = _Seen(store.cells(), inventory)
    return (*_namespaces(seen, inventory, now), *_reach(seen, inventory, now))


class _Seen:
    """What the sources said that bears on more than one asset, gathered in one pass."""

    def __init__(self, records: Iterable[CellRecord], inventory: Inventory) -> None:
        self.mentions: dict[str, set[str]] = defaultdict(set)  # package → assets it was seen in
        self.organization: dict[str, str] = {}  # package → pypi:org/…
        self.roles: dict[str, tuple[PackageRole, ...]] = {}  # package → complete roles
        self.partial_roles: dict[str, tuple[PackageRole, ...]] = {}
        self.markings: dict[type[Evidence], set[Marking]] = defaultdict(set)
        self.reached: set[str] = set()  # accounts that held a package at the last reconciliation
        self.reached_marking = CLEAR  # of the cell that names them
        known = kinds()
        for record in records:
            kind = known.get(record.cell.kind)
            if kind not in (AccountReach, PackageProject, PackageDependency, PackageOwnership, PackageRole):
                continue
            if record.standing is Outcome.ABSENT and kind is PackageRole:
                self.roles[record.cell.scope] = ()  # nobody holds a role on what does not exist
            if record.standing is None or record.standing is Outcome.ABSENT:
                continue
            try:
                facts = decoded(record, kind)
            except (msgspec.DecodeError, UnicodeDecodeError):
                continue  # as good as unseen: the checks read the same cell as unreadable
            if kind is AccountReach:
                self.reached |= {f.account for f in facts if isinstance(f, AccountReach) and f.packages}
                self.reached_marking = join(self.reached_marking, record.marking)
            else:
                self._take(record, kind, facts)

    def _take(self, record: CellRecord, kind: type[Evidence], facts: tuple[Evidence, ...]) -> None:
        scope = record.cell.scope
        self.markings[kind].add(record.marking)
        if kind is PackageProject:
            self.mentions[scope].add(f"{record.cell.source} lists it")
        roles = tuple(f for f in facts if isinstance(f, PackageRole))
        if kind is PackageRole:
            whole = record.standing is Outcome.COLLECTED and not record.suspected
            (self.roles if whole else self.partial_roles)[scope] = roles
        for fact in facts:
            if isinstance(fact, PackageDependency):
                self.mentions[canonical(fact.asset)].add(scope)
            elif isinstance(fact, PackageOwnership) and fact.organization:
                self.organization[scope] = canonical(f"{PYPI_ORG}/{fact.organization}")

    def marking(self, *read: type[Evidence]) -> Marking:
        found = [m for kind in read for m in self.markings[kind]]
        return join(*found) if found else CLEAR


def _namespaces(seen: _Seen, inventory: Inventory, now: datetime) -> Iterator[Batch]:
    members: dict[str, set[str]] = defaultdict(set)
    for package in seen.mentions:
        if family(package) == NPM:
            scope = parent_of(package)
            if scope:
                members[scope].add(package)
    for package, organization in seen.organization.items():
        members[organization].add(package)
    for asset, entry in sorted(inventory.assets.items()):
        if family(asset) not in (NPM_SCOPE, PYPI_ORG) or entry.status is not Status.OFFICIAL:
            continue
        yield _batch(
            asset,
            NamespacePackage,
            [
                NamespacePackage(
                    asset=package,
                    declared=package in inventory.assets,
                    seen_in=tuple(sorted(seen.mentions.get(package, ()))),
                )
                for package in sorted(members[asset])
            ],
            Outcome.PARTIAL,
            seen.marking(PackageProject, PackageDependency, PackageOwnership),
            now,
        )


def _reach(seen: _Seen, inventory: Inventory, now: datetime) -> Iterator[Batch]:
    official = {
        asset: family(asset)
        for asset, entry in inventory.assets.items()
        if entry.status is Status.OFFICIAL and family(asset) in (PYPI, NPM)
    }
    complete = {
        place: all(asset in seen.roles for asset, own in official.items() if own == place) for place in (PYPI, NPM)
    }
    held: dict[str, set[str]] = defaultdict(set)
    for roles in (seen.roles, seen.partial_roles):
        for package, found in roles.items():
            if package in official:
                for role in found:
                    held[f"{official[package]}:{role.account}"].add(package)
    gone = {a for a in seen.reached - held.keys() if complete.get(a.partition(":")[0])}
    for account in gone:  # an account that lost its last package is seen, once, to hold none
        held[account] = set()
    marking = seen.marking(PackageRole)
    if gone:  # no role names them any more: only the earlier comparison does
        marking = join(marking, seen.reached_marking)
    items = [
        AccountReach(
            account=account,
            packages=tuple(sorted(packages)),
            complete=complete[account.partition(":")[0]],
        )
        for account, packages in sorted(held.items())
    ]
    asset = f"{PROJECT}:{inventory.project}"
    if inventory.project and asset in inventory.assets:
        outcome = Outcome.COLLECTED if all(complete.values()) else Outcome.PARTIAL
        yield _batch(asset, AccountReach, items, outcome, marking, now)


def _batch(
    scope: str,
    kind: type[Evidence],
    items: list[NamespacePackage] | list[AccountReach],
    outcome: Outcome,
    marking: Marking,
    now: datetime,
) -> Batch:
    return Batch(
        cell=Cell(SOURCE, scope, kind_id(kind)),
        vantage=VANTAGE,
        outcome=outcome,
        observed_at=now,
        parser=PARSER,
        marking=marking,
        items=tuple(Item(i.key, encode(i)) for i in items),
        detail="no registry lists a namespace's packages" if kind is NamespacePackage else "",
        schema=kind.schema,
    )
