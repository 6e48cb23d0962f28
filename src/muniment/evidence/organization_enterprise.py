"""The enterprise that an organization is in, of those that the register declares."""

from __future__ import annotations

from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import GITHUB_ORG
from muniment.model.tlp import TLP


class OrganizationEnterprise(Evidence, frozen=True, kw_only=True):
    """Derived by reconciliation from the enterprises' lists. ``enterprise`` is an asset id; empty: it is in none.

    That it is in none is said only where all of the lists were seen in full.
    """

    about: ClassVar = (GITHUB_ORG,)
    marking: ClassVar = TLP.AMBER

    enterprise: str = ""
