"""Which repository a package's links lead to: the many spellings, read as one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from muniment.collectors.addresses import scrubbed
from muniment.collectors.reading import LINK, LINKS, told
from muniment.model import asset as assets
from muniment.model.errors import UsageError

_SOURCE = (
    "source",
    "repository",
    "sourcecode",
    "code",
    "github",
    "git",
    "repo",
    "vcs",
    "scm",
    "gitlab",
    "codeberg",
)
"""Labels that name the repository itself, in the order of trust. After packaging's well-known labels."""

_HOME = ("homepage", "home")

_FORGES = frozenset({"github.com", "gitlab.com", "codeberg.org", "bitbucket.org", "git.sr.ht"})

_NOT_OWNERS = frozenset({"orgs", "sponsors", "apps", "topics", "marketplace", "features", "about", "users"})

_GITHUB = re.compile(
    r"(?:git\+)?(?:https?://|git://|ssh://)?(?:[^/@\s]*@)?(?:www\.)?github\.com[/:]"
    r"([A-Za-z0-9-]+)/([A-Za-z0-9._-]+)(?:[/?#].*)?",
    re.IGNORECASE,
)
_SHORT = re.compile(r"(?:github:)?([A-Za-z0-9-]+)/([A-Za-z0-9._-]+)(?:#.*)?")


def tidy(links: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Labels and links fit to be kept: no credentials or control characters, bounded, ordered."""
    kept = {(told(label, 100), told(scrubbed(link), LINK)) for label, link in links if link and link.strip()}
    return tuple(sorted(kept))[:LINKS]


def repository(links: Iterable[tuple[str, str]]) -> str:
    """The asset id of the GitHub repository that labelled links lead to, else the raw link, else empty.

    A link labelled as the source comes first, then a home page on a forge, then any link into a GitHub
    repository. A home page elsewhere is a site, not a repository.
    """
    labelled = [(_plain_label(label), link) for label, link in links]
    for wanted in _SOURCE:
        for label, link in labelled:
            if label == wanted:
                return github(link) or link
    for label, link in labelled:
        if label in _HOME and _forge(link):
            return github(link) or link
    return next((found for _, link in labelled if (found := github(link))), "")


def github(link: str) -> str:
    """``github:repo/owner/name`` for a link into a repository on GitHub; empty for any other link."""
    match = _GITHUB.fullmatch(link.strip())
    return _repo(match[1], match[2]) if match else ""


def shorthand(link: str) -> str:
    """The same, for npm's ``owner/name`` and ``github:owner/name`` too."""
    match = _SHORT.fullmatch(link.strip())
    return github(link) or (_repo(match[1], match[2]) if match else "")


def _repo(owner: str, name: str) -> str:
    own = name.removesuffix(".git")
    if owner.lower() in _NOT_OWNERS or own in (".", ".."):
        return ""
    try:
        return assets.canonical(f"{assets.GITHUB_REPO}/{owner}/{own}")
    except UsageError:
        return ""


def _forge(link: str) -> bool:
    try:
        parts = urlsplit(link.strip())
    except ValueError:
        return False
    host = (parts.hostname or "").removeprefix("www.")
    return host in _FORGES and parts.path.strip("/").count("/") >= 1


def _plain_label(label: str) -> str:
    return re.sub(r"[^a-z]", "", label.lower())
