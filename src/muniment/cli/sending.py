"""Lets messages leave from the command line, and tells what became of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from muniment.app.campaign.deliver import Round
    from muniment.campaigns.message import Message
    from muniment.ports import Store


def send(store: Store, messages: Sequence[Message], channel: str) -> Round:
    """Send messages by one channel, as this machine is set up for it.

    Raises:
        UsageError: it is not, or the clock went backwards.
        LeaseHeld: another run is under way.
    """
    import asyncio

    from msgspec.structs import replace

    from muniment import wiring
    from muniment.app.campaign.deliver import deliver
    from muniment.app.campaign.standing import still_wanted

    means = wiring.means()
    means = replace(means, wanted=lambda message: still_wanted(store, message, means.now().date()))
    return asyncio.run(deliver(messages, store, wiring.channels([channel]), means))


def lines(done: Round) -> Iterator[str]:
    """What was done, for people: every message that was not simply sent by its key, then the counts."""
    from muniment.ports import Fate

    for post in done.recovered:
        yield f"{post.key} to {post.shown_to} is uncertain: {post.detail}"
    for attempt in done.attempts:
        if attempt.fate is not None and attempt.fate is not Fate.SENT:
            told = f": {attempt.detail}" if attempt.detail else ""
            yield f"{attempt.message.key} to {attempt.message.shown_to} is {attempt.fate}{told}"
    for channel, why in done.stopped.items():
        yield f"{channel} was left alone: {why}"
    held = Counter(attempt.held for attempt in done.held)
    for reason, count in held.items():
        yield f"{count} not handed over: {reason}"
    yield ", ".join(f"{done.count(fate)} {fate}" for fate in Fate)
    if done.recovered or done.count(Fate.UNCERTAIN) or done.count(Fate.REFUSED):
        yield "Somebody has to say what became of those: muniment campaign settle KEY --sent or --not-sent"


def is_whole(done: Round) -> bool:
    """True if all that could be handed over was sent, and no fate is unknown."""
    from muniment.ports import Fate

    return not (done.recovered or done.stopped or done.count(Fate.UNCERTAIN) or done.count(Fate.REFUSED))
