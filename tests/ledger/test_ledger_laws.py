"""The ledger's laws, as properties: what an answer may change, and what it may not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.ledger.events import Entry, FindingId, Fixed, How, Opened, Unwaived, Waived, Why
from muniment.ledger.finding import Finding, State, fold
from muniment.ledger.recording import AllBut, Answer, Cleared, Kept, decide, record, retire, text_digest
from muniment.model.tlp import TLP, Marking
from muniment.model.verdict import Problem, Severity
from muniment.model.waiver import Decision, Waiver

CHECK, ASSET = "packages/one-person-can-ship-alone", "pypi:callisto-core"
AMBER = Marking(TLP.AMBER, frozenset({"shell"}))
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TODAY = date(2026, 3, 1)

KEYS = st.sampled_from(("", "a", "b", "c", "d"))
DAYS = st.dates(date(2026, 2, 20), date(2026, 3, 10))

problems = st.lists(
    st.builds(Problem, message=st.sampled_from(("one", "two")), key=KEYS, cause=st.sampled_from(("", "pypi:ada"))),
    unique_by=lambda p: p.key,
    max_size=4,
).map(tuple)
cleared: st.SearchStrategy[Cleared] = st.one_of(
    st.none(), st.frozensets(KEYS), st.frozensets(KEYS).map(AllBut), st.just(frozenset[str]())
)
answers = st.builds(
    Answer,
    check=st.just(CHECK),
    asset=st.just(ASSET),
    severity=st.sampled_from(Severity),
    subproject=st.just("shell"),
    marking=st.just(AMBER),
    problems=problems,
    cleared=cleared,
    why=st.sampled_from(Why),
)
waivers = st.lists(
    st.builds(
        Waiver,
        check=st.sampled_from(("packages/*", CHECK, "inventory/*")),
        asset=st.sampled_from(("*", ASSET)),
        key=st.sampled_from(("*", "a")),
        by=st.sampled_from(("ada", "noor")),
        reason=st.just("known"),
        until=DAYS,
        decision=st.sampled_from(Decision),
    ),
    max_size=3,
).map(tuple)


class Log:
    """A ledger in memory: the events, and the findings folded from them."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.findings: dict[FindingId, Finding] = {}

    def write(self, entries: Iterable[Entry]) -> list[Entry]:
        new = list(entries)
        for entry in new:
            run = len(self.entries) + 1
            self.findings[entry.finding] = fold(
                self.findings.get(entry.finding), entry.finding, entry.event, run, NOON
            )
            self.entries.append(entry)
        return new

    def kept(self) -> dict[str, Kept]:
        return {id.key: kept_of(finding) for id, finding in self.findings.items()}

    def answer(self, answer: Answer) -> list[Entry]:
        return self.write(record(answer, self.kept()))

    def decide(self, waivers: tuple[Waiver, ...], today: date = TODAY) -> list[Entry]:
        return self.write(decide([(id, kept_of(f)) for id, f in self.findings.items()], waivers, today))

    def states(self) -> Mapping[str, State]:
        return {id.key: finding.state for id, finding in self.findings.items()}


def kept_of(finding: Finding) -> Kept:
    text = text_digest(finding.message, finding.cause, finding.subproject, finding.marking, finding.where)
    return Kept(finding.state, finding.severity, text, finding.waiver)


def failing(*keys: str, cleared: Cleared = None, severity: Severity = Severity.HIGH) -> Answer:
    found = tuple(Problem(f"{key or 'it'} is wrong", key=key) for key in keys)
    return Answer(CHECK, ASSET, severity, "shell", AMBER, found, cleared)


histories = st.lists(st.tuples(answers, waivers), max_size=5)


def played(history: list[tuple[Answer, tuple[Waiver, ...]]]) -> Log:
    log = Log()
    for answer, waivers in history:
        log.answer(answer)
        log.decide(waivers)
    return log


@given(histories)
def test_silence_changes_nothing(history: list[tuple[Answer, tuple[Waiver, ...]]]) -> None:
    """An answer without problems that cleared nothing, which is what Unknown is, brings no event."""
    log = played(history)
    assert log.answer(Answer(CHECK, ASSET, Severity.HIGH, "shell", AMBER)) == []


@given(histories, answers)
def test_recording_the_same_answer_twice_gives_no_events(
    history: list[tuple[Answer, tuple[Waiver, ...]]], answer: Answer
) -> None:
    log = played(history)
    log.answer(answer)
    assert log.answer(answer) == []


@given(histories, waivers, DAYS)
def test_deciding_twice_on_one_day_gives_no_events(
    history: list[tuple[Answer, tuple[Waiver, ...]]], waivers: tuple[Waiver, ...], today: date
) -> None:
    log = played(history)
    log.decide(waivers, today)
    assert log.decide(waivers, today) == []


@given(histories)
def test_the_fold_is_deterministic_and_does_not_need_the_past(
    history: list[tuple[Answer, tuple[Waiver, ...]]],
) -> None:
    """Replaying the log gives the same findings, finding by finding as well as in the order of the log."""
    log = played(history)
    again: dict[FindingId, Finding] = {}
    for id in sorted(log.findings):
        for run, entry in enumerate(log.entries, start=1):
            if entry.finding == id:
                again[id] = fold(again.get(id), id, entry.event, run, NOON)
    assert again == log.findings


@given(histories, answers)
def test_every_problem_of_an_answer_is_not_fixed_afterwards(
    history: list[tuple[Answer, tuple[Waiver, ...]]], answer: Answer
) -> None:
    log = played(history)
    log.answer(answer)
    states = log.states()
    assert all(states[p.key] is not State.FIXED for p in answer.problems)


