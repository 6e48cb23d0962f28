"""The log is the truth: what the table of findings says is what folding the log gives."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from muniment.ledger.events import Entry, FindingId, Fixed, How, Opened, Waived, Why
from muniment.ledger.finding import Finding, State, fold
from muniment.ledger.recording import text_digest
from muniment.model.tlp import TLP, Marking
from muniment.model.verdict import Severity
from muniment.model.waiver import Decision
from muniment.ports import Tally
from muniment.stores.store import SqlStore

from .conftest import Stores
from .worlds import DAY, START, begin, logs, rows

AMBER = Marking(TLP.AMBER, frozenset({"wick"}))


def opened(key: str = "ada", asset: str = "pypi:wick", message: str = "one owner", again: bool = False) -> Entry:
    event = Opened(Severity.HIGH, message, "packages/single-owner", "wick", AMBER, Why.OBSERVED, again=again)
    return Entry(FindingId("packages/single-owner", asset, key), event)


def folded(store: SqlStore) -> list[Finding]:
    found: dict[FindingId, Finding] = {}
    for run, entry in store.history():
        found[entry.finding] = fold(found.get(entry.finding), entry.finding, entry.event, run.id, run.at)
    return sorted(found.values(), key=lambda f: (f.id.asset, f.id.check, f.id.key))


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # each example costs a database
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(log=logs())
def test_the_projection_is_the_fold_of_the_log(stores: Stores, log: list[list[Entry]]) -> None:
    url = stores.url()
    store = stores(url)
    for day, entries in enumerate(log):
        with store.assessing(begin(store, day)) as ledger:
            half = len(entries) // 2
            ledger.write(entries[:half])
            ledger.write(iter(entries[half:]))
    assert [entry for _, entry in store.history()] == [entry for entries in log for entry in entries]
    expected = folded(store)
    assert list(store.findings(fixed=True)) == expected
    assert list(store.findings()) == [f for f in expected if f.state is not State.FIXED]
    projection = rows(url, "finding")
    store.rebuild()
    assert rows(url, "finding") == projection
    kept = {FindingId(c, a, k): v for a, cs in store.kept().items() for c, ks in cs.items() for k, v in ks.items()}
    assert kept.keys() == {f.id for f in expected}
    for f in expected:
        words = text_digest(f.message, f.cause, f.subproject, f.marking, f.where)
        it = kept[f.id]
        assert (it.state, it.severity, it.text, it.waiver) == (f.state, f.severity, words, f.waiver)


def test_an_assessment_that_fails_leaves_nothing(stores: Stores) -> None:
    store = stores()
    run = begin(store)
    with pytest.raises(ZeroDivisionError), store.assessing(run) as ledger:
        ledger.write([opened()])
        ledger.tally([Tally("packages/single-owner", "wick", "fail", "", False, 1)])
        ledger.judged_by({"packages/single-owner": "1"})
        raise ZeroDivisionError
    assert list(store.history()) == [] and list(store.findings()) == []
    assert store.tallies(run) == [] and not store.runs()[0].finished


def test_a_finding_opened_twice_is_refused_and_nothing_kept(stores: Stores) -> None:
    store = stores()
    with store.assessing(begin(store)) as ledger:
        ledger.write([opened()])
    with pytest.raises(ValueError, match="opened twice"), store.assessing(begin(store, 1)) as ledger:
        ledger.write([opened("grace"), opened()])
    assert len(list(store.history())) == 1


def test_the_run_keeps_its_judges_and_counts(stores: Stores) -> None:
    store = stores()
    run = begin(store)
    counts = [
        Tally("packages/single-owner", "wick", "fail", "", False, 3),
        Tally("packages/single-owner", "wick", "unknown", "denied", True, 1),
    ]
    with store.assessing(run) as ledger:
        ledger.tally(counts)
        ledger.judged_by({"packages/single-owner": "1:abc"})
    assert store.tallies(run) == counts
    (stamp,) = store.runs()
    assert stamp.finished and stamp.judges == {"packages/single-owner": "1:abc"}
    assert (stamp.code, stamp.register, stamp.commit, stamp.at) == ("muniment 1", "lantern", "abc", START)


def test_history_stops_at_an_instant_and_tells_of_one_finding(stores: Stores) -> None:
    store = stores()
    waived = Waived("ada", "known", date(2026, 9, 1), Decision.ACCEPTED)
    for day, entries in enumerate(
        (
            [opened(), opened("grace")],
            [Entry(opened().finding, waived)],
            [Entry(opened().finding, Fixed(How.PASSED, Why.OBSERVED))],
        )
    ):
        with store.assessing(begin(store, day)) as ledger:
            ledger.write(entries)
    assert len(list(store.history(until=START + DAY))) == 3
    assert list(store.history(until=START - DAY)) == []
    assert [type(e.event).__name__ for _, e in store.history(finding=opened().finding)] == [
        "Opened",
        "Waived",
        "Fixed",
    ]
    assert [len(store.runs(until=START + n * DAY)) for n in (-1, 0, 1, 5)] == [0, 1, 2, 3]


def test_more_entries_than_a_chunk_are_all_kept(stores: Stores) -> None:
    store = stores()
    with store.assessing(begin(store)) as ledger:
        ledger.write(opened(str(n), message=f"tab\there {n}\\") for n in range(12_001))
    assert len(list(store.findings())) == 12_001
    with store.assessing(begin(store, 1)) as ledger:
        ledger.write(Entry(opened(str(n)).finding, Fixed(How.PASSED, Why.OBSERVED)) for n in range(12_000))
    (left,) = store.findings()
    assert (left.id.key, left.message) == ("12000", "tab\there 12000\\")
    assert len(list(store.findings(fixed=True))) == 12_001
