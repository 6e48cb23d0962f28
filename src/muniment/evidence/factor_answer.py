"""What somebody answered, in a review, about another person's second factor at a platform that does not tell."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import PROJECT
from muniment.model.tlp import TLP


class FactorAnswer(Evidence, frozen=True, kw_only=True):
    """That ``by`` says whether a person has a second factor at a platform: a word of the day ``seen``.

    It holds through the day ``until``. It is kept in the database alone: who lacks one is nobody's business but the
    council's and the person's, and the register is read by many.
    """

    about: ClassVar = (PROJECT,)
    key_fields: ClassVar = ("handle", "platform")
    marking: ClassVar = TLP.AMBER
    people: ClassVar = ("handle", "by")

    handle: str
    platform: str
    has: bool
    by: str
    seen: date
    until: date
