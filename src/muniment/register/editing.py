"""Edits a register's text by splicing at the marks: comments, order, quoting and line ends outside an edit stay.

Every edit is text in, text out, and is compared before it is handed back: each event of the parser outside the edit
has to be there as before, and the edited value has to mean what was asked for. What does not pass, or would lose a
comment, is refused with its place; nothing is ever formatted anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from msgspec import Struct
from msgspec.structs import replace

from muniment.model.asset import canonical
from muniment.model.errors import UsageError
from muniment.model.waiver import Decision, Waiver
from muniment.register import writing
from muniment.register.document import unsafe
from muniment.register.outline import Outline, outline
from muniment.register.writing import Value

KEY = "waivers"
_BOM = "\ufeff"

Path = Sequence[str | int]
"""Where a value stands: keys, and numbers in lists from 0."""


def set_value(text: str, path: Path, value: Value) -> str:
    """``text`` with another value where ``path`` leads; nothing but that value's own characters changes.

    A text keeps its kind of quotes if it can. ``UsageError`` if nothing stands there, or a comment would be lost.
    """
    return _edited(text, lambda o: _set(o, _found(o, path), value))


def add_entry(text: str, path: Path, key: str, value: Value) -> str:
    """``text`` with a key more at the end of the mapping where ``path`` leads (empty: the whole file).

    What means nothing yet becomes a mapping. ``UsageError`` if the key is there already.
    """
    return _edited(text, lambda o: _add(o, path, key, value))


def add_item(text: str, path: Path, value: Value) -> str:
    """``text`` with an item more at the end of the list where ``path`` leads; what means nothing becomes a list."""
    return _edited(text, lambda o: _add(o, path, None, value))


def remove_entry(text: str, path: Path) -> str:
    """``text`` without the entry or item where ``path`` leads, and without the comments on its own lines.

    Lines of comments before and after it stay. Of a block whose last entry goes, the key stays, and means nothing.
    """
    return _edited(text, lambda o: _remove(o, path))


def add_waiver(text: str, waiver: Waiver) -> str:
    """``text`` with the waiver appended to its ``waivers``; the key is made at the end if there is none.

    Every other character stays, save an empty ``[]`` or ``null`` that the list takes the place of. Raises
    ``UsageError`` if the text cannot be read or is written in a way that cannot be added to safely.
    """
    fields = _fields(waiver)
    try:
        return _with_waiver(text, fields)
    except UsageError as error:
        if error.hint.startswith("mend"):
            raise
        said = f"the waiver cannot be added safely to this file: {error.message}"
        raise UsageError(said, hint="add it by hand:\n" + writing.inline(fields)) from None


def _with_waiver(text: str, fields: Mapping[str, str]) -> str:
    body = text.removeprefix(_BOM)
    there = outline(body)
    root = there.root
    if root is not None and there.is_flow(root):
        raise UsageError("the file's keys do not stand on lines of their own")
    at = None if root is None or not there.is_map(root) else _child(there, root, KEY)
    if at is None:
        return _edited(text, lambda o: _closed(o, _add(o, (), KEY, [fields])))
    _, value = at
    if there.is_nothing(value) or (
        there.is_seq(value) and not body[there.starts[value] : there.stop(value)].strip("[] \t")
    ):
        return _edited(text, lambda o: _closed(o, _set(o, _found(o, (KEY,)), [fields])))
    return _edited(text, lambda o: _closed(o, _add(o, (KEY,), None, fields)))


def _closed(there: Outline, made: _Change) -> _Change:
    """The change with a line end behind its last line, also where the file ended without one."""
    size = len(there.text)
    cuts = tuple(
        (start, end, new if end < size or new.endswith("\n") else new + _end_of(there.text, size))
        for start, end, new in made.cuts
    )
    return replace(made, cuts=cuts)


def _fields(waiver: Waiver) -> dict[str, str]:
    asset = waiver.asset if set(waiver.asset) & set("*?[") else canonical(waiver.asset)
    fields = {"check": waiver.check, "asset": asset}
    if waiver.key != "*":
        fields["key"] = waiver.key
    fields |= {"by": waiver.by, "reason": waiver.reason.strip(), "until": waiver.until.isoformat()}
    if waiver.decision is not Decision.ACCEPTED:
        fields["decision"] = waiver.decision.value
    for name, value in fields.items():
        if unsafe(value) or "\r" in value:
            raise UsageError(f"the waiver's {name} holds a control character", hint="type it again without")
    return fields


# ---------------------------------------------------------------- a change and its proof


class _Change(Struct, frozen=True):
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


def _edited(text: str, change: Any) -> str:
    mark = _BOM if text.startswith(_BOM) else ""
    before = outline(text.removeprefix(mark))
    made: _Change = change(before)
    after = before.text
    for start, end, new in sorted(made.cuts, reverse=True):
        after = after[:start] + new + after[end:]
    place = min(start for start, _, _ in made.cuts)
    try:
        seen = outline(after)
    except UsageError as error:
        _refuse(before, None, f"the result would not be read: {error.message}", offset=place)
    if not _as_meant(before, seen, made):
        _refuse(before, None, "something else in the file would change its meaning", offset=place)
    return mark + after


def _as_meant(before: Outline, seen: Outline, made: _Change) -> bool:
    rest = len(before.said) - made.last
    last = len(seen.said) - rest
    if last < made.first or seen.said[: made.first] != before.said[: made.first]:
        return False
    if seen.said[last:] != before.said[made.last :]:
        return False
    if made.gone:
        return last == made.first
    at = made.first
    if made.opens:
        at, last = at + 1, last - 1
    if made.key is not None:
        if at >= last or seen.word(at) != made.key:
            return False
        at += 1
    return at < last and seen.after(at) == last and writing.same(seen.value(at), made.value)


def _refuse(there: Outline, at: int | None, said: str, *, offset: int | None = None) -> NoReturn:
    place = there.starts[at] if at is not None else offset or 0
    raise UsageError(f"line {there.line(place)}: {said}", hint="edit the file by hand there")


# ---------------------------------------------------------------- finding the place


def _found(there: Outline, path: Path) -> tuple[int, int, int]:
    """The collection, the key (of a list: the value itself) and the value where a path leads, by their events."""
    if not path:
        raise UsageError("an edit of the whole file is none", hint="name a key")
    holder, key, value = there.root, None, there.root
    for number, step in enumerate(path):
        entry = None if value is None else _child(there, value, step)
        if entry is None:
            where = " › ".join(str(word)[:60] for word in path[: number + 1])
            raise UsageError(f"{where}: there is no such entry", hint="name one that is there")
        holder, (key, value) = value, entry
    assert holder is not None and key is not None and value is not None
    return holder, key, value


def _child(there: Outline, at: int, step: str | int) -> tuple[int, int] | None:
    if there.is_seq(at) and isinstance(step, int):
        items = there.entries(at)
        return items[step] if 0 <= step < len(items) else None
    if not there.is_map(at) or not isinstance(step, str):
        return None
    found: dict[str | None, tuple[int, int]] = {}
    for key, value in there.entries(at):
        word = there.word(key)
        if found.setdefault(word, (key, value))[0] != key:
            said = f"line {there.line(there.starts[key])}: the key {str(word)[:60]!r} stands twice"
            raise UsageError(said, hint="mend the register first: muniment plan")
    return found.get(step)


# ---------------------------------------------------------------- set


def _set(there: Outline, found: tuple[int, int, int], value: Value) -> _Change:
    holder, key, at = found
    inside = there.is_map(holder) and not there.is_flow(holder)
    if there.is_scalar(at):
        cuts = _over_block(there, at, value) if at in there.block else _over_scalar(there, found, value, inside)
    elif _comment(there, at):
        _refuse(there, at, "a comment within would be lost")
    elif there.is_flow(at):
        only = not there.entries(at) and inside and writing.full(value)
        cuts = _beneath(there, key, at, value) if only else ((there.starts[at], there.stop(at), _line(value)),)
    elif inside:
        cuts = _over_lines(there, key, at, value, indent=_column(there, there.starts[holder]))
    else:
        end = there.stop(at)
        tail = there.text[end - 1] if there.text[end - 1] == "\n" else ""
        cuts = ((there.starts[at], end, _line(value) + tail),)
    return _Change(cuts, at, there.after(at), writing.plain(value))


def _over_scalar(
    there: Outline, found: tuple[int, int, int], value: Value, inside: bool
) -> tuple[tuple[int, int, str], ...]:
    _, key, at = found
    start, end = there.starts[at], there.stops[at]
    if inside and writing.full(value):
        return _beneath(there, key, at, value)
    quote = there.text[start] if end > start and there.text[start] in "'\"" else ""
    new = writing.scalar(value, quote) if isinstance(value, str) else _line(value)
    return ((start, end, new if end > start else " " + new),)


def _over_block(there: Outline, at: int, value: Value) -> tuple[tuple[int, int, str], ...]:
    """In the place of ``|`` or ``>`` and the lines below; a comment behind the sign stays."""
    text, start, end = there.text, there.starts[at], there.stops[at]
    sign = start + 1
    while sign < end and text[sign] in "+-0123456789":
        sign += 1
    lines, gap = _next_line(text, sign)
    if gap:
        return ((start, sign, _line(value)),)
    last = lines + len(text[lines:end].rstrip())
    stop, open_end = _next_line(text, last) if last > lines else (lines, "")
    if open_end:
        lines = _without_end(text, lines)
    return ((start, sign, _line(value)), (lines, stop, ""))


def _over_lines(there: Outline, key: int, at: int, value: Value, indent: int) -> tuple[tuple[int, int, str], ...]:
    """In the place of a collection that has lines of its own, below its key."""
    text, start, end = there.text, there.starts[at], there.stop(at)
    margin = _line_start(text, start)
    if text[margin:start].strip():
        _refuse(there, at, "this does not begin on a line of its own")
    if writing.full(value):
        own = start - margin
        keeps = own > indent or not isinstance(value, Mapping)
        new = _end_of(text, margin).join(writing.block(value, own if keeps else indent + 2))
        return ((margin, end, new + (text[end - 1] if text[end - 1] == "\n" else "")),)
    stop, gap = _next_line(text, end)
    colon = text.index(":", there.stops[key]) + 1
    return ((colon, colon, " " + _line(value)), (_without_end(text, margin) if gap else margin, stop, ""))


def _beneath(there: Outline, key: int, at: int, value: Value) -> tuple[tuple[int, int, str], ...]:
    """Lines below a key, in the place of what is written behind it; a comment behind it stays."""
    text = there.text
    start, end = there.starts[at], there.stop(at)
    margin = _column(there, there.starts[key])
    stop, gap = _next_line(text, max(end, there.stops[key]))
    rest = text[end:stop]
    lines = _lines(writing.block(value, margin + 2), text, stop, gap)
    if end > start and not rest.strip():
        return ((len(text[:start].rstrip(" \t")), stop, rest.lstrip(" \t") + lines),)
    return ((start, stop, rest + lines),)


def _line(value: Value) -> str:
    return writing.inline(value)


# ---------------------------------------------------------------- add


def _add(there: Outline, path: Path, key: str | None, value: Value) -> _Change:
    if not path and (there.root is None or there.is_nothing(there.root)):
        return _first_of_all(there, key, value)
    if path:
        holder, own, at = _found(there, path)
    else:
        assert there.root is not None
        holder, own, at = there.root, there.root, there.root
    if there.is_nothing(at) and there.starts[at] == there.stops[at] and there.said[holder] is not None:
        return _first(there, holder, own, at, key, value)
    if key is None and not there.is_seq(at):
        _refuse(there, at, "this is no list")
    if key is not None and not there.is_map(at):
        _refuse(there, at, "this has no keys")
    if key is not None and _child(there, at, key) is not None:
        _refuse(there, at, f"the key {key[:60]!r} is there already")
    place = there.closes[at]
    cut = _in_flow(there, at, key, value) if there.is_flow(at) else _in_lines(there, at, key, value, whole=not path)
    return _Change((cut,), place, place, writing.plain(value), key)


def _first_of_all(there: Outline, key: str | None, value: Value) -> _Change:
    """The first entry of a file that says nothing."""
    text = there.text
    at = len(text) if there.ends is None else there.ends
    gap = _end_of(text, at) if at and text[at - 1] != "\n" else ""
    lines = writing.item(value, 0) if key is None else writing.entry(key, value, 0)
    cut = (at, at, _lines(lines, text, at, gap))
    whole = _whole(key, value)
    if there.root is None:  # no document: its start and end are events, too
        return _Change((cut,), 1, 1, whole, opens=True)
    return _Change((cut,), there.root, there.root + 1, whole)


def _first(there: Outline, holder: int, own: int, at: int, key: str | None, value: Value) -> _Change:
    """The first entry below a key behind which nothing is written."""
    if not there.is_map(holder) or there.is_flow(holder):
        _refuse(there, at, "nothing is written here that could be added to")
    return _Change(_beneath(there, own, at, _whole(key, value)), at, at + 1, _whole(key, value))


def _whole(key: str | None, value: Value) -> Any:
    return [writing.plain(value)] if key is None else {key: writing.plain(value)}


def _in_flow(there: Outline, at: int, key: str | None, value: Value) -> tuple[int, int, str]:
    new = writing.inline(value) if key is None else f"{writing.key(key)}: {writing.inline(value)}"
    entries = there.entries(at)
    place = there.stop(entries[-1][1]) if entries else there.starts[at] + 1
    return (place, place, ", " + new if entries else new)


def _in_lines(there: Outline, at: int, key: str | None, value: Value, *, whole: bool) -> tuple[int, int, str]:
    """After the last entry; in the file's own mapping after everything, comments too."""
    text, indent = there.text, _column(there, there.starts[at])
    lines = writing.item(value, indent) if key is None else writing.entry(key, value, indent)
    if whole:
        place = len(text) if there.ends is None else there.ends
        gap = _end_of(text, place) if text[place - 1] != "\n" else ""
    else:
        place, gap = _next_line(text, there.stop(at))
    return (place, place, _lines(lines, text, place, gap))


