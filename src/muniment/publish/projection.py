"""What some readers may see of a view: every piece that its marking withholds is gone before anything renders."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from typing import Any, TypeVar, get_type_hints

from msgspec import Struct
from msgspec.structs import replace

from muniment.model.tlp import RED, TLP, Audience, Marking
from muniment.publish.piece import Piece
from muniment.publish.pieces import View

PUBLIC = Audience(TLP.CLEAR, frozenset())
"""Everybody."""

COUNCIL = Audience(TLP.RED, None)
"""The council that runs the program."""


class Shown(Struct, frozen=True):
    """A view that holds nothing its audience may not see. Renderers take this and nothing else."""

    audience: Audience
    view: View


S = TypeVar("S", bound=Struct)
_GONE = object()
_PLAIN = (str, int, float, bool, type(None), date, Enum, Marking)
_COMMON = frozenset({str, int, bool, type(None), datetime, Marking})
"""The types of nearly all fields, known without a question to each class above them."""


def project(view: View, audience: Audience) -> Shown:
    """The view without the pieces that the audience may not see.

    A piece that has no marking is RED. A piece whose required part is withheld is withheld with it. A value
    that could hide pieces from this function (a mapping, a set) is refused.
    """
    left = _project(view, audience)
    if left is _GONE:
        raise ValueError("the view itself is withheld from this audience")
    return Shown(audience, left)


def marking_of(piece: Struct) -> Marking:
    """The marking of a piece; RED where there is none."""
    marking = getattr(piece, "marking", None)
    return marking if isinstance(marking, Marking) else RED


def _project(value: Any, audience: Audience) -> Any:
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, tuple):
        return tuple(v for v in (_project(v, audience) for v in value) if v is not _GONE)
    if not isinstance(value, Struct):
        raise TypeError(f"a view may not hold a {type(value).__name__}: it could hide pieces")
    if not audience.may_see(marking_of(value)):
        return _GONE
    changes: dict[str, Any] = {}
    for name in value.__struct_fields__:
        old = getattr(value, name)
        if type(old) in _COMMON:
            continue
        new = _project(old, audience)
        if new is _GONE:
            if not _optional(type(value), name):
                return _GONE
            new = None
        if new is not old:
            changes[name] = new
    return replace(value, **changes) if changes else value


def _optional(owner: type[Struct], name: str) -> bool:
    return type(None) in getattr(get_type_hints(owner)[name], "__args__", ())


def label(audience: Audience) -> str:
    """What an output states at its head: ``TLP:AMBER (to: voila)``."""
    if audience.groups:
        return f"{audience.level.label} (to: {', '.join(sorted(audience.groups))})"
    if audience.groups is None and audience.level in (TLP.AMBER, TLP.AMBER_STRICT):
        return f"{audience.level.label} (to: the council alone)"
    return audience.level.label


def folder(audience: Audience) -> str:
    """Where an audience's files lie under ``out/``: ``clear``, ``amber/voila``, ``council``."""
    if audience == COUNCIL:
        return "council"
    return "/".join((audience.level.word, *sorted(audience.groups or ())))


__all__ = ["COUNCIL", "PUBLIC", "Piece", "Shown", "folder", "label", "marking_of", "project"]
