"""One release of a package, as its registry lists it."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import NPM, PYPI


class PackageRelease(Evidence, frozen=True, kw_only=True):
    """A version: when its first file was uploaded (UTC), and whether all its files are yanked."""

    about: ClassVar = (PYPI, NPM)
    key_fields: ClassVar = ("version",)

    version: str
    uploaded: datetime | None = None
    yanked: bool = False
    yanked_reason: str = ""
    prerelease: bool = False
