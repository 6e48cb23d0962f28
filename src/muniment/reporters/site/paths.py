"""Where the page about a thing lies: foreign ids become file names that stay in their folder, on every system."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from muniment.publish.pieces import FindingPiece

_SAFE_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")
_SAFE_ASSET = re.compile(r"[a-z0-9][a-z0-9_.-]{0,90}[a-z0-9_-]")
_PARTS = re.compile(r"[:/]")
_AMBIGUOUS = re.compile(r"--|-[:/]|[:/]-")
_DIGEST = re.compile(r"x-[0-9a-f]{16}")
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})
"""Names that some systems keep for devices, whatever comes after the dot."""
LINKED = 1 << 14
"""How many paths of a kind are remembered: the same few are linked to from thousands of pages."""


@lru_cache(LINKED)
def subproject_path(id: str) -> str:
    """Where the page of a subproject lies; of none in particular: ``subprojects/shared.html``."""
    return f"subprojects/{file_name(id) if id else 'shared'}.html"


@lru_cache(LINKED)
def check_path(id: str) -> str:
    """Where the page of a check lies: ``checks/packages--single-owner.html``."""
    return f"checks/{file_name(id.replace('/', '--'))}.html"


def finding_path(finding: FindingPiece, *, long: bool = False) -> str:
    """Where the page of a finding lies: ``findings/f-3a9c21d0.html``; ``long``: another has the same short id."""
    name = finding.id.lower()
    if long:
        name += f"-{_digest(chr(0).join((finding.check, finding.asset, finding.key)))}"
    return f"findings/{file_name(name)}.html"


@lru_cache(LINKED)
def asset_path(id: str) -> str:
    """Where the page of an asset lies: ``assets/pypi--traitlets.html``; an unusual id is known by its digest."""
    return f"assets/{asset_name(id)}.html"


@lru_cache(LINKED)
def ship_path(id: str) -> str:
    """Where the page on who can ship an asset lies: ``ship/pypi--traitlets.html``."""
    return f"ship/{asset_name(id)}.html"


def asset_name(id: str) -> str:
    """The name of a file about an asset."""
    name = _PARTS.sub("--", id)
    # Only an id that can be read back from its name keeps it: two ids never share a page.
    if _AMBIGUOUS.search(id) or id.count(":") != 1 or not _SAFE_ASSET.fullmatch(name):
        return f"x-{_digest(id)}"
    return name


@lru_cache(LINKED)
def person_path(handle: str) -> str:
    """Where the page of a person lies: ``people/ada.html``."""
    return f"people/{file_name(handle)}.html"


@lru_cache(LINKED)
def review_path(id: str) -> str:
    """Where the page of an access review lies: ``reviews/bots-2026.html``."""
    return f"reviews/{file_name(id)}.html"


@lru_cache(LINKED)
def campaign_path(name: str) -> str:
    """Where the page of a campaign lies: ``campaigns/two-factor.html``."""
    return f"campaigns/{file_name(name)}.html"


def file_name(id: str) -> str:
    """A name for an id. One that is no plain name (or is "shared") gets one by digest, and so never escapes.

    Nor does one keep its name that reads as such a digest: it could be that of another id.
    """
    if _SAFE_NAME.fullmatch(id) and id != "shared" and id not in _DEVICES and not _DIGEST.fullmatch(id):
        return id
    return f"x-{_digest(id)}"


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
