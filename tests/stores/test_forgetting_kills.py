"""An act of forgetting that is killed was done wholly or not at all, and its last step can be done later."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from muniment.evidence.kind import Evidence
from muniment.evidence.package_role import PackageRole
from muniment.ledger.events import Entry, FindingId, Opened, Why
from muniment.model.observation import Cell
from muniment.model.tlp import CLEAR
from muniment.model.verdict import Severity
from muniment.stores.opening import open_store

from .forget_worker import NAME, erasure
from .test_forgetting import batch, sqlite_files
from .worlds import begin

WORKER = Path(__file__).parent / "forget_worker.py"
CELLS = 2000
KILLS = 12


def large(path: Path) -> None:
    """A database in which the person stands in some thousand rows."""
    store = open_store(str(path))
    run = begin(store, 0)
    crowd: list[Evidence] = [PackageRole(account="noor", role="Owner"), PackageRole(account=NAME, role="Owner")]
    store.record(run, [batch(Cell("pypi", f"pypi:p{n}", "package-role"), crowd, 0) for n in range(CELLS)])
    opened = Opened(Severity.LOW, f"{NAME} alone", "c", "", CLEAR, Why.OBSERVED)
    with store.assessing(run) as ledger:
        ledger.write(Entry(FindingId("x/y", f"pypi:p{n}", f"{NAME}/Owner"), opened) for n in range(CELLS))
        ledger.judged_by({"x/y": "1"})
    store.close()


def named(path: Path) -> tuple[int, int, int]:
    """How many facts, events and findings name the person, read past the program."""
    with sqlite3.connect(path) as connection:
        counts = [
            connection.execute(f"select count(*) from {table} where key like ?", (f"%{NAME}%",)).fetchone()[0]
            for table in ("fact", "event", "finding")
        ]
    connection.close()
    return counts[0], counts[1], counts[2]


def attempt(path: Path, delay: float | None) -> list[str]:
    """Run the worker and kill it some time after its first word; the words it said."""
    worker = subprocess.Popen([sys.executable, str(WORKER), str(path)], stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None
    said = [worker.stdout.readline().strip()]
    if delay is not None:
        time.sleep(delay)
        worker.kill()
    said += worker.stdout.read().split()
    worker.wait(60)
    worker.stdout.close()
    return said


def test_a_killed_act_of_forgetting_is_done_wholly_or_not_at_all(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    template = tmp_path / "template.sqlite"
    large(template)
    began = time.monotonic()
    whole = tmp_path / "whole.sqlite"
    shutil.copy(template, whole)
    assert attempt(whole, None) == ["first", "forgotten", "last"]
    span = max(time.monotonic() - began - 0.3, 0.2)
    moments = random.Random(11)
    stages: list[str] = []
    for number in range(KILLS):
        path = tmp_path / f"{number}.sqlite"
        shutil.copy(template, path)
        said = attempt(path, span * moments.uniform(0, 0.5))
        stages.append(said[-1])
        store = open_store(str(path))
        left = named(path)
        assert left in ((CELLS, CELLS, CELLS), (0, 0, 0)), f"half forgotten: {left}"
        assert store.is_clean() or left == (0, 0, 0)
        if "forgotten" in said:
            assert left == (0, 0, 0), "an acknowledged act is lost"
        if left != (0, 0, 0):
            store.forget(erasure(), {}, at=store.runs()[0].at)
        store.scrub()
        assert NAME.encode() not in sqlite_files(store).lower()
        store.close()
        path.unlink()
    with capsys.disabled():
        print("\nkilled after " + ", ".join(f"{stages.count(s)} x {s!r}" for s in dict.fromkeys(stages)))
    assert stages.count("first") >= 2, "too few kills fell before the end to prove anything"
