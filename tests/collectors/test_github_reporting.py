"""Private vulnerability reporting, from answers made by hand: on, off, and all that is neither. Not live."""

from __future__ import annotations

import asyncio

import pytest

from muniment.collectors.github_reporting import collector
from muniment.evidence.private_reporting import PrivateReporting
from muniment.model.observation import Batch, Outcome
from muniment.ports import Answer, Key
from tests.collectors.github.canned import ADA, Callisto, answer, at_hand, facts

SCOPE = "github:repo/callisto/lodestar"
PATH = "/repos/callisto/lodestar/private-vulnerability-reporting"


def read(given: Answer, *keys: Key) -> tuple[Batch, Callisto]:
    world = Callisto()
    world.instead = lambda question, _: given if question == PATH else None
    made = collector(at_hand(*(keys or (ADA,))))
    (batch,) = made.parse(asyncio.run(made.fetch(SCOPE, world)))
    return batch, world


@pytest.mark.parametrize("enabled", [True, False])
def test_reporting_is_on_or_off(enabled):
    batch, world = read(answer({"enabled": enabled}))
    assert facts(batch) == [PrivateReporting(enabled=enabled)]
    assert batch.vantage == frozenset({"github:anonymous"})
    assert world.asked == [(PATH, "ada")]


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (404, Outcome.UNOBSERVABLE),
        (422, Outcome.UNOBSERVABLE),
        (403, Outcome.DENIED),
        (401, Outcome.DENIED),
        (429, Outcome.UNREACHABLE),
        (502, Outcome.UNREACHABLE),
        (0, Outcome.UNREACHABLE),
    ],
)
def test_a_refusal_is_neither_on_nor_off_nor_gone(status, outcome):
    batch, _ = read(answer({}, status=status))
    assert (batch.outcome, batch.items) == (outcome, ())
    assert batch.detail


def test_private_and_missing_are_told_in_the_same_words():
    assert read(answer({}, status=404))[0].detail == read(answer({}, status=422))[0].detail


@pytest.mark.parametrize("body", [{}, {"enabled": None}, {"enabled": "yes"}, [], b"{", b""])
def test_what_is_no_answer_is_unreadable(body):
    assert read(answer(body))[0].outcome is Outcome.UNREADABLE


def test_of_several_credentials_the_one_that_sees_most_asks():
    world = Callisto()
    made = collector(at_hand(Key("robot", "installation"), ADA))
    asyncio.run(made.fetch(SCOPE, world))
    assert (PATH, "ada") in world.asked
    assert not any(path == PATH and who == "robot" for path, who in world.asked)


def test_without_a_credential_nothing_is_asked():
    made = collector(at_hand())
    assert made.asks == () and list(made.requests(SCOPE)) == []


def test_it_is_asked_after_the_organizations_and_priced_at_one_request():
    made = collector(at_hand(ADA))
    (planned,) = made.requests("github:repo/Callisto/Lodestar")
    assert (made.rank, planned.cost, planned.url) == (1, 1, f"https://api.github.com{PATH}")
