"""A run holds the database: two at once do not interleave."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from muniment.model.errors import LeaseHeld
from muniment.stores.leases import LASTS

from .conftest import Stores
from .worlds import START, begin, look

WORKER = Path(__file__).parent / "lease_worker.py"


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at


def test_a_second_run_is_told_who_holds_the_database(stores: Stores) -> None:
    url = stores.url()
    one, two = stores(url), stores(url)
    with one.lease("atlas:1:aaaa", Hand()):
        words = "process 1 on atlas, since 2026-03-01 09:00"
        with pytest.raises(LeaseHeld, match=words) as caught, two.lease("borea:2:bbbb", Hand()):
            pass
        assert caught.value.hint
    with two.lease("borea:2:bbbb", Hand()):
        begin(two)


def test_a_lease_is_given_back_when_the_run_fails(stores: Stores) -> None:
    store = stores()
    with pytest.raises(ZeroDivisionError), store.lease("atlas:1:aaaa", Hand()):
        raise ZeroDivisionError
    with store.lease("atlas:1:bbbb", Hand()):
        pass


def test_every_write_renews_the_lease(stores: Stores) -> None:
    url = stores.url()
    one, two = stores(url), stores(url)
    clock = Hand()
    with one.lease("atlas:1:aaaa", clock):
        clock.at += LASTS * 0.9
        begin(one)
        clock.at += LASTS * 0.9
        with pytest.raises(LeaseHeld), two.lease("borea:2:bbbb", clock):
            pass


def test_a_silent_holder_loses_the_lease_and_can_write_no_more(stores: Stores) -> None:
    url = stores.url()
    one, two = stores(url), stores(url)
    clock = Hand()
    with pytest.raises(LeaseHeld, match="took the database over"), one.lease("atlas:1:aaaa", clock):
        run = begin(one)
        clock.at += LASTS
        with two.lease("borea:2:bbbb", clock):
            one.record(run, [look("ab")])
    assert list(two.cells()) == []


def test_a_dead_holder_of_this_machine_is_taken_over_at_once(stores: Stores) -> None:
    url = stores.url()
    one, two = stores(url), stores(url)
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    held = one.lease(f"atlas:{gone.pid}:aaaa", Hand())
    held.__enter__()
    with pytest.raises(LeaseHeld), two.lease("elsewhere:1:bbbb", Hand()):
        pass
    with two.lease("atlas:1:bbbb", Hand()):
        begin(two)


def test_two_processes_do_not_interleave(stores: Stores) -> None:
    """Each takes the lease when it can and records a run in steps; the runs' batches must not mix."""
    url = stores.url()
    store = stores(url)
    workers = [subprocess.Popen([sys.executable, str(WORKER), url, name, "4"]) for name in ("one", "two")]
    assert [worker.wait(60) for worker in workers] == [0, 0]
    codes = [stamp.code for stamp in store.runs()]
    assert sorted(codes) == ["one"] * 4 + ["two"] * 4
    seen = [record.run for day in range(len(codes)) for record in store.cells(at=store.runs()[day].at)]
    assert seen == list(range(1, 9)), "each run ended before the next one began"
    assert all(record.seen == 5 for record in store.cells())
