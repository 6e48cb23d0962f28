"""Somebody's word that two accounts are not one person's, however much they look alike."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.tlp import TLP
from muniment.model.verdict import Where


class DeclaredDistinction(Evidence, frozen=True, kw_only=True):
    """``by`` said that ``one`` and ``other`` are two: each a handle, ``PLACE:LOGIN`` or ``github-id:NUMBER``.

    ``signs`` are those that were known then, by their ids: another one is asked about. None: it holds whatever is
    seen. It holds through the day ``until`` (``None``: without end).
    """

    about: ClassVar = ()
    key_fields: ClassVar = ("one", "other", "signs")
    keyed_by_asset: ClassVar = True
    marking: ClassVar = TLP.AMBER
    people: ClassVar = ("one", "other", "by")

    one: str
    other: str
    by: str
    reason: str
    signs: tuple[str, ...] = ()
    until: date | None = None
    where: Where | None = None

    def holds(self, today: date) -> bool:
        """True if it holds on a day."""
        return self.until is None or self.until >= today
