"""What a kind of page gives: where a page lies, which template makes it, and from which facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from muniment.publish.pieces import LookPiece

MOST_LINES = 400
"""How many rows of one list a page holds before it says how many more there are."""


class Entry(Struct, frozen=True, order=True):
    """A line of the navigation; ``href`` is seen from the audience's folder. Lower ``rank`` comes first."""

    rank: int
    section: str
    title: str
    href: str


class Page(Struct, frozen=True, kw_only=True):
    """One page. What it says may depend on ``facts`` and the view alone, never on when somebody ran muniment.

    ``looks`` is the evidence behind it, which its foot sums up; ``None``: all that these readers may see.
    ``section``: the entry of the navigation that it belongs to. ``entries``: those that it brings.
    """

    path: str
    template: str
    section: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    looks: tuple[LookPiece, ...] | None = None
    entries: tuple[Entry, ...] = ()

    @property
    def root(self) -> str:
        """The way back to the audience's folder: ``../`` for each folder below it."""
        return "../" * self.path.count("/")
