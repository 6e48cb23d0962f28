"""Since when somebody is asked, and by when: the campaign's last day, or a later one of whoever is asked late."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from muniment.campaigns.clock import date_of, day_of
from muniment.campaigns.log import Campaign
from muniment.campaigns.message import FELL_BACK, THANK_YOU
from muniment.campaigns.posted import Posted


class Term(Struct, frozen=True):
    """The time that somebody has: ``since`` the message that began it, ``by`` a day.

    ``last`` is the campaign's own last day: from then on the organizations may require what is asked, of everybody
    at once, also of those who are asked until later.
    """

    since: date
    by: date
    last: date

    @property
    def is_own(self) -> bool:
        """True if it ends after the campaign's last day, because it began late."""
        return self.by > self.last


def term(campaign: Campaign, since: date, today: date) -> Term:
    """The time of somebody who is asked since a day: ``gap`` days at least, which a pause makes longer."""
    begun = day_of(campaign, since)
    day = max(campaign.days, begun + campaign.gap) if begun > 0 else campaign.days
    return Term(since, date_of(campaign, day, today), date_of(campaign, campaign.days, today))


def told(own: Iterable[Posted]) -> list[Posted]:
    """What reached a subject, as far as anybody knows, oldest first: all but what was certainly not delivered."""
    return sorted((post for post in own if post.state != "refused"), key=lambda post: post.at)


def asked_on(own: Iterable[Posted]) -> date | None:
    """The day of the message that began to ask a subject; ``None``: none did, or they were thanked since.

    Whoever fell back is asked anew from the day on which they were told so, or from that of the next message if the
    one that tells so was refused.
    """
    begun: date | None = None
    for post in sorted(own, key=lambda post: post.at):
        fell_back = post.stage.startswith(f"{FELL_BACK}-")
        if post.state == "refused":
            begun = None if fell_back else begun
        elif post.stage == THANK_YOU:
            begun = None
        elif begun is None or fell_back:
            begun = post.at.date()
    return begun
