"""Finds the collectors: each module of this folder with a ``collector`` function, and other people's."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import entry_points

from muniment.collectors.addresses import Addresses
from muniment.ports import Collector

Maker = Callable[[Addresses], Collector]


def makers() -> dict[str, Maker]:
    """The functions that make a collector, by name: this folder's, and the entry points ``muniment.collectors``.

    An entry point names a function that takes ``Addresses`` and gives a ``Collector``. It does not displace
    a collector of this folder that has the same name.
    """
    found: dict[str, Maker] = {point.name: point.load() for point in entry_points(group="muniment.collectors")}
    package = import_module(__package__)
    for info in pkgutil.iter_modules(package.__path__):
        maker = getattr(import_module(f"{__package__}.{info.name}"), "collector", None)
        if maker is not None:
            found[info.name] = maker
    return dict(sorted(found.items()))


def collectors(addresses: Addresses) -> tuple[Collector, ...]:
    """Every collector that is installed, ordered by name."""
    return tuple(make(addresses) for make in makers().values())
