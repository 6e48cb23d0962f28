"""Where an asset can be looked at, as far as its id tells."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote, urlsplit

from packageurl import PackageURL
from packageurl.contrib import purl2url

from muniment.model import asset as assets
from muniment.model.errors import UsageError
from muniment.publish.steps import Step

_GITHUB = "https://github.com"

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
    if family == assets.CONDA:
        return _feedstock(name)
    if family == assets.CHANNEL and name.startswith("mail/"):
        return f"mailto:{name.removeprefix('mail/')}"
    return ""


def to_change(step: Step) -> str:
    """The page on which a step is done, as far as its asset and its evidence tell; empty: there is none."""
    try:
        family, name = assets.split(step.asset)
    except UsageError:
        return ""
    match step.kind:
        case "package-role" if family == assets.PYPI:
            return _beside(step.asset, "/manage/project/{name}/collaboration/")
        case "package-role":
            return f"{address(step.asset)}/access" if address(step.asset) else ""
        case "feedstock-maintainer":
            return _feedstock(name)
        case "deployment-environment":
            return f"{_GITHUB}/{name}/settings/environments"
        case "repository-collaborator":
            return f"{_GITHUB}/{name}/settings/access"
        case "team-member":
            return f"{_GITHUB}/orgs/{name}/teams/{quote(step.within, safe='')}/members"
        case "organization-role-holder":
            return f"{_GITHUB}/organizations/{name}/settings/profile"
        case "organization-member":
            return f"{_GITHUB}/orgs/{name}/people{_asking(step)}"
        case "outside-collaborator":
            return f"{_GITHUB}/orgs/{name}/outside-collaborators{_asking(step)}"
        case "organization-invitation":
            return f"{_GITHUB}/orgs/{name}/people/pending_invitations"
        case _:
            return address(step.asset)


def _feedstock(name: str) -> str:
    """The page of the recipe of this name at conda-forge; a package may be built by another one."""
    return f"{_GITHUB}/conda-forge/{name}-feedstock"


def _asking(step: Step) -> str:
    login = step.account.partition(":")[2]
    return f"?query={quote(login, safe='')}" if login else ""


def _beside(asset: str, path: str) -> str:
    """A page on the host of an asset's own page, which the library names."""
    parts = urlsplit(address(asset))
    return f"{parts.scheme}://{parts.netloc}{path.format(name=assets.name(asset))}" if parts.netloc else ""
