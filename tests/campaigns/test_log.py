"""The fold of a campaign's log: the same lines give the same campaign, and a line that cannot follow is refused."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from muniment.campaigns.clock import date_of, day_of
from muniment.campaigns.log import (
    Closed,
    Delegated,
    Exempted,
    Logged,
    Paused,
    Readmitted,
    Reopened,
    Resumed,
    Settled,
    after,
    fold,
)
from muniment.evidence.kind import encode
from muniment.model.errors import UsageError

from .strategies import BEGAN, DAY, campaign, on, pauses, started

KINDS = st.sampled_from(["exempt", "readmit", "delegate", "pause", "resume", "close", "reopen", "settle"])


def line(word: str, hour: int) -> Logged:
    at = BEGAN + timedelta(hours=hour)
    lines: dict[str, Logged] = {
        "exempt": Exempted(at, "ada", "github-id:1", "away", on(200)),
        "readmit": Readmitted(at, "ada", "github-id:1"),
        "delegate": Delegated(at, "ada", "github:org/callisto", "zeta"),
        "pause": Paused(at, "ada"),
        "resume": Resumed(at, "ada"),
        "close": Closed(at, "ada", 1, 2, 3, 4, 5),
        "reopen": Reopened(at, "ada"),
        "settle": Settled(at, "ada", "github-id:1", "announcement", "not-sent", "not in the server's log"),
    }
    return lines[word]


@st.composite
def logs(draw: st.DrawFn) -> list[Logged]:
    """A log as a store keeps it: lines that cannot follow were refused."""
    hours = sorted(draw(st.lists(st.integers(0, 3000), max_size=12)))
    kept: list[Logged] = [started()]
    for hour in hours:
        event = line(draw(KINDS), hour)
        try:
            fold("c", [*kept, event])
        except UsageError:
            continue
        kept.append(event)
    return kept


@given(logs())
def test_folding_is_deterministic_and_may_be_interrupted_anywhere(log: list[Logged]) -> None:
    whole = fold("c", log)
    assert whole == fold("c", list(log))
    step = None
    for event in log:
        step = after("c", step, event)
    assert step == whole


@given(logs())
def test_a_line_survives_being_written_and_read(log: list[Logged]) -> None:
    decode = msgspec.json.Decoder(Logged).decode
    assert [decode(encode(event)) for event in log] == log


@given(logs())
def test_a_campaign_is_closed_or_paused_or_neither_and_its_breaks_follow_one_another(log: list[Logged]) -> None:
    found = fold("c", log)
    assert found is not None
    assert not (found.closed is not None and found.is_paused)
    ends = [at for b in found.breaks for at in (b.since, b.until) if at is not None]
    assert ends == sorted(ends)
    assert all(b.until is not None for b in found.breaks[:-1])
    assert len({e.subject for e in found.exempt}) == len(found.exempt)


def test_what_was_paused_when_it_was_closed_is_paused_when_it_is_reopened() -> None:
    lines = (Paused(BEGAN + 3 * DAY, "ada"), Closed(BEGAN + 5 * DAY, "ada"), Reopened(BEGAN + 8 * DAY, "ada"))
    again = campaign(*lines)
    assert again.is_paused and day_of(again, on(20)) == 3
    resumed = after("two-factor", again, Resumed(BEGAN + 10 * DAY, "ada"))
    assert not resumed.is_paused and day_of(resumed, on(20)) == 13


@given(pauses(), st.integers(0, 150))
def test_days_never_run_backwards_and_stand_still_while_it_is_paused(breaks: tuple[Logged, ...], n: int) -> None:
    found = campaign(*breaks)
    days = [day_of(found, on(i)) for i in range(n + 2)]
    assert days[0] == 0
    assert all(0 <= b - a <= 1 for a, b in pairwise(days))


@given(pauses(), st.integers(0, 90))
def test_the_date_of_a_day_is_that_day(breaks: tuple[Logged, ...], day: int) -> None:
    found = campaign(*breaks)
    today = on(400) if found.is_paused else on(130)
    date = date_of(found, day, today)
    if not found.is_paused:
        assert day_of(found, date) == day
    assert day_of(found, date) <= day


def test_the_log_begins_with_a_start_and_has_one() -> None:
    assert fold("c", []) is None
    with pytest.raises(UsageError, match="no campaign c"):
        fold("c", [line("pause", 1)])
    with pytest.raises(UsageError, match="started already"):
        fold("c", [started(), started()])


@pytest.mark.parametrize(
    ("words", "refused"),
    [
        (["pause", "pause"], "paused already"),
        (["resume"], "not paused"),
        (["readmit"], "not exempt"),
        (["reopen"], "not closed"),
        (["close", "exempt"], "is closed"),
        (["close", "close"], "is closed"),
    ],
)
def test_a_line_that_cannot_follow_is_refused(words: list[str], refused: str) -> None:
    with pytest.raises(UsageError, match=refused):
        fold("c", [started(), *(line(word, n) for n, word in enumerate(words))])


def test_a_line_that_is_older_than_the_newest_is_refused() -> None:
    with pytest.raises(UsageError, match="backwards"):
        fold("c", [started(), line("pause", 5), line("resume", 4)])


def test_an_exemption_holds_through_its_last_day_and_the_newest_one_counts() -> None:
    first = Exempted(BEGAN, "ada", "github-id:1", "away", on(5))
    later = Exempted(BEGAN + DAY, "zeta", "github-id:1", "away longer", on(9))
    assert campaign(first).exemption("github-id:1", on(5)) is not None
    assert campaign(first).exemption("github-id:1", on(6)) is None
    found = campaign(first, later).exemption("github-id:1", on(9))
    assert found is not None and found.by == "zeta"
    assert campaign(first, Readmitted(BEGAN + DAY, "ada", "github-id:1")).exemption("github-id:1", on(1)) is None


@given(logs())
def test_a_word_about_a_message_decides_nothing_else(log: list[Logged]) -> None:
    words = [event for event in log if isinstance(event, Settled)]
    quiet = fold("c", [event for event in log if not isinstance(event, Settled)])
    found = fold("c", log)
    assert found is not None and quiet is not None
    assert replace(found, newest_at=quiet.newest_at) == quiet
    assert not words or found.newest_at >= words[-1].at
