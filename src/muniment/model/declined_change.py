"""A decision not to make a change of the register that evidence proposes, for a while."""

from __future__ import annotations

from datetime import date
from fnmatch import fnmatchcase

from msgspec import Struct

VERBS = ("rename", "archive", "link", "pin", "login", "declare", "remove")
"""What a change does, in the order in which changes are made; its id begins with one of them."""


class DeclinedChange(Struct, frozen=True, kw_only=True):
    """Declines the changes whose ids a pattern matches, through the day ``until``."""

    change: str
    by: str
    reason: str
    until: date

    def covers(self, change: str, today: date) -> bool:
        """True if it holds on a day for a change's id."""
        return self.until >= today and fnmatchcase(change, self.change)
