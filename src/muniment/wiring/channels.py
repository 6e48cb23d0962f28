"""The channels that messages leave by, as this machine is set up. A command that only shows has no use for them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from muniment.wiring.clock import SystemClock
from muniment.wiring.databases import holder

if TYPE_CHECKING:
    from muniment.actors.settings import Settings
    from muniment.app.campaign.deliver import Means
    from muniment.ports import Actor


def _settings() -> Settings:
    from muniment.actors.settings import Settings
    from muniment.collectors.addresses import configured
    from muniment.collectors.credentials import system_keyring
    from muniment.collectors.http import trust

    found = configured()
    return Settings(
        environ=os.environ,
        keyring=system_keyring,
        trust=lambda: trust(found.certificates),
        now=SystemClock().now,
        github=found.public.github,
    )


def channels(names: Iterable[str]) -> dict[str, Actor]:
    """An actor for each channel; ``UsageError`` if one is not known, or this machine is not set up for it.

    Nothing is connected to by making it.
    """
    from muniment.actors.finding import actors

    return actors(_settings(), names)


def check_channel(name: str) -> None:
    """Refuse a channel that nobody brings; whether this machine is set up for it is asked when it sends."""
    from muniment.actors.finding import known

    known([name])


def message_ids() -> Callable[[str], str]:
    """What gives a key the Message-ID that its mail leaves with from this machine."""
    from muniment.actors.email import message_id
    from muniment.actors.mail_server import sender_of

    sender = sender_of(_settings())
    return lambda key: message_id(key, sender)


def is_message_id(id: str) -> bool:
    """True if a Message-ID has the form of those that mail leaves with."""
    from muniment.actors.email import is_one_of_ours

    return is_one_of_ours(id)


def mail_that_came_back(mailbox: Path) -> Iterator[tuple[str, str]]:
    """The Message-IDs of what a mailbox says could not be delivered, each with the reason."""
    from muniment.actors.returned import returned

    return ((found.message_id, found.why) for found in returned(mailbox))


def write_list(file: Path, marking: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a private list that its owner alone can read; ``UsageError`` if something else lies there."""
    from muniment.actors import csv_file

    csv_file.write_list(file, marking, columns, rows)


def write_private(file: Path, head: str, text: str) -> None:
    """Write a text that begins with ``head`` for its owner alone; ``UsageError`` if something else lies there."""
    from muniment.actors.private_file import put_private

    put_private(file, head.encode(), text.encode())


def means() -> Means:
    """What sending takes on this machine: its clock, waiting, and a name to hold the database by."""
    from muniment.app.campaign.deliver import Means

    return Means(holder(), SystemClock().now, asyncio.sleep)
