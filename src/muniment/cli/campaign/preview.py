"""Show exactly what would be sent to whom, and what the requirement would do."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from muniment.cli.campaigning import channel_option, day_option, looking_at, name_argument
from muniment.cli.options import db_option, pretend_option, register_option, verbosity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from muniment.app.campaign.standing import Stands
    from muniment.campaigns.impact import Impact
    from muniment.campaigns.message import Message


@click.command("preview")
@name_argument
@channel_option
@click.option("--all", "everything", is_flag=True, help="Every message in full, not one of each stage.")
@click.option("--markdown", is_flag=True, help="The messages' Markdown instead of their plain text.")
@click.option("--show-addresses", is_flag=True, help="Addresses in full. Without it they are redacted.")
@click.option(
    "--csv",
    "csv_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the private list for an owner who asks their people; with --organization.",
)
@click.option("--organization", help="With --csv: whose people.")
@register_option
@db_option
@pretend_option
@day_option
@verbosity
def command(
    name: str | None,
    channel: str,
    everything: bool,
    markdown: bool,
    show_addresses: bool,
    csv_file: Path | None,
    organization: str | None,
    register: Path,
    db: str | None,
    pretend_now: date | None,
    day: int | None,
) -> None:
    """Show exactly what would be sent to whom today, and what turning the requirement on would do.

    Nothing is sent. With --pretend-now: what falls due on that day, if all before it was sent and nobody complies.
    """
    from muniment import wiring
    from muniment.app.campaign.previewing import messages, shared_addresses
    from muniment.app.campaign.standing import campaigns, named, stands
    from muniment.cli.telling import say, warn
    from muniment.model.errors import UsageError
    from muniment.model.text import plain
    from muniment.reporters.words import plural

    if (csv_file is None) != (organization is None):
        raise UsageError("--csv and --organization go together", hint="--csv FILE --organization NAME")
    wiring.check_channel(channel)
    now = wiring.SystemClock().now()
    with wiring.opened(register, db) as store:
        own = named(store, name)
        until = looking_at(campaigns(store)[own], pretend_now, day, now)
        found = stands(store, wiring.all_checks(), own, now=now, until=until)
    if csv_file is not None and organization is not None:
        count, marking = _write_list(found, organization, csv_file)
        say(f"{plural(count, 'person', 'people')} written to {csv_file}, {marking}, for nobody else's eyes.")
        return
    due = messages(found, channel)
    click.echo(found.marking.label)
    click.echo(
        f"{len(due)} message{'s' * (len(due) != 1)} by {channel} on {found.standings.today}. Nothing is sent."
    )
    shown: set[str] = set()
    for message in due:
        why = message.unsure or "no address is known"
        to = (message.to if show_addresses else message.shown_to) or f"nobody: {why}"
        click.echo(plain(f"- {message.key} to {to}"))
    for line in shared_addresses(found, due):
        warn(line)
    for message in due:
        if everything or message.stage not in shown:
            shown.add(message.stage)
            _show(message, markdown)
    _impact(found)


def _show(message: Message, markdown: bool) -> None:
    from muniment.model.text import plain

    click.echo(f"\n──── {plain(message.key)}\nSubject: {plain(message.title)}\n")
    for line in (message.markdown if markdown else message.text).splitlines():
        click.echo(plain(line))


def _impact(found: Stands) -> None:
    from muniment.cli.campaigning import own_time
    from muniment.cli.telling import rows

    if not found.impact:
        return
    click.echo("\nWhat the settings would do today, in numbers of people:")
    lines = [
        (
            i.asset,
            "?" if i.required is None else "on already" if i.required else "no",
            _hit(i, i.blocked, i.removed),
            _hit(i, i.blocked_by_secure, i.removed_by_secure),
            "" if i.applies else "does not apply",
        )
        for i in found.impact
    ]
    rows(
        "table",
        found.marking,
        ("organization", "required", "require two factors", "secure methods only", ""),
        lines,
    )
    click.echo(
        "Blocked: members, until they comply; they keep everything. Removed: outside collaborators; what they"
    )
    click.echo("could do can be restored for three months. At least, not known: not all of them could be seen.")
    for line in own_time(found):
        click.echo(line)


def _hit(one: Impact, blocked: Sequence[str], removed: Sequence[str]) -> str:
    """Whom a setting would hit. Where not everybody was seen a number is the least, and none seen is no number."""
    if not one.applies:
        return "-"
    if not one.unseen:
        return f"{len(blocked)} blocked, {len(removed)} removed"
    least = (f"{len(own)} {what}" for own, what in ((blocked, "blocked"), (removed, "removed")) if own)
    told = ", ".join(least)
    return f"at least {told}" if told else "not known"


def _write_list(found: Stands, word: str, file: Path) -> tuple[int, str]:
    from muniment import wiring
    from muniment.app.campaign.previewing import for_owner, owners_list
    from muniment.model.errors import UsageError

    asset = (word if ":" in word else f"github:org/{word}").lower()
    if asset not in {line.asset for line in found.standings.organizations}:
        raise UsageError(f"{word!r} is no organization of this campaign", hint="muniment campaign status")
    lines, marking = list(owners_list(found, asset)), for_owner(found, asset)
    wiring.write_list(
        file,
        marking,
        ("person", "login", "role", "what is wrong", "since", "what is new", "also in"),
        [
            (line.person, line.login, line.role, line.problem, str(line.since), line.news, line.elsewhere)
            for line in lines
        ],
    )
    return len(lines), marking
