"""Asks the sources and keeps what they said; takes in bundles; records what the register declares."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct

from muniment.app.identity import Met, kept
from muniment.app.plan import Looked, Memory, Plan
from muniment.app.reconcile import reconcile
from muniment.app.repositories import LISTED
from muniment.evidence.belief import REGISTER, SURE, settled
from muniment.evidence.bundle import left_out
from muniment.evidence.forgetting import with_tombstones
from muniment.evidence.handover import acceptable
from muniment.evidence.kind import Evidence, encode, kind_id, kinds
from muniment.model.asset import GITHUB_ORG, family
from muniment.model.observation import Batch, Cell, Item, Outcome
from muniment.model.policy import Policy
from muniment.model.tlp import TLP, Marking
from muniment.ports import CellRecord, Collector, Io, Keyed, Recorded, Store
from muniment.register.inventory import parent_of

REGISTER_VANTAGE = frozenset({"register"})

RESUMED_WITHIN = timedelta(hours=6)
"""How long what a stopped run was told stands in for asking again."""

_ANSWERED = frozenset({Outcome.DENIED, Outcome.UNOBSERVABLE})


class Reach(Struct, frozen=True):
    """How a run's assets were reached. Every asset that a question is about is in exactly one of these.

    Repositories of which an organization's answer tells are in none: their organization stands for them. Nor is
    an asset that no credential can ask about, unless evidence of it is kept.

    ``live``: the source answered in this run. ``recorded``: judged by evidence kept from before.
    ``unreachable``: asked, no answer, and nothing kept. ``unasked``: not asked yet, and nothing kept.
    ``failed``: those of ``recorded`` that were asked in vain. ``keyless``: no credential here can ask about them,
    and nothing is kept. ``oldest``: the oldest evidence that recorded assets stand on (UTC).
    """

    live: tuple[str, ...] = ()
    recorded: tuple[str, ...] = ()
    unreachable: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    keyless: tuple[str, ...] = ()
    oldest: datetime | None = None

    @property
    def is_nothing(self) -> bool:
        """True if there is something to be told of, and nothing is known of any of it."""
        return not self.live and not self.recorded and bool(self.unreachable or self.unasked or self.keyless)


class Part(Struct, frozen=True):
    """What one included tree declares, and its marking. ``unread``: why nobody knows what it declares today."""

    name: str
    marking: Marking
    evidence: tuple[Evidence, ...] = ()
    unread: str = ""


def declare(
    store: Store,
    run: int,
    evidence: Iterable[Evidence],
    marking: Marking,
    *,
    now: datetime,
    parts: Sequence[Part] = (),
) -> tuple[Recorded, ...]:
    """Record what the register declares: one complete batch for every declared kind, and for each included tree.

    A tree that could not be read is recorded as unreachable, so that what it declared before stays believed. One
    that is no longer included declares nothing any more; but while another one was never read it may be that one
    under an older name, and stays believed too.
    """
    all_kinds = _declared_kinds()
    batches = _declared(REGISTER, all_kinds, evidence, marking, now, "")
    for part in parts:
        may_say = all_kinds - _FIRST_ALONE
        batches += _declared(scope_of(part.name), may_say, part.evidence, part.marking, now, part.unread)
    included = {scope_of(part.name) for part in parts}
    kept = [r for r in store.cells(kinds=sorted(all_kinds)) if r.cell.source == REGISTER]
    read = {r.cell.scope for r in kept if r.facts}  # one that was taken out has none, whatever its name said before
    new = any(part.unread and scope_of(part.name) not in read for part in parts)
    gone = [r for r in kept if r.cell.scope not in {REGISTER, *included}]
    left = [r for r in gone if r.facts or not r.latest.observes]
    for record in left:
        why = "it is no longer included, and a tree that is was never read" if new else ""
        batches.append(_batch(record.cell, (), record.marking, now, why))
    return store.record(run, batches)


def scope_of(tree: str) -> str:
    """The scope of the cells that hold what an included tree declares."""
    return f"{REGISTER}/{tree}"


_FIRST_ALONE = frozenset(
    {
        "declared-distinction",
        "declared-people-policy",
        "declared-policy",
        "declared-subproject",
        "declared-tree",
    }
)
"""The kinds that only the tree read first declares."""


def _declared_kinds() -> frozenset[str]:
    return frozenset(id for id, kind in kinds().items() if kind.keyed_by_asset)


def _declared(
    scope: str, may_say: Iterable[str], evidence: Iterable[Evidence], marking: Marking, now: datetime, unread: str
) -> list[Batch]:
    by_kind: dict[str, list[Evidence]] = {id: [] for id in may_say}
    for fact in evidence:
        by_kind[kind_id(type(fact))].append(fact)
    return [
        _batch(
            Cell(REGISTER, scope, kind),
            sorted(facts, key=lambda f: f.key),
            Marking(max(marking.level, kinds()[kind].marking), marking.to),
            now,
            unread,
        )
        for kind, facts in sorted(by_kind.items())
    ]


def _batch(cell: Cell, facts: Sequence[Evidence], marking: Marking, now: datetime, unread: str) -> Batch:
    return Batch(
        cell=cell,
        vantage=REGISTER_VANTAGE,
        outcome=Outcome.UNREACHABLE if unread else Outcome.COLLECTED,
        observed_at=now,
        parser="register/1",
        marking=marking,
        items=tuple(Item(f.key, encode(f)) for f in facts),
        total=None if unread else len(facts),
        detail=unread,
        schema=kinds()[cell.kind].schema,
    )


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
    source refused everything that was asked, with that source.
    """

    answered: frozenset[str] = frozenset()
    scopes: frozenset[tuple[str, str]] = frozenset()
    listed: frozenset[str] = frozenset()
    refused: frozenset[tuple[str, str]] = frozenset()

    def and_also(self, other: Took) -> Took:
        """Both together."""
        return Took(
            self.answered | other.answered,
            self.scopes | other.scopes,
            self.listed | other.listed,
            self.refused | other.refused,
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

    def each(scope: str, read: tuple[Batch, ...]) -> None:
        batches = keep(read)
        scopes.update((b.cell.source, b.cell.scope) for b in batches)
        listed.update(b.cell.scope for b in batches if b.cell.kind == LISTED and settled(b) is Outcome.COLLECTED)
        if any(b.outcome.observes for b in batches if b.cell.scope == scope):
            answered.add(scope)
        elif batches and all(b.outcome is Outcome.DENIED for b in batches):
            refused.update((b.cell.source, scope) for b in batches)
        tick(scope)

    asyncio.run(fetch_all(plan, io, each))
    return Took(frozenset(answered), frozenset(scopes), frozenset(listed), frozenset(refused))


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


def reach(store: Store, plan: Plan, answered: frozenset[str]) -> Reach:
    """Sort the plan's assets by how they were reached."""
    asked = {scope for _, scope in plan.ask}
    keyless = {asset for _, assets in plan.keyless for asset in assets}
    spared = {*plan.later, *plan.resting, *plan.resumed}
    rest = sorted((asked | spared | keyless) - answered)
    held: dict[str, datetime] = {}
    for record in store.cells(scopes=rest) if rest else ():
        when = record.observed_at
        if record.standing is not None and when is not None and record.cell.source not in SURE:
            held[record.cell.scope] = min(when, held.get(record.cell.scope, when))
    return Reach(
        live=tuple(sorted(answered & asked)),
        recorded=tuple(s for s in rest if s in held),
        unreachable=tuple(s for s in rest if s not in held and s in asked),
        unasked=tuple(s for s in rest if s not in held and s not in asked and s in spared),
        failed=tuple(s for s in rest if s in held and s in asked),
        keyless=tuple(s for s in rest if s not in held and s in keyless),
        oldest=min(held.values(), default=None),
    )


def told(reach: Reach) -> str:
    """The line that every run prints: how its assets were reached."""
    line = f"{len(reach.live)} live, {len(reach.recorded)} recorded, {len(reach.unreachable)} unreachable"
    return f"{line}, {len(reach.unasked)} not asked yet" if reach.unasked else line


def unkeyed(plan: Plan) -> tuple[str, ...]:
    """What every run says of sources that it has no credential for."""
    return _beside(
        ((source, assets) for source, assets in plan.keyless),
        "{name}: no credential here, so {what} not asked: muniment doctor",
    )


def refusals(took: Took) -> tuple[str, ...]:
    """What a run says of sources that refused all that they were asked about assets of which nothing else came."""
    by: dict[str, list[str]] = {}
    for source, asset in sorted(took.refused):
        if asset not in took.answered:
            by.setdefault(source, []).append(asset)
    return _beside(by.items(), "{name} refused to tell anything, so {what} asked in vain: muniment doctor")


def _beside(by_source: Iterable[tuple[str, Collection[str]]], line: str) -> tuple[str, ...]:
    lines = []
    for source, assets in by_source:
        organizations = sum(family(asset) == GITHUB_ORG for asset in assets)
        count, thing = (organizations, "organization") if organizations else (len(assets), "asset")
        what = f"1 {thing} was" if count == 1 else f"{count} {thing}s were"
        name = "GitHub" if source.startswith("github") else source
        lines.append(line.format(name=name, what=what))
    return tuple(dict.fromkeys(lines))


def asked_with(store: Store, run: int, collectors: Sequence[Collector], *, now: datetime) -> None:
    """Note with which credentials a run asks, by their fingerprints."""
    store.remember(f"{_RUN}{run}", _ASKED_WITH, now, {}, _fingerprints(collectors))


def _fingerprints(collectors: Sequence[Collector]) -> bytes:
    keys = {key for c in collectors if isinstance(c, Keyed) for key in c.keys}
    return " ".join(sorted({key.fingerprint or key.name for key in keys})).encode()


_RUN = "muniment:run/"
_ASKED_WITH = "asked with"


def remembered(
    store: Store, *, now: datetime, run: int = 0, again: bool = False, collectors: Sequence[Collector] = ()
) -> Memory:
    """What earlier runs saw, as a plan needs it.

    Several runs that were stopped in a row, and asked with the same credentials, count together. ``run`` is the
    one under way; ``again``: what a stopped run was told is asked again.
    """
    since = None if again else _stopped_since(store, now, run, _fingerprints(collectors))
    looks: dict[Cell, Looked] = {}
    answered: set[Cell] = set()
    for record in store.cells():
        if record.cell.source in SURE:
            continue
        told = record.latest.observes or record.latest in _ANSWERED
        if since is not None and record.latest_at >= since and told:
            answered.add(record.cell)
        if record.observed_at is not None:
            whole = record.standing in (Outcome.COLLECTED, Outcome.ABSENT)
            sound = record.latest.observes and not record.suspected
            in_part = sound and record.standing is Outcome.PARTIAL
            looks[record.cell] = Looked(record.observed_at, whole and sound, in_part)
    return Memory(looks, frozenset(answered))


def _stopped_since(store: Store, now: datetime, run: int, credentials: bytes) -> datetime | None:
    """When the first of the runs began that were stopped, one after another, just before; ``None``: none was.

    A run with other credentials than these stands between: what was refused to one may be shown to another.
    """
    since = None
    for stamp in reversed(store.runs()):
        if stamp.id == run:
            continue
        if stamp.finished or now - stamp.at > RESUMED_WITHIN:
            break
        known = store.recall(f"{_RUN}{stamp.id}", _ASKED_WITH)
        if known is None or known[1] != credentials:
            break
        since = stamp.at
    return since


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
