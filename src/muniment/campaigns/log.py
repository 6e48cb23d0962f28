"""What people decided about a campaign: an append-only log, and the fold that turns it into a campaign."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from muniment.campaigns.kind import Stage
from muniment.model.errors import UsageError


class Started(Struct, frozen=True, tag=True):
    """A campaign of a kind began. Its stages are kept as they were then: a newer muniment does not move them."""

    at: datetime
    by: str
    kind: str
    stages: tuple[Stage, ...]
    gap: int


class Exempted(Struct, frozen=True, tag=True):
    """A subject is not asked, through the day ``until``, for a reason."""

    at: datetime
    by: str
    subject: str
    reason: str
    until: date


class Readmitted(Struct, frozen=True, tag=True):
    """An exemption was withdrawn."""

    at: datetime
    by: str
    subject: str


class Delegated(Struct, frozen=True, tag=True):
    """An owner, by handle, asks the people of an organization. Empty ``to``: the council does again."""

    at: datetime
    by: str
    organization: str
    to: str


class Paused(Struct, frozen=True, tag=True):
    """Nobody is asked, and the days do not count, until it is resumed."""

    at: datetime
    by: str
    reason: str = ""


class Resumed(Struct, frozen=True, tag=True):
    """The days count again."""

    at: datetime
    by: str


class Closed(Struct, frozen=True, tag=True):
    """It is over: how many complied, left, were exempt, were still to go, and could not be seen."""

    at: datetime
    by: str
    complied: int = 0
    left: int = 0
    exempt: int = 0
    to_go: int = 0
    cannot_see: int = 0


class Reopened(Struct, frozen=True, tag=True):
    """It goes on where it was closed; the days between do not count. What was paused then stays paused."""

    at: datetime
    by: str
    reason: str = ""


class Settled(Struct, frozen=True, tag=True):
    """Somebody said what became of a message: ``sent``, ``not-sent`` or ``bounced``, and how they know."""

    at: datetime
    by: str
    subject: str
    stage: str
    word: str
    detail: str = ""


Logged = Started | Exempted | Readmitted | Delegated | Paused | Resumed | Closed | Reopened | Settled
"""One line of a campaign's log. ``at`` is UTC, ``by`` a handle of the register's."""


class Exemption(Struct, frozen=True):
    """Who is not asked, why, until when (that day included), and who decided it."""

    subject: str
    reason: str
    until: date
    by: str


class Break(Struct, frozen=True):
    """Days that do not count: from the day of ``since`` to that of ``until`` (``None``: it lasts)."""

    since: datetime
    until: datetime | None = None


class Campaign(Struct, frozen=True, kw_only=True):
    """A campaign as it stands, folded from its log.

    ``delegated`` maps organizations to the handles of the owners who ask their people. ``breaks`` are the times in
    which the days did not count, because it was paused or closed.
    """

    name: str
    kind: str
    stages: tuple[Stage, ...]
    gap: int
    started_at: datetime
    started_by: str
    newest_at: datetime
    exempt: tuple[Exemption, ...] = ()
    delegated: tuple[tuple[str, str], ...] = ()
    breaks: tuple[Break, ...] = ()
    closed: Closed | None = None
    paused: bool = False

    @property
    def is_paused(self) -> bool:
        """True if somebody paused it, and it was not closed."""
        return self.closed is None and self.paused

    @property
    def days(self) -> int:
        """The day of the last stage: the deadline."""
        return max((stage.day for stage in self.stages), default=0)

    def exemption(self, subject: str, today: date) -> Exemption | None:
        """The exemption of a subject that holds on a day."""
        return next((e for e in self.exempt if e.subject == subject and e.until >= today), None)

    def delegate(self, organization: str) -> str:
        """The handle of the owner who asks an organization's people; empty: the council does."""
        return dict(self.delegated).get(organization, "")


def fold(name: str, events: Iterable[Logged]) -> Campaign | None:
    """The campaign after its log, oldest line first; ``None``: it has none.

    Raises:
        UsageError: a line cannot follow those before it, such as a pause of what is closed. So whoever wants to
            write a line folds it first.
    """
    campaign: Campaign | None = None
    for event in events:
        campaign = after(name, campaign, event)
    return campaign


def after(name: str, campaign: Campaign | None, event: Logged) -> Campaign:
    """The campaign after one more line of its log."""
    if isinstance(event, Started):
        if campaign is not None:
            raise UsageError(f"{name} was started already", hint="reopen it, or give the new one another --name")
        return Campaign(
            name=name,
            kind=event.kind,
            stages=event.stages,
            gap=event.gap,
            started_at=event.at,
            started_by=event.by,
            newest_at=event.at,
        )
    if campaign is None:
        raise UsageError(f"there is no campaign {name}", hint="muniment campaign status lists them")
    if event.at < campaign.newest_at:
        raise UsageError(
            f"the clock went backwards: it says {event.at:%Y-%m-%d %H:%M} UTC, and the newest line of {name} is "
            f"of {campaign.newest_at:%Y-%m-%d %H:%M}",
            hint="set the clock right",
        )
    if isinstance(event, Settled):  # of a closed one, too: what was sent does not end with it
        return replace(campaign, newest_at=event.at)
    if isinstance(event, Reopened):
        if campaign.closed is None:
            raise UsageError(f"{name} is not closed", hint="a paused campaign is resumed")
        breaks = campaign.breaks if campaign.paused else _ended(campaign, event.at)
        return replace(campaign, closed=None, breaks=breaks, newest_at=event.at)
    if campaign.closed is not None:
        raise UsageError(f"{name} is closed", hint=f"muniment campaign reopen {name}")
    return replace(_going_on(name, campaign, event), newest_at=event.at)


def _going_on(
    name: str, campaign: Campaign, event: Exempted | Readmitted | Delegated | Paused | Resumed | Closed
) -> Campaign:
    match event:
        case Exempted():
            others = tuple(e for e in campaign.exempt if e.subject != event.subject)
            own = Exemption(event.subject, event.reason, event.until, event.by)
            return replace(campaign, exempt=tuple(sorted((*others, own), key=lambda e: e.subject)))
        case Readmitted():
            if all(e.subject != event.subject for e in campaign.exempt):
                raise UsageError(f"{event.subject} is not exempt from {name}", hint="muniment campaign status")
            return replace(campaign, exempt=tuple(e for e in campaign.exempt if e.subject != event.subject))
        case Delegated():
            others_by = {o: to for o, to in campaign.delegated if o != event.organization}
            if event.to:
                others_by[event.organization] = event.to
            return replace(campaign, delegated=tuple(sorted(others_by.items())))
        case Paused():
            if campaign.is_paused:
                raise UsageError(f"{name} is paused already", hint=f"muniment campaign resume {name}")
            return replace(campaign, paused=True, breaks=(*campaign.breaks, Break(event.at)))
        case Resumed():
            if not campaign.is_paused:
                raise UsageError(f"{name} is not paused", hint=f"muniment campaign status {name}")
            return replace(campaign, paused=False, breaks=_ended(campaign, event.at))
        case Closed():
            breaks = campaign.breaks if campaign.is_paused else (*campaign.breaks, Break(event.at))
            return replace(campaign, closed=event, breaks=breaks)
        case _:
            assert_never(event)


def _ended(campaign: Campaign, at: datetime) -> tuple[Break, ...]:
    *before, last = campaign.breaks
    return (*before, Break(last.since, at))
