"""Lets messages leave, each at most once: noted as being sent, sent, and noted what became of it, in this order."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence, Set
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from msgspec import Struct

from muniment.campaigns.message import UNSURE, Message
from muniment.campaigns.posted import Posted
from muniment.model.errors import UsageError
from muniment.ports import Actor, Delivery, Fate, Outbox, Preparing

_MINUTE = timedelta(minutes=1)


class Held(StrEnum):
    """Why a message was not handed over. Nothing is remembered of it, so it stays due."""

    NO_ADDRESS = "nowhere is known to send it to"
    UNSURE = UNSURE
    NO_CHANNEL = "its channel is not set up"
    KNOWN = "it was handed over before"
    STOPPED = "its channel was stopped"
    UNWANTED = "somebody paused or closed the campaign, or exempted them, meanwhile"


class Attempt(Struct, frozen=True):
    """What was done with one message: handed over, with its fate, or held. ``detail``: what the channel said."""

    message: Message
    fate: Fate | None
    held: Held | None = None
    detail: str = ""


class Patience(Struct, frozen=True):
    """After how many refusals, or unknown fates, in a row a channel is left alone for this run."""

    refused: int = 5
    uncertain: int = 2


class Round(Struct, frozen=True):
    """What one run of sending did.

    ``recovered`` are messages that an earlier run was sending when it ended: uncertain now, and for a person.
    ``stopped`` says by channel why it was left alone.
    """

    attempts: tuple[Attempt, ...]
    recovered: tuple[Posted, ...]
    stopped: Mapping[str, str]

    def count(self, fate: Fate) -> int:
        """How many messages had that fate."""
        return sum(attempt.fate is fate for attempt in self.attempts)

    @property
    def held(self) -> tuple[Attempt, ...]:
        """The messages that were not handed over."""
        return tuple(attempt for attempt in self.attempts if attempt.held is not None)


def always(message: Message) -> bool:
    """Every message is wanted."""
    return True


class Means(Struct, frozen=True):
    """What sending takes: who sends (``host:pid:random``), the time in UTC, and a way to wait for seconds.

    ``wanted`` is asked of each message right before it is handed over: sending to many takes hours, and somebody
    may have paused the campaign since it began.
    """

    holder: str
    now: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]]
    patience: Patience = Patience()
    wanted: Callable[[Message], bool] = always


def rehearse(messages: Sequence[Message], outbox: Outbox) -> tuple[Attempt, ...]:
    """What ``deliver`` would hold back, without a channel to send by: it has none, so it can send nothing.

    A message that would be handed over has neither a fate nor a reason to be held.
    """
    known = {post.key for post in _before(messages, outbox)}
    return tuple(Attempt(message, None, _reason(message, known)) for message in messages)


async def deliver(messages: Sequence[Message], outbox: Outbox, actors: Mapping[str, Actor], means: Means) -> Round:
    """Send messages, in their order, by the actors of their channels, under the database's lease.

    What an earlier run left in the middle is called uncertain first and never sent again. A message is committed
    as being sent before its channel gets it, and what the channel answers is committed before the next one.

    Raises:
        UsageError: the clock went backwards since something was handed over or settled.
        LeaseHeld: another run is under way, or took over because this one was silent for too long.
    """
    with outbox.lease(means.holder, means.now):
        before = _before(messages, outbox)
        known = {post.key for post in before}
        clock = _Clock(means.now, _newest(before))
        recovered = tuple(outbox.recover(clock.read()))
        lines = {
            name: _Line(actor, [post.at for post in before if post.channel == name], clock, means)
            for name, actor in actors.items()
        }
        attempts = []
        for message in messages:
            held = _reason(message, known)
            known.add(message.key)
            attempts.append(
                Attempt(message, None, held) if held else await _one(message, outbox, lines, clock, means.wanted)
            )
    stopped = {name: line.stopped for name, line in lines.items() if line.stopped}
    return Round(tuple(attempts), recovered, stopped)


async def _one(
    message: Message,
    outbox: Outbox,
    lines: Mapping[str, _Line],
    clock: _Clock,
    wanted: Callable[[Message], bool],
) -> Attempt:
    line = lines.get(message.channel)
    if line is None:
        return Attempt(message, None, Held.NO_CHANNEL)
    if not await line.ready():
        return Attempt(message, None, Held.STOPPED, line.stopped)
    if not wanted(message):
        return Attempt(message, None, Held.UNWANTED)
    # From here on a crash leaves "sending", which the next run calls uncertain.
    if not outbox.hand_over(message, clock.read()):
        return Attempt(message, None, Held.KNOWN)
    delivery = await line.deliver(message)
    outbox.settle(message.key, delivery, clock.latest())
    return Attempt(message, delivery.fate, None, delivery.detail)


def _before(messages: Sequence[Message], outbox: Outbox) -> list[Posted]:
    return [
        post for name in dict.fromkeys(message.campaign for message in messages) for post in outbox.posted(name)
    ]


def _reason(message: Message, known: Set[str]) -> Held | None:
    if message.key in known:
        return Held.KNOWN
    if message.unsure:
        return Held.UNSURE
    return None if message.to.strip() else Held.NO_ADDRESS


def _newest(before: Sequence[Posted]) -> datetime | None:
    return max((at for post in before for at in (post.at, post.settled_at) if at is not None), default=None)


class _Clock:
    """The time, which only grows."""

    def __init__(self, now: Callable[[], datetime], newest: datetime | None) -> None:
        self._now = now
        self._newest = newest

    def read(self) -> datetime:
        """The time; ``UsageError`` if it went backwards."""
        now = self._now()
        if self._newest is not None and now < self._newest:
            raise UsageError(
                f"the clock went backwards: it says {now:%Y-%m-%d %H:%M:%S} UTC, and something was sent or "
                f"settled at {self._newest:%Y-%m-%d %H:%M:%S}",
                hint="set the clock right; nothing more was sent",
            )
        self._newest = now
        return now

    def latest(self) -> datetime:
        """The time, or the newest one read: what became of a message is noted whatever the clock does."""
        now = self._now()
        return now if self._newest is None else max(now, self._newest)


class _Line:
    """One channel in one run: how fast it is given messages, and when it is left alone."""

    def __init__(self, actor: Actor, given: Sequence[datetime], clock: _Clock, means: Means) -> None:
        self.stopped = ""
        self._actor = actor
        self._patience = means.patience
        self._clock = clock
        self._sleep = means.sleep
        self._tried = False
        self._given = deque(sorted(given), maxlen=max(actor.per_minute, 1))
        self._in_a_row: Counter[Fate] = Counter()

    async def ready(self) -> bool:
        """True when the channel may be given one more message; waits for that. False once it is stopped."""
        if not self.stopped and not self._tried:
            self._tried = True
            self.stopped = await self._trouble()
        while not self.stopped and (seconds := self._too_early()) > 0:
            await self._sleep(seconds)
        return not self.stopped

    async def deliver(self, message: Message) -> Delivery:
        """Give it a message. An actor that raises has a defect: nobody knows what it did, and it gets no more."""
        self._given.append(self._clock.latest())
        try:
            delivery = await self._actor.deliver(message)
        except Exception as fault:
            self.stopped = f"it failed with {type(fault).__name__}"
            return Delivery(Fate.UNCERTAIN, detail=self.stopped)
        self._note(delivery)
        return delivery

    async def _trouble(self) -> str:
        if not isinstance(self._actor, Preparing):
            return ""
        try:
            return await self._actor.trouble()
        except Exception as fault:
            return f"it failed with {type(fault).__name__}"

    def _too_early(self) -> float:
        if len(self._given) < (self._given.maxlen or 1):
            return 0.0
        return (self._given[0] + _MINUTE - self._clock.read()).total_seconds()

    def _note(self, delivery: Delivery) -> None:
        fate = delivery.fate
        match fate:
            case Fate.SENT:
                self._in_a_row.clear()
                return
            case Fate.REFUSED:
                most, what = self._patience.refused, "refused"
            case Fate.UNCERTAIN:
                most, what = self._patience.uncertain, "of unknown fate"
            case _:
                assert_never(fate)
        self._in_a_row[fate] += 1
        if self._in_a_row[fate] >= most:
            self.stopped = f"{self._in_a_row[fate]} messages were {what} in a row; the last: {delivery.detail}"


def undecided(posted: Sequence[Posted]) -> Iterator[Posted]:
    """What waits for a person: messages of unknown fate, and refused ones: neither leaves again by itself."""
    return (post for post in posted if post.state in ("uncertain", "refused"))