@given(histories, answers)
def test_an_answer_closes_what_it_cleared_and_nothing_else(
    history: list[tuple[Answer, tuple[Waiver, ...]]], answer: Answer
) -> None:
    log = played(history)
    before = dict(log.states())
    log.answer(answer)
    failing_keys = {p.key for p in answer.problems}
    for key, state in before.items():
        if key in failing_keys:
            continue
        closes = answer.cleared is None or key in answer.cleared
        expected = State.FIXED if closes else state
        assert log.states()[key] is expected


@given(histories, answers)
def test_a_finding_is_new_once(history: list[tuple[Answer, tuple[Waiver, ...]]], answer: Answer) -> None:
    """Events open a finding only when it is not there or fixed, and ``again`` tells the two apart."""
    log = played(history)
    before = dict(log.states())
    for entry in log.answer(answer):
        if isinstance(entry.event, Opened):
            old = before.get(entry.finding.key)
            assert old in (None, State.FIXED)
            assert entry.event.again is (old is State.FIXED)


@given(histories, waivers, DAYS)
def test_a_waiver_covers_through_its_last_day_and_the_longest_wins(
    history: list[tuple[Answer, tuple[Waiver, ...]]], waivers: tuple[Waiver, ...], today: date
) -> None:
    log = played(history)
    log.answer(failing("a", "b"))
    log.decide(waivers, today)
    for id, finding in log.findings.items():
        if finding.state is State.FIXED:
            continue
        live = [w.until for w in waivers if w.until >= today and w.covers(id.check, id.asset, id.key)]
        if live:
            assert finding.waiver is not None
            assert finding.waiver.until == max(live)
            assert finding.state in (State.WAIVED, State.FALSE_POSITIVE)
        else:
            assert finding.waiver is None
            assert finding.state is State.OPEN


def waiver(until: date, decision: Decision = Decision.ACCEPTED) -> Waiver:
    return Waiver(check="packages/*", asset="*", by="ada", reason="known", until=until, decision=decision)


def test_the_day_after_its_last_a_waiver_has_expired_and_the_finding_is_open() -> None:
    log = Log()
    log.answer(failing(""))
    log.decide((waiver(TODAY),))
    assert log.states() == {"": State.WAIVED}
    [entry] = log.decide((waiver(TODAY),), TODAY + timedelta(days=1))
    assert entry.event == Unwaived(expired=True)
    assert log.states() == {"": State.OPEN}


def test_a_waiver_that_is_withdrawn_opens_the_finding() -> None:
    log = Log()
    log.answer(failing(""))
    log.decide((waiver(TODAY + timedelta(days=30), Decision.FALSE_POSITIVE),))
    assert log.states() == {"": State.FALSE_POSITIVE}
    [entry] = log.decide(())
    assert entry.event == Unwaived(expired=False)
    assert log.states() == {"": State.OPEN}


def test_a_longer_waiver_takes_over() -> None:
    log = Log()
    log.answer(failing(""))
    short, long = waiver(TODAY), waiver(TODAY + timedelta(days=9))
    log.decide((short,))
    [entry] = log.decide((short, long))
    assert isinstance(entry.event, Waived)
    assert entry.event.until == long.until


def test_a_waived_problem_that_is_mended_is_fixed_and_opens_again_unwaived() -> None:
    log = Log()
    log.answer(failing(""))
    log.decide((waiver(TODAY),))
    log.answer(failing())
    assert log.states() == {"": State.FIXED}
    [entry] = log.answer(failing(""))
    assert isinstance(entry.event, Opened)
    assert entry.event.again
    assert log.states() == {"": State.OPEN}


def test_a_changed_severity_is_a_judgement_of_ours_not_news() -> None:
    log = Log()
    log.answer(failing(""))
    [entry] = log.answer(failing("", severity=Severity.LOW))
    assert getattr(entry.event, "why", None) is Why.REJUDGED


def test_other_words_for_the_same_problem_are_not_news() -> None:
    log = Log()
    log.answer(failing("a"))
    reworded = Answer(CHECK, ASSET, Severity.HIGH, "shell", AMBER, (Problem("said otherwise", key="a"),), None)
    [entry] = log.answer(reworded)
    assert type(entry.event).__name__ == "Restated"
    [finding] = log.findings.values()
    assert (finding.message, finding.changed) == ("said otherwise", 1)


def test_an_asset_that_is_no_longer_declared_retires_its_findings() -> None:
    log = Log()
    log.answer(failing("a", "b"))
    log.write(retire(ASSET, {CHECK: log.kept()}))
    assert {f.how for f in log.findings.values()} == {How.RETIRED}
    assert list(retire(ASSET, {CHECK: log.kept()})) == []


def test_two_problems_with_one_key_are_a_mistake_of_the_check() -> None:
    twice = Answer(CHECK, ASSET, Severity.HIGH, "", AMBER, (Problem("one"), Problem("two")))
    with pytest.raises(ValueError, match="two problems"):
        list(record(twice, {}))


def test_a_log_that_does_not_add_up_is_refused() -> None:
    id = FindingId(CHECK, ASSET, "")
    with pytest.raises(ValueError, match="before it was opened"):
        fold(None, id, Fixed(How.PASSED, Why.OBSERVED), 1, NOON)
    [opened] = list(record(failing(""), {}))
    finding = fold(None, id, opened.event, 1, NOON)
    with pytest.raises(ValueError, match="opened twice"):
        fold(finding, id, opened.event, 2, NOON)
