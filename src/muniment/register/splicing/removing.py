"""One entry less."""

from __future__ import annotations

from muniment.register.outline import Outline
from muniment.register.splicing.change import Change, Path, found, refuse
from muniment.register.splicing.lines import column, line_start, next_line, without_end


def removing(there: Outline, path: Path) -> Change:
    """The change that takes an entry away."""
    holder, key, at = found(there, path)
    entries = there.entries(holder)
    number = entries.index((key, at))
    first, last = (at if there.is_seq(holder) else key), there.after(at)
    if there.is_flow(holder):
        return Change((_from_flow(there, entries, number),), first, last, gone=True)
    cut = _from_lines(there, holder, entries, number)
    if len(entries) > 1:
        return Change((cut,), first, last, gone=True)
    if len(path) > 1 or _dashes(there):
        return Change((cut,), holder, there.after(holder), None)
    return Change((cut,), 1, len(there.said) - 1, gone=True)


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
        refuse(there, key, "a comment between the entries would be lost")
    return (start, end, "")


def _comma(text: str, at: int) -> int:
    rest = text[at:].lstrip()
    return len(text) - len(rest) + 1 if rest.startswith(",") else at


def _from_lines(there: Outline, holder: int, entries: list[tuple[int, int]], number: int) -> tuple[int, int, str]:
    text = there.text
    key, at = entries[number]
    start = _begins(there, holder, entries, number)
    margin = line_start(text, start)
    if text[margin:start].strip():  # behind the dash of a list: the next entry moves up
        if len(entries) == 1:
            refuse(there, key, "this is all that its item holds: remove the item")
        if number:
            refuse(there, key, "this does not begin on a line of its own")
        end = _begins(there, holder, entries, 1)
        if "#" in text[there.stop(at) : end]:
            refuse(there, key, "a comment behind it would be lost")
        return (start, end, "")
    stop, gap = next_line(text, there.stop(at))
    if gap and not _closes_block(there, holder, key, margin):
        margin = without_end(text, margin)
    return (margin, stop, "")


def _begins(there: Outline, holder: int, entries: list[tuple[int, int]], number: int) -> int:
    """The offset of a key, or of the dash (or question mark) before it."""
    if number == 0:
        return there.starts[holder]
    start, edge = there.starts[entries[number][0]], column(there, there.starts[holder])
    if there.is_map(holder):
        margin = line_start(there.text, start)
        return margin + edge if start - margin > edge else start
    behind = there.stop(entries[number - 1][1])
    at = start
    while at > behind:
        at = there.text.rfind("-", behind, at)
        if at < 0:
            break
        margin = line_start(there.text, at)
        if at - margin == edge and not there.text[margin:at].strip():
            return at
    refuse(there, entries[number][0], "its dash cannot be found")


def _closes_block(there: Outline, holder: int, key: int, margin: int) -> bool:
    """True if a text of several lines ends right before a key's line, and its last line end is part of it."""
    before = key - 1
    while before > holder and not there.is_scalar(before):
        before -= 1
    if before not in there.block or there.stops[before] != margin:
        return False
    sign = there.text[there.starts[before] :].partition("\n")[0].partition("#")[0]
    return "-" not in sign
