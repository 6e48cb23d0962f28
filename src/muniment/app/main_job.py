"""The main job: declare, take in recorded evidence, collect, reconcile, assess."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from muniment.app.assess import Assessed, assess
from muniment.app.collect import Took, admitted, ask, derive, missed, take_in
from muniment.app.declare import Part, declare
from muniment.app.dossiers import inventory_at
from muniment.app.identity import Identities, kept
from muniment.app.plan import Plan, plan
from muniment.app.reach import Reach, reach, refusals, unkeyed
from muniment.app.reconcile import derives
from muniment.app.repositories import brought_packages, known_repositories
from muniment.app.resuming import asked_with, remembered
from muniment.checks.declaration import Check
from muniment.evidence.bundle import Bundle
from muniment.evidence.kind import Evidence
from muniment.model.errors import UsageError
from muniment.model.observation import Batch
from muniment.model.tlp import Marking
from muniment.ports import Collector, Io, Recorded, Store

Track = Callable[[str, int], AbstractContextManager[Callable[[str], None]]]
"""Shows a phase under way, as ``ports.Progress.track``: its title, its length, and a tick for each name."""


@contextmanager
def untracked(title: str, total: int) -> Iterator[Callable[[str], None]]:
    """Shows nothing."""
    yield lambda name: None


class Declared(Struct, frozen=True):
    """A register as the job takes it: its project, its evidence, their marking, and the commit it stands at.

    ``evidence`` is that of the tree read first; ``parts`` are those of the trees that it includes.
    """

    project: str
    evidence: tuple[Evidence, ...]
    marking: Marking
    commit: str
    parts: tuple[Part, ...] = ()


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
    declare(store, run, declared.evidence, declared.marking, now=now, parts=declared.parts)
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
    again: bool = False,
    confirmed: bool = False,
    track: Track = untracked,
    acknowledge: Callable[[Recorded], None] = lambda _: None,
    note: Callable[[str], None] = lambda text: None,
) -> tuple[Plan, Reach]:
    """Take in recorded evidence, ask what the plan asks, phase by phase, and reconcile. ``limit`` 0 asks nothing.

    ``again``: ask also what a run that was stopped has been told already.
    """
    memory = remembered(store, now=now, run=run, again=again, collectors=collectors)
    asked_with(store, run, collectors, now=now)
    inventory = inventory_at(store)
    identities = Identities(store, inventory, now=now, note=note)
    for bundle in recorded:
        for text in bundle.notes:
            note(text)
        for done in take_in(
            store,
            run,
            bundle.batches,
            collectors,
            note,
            policy=inventory.policy,
            today=now.date(),
            meet=identities.meet,
        ):
            acknowledge(done)

    def keep(batches: Sequence[Batch]) -> Sequence[Batch]:
        met = identities.meet(admitted(batches, inventory.policy, now.date()))
        for done in kept(store, run, met, confirmed=confirmed):
            acknowledge(done)
        return met.kept

    def repositories() -> Sequence[str]:
        return [asset for asset in known_repositories(store, inventory) if not identities.is_refused(asset)]

    def planned(rank: int, found: Sequence[str], these: Sequence[str] = only) -> Plan:
        return plan(
            inventory,
            checks,
            collectors,
            now=now,
            memory=memory,
            limit=limit,
            only=these,
            derived=derives(),
            rank=rank,
            found=found,
        )

    inventory = inventory_at(store)  # with what the bundles brought
    known = brought_packages(inventory)
    first = planned(0, known)
    for text in () if limit == 0 else unkeyed(first):
        note(text)
    if first.resumed:
        note(
            f"The run before was stopped: {len(first.resumed)} assets that it asked about are not asked again "
            "(--again asks all)."
        )
    took = phases(first, collectors, io, keep, planned, repositories, track)
    if not only and limit != 0:
        inventory = inventory_at(store)  # with what this run's manifests brought up
        new = [asset for asset in brought_packages(inventory) if asset not in known]
        bound = inventory.policy.live_limit if limit is None else limit
        now_asked = new[: max(0, bound - first.rationed)]
        brought = planned(0, now_asked, now_asked) if now_asked else Plan((), (), (), (), ())
        brought = replace(brought, later=tuple(new[len(now_asked) :]))
        with track("asking about packages", len(brought.ask)) as tick:
            took = took.and_also(ask(brought, io, keep, tick=tick))
        first = first.and_also(brought)
    for text in refusals(took):
        note(text)
    reached = reach(store, first, took.answered)
    for done in derive(store, run, now=now):
        acknowledge(done)
    return first, reached


def phases(
    first: Plan,
    collectors: Sequence[Collector],
    io: Callable[[Collector], Io],
    keep: Callable[[Sequence[Batch]], Sequence[Batch]],
    planned: Callable[[int, Sequence[str]], Plan],
    found: Callable[[], Sequence[str]],
    track: Track = untracked,
) -> Took:
    """Ask the first plan, then for what it should have told and did not, then what the higher ranks ask.

    ``found`` gives the repositories known by then. What is told of the first plan's own assets is given back.
    """
    with track("asking", len(first.ask)) as tick:
        took = ask(first, io, keep, tick=tick)
    alone = missed(first, took)
    with track("asking for the missing", len(alone.ask)) as tick:
        ask(alone, io, keep, tick=tick)
    for rank in sorted({c.rank for c in collectors if c.rank}):
        next_ = planned(rank, found())
        with track("asking about repositories", len(next_.ask)) as tick:
            ask(next_, io, keep, tick=tick)
    return took


def tidy(store: Store, *, now: datetime, write: bool = True) -> Mapping[str, int]:
    """Drop what is over and older than the policy keeps it; how many facts of each kind."""
    return store.tidy(inventory_at(store).policy.keep, now=now, write=write)


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
    again: bool = False,
    confirmed: bool = False,
    track: Track = untracked,
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
        again=again,
        confirmed=confirmed,
        track=track,
        acknowledge=acknowledge,
        note=note,
    )
    assessed = assess(store, run, checks, now=clock())
    tidy(store, now=clock())
    return Done(run, asked, reach, assessed)
