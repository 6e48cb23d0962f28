"""Reads the names that evidence holds: a payload kept by an earlier version may hold anything."""

from __future__ import annotations

from muniment.model.asset import GITHUB_REPO, canonical
from muniment.model.errors import UsageError


def known_id(asset: str) -> str:
    """The canonical id of an asset that evidence names; empty if it is none."""
    try:
        return canonical(asset)
    except UsageError:
        return ""


def repository(name: str) -> str:
    """The canonical id of a repository that evidence names; empty if it is none."""
    return known_id(name) if name.startswith(f"{GITHUB_REPO}/") else ""
