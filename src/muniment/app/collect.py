"""Asks the sources and keeps what they said; takes in bundles."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

from msgspec import Struct

from muniment.app.identity import Met, kept
from muniment.app.plan import Plan
from muniment.app.reconcile import reconcile
from muniment.app.repositories import LISTED
from muniment.evidence.belief import settled
from muniment.evidence.bundle import left_out
from muniment.evidence.forgetting import with_tombstones
from muniment.evidence.handover import acceptable
from muniment.evidence.kind import kinds
from muniment.model.observation import Batch, Outcome
from muniment.model.policy import Policy
from muniment.model.tlp import TLP
from muniment.ports import CellRecord, Collector, Io, Recorded, Store
from muniment.register.inventory import parent_of


def admitted(batches: Iterable[Batch], policy: Policy, today: date) -> tuple[Batch, ...]:
    """The looks that may be kept: none that a council declined; forgotten accounts as their tombstones."""
    return tuple(
        with_tombstones(b, policy.forgotten)
        for b in batches
        if policy.decliner(b.cell.kind, b.cell.scope, today) is None
    )


def take_in(
    store: Store,
    run: int,
    batches: Sequence[Batch],
    sources: Sequence[Collector],
    note: Callable[[str], None] = lambda text: None,
    *,
    meet: Callable[[Sequence[Batch], Sequence[Batch]], Met],
    policy: Policy | None = None,
    today: date = date.min,
) -> tuple[Recorded, ...]:
    """Merge a bundle's batches. What is known already, or known newer from as strong a vantage, is left out.

    Only what ``sources`` could have said is taken in: the register speaks for itself, and comparisons are made
    here, and what the ``policy`` declines on ``today`` stays out. ``meet`` tells whose the looks are. ``note`` is
    told what was left out and why.
    """
    # Of a look that saw nothing there is nothing to leave out, and nothing to do.
    refused = Counter(why for b in batches if b.outcome.observes and (why := acceptable(b, sources)))
    for why, count in refused.items():
        note(left_out(count, why))
    batches = admitted((b for b in batches if not acceptable(b, sources)), policy or Policy(), today)
    scopes = sorted({b.cell.scope for b in batches})
    known = {r.cell: r for r in store.cells(scopes=scopes)}
    fresh: list[Batch] = []
    known_already: list[Batch] = []
    for batch in batches:
        (fresh if _tells(batch, known.get(batch.cell)) else known_already).append(batch)
    return kept(store, run, meet(fresh, known_already)) if fresh else ()


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
    at_once: int = 4,
) -> None:
    """Fetch and parse every planned scope; ``keep`` gets each scope's batches as they come.

    ``at_once`` scopes of each collector are under way at a time: so much, at most, is lost when a run is stopped.
    """
    gates = {id(collector): asyncio.Semaphore(at_once) for collector, _ in plan.ask}

    async def one(collector: Collector, scope: str) -> None:
        async with gates[id(collector)]:
            raw = await collector.fetch(scope, io(collector))
        keep(scope, collector.parse(raw))

    async with asyncio.TaskGroup() as group:
        for collector, scope in plan.ask:
            group.create_task(one(collector, scope))


class Took(Struct, frozen=True):
    """What came back: the assets whose source told something of them, and all scopes, by source, told of.

    ``listed`` are the organizations whose repositories were listed in full, ``refused`` the assets of which a
    source refused everything that was asked, with that source, and ``sources`` those that told something.
    """

    answered: frozenset[str] = frozenset()
    scopes: frozenset[tuple[str, str]] = frozenset()
    listed: frozenset[str] = frozenset()
    refused: frozenset[tuple[str, str]] = frozenset()
    sources: frozenset[str] = frozenset()

    def and_also(self, other: Took) -> Took:
        """Both together."""
        return Took(
            self.answered | other.answered,
            self.scopes | other.scopes,
            self.listed | other.listed,
            self.refused | other.refused,
            self.sources | other.sources,
        )


def ask(
    plan: Plan,
    io: Callable[[Collector], Io],
    keep: Callable[[Sequence[Batch]], Sequence[Batch]],
    *,
    tick: Callable[[str], None],
) -> Took:
    """Ask everything planned and give each answer's batches to ``keep`` as soon as they are read.

    What ``keep`` gives back, as it kept it, is what counts as told.

    Control-C ends it between two answers: what was kept stays.
    """
    answered: set[str] = set()
    scopes: set[tuple[str, str]] = set()
    listed: set[str] = set()
    refused: set[tuple[str, str]] = set()
    sources: set[str] = set()

    def each(scope: str, read: tuple[Batch, ...]) -> None:
        batches = keep(read)
        scopes.update((b.cell.source, b.cell.scope) for b in batches)
        listed.update(b.cell.scope for b in batches if b.cell.kind == LISTED and settled(b) is Outcome.COLLECTED)
        if any(b.outcome.observes for b in batches if b.cell.scope == scope):
            answered.add(scope)
            sources.update(b.cell.source for b in batches if b.cell.scope == scope and b.outcome.observes)
        elif batches and all(b.outcome is Outcome.DENIED for b in batches):
            refused.update((b.cell.source, scope) for b in batches)
        tick(scope)

    asyncio.run(fetch_all(plan, io, each))
    return Took(frozenset(answered), frozenset(scopes), frozenset(listed), frozenset(refused), frozenset(sources))


def missed(plan: Plan, took: Took) -> Plan:
    """The plan of asking, one by one, about declared repositories that their organization's whole list lacks.

    Only asking for such a one by its name can tell that it is gone, from that it was renamed or is hidden.
    """
    left = tuple(
        (collector, asset)
        for collector, asset in plan.told
        if parent_of(asset) in took.listed and (collector.source, asset) not in took.scopes
    )
    return Plan(
        ask=left,
        later=(),
        requests=tuple(request for collector, asset in left for request in collector.requests(asset)),
        kinds=plan.kinds,
        unserved=plan.unserved,
    )


def finish(store: Store, run: int) -> None:
    """Call a run finished that judges nothing."""
    with store.assessing(run) as ledger:
        ledger.judged_by({})


def is_told(done: Recorded) -> bool:
    """True if a line may be said of a recorded batch: of RED kinds not even a count is."""
    kind = kinds().get(done.cell.kind)
    return kind is not None and kind.marking < TLP.RED


def derive(store: Store, run: int, *, now: datetime) -> tuple[Recorded, ...]:
    """Compare what was seen with what is declared, and keep the comparison as evidence."""
    batches = reconcile(store, now=now)
    return store.record(run, batches) if batches else ()