# ---------------------------------------------------------------- remove


def _remove(there: Outline, path: Path) -> _Change:
    holder, key, at = _found(there, path)
    entries = there.entries(holder)
    number = entries.index((key, at))
    first, last = (at if there.is_seq(holder) else key), there.after(at)
    if there.is_flow(holder):
        return _Change((_from_flow(there, entries, number),), first, last, gone=True)
    cut = _from_lines(there, holder, entries, number)
    if len(entries) > 1:
        return _Change((cut,), first, last, gone=True)
    if len(path) > 1 or _dashes(there):
        return _Change((cut,), holder, there.after(holder), None)
    return _Change((cut,), 1, len(there.said) - 1, gone=True)


def _dashes(there: Outline) -> bool:
    """True if the document begins with ``---``, or ends with ``...``: then it is there, though it says nothing."""
    assert there.root is not None
    return there.stops[there.root - 1] > there.starts[there.root - 1] or there.ends is not None


def _from_flow(there: Outline, entries: list[tuple[int, int]], number: int) -> tuple[int, int, str]:
    key, at = entries[number]
    if number:
        start, end = there.stop(entries[number - 1][1]), there.stop(at)
    else:
        start = there.starts[key]
        end = there.starts[entries[1][0]] if len(entries) > 1 else _comma(there.text, there.stop(at))
    if "#" in there.text[start : there.starts[key]] or "#" in there.text[there.stop(at) : end]:
        _refuse(there, key, "a comment between the entries would be lost")
    return (start, end, "")


