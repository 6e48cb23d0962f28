"""Finds the channels: each module of this folder with an ``actor`` function, and other people's."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.metadata import entry_points

from muniment.actors.settings import HELP, Settings
from muniment.model.errors import UsageError
from muniment.ports import Actor

Maker = Callable[[Settings], Actor]


def makers() -> dict[str, Maker]:
    """The functions that make an actor, by channel: this folder's, and the entry points ``muniment.actors``.

    A module here names its channel in ``CHANNEL``; an entry point is named as its channel, and does not displace
    one of this folder. A maker raises ``UsageError`` where the machine is not set up for its channel.
    """
    found: dict[str, Maker] = {point.name: point.load() for point in entry_points(group="muniment.actors")}
    package = import_module(__package__)
    for info in pkgutil.iter_modules(package.__path__):
        module = import_module(f"{__package__}.{info.name}")
        maker = getattr(module, "actor", None)
        if maker is not None:
            found[module.CHANNEL] = maker
    return dict(sorted(found.items()))


def actors(settings: Settings, channels: Iterable[str]) -> dict[str, Actor]:
    """An actor for each channel; ``UsageError`` if one is not known, or the machine is not set up for it."""
    return {channel: maker(settings) for channel, maker in known(channels).items()}


def known(channels: Iterable[str]) -> dict[str, Maker]:
    """The makers of some channels; ``UsageError`` that names all if one is not known."""
    found = makers()
    for channel in sorted(set(channels)):
        if channel not in found:
            raise UsageError(f"{channel!r} is not a channel", hint=f"known: {', '.join(found)}; see {HELP}")
    return {channel: found[channel] for channel in sorted(set(channels))}
