"""From stored cells to dossiers: everything known of one asset on one day, decoded and with its age judged."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from muniment.app.sightings import sightings
from muniment.checks.assessment import Dossier, Seen
from muniment.checks.declaration import All
from muniment.evidence.belief import REGISTER
from muniment.evidence.kind import Evidence, decoder, kinds
from muniment.model.asset import family
from muniment.model.errors import UsageError
from muniment.model.observation import Outcome
from muniment.model.policy import Policy
from muniment.model.tlp import CLEAR, Marking, join
from muniment.model.verdict import Reason
from muniment.ports import CellRecord, Store
from muniment.register.inventory import Inventory, UnreadTree

_REASONS = {
    Outcome.DENIED: Reason.DENIED,
    Outcome.UNREACHABLE: Reason.UNREACHABLE,
    Outcome.UNREADABLE: Reason.UNREADABLE,
    Outcome.UNOBSERVABLE: Reason.UNOBSERVABLE,
}


class Book(Struct, frozen=True):
    """The register as it was recorded: the inventory, and the markings of its public part and of the whole.

    ``public`` is that of the tree read first; what included trees say may be more closed: ``Inventory.marking``.
    """

    inventory: Inventory
    public: Marking
    whole: Marking


PUBLIC_KINDS = frozenset(
    {"declared-asset", "declared-rule", "declared-subproject", "declared-policy", "declared-tree"}
)
"""What the register says of things, not of people; its own marking stands for these."""


def book_at(store: Store, at: datetime | None = None) -> Book:
    """What the register declared at an instant, from the evidence of the runs; empty, and RED, before the first."""
    known = kinds()
    declared = sorted(id for id, kind in known.items() if kind.keyed_by_asset)
    found = (r for r in records_at(store, at, None, declared) if r.cell.source == REGISTER)
    records = sorted((_whole(r, at) for r in found), key=_weight)
    inventory = Inventory.of(
        (fact for record in records for fact in decoded(record, known[record.cell.kind])),
        under=_under(records),
        unread=_unread(records),
    )
    first = [r for r in records if r.cell.scope == REGISTER]
    return Book(
        resolved(store, inventory, at),
        join(*(r.marking for r in first if r.cell.kind in PUBLIC_KINDS)),
        join(*(r.marking for r in first), *(r.marking for r in records if r.facts)),
    )


def _weight(record: CellRecord) -> tuple[bool, bool, str]:
    """Of two cells that declare one thing the later counts: what could be read, and the tree read first."""
    return record.latest.observes, record.cell.scope == REGISTER, record.cell.scope


def _under(records: Iterable[CellRecord]) -> dict[tuple[str, str], Marking]:
    """The markings of what included trees declare, by kind and key."""
    return {
        (record.cell.kind, key): record.marking
        for record in records
        for key, _ in record.facts
        if record.cell.scope != REGISTER
    }


def _unread(records: Iterable[CellRecord]) -> dict[str, UnreadTree]:
    """The included trees whose newest look failed, and what is still believed of them."""
    by_tree: dict[str, list[CellRecord]] = {}
    for record in records:
        if not record.latest.observes and record.cell.scope != REGISTER:
            by_tree.setdefault(record.cell.scope.removeprefix(f"{REGISTER}/"), []).append(record)
    return {
        name: UnreadTree(
            name=name,
            why=own[0].detail,
            read_at=min((r.observed_at for r in own if r.observed_at is not None), default=None),
            marking=min((r.marking for r in own), key=lambda marking: marking.level),
            said=frozenset((r.cell.kind, key) for r in own for key, _ in r.facts),
        )
        for name, own in sorted(by_tree.items())
    }


def resolved(store: Store, inventory: Inventory, at: datetime | None = None) -> Inventory:
    """The inventory with the repositories and packages that evidence and its rules make the project's."""

    def believed(scopes: Sequence[str] | None, kinds: Sequence[str]) -> Iterator[CellRecord]:
        return (_whole(record, at) for record in records_at(store, at, scopes, kinds))

    return inventory.finding(sightings(believed, inventory))


def _whole(record: CellRecord, at: datetime | None) -> CellRecord:
    """The record, unless it lies beyond what is kept: without it nobody can tell what the project was then."""
    if record.dropped is None or at is None:
        return record
    raise UsageError(
        f"what was known of the project on {at:%Y-%m-%d} is no longer kept: {record.cell.kind} goes back to "
        f"{record.dropped:%Y-%m-%d}",
        hint="a later --as-of; the policy's keep says how far one can look back",
    )


def records_at(
    store: Store,
    at: datetime | None = None,
    scopes: Sequence[str] | None = None,
    kinds: Sequence[str] | None = None,
) -> Iterator[CellRecord]:
    """What was believed at an instant, under the markings of that day *and* of today.

    What was open once and has been closed since stays closed when one looks back.
    """
    if at is None:
        yield from store.cells(scopes=scopes, kinds=kinds)
        return
    today = {r.cell: r.marking for r in store.cells(scopes=scopes, kinds=kinds)}
    for record in store.cells(at=at, scopes=scopes, kinds=kinds):
        yield replace(record, marking=join(record.marking, today.get(record.cell, record.marking)))


def inventory_at(store: Store, at: datetime | None = None) -> Inventory:
    """The inventory of the book at an instant."""
    return book_at(store, at).inventory


