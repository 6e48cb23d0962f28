"""How instants, markings and foreign text are written, the same in every database."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import msgspec

from muniment.model.errors import StoreError
from muniment.model.observation import Vantage
from muniment.model.tlp import TLP, Marking

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_FIRST = (datetime.min.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
_LAST = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
_names = msgspec.json.Decoder(frozenset[str])


def micros(at: datetime) -> int:
    """Microseconds since 1970 (UTC) of an instant with a zone; ``StoreError`` if it could not be read back."""
    since = (at - _EPOCH) // _MICROSECOND
    if not _FIRST <= since <= _LAST:
        raise StoreError(f"{at.isoformat()} lies outside the years 1 to 9999 in UTC", hint="look at the clocks")
    return since


def instant(at: int) -> datetime:
    """The instant, in UTC, of microseconds since 1970."""
    return _EPOCH + at * _MICROSECOND


def escaped(text: str) -> str:
    """Text without NUL, which PostgreSQL cannot store; ``unescaped`` gives the original back."""
    if "\0" in text or "\x1a" in text:
        return text.replace("\x1a", "\x1a1").replace("\0", "\x1a0")
    return text


def unescaped(text: str) -> str:
    """The text that ``escaped`` was given."""
    if "\x1a" in text:
        return _ESCAPE.sub(lambda m: "\0" if m[1] == "0" else "\x1a", text)
    return text


_ESCAPE = re.compile("\x1a([01])")


def names(text: frozenset[str]) -> str:
    """A set of names as JSON, sorted: equal sets give equal text."""
    return msgspec.json.encode(sorted(text)).decode()


def grants(text: str) -> Vantage:
    """The vantage that ``names`` wrote."""
    return _names.decode(text)


def recipients(marking: Marking) -> str | None:
    """The recipients of a marking; ``None``: everybody whom the level allows."""
    return None if marking.to is None else names(marking.to)


def marking(level: int, to: str | None) -> Marking:
    """The marking from its two columns."""
    return Marking(TLP(level), None if to is None else _names.decode(to))
