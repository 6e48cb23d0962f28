"""A credential as the register declares it: what it is for and who can read it, never its value."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.tlp import TLP
from muniment.model.verdict import Where


class DeclaredCredential(Evidence, frozen=True, kw_only=True):
    """One entry of the register's ``credentials``. ``kept`` says where it lies, in words.

    ``opens`` are asset ids, ``readers`` handles of people and teams. It is to be rotated every so many days, or by
    the day ``due``; neither: nobody has set a term.
    """

    about: ClassVar = ()
    key_fields: ClassVar = ("id",)
    keyed_by_asset: ClassVar = True
    marking: ClassVar = TLP.AMBER
    people: ClassVar = ("readers",)

    id: str
    purpose: str
    kept: str
    opens: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()
    rotated: date | None = None
    rotate_every: int | None = None
    due: date | None = None
    where: Where | None = None

    @property
    def due_on(self) -> date | None:
        """The last day by which it is to be rotated; ``None``: no term is set, or it counts from an unknown day."""
        if self.due is not None or self.rotated is None or self.rotate_every is None:
            return self.due
        try:
            return self.rotated + timedelta(days=self.rotate_every)
        except OverflowError:
            return date.max