def _comma(text: str, at: int) -> int:
    rest = text[at:].lstrip()
    return len(text) - len(rest) + 1 if rest.startswith(",") else at


def _from_lines(there: Outline, holder: int, entries: list[tuple[int, int]], number: int) -> tuple[int, int, str]:
    text = there.text
    key, at = entries[number]
    start = _begins(there, holder, entries, number)
    margin = _line_start(text, start)
    if text[margin:start].strip():  # behind the dash of a list: the next entry moves up
        if len(entries) == 1:
            _refuse(there, key, "this is all that its item holds: remove the item")
        if number:
            _refuse(there, key, "this does not begin on a line of its own")
        end = _begins(there, holder, entries, 1)
        if "#" in text[there.stop(at) : end]:
            _refuse(there, key, "a comment behind it would be lost")
        return (start, end, "")
    stop, gap = _next_line(text, there.stop(at))
    if gap and not _closes_block(there, holder, key, margin):
        margin = _without_end(text, margin)
    return (margin, stop, "")


def _begins(there: Outline, holder: int, entries: list[tuple[int, int]], number: int) -> int:
    """The offset of a key, or of the dash (or question mark) before it."""
    if number == 0:
        return there.starts[holder]
    start = there.starts[entries[number][0]]
    if there.is_map(holder):
        column = _column(there, there.starts[holder])
        margin = _line_start(there.text, start)
        return margin + column if start - margin > column else start
    behind = there.stop(entries[number - 1][1])
    column = _column(there, there.starts[holder])
    at = start
    while at > behind:
        at = there.text.rfind("-", behind, at)
        if at < 0:
            break
        margin = _line_start(there.text, at)
        if at - margin == column and not there.text[margin:at].strip():
            return at
    _refuse(there, entries[number][0], "its dash cannot be found")


