"""Messages leave in one order of effects, at most once, no faster than their channel takes them."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_type_hints

import pytest

from muniment.app.campaign.deliver import Held, Means, Patience, Round, deliver, rehearse, undecided
from muniment.app.campaign.settle import Word, settle
from muniment.app.campaign.standing import still_wanted
from muniment.campaigns.kind import NINETY_DAYS
from muniment.campaigns.log import Exempted, Logged, Paused, Settled, Started
from muniment.campaigns.message import Message
from muniment.model.errors import LeaseHeld, UsageError
from muniment.model.tlp import TLP, Marking
from muniment.ports import Actor, Delivery, Fate
from muniment.stores.opening import open_store
from muniment.stores.store import SqlStore

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
SENT = Delivery(Fate.SENT)
REFUSED = Delivery(Fate.REFUSED, detail="550 no such user")
UNCERTAIN = Delivery(Fate.UNCERTAIN, detail="the line went dead")


class Hand:
    """A clock that is moved by hand, and by sleeping."""

    def __init__(self) -> None:
        self.at = START
        self.slept = 0.0

    def now(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.slept += seconds
        self.at += timedelta(seconds=seconds)


class Box:
    """A channel that notes what it is given, and answers as it is told."""

    def __init__(self, answers: Sequence[Delivery | Exception] = (), per_minute: int = 1000) -> None:
        self.channel = "email"
        self.per_minute = per_minute
        self.got: list[str] = []
        self.on_delivery: Callable[[Message], None] = lambda message: None
        self._answers = list(answers)

    async def deliver(self, message: Message) -> Delivery:
        self.got.append(message.subject)
        self.on_delivery(message)
        answer = self._answers.pop(0) if self._answers else SENT
        if isinstance(answer, Exception):
            raise answer
        return answer


class ShutBox(Box):
    """A channel that knows beforehand that it is of no use."""

    async def trouble(self) -> str:
        return "the server is not there"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    opened = open_store(str(tmp_path / "m.sqlite"))
    yield opened
    opened.close()


def message(subject: str, channel: str = "email", to: str = "ada@example.org") -> Message:
    return Message(
        key=f"two-factor/{subject}/announcement",
        campaign="two-factor",
        subject=subject,
        stage="announcement",
        channel=channel,
        to=to,
        title="A second factor",
        text="Please.",
        markdown="Please.",
        marking=Marking(TLP.AMBER),
    )


def send(
    store: SqlStore, messages: Sequence[Message], *actors: Actor, hand: Hand | None = None, holder: str = "here:0:a"
) -> Round:
    hand = hand or Hand()
    means = Means(holder, hand.now, hand.sleep)
    return asyncio.run(deliver(messages, store, {actor.channel: actor for actor in actors}, means))


def states(store: SqlStore) -> dict[str, str]:
    return {post.subject: post.state for post in store.posted("two-factor")}


def test_a_message_is_noted_before_it_is_sent_and_settled_after(store: SqlStore) -> None:
    box = Box()
    seen: list[dict[str, str]] = []
    box.on_delivery = lambda message: seen.append(states(store))
    done = send(store, [message("a"), message("b")], box)
    assert seen == [{"a": "sending"}, {"a": "sent", "b": "sending"}]
    assert states(store) == {"a": "sent", "b": "sent"} and done.count(Fate.SENT) == 2


def test_nothing_is_sent_twice(store: SqlStore) -> None:
    box = Box([SENT, REFUSED, UNCERTAIN])
    everybody = [message(name) for name in "abc"]
    send(store, everybody, box)
    again = send(store, [*everybody, message("d"), message("d")], box)
    assert box.got == ["a", "b", "c", "d"]
    assert [attempt.held for attempt in again.attempts] == [Held.KNOWN] * 3 + [None, Held.KNOWN]


def test_what_a_crash_left_is_uncertain_and_is_not_sent_again(store: SqlStore) -> None:
    store.hand_over(message("a"), START)
    box = Box()
    done = send(store, [message("a"), message("b")], box)
    assert box.got == ["b"] and [post.subject for post in done.recovered] == ["a"]
    assert states(store) == {"a": "uncertain", "b": "sent"}
    assert [post.subject for post in undecided(store.posted("two-factor"))] == ["a"]


def test_a_run_that_is_killed_while_a_channel_works_leaves_it_uncertain(store: SqlStore) -> None:
    """A KeyboardInterrupt stands for every end that no handler sees."""
    box = Box()

    def interrupted(message: Message) -> None:
        raise KeyboardInterrupt

    box.on_delivery = interrupted
    with suppress(KeyboardInterrupt):
        send(store, [message("a")], box)
    assert states(store) == {"a": "sending"}
    send(store, [message("a")], Box())
    assert states(store) == {"a": "uncertain"}


def test_nobody_is_written_to_whose_address_is_missing_and_it_is_said(store: SqlStore) -> None:
    box = Box()
    done = send(store, [message("a", to=""), message("b", to=" "), message("c")], box)
    assert [attempt.held for attempt in done.held] == [Held.NO_ADDRESS] * 2
    assert states(store) == {"c": "sent"}, "nothing is remembered of them, so they stay due"


def test_a_channel_that_is_not_set_up_holds_its_messages(store: SqlStore) -> None:
    done = send(store, [message("a", channel="chat"), message("b")], Box())
    assert [attempt.held for attempt in done.attempts] == [Held.NO_CHANNEL, None]
    assert states(store) == {"b": "sent"}


def test_the_channels_limit_is_kept(store: SqlStore) -> None:
    hand, box = Hand(), Box(per_minute=3)
    moments: list[float] = []
    box.on_delivery = lambda message: moments.append((hand.at - START).total_seconds())
    send(store, [message(f"{n}") for n in range(8)], box, hand=hand)
    assert moments == [0, 0, 0, 60, 60, 60, 120, 120]


def test_the_channels_limit_is_kept_across_two_runs(store: SqlStore) -> None:
    hand, box = Hand(), Box(per_minute=2)
    send(store, [message("a"), message("b")], box, hand=hand)
    hand.at += timedelta(seconds=20)
    send(store, [message("c")], box, hand=hand)
    assert hand.at - START == timedelta(seconds=60)


def test_nothing_is_noted_as_being_sent_while_it_waits(store: SqlStore) -> None:
    """A crash during a pause must leave no doubt behind."""
    hand, box = Hand(), Box(per_minute=1)
    waiting: list[dict[str, str]] = []

    async def sleep(seconds: float) -> None:
        waiting.append(states(store))
        hand.at += timedelta(seconds=seconds)

    means = Means("here:0:a", hand.now, sleep)
    asyncio.run(deliver([message("a"), message("b")], store, {"email": box}, means))
    assert waiting == [{"a": "sent"}]


def test_a_channel_is_left_alone_after_refusals_in_a_row(store: SqlStore) -> None:
    box = Box([REFUSED] * 4 + [SENT] + [REFUSED] * 9)
    done = send(store, [message(f"{n:02}") for n in range(14)], box)
    assert len(box.got) == 4 + 1 + Patience().refused
    assert [attempt.held for attempt in done.attempts[10:]] == [Held.STOPPED] * 4
    assert done.stopped == {"email": "5 messages were refused in a row; the last: 550 no such user"}
    assert len(states(store)) == 10, "what was not handed over stays due"


def test_a_channel_that_leaves_fates_unknown_is_left_alone_sooner(store: SqlStore) -> None:
    box = Box([UNCERTAIN] * 5)
    done = send(store, [message(f"{n}") for n in range(5)], box)
    assert len(box.got) == 2 and "unknown fate" in done.stopped["email"]


def test_an_actor_that_raises_leaves_its_message_uncertain_and_gets_no_more(store: SqlStore) -> None:
    box = Box([ValueError("ada@example.org")])
    done = send(store, [message("a"), message("b")], box)
    assert states(store) == {"a": "uncertain"} and done.stopped == {"email": "it failed with ValueError"}


def test_a_channel_in_trouble_is_given_nothing(store: SqlStore) -> None:
    box = ShutBox()
    done = send(store, [message("a"), message("b")], box)
    assert box.got == [] and states(store) == {} and done.stopped == {"email": "the server is not there"}
    assert [attempt.detail for attempt in done.held] == ["the server is not there"] * 2


def test_two_runs_at_once_cannot_both_send(store: SqlStore, tmp_path: Path) -> None:
    other = open_store(str(tmp_path / "m.sqlite"))
    box, second = Box(), Box()
    refused: list[str] = []

    def meanwhile(_: Message) -> None:
        means = Means("there:0:b", lambda: START, asyncio.sleep)
        try:
            deliver([message("a"), message("b")], other, {"email": second}, means).send(None)
        except LeaseHeld:
            refused.append("refused")

    box.on_delivery = meanwhile
    send(store, [message("a"), message("b")], box)
    other.close()
    assert refused == ["refused"] * 2 and second.got == []
    assert states(store) == {"a": "sent", "b": "sent"}


def test_a_clock_that_went_backwards_sends_nothing(store: SqlStore) -> None:
    hand = Hand()
    send(store, [message("a")], Box(), hand=hand)
    hand.at -= timedelta(days=1)
    box = Box()
    with pytest.raises(UsageError, match="clock went backwards"):
        send(store, [message("b")], box, hand=hand)
    assert box.got == [] and states(store) == {"a": "sent"}


def test_a_clock_that_goes_backwards_meanwhile_stops_the_run_but_the_fate_is_noted(store: SqlStore) -> None:
    hand, box = Hand(), Box()

    def back(_: Message) -> None:
        hand.at -= timedelta(hours=1)

    box.on_delivery = back
    with pytest.raises(UsageError, match="clock went backwards"):
        send(store, [message("a"), message("b")], box, hand=hand)
    assert states(store) == {"a": "sent"} and box.got == ["a"]


def test_a_dry_run_has_nothing_to_send_by(store: SqlStore) -> None:
    send(store, [message("a")], Box())
    shown = rehearse([message("a"), message("b"), message("c", to="")], store)
    assert [attempt.held for attempt in shown] == [Held.KNOWN, None, Held.NO_ADDRESS]
    assert all(attempt.fate is None for attempt in shown) and states(store) == {"a": "sent"}
    assert "Actor" not in str(get_type_hints(rehearse)) and len(inspect.signature(rehearse).parameters) == 2


# ---------------------------------------------------------------- a person's word


def say(store: SqlStore, subject: str, word: Word) -> str | None:
    if not store.campaign_log():
        store.log_campaign("two-factor", Started(START, "ada", "two-factor", NINETY_DAYS, 14))
    why = "the server's log" if word is Word.NOT_SENT else ""
    found = settle(store, message(subject).key, word, by="ada", holder="here:0:s", now=lambda: START, detail=why)
    return None if found is None else f"{found.state}: {found.detail}"


def test_a_person_settles_what_nobody_knew(store: SqlStore) -> None:
    box = Box([UNCERTAIN])
    send(store, [message("a")], box)
    assert say(store, "a", Word.SENT) == "sent: ada says so"
    send(store, [message("a")], box)
    assert box.got == ["a"]


def test_what_a_person_calls_not_sent_may_leave_again(store: SqlStore) -> None:
    box = Box([UNCERTAIN, REFUSED])
    send(store, [message("a"), message("b")], box)
    assert [say(store, name, Word.NOT_SENT) for name in "ab"] == [None, None]
    send(store, [message("a"), message("b")], box)
    assert box.got == ["a", "b", "a", "b"] and states(store) == {"a": "sent", "b": "sent"}


def test_a_person_s_word_stays_in_the_campaign_s_log(store: SqlStore) -> None:
    send(store, [message("a"), message("b"), message("c")], Box([UNCERTAIN, UNCERTAIN]))
    for subject, word in zip("abc", (Word.SENT, Word.NOT_SENT, Word.BOUNCED), strict=True):
        store.hand_over(message(subject), START)
        say(store, subject, word)
    lines = [event for _, event in store.campaign_log() if isinstance(event, Settled)]
    assert [(e.at, e.by, e.subject, e.stage, e.word, e.detail) for e in lines] == [
        (START, "ada", "a", "announcement", "sent", ""),
        (START, "ada", "b", "announcement", "not-sent", "the server's log"),
        (START, "ada", "c", "announcement", "bounced", ""),
    ]


def test_nothing_is_sent_again_unless_somebody_says_why(store: SqlStore) -> None:
    send(store, [message("a")], Box([UNCERTAIN]))
    with pytest.raises(UsageError, match="why"):
        settle(store, message("a").key, Word.NOT_SENT, by="ada", holder="here:0:s", now=lambda: START, detail=" ")
    assert states(store) == {"a": "uncertain"} and not store.campaign_log()


def test_what_came_back_is_refused_and_then_free(store: SqlStore) -> None:
    send(store, [message("a")], Box())
    assert say(store, "a", Word.BOUNCED) == "refused: came back; ada says so"
    assert say(store, "a", Word.NOT_SENT) is None


def test_what_a_crash_left_is_settled_at_once(store: SqlStore) -> None:
    store.hand_over(message("a"), START)
    assert say(store, "a", Word.SENT) == "sent: ada says so"


@pytest.mark.parametrize(
    ("fate", "word"),
    [(SENT, Word.NOT_SENT), (SENT, Word.SENT), (REFUSED, Word.SENT), (REFUSED, Word.BOUNCED)],
)
def test_a_word_that_cannot_be_true_is_refused(store: SqlStore, fate: Delivery, word: Word) -> None:
    send(store, [message("a")], Box([fate]))
    before = states(store)
    with pytest.raises(UsageError, match=f"is {fate.fate}") as caught:
        say(store, "a", word)
    assert caught.value.hint and states(store) == before


def test_a_message_that_was_never_handed_over_cannot_be_settled(store: SqlStore) -> None:
    with pytest.raises(UsageError, match="no message two-factor/a/announcement"):
        say(store, "a", Word.SENT)


def test_a_pause_or_an_exemption_stops_a_run_that_is_sending(store: SqlStore) -> None:
    store.log_campaign("two-factor", Started(START, "ada", "two-factor", NINETY_DAYS, 14))
    box = Box()
    decided: dict[str, Logged] = {
        "a": Exempted(START, "ada", "b", "on leave", START.date()),
        "c": Paused(START, "ada"),
    }

    def decide(message: Message) -> None:
        store.log_campaign("two-factor", decided[message.subject])

    box.on_delivery = decide
    hand = Hand()
    means = Means(
        "here:0:a", hand.now, hand.sleep, wanted=lambda message: still_wanted(store, message, START.date())
    )
    done = asyncio.run(deliver([message(name) for name in "abcde"], store, {"email": box}, means))
    assert box.got == ["a", "c"]
    assert [attempt.held for attempt in done.attempts] == [None, Held.UNWANTED, None, Held.UNWANTED, Held.UNWANTED]
    assert states(store) == {"a": "sent", "c": "sent"}
