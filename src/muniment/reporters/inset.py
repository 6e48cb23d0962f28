"""Puts a section between its two markers in a page that people keep, and leaves every other byte as it was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import unified_diff

from msgspec import Struct

from muniment.model.errors import UsageError

_MARKER = re.compile(rb"(?:\xef\xbb\xbf)?[ \t]*<!-- muniment:(begin|end) ([a-z]+) (\S+?)(?: ([a-z+]+))? -->\s*")
_FENCE = re.compile(rb"(?:\xef\xbb\xbf)?[ \t]*(`{3,}(?=[^`]*\Z)|~{3,})(.*)", re.DOTALL)
_DAY = re.compile(r"(?<!\\)([\[*])(seen|asked) \d{4}-\d\d-\d\d([\]*])")
_LINE = re.compile(r"(?<!\\)(\.ya?ml)(:\d+`|#L\d+\))")


class Inset(Struct, frozen=True):
    """A section: which one it is, for which readers (empty: everybody), and its lines without the markers."""

    kind: str
    of: str
    level: str
    body: str

    @property
    def begin(self) -> str:
        """The line that it comes after."""
        return f"<!-- muniment:begin {self._name} -->"

    @property
    def end(self) -> str:
        """The line that it comes before."""
        return f"<!-- muniment:end {self._name} -->"

    @property
    def whole(self) -> str:
        """The section with its markers, as a file of its own."""
        return f"{self.begin}\n{self.body}{self.end}\n"

    @property
    def _name(self) -> str:
        return " ".join((self.kind, self.of, *((self.level,) if self.level else ())))


class Mark(Struct, frozen=True):
    """A marker in a page: the line it is, and where in bytes this begins and ends."""

    line: int
    word: str
    of: tuple[str, str]
    level: str
    start: int
    stop: int


def put(page: bytes, inset: Inset, name: str) -> bytes:
    """The page with the section between its markers, in the page's own line ends.

    ``name`` is the page's, for messages. ``UsageError`` if the markers are not there once each, in order, with
    nothing of muniment's between them, or are for other readers.
    """
    begin, end = _between(page, inset, name)
    return page[: begin.stop] + _in_its_lines(page, begin, inset) + page[end.start :]


def difference(page: bytes, inset: Inset, name: str) -> tuple[tuple[str, ...], bool]:
    """What a section would change in a page, as lines of a diff; and whether it says anything else than before.

    Where only the days of the newest looks and the register's lines have moved, it says the same.
    """
    begin, end = _between(page, inset, name)
    old = page[begin.stop : end.start]
    new = _in_its_lines(page, begin, inset)
    if old == new:
        return (), False
    before, after = old.decode(errors="replace"), new.decode()
    lines = tuple(
        unified_diff(before.splitlines(), after.splitlines(), name, "muniment", "page", "now", lineterm="")
    )
    return lines or (f"{name}: other line ends",), said(before) != said(after)


def said(section: str) -> list[str]:
    """What a section says: its lines without the days of looks and the line numbers of the register."""
    return [_LINE.sub(r"\1", _DAY.sub(r"\1\2\3", line)) for line in section.splitlines()]


def _in_its_lines(page: bytes, begin: Mark, inset: Inset) -> bytes:
    ends = page[begin.start : begin.stop]
    newline = "\r\n" if ends.endswith(b"\r\n") else "\r" if ends.endswith(b"\r") else "\n"
    return inset.body.replace("\n", newline).encode()


def _between(page: bytes, inset: Inset, name: str) -> tuple[Mark, Mark]:
    marks = list(_marks(page))
    own = [mark for mark in marks if mark.of == (inset.kind, inset.of)]
    if not own:
        raise UsageError(
            f"{name} does not say where the section goes",
            hint=f"put two lines where it should be, outside blocks of code: {inset.begin} and {inset.end}",
        )
    words = [mark.word for mark in own]
    lines = ", ".join(str(mark.line) for mark in own)
    if words != ["begin", "end"]:
        raise UsageError(
            f"{name}: the section needs one begin and one end, in this order; its markers stand in line {lines}",
            hint=f"{inset.begin} and {inset.end}, outside blocks of code",
        )
    begin, end = own
    if {begin.level, end.level} != {inset.level}:
        raise UsageError(
            f"{name}: the markers in line {lines} are for {begin.level or end.level or 'clear'}, "
            f"and the section is for {inset.level or 'clear'}",
            hint="--audience as the markers say, or a page of its own",
        )
    other = next((mark for mark in marks if begin.line < mark.line < end.line), None)
    if other is not None:
        raise UsageError(
            f"{name}: the markers of another section stand in line {other.line}, between those in line {lines}",
            hint="one section after the other",
        )
    return begin, end


def _fence(line: bytes, within: bytes) -> bytes:
    """The fence of the block of code that a line is in or begins; empty: it is in none."""
    found = _FENCE.fullmatch(line)
    if found is None:
        return within
    fence, rest = found.groups()
    if not within:
        return bytes(fence)
    return b"" if fence.startswith(within) and not rest.strip() else within


def _marks(page: bytes) -> Iterator[Mark]:
    start, fence = 0, b""
    for number, line in enumerate(page.splitlines(keepends=True), start=1):
        fence = _fence(line, fence)
        found = _MARKER.fullmatch(line)
        if found is not None and not fence:  # a page may show what markers look like
            word, kind, of, level = ((part or b"").decode(errors="replace") for part in found.groups())
            yield Mark(number, word, (kind, of), level, start, start + len(line))
        start += len(line)
