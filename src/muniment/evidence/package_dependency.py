"""A package that another one's newest release asks for."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from muniment.evidence.kind import Evidence
from muniment.model.asset import NPM, PYPI, pattern


class PackageDependency(Evidence, frozen=True, kw_only=True):
    """The asset id of a run-time dependency of the newest release."""

    about: ClassVar = (PYPI, NPM)
    key_fields: ClassVar = ("asset",)

    asset: Annotated[str, Meta(pattern=pattern(PYPI, NPM))]
