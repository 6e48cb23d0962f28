"""One change of a text: its place, what is cut and put there, and what it has to mean afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

from msgspec import Struct

from muniment.model.errors import UsageError
from muniment.register.outline import Outline

Path = Sequence[str | int]
"""Where a value stands: keys, and numbers in lists from 0."""


class Change(Struct, frozen=True):
    """What to cut and what to put there, and the events that it takes the place of.

    ``cuts`` are offsets and new text, apart from each other. The events ``first`` to ``last`` (the latter excluded)
    give way to those of ``key`` (``None``: no key is written) and of ``value``; ``gone``: to nothing; ``opens``: to
    a document with that value.
    """

    cuts: tuple[tuple[int, int, str], ...]
    first: int
    last: int
    value: Any = None
    key: str | None = None
    gone: bool = False
    opens: bool = False


def refuse(there: Outline, at: int | None, said: str, *, offset: int | None = None) -> NoReturn:
    """Raise ``UsageError`` with the line of an event, or of an offset."""
    place = there.starts[at] if at is not None else offset or 0
    raise UsageError(f"line {there.line(place)}: {said}", hint="edit the file by hand there")


def found(there: Outline, path: Path) -> tuple[int, int, int]:
    """The collection, the key (of a list: the value itself) and the value where a path leads, by their events."""
    if not path:
        raise UsageError("an edit of the whole file is none", hint="name a key")
    holder, key, value = there.root, None, there.root
    for number, step in enumerate(path):
        entry = None if value is None else child(there, value, step)
        if entry is None:
            where = " › ".join(str(word)[:60] for word in path[: number + 1])
            raise UsageError(f"{where}: there is no such entry", hint="name one that is there")
        holder, (key, value) = value, entry
    assert holder is not None and key is not None and value is not None
    return holder, key, value


def child(there: Outline, at: int, step: str | int) -> tuple[int, int] | None:
    """The key and the value of one entry of a collection, by their events; ``None``: it has no such entry."""
    if there.is_seq(at) and isinstance(step, int):
        items = there.entries(at)
        return items[step] if 0 <= step < len(items) else None
    if not there.is_map(at) or not isinstance(step, str):
        return None
    if at in there.keyed:
        return there.keyed[at].get(step)
    seen: dict[str | None, tuple[int, int]] = {}
    for key, value in there.entries(at):
        word = there.word(key)
        if seen.setdefault(word, (key, value))[0] != key:
            said = f"line {there.line(there.starts[key])}: the key {str(word)[:60]!r} stands twice"
            raise UsageError(said, hint="mend the register first: muniment plan")
    there.keyed[at] = seen
    return seen.get(step)
