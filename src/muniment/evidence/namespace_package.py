"""A package seen in a namespace that the project holds, declared or not."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from muniment.evidence.kind import Evidence
from muniment.model.asset import NPM, NPM_SCOPE, PYPI, PYPI_ORG, pattern


class NamespacePackage(Evidence, frozen=True, kw_only=True):
    """A package under an npm scope or a PyPI organization, and how it came to be seen.

    Derived by reconciliation; no registry lists a namespace's packages, so those cells are always partial. An owner
    of the namespace sees the whole list and may hand it over.
    """

    handed_over: ClassVar = True

    about: ClassVar = (NPM_SCOPE, PYPI_ORG)
    key_fields: ClassVar = ("asset",)
    compared: ClassVar = True

    asset: Annotated[str, Meta(pattern=pattern(PYPI, NPM))]
    declared: bool
    seen_in: tuple[str, ...] = ()
