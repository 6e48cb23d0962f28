"""One entry more."""

from __future__ import annotations

from typing import Any

from muniment.register import writing
from muniment.register.outline import Outline
from muniment.register.splicing.change import Change, Path, child, found, refuse
from muniment.register.splicing.lines import column, end_of, next_line, whole_lines
from muniment.register.splicing.setting import beneath
from muniment.register.writing import Value


def adding(there: Outline, path: Path, key: str | None, value: Value) -> Change:
    """The change that puts an entry (of a list: an item, without key) behind those that are there."""
    if not path and (there.root is None or there.is_nothing(there.root)):
        return _first_of_all(there, key, value)
    if path:
        holder, own, at = found(there, path)
    else:
        assert there.root is not None
        holder, own, at = there.root, there.root, there.root
    if there.is_nothing(at) and there.starts[at] == there.stops[at] and there.said[holder] is not None:
        return _first(there, holder, own, at, key, value)
    if key is None and not there.is_seq(at):
        refuse(there, at, "this is no list")
    if key is not None and not there.is_map(at):
        refuse(there, at, "this has no keys")
    if key is not None and child(there, at, key) is not None:
        refuse(there, at, f"the key {key[:60]!r} is there already")
    place = there.closes[at]
    cut = _in_flow(there, at, key, value) if there.is_flow(at) else _in_lines(there, at, key, value, whole=not path)
    return Change((cut,), place, place, writing.plain(value), key)


def _first_of_all(there: Outline, key: str | None, value: Value) -> Change:
    """The first entry of a file that says nothing."""
    text = there.text
    at = len(text) if there.ends is None else there.ends
    gap = end_of(text, at) if at and text[at - 1] != "\n" else ""
    lines = writing.item(value, 0) if key is None else writing.entry(key, value, 0)
    cut = (at, at, whole_lines(lines, text, at, gap))
    whole = _whole(key, value)
    if there.root is None:  # no document: its start and end are events, too
        return Change((cut,), 1, 1, whole, opens=True)
    return Change((cut,), there.root, there.root + 1, whole)


def _first(there: Outline, holder: int, own: int, at: int, key: str | None, value: Value) -> Change:
    """The first entry below a key behind which nothing is written."""
    if not there.is_map(holder) or there.is_flow(holder):
        refuse(there, at, "nothing is written here that could be added to")
    return Change(beneath(there, own, at, _whole(key, value)), at, at + 1, _whole(key, value))


def _whole(key: str | None, value: Value) -> Any:
    return [writing.plain(value)] if key is None else {key: writing.plain(value)}


def _in_flow(there: Outline, at: int, key: str | None, value: Value) -> tuple[int, int, str]:
    new = writing.inline(value) if key is None else f"{writing.key(key)}: {writing.inline(value)}"
    entries = there.entries(at)
    place = there.stop(entries[-1][1]) if entries else there.starts[at] + 1
    return (place, place, ", " + new if entries else new)


def _in_lines(there: Outline, at: int, key: str | None, value: Value, *, whole: bool) -> tuple[int, int, str]:
    """After the last entry; in the file's own mapping after everything, comments too."""
    text, indent = there.text, column(there, there.starts[at])
    lines = writing.item(value, indent) if key is None else writing.entry(key, value, indent)
    if whole:
        place = len(text) if there.ends is None else there.ends
        gap = end_of(text, place) if text[place - 1] != "\n" else ""
    else:
        place, gap = next_line(text, there.stop(at))
    return (place, place, whole_lines(lines, text, place, gap))