def _closes_block(there: Outline, holder: int, key: int, margin: int) -> bool:
    """True if a text of several lines ends right before a key's line, and its last line end is part of it."""
    before = key - 1
    while before > holder and not there.is_scalar(before):
        before -= 1
    if before not in there.block or there.stops[before] != margin:
        return False
    sign = there.text[there.starts[before] :].partition("\n")[0].partition("#")[0]
    return "-" not in sign


# ---------------------------------------------------------------- lines


def _column(there: Outline, offset: int) -> int:
    return offset - _line_start(there.text, offset)


def _line_start(text: str, offset: int) -> int:
    return text.rfind("\n", 0, offset) + 1


def _next_line(text: str, offset: int) -> tuple[int, str]:
    """Where the line after ``offset`` begins, and the line end that is missing before it."""
    if offset and text[offset - 1] == "\n":
        return offset, ""
    found = text.find("\n", offset)
    return (found + 1, "") if found >= 0 else (len(text), _end_of(text, len(text)))


def _end_of(text: str, offset: int) -> str:
    """The line end that the lines before an offset have; of the first line if there is none before."""
    found = text.rfind("\n", 0, offset)
    if found < 0:
        found = text.find("\n")
    return "\r\n" if found > 0 and text[found - 1] == "\r" else "\n"


def _without_end(text: str, offset: int) -> int:
    """The offset before the line end that stands before ``offset``."""
    if offset and text[offset - 1] == "\n":
        return offset - (2 if text[offset - 2 : offset - 1] == "\r" else 1)
    return offset


def _lines(lines: list[str], text: str, offset: int, gap: str) -> str:
    """Lines to put at an offset: with a line end after each, or before each where the file ends without one."""
    end = gap or _end_of(text, offset)
    return gap + end.join(lines) if gap else end.join(lines) + end


def _comment(there: Outline, at: int) -> bool:
    """True if a comment stands within a collection."""
    start, parts = there.starts[at], []
    for event in range(at, there.after(at)):
        if there.is_scalar(event):
            parts.append(there.text[start : there.starts[event]])
            start = there.stops[event]
            if event in there.block:
                parts.append(there.text[there.starts[event] :].partition("\n")[0])
    end = there.stop(at)
    parts.append(there.text[start : end if there.is_flow(at) else _next_line(there.text, end)[0]])
    return any("#" in part for part in parts)
