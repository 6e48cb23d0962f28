"""By when somebody is asked: the campaign's last day, or a fortnight from the first message, whichever is later."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.campaigns.log import Logged, Paused, Resumed
from muniment.campaigns.message import FELL_BACK, THANK_YOU
from muniment.campaigns.term import asked_on, term

from .strategies import BEGAN, DAY, campaign, on, pauses, posted

NOOR = "github-id:4712"


@pytest.mark.parametrize(("since", "by"), [(-3, 90), (0, 90), (60, 90), (76, 90), (77, 91), (84, 98), (120, 134)])
def test_whoever_is_asked_has_until_the_last_day_and_a_fortnight_at_least(since: int, by: int) -> None:
    found = term(campaign(), on(since), on(120))
    assert (found.by, found.last, found.is_own) == (on(by), on(90), by > 90)


def test_a_pause_moves_the_day_that_somebody_has_to_themselves() -> None:
    paused = (Paused(BEGAN + 86 * DAY, "ada"), Resumed(BEGAN + 96 * DAY, "ada"))
    found = term(campaign(*paused), on(84), on(97))
    assert (found.by, found.last) == (on(108), on(100))


@given(pauses(), st.integers(0, 120), st.integers(0, 40))
def test_nobody_has_less_than_the_gap_nor_than_the_others(
    breaks: tuple[Logged, ...], since: int, later: int
) -> None:
    own = campaign(*breaks)
    found = term(own, on(since), on(121 + later))  # every pause has begun
    assert found.by >= found.last
    assert (found.by - found.since).days >= own.gap


def test_asking_begins_with_the_first_message_that_was_not_refused_and_anew_with_a_relapse() -> None:
    posts = [posted(NOOR, "announcement", 0, "refused"), posted(NOOR, "first-reminder", 30)]
    assert asked_on(posts[:1]) is None
    assert asked_on(posts) == on(30)
    posts += [posted(NOOR, "second-reminder", 60), posted(NOOR, THANK_YOU, 61)]
    assert asked_on(posts[:3]) == on(30) and asked_on(posts) is None
    posts += [posted(NOOR, f"{FELL_BACK}-{on(70)}", 70), posted(NOOR, "last-reminder", 85)]
    assert asked_on(posts) == on(70)
    assert asked_on([posted(NOOR, "announcement", 0, "uncertain")]) == on(0)
