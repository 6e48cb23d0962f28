"""The main job: declare, take in recorded evidence, collect, reconcile, assess."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from muniment.app.assess import Assessed, assess
from muniment.app.collect import Reach, collect, declare, derive, last_complete, take_in
from muniment.app.dossiers import inventory_at
from muniment.app.plan import Plan, plan
from muniment.app.reconcile import DERIVES
from muniment.checks.declaration import Check
from muniment.evidence.bundle import Bundle
from muniment.evidence.kind import Evidence, kind_id
from muniment.model.errors import UsageError
from muniment.model.tlp import Marking
from muniment.ports import Collector, Io, Recorded, Store

DERIVED = frozenset(kind_id(k) for k in DERIVES)


class Declared(Struct, frozen=True):
    """A register as the job takes it: its project, its evidence, their marking, and the commit it stands at."""

    project: str
    evidence: tuple[Evidence, ...]
    marking: Marking
    commit: str


class Done(Struct, frozen=True):
    """What a run did."""

    run: int
    plan: Plan
    reach: Reach
    assessed: Assessed | None


def begin(store: Store, declared: Declared, *, now: datetime, code: str) -> int:
    """Open a run and record the register in it. A database belongs to one project."""
    before = store.runs()
    if before and before[-1].register != declared.project:
        raise UsageError(
            f"this database belongs to project {before[-1].register!r}, the register to {declared.project!r}",
            hint="--db with another database",
        )
    run = store.open_run(at=now, code=code, register=declared.project, commit=declared.commit)
    declare(store, run, declared.evidence, declared.marking, now=now)
    return run


def gather(
    store: Store,
    run: int,
    checks: Mapping[str, Check],
    collectors: Sequence[Collector],
    io: Callable[[Collector], Io],
    recorded: Iterable[Bundle],
    *,
    now: datetime,
    limit: int | None = None,
    only: Sequence[str] = (),
    confirmed: bool = False,
    bar: Callable[[int], Callable[[str], None]] = lambda total: lambda name: None,
    acknowledge: Callable[[Recorded], None] = lambda _: None,
    note: Callable[[str], None] = lambda text: None,
) -> tuple[Plan, Reach]:
    """Take in recorded evidence, ask what the plan asks, and reconcile. ``limit`` 0 asks nothing."""
    for bundle in recorded:
        for text in bundle.notes:
            note(text)
        for done in take_in(store, run, bundle.batches, collectors, note):
            acknowledge(done)
    inventory = inventory_at(store)
    asked = plan(
        inventory,
        checks,
        collectors,
        last_seen=last_complete(store),
        limit=limit,
        only=only,
        derived=DERIVED,
    )
    reach = collect(store, run, asked, io, tick=bar(len(asked.ask)), acknowledge=acknowledge, confirmed=confirmed)
    for done in derive(store, run, now=now):
        acknowledge(done)
    return asked, reach


def main_job(
    store: Store,
    declared: Declared,
    checks: Mapping[str, Check],
    collectors: Sequence[Collector],
    io: Callable[[Collector], Io],
    recorded: Iterable[Bundle],
    *,
    clock: Callable[[], datetime],
    code: str,
    limit: int | None = None,
    confirmed: bool = False,
    bar: Callable[[int], Callable[[str], None]] = lambda total: lambda name: None,
    acknowledge: Callable[[Recorded], None] = lambda _: None,
    note: Callable[[str], None] = lambda text: None,
) -> Done:
    """Everything up to the ledger; publishing follows. The caller holds the lease."""
    now = clock()
    run = begin(store, declared, now=now, code=code)
    asked, reach = gather(
        store,
        run,
        checks,
        collectors,
        io,
        recorded,
        now=now,
        limit=limit,
        confirmed=confirmed,
        bar=bar,
        acknowledge=acknowledge,
        note=note,
    )
    assessed = assess(store, run, checks, now=clock())
    return Done(run, asked, reach, assessed)
