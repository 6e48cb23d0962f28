"""An answer of an access review: whether somebody is to keep what they hold, in a person's word that expires."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import FAMILIES
from muniment.model.tlp import TLP
from muniment.model.verdict import Where

CONFIRM, DROP = "confirm", "drop"


class DeclaredAnswer(Evidence, frozen=True, kw_only=True):
    """``by`` said on ``seen`` that ``holder`` keeps (``confirm``) or loses (``drop``) all access to ``asset``.

    ``holder`` is a handle, ``PLACE:LOGIN`` or ``github-id:NUMBER``. It holds through the day ``until``; of several
    about one holder and asset the newest counts.
    """

    about: ClassVar = FAMILIES
    key_fields: ClassVar = ("asset", "holder", "seen")
    keyed_by_asset: ClassVar = True
    marking: ClassVar = TLP.AMBER
    people: ClassVar = ("holder", "by")

    asset: str
    holder: str
    answer: str
    by: str
    seen: date
    until: date
    statement: str
    where: Where | None = None
