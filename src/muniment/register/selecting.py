"""Tells which names a pattern selects, and whether one pattern lies inside another."""

from __future__ import annotations

import re
from collections.abc import Iterable

_RUN = re.compile(r"[*?]+")


def is_literal(word: str) -> bool:
    """True if a word is a name written in full."""
    return "*" not in word and "?" not in word


def matcher(words: Iterable[str]) -> re.Pattern[str] | None:
    """What matches each name that one of some words selects; ``None``: there are no words.

    Compiled so that no name can make it slow: what stands between two ``*`` is sought once.
    """
    shapes = [_regex(word) for word in sorted({_plain(w) for w in words})]
    return re.compile("|".join(f"(?:{s})" for s in shapes)) if shapes else None


def prefix(word: str) -> str:
    """What every name that a word selects begins with."""
    return re.split(r"[*?]", word, maxsplit=1)[0]


def is_inside(inner: str, outer: str) -> bool:
    """True if the words alone show that each name which ``inner`` selects is selected by ``outer``."""
    return re.fullmatch(_regex(_plain(outer), any=r"[^*]"), _plain(inner), re.DOTALL) is not None


def _plain(word: str) -> str:
    """The one spelling of a pattern: of a run of both signs the single characters first, then one ``*``."""

    def run(found: re.Match[str]) -> str:
        signs = found[0]
        return "?" * signs.count("?") + "*" * ("*" in signs)

    return _RUN.sub(run, word.lower())


def _regex(word: str, any: str = ".") -> str:
    """A regular expression of a plain word, to be ended with ``\\Z``; ``any`` is what ``?`` stands for."""
    first, *rest = word.split("*")
    shape = _part(first, any)
    for number, part in enumerate(rest, start=1):
        if number == len(rest):  # the last part stands at the end
            shape += rf"(?s:.*){_part(part, any)}\Z"
        elif part:
            shape += rf"(?>(?s:.*?){_part(part, any)})"
    return shape if rest else shape + r"\Z"


def _part(text: str, any: str) -> str:
    return "".join(any if c == "?" else re.escape(c) for c in text)
