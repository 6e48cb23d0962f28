"""Asks the sources and keeps what they said; takes in bundles; records what the register declares."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from msgspec import Struct

from muniment.app.plan import Plan
from muniment.app.reconcile import SOURCE as RECONCILED
from muniment.app.reconcile import reconcile
from muniment.evidence.belief import REGISTER
from muniment.evidence.handover import acceptable
from muniment.evidence.kind import Evidence, encode, kind_id, kinds
from muniment.model.observation import Batch, Cell, Item, Outcome
from muniment.model.tlp import Marking
from muniment.ports import CellRecord, Collector, Io, Recorded, Store

REGISTER_VANTAGE = frozenset({"register"})


class Reach(Struct, frozen=True):
    """How a run's assets were reached. Every asset that a collector serves is in exactly one of these.

    ``live``: the source answered in this run. ``recorded``: judged by evidence kept from before.
    ``unreachable``: asked, no answer, and nothing kept. ``unasked``: not asked yet, and nothing kept.
    ``failed``: those of ``recorded`` that were asked in vain. ``oldest``: the oldest evidence that recorded
    assets stand on (UTC).
    """

    live: tuple[str, ...] = ()
    recorded: tuple[str, ...] = ()
    unreachable: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    oldest: datetime | None = None


def declare(
    store: Store, run: int, evidence: Iterable[Evidence], marking: Marking, *, now: datetime
) -> tuple[Recorded, ...]:
    """Record what the register declares: one complete batch for every declared kind."""
    by_kind: dict[str, list[Evidence]] = {id: [] for id, kind in kinds().items() if kind.keyed_by_asset}
    for fact in evidence:
        by_kind[kind_id(type(fact))].append(fact)
    batches = [
        Batch(
            cell=Cell(REGISTER, REGISTER, kind),
            vantage=REGISTER_VANTAGE,
            outcome=Outcome.COLLECTED,
            observed_at=now,
            parser="register/1",
            marking=Marking(max(marking.level, kinds()[kind].marking), marking.to),
            items=tuple(Item(f.key, encode(f)) for f in sorted(facts, key=lambda f: f.key)),
            total=len(facts),
            schema=kinds()[kind].schema,
        )
        for kind, facts in sorted(by_kind.items())
    ]
    return store.record(run, batches)


def take_in(
    store: Store,
    run: int,
    batches: Sequence[Batch],
    sources: Sequence[Collector],
    note: Callable[[str], None] = lambda text: None,
) -> tuple[Recorded, ...]:
    """Merge a bundle's batches. What is known already, or known newer from as strong a vantage, is left out.

    Only what ``sources`` could have said is taken in: the register speaks for itself, and comparisons are made
    here. ``note`` is told what was left out and why.
    """
    refused = Counter(why for b in batches if (why := acceptable(b, sources)))
    for why, count in refused.items():
        note(f"{count} batches left out: {why}")
    batches = [b for b in batches if not acceptable(b, sources)]
    scopes = sorted({b.cell.scope for b in batches})
    known = {r.cell: r for r in store.cells(scopes=scopes)}
    fresh = [b for b in batches if _tells(b, known.get(b.cell))]
    return store.record(run, fresh) if fresh else ()


def _tells(batch: Batch, known: CellRecord | None) -> bool:
    if known is None:
        return True
    if known.observed_at is None:
        return batch.outcome.observes or batch.observed_at > known.latest_at
    if not batch.outcome.observes:
        return batch.observed_at > known.latest_at
    newer = batch.observed_at > known.observed_at
    fills = known.standing is Outcome.PARTIAL and batch.observed_at != known.observed_at
    return newer or fills or not batch.vantage <= known.vantage


async def fetch_all(
    plan: Plan,
    io: Callable[[Collector], Io],
    keep: Callable[[str, tuple[Batch, ...]], None],
    *,
    at_once: int = 8,
) -> None:
    """Fetch and parse every planned scope; ``keep`` gets each scope's batches as they come."""
    gate = asyncio.Semaphore(at_once)

    async def one(collector: Collector, scope: str) -> None:
        async with gate:
            raw = await collector.fetch(scope, io(collector))
        keep(scope, collector.parse(raw))

    async with asyncio.TaskGroup() as group:
        for collector, scope in plan.ask:
            group.create_task(one(collector, scope))


def collect(
    store: Store,
    run: int,
    plan: Plan,
    io: Callable[[Collector], Io],
    *,
    tick: Callable[[str], None],
    acknowledge: Callable[[Recorded], None] = lambda _: None,
    confirmed: bool = False,
) -> Reach:
    """Ask everything planned, keeping each scope's batches as soon as they are read."""
    answered: set[str] = set()

    def keep(scope: str, batches: tuple[Batch, ...]) -> None:
        for recorded in store.record(run, batches, confirmed=confirmed):
            acknowledge(recorded)
        if any(b.outcome.observes for b in batches):
            answered.add(scope)
        tick(scope)

    asyncio.run(fetch_all(plan, io, keep))
    return reach(store, plan, answered)


def collect_apart(plan: Plan, io: Callable[[Collector], Io], *, tick: Callable[[str], None]) -> tuple[Batch, ...]:
    """Ask everything planned and give the batches, for handing over; nothing is kept here."""
    found: list[Batch] = []

    def keep(scope: str, batches: tuple[Batch, ...]) -> None:
        found.extend(batches)
        tick(scope)

    asyncio.run(fetch_all(plan, io, keep))
    return tuple(sorted(found, key=lambda b: b.cell))


def reach(store: Store, plan: Plan, answered: set[str]) -> Reach:
    """Sort the plan's assets by how they were reached."""
    asked = {scope for _, scope in plan.ask}
    rest = sorted((asked | set(plan.later)) - answered)
    held: dict[str, datetime] = {}
    for record in store.cells(scopes=rest) if rest else ():
        when = record.observed_at
        if record.standing is not None and when is not None:
            held[record.cell.scope] = min(when, held.get(record.cell.scope, when))
    return Reach(
        live=tuple(sorted(answered)),
        recorded=tuple(s for s in rest if s in held),
        unreachable=tuple(s for s in rest if s not in held and s in asked),
        unasked=tuple(s for s in rest if s not in held and s not in asked),
        failed=tuple(s for s in rest if s in held and s in asked),
        oldest=min(held.values(), default=None),
    )


def told(reach: Reach) -> str:
    """The line that every run prints: how its assets were reached."""
    line = f"{len(reach.live)} live, {len(reach.recorded)} recorded, {len(reach.unreachable)} unreachable"
    return f"{line}, {len(reach.unasked)} not asked yet" if reach.unasked else line


def last_complete(store: Store) -> dict[str, datetime]:
    """When each asset's oldest complete look was taken: the asset that has waited longest is asked first."""
    seen: dict[str, datetime] = {}
    for record in store.cells():
        scope, when = record.cell.scope, record.observed_at
        if record.cell.source in (REGISTER, RECONCILED) or when is None:
            continue
        seen[scope] = min(seen.get(scope, when), when)
    return seen


def derive(store: Store, run: int, *, now: datetime) -> tuple[Recorded, ...]:
    """Compare what was seen with what is declared, and keep the comparison as evidence."""
    batches = reconcile(store, now=now)
    return store.record(run, batches) if batches else ()
