"""Reads the names that evidence holds: a payload kept by an earlier version may hold anything."""

from __future__ import annotations

from functools import lru_cache

from muniment.model.asset import GITHUB_REPO, canonical
from muniment.model.errors import UsageError


@lru_cache(200_000)
def known_id(asset: str) -> str:
    """The canonical id of an asset that evidence names; empty if it is none."""
    try:
        return canonical(asset)
    except UsageError:
        return ""


def repository(name: str) -> str:
    """The canonical id of a repository that evidence names; empty if it is none."""
    return known_id(name) if name.startswith(f"{GITHUB_REPO}/") else ""
