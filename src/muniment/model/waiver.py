"""A decision to live with a finding, with owner, reason and expiry."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from fnmatch import fnmatchcase

from msgspec import Struct


class Decision(StrEnum):
    """Why a finding needs no one for now."""

    ACCEPTED = "accepted"
    FALSE_POSITIVE = "false-positive"


def literally(text: str) -> str:
    """The pattern that matches a text and nothing else."""
    return re.sub(r"([*?[])", r"[\1]", text)


class Waiver(Struct, frozen=True, kw_only=True):
    """Accepts the findings that its three patterns match, through the day ``until``.

    Patterns are shell patterns (``*``, ``?``, ``[…]``), matched against the whole text with case. ``subproject``:
    only findings about what it answers for (empty: any).
    """

    check: str
    asset: str
    key: str = "*"
    by: str
    reason: str
    until: date
    decision: Decision = Decision.ACCEPTED
    subproject: str = ""

    def covers(self, check: str, asset: str, key: str) -> bool:
        """True if the three patterns match a finding's identity."""
        return (
            fnmatchcase(check, self.check)
            and fnmatchcase(asset, self.asset)
            and (self.key == "*" or fnmatchcase(key, self.key))
        )
