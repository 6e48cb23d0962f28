"""Kills a writer, or the database's own server, at random moments and looks at what is left.

The invariants are read from the tables, not through the store: a store that lied to itself would be found out.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, text

from muniment.stores.opening import open_store
from muniment.testing.postgres import Server

from .kill_worker import CALLS, CELLS, ENTRIES, ITEMS

WORKER = Path(__file__).parent / "kill_worker.py"
BINS = 10


@dataclass
class Round:
    """One life of a worker: what it acknowledged, and where in its span it was killed (0 to 1; None: outside)."""

    where: float | None
    acknowledged: list[tuple[int, str, int]] = field(default_factory=list)
    assessed: bool = False
    finished: bool = False
    run: int | None = None


class Worker:
    """A writer under watch."""

    def __init__(self, url: str) -> None:
        self.lines: list[tuple[float, str]] = []
        self._changed = threading.Condition()
        self._process = subprocess.Popen(
            [sys.executable, str(WORKER), url], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._changed:
                self.lines.append((time.monotonic(), line.strip()))
                self._changed.notify_all()
        with self._changed:
            self.lines.append((time.monotonic(), "over"))
            self._changed.notify_all()

    def when(self, word: str, timeout: float = 60) -> float:
        """The time at which it said a word (or fell silent for good)."""
        with self._changed:
            self._changed.wait_for(lambda: self._said(word) is not None or self._said("over") is not None, timeout)
            at = self._said(word) or self._said("over")
        assert at is not None, f"the worker never said {word!r}"
        return at

    def _said(self, word: str) -> float | None:
        return next((at for at, line in self.lines if line.split()[:1] == [word]), None)

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)

    def end(self) -> str:
        """Wait for its end; what it complained of."""
        assert self._process.stderr is not None
        complaint = self._process.stderr.read()
        self._process.wait(60)
        self._reader.join(60)
        self._process.stderr.close()
        assert self._process.stdout is not None
        self._process.stdout.close()
        return complaint

    def round(self, killed_at: float, span: float) -> Round:
        """What it acknowledged. A kill between its first and its last write is placed by the calibrated span."""
        first, last = self._said("first"), self._said("last")
        inside = first is not None and first <= killed_at and last is None
        done = Round(min((killed_at - first) / span, 0.999) if inside and first is not None else None)
        for _, line in self.lines:
            match line.split():
                case ["run", id]:
                    done.run = int(id)
                case ["batch", id, scope, opened]:
                    done.acknowledged.append((int(id), scope, int(opened)))
                case ["assessed", _]:
                    done.assessed = True
                case ["last"]:
                    done.finished = True
        return done


def calibrate(url: str) -> float:
    """Seconds between first and last write of an undisturbed run: the middle of three."""
    spans = []
    for _ in range(3):
        worker = Worker(url)
        spans.append(worker.when("last") - worker.when("first"))
        complaint = worker.end()
        assert not complaint, complaint
    return sorted(spans)[1]


def rounds(
    url: str,
    count: int,
    seed: int,
    strike: Callable[[Worker], None] = Worker.kill,
    mend: Callable[[], None] = lambda: None,
) -> Iterator[Round]:
    """Kill ``count`` workers, each at a random moment of its span, and check what is left after each."""
    moments = random.Random(seed)
    span = calibrate(url)
    believed = check(url, [])
    for _ in range(count):
        worker = Worker(url)
        first = worker.when("first")
        time.sleep(max(0.0, first + span * moments.uniform(0, 0.95) - time.monotonic()))
        killed_at = time.monotonic()
        strike(worker)
        worker.end()
        mend()
        done = worker.round(killed_at, span)
        believed = check(url, [done], believed)
        yield done


def kill_postmaster(server: Server) -> None:
    """SIGKILL PostgreSQL itself. Its children notice and leave; it may be started again when all are gone."""
    pid = server.pid
    os.kill(pid, signal.SIGKILL)
    server.wait_until_gone(pid)


def histogram(done: list[Round]) -> str:
    """Where the kills fell, for people."""
    inside = [r.where for r in done if r.where is not None]
    lines = [f"{len(inside)} of {len(done)} kills fell between a run's first and last write"]
    for n in range(BINS):
        number = sum(1 for where in inside if n <= where * BINS < n + 1)
        lines.append(f"  {n * 100 // BINS:3d}-{(n + 1) * 100 // BINS:3d} % of the span  {'#' * number} {number}")
    lines.append(f"  before or after             {'#' * (len(done) - len(inside))} {len(done) - len(inside)}")
    lines.append(f"  {sum(len(r.acknowledged) for r in done)} batches had been acknowledged")
    return "\n".join(lines)


@contextmanager
def _looking(url: str) -> Iterator[Connection]:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def check(url: str, done: list[Round], before: frozenset[int] = frozenset()) -> frozenset[int]:
    """Nothing acknowledged is lost and nothing is half-believed; the ids of all batches that are there."""
    open_store(url, create=False).close()  # it opens, as a next run would
    with _looking(url) as connection:

        def ask(sql: str, **given: Any) -> list[Any]:
            return [tuple(row) for row in connection.execute(text(sql), given)]

        there = frozenset(id for (id,) in ask("select id from batch"))
        assert before <= there, "a batch of an earlier life is gone"
        _whole_calls(ask)
        _facts_match_batches(ask)
        _log_and_projection_match(ask)
        for life in done:
            for id, scope, opened in life.acknowledged:
                found = ask(
                    "select c.scope, b.opened, b.seen, b.run from batch b"
                    " join cell c on c.id = b.cell where b.id = :id",
                    id=id,
                )
                assert found == [(scope, opened, ITEMS, life.run)], f"batch {id} was acknowledged and is {found}"
            if life.assessed:
                counted = ask("select count(*) from event where run = :run", run=life.run)
                assert counted == [(ENTRIES,)], "an acknowledged assessment is lost"
    return there


def _whole_calls(ask: Callable[..., list[Any]]) -> None:
    """A call's batches are there together or not at all."""
    for run, count, scopes in ask("select run, count(*), count(distinct cell) from batch group by run"):
        assert count == scopes and count % CELLS == 0 and count <= CALLS * CELLS, (
            f"run {run} has {count} batches: a call was kept in part"
        )
    assert ask("select id from cell where id not in (select cell from batch)") == [], "a cell without a look"


