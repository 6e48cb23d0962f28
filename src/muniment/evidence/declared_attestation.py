"""What a person saw with their own eyes, where no interface can be asked."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import FAMILIES
from muniment.model.tlp import TLP
from muniment.model.verdict import Where


class DeclaredAttestation(Evidence, frozen=True, kw_only=True):
    """``statement``, seen by ``by`` on ``seen``, valid through the day ``until``."""

    about: ClassVar = FAMILIES
    key_fields: ClassVar = ("asset",)
    keyed_by_asset: ClassVar = True
    marking: ClassVar = TLP.AMBER
    people: ClassVar = ("by",)

    asset: str
    by: str
    seen: date
    until: date
    statement: str
    where: Where | None = None
