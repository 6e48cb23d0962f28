"""What is over is kept as long as the policy says, and looking back beyond that is never answered from holes."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muniment.model.observation import Batch, Cell, Outcome

from .conftest import Stores
from .worlds import ANYONE, DAY, START, begin, histories, live, look, rows

RELEASES = Cell("pypi", "pypi:lantern", "package-release")


def test_what_is_believed_now_is_kept_whatever_its_age(stores: Stores) -> None:
    url = stores.url()
    store = stores(url)
    store.record(begin(store, 0), [look("ab")])
    store.record(begin(store, 1), [look("a", day=1)])
    now = START + 4000 * DAY
    assert store.tidy({"package-role": 1}, now=now, write=False) == {"package-role": 1}
    assert len(rows(url, "fact")) == 2, "a preview drops nothing"
    assert store.tidy({"package-role": 1}, now=now) == {"package-role": 1}
    (record,) = store.cells()
    assert [key for key, _ in record.facts] == ["a"]
    assert store.tidy({"package-role": 1}, now=now) == {}


def test_a_kind_that_is_not_named_is_kept_for_ever(stores: Stores) -> None:
    url = stores.url()
    store = stores(url)
    store.record(begin(store, 0), [look("ab"), look("ab", cell=RELEASES)])
    store.record(begin(store, 1), [look("a", day=1), look("a", cell=RELEASES, day=1)])
    store.tidy({"package-role": 30}, now=START + 400 * DAY)
    past = {r.cell.kind: r for r in store.cells(at=START + DAY / 2)}
    assert past["package-role"].dropped is not None
    assert past["package-role"].facts == () and past["package-role"].standing is None
    release = past["package-release"]
    assert release.dropped is None and [key for key, _ in release.facts] == ["a", "b"]
    assert release.standing is Outcome.COLLECTED


def test_nothing_dropped_means_nothing_is_beyond_reach(stores: Stores) -> None:
    store = stores()
    store.record(begin(store, 0), [look("ab")])
    assert store.tidy({"package-role": 30}, now=START + 400 * DAY) == {}
    (record,) = store.cells(at=START + DAY)
    assert record.dropped is None and [key for key, _ in record.facts] == ["a", "b"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    runs=histories() | histories(vantage=ANYONE, outcome=Outcome.COLLECTED),
    days=st.integers(1, 6),
    later=st.integers(0, 4),
)
def test_looking_back_is_answered_as_before_or_not_at_all(
    stores: Stores, runs: list[list[Batch]], days: int, later: int
) -> None:
    store = stores()
    live(store, runs)
    instants = [stamp.at + timedelta(hours=1) for stamp in store.runs()]
    before = [list(store.cells(at=at)) for at in instants]
    today = list(store.cells())
    now = instants[-1] + later * DAY
    store.tidy({"package-role": days}, now=now)
    assert list(store.cells()) == today
    for at, was in zip(instants, before, strict=True):
        for record, old in zip(store.cells(at=at), was, strict=True):
            if record.dropped is None:
                assert record == old
            else:
                assert record.cell.kind == "package-role" and at < now - days * DAY and not record.facts


def test_answers_older_than_thirty_days_go_with_the_next_run_even_if_it_asks_nothing(stores: Stores) -> None:
    url = stores.url()
    store = stores(url)
    for number, day in enumerate((0, 20)):
        store.remember(f"https://x.example/{number}", "", START + day * DAY, {"etag": "e"}, b"body")
    store.tidy({}, now=START + 31 * DAY)
    assert [row[0] for row in rows(url, "raw")] == ["https://x.example/1"]
