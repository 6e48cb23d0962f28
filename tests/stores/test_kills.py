"""A killed run loses nothing that was acknowledged and leaves nothing half-believed."""

from __future__ import annotations

import pytest

from .conftest import Stores
from .kills import histogram, rounds


def test_a_killed_run_leaves_nothing_half_believed(stores: Stores, capsys: pytest.CaptureFixture[str]) -> None:
    done = list(rounds(stores.url(), count=20, seed=7))
    with capsys.disabled():
        print(f"\n{stores.kind}: {histogram(done)}")
    inside = [r for r in done if r.where is not None]
    assert len(inside) >= 12, "too few kills fell between the first and the last write to prove anything"
    assert sum(len(r.acknowledged) for r in done) > 0
