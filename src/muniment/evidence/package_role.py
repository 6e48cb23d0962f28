"""One account's role on a package."""

from __future__ import annotations

from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import NPM, PYPI


class PackageRole(Evidence, frozen=True, kw_only=True):
    """An account and what it may do: PyPI's ``Owner`` or ``Maintainer``, npm's ``maintainer``."""

    about: ClassVar = (PYPI, NPM)
    key_fields: ClassVar = ("account", "role")
    people: ClassVar = ("account",)

    account: str
    role: str
