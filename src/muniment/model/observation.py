"""What was seen: a batch of observations for one cell, from one vantage, with proof of completeness."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from muniment.model.tlp import Marking

Vantage = frozenset[str]
"""The set of grants something was seen with, such as ``{"pypi:anonymous"}``. Weaker is a proper subset."""


class Outcome(StrEnum):
    """How a look at a cell ended."""

    COLLECTED = "collected"  # everything the cell holds, with proof
    PARTIAL = "partial"  # some of it
    ABSENT = "absent"  # proof that the thing does not exist
    DENIED = "denied"
    UNREACHABLE = "unreachable"
    UNREADABLE = "unreadable"
    UNOBSERVABLE = "unobservable"  # the source answered, and leaves this datum out

    @property
    def observes(self) -> bool:
        """True if the look told something about the cell's contents."""
        return self in (Outcome.COLLECTED, Outcome.PARTIAL, Outcome.ABSENT)


class Cell(Struct, frozen=True, order=True):
    """One question to one source: ``pypi`` × ``pypi:traitlets`` × ``package-role``."""

    source: str
    scope: str
    kind: str

    def __str__(self) -> str:
        return f"{self.source} × {self.scope} × {self.kind}"


class Item(Struct, frozen=True):
    """One observation: its key within the cell and its payload as canonical JSON."""

    key: str
    payload: bytes


class Batch(Struct, frozen=True, kw_only=True):
    """One look at one cell.

    ``observed_at`` is when the source was asked (UTC). ``total`` is what the source said it holds, where it
    says so: a batch that saw less is partial whatever it claims. Not ``counted``: a list came empty whose length
    the source does not give, so that what this look would take away waits for two more. ``parser`` names the
    code that read the answer (``pypi/1``), so that a change of ours is told from a change of the world.
    """

    cell: Cell
    vantage: Vantage
    outcome: Outcome
    observed_at: datetime
    parser: str
    marking: Marking
    items: tuple[Item, ...] = ()
    total: int | None = None
    detail: str = ""
    schema: int = 1
    counted: bool = True
