"""The report of a campaign that was closed: numbers, organizations and dates as Markdown, and no person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from muniment.app.campaign.standing import Stands
from muniment.campaigns.clock import in_words
from muniment.campaigns.standing import OrganizationLine, Where
from muniment.model.text import plain

_TOLD = {
    Where.COMPLIED: "complied, by evidence",
    Where.LEFT: "left, or are no longer looked at",
    Where.EXEMPT: "were exempt at the end",
    Where.TO_GO: "were to go still",
    Where.CANNOT_SEE: "could not be seen",
}


def report(found: Stands) -> Iterator[str]:
    """The report, line by line."""
    standings = found.standings
    campaign = standings.campaign
    ended = campaign.closed.at.date() if campaign.closed is not None else standings.today
    yield f"*{found.marking.label}*"
    yield ""
    yield f"# {found.kind.title}: {campaign.name}"
    yield ""
    yield f"From {campaign.started_at:%Y-%m-%d} to {ended}; it was day {in_words(standings.day, campaign.days)}."
    yield ""
    for where, words in _TOLD.items():
        yield f"- {standings.counts[where]} {words}"
    sent = sum(1 for post in found.posted if post.state == "sent")
    unsure = sum(1 for post in found.posted if post.state in ("uncertain", "sending"))
    yield f"- {sent} message{' was' if sent == 1 else 's were'} sent" + (
        f", and of {unsure} nobody knows" if unsure else ""
    )
    yield ""
    people = found.kind.subjects == "people"  # of settings there is nothing that an organization requires
    first, last = ("organization", " requires it |") if people else ("asset", "")
    yield f"| {first} | to go | complied | left | exempt | cannot see |{last}"
    yield "|---|---|---|---|---|---|" + ("---|" if people else "")
    for line in standings.organizations:
        required = "unknown" if line.required is None else "yes" if line.required else "no"
        counts = (seen_to_go(line), line.complied, line.left, line.exempt, line.cannot_see)
        told = f" {required} |" if people else ""
        yield f"| {plain(line.asset)} | {' | '.join(map(str, counts))} |{told}"
    if any(line.unseen for line in standings.organizations):
        yield ""
        yield "A plus: it was not seen whole, and there may be more."
    yield ""
    yield "| week | to go |"
    yield "|---|---|"
    for day, count in standings.burndown:
        if (day - campaign.started_at.date()) % timedelta(days=7) == timedelta() or day == standings.burndown[-1][
            0
        ]:
            yield f"| {day} | {count} |"


def seen_to_go(line: OrganizationLine) -> str:
    """How many are to go in an organization; ``0+``: perhaps some, ``-``: nothing is asked."""
    if not line.applies:
        return "-"
    return f"{line.to_go}+" if line.unseen else str(line.to_go)
