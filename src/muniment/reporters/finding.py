"""Finds the reporters: every module of this folder with a function ``files`` writes one format."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import Protocol

from muniment.publish.projection import Shown


class Reporter(Protocol):
    """Makes the files of one format from what an audience may see; each file states its marking."""

    def __call__(self, shown: Shown, /) -> Mapping[str, bytes]:
        """The files, by path below the audience's folder."""
        ...


@cache
def reporters() -> tuple[Reporter, ...]:
    """Every reporter: those of this folder by name, then those of the entry points ``muniment.reporters``."""
    package = import_module(__package__)
    modules = [import_module(f"{__package__}.{info.name}") for info in pkgutil.iter_modules(package.__path__)]
    found: list[Reporter] = [module.files for module in modules if hasattr(module, "files")]
    return (*found, *(point.load() for point in entry_points(group="muniment.reporters")))


def site(shown: Shown) -> dict[str, bytes]:
    """Every file of every format, by path below the audience's folder; the caller writes them."""
    return {path: data for report in reporters() for path, data in report(shown).items()}
