"""What drift is told in: changes that evidence proves, and questions where it does not decide."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from muniment.model.tlp import CLEAR, Marking, join
from muniment.register.changing import Edit


class Proof(Struct, frozen=True):
    """One look that a change rests on: what was seen of what, when (UTC), from which source, seen as whom."""

    kind: str
    scope: str
    source: str
    vantage: str
    seen: datetime
    marking: Marking

    @property
    def day(self) -> str:
        """The day of the look (UTC)."""
        return f"{self.seen:%Y-%m-%d}"

    @property
    def words(self) -> str:
        """The look in one line."""
        told = f"{self.kind} of {self.scope}, seen {self.seen:%Y-%m-%d %H:%M} UTC from {self.source}"
        return f"{told} as {self.vantage}, {self.marking.label}"


class Drift(Struct, frozen=True, kw_only=True):
    """A change of the register that evidence proves.

    Args:
        id: the change in words: ``declare:github:repo/callisto/core``.
        why: what was seen, and what is written because of it.
        proofs: the looks that show it, the main one first.
        edits: the change itself; they are all in one tree.
        under: the marking of what else was read to see that it is drift.
    """

    id: str
    why: str
    proofs: tuple[Proof, ...]
    edits: tuple[Edit, ...]
    under: Marking = CLEAR

    @property
    def marking(self) -> Marking:
        """The marking of what was read."""
        return join(self.under, *(proof.marking for proof in self.proofs))


class Question(Struct, frozen=True):
    """What evidence shows and does not decide. ``about`` is a change's id, or what stands in its place."""

    about: str
    text: str
    marking: Marking


Found = Drift | Question
