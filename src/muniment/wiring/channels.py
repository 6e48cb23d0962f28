"""The channels that messages leave by, as this machine is set up. A command that only shows has no use for them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from muniment.wiring.clock import SystemClock
from muniment.wiring.databases import holder

if TYPE_CHECKING:
    from muniment.app.campaign.deliver import Means
    from muniment.ports import Actor


def channels(names: Iterable[str]) -> dict[str, Actor]:
    """An actor for each channel; ``UsageError`` if one is not known, or this machine is not set up for it.

    Nothing is connected to by making it.
    """
    from muniment.actors.finding import actors
    from muniment.actors.settings import Settings
    from muniment.collectors.addresses import configured
    from muniment.collectors.credentials import system_keyring
    from muniment.collectors.http import trust

    found = configured()
    settings = Settings(
        environ=os.environ,
        keyring=system_keyring,
        trust=lambda: trust(found.certificates),
        now=SystemClock().now,
        github=found.public.github,
    )
    return actors(settings, names)


def means() -> Means:
    """What sending takes on this machine: its clock, waiting, and a name to hold the database by."""
    from muniment.app.campaign.deliver import Means

    return Means(holder(), SystemClock().now, asyncio.sleep)
