"""A waiver as the register declares it."""

from __future__ import annotations

from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.tlp import TLP
from muniment.model.verdict import Where
from muniment.model.waiver import Waiver


class DeclaredDecision(Evidence, frozen=True, kw_only=True):
    """One waiver and the place it stands in. Keyed by the three patterns."""

    about: ClassVar = ()
    key_fields: ClassVar = ("id",)
    keyed_by_asset: ClassVar = True
    marking: ClassVar = TLP.AMBER
    people: ClassVar = ("waiver.by",)

    id: str
    waiver: Waiver
    where: Where | None = None
