"""Where an asset can be looked at, as far as its id tells."""

from __future__ import annotations

from collections.abc import Callable

from packageurl import PackageURL
from packageurl.contrib import purl2url

from muniment.model import asset as assets
from muniment.model.errors import UsageError

_page: Callable[[str], str | None] = purl2url.get_repo_url
"""The page of a package at its registry; the library names the host."""


def address(asset: str) -> str:
    """The address of what an id names; empty where the id does not tell, or is none."""
    try:
        family, name = assets.split(asset)
    except UsageError:
        return ""
    if family in (assets.GITHUB_ORG, assets.GITHUB_REPO):
        return f"https://github.com/{name}"
    if family == assets.GITHUB_ENTERPRISE:
        return f"https://github.com/enterprises/{name}"
    if family in (assets.SITE, assets.DOMAIN):
        return f"https://{name}"
    if family in (assets.PYPI, assets.NPM):
        namespace, _, own = name.rpartition("/")
        return _page(PackageURL(family, namespace or None, own).to_string()) or ""
    if family == assets.CHANNEL and name.startswith("mail/"):
        return f"mailto:{name.removeprefix('mail/')}"
    return ""
