"""A day of a campaign in words: of how many, or how long after the end."""

from __future__ import annotations

import pytest

from muniment.campaigns.clock import in_words


@pytest.mark.parametrize(
    ("day", "told"),
    [(0, "0 of 90"), (90, "90 of 90"), (91, "91, 1 day over its end"), (120, "120, 30 days over its end")],
)
def test_a_day_after_the_end_is_none_of_the_campaigns(day: int, told: str) -> None:
    assert in_words(day, 90) == told
