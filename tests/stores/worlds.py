"""Made-up looks, events and what a store holds: shared by the store's tests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from muniment.ledger.events import (
    Entry,
    Event,
    FindingId,
    Fixed,
    How,
    Opened,
    Regraded,
    Restated,
    Unwaived,
    Waived,
    Why,
)
from muniment.ledger.finding import Finding, State, fold
from muniment.model.observation import Batch, Cell, Item, Outcome
from muniment.model.tlp import CLEAR, TLP, Marking
from muniment.model.verdict import Severity, Where
from muniment.model.waiver import Decision
from muniment.ports import CellRecord
from muniment.stores.store import SqlStore

DAY = timedelta(days=1)
START = datetime(2026, 3, 1, 9, tzinfo=UTC)
ANYONE = frozenset({"pypi:anonymous"})
OWNER = ANYONE | {"pypi:owner"}
OTHER = frozenset({"mirror:anonymous"})
ROLES = Cell("pypi", "pypi:lantern", "package-role")


def look(
    items: Iterable[str | tuple[str, str]] = (),
    *,
    cell: Cell = ROLES,
    outcome: Outcome = Outcome.COLLECTED,
    day: float = 0,
    vantage: frozenset[str] = ANYONE,
    parser: str = "pypi/1",
    marking: Marking = CLEAR,
    total: int | None = None,
) -> Batch:
    """A look at a cell; an item is its key, or key and payload."""
    pairs = [(i, "{}") if isinstance(i, str) else i for i in items]
    return Batch(
        cell=cell,
        vantage=vantage,
        outcome=outcome,
        observed_at=START + day * DAY,
        parser=parser,
        marking=marking,
        items=tuple(Item(key, payload.encode()) for key, payload in pairs),
        total=total,
        detail="" if outcome is Outcome.COLLECTED else f"it was {outcome}",
    )


def begin(store: SqlStore, day: float = 0) -> int:
    """A run on a day."""
    return store.open_run(at=START + day * DAY, code="muniment 1", register="lantern", commit="abc")


def only(store: SqlStore, **asked: Any) -> CellRecord:
    """The one cell there is."""
    (record,) = store.cells(**asked)
    return record


def keys(store: SqlStore, **asked: Any) -> list[str]:
    """The keys believed in the one cell there is."""
    return [key for key, _ in only(store, **asked).facts]


def rows(url: str, table: str) -> list[tuple[Any, ...]]:
    """What a table holds, in a fixed order: the law, not the program, looks inside."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    try:
        with engine.connect() as connection:
            found = [tuple(row) for row in connection.execute(text(f"select * from {table}"))]
    finally:
        engine.dispose()
    return sorted(found, key=repr)


_CELLS = (ROLES, Cell("pypi", "pypi:lantern", "package-release"), Cell("mirror", "pypi:wick", "package-role"))


@st.composite
def looks(draw: st.DrawFn, vantage: frozenset[str] | None = None, outcome: Outcome | None = None) -> Batch:
    """Any look at one of three cells."""
    count = draw(st.integers(0, 8))
    names = draw(st.lists(st.sampled_from("abcdefghij"), min_size=count, max_size=count, unique=True))
    return look(
        [(name, draw(st.sampled_from(['{"role":"Owner"}', '{"role":"Maintainer"}']))) for name in names],
        cell=draw(st.sampled_from(_CELLS)),
        outcome=outcome or draw(st.sampled_from(Outcome)),
        day=draw(st.integers(0, 40)),
        vantage=vantage if vantage is not None else draw(st.sampled_from([ANYONE, OWNER, OTHER])),
        parser=draw(st.sampled_from(["pypi/1", "pypi/2"])),
        marking=draw(st.sampled_from([CLEAR, Marking(TLP.AMBER, frozenset({"wick"})), Marking(TLP.RED)])),
        total=draw(st.none() | st.integers(0, 9)),
    )


def histories(**of: Any) -> st.SearchStrategy[list[list[Batch]]]:
    """Some runs, each with some looks."""
    return st.lists(st.lists(looks(**of), max_size=5), min_size=1, max_size=5)


def live(store: SqlStore, runs: list[list[Batch]]) -> list[int]:
    """Record runs, one a day."""
    ids = []
    for batches in runs:
        ids.append(begin(store, day=len(store.runs()) + 50))
        store.record(ids[-1], batches)
    return ids


_IDS = (
    FindingId("packages/single-owner", "pypi:lantern", ""),
    FindingId("packages/single-owner", "pypi:lantern", "nul\0and\x1aescape"),
    FindingId("packages/newest-yanked", "pypi:lantern", "2.0"),
    FindingId("packages/single-owner", "pypi:wick", ""),
)
_MARKINGS = st.sampled_from([CLEAR, Marking(TLP.AMBER, frozenset({"wick", "lantern"})), Marking(TLP.RED)])
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_PLACE = st.none() | st.builds(Where, st.just("register.yaml"), st.integers(1, 9))
_OPENINGS: st.SearchStrategy[Event] = st.builds(
    Opened,
    severity=st.sampled_from(Severity),
    message=_TEXT,
    cause=_TEXT,
    subproject=st.sampled_from(["", "wick"]),
    marking=_MARKINGS,
    why=st.sampled_from(Why),
    where=_PLACE,
    again=st.booleans(),
)
_CHANGES: st.SearchStrategy[Event] = st.one_of(
    st.builds(Regraded, severity=st.sampled_from(Severity), why=st.sampled_from(Why)),
    st.builds(Restated, message=_TEXT, cause=_TEXT, subproject=st.just("wick"), marking=_MARKINGS, where=_PLACE),
    st.builds(Fixed, how=st.sampled_from(How), why=st.sampled_from(Why)),
    st.builds(Waived, by=_TEXT, reason=_TEXT, until=st.just(date(2026, 9, 1)), decision=st.sampled_from(Decision)),
    st.builds(Unwaived, expired=st.booleans()),
)


@st.composite
def logs(draw: st.DrawFn) -> list[list[Entry]]:
    """Runs of events that add up: what is open changes or is fixed, what is not is opened."""
    standing: dict[FindingId, Finding] = {}
    runs: list[list[Entry]] = []
    for ids in draw(st.lists(st.lists(st.sampled_from(_IDS), max_size=20), min_size=1, max_size=4)):
        run: list[Entry] = []
        for id in ids:
            before = standing.get(id)
            closed = before is None or before.state is State.FIXED
            event = draw(_OPENINGS if closed else _CHANGES)
            standing[id] = fold(before, id, event, 1, START)
            run.append(Entry(id, event))
        runs.append(run)
    return runs
