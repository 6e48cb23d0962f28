"""Another value in the place of one."""

from __future__ import annotations

from collections.abc import Mapping

from muniment.register import writing
from muniment.register.outline import Outline
from muniment.register.splicing.change import Change, refuse
from muniment.register.splicing.lines import column, end_of, line_start, next_line, whole_lines, without_end
from muniment.register.writing import Value


def setting(there: Outline, place: tuple[int, int, int], value: Value) -> Change:
    """The change of a value that was found: its own characters give way to another."""
    holder, key, at = place
    inside = there.is_map(holder) and not there.is_flow(holder)
    if there.is_scalar(at):
        cuts = _over_block(there, at, value) if at in there.block else _over_scalar(there, place, value, inside)
    elif _comment(there, at):
        refuse(there, at, "a comment within would be lost")
    elif there.is_flow(at):
        only = not there.entries(at) and inside and writing.full(value)
        cuts = beneath(there, key, at, value) if only else ((there.starts[at], there.stop(at), _line(value)),)
    elif inside:
        cuts = _over_lines(there, key, at, value, indent=column(there, there.starts[holder]))
    else:
        end = there.stop(at)
        tail = there.text[end - 1] if there.text[end - 1] == "\n" else ""
        cuts = ((there.starts[at], end, _line(value) + tail),)
    return Change(cuts, at, there.after(at), writing.plain(value))


def _over_scalar(
    there: Outline, place: tuple[int, int, int], value: Value, inside: bool
) -> tuple[tuple[int, int, str], ...]:
    _, key, at = place
    start, end = there.starts[at], there.stops[at]
    if inside and writing.full(value):
        return beneath(there, key, at, value)
    quote = there.text[start] if end > start and there.text[start] in "'\"" else ""
    new = writing.scalar(value, quote) if isinstance(value, str) else _line(value)
    return ((start, end, new if end > start else " " + new),)


def _over_block(there: Outline, at: int, value: Value) -> tuple[tuple[int, int, str], ...]:
    """In the place of ``|`` or ``>`` and the lines below; a comment behind the sign stays."""
    text, start, end = there.text, there.starts[at], there.stops[at]
    sign = start + 1
    while sign < end and text[sign] in "+-0123456789":
        sign += 1
    lines, gap = next_line(text, sign)
    if gap:
        return ((start, sign, _line(value)),)
    last = lines + len(text[lines:end].rstrip())
    stop, open_end = next_line(text, last) if last > lines else (lines, "")
    if open_end:
        lines = without_end(text, lines)
    return ((start, sign, _line(value)), (lines, stop, ""))


def _over_lines(there: Outline, key: int, at: int, value: Value, indent: int) -> tuple[tuple[int, int, str], ...]:
    """In the place of a collection that has lines of its own, below its key."""
    text, start, end = there.text, there.starts[at], there.stop(at)
    margin = line_start(text, start)
    if text[margin:start].strip():
        refuse(there, at, "this does not begin on a line of its own")
    if writing.full(value):
        own = start - margin
        keeps = own > indent or not isinstance(value, Mapping)
        new = end_of(text, margin).join(writing.block(value, own if keeps else indent + 2))
        return ((margin, end, new + (text[end - 1] if text[end - 1] == "\n" else "")),)
    stop, gap = next_line(text, end)
    colon = text.index(":", there.stops[key]) + 1
    return ((colon, colon, " " + _line(value)), (without_end(text, margin) if gap else margin, stop, ""))


def beneath(there: Outline, key: int, at: int, value: Value) -> tuple[tuple[int, int, str], ...]:
    """Lines below a key, in the place of what is written behind it; a comment behind it stays."""
    text = there.text
    start, end = there.starts[at], there.stop(at)
    margin = column(there, there.starts[key])
    stop, gap = next_line(text, max(end, there.stops[key]))
    rest = text[end:stop]
    lines = whole_lines(writing.block(value, margin + 2), text, stop, gap)
    if end > start and not rest.strip():
        return ((len(text[:start].rstrip(" \t")), stop, rest.lstrip(" \t") + lines),)
    return ((start, stop, rest + lines),)


def _line(value: Value) -> str:
    return writing.inline(value)


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
    parts.append(there.text[start : end if there.is_flow(at) else next_line(there.text, end)[0]])
    return any("#" in part for part in parts)
