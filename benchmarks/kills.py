"""A hundred kills of a writer per database, and ten of PostgreSQL's own server: nothing acknowledged is lost.

    python benchmarks/kills.py [COUNT] >> kills.md

Prints one table in Markdown: where in a run's span of writing the kills fell, a column for each kind of kill. It
ends with an error at the first invariant that does not hold, and with 1 if fewer than 60 % of the kills of any
column fell between a run's first and last write: kills that hit nothing prove nothing. The writer, the moments and
the invariants are those of ``tests/stores/kills.py``.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.stores.kills import BINS, Round, Worker, kill_postmaster, rounds

from muniment.stores.opening import open_store
from muniment.testing.postgres import temporary_server

ENOUGH = 0.6
"""The share of kills that must fall inside the span of writing."""

STRIKES = 10
"""How often PostgreSQL's own server is killed; each time it has to be started again."""


def inside(done: list[Round]) -> list[float]:
    """Where the kills fell that fell between a run's first and last write, from 0 to 1."""
    return [r.where for r in done if r.where is not None]


def within(bin: int, done: list[Round], took: float) -> int:
    """How many kills fell into one part of the span."""
    return sum(bin <= where * BINS < bin + 1 for where in inside(done))


def table(columns: dict[str, tuple[list[Round], float]]) -> Iterator[str]:
    """The table, line by line; a column for each list of rounds and the seconds that they took."""

    def row(head: str, cell: Callable[[list[Round], float], object]) -> str:
        return f"| {head} | " + " | ".join(str(cell(done, took)) for done, took in columns.values()) + " |"

    yield f"| killed at | {' | '.join(columns)} |"
    yield "|---|" + "--:|" * len(columns)
    for n in range(BINS):
        yield row(f"{n * 100 // BINS} to {(n + 1) * 100 // BINS} % of the span", partial(within, n))
    yield row("before or after it", lambda done, _: len(done) - len(inside(done)))
    yield row("**inside it**", lambda done, _: f"**{len(inside(done))} of {len(done)}**")
    yield row("batches acknowledged, none lost", lambda done, _: sum(len(r.acknowledged) for r in done))
    yield row("seconds", lambda _, took: f"{took:.0f}")


def too_few(columns: dict[str, tuple[list[Round], float]]) -> list[str]:
    """The columns in which too few kills fell inside."""
    return [name for name, (done, _) in columns.items() if len(inside(done)) < ENOUGH * len(done)]


def main(count: int) -> int:
    """Kill, print, and give the exit status."""
    columns: dict[str, tuple[list[Round], float]] = {}

    def measure(name: str, lives: Iterator[Round]) -> None:
        began = time.perf_counter()
        columns[name] = (list(lives), time.perf_counter() - began)

    with tempfile.TemporaryDirectory() as scratch, temporary_server(durable=True) as server:
        for name, url in (("SQLite", f"sqlite:///{scratch}/kills.sqlite"), ("PostgreSQL", server.database())):
            open_store(url).close()
            measure(f"{name}, the writer", rounds(url, count, seed=11))
        url = server.database()
        open_store(url).close()

        def strike(worker: Worker) -> None:
            kill_postmaster(server)

        strikes = min(count, STRIKES)
        measure("PostgreSQL, its postmaster", rounds(url, strikes, seed=12, strike=strike, mend=server.restart))
    print("\n".join(table(columns)))
    few = too_few(columns)
    for name in few:
        print(f"{name}: fewer than {ENOUGH:.0%} of the kills fell inside; nothing is proved", file=sys.stderr)
    return 1 if few else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else 100))
