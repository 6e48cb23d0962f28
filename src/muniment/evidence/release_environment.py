"""An environment that a package is published through."""

from __future__ import annotations

from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import GITHUB_REPO


class ReleaseEnvironment(Evidence, frozen=True, kw_only=True):
    """The environment ``name`` of a repository, and the official packages published through it, by asset id.

    Derived by reconciliation from the packages' trusted publishers.
    """

    about: ClassVar = (GITHUB_REPO,)
    key_fields: ClassVar = ("name",)

    name: str
    packages: tuple[str, ...]
