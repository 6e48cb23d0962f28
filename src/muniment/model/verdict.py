"""The answer of a check about an asset, and the keyed problems in it."""

from __future__ import annotations

from enum import IntEnum, StrEnum

from msgspec import Struct


class Severity(IntEnum):
    """How much a problem matters."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def word(self) -> str:
        """The severity as people type it."""
        return self.name.lower()

    @classmethod
    def of(cls, word: str) -> Severity:
        """The severity for a word; ``KeyError`` if there is none."""
        return cls[word.strip().upper()]


class Reason(StrEnum):
    """Why an answer is Unknown. Silence is never success."""

    UNCOLLECTED = "uncollected"  # nobody has asked yet
    PARTIAL = "partial"  # the source gave a part of its answer
    DENIED = "denied"  # the source refused
    UNREACHABLE = "unreachable"  # the source did not answer
    UNREADABLE = "unreadable"  # the answer made no sense
    UNOBSERVABLE = "unobservable"  # the source leaves this datum out
    UNCONFIRMED = "unconfirmed"  # much vanished at once; a second look decides
    UNDECLARED = "undeclared"  # the register lacks what the check compares with
    DECLINED = "declined"  # a council does not want it collected
    DROPPED = "dropped"  # the past asked about lies beyond what is kept
    FAULTY = "faulty"  # the check itself failed


class Where(Struct, frozen=True):
    """A place in a file of the register. ``line`` counts from 1."""

    file: str
    line: int


class Problem(Struct, frozen=True):
    """One thing wrong. ``key`` is its identity within check × asset, never a position or prose.

    ``cause`` groups problems that one act would mend; by default the check itself is the cause.
    Messages name dates, not ages: otherwise every day looks like change.
    """

    message: str
    key: str = ""
    cause: str = ""
    where: Where | None = None


class Pass(Struct, frozen=True, tag=True):
    """The evidence is complete and nothing is wrong."""


class Fail(Struct, frozen=True, tag=True):
    """Something is wrong. ``exhaustive``: every problem of this asset is listed."""

    problems: tuple[Problem, ...]
    exhaustive: bool = True


class NotApplicable(Struct, frozen=True, tag=True):
    """The question does not arise."""

    reason: str = ""


class Unknown(Struct, frozen=True, tag=True):
    """The evidence does not tell. Changes nothing in the ledger."""

    reason: Reason
    detail: str = ""


Verdict = Pass | Fail | NotApplicable | Unknown
PASS = Pass()
