"""How a comparison is declared: a decorated function that says which kinds it reads, and which one it derives."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from typing import TypeAlias

from msgspec import Struct

from muniment.app.looks import Looks
from muniment.checks.declaration import marked
from muniment.evidence.kind import Evidence, kind_id
from muniment.evidence.private_repository import PrivateRepository
from muniment.model.observation import Batch
from muniment.register.inventory import Inventory

Compare: TypeAlias = Callable[[Looks, Inventory, datetime], Iterator[Batch]]
"""A function of what was read, the inventory and the instant."""

_MARK = "__comparison__"


class Comparison(Struct, frozen=True):
    """A declared comparison."""

    reads: tuple[type[Evidence], ...]
    derives: type[Evidence]
    function: Compare

    def __call__(self, seen: Looks, inventory: Inventory, now: datetime) -> Iterator[Batch]:
        """The derived batches. It is given the kinds that it reads, and can derive no other than its own."""
        for batch in self.function(seen.only(self.reads), inventory, now):
            if batch.cell.kind != kind_id(self.derives):
                raise TypeError(f"{self.function.__qualname__} derives {batch.cell.kind} and does not declare it")
            yield batch


def comparison(*, reads: tuple[type[Evidence], ...], derives: type[Evidence]) -> Callable[[Compare], Compare]:
    """Declare the decorated function a comparison.

    Args:
        reads: the kinds that it is given. Nothing may be derived from ``PrivateRepository``.
        derives: the kind of its batches.
    """
    if PrivateRepository in reads:
        raise TypeError("nothing may be derived from private repositories")

    def declare(function: Compare) -> Compare:
        function.__dict__[_MARK] = Comparison(reads, derives, function)
        return function

    return declare


@cache
def comparisons() -> tuple[Comparison, ...]:
    """Every comparison: those of each file in this folder, by name, in the order in which they stand there."""
    package = importlib.import_module(__package__)
    modules = [
        importlib.import_module(f"{__package__}.{name}")
        for name in sorted(info.name for info in pkgutil.iter_modules(package.__path__))
    ]
    return tuple(own for module in modules for own in marked(module, _MARK))
