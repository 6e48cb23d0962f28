"""A role that somebody was given for a time, as the register declares it."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import FAMILIES
from muniment.model.tlp import TLP
from muniment.model.verdict import Where


class DeclaredGrant(Evidence, frozen=True, kw_only=True):
    """``holder`` has ``role`` on ``asset`` through the day ``until``, for a purpose that ``sponsor`` answers for.

    ``cohort`` names those who are reviewed together: interns, bots, former council.
    """

    about: ClassVar = FAMILIES
    key_fields: ClassVar = ("holder", "role", "asset")
    keyed_by_asset: ClassVar = True
    marking: ClassVar = TLP.AMBER
    people: ClassVar = ("holder", "sponsor")

    holder: str
    asset: str
    role: str
    sponsor: str
    purpose: str
    until: date
    cohort: str = ""
    where: Where | None = None
