"""Send what is due, with --apply; without it, show what would be."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import click

from muniment.cli.campaigning import channel_option, day_option, looking_at, name_argument
from muniment.cli.options import db_option, pretend_option, register_option, verbosity


@click.command("notify")
@name_argument
@channel_option
@click.option("--apply", is_flag=True, help="Send. Without it nothing can be sent: no sender is made.")
@register_option
@db_option
@pretend_option
@day_option
@verbosity
def command(
    name: str | None,
    channel: str,
    apply: bool,
    register: Path,
    db: str | None,
    pretend_now: date | None,
    day: int | None,
) -> None:
    """Send what is due today, each message at most once.

    A message whose fate is not known is never sent again by itself: `muniment campaign status` tells of it, and
    `muniment campaign settle` settles it. Ends with 4 if a message was refused, or its fate is not known.
    """
    from muniment import wiring
    from muniment.app.campaign.previewing import messages, shared_addresses
    from muniment.app.campaign.standing import campaigns, named, stands
    from muniment.cli.sending import is_whole, lines, send
    from muniment.cli.telling import say, warn
    from muniment.model.errors import UsageError
    from muniment.model.text import plain

    if apply and (pretend_now is not None or day is not None):
        raise UsageError("--pretend-now tries, and --apply sends", hint="give one of them")
    wiring.check_channel(channel)
    now = wiring.SystemClock().now()
    with wiring.opened(register, db) as store:
        own = named(store, name)
        until = looking_at(campaigns(store)[own], pretend_now, day, now)
        found = stands(store, wiring.all_checks(), own, now=now, until=until)
        due = messages(found, channel)
    reached = [m for m in due if m.to]
    click.echo(found.marking.label)
    for message in reached:
        click.echo(plain(f"{message.key} to {message.shown_to}"))
    for why, count in Counter(m.unsure or "no address is known" for m in due if not m.to).items():
        say(f"{count} more reach nobody by {channel}: {why}.")
    for line in shared_addresses(found, due):
        warn(line)
    if apply:
        with wiring.opened(register, db) as store:
            done = send(store, due, channel)
        for line in lines(done):
            click.echo(plain(line))
        if not is_whole(done):
            raise SystemExit(4)
        return
    say(f"Nothing was sent. --apply sends {len(reached)} message{'s' * (len(reached) != 1)} by {channel}.")