def decoded(record: CellRecord, kind: type[Evidence]) -> tuple[Evidence, ...]:
    """The facts of a cell as evidence; a payload that no longer decodes is a defect of ours and is raised."""
    decode = decoder(kind).decode
    return tuple(decode(payload) for _, payload in record.facts)


def refused(
    policy: Policy, kind: str, asset: str, source: str, now: datetime, marking: Marking = CLEAR
) -> Seen | None:
    """A cell that a council declined, as checks see it, whatever was seen before; ``None``: it did not.

    ``marking`` is that of the decision, which names who made it.
    """
    by = policy.decliner(kind, asset, now.date())
    if by is None:
        return None
    detail = f"by {by.by} until {by.until}: {by.reason}"
    return Seen(outcome=None, reason=Reason.DECLINED, detail=detail, source=source, marking=marking)


def max_age(policy: Policy, record: CellRecord) -> int:
    """Days after which what is believed of a cell is stale."""
    kind = kinds().get(record.cell.kind)
    return policy.max_age(record.cell.kind, kind.rests if kind is not None else 0)


def seen(record: CellRecord, kind: type[Evidence], policy: Policy, now: datetime) -> Seen:
    """A cell as the checks see it."""
    latest = record.latest
    if record.dropped is not None:
        detail = f"its past is kept from {record.dropped:%Y-%m-%d} on"
        return Seen(outcome=None, reason=Reason.DROPPED, detail=detail, source=record.cell.source)
    if record.standing is None or record.observed_at is None:
        return Seen(
            outcome=None,
            reason=_REASONS.get(latest, Reason.UNCOLLECTED),
            detail=record.detail,
            source=record.cell.source,
            marking=record.marking,
        )
    try:
        items = decoded(record, kind)
    except msgspec.DecodeError as error:
        return Seen(outcome=None, reason=Reason.UNREADABLE, detail=str(error), source=record.cell.source)
    old = now - record.observed_at > timedelta(days=max_age(policy, record))
    failed = not latest.observes and record.latest_at > record.observed_at
    outcome, reason, detail = record.standing, Reason.PARTIAL, ""
    if record.suspected:
        outcome, reason = Outcome.PARTIAL, Reason.UNCONFIRMED
        detail = f"{record.suspected} items vanished at once; the next runs or --confirm-losses decide"
    elif outcome is Outcome.PARTIAL:
        total = f" of {record.total}" if record.total is not None else ""
        detail = record.detail or f"{record.seen}{total} seen"
    elif failed:
        detail = f"newest look {latest}: {record.detail}" if record.detail else f"newest look {latest}"
    return Seen(
        outcome=outcome,
        items=All(items),
        reason=reason,
        detail=detail,
        stale=old or failed,
        source=record.cell.source,
        observed_at=record.observed_at,
        marking=record.marking,
        reparsed=record.reparsed,
    )


def dossiers(
    records: Iterable[CellRecord], book: Book, *, now: datetime, of: Collection[str] | None = None
) -> Iterator[Dossier]:
    """A dossier for every declared or found asset, in the order of their ids. ``records`` come ordered by scope.

    ``of``: for those among them alone.
    """
    known = kinds()
    inventory = book.inventory
    policy = inventory.policy
    waiting = iter(sorted(inventory.known if of is None else inventory.known.keys() & of))
    asset = next(waiting, None)
    for scope, group in groupby(records, key=lambda r: r.cell.scope):
        while asset is not None and asset < scope:
            yield _dossier(book, asset, {}, now)
            asset = next(waiting, None)
        if asset != scope:
            continue
        cells: dict[type[Evidence], Seen] = {}
        for record in group:
            kind = known.get(record.cell.kind)
            if kind is None or kind.keyed_by_asset:
                continue
            found = seen(record, kind, policy, now)
            cells[kind] = better(cells.get(kind), found)
        yield _dossier(book, scope, cells, now)
        asset = next(waiting, None)
    while asset is not None:
        yield _dossier(book, asset, {}, now)
        asset = next(waiting, None)


def better(one: Seen | None, other: Seen) -> Seen:
    """Of two sources' views of the same kind the one to judge by: what was seen, complete, fresh, then newest."""
    return other if one is None or _worth(other) > _worth(one) else one


def _worth(view: Seen) -> tuple[bool, bool, bool, float]:
    settled = view.outcome in (Outcome.COLLECTED, Outcome.ABSENT)
    when = view.observed_at.timestamp() if view.observed_at else 0.0
    return (view.outcome is not None, settled, not view.stale, when)


def _dossier(book: Book, asset: str, cells: dict[type[Evidence], Seen], now: datetime) -> Dossier:
    entry = book.inventory.entry(asset)
    assert entry is not None
    inventory = book.inventory
    if inventory.policy.declined:
        for id, kind in kinds().items():
            if family(asset) in kind.about and not kind.keyed_by_asset:
                source = cells[kind].source if kind in cells else ""
                declined = refused(inventory.policy, id, asset, source, now, book.whole)
                if declined is not None:
                    cells[kind] = declined
    public, whole = inventory.marking(asset, book.public), inventory.marking(asset, book.whole)
    stale = bool(inventory.unread) and inventory.is_believed_only(asset)
    return Dossier(asset, entry, inventory.subproject_of(asset), cells, public, whole, stale)
