"""What every part of a view is: something that may be shown to some readers."""

from __future__ import annotations

from msgspec import Struct

from muniment.model.tlp import RED, Marking


class Piece(Struct, frozen=True, kw_only=True):
    """Something that may be shown to some readers. What is unmarked is RED."""

    marking: Marking = RED