def _facts_match_batches(ask: Callable[..., list[Any]]) -> None:
    """Each cell's live facts are exactly those of its newest batch, and its past ones those of the others."""
    for cell, looks, standing, newest in ask(
        "select cell, count(*), max(standing), max(id) from batch group by cell"
    ):
        assert standing == newest, f"cell {cell} rests on {standing}, not on its newest batch {newest}"
        live = ask(
            "select f.since, r.at, count(*) from fact f, batch b join run r on r.id = b.run"
            " where f.cell = :cell and f.until is null and b.id = :newest group by f.since, r.at",
            cell=cell,
            newest=newest,
        )
        assert live == [(live[0][0], live[0][0], ITEMS)] if live else False, f"cell {cell} is half-believed: {live}"
        said = ask(
            "select distinct f.payload, b.run from fact f, batch b"
            " where f.cell = :cell and f.until is null and b.id = :newest",
            cell=cell,
            newest=newest,
        )
        assert [bytes(payload) for payload, _ in said] == [b'{"run":%d}' % run for _, run in said[:1]]
        (past,) = ask("select count(*) from fact where cell = :cell and until is not null", cell=cell)
        assert past == ((looks - 1) * ITEMS,), f"cell {cell} has a past of {past} facts after {looks} looks"
    orphans = ask("select count(*) from fact where cell not in (select cell from batch)")
    assert orphans == [(0,)], "facts without a batch"


def _log_and_projection_match(ask: Callable[..., list[Any]]) -> None:
    """A run's assessment is there wholly, with its findings, counts and end, or not at all."""
    for run, finished, events, findings, counts in ask(
        """select r.id, r.finished, (select count(*) from event e where e.run = r.id),
                  (select count(*) from finding f where f.since = r.id),
                  (select count(*) from tally t where t.run = r.id) from run r"""
    ):
        assert (events, findings, counts) == ((ENTRIES, ENTRIES, 1) if finished else (0, 0, 0)), (
            f"run {run} is half-assessed: finished {finished}, {events} events, {findings} findings"
        )
    lost = ask("select count(*) from finding f where f.worded not in (select seq from event)")
    assert lost == [(0,)]
