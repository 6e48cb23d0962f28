"""Who may be one person, and why: a question for the council, which nothing else goes by."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from muniment.model.tlp import RED, TLP, Marking, join
from muniment.publish.campaigns import COUNCIL_ALONE
from muniment.publish.piece import Piece


class Alike(Struct, frozen=True, kw_only=True):
    """Two that may be one person: their keys, what each is called, the strength of the best sign, and every reason.

    A key is a handle, ``github-id:NUMBER`` or ``PLACE:LOGIN``, as ``publish.shipping.Shipper`` has it.
    """

    one: str
    other: str
    called: tuple[str, str]
    strength: str
    why: str
    marking: Marking = RED


class AlikePiece(Piece, frozen=True, kw_only=True):
    """Two that may be one person, see ``Alike``."""

    one: str
    other: str
    called: tuple[str, str]
    strength: str
    why: str

    def beside(self, key: str) -> str:
        """What the other of the two is called."""
        return self.called[1] if key == self.one else self.called[0]


def alike(found: Iterable[Alike], least: Marking) -> tuple[AlikePiece, ...]:
    """The questions: for the council alone, and no more open than ``least``."""
    closed = join(Marking(TLP.AMBER), COUNCIL_ALONE, least)
    return tuple(
        AlikePiece(
            marking=join(closed, two.marking),
            one=two.one,
            other=two.other,
            called=two.called,
            strength=two.strength,
            why=two.why,
        )
        for two in found
    )
