"""Every message that was ever handed over, by its key: noted before it leaves, so that none leaves twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection

from muniment.campaigns.log import Settled
from muniment.campaigns.message import Message
from muniment.campaigns.posted import Posted, PostState
from muniment.model.errors import StoreError
from muniment.model.text import plain
from muniment.ports import Delivery, Fate
from muniment.stores import campaigns
from muniment.stores.drivers import Driver
from muniment.stores.text import escaped, instant, micros, unescaped

_COLUMNS = "key, campaign, subject, stage, channel, shown_to, state, at, settled_at, detail"
_LONGEST = 300
"""Characters that are kept of what a channel said."""

_BEFORE: Mapping[Fate, tuple[PostState, ...]] = {
    Fate.SENT: ("sending", "uncertain"),
    Fate.REFUSED: ("sending", "uncertain", "sent"),  # what was sent may come back
    Fate.UNCERTAIN: ("sending",),
}
_STATE: Mapping[Fate, PostState] = {
    Fate.SENT: "sent",
    Fate.REFUSED: "refused",
    Fate.UNCERTAIN: "uncertain",
}


def posted(driver: Driver, connection: Connection, campaign: str) -> list[Posted]:
    """Everything of a campaign that was ever handed over, oldest first."""
    return _read(driver, connection, "where campaign = ? order by at, key", (escaped(campaign),))


def known(driver: Driver, connection: Connection, key: str) -> Posted | None:
    """What is remembered of one message."""
    return next(iter(_read(driver, connection, "where key = ?", (escaped(key),))), None)


def hand_over(driver: Driver, connection: Connection, message: Message, at: datetime) -> bool:
    """Note a message as being sent; ``False`` if its key is there, whatever became of it."""
    row = (
        *(escaped(text) for text in (message.key, message.campaign, message.subject, message.stage)),
        *(escaped(text) for text in (message.channel, message.shown_to)),
        *("sending", micros(at), None, ""),
    )
    marks = ", ".join("?" * len(row))
    sql = f"insert into outbox ({_COLUMNS}) values ({marks}) on conflict (key) do nothing"  # noqa: S608
    return driver.run(connection, sql, row) == 1


def settle(driver: Driver, connection: Connection, key: str, delivery: Delivery, at: datetime) -> None:
    """Note what became of a message; ``StoreError`` where that cannot follow what is known."""
    before = _BEFORE[delivery.fate]
    marks = ", ".join("?" * len(before))
    room = _LONGEST - len(delivery.receipt) - 2  # the receipt is what a message is known by: it is never cut
    told = plain("; ".join(filter(None, (plain(delivery.detail, max(room, 0)), delivery.receipt))), _LONGEST)
    changed = driver.run(
        connection,
        f"update outbox set state = ?, settled_at = ?, detail = ? where key = ? and state in ({marks})",  # noqa: S608
        (_STATE[delivery.fate], micros(at), escaped(told), escaped(key), *before),
    )
    if changed != 1:
        raise _refusal(driver, connection, key, f"it cannot become {delivery.fate}")


def release(driver: Driver, connection: Connection, key: str) -> None:
    """Forget a message that certainly was not sent, so that it may be handed over again."""
    sql = "delete from outbox where key = ? and state in ('refused', 'uncertain')"
    if driver.run(connection, sql, (escaped(key),)) != 1:
        raise _refusal(driver, connection, key, "it is not to be sent again")


def say(driver: Driver, connection: Connection, key: str, said: Settled) -> None:
    """Keep what a person said of a message in the log of its campaign."""
    found = known(driver, connection, key)
    if found is None:
        raise _refusal(driver, connection, key, "nothing can be said of it")
    campaigns.append(driver, connection, found.campaign, said)


def recover(driver: Driver, connection: Connection, at: datetime) -> Sequence[Posted]:
    """Call uncertain whatever is noted as being sent, which is right only for who holds the lease."""
    left = _read(driver, connection, "where state = 'sending' order by at, key", ())
    why = "the run that was sending it ended in the middle"
    driver.run(
        connection,
        "update outbox set state = 'uncertain', settled_at = ?, detail = ? where state = 'sending'",
        (micros(at), why),
    )
    return [replace(post, state="uncertain", settled_at=at, detail=why) for post in left]


def _refusal(driver: Driver, connection: Connection, key: str, why: str) -> StoreError:
    found = known(driver, connection, key)
    state = f"is {found.state}" if found is not None else "was never handed over"
    return StoreError(f"{plain(key, 200)} {state}: {why}", hint="muniment campaign status lists what was sent")


def _read(driver: Driver, connection: Connection, where: str, parameters: Sequence[Any]) -> list[Posted]:
    return [
        Posted(
            key=unescaped(key),
            campaign=unescaped(campaign),
            subject=unescaped(subject),
            stage=unescaped(stage),
            channel=unescaped(channel),
            shown_to=unescaped(shown_to),
            state=state,
            at=instant(at),
            settled_at=None if settled is None else instant(settled),
            detail=unescaped(detail),
        )
        for key, campaign, subject, stage, channel, shown_to, state, at, settled, detail in driver.few(
            connection,
            f"select {_COLUMNS} from outbox {where}",  # noqa: S608 - conditions of our own
            parameters,
        )
    ]
