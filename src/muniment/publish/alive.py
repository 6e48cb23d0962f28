"""Whether somebody is active, and what each source saw of them: for the council alone, like a second factor."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from muniment.model.activity import Active, Activity, CannotTell, Inactive, Sighting
from muniment.model.tlp import RED, TLP, Marking, join
from muniment.publish.campaigns import COUNCIL_ALONE
from muniment.publish.piece import Piece


class Alive(Struct, frozen=True, kw_only=True):
    """The answer about a person of the register, and the signs it stands on; marked as what was read for it."""

    handle: str
    answer: Activity
    signs: tuple[Sighting, ...] = ()
    marking: Marking = RED


class SignPiece(Piece, frozen=True, kw_only=True):
    """What one source saw: the first day of the newest month with a sign; ``None``: there was none.

    ``why``: what of it was not seen; empty, all was. ``since``: how far back it goes (``None``: to its beginning).
    ``claimed``: somebody says so, and nobody saw it.
    """

    source: str
    month: date | None
    why: str
    since: date | None
    claimed: bool


class AlivePiece(Piece, frozen=True, kw_only=True):
    """The answer about one person, ``active``, ``inactive`` or ``cannot tell``, and in words."""

    handle: str
    state: str
    told: str
    signs: tuple[SignPiece, ...]


def alive(found: Iterable[Alive], least: Marking) -> tuple[AlivePiece, ...]:
    """The answers about people: for the council alone, and no more open than ``least``."""
    closed = join(Marking(TLP.AMBER), COUNCIL_ALONE, least)
    return tuple(_piece(one, join(closed, one.marking)) for one in found)


def _piece(one: Alive, marking: Marking) -> AlivePiece:
    return AlivePiece(
        marking=marking,
        handle=one.handle,
        state=_word(one.answer),
        told=one.answer.told,
        signs=tuple(
            SignPiece(
                marking=marking,
                source=sign.source,
                month=sign.month,
                why="" if sign.whole else sign.why or "not all was seen",
                since=sign.since,
                claimed=sign.claimed,
            )
            for sign in one.signs
        ),
    )


def _word(answer: Activity) -> str:
    match answer:
        case Active():
            return "active"
        case Inactive():
            return "inactive"
        case CannotTell():
            return "cannot tell"
