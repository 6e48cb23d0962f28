"""As-of: 1,000,000 facts stored, 400,000 live at D, decoded and streamed. Asked: under 3 s and 300 MB.

    python benchmarks/as_of.py

Each measurement is a process of its own, so that its peak of memory is its own. The figure is also divided by
the reference loop, timed in the same process just before and just after, since machines are shared.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta

from muniment.evidence.kind import decoder, encode
from muniment.evidence.package_release import PackageRelease
from muniment.model.observation import Batch, Cell, Item, Outcome
from muniment.model.tlp import CLEAR
from muniment.stores.opening import open_store

from reference import reference_seconds  # isort: skip

CELLS = 10_000
ITEMS = 40
"""Facts of a cell at any time: 10,000 × 40 are live at D."""

REPLACED = 15
"""Facts of each cell that every further run replaces: 400,000 + 4 × 150,000 are stored."""

RUNS = 5
AT = 2
START = datetime(2026, 3, 1, 9, tzinfo=UTC)


def batch(cell: int, run: int) -> Batch:
    def item(n: int) -> Item:
        said = run if n < REPLACED else 0
        release = PackageRelease(version=f"{n}.0", uploaded=START - timedelta(days=n), yanked_reason=f"run {said}")
        return Item(release.key, encode(release))

    return Batch(
        cell=Cell("pypi", f"pypi:package-{cell:05}", "package-release"),
        vantage=frozenset({"pypi:anonymous"}),
        outcome=Outcome.COLLECTED,
        observed_at=START + timedelta(days=run),
        parser="pypi/1",
        marking=CLEAR,
        items=tuple(item(n) for n in range(ITEMS)),
    )


def fill(url: str) -> None:
    """Five runs, a day apart."""
    store = open_store(url)
    began = time.perf_counter()
    for run in range(RUNS):
        id = store.open_run(at=START + timedelta(days=run), code="bench", register="bench", commit="")
        for first in range(0, CELLS, 1000):
            store.record(id, [batch(cell, run) for cell in range(first, first + 1000)])
    store.close()
    print(f"  filled in {time.perf_counter() - began:.1f} s", file=sys.stderr)


def measure(url: str) -> None:
    """Stream and decode what was believed at D."""
    store = open_store(url, create=False)
    decode = decoder(PackageRelease).decode
    loop = reference_seconds()
    before = resource.getrusage(resource.RUSAGE_SELF)
    began = time.perf_counter()
    live = 0
    for record in store.cells(at=START + timedelta(days=AT, hours=1)):
        for _, payload in record.facts:
            release = decode(payload)
            live += 1
    seconds = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_SELF)
    loop = (loop + reference_seconds()) / 2
    assert release.version and live == CELLS * ITEMS, live
    print(
        json.dumps(
            {
                "live": live,
                "seconds": round(seconds, 2),
                "cpu": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 2),
                "peak_mb": round(after.ru_maxrss / 1024),
                "seconds/reference": round(seconds / loop, 2),
            }
        )
    )
    store.close()


def child(step: str, url: str) -> str:
    done = subprocess.run([sys.executable, __file__, step, url], check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def main() -> None:
    from muniment.testing.postgres import temporary_server

    with tempfile.TemporaryDirectory() as scratch, temporary_server(durable=True) as server:
        for name, url in (("SQLite", f"{scratch}/as-of.sqlite"), ("PostgreSQL", server.database())):
            child("fill", url)
            for _ in range(3):
                print(f"{name:10}  {child('measure', url).strip()}")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["fill", url]:
            fill(url)
        case ["measure", url]:
            measure(url)
        case _:
            main()
