"""Where an asset can be looked at, as far as its id tells."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote, urlsplit

from packageurl import PackageURL
from packageurl.contrib import purl2url

from muniment.model import asset as assets
from muniment.model.errors import UsageError
from muniment.publish.step_pieces import StepPiece
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


def in_register(register: str, file: str, line: int) -> str:
    """The address of a line of the register whose files are read below ``register``; empty: that is not known."""
    if not (register and file) or ":" in file:  # what has a colon lies in another tree, which has no address
        return ""
    return f"{register.rstrip('/')}/{quote(file)}#L{line}"


def to_change(step: Step | StepPiece) -> str:
    """The page on which a step is done, as far as its asset and its evidence tell; empty: there is none."""
    try:
        family, name = assets.split(step.asset)
    except UsageError:
        return ""
    match step.kind, family:
        case ("package-role", assets.PYPI) | ("shipping", assets.PYPI):
            return _beside(step.asset, "/manage/project/{name}/collaboration/")
        case ("package-role", _) | ("shipping", assets.NPM):
            return f"{address(step.asset)}/access" if address(step.asset) else ""
        case "feedstock-maintainer", _:
            return _feedstock(name)
        case "deployment-environment", _:
            return f"{_GITHUB}/{name}/settings/environments"
        case ("repository-collaborator", _) | ("shipping", assets.GITHUB_REPO):
            return f"{_GITHUB}/{name}/settings/access"
        case "team-member", _:
            return f"{_GITHUB}/orgs/{name}/teams/{quote(step.within, safe='')}/members"
        case "organization-role-holder", _:
            return f"{_GITHUB}/organizations/{name}/settings/profile"
        case "organization-member", _:
            return f"{_GITHUB}/orgs/{name}/people{_asking(step)}"
        case "shipping", assets.GITHUB_ORG:
            return f"{_GITHUB}/orgs/{name}/people"
        case "outside-collaborator", _:
            return f"{_GITHUB}/orgs/{name}/outside-collaborators{_asking(step)}"
        case "organization-invitation", _:
            return f"{_GITHUB}/orgs/{name}/people/pending_invitations"
        case (("declared-asset" | "declared-party" | "declared-attestation"), _):
            return ""  # in the register, or where the register says
        case _:
            return address(step.asset)


_PAGES = {
    "feedstock-maintainer": "The recipe",
    "deployment-environment": "Environments",
    "repository-collaborator": "Access",
    "team-member": "The team",
    "organization-role-holder": "Settings",
    "organization-member": "People",
    "outside-collaborator": "Outside collaborators",
    "organization-invitation": "Invitations",
}
_REGISTRIES = {assets.PYPI: "Collaborators, at PyPI", assets.NPM: "Access, at npm"}
_ON_GITHUB = {assets.GITHUB_ORG: "People, on GitHub", assets.GITHUB_REPO: "Access, on GitHub"}


def done_at(step: Step | StepPiece) -> str:
    """What the page on which a step is done is called, as a link says it: ``Environments, on GitHub``."""
    if step.kind in _PAGES:
        return f"{_PAGES[step.kind]}, on GitHub"
    try:
        family = assets.family(step.asset)
    except UsageError:
        family = ""
    return {**_REGISTRIES, **_ON_GITHUB}.get(family, "Where it is done")


def _feedstock(name: str) -> str:
    """The page of the recipe of this name at conda-forge; a package may be built by another one."""
    return f"{_GITHUB}/conda-forge/{name}-feedstock"


def _asking(step: Step | StepPiece) -> str:
    login = step.account.partition(":")[2]
    return f"?query={quote(login, safe='')}" if login else ""


def _beside(asset: str, path: str) -> str:
    """A page on the host of an asset's own page, which the library names."""
    parts = urlsplit(address(asset))
    return f"{parts.scheme}://{parts.netloc}{path.format(name=assets.name(asset))}" if parts.netloc else ""
