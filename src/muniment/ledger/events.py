"""What can happen to a finding. The log of these is the truth; everything else is folded from it."""

from __future__ import annotations

import hashlib
from datetime import date
from enum import StrEnum

from msgspec import Struct

from muniment.model.tlp import Marking
from muniment.model.verdict import Severity, Where
from muniment.model.waiver import Decision


class FindingId(Struct, frozen=True, gc=False, order=True):
    """A finding is check × asset × key."""

    check: str
    asset: str
    key: str

    @property
    def short(self) -> str:
        """A name people can type: ``F-3a9c21d0``; the same on every machine."""
        text = "\0".join((self.check, self.asset, self.key))
        return "F-" + hashlib.blake2b(text.encode(), digest_size=4).hexdigest()


class Why(StrEnum):
    """What brought an event about. Only ``observed`` is news."""

    BASELINE = "baseline"  # the register's first run
    OBSERVED = "observed"  # the world changed
    REJUDGED = "rejudged"  # a check or a policy of ours changed
    REPARSED = "reparsed"  # a parser of ours changed


class How(StrEnum):
    """How a finding came to be fixed."""

    PASSED = "passed"
    GONE = "gone"  # the item is gone from complete evidence
    NOT_APPLICABLE = "not-applicable"
    RETIRED = "retired"  # the register no longer declares the asset


class Opened(Struct, frozen=True, gc=False, tag=True):
    """A problem was seen for the first time, or again after it was fixed (``again``)."""

    severity: Severity
    message: str
    cause: str
    subproject: str
    marking: Marking
    why: Why
    where: Where | None = None
    again: bool = False


class Regraded(Struct, frozen=True, gc=False, tag=True):
    """The severity changed."""

    severity: Severity
    why: Why


class Restated(Struct, frozen=True, gc=False, tag=True):
    """The same problem in other words, at another place, or with other readers: not news."""

    message: str
    cause: str
    subproject: str
    marking: Marking
    where: Where | None = None


class Fixed(Struct, frozen=True, gc=False, tag=True):
    """The problem is gone, by evidence."""

    how: How
    why: Why


class Waived(Struct, frozen=True, gc=False, tag=True):
    """A person decided to live with it, through the day ``until``."""

    by: str
    reason: str
    until: date
    decision: Decision


class Unwaived(Struct, frozen=True, gc=False, tag=True):
    """A waiver expired or was withdrawn."""

    expired: bool


Event = Opened | Regraded | Restated | Fixed | Waived | Unwaived


class Entry(Struct, frozen=True, gc=False):
    """One line of the log: what happened to which finding."""

    finding: FindingId
    event: Event
