"""Foreign names in messages: nothing in them mentions, links, marks up or turns text, wherever it is read."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 80
"""Characters of a name that are kept."""

_ALSO = frozenset(" .,'’()&+-–")
_LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,98}[A-Za-z0-9])?")
_PATH = re.compile(r"[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)?")
_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+!|~&-]|(?<=[0-9])\.)")


def words(text: str) -> str:
    """A name of the world's as plain words: letters, marks, digits and a little punctuation.

    All else becomes a space, signs that mention (``@``), begin markup or turn the direction of text among them. A
    full stop within a word is followed by a space, so that no mail program makes a link of it.
    """
    kept = "".join(c if unicodedata.category(c)[0] in "LMN" or c in _ALSO else " " for c in text[: LONGEST * 4])
    apart = re.sub(r"\.(?=[^\W_])", ". ", kept)
    return " ".join(apart.split())[:LONGEST].strip()


def login(text: str) -> str:
    """A login or an organization's name, which GitHub makes of few characters; empty: it is none."""
    return text if _LOGIN.fullmatch(text) else ""


def path(text: str) -> str:
    """The name of an organization or a repository, as far as a link may be made of it; empty: it is none."""
    return text if _PATH.fullmatch(text) and ".." not in text else ""


def of_github(asset: str) -> str:
    """The name of an organization's or a repository's asset, as far as a link may be made of it; empty: of none."""
    return path(asset.partition("/")[2])


def marked_down(text: str) -> str:
    """Plain words as Markdown that shows them as they are."""
    return _MARKUP.sub(r"\\\1", text)
