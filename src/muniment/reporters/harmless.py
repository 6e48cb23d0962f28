"""Foreign text and addresses as Markdown that does nothing: no markup, link, cell or marker begins in them."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from muniment.model.text import plain

WIDEST = 400
"""How many characters of one text are shown."""

MAIL = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
"""An address of mail, as far as a link may be made of it."""

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#!|~&$%^=@\"]|:(?=[/:])|(?<=www)\.)")
_IDENTIFIER = re.compile(r"[A-Za-z0-9@._/+:-]+")


def text(value: str, widest: int = WIDEST) -> str:
    """Text that is shown as it is, in one line."""
    return _SPECIAL.sub(r"\\\1", plain(value, widest)).strip()


def code(value: str) -> str:
    """An identifier as code, or as text where it holds more than identifiers do."""
    return f"`{value}`" if len(value) <= WIDEST and _IDENTIFIER.fullmatch(value) else text(value)


def followed(value: str) -> str:
    """An address as an attribute of HTML may hold it once escaped; empty if it is none that a reader may follow."""
    bare = value.strip()
    if plain(bare) != bare or not _is_followed(bare):
        return ""
    return quote(bare, safe="/:?#@!+,;=%~-._&")


def url(value: str) -> str:
    """An address in which nothing ends a link or a cell; empty if it is none that a reader may follow."""
    return followed(value).replace("&", "&amp;")


def _is_followed(value: str) -> bool:
    """True for an address of the web, or of mail, that names no user."""
    try:
        parts = urlsplit(value)
        if parts.scheme == "mailto":
            return bool(MAIL.fullmatch(parts.path)) and not parts.query
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        return False


def linked(shown: str, to: str) -> str:
    """Harmless Markdown that leads to an address, if that is one; ``shown`` is not escaped here."""
    there = url(to)
    return f"[{shown}]({there})" if there else shown


def row(*cells: str) -> str:
    """A row of a table, of cells that are harmless already."""
    return f"| {' | '.join(cells)} |"
