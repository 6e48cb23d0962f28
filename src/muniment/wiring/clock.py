"""The machine's clock, and where ``--as-of`` and ``--pretend-now`` put a command."""

from __future__ import annotations

from datetime import UTC, date, datetime

from msgspec import Struct

from muniment.app.assess import end_of
from muniment.model.errors import UsageError


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        """The present instant."""
        return datetime.now(UTC)


class Moment(Struct, frozen=True):
    """When a command stands: ``at`` is the instant believed (``None``: now), ``now`` the one ages count from."""

    at: datetime | None
    now: datetime
    today: date
    elsewhere: bool


def moment(as_of: date | None, pretend_now: date | None, now: datetime) -> Moment:
    """Where ``--as-of`` and ``--pretend-now`` put a command; ``UsageError`` if both or the wrong way round."""
    if as_of and pretend_now:
        raise UsageError("--as-of looks back and --pretend-now ahead", hint="give one of them")
    if as_of:
        if as_of > now.date():
            raise UsageError(f"--as-of {as_of} is still to come", hint="--pretend-now looks ahead")
        at = min(end_of(as_of), now)
        return Moment(at, at, as_of, True)
    if pretend_now:
        if pretend_now < now.date():
            raise UsageError(
                f"--pretend-now {pretend_now} is past",
                hint="a day to come; where a command takes --as-of, that looks back",
            )
        return Moment(None, end_of(pretend_now), pretend_now, True)
    return Moment(None, now, now.date(), False)
