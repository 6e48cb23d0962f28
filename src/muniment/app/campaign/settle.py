"""A person says what became of a message whose fate nobody knew, or which came back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from muniment.campaigns.log import Settled
from muniment.campaigns.posted import Posted
from muniment.model.errors import UsageError
from muniment.model.text import plain
from muniment.ports import Delivery, Fate, Outbox


class Word(StrEnum):
    """What a person says: it was sent, it was not and may be sent again, or it was sent and came back."""

    SENT = "sent"
    NOT_SENT = "not-sent"
    BOUNCED = "bounced"


def settle(
    outbox: Outbox, key: str, word: Word, *, by: str, holder: str, now: Callable[[], datetime], detail: str = ""
) -> Posted | None:
    """Keep a person's word about a message, and give it as it stands then; ``None``: it is free to be sent again.

    ``by`` is a handle of the register's. Under the database's lease: what a crash left in the middle of being sent
    is called uncertain first, and no run is at it meanwhile.

    Raises:
        UsageError: no such message was handed over, the word cannot be true of it, or it is to be sent again and
            nobody says why.
        LeaseHeld: another run is under way.
    """
    with outbox.lease(holder, now):
        outbox.recover(now())
        found = outbox.known(key)
        if found is None:
            raise UsageError(
                f"no message {plain(key, 200)} was handed over", hint="muniment campaign status lists the keys"
            )
        _refuse_what_cannot_be(found, word)
        if word is Word.NOT_SENT and not detail.strip():
            raise UsageError("why it may be sent again is missing", hint="--detail: how that is known")
        at = max(now(), found.settled_at or found.at)
        told = f"{by} says so" + (f": {detail}" if detail else "")
        said = Settled(at, by, found.subject, found.stage, word.value, detail)
        match word:
            case Word.SENT:
                outbox.settle(key, Delivery(Fate.SENT, receipt=found.message_id, detail=told), at, said)
            case Word.BOUNCED:
                outbox.settle(
                    key, Delivery(Fate.REFUSED, receipt=found.message_id, detail=f"came back; {told}"), at, said
                )
            case Word.NOT_SENT:
                outbox.release(key, said)
            case _:
                assert_never(word)
        return outbox.known(key)


def _refuse_what_cannot_be(found: Posted, word: Word) -> None:
    allowed = {
        Word.SENT: ("uncertain",),
        Word.NOT_SENT: ("uncertain", "refused"),
        Word.BOUNCED: ("uncertain", "sent"),
    }
    if found.state not in allowed[word]:
        raise UsageError(
            f"{found.key} is {found.state}",
            hint={
                Word.SENT: "only what is uncertain is settled as sent",
                Word.NOT_SENT: "only what is uncertain or refused is sent again; what came back is marked so first",
                Word.BOUNCED: "only what was sent, or may have been, can come back",
            }[word],
        )
