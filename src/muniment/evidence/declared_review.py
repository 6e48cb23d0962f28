"""An access review as the register declares it: whose access is looked at, by when, and who sees to it."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.tlp import TLP
from muniment.model.verdict import Where


class DeclaredReview(Evidence, frozen=True, kw_only=True):
    """A review of one of three: the people of a ``cohort``, what a ``subproject`` answers for, or some ``assets``.

    It runs from ``started`` through ``due``; ``closed`` is the day on which ``by`` was done with it.
    """

    about: ClassVar = ()
    key_fields: ClassVar = ("id",)
    keyed_by_asset: ClassVar = True
    marking: ClassVar = TLP.AMBER
    people: ClassVar = ("by",)

    id: str
    by: str
    started: date
    due: date
    cohort: str = ""
    subproject: str = ""
    assets: tuple[str, ...] = ()
    closed: date | None = None
    where: Where | None = None
