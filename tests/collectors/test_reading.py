"""From an answer to an outcome: the words of whoever refused it are kept."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from muniment.collectors.reading import Missed, missed
from muniment.model.observation import Outcome
from muniment.ports import Answer

NOW = datetime(2026, 6, 15, tzinfo=UTC)


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_says_which_credential_was_refused(status):
    answer = Answer("https://api.github.example/orgs/callisto", status, NOW, detail="credential ada is refused")
    assert missed(answer) == Missed(Outcome.DENIED, "credential ada is refused")


def test_a_refusal_without_words_gives_its_number():
    assert missed(Answer("https://api.github.example/user", 403, NOW)) == Missed(Outcome.DENIED, "answered 403")
