"""Who may see a value: the Traffic Light Protocol's levels, with recipients."""

from __future__ import annotations

from enum import IntEnum

from msgspec import Struct


class TLP(IntEnum):
    """A level of the Traffic Light Protocol, ordered from open to closed.

    Source: FIRST, Traffic Light Protocol 2.0.
    """

    CLEAR = 0
    GREEN = 1
    AMBER = 2
    AMBER_STRICT = 3
    RED = 4

    @property
    def word(self) -> str:
        """The level as people type it: ``clear`` … ``amber+strict``, ``red``."""
        return self.name.lower().replace("_", "+")

    @property
    def label(self) -> str:
        """The level as FIRST writes it: ``TLP:AMBER+STRICT``."""
        return f"TLP:{self.name.replace('_', '+')}"

    @classmethod
    def of(cls, word: str) -> TLP:
        """The level for a word; ``KeyError`` if there is none."""
        return cls[word.strip().upper().removeprefix("TLP:").replace("+", "_")]


class Marking(Struct, frozen=True):
    """A level and its recipients; ``to=None`` means everybody whom the level allows.

    Recipients are subproject ids. The council that runs the program is always among them.
    """

    level: TLP
    to: frozenset[str] | None = None

    @property
    def label(self) -> str:
        """For the head of a page: ``TLP:AMBER (to: voila)``."""
        if self.to is None:
            return self.level.label
        return f"{self.level.label} (to: {', '.join(sorted(self.to)) or 'the council alone'})"


CLEAR = Marking(TLP.CLEAR)
RED = Marking(TLP.RED)


class Audience(Struct, frozen=True):
    """Readers of one output: the highest level they may see and the groups they belong to.

    ``groups=None`` is the council, which belongs to every group.
    """

    level: TLP
    groups: frozenset[str] | None = None

    def may_see(self, marking: Marking) -> bool:
        """True if a value so marked may reach these readers."""
        if marking.level > self.level:
            return False
        return marking.to is None or self.groups is None or bool(marking.to & self.groups)

    @property
    def marking(self) -> Marking:
        """What an output made for these readers states at its head."""
        return Marking(self.level, self.groups)


def join(*markings: Marking) -> Marking:
    """The marking of something made from several: highest level, common recipients.

    What is made from nothing is unmarked, and what is unmarked is RED.
    """
    if not markings:
        return RED
    joint = markings[0]
    for marking in markings[1:]:
        if marking is joint:  # as it mostly is, by the ten thousand
            continue
        to = marking.to if joint.to is None else joint.to if marking.to is None else joint.to & marking.to
        joint = Marking(max(joint.level, marking.level), to)
    return joint
