"""What a registry says of a package as a whole."""

from __future__ import annotations

from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import NPM, PYPI


class PackageProject(Evidence, frozen=True, kw_only=True):
    """A package's face: its newest release, its repository, its state.

    ``repository`` is the asset id that the package's links lead to (``github:repo/o/n``), or the raw link
    where it leads elsewhere, or empty where the package names none.
    """

    about: ClassVar = (PYPI, NPM)

    name: str
    latest: str = ""
    summary: str = ""
    repository: str = ""
    links: tuple[tuple[str, str], ...] = ()
    deprecated: str = ""
    state: str = "active"
