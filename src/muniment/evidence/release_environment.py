"""An environment that a package was published through."""

from __future__ import annotations

from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import GITHUB_REPO


class ReleaseEnvironment(Evidence, frozen=True, kw_only=True):
    """The environment ``name`` of a repository, and the packages whose newest release passed it, by asset id.

    Derived by reconciliation from what the releases' attestations name.
    """

    about: ClassVar = (GITHUB_REPO,)
    key_fields: ClassVar = ("name",)

    name: str
    packages: tuple[str, ...]
