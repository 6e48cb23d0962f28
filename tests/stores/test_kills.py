"""A killed run loses nothing that was acknowledged and leaves nothing half-believed."""

from __future__ import annotations

import pytest

from muniment.stores.opening import open_store
from muniment.testing.postgres import temporary_server

from .conftest import Stores
from .kills import Worker, histogram, kill_postmaster, rounds


def test_a_killed_run_leaves_nothing_half_believed(stores: Stores, capsys: pytest.CaptureFixture[str]) -> None:
    done = list(rounds(stores.url(), count=20, seed=7))
    with capsys.disabled():
        print(f"\n{stores.kind}: {histogram(done)}")
    inside = [r for r in done if r.where is not None]
    assert len(inside) >= 12, "too few kills fell between the first and the last write to prove anything"
    assert sum(len(r.acknowledged) for r in done) > 0


def test_a_killed_postgresql_keeps_what_it_acknowledged(capsys: pytest.CaptureFixture[str]) -> None:
    """Two kills of the server itself, which here flushes to the disk as a real one does; ten in ``benchmarks/``."""
    with temporary_server(durable=True) as server:
        url = server.database()
        open_store(url).close()

        def strike(worker: Worker) -> None:
            kill_postmaster(server)

        done = list(rounds(url, count=2, seed=45, strike=strike, mend=server.restart))
    with capsys.disabled():
        print(f"\npostgresql, its postmaster: {histogram(done)}")
    assert [r for r in done if r.where is not None], "no kill fell between the first and the last write"
    assert sum(len(r.acknowledged) for r in done) > 0
