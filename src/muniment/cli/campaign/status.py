"""Tell how a campaign stands."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from muniment.cli.campaigning import day_option, looking_at, name_argument
from muniment.cli.options import db_option, format_of, pretend_option, register_option, verbosity

if TYPE_CHECKING:
    from muniment.app.campaign.standing import Stands
    from muniment.campaigns.standing import OrganizationLine


@click.command("status")
@name_argument
@click.option("--people", "everyone", is_flag=True, help="List every subject, with all organizations and roles.")
@click.option("--public", is_flag=True, help="Only the numbers that everybody may see.")
@register_option
@db_option
@pretend_option
@day_option
@format_of("table", "json", "csv", "markdown")
@verbosity
def command(
    name: str | None,
    everyone: bool,
    public: bool,
    register: Path,
    db: str | None,
    pretend_now: date | None,
    day: int | None,
    form: str,
) -> None:
    """Tell how a campaign stands: the numbers, each organization, what slid back, and what is due.

    Who could not be seen is neither done nor to go. As CSV or Markdown the subjects are listed.
    """
    from muniment import wiring
    from muniment.app.campaign.standing import campaigns, named, released, stands
    from muniment.cli.telling import rows, say
    from muniment.model.tlp import CLEAR

    now = wiring.SystemClock().now()
    with wiring.opened(register, db) as store:
        if name is None and not campaigns(store):
            say("No campaign was started yet: muniment campaign start two-factor --by HANDLE")
            return
        own = named(store, name)
        until = looking_at(campaigns(store)[own], pretend_now, day, now)
        found = stands(store, wiring.all_checks(), own, now=now, until=until)
    if public:
        told = [(words, "under 5" if n is None else str(n)) for words, n in released(found)]
        rows(form, CLEAR, ("who", "how many"), told)
        return
    if form == "json":
        click.echo(_json(found), nl=False)
        return
    if form != "table" or everyone:
        rows(form, found.marking, SUBJECTS, _subjects(found), below=("why", "organizations"))
        return
    _tell(found)


LISTED = 20
"""How many lines of a kind the status shows."""

SUBJECTS = ("subject", "stands", "since", "asked since", "by", "why", "organizations")


def _subjects(found: Stands) -> list[tuple[str, ...]]:
    from muniment.app.campaign.people import shown
    from muniment.cli.campaigning import WORDS, places

    inventory, ground = found.looked.book.inventory, found.looked.ground
    return [
        (
            shown(s.subject, inventory, ground),
            WORDS.get(s.where, s.where) + (", joined since" if s.joined else "") + (", again" if s.again else ""),
            str(s.since),
            *((str(own.since), str(own.by)) if (own := found.terms.get(s.subject)) is not None else ("", "")),
            s.why,
            places(s),
        )
        for s in found.standings.subjects
    ]


def _tell(found: Stands) -> None:
    from muniment.app.campaign.people import shown
    from muniment.app.campaign.reporting import seen_to_go
    from muniment.campaigns.standing import Where
    from muniment.cli.campaigning import due_lines, head, not_seen, unsettled, words_of_people
    from muniment.cli.telling import rows
    from muniment.model.text import plain

    inventory, ground = found.looked.book.inventory, found.looked.ground
    people = found.kind.subjects == "people"  # only of them something is required, or asked by an owner
    lines = [
        (
            line.asset,
            seen_to_go(line),
            str(line.complied),
            str(line.left),
            str(line.exempt),
            str(line.cannot_see),
            *((_required(line), line.owner) if people else ()),
        )
        for line in found.standings.organizations
    ]
    counted = ("to go", "complied", "left", "exempt", "cannot see")
    columns = ("organization", *counted, "required", "asked by") if people else ("asset", *counted)
    rows("table", found.marking, columns, lines)
    for text in head(found):
        click.echo(plain(text))
    _list(
        "Slid back since it began:",
        [
            f"{d.on} {d.asset}: {shown(d.subject, inventory, ground) + ': ' if d.subject else ''}{d.what}"
            for d in found.drift
        ],
    )
    places = "Organizations" if people else "Assets"
    _list(f"{places} not seen whole, in which there may be more:", list(not_seen(found)))
    hidden = found.standings.of(Where.CANNOT_SEE)
    _list("Cannot be seen:", [f"{shown(s.subject, inventory, ground)}: {s.why}" for s in hidden])
    _list(f"Due on {found.standings.today}:", list(due_lines(found)) or ["nothing"])
    _list("Somebody has to say what became of:", list(unsettled(found)))
    _list("Settled by somebody's word:", list(words_of_people(found)))


def _required(line: OrganizationLine) -> str:
    """Whether an organization requires it; ``-``: there is nothing to require."""
    if line.required is None:
        return "?" if line.applies else "-"
    return "yes" if line.required else "no"


def _list(title: str, lines: list[str]) -> None:
    from muniment.model.text import plain

    if lines:
        click.echo(title)
    for line in lines[:LISTED]:
        click.echo(f"  {plain(line)}")
    if len(lines) > LISTED:
        click.echo(f"  … and {len(lines) - LISTED} more: --people or --format json tells all")


def _json(found: Stands) -> str:
    import msgspec

    from muniment.app.campaign.people import handle_of, logins_of
    from muniment.campaigns.clock import date_of
    from muniment.campaigns.log import Settled

    inventory, ground = found.looked.book.inventory, found.looked.ground
    standings = found.standings
    campaign = standings.campaign
    body: dict[str, Any] = {
        "version": 1,
        "marking": found.marking.label,
        "campaign": campaign.name,
        "kind": campaign.kind,
        "title": found.kind.title,
        "state": "closed" if campaign.closed else "paused" if campaign.is_paused else "running",
        "started": campaign.started_at.date(),
        "by": campaign.started_by,
        "today": standings.today,
        "pretended": found.ahead,
        "day": standings.day,
        "days": campaign.days,
        "last_day": date_of(campaign, campaign.days, standings.today),
        "counts": {where.value: count for where, count in standings.counts.items()},
        "zero_on": standings.zero_on,
        "burndown": [{"day": day, "open": count} for day, count in standings.burndown],
        "organizations": standings.organizations,
        "subjects": [
            {
                "subject": s.subject,
                "handle": handle_of(s.subject, inventory, ground),
                "logins": logins_of(s.subject, ground),
                "stands": s.where.value,
                "since": s.since,
                "asked_since": own.since if (own := found.terms.get(s.subject)) is not None else None,
                "by": own.by if own is not None else None,
                "joined": s.joined,
                "again": s.again,
                "why": s.why,
                "ties": s.ties,
            }
            for s in standings.subjects
        ],
        "drift": found.drift,
        "due": found.due,
        "settled": [event for event in found.log if isinstance(event, Settled)],
        "unsettled": [p for p in found.posted if p.state != "sent"],
    }
    return msgspec.json.format(msgspec.json.encode(body), indent=2).decode() + "\n"
