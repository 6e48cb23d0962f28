"""Begin a campaign."""

from __future__ import annotations

from pathlib import Path

import click

from muniment.cli.campaigning import by_option
from muniment.cli.options import db_option, register_option, verbosity


@click.command("start")
@click.argument("kind")
@by_option
@click.option("--name", help="What it is called (default: as its kind).")
@register_option
@db_option
@verbosity
def command(kind: str, by: str, name: str | None, register: Path, db: str | None) -> None:
    """Begin a campaign of KIND: two-factor, private-reporting or security-configuration. Nothing is sent.

    Day 0 is today. Who is asked follows from what the newest run saw; where nothing was seen, it is said what is
    missing, and no campaign begins.
    """
    from muniment import wiring
    from muniment.app.campaign.deciding import start
    from muniment.app.campaign.standing import stands
    from muniment.cli.campaigning import head, not_seen
    from muniment.cli.telling import say, warn
    from muniment.model.text import plain
    from muniment.reporters.words import plural

    now = wiring.SystemClock().now()
    checks = wiring.all_checks()
    with wiring.opened(register, db) as store:
        campaign = start(store, checks, kind, name=name or kind, by=by, now=now)
        found = stands(store, checks, campaign.name, now=now)
    click.echo(found.marking.label)
    for text in head(found):
        click.echo(plain(text))
    for text in not_seen(found):
        warn(f"Not seen whole, so there may be more to go: {text}")
    due = plural(len(found.due), "message is", "messages are")
    say(f"{due} due: muniment campaign preview shows {'it' if len(found.due) == 1 else 'them'}. Nothing was sent.")
