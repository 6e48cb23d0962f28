"""A process that sends three mails, and may kill itself between two steps of the second.

    notify_worker.py DATABASE PORT CERTIFICATE [STEP]

``STEP``: ``before`` (nothing noted yet), ``noted`` (noted as being sent, no line yet), ``answered`` (the server
has answered, not noted yet), ``settled`` (that is noted, too). The steps in between are the server's to see.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

from muniment.actors.email import Mail
from muniment.actors.mail_server import Server
from muniment.app.campaign.deliver import Means, deliver
from muniment.campaigns.log import Settled
from muniment.campaigns.message import Message
from muniment.campaigns.posted import Posted
from muniment.model.secrecy import Secret
from muniment.model.tlp import TLP, Marking
from muniment.ports import Delivery
from muniment.stores.opening import open_store
from muniment.stores.store import SqlStore

from .mail import LOOPBACK, trusting

SECOND = 2


def messages() -> list[Message]:
    return [
        Message(
            key=f"two-factor/github-id:{n}/announcement",
            campaign="two-factor",
            subject=f"github-id:{n}",
            stage="announcement",
            channel="email",
            to=f"person{n}@example.org",
            title="A second factor",
            text="Please.",
            markdown="Please.",
            marking=Marking(TLP.AMBER),
        )
        for n in (1, SECOND, 3)
    ]


class Mortal:
    """The outbox, in a process that dies at a step of its second message."""

    def __init__(self, store: SqlStore, step: str) -> None:
        self._store = store
        self._step = step
        self._handed = self._settled = 0

    def _die(self, step: str, number: int) -> None:
        if step == self._step and number == SECOND:
            os.kill(os.getpid(), signal.SIGKILL)

    def lease(self, holder: str, now: Callable[[], datetime]) -> AbstractContextManager[None]:
        return self._store.lease(holder, now)

    def posted(self, campaign: str) -> Sequence[Posted]:
        return self._store.posted(campaign)

    def known(self, key: str) -> Posted | None:
        return self._store.known(key)

    def recover(self, at: datetime) -> Sequence[Posted]:
        return self._store.recover(at)

    def release(self, key: str, said: Settled) -> None:
        self._store.release(key, said)

    def hand_over(self, message: Message, at: datetime) -> bool:
        self._handed += 1
        self._die("before", self._handed)
        taken = self._store.hand_over(message, at)
        self._die("noted", self._handed)
        return taken

    def settle(self, key: str, delivery: Delivery, at: datetime, said: Settled | None = None) -> None:
        self._settled += 1
        self._die("answered", self._settled)
        self._store.settle(key, delivery, at, said)
        self._die("settled", self._settled)


def now() -> datetime:
    return datetime.now(UTC)


def send(url: str, port: int, certificate: Path, step: str = "", pid: int | None = None) -> None:
    """One run of sending."""
    server = Server(
        LOOPBACK, port, True, "", Secret(""), "security@council.example", 6000, seconds=20, verdict_seconds=20
    )
    actor = Mail(server, trusting(certificate), now)
    store = open_store(url)
    means = Means(f"here:{pid or os.getpid()}:mail", now, asyncio.sleep)
    asyncio.run(deliver(messages(), Mortal(store, step), {"email": actor}, means))
    store.close()


if __name__ == "__main__":
    send(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), *sys.argv[4:])
