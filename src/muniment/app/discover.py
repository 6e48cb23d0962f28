"""Looks at the organizations that somebody named, and at the packages that their repositories name, and back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain, zip_longest
from typing import Protocol, TypeVar, runtime_checkable

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from muniment.app.collect import ask, derive, finish, take_in
from muniment.app.declare import declare
from muniment.app.identity import Identities, kept
from muniment.app.main_job import Declared, Track, begin, phases, untracked
from muniment.app.plan import Plan, plan
from muniment.app.reach import unkeyed
from muniment.app.reconcile import derives
from muniment.app.resuming import asked_with, remembered
from muniment.checks.declaration import Check
from muniment.evidence.bundle import Bundle
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_policy import DeclaredPolicy
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.github_repository import GithubRepository
from muniment.evidence.kind import Evidence, decoder, kind_id
from muniment.evidence.organization_repository import OrganizationRepository
from muniment.evidence.package_project import PackageProject
from muniment.evidence.repository_manifest import RepositoryManifest
from muniment.evidence.repository_property import RepositoryProperty
from muniment.model.asset import GITHUB_REPO, Status, canonical, name
from muniment.model.errors import UsageError
from muniment.model.observation import Batch, Outcome
from muniment.model.policy import Policy
from muniment.model.tlp import Marking
from muniment.ports import CellRecord, Collector, Io, Store
from muniment.register.discovering.seen import (
    Record,
    Seen,
    SeenOrganization,
    SeenPackage,
    SeenRepository,
    Sight,
)
from muniment.register.inventory import Inventory, parent_of

KINDS: tuple[type[Evidence], ...] = (
    GithubOrganization,
    GithubRepository,
    OrganizationRepository,
    PackageProject,
    RepositoryManifest,
    RepositoryProperty,
)
"""All that a register is made of; nothing about people is among it."""

_CLOSED = "what was seen of it is for fewer readers than the register"

_LONGEST = 250

K = TypeVar("K", bound=Evidence)


@runtime_checkable
class Narrowable(Protocol):
    """A collector that can be told to ask for some kinds alone."""

    def narrowed(self, kinds: Collection[type[Evidence]]) -> Collector:
        """The same, asking and telling of these kinds alone."""
        ...


class Wanted(Struct, frozen=True):
    """What is to be discovered: organizations (asset ids) of a project, and packages that lists name.

    ``marking`` is that of the register to be; what is for fewer readers is not used for it.
    """

    project: str
    name: str
    organizations: tuple[str, ...]
    packages: tuple[str, ...]
    marking: Marking


class Discovered(Struct, frozen=True):
    """The run in which it was, what was seen, and how many packages were left for later."""

    run: int
    seen: Seen
    later: int


def discover(
    store: Store,
    wanted: Wanted,
    checks: Mapping[str, Check],
    collectors: Sequence[Collector],
    io: Callable[[Collector], Io],
    recorded: Iterable[Bundle],
    *,
    clock: Callable[[], datetime],
    code: str,
    limit: int | None = None,
    track: Track = untracked,
    note: Callable[[str], None] = lambda text: None,
) -> Discovered:
    """Ask about the organizations, then about the packages that their manifests and the lists name.

    ``limit`` is how many packages are asked about (default: the policy's), in turn for each organization; 0 asks
    nothing at all. Nothing is judged. The caller holds the lease, and calls ``settle`` when the register stands.
    """
    now = clock()
    evidence = (DeclaredPolicy(project=wanted.project, name=wanted.name, policy=Policy()),)
    run = begin(store, Declared(wanted.project, evidence, wanted.marking, ""), now=now, code=code)
    asked_with(store, run, collectors, now=now)
    inventory = Inventory.of(evidence)
    # The database may know these names already: whoever took one since is no more believed here than in a run.
    identities = Identities(store, _unknown(inventory, wanted.organizations), now=now, note=note)
    for bundle in recorded:
        for text in bundle.notes:
            note(text)
        take_in(store, run, bundle.batches, collectors, note, today=now.date(), meet=identities.meet)
    kinds = [kind for kind in KINDS if kind.marking <= wanted.marking.level]
    told = {kind_id(kind) for kind in kinds}
    narrow = [c.narrowed(kinds) if isinstance(c, Narrowable) else c for c in collectors]
    narrow = [c for c in narrow if c.rank == 0 and not set(kinds).isdisjoint(c.yields)]

    def keep(batches: Sequence[Batch]) -> Sequence[Batch]:
        met = identities.meet([batch for batch in batches if batch.cell.kind in told])
        kept(store, run, met)
        return met.kept

    memory = remembered(store, now=now, run=run, collectors=collectors)

    def planned(assets: Sequence[str], bound: int | None) -> Plan:
        return plan(
            _unknown(inventory, assets), checks, narrow, now=now, memory=memory, limit=bound, derived=derives()
        )

    if limit != 0:
        first = planned(wanted.organizations, limit)
        for text in unkeyed(first):
            note(text)
        phases(first, narrow, io, keep, lambda rank, found: first, lambda: (), track)
    seen = _seen(store, wanted)
    left = _in_turn(seen)
    if left and limit != 0:
        bound = inventory.policy.live_limit if limit is None else limit
        second = planned(left[:bound], bound)
        with track("asking about packages", len(second.ask)) as tick:
            ask(second, io, keep, tick=tick)
        seen, left = _seen(store, wanted), left[bound:]
    return Discovered(run, seen, len(left))


def settle(store: Store, run: int, declared: Declared, *, now: datetime) -> None:
    """Record the register that was made, and end the run in which it was discovered."""
    declare(store, run, declared.evidence, declared.marking, now=now)
    derive(store, run, now=now)
    finish(store, run)


def _unknown(inventory: Inventory, assets: Iterable[str]) -> Inventory:
    """The inventory with assets of which nobody has decided anything, so that they are asked about."""
    entries = {a: DeclaredAsset(asset=a, status=Status.UNCLEAR, reason="to be discovered") for a in assets}
    return replace(inventory, assets=entries)


def _in_turn(seen: Seen) -> list[str]:
    """The packages that nothing is known of: one of each organization, then another of each."""
    unseen = {package.asset for package in seen.packages if package.record is Record.UNSEEN}
    by: dict[str, list[str]] = {}
    for repository in seen.repositories:
        for package in repository.packages:
            by.setdefault(repository.organization, []).append(package)
    turns = chain.from_iterable(zip_longest(*(own for _, own in sorted(by.items()))))
    named = [package for package in turns if package in unseen]
    return list(dict.fromkeys((*named, *sorted(unseen))))


# ---------------------------------------------------------------- reading what was seen


def _seen(store: Store, wanted: Wanted) -> Seen:
    cells = _Cells(store, wanted.marking)
    organizations = tuple(_organization(cells, asset) for asset in wanted.organizations)
    hidden = {o.asset for o in organizations if o.sight in (Sight.GONE, Sight.MOVED)}
    repositories = tuple(r for o in wanted.organizations if o not in hidden for r in _repositories(cells, o))
    packages = {package for r in repositories if not r.fork for package in r.packages} | {*wanted.packages}
    return Seen(organizations, repositories, tuple(_package(cells, package) for package in sorted(packages)))


class _Cells:
    """What is believed, by kind and scope: of several sources the one that saw most."""

    def __init__(self, store: Store, marking: Marking) -> None:
        self._marking = marking
        self._records: dict[tuple[str, str], CellRecord] = {}
        for record in store.cells(kinds=[kind_id(kind) for kind in KINDS]):
            place = (record.cell.kind, record.cell.scope)
            before = self._records.get(place)
            if before is None or _worth(record) > _worth(before):
                self._records[place] = record

    def get(self, kind: type[Evidence], scope: str) -> CellRecord | None:
        return self._records.get((kind_id(kind), scope))

    def scopes(self, kind: type[Evidence]) -> Iterable[str]:
        """The assets of which a kind was seen."""
        return [scope for (own, scope), record in self._records.items() if own == kind_id(kind) and record.facts]

    def is_closed(self, record: CellRecord) -> bool:
        """True if a record is for fewer readers than the register is."""
        return record.marking.level > self._marking.level or record.marking.to is not None

    def facts(self, kind: type[K], scope: str) -> tuple[K, ...]:
        """The facts of a cell that may be used; none of one that cannot be read."""
        record = self.get(kind, scope)
        if record is None or self.is_closed(record):
            return ()
        decode = decoder(kind).decode
        try:
            return tuple(decode(payload) for _, payload in record.facts)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return ()


def _worth(record: CellRecord) -> int:
    order = (None, Outcome.ABSENT, Outcome.PARTIAL, Outcome.COLLECTED)
    return order.index(record.standing) if record.standing in order else 0


def _organization(cells: _Cells, asset: str) -> SeenOrganization:
    record = cells.get(OrganizationRepository, asset)
    face = next(iter(cells.facts(GithubOrganization, asset)), None)
    login = face.login if face is not None else name(asset)
    if face is not None and login.lower() != name(asset):
        return SeenOrganization(asset, name(asset), Sight.MOVED, now=login)
    if record is None:
        return SeenOrganization(asset, login, Sight.UNSEEN, "nobody has looked")
    if cells.is_closed(record):
        return SeenOrganization(asset, login, Sight.UNSEEN, _CLOSED)
    if record.standing is Outcome.ABSENT:
        return SeenOrganization(asset, login, Sight.GONE)
    if record.standing is None:
        return SeenOrganization(asset, login, Sight.UNSEEN, record.detail or record.latest.value)
    whole = record.standing is Outcome.COLLECTED and not record.suspected
    return SeenOrganization(asset, login, Sight.WHOLE if whole else Sight.PART, "" if whole else record.detail)


def _repositories(cells: _Cells, organization: str) -> Iterable[SeenRepository]:
    """The repositories in an organization's list; without one those of which a manifest was recorded."""
    facts = cells.facts(OrganizationRepository, organization)
    listed = {canonical(fact.asset): fact.fork for fact in facts}
    record = cells.get(OrganizationRepository, organization)
    if record is None or record.standing is None:
        listed = dict.fromkeys(cells.scopes(RepositoryManifest), False)
    for asset, fork in listed.items():
        if parent_of(asset) == organization:  # a list speaks for its own organization alone
            yield _repository(cells, asset, organization, fork)


def _repository(cells: _Cells, asset: str, organization: str, fork: bool) -> SeenRepository:
    properties = cells.get(RepositoryProperty, asset)
    known = properties is not None and properties.standing is Outcome.COLLECTED and not cells.is_closed(properties)
    manifests = cells.facts(RepositoryManifest, asset)
    looked = cells.get(RepositoryManifest, asset)
    return SeenRepository(
        asset=asset,
        organization=organization,
        fork=fork,
        properties={p.name.lower(): p.values for p in cells.facts(RepositoryProperty, asset)} if known else None,
        packages=tuple(sorted({canonical(m.package) for m in manifests if m.published and _is_short(m.package)})),
        vague=looked is not None and looked.standing is Outcome.PARTIAL,
    )


def _package(cells: _Cells, asset: str) -> SeenPackage:
    record = cells.get(PackageProject, asset)
    if record is None or cells.is_closed(record) or record.standing is None:
        return SeenPackage(asset, Record.UNSEEN)
    if record.standing is Outcome.ABSENT:
        return SeenPackage(asset, Record.ABSENT)
    repository = next((_link(fact.repository) for fact in cells.facts(PackageProject, asset)), None)
    if repository is None:
        return SeenPackage(asset, Record.UNSEEN)
    return SeenPackage(asset, Record.LINKED if repository else Record.UNLINKED, repository)


def _is_short(asset: str) -> bool:
    """True if a register can hold it: bundles come from anybody."""
    return len(asset) <= _LONGEST


def _link(repository: str) -> str:
    try:
        named = repository.startswith(f"{GITHUB_REPO}/") and _is_short(repository)
        return canonical(repository) if named else ""
    except UsageError:
        return ""  # a payload kept by an earlier version may hold anything
