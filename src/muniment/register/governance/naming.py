"""Names, handles, logins and addresses out of documents that strangers may edit: taken as they are, or refused."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote, urlsplit

from muniment.model.asset import canonical
from muniment.model.errors import UsageError
from muniment.model.text import plain

_MARKUP = re.compile(r"[<>\[\]`|\\*]|&#?\w+;|https?:|__")
_LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})(?:_[A-Za-z0-9]{1,10})?")
_PROFILE = re.compile(r"(?:https?://)?(?:www\.)?github\.com/([^/?#\s]+)/?", re.IGNORECASE)
_LONGEST = 120


def bad_name(name: str) -> str:
    """What is wrong with a name; empty: nothing."""
    if not name or name != name.strip():
        return "no name, or blanks around it"
    if len(name) > _LONGEST:
        return f"a name of more than {_LONGEST} characters"
    if plain(name) != name:
        return "a name with a control or invisible character"
    if _MARKUP.search(name):
        return "a name with markup (HTML, Markdown or an address)"
    return ""


def handle(word: str) -> str:
    """A word as a register's handle; empty if nothing of it would be left."""
    letters = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", letters.lower()).strip("-")[:63].rstrip("-")


def login(written: str) -> str | None:
    """The login on GitHub that ``LOGIN``, ``@LOGIN`` or the address of its page names; ``None``: it names none."""
    page = _PROFILE.fullmatch(written)
    word = page[1] if page else written.removeprefix("@")
    return word if _LOGIN.fullmatch(word) else None


def asset(address: str) -> str:
    """The asset that an address leads to: an organization, a repository or a site; ``UsageError`` if none."""
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise UsageError(str(error)) from None
    host = (parts.hostname or "").lower()
    steps = [unquote(step) for step in parts.path.split("/") if step]
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc or ":" in parts.netloc:
        raise UsageError("an address that is no plain page of the web")
    if host in ("github.com", "www.github.com"):
        if steps[:1] == ["orgs"]:
            steps = steps[1:2]
        if not steps:
            raise UsageError("an address of GitHub that names nothing")
        id = (
            f"github:org/{steps[0]}"
            if len(steps) == 1
            else f"github:repo/{steps[0]}/{steps[1].removesuffix('.git')}"
        )
    else:
        id = "/".join([f"site:{host}", *steps])
    canonical(id)
    return id
