"""A package that a repository builds, beside what the register and the registry say of it."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from muniment.evidence.kind import Evidence
from muniment.model.asset import GITHUB_REPO, NPM, PYPI, pattern


class RepositoryPackage(Evidence, frozen=True, kw_only=True):
    """Derived by reconciliation from manifests, the register and the registries.

    ``declared`` tells whether the register knows the package. ``linked`` is the repository that the registry's
    record leads to: an asset id, a raw link, empty where it names none, ``None`` where the record was not seen.
    """

    about: ClassVar = (GITHUB_REPO,)
    key_fields: ClassVar = ("package",)
    compared: ClassVar = True

    package: Annotated[str, Meta(pattern=pattern(PYPI, NPM))]
    declared: bool
    linked: str | None = None
