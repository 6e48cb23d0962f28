"""Where lines begin and end, with the line ends that a file has."""

from __future__ import annotations

from muniment.register.outline import Outline


def column(there: Outline, offset: int) -> int:
    """How many characters stand before an offset in its line."""
    return offset - line_start(there.text, offset)


def line_start(text: str, offset: int) -> int:
    """Where the line of an offset begins."""
    return text.rfind("\n", 0, offset) + 1


def next_line(text: str, offset: int) -> tuple[int, str]:
    """Where the line after ``offset`` begins, and the line end that is missing before it."""
    if offset and text[offset - 1] == "\n":
        return offset, ""
    found = text.find("\n", offset)
    return (found + 1, "") if found >= 0 else (len(text), end_of(text, len(text)))


def end_of(text: str, offset: int) -> str:
    """The line end that the lines before an offset have; of the first line if there is none before."""
    found = text.rfind("\n", 0, offset)
    if found < 0:
        found = text.find("\n")
    return "\r\n" if found > 0 and text[found - 1] == "\r" else "\n"


def without_end(text: str, offset: int) -> int:
    """The offset before the line end that stands before ``offset``."""
    if offset and text[offset - 1] == "\n":
        return offset - (2 if text[offset - 2 : offset - 1] == "\r" else 1)
    return offset


def whole_lines(lines: list[str], text: str, offset: int, gap: str) -> str:
    """Lines to put at an offset: with a line end after each, or before each where the file ends without one."""
    end = gap or end_of(text, offset)
    return gap + end.join(lines) if gap else end.join(lines) + end
