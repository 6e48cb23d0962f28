"""The days of a campaign: whole days in UTC since it began, but those on which it was paused or closed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from muniment.campaigns.log import Campaign
from muniment.campaigns.posted import Posted
from muniment.model.errors import UsageError


def day_of(campaign: Campaign, today: date) -> int:
    """Which day of the campaign a date is: 0 on the date that it began, and below that before."""
    gone = (today - campaign.started_at.date()).days
    return gone - sum(_within(since, until, today) for since, until in _breaks(campaign, today))


def in_words(day: int, days: int) -> str:
    """Where a day lies in a campaign of so many: ``30 of 90``, or ``120, 30 days over its end``."""
    over = day - days
    return f"{day} of {days}" if over <= 0 else f"{day}, {over} day{'s' * (over != 1)} over its end"


def date_of(campaign: Campaign, day: int, today: date) -> date:
    """The first date that is that day of the campaign. A break that still lasts is taken to end ``today``."""
    found = campaign.started_at.date() + timedelta(days=day)
    for since, until in _breaks(campaign, today):
        if since < found:
            found += until - since
    return found


def forward(campaign: Campaign, posted: Iterable[Posted], now: datetime) -> None:
    """Refuse a clock that went backwards: a stage of a day that is past would seem to come again."""
    newest = max([campaign.newest_at, *(at for p in posted for at in (p.at, p.settled_at) if at is not None)])
    if now < newest:
        raise UsageError(
            f"the clock went backwards: it says {now:%Y-%m-%d %H:%M} UTC, and the newest that is known of "
            f"{campaign.name} is of {newest:%Y-%m-%d %H:%M}",
            hint="set the clock right; nothing was sent",
        )


def _breaks(campaign: Campaign, today: date) -> list[tuple[date, date]]:
    return [(b.since.date(), b.until.date() if b.until is not None else today) for b in campaign.breaks]


def _within(since: date, until: date, today: date) -> int:
    return max((min(until, today) - since).days, 0)
