"""What is protected: asset ids, their families, and the four things the register can say of one."""

from __future__ import annotations

import re
from enum import StrEnum

from muniment.model.errors import UsageError


class Status(StrEnum):
    """What the project says of an asset."""

    OFFICIAL = "official"
    UNCLEAR = "unclear"
    ARCHIVED = "archived"
    EXTERNAL = "external"


GITHUB_ORG = "github:org"
GITHUB_REPO = "github:repo"
GITHUB_ENTERPRISE = "github:enterprise"
PYPI = "pypi"
PYPI_ORG = "pypi:org"
NPM = "npm"
NPM_SCOPE = "npm:scope"
CONDA = "conda"
SITE = "site"
DOMAIN = "domain"
SERVICE = "service"
CHANNEL = "channel"
PROJECT = "project"

_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_SHAPES: tuple[tuple[str, str, str], ...] = (
    # family, shape of the id, how it is written
    (GITHUB_ORG, rf"github:org/({_NAME})", "github:org/NAME"),
    (GITHUB_REPO, rf"github:repo/({_NAME}/[A-Za-z0-9._-]+)", "github:repo/OWNER/NAME"),
    (GITHUB_ENTERPRISE, r"github:enterprise/([A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)", "github:enterprise/NAME"),
    (PYPI_ORG, rf"pypi:org/({_NAME})", "pypi:org/NAME"),
    (PYPI, rf"pypi:({_NAME})", "pypi:NAME"),
    (NPM_SCOPE, r"npm:(@[a-z0-9~-][a-z0-9._~-]*)", "npm:@SCOPE"),
    (NPM, r"npm:((?:@[a-z0-9~-][a-z0-9._~-]*/)?[a-z0-9~-][a-z0-9._~-]*)", "npm:NAME or npm:@SCOPE/NAME"),
    (CONDA, rf"conda:({_NAME})", "conda:NAME (on conda-forge)"),
    (SITE, r"site:([A-Za-z0-9.-]+\.[A-Za-z]{2,}(?:/[A-Za-z0-9._~/-]*)?)", "site:HOST or site:HOST/PATH"),
    (DOMAIN, r"domain:([A-Za-z0-9.-]+\.[A-Za-z]{2,})", "domain:NAME"),
    (SERVICE, rf"service:({_NAME}(?:/[A-Za-z0-9._-]+)?)", "service:NAME"),
    (CHANNEL, rf"channel:({_NAME}(?:/[A-Za-z0-9@._-]+)?)", "channel:PLACE or channel:PLACE/NAME"),
    (PROJECT, rf"project:({_NAME})", "project:NAME"),
)
_COMPILED = tuple((family, re.compile(pattern)) for family, pattern, _ in _SHAPES)

FAMILIES: tuple[str, ...] = tuple(family for family, _, _ in _SHAPES)
WRITTEN: dict[str, str] = {family: written for family, _, written in _SHAPES}


def pattern(*families: str) -> str:
    """A regular expression of the whole ids of some families."""
    shapes = "|".join(shape for family, shape, _ in _SHAPES if family in families)
    return rf"\A(?:{shapes})\Z"


NAME = rf"\A{_NAME}\Z"
"""A regular expression of the names of organizations and packages."""


def split(asset: str) -> tuple[str, str]:
    """The family and the name of an asset id; ``UsageError`` if it has no known shape."""
    for family, pattern in _COMPILED:
        match = pattern.fullmatch(asset)
        if match:
            return family, match[1]
    raise UsageError(
        f"{asset!r} is not an asset id",
        hint="write one of: " + " · ".join(WRITTEN.values()),
    )


def family(asset: str) -> str:
    """The family of an asset id: ``github:org``, ``pypi``, ``npm:scope`` …"""
    return split(asset)[0]


def name(asset: str) -> str:
    """The asset's own name: ``jupyterlab`` of ``pypi:jupyterlab``."""
    return split(asset)[1]


def canonical(asset: str) -> str:
    """The one spelling of an asset id by which it is stored and compared.

    PyPI names follow PEP 503; GitHub's and DNS's names are compared without case.
    """
    kind, own = split(asset)
    if kind in (PYPI, CONDA):
        return f"{kind}:{re.sub(r'[-_.]+', '-', own).lower()}"
    if kind in (GITHUB_ORG, GITHUB_REPO, GITHUB_ENTERPRISE, PYPI_ORG):
        return f"{kind}/{own.lower()}"
    if kind in (SITE, DOMAIN):
        host, slash, path = own.partition("/")
        return f"{kind}:{host.lower()}{slash}{path}".rstrip("/")
    return asset
