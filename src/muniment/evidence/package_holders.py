"""Whether anybody who held a package still does."""

from __future__ import annotations

from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import NPM, PYPI


class PackageHolders(Evidence, frozen=True, kw_only=True):
    """Kept from the day on which a package that was held was gone, or nobody was left of those who held it.

    ``before`` are the accounts that held it when they were last known to be the project's, ``now`` those that hold
    it instead; empty: nobody does, or one of those before.
    """

    about: ClassVar = (PYPI, NPM)
    people: ClassVar = ("before", "now")

    before: tuple[str, ...]
    now: tuple[str, ...] = ()
