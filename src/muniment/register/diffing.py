"""Writes what was cut out of a text, and put there, as a unified diff that ``git apply`` takes.

The files are named by ``---`` and ``+++`` alone: behind a line ``diff --git`` git reads names as beginning at the
repository's top, and passes over them without a word where it is called in a directory below.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

_AROUND = 3
_MARK = "\ufeff"


class Cut(Struct, frozen=True):
    """What stands from ``start`` to ``end`` gives way to ``new``. Offsets of characters."""

    start: int
    end: int
    new: str


class _Region(Struct):
    """Whole lines of a text, and those that take their place."""

    start: int
    end: int
    new: str


def spliced(text: str, cuts: Sequence[Cut]) -> str:
    """A text with cuts made in it that are in order and apart from each other."""
    parts: list[str] = []
    at = 0
    for cut in cuts:
        parts += (text[at : cut.start], cut.new)
        at = cut.end
    return "".join((*parts, text[at:]))


def diff(path: str, text: str, cuts: Sequence[Cut], *, mark: bool = False) -> str:
    """The diff of one file; ``mark``: the file begins with a byte order mark, which ``text`` leaves out."""
    if mark:
        text, cuts = _MARK + text, [Cut(cut.start + 1, cut.end + 1, cut.new) for cut in cuts]
    regions = [r for r in (_trimmed(text, r) for r in _regions(text, cuts)) if text[r.start : r.end] != r.new]
    if not regions:
        return ""
    out = [f"--- {_name('a/' + path)}\n", f"+++ {_name('b/' + path)}\n"]
    gained = 0
    for group in _grouped(text, regions):
        start, stop = _back(text, group[0].start), _forth(text, group[-1].end)
        body = _body(text, group, start, stop)
        before = sum(sign != "+" for sign, _ in body)
        after = sum(sign != "-" for sign, _ in body)
        line = text.count("\n", 0, start)
        out.append(f"@@ -{_range(line, before)} +{_range(line + gained, after)} @@\n")
        out.extend(_line(sign, own) for sign, own in body)
        gained += after - before
    return "".join(out)


def _regions(text: str, cuts: Sequence[Cut]) -> list[_Region]:
    """The whole lines that cuts touch, with what takes their place; cuts on one line are one region."""
    regions: list[_Region] = []
    pending: list[Cut] = []
    reached = 0  # a cut may touch less than one before it in the same line
    for cut in cuts:
        if pending and cut.start > reached:
            regions.append(_region(text, pending))
            pending, reached = [], 0
        pending.append(cut)
        reached = max(reached, _line_end(text, cut))
    if pending:
        regions.append(_region(text, pending))
    return regions


def _line_end(text: str, cut: Cut) -> int:
    """The offset after the last line that a cut touches, or changes by what it leaves of it."""
    at_start = cut.end == 0 or text[cut.end - 1] == "\n"
    begins = cut.start == 0 or text[cut.start - 1] == "\n"
    if at_start and (cut.new.endswith("\n") or (not cut.new and begins)):
        return cut.end
    found = text.find("\n", cut.end)
    return found + 1 if found >= 0 else len(text)


def _region(text: str, cuts: Sequence[Cut]) -> _Region:
    start = text.rfind("\n", 0, cuts[0].start) + 1
    end = max(_line_end(text, cut) for cut in cuts)
    moved = [Cut(cut.start - start, cut.end - start, cut.new) for cut in cuts]
    return _Region(start, end, spliced(text[start:end], moved))


def _trimmed(text: str, region: _Region) -> _Region:
    """The region without the lines at its beginning and end that stay as they are."""
    old, new = _lines(text[region.start : region.end]), _lines(region.new)
    first = 0
    while first < len(old) and first < len(new) and old[first] == new[first]:
        first += 1
    last = 0
    while last < len(old) - first and last < len(new) - first and old[-1 - last] == new[-1 - last]:
        last += 1
    start = region.start + sum(map(len, old[:first]))
    end = region.end - sum(map(len, old[len(old) - last :]))
    return _Region(start, end, "".join(new[first : len(new) - last]))


def _grouped(text: str, regions: Sequence[_Region]) -> list[list[_Region]]:
    """The regions of each hunk: those whose lines around would meet are told together."""
    groups: list[list[_Region]] = []
    for region in regions:
        near = groups and text.count("\n", groups[-1][-1].end, region.start) <= 2 * _AROUND
        if near:
            groups[-1].append(region)
        else:
            groups.append([region])
    return groups


def _body(text: str, group: Sequence[_Region], start: int, stop: int) -> list[tuple[str, str]]:
    """The lines of a hunk, each with its sign."""
    body: list[tuple[str, str]] = []
    at = start
    for region in group:
        body += [(" ", own) for own in _lines(text[at : region.start])]
        body += [("-", own) for own in _lines(text[region.start : region.end])]
        body += [("+", own) for own in _lines(region.new)]
        at = region.end
    return body + [(" ", own) for own in _lines(text[at:stop])]


def _back(text: str, offset: int) -> int:
    for _ in range(_AROUND):
        if not offset:
            break
        offset = text.rfind("\n", 0, offset - 1) + 1
    return offset


def _forth(text: str, offset: int) -> int:
    for _ in range(_AROUND):
        found = text.find("\n", offset)
        if found < 0:
            return len(text)
        offset = found + 1
    return offset


def _lines(text: str) -> list[str]:
    """The lines with their ends; ``str.splitlines`` knows more ends than git does."""
    lines = text.split("\n")
    whole = [line + "\n" for line in lines[:-1]]
    return [*whole, lines[-1]] if lines[-1] else whole


def _line(sign: str, own: str) -> str:
    return sign + (own if own.endswith("\n") else own + "\n\\ No newline at end of file\n")


def _range(line: int, count: int) -> str:
    """A hunk's lines, from 1; where there are none, the line before them."""
    begin = line + 1 if count else line
    return f"{begin}" if count == 1 else f"{begin},{count}"


def _name(path: str) -> str:
    """A path as git reads it back: in quotes where it has signs that would end it."""
    if all(c.isascii() and c.isprintable() and c not in '"\\' for c in path):
        return f"{path}\t" if " " in path else path
    told = "".join(
        chr(byte) if 0x20 <= byte < 0x7F and chr(byte) not in '"\\' else f"\\{byte:03o}"
        for byte in path.encode("utf-8")
    )
    return f'"{told}"'
