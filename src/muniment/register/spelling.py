"""Finds the word that somebody probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

from muniment.model.secret import HIDDEN, likeness

_LONGEST = 100
_MOST = 5_000


def nearest(word: str, words: Iterable[str], cutoff: float = 0.6) -> str:
    """The most similar of ``words``, or an empty text if none is close.

    Long words and very many candidates are not compared: the words come from files that anybody may have written.
    """
    return _nearest(word, tuple(words), cutoff)


@lru_cache(maxsize=1_000)
def _nearest(word: str, candidates: tuple[str, ...], cutoff: float) -> str:
    if len(word) > _LONGEST or len(candidates) > _MOST:
        return ""
    folded = {candidate.lower(): candidate for candidate in candidates if len(candidate) <= _LONGEST}
    close = get_close_matches(word.lower(), folded, n=1, cutoff=cutoff)
    return folded[close[0]] if close else ""


def did_you_mean(word: str, words: Iterable[str], otherwise: str = "") -> str:
    """A hint with the nearest word, or ``otherwise``."""
    close = nearest(word, words)
    return f"did you mean {close!r}?" if close else otherwise


def quoted(text: str) -> str:
    """A text from a file, safe to print and of bearable length; of what looks like a secret nothing is told."""
    if likeness(text[:_MOST]):
        return repr(HIDDEN)
    return repr(text if len(text) <= 80 else text[:79] + "…")
