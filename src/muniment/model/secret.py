"""Tells whether a text looks like a secret, so that one written down by accident is refused and never repeated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from msgspec import Struct

HIDDEN = "(not shown: it looks like a secret)"
"""Stands where a text is not repeated."""

_SHAPES: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("a token of GitHub's", ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"), r"gh[pousr]_[A-Za-z0-9]{8,}"),
    ("a token of GitHub's", ("github_pat_",), r"github_pat_[A-Za-z0-9_]{8,}"),
    ("a token of GitLab's", ("glpat-",), r"glpat-[A-Za-z0-9_-]{8,}"),
    ("a token of PyPI's", ("pypi-Ag",), r"pypi-Ag[A-Za-z0-9_-]{12,}"),
    ("a token of npm's", ("npm_",), r"npm_[A-Za-z0-9]{20,}"),
    ("a key of a cloud's", ("AKIA", "ASIA"), r"A[KS]IA[A-Z0-9]{16}\b"),
    ("a key of a cloud's", ("AIza",), r"AIza[A-Za-z0-9_-]{30,}"),
    ("a token of a chat's", ("xox",), r"xox[abeoprs]-[A-Za-z0-9-]{8,}"),
    ("a key of a payment service", ("_live_",), r"[prs]k_live_[A-Za-z0-9]{8,}"),
    ("a key of a service", ("sk-",), r"sk-[A-Za-z0-9_-]{20,}"),
    ("a token of a registry's", ("dckr_pat_", "hf_"), r"(?:dckr_pat_|hf_)[A-Za-z0-9_-]{16,}"),
    ("a signed token", ("eyJ",), r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?"),
    ("a key of age's", ("AGE-SECRET-KEY-",), r"AGE-SECRET-KEY-[A-Z0-9]{8,}"),
    ("the seed of a second factor", ("otpauth://", "otpauth-migration://"), r"otpauth(?:-migration)?://\S+"),
    ("a password in an address", ("://",), r"://[^/\s:@]*:(?!/)[^/\s@]+@"),
)
_ALONE = r"(?<![A-Za-z0-9_-])"
"""No shape begins within a word: what could begin anywhere would be looked for from everywhere."""
_PATTERNS = tuple(
    (what, hints, re.compile(pattern if pattern.startswith(":") else _ALONE + pattern))
    for what, hints, pattern in _SHAPES
)

_ARMOUR = re.compile(r"-----BEGIN [A-Z0-9 ]{1,40}-----")
_LONGEST_KEY = 20_000
"""Characters after a header within which its end is looked for."""
_OPEN_KEY = 4_000
"""Characters that are taken for a key where no end follows its header."""
_RANDOM = "a long string without a word in it"
_RUN = re.compile(r"[A-Za-z0-9+/_=-]{20,}")
_HEX = re.compile(r"(?<![A-Za-z0-9])(?=[0-9]*[A-Fa-f])(?=[A-Fa-f]*[0-9])[0-9A-Fa-f]{32,}(?![A-Za-z0-9])")
"""Hexadecimal digits in which letters and digits may come in long rows, since there are many of either."""
_CAPITALS = re.compile(r"[A-Z]{2,}")
_WORD = re.compile(r"\S{10,200}")
_SIGNS = frozenset("!#$%^&*+=?~|<>{}[]\\@")
_MIXED = 0.22
"""The least part of a random string's neighbours that are of another class: capital, small, digit."""
_VERY_MIXED = 0.5


class Found(Struct, frozen=True):
    """What looks like a secret: what it seems to be, and its place in the text."""

    what: str
    start: int
    end: int


def shaped(text: str) -> tuple[Found, ...]:
    """The secrets of known shapes in a text of any size, by place: tokens, keys, addresses with a password."""
    found = [
        Found(what, match.start(), match.end())
        for what, hints, pattern in _PATTERNS
        if any(hint in text for hint in hints)
        for match in pattern.finditer(text)
    ]
    if "-----BEGIN " in text:
        found.extend(_keys(text))
    return tuple(sorted(found, key=lambda one: (one.start, -one.end)))


def _keys(text: str) -> Iterator[Found]:
    at = 0
    while (header := _ARMOUR.search(text, at)) is not None:
        end = text.find("-----END ", header.end(), header.end() + _LONGEST_KEY)
        stop = text.find("-----", end + 9, end + 60) + 5 if end >= 0 else 0
        at = max(stop, header.end()) if stop > 4 else min(len(text), header.end() + _OPEN_KEY)
        yield Found("a key or certificate", header.start(), at)


def likeness(text: str) -> str:
    """What a short text looks like, if it looks like a secret: by its shape, or because nobody writes such words.

    A pass phrase of common words looks like prose; nothing can tell it.
    """
    known = shaped(text)
    if known:
        return known[0].what
    by_chance = any(_is_mixed(run, _MIXED) or _is_letters_by_chance(run) for run in _runs(text))
    if by_chance or _HEX.search(text) or any(_is_password(word) for word in _words(text)):
        return _RANDOM
    return ""


def _runs(text: str) -> Iterator[str]:
    return (match[0] for match in _RUN.finditer(text))


def _words(text: str) -> Iterator[str]:
    return (match[0].strip(".,;:()\"'`") for match in _WORD.finditer(text))


def _class(sign: str) -> str:
    if sign.isdigit():
        return "digit"
    if sign.isalpha():
        return "capital" if sign.isupper() else "small"
    return "sign" if sign in _SIGNS else ""


def _is_mixed(text: str, least: float) -> bool:
    """True if classes change as often from one character to the next as they do where chance wrote them."""
    classes = [_class(sign) for sign in text]
    if "digit" not in classes or len(text) < 10:
        return False
    pairs = [(a, b) for a, b in pairwise(classes) if a and b]
    return len(pairs) >= 9 and sum(a != b for a, b in pairs) >= least * len(pairs)


def _is_letters_by_chance(text: str) -> bool:
    """True of a long row of letters with capitals together in three places; names written together have fewer."""
    return len(text) >= 32 and text.isalpha() and len(_CAPITALS.findall(text)) >= 3


def _is_password(word: str) -> bool:
    classes = {_class(sign) for sign in word}
    return len(classes & {"small", "capital", "digit", "sign"}) > 2 and _is_mixed(word, _VERY_MIXED)
