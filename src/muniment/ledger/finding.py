"""A finding: a problem with an identity and a history, folded from its events."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from muniment.ledger.events import (
    Event,
    FindingId,
    Fixed,
    How,
    Opened,
    Regraded,
    Restated,
    Unwaived,
    Waived,
    Why,
)
from muniment.model.tlp import Marking
from muniment.model.verdict import Severity, Where
from muniment.model.waiver import Decision


class State(StrEnum):
    """Where a finding stands."""

    OPEN = "open"
    WAIVED = "waived"
    FALSE_POSITIVE = "false-positive"
    FIXED = "fixed"


class Finding(Struct, frozen=True, kw_only=True):
    """A finding as it stands. ``since`` and ``changed`` are runs; times are the runs' (UTC).

    ``why`` says what brought the last opening or fixing about.
    """

    id: FindingId
    state: State
    severity: Severity
    message: str
    cause: str
    subproject: str
    marking: Marking
    why: Why
    where: Where | None = None
    again: bool = False
    since: int = 0
    since_at: datetime
    changed: int = 0
    changed_at: datetime
    how: How | None = None
    waiver: Waived | None = None

    @property
    def is_dropped(self) -> bool:
        """True if it is fixed only because a check, a policy or a parser of ours changed: nothing got better."""
        return self.state is State.FIXED and self.why is not Why.OBSERVED

    def is_new_in(self, run: int) -> bool:
        """True if the world, not a change of ours, opened it in this run."""
        return self.state is not State.FIXED and self.since == run and self.why is Why.OBSERVED


def fold(finding: Finding | None, id: FindingId, event: Event, run: int, at: datetime) -> Finding:
    """The finding after one more event. ``ValueError`` if the log does not add up."""
    if isinstance(event, Opened):
        if finding is not None and finding.state is not State.FIXED:
            raise ValueError(f"{id.short} was opened twice")
        return Finding(
            id=id,
            state=State.OPEN,
            severity=event.severity,
            message=event.message,
            cause=event.cause,
            subproject=event.subproject,
            marking=event.marking,
            why=event.why,
            where=event.where,
            again=event.again,
            since=run,
            since_at=at,
            changed=run,
            changed_at=at,
        )
    if finding is None:
        raise ValueError(f"{id.short} has a {type(event).__name__} before it was opened")
    match event:
        case Regraded():
            return replace(finding, severity=event.severity, changed=run, changed_at=at)
        case Restated():
            return replace(
                finding,
                message=event.message,
                cause=event.cause,
                subproject=event.subproject,
                marking=event.marking,
                where=event.where,
            )
        case Fixed():
            return replace(
                finding,
                state=State.FIXED,
                how=event.how,
                why=event.why,
                waiver=None,
                changed=run,
                changed_at=at,
            )
        case Waived():
            state = State.FALSE_POSITIVE if event.decision is Decision.FALSE_POSITIVE else State.WAIVED
            return replace(finding, state=state, waiver=event, changed=run, changed_at=at)
        case Unwaived():
            return replace(finding, state=State.OPEN, waiver=None, changed=run, changed_at=at)
        case _:
            assert_never(event)
