"""End a campaign, with a report."""

from __future__ import annotations

from pathlib import Path

import click

from muniment.cli.campaigning import by_option, name_argument
from muniment.cli.options import db_option, register_option, verbosity


@click.command("close")
@name_argument
@by_option
@register_option
@db_option
@verbosity
def command(name: str | None, by: str, register: Path, db: str | None) -> None:
    """End a campaign and report how it went, as Markdown. Nothing is due any more.

    The report has numbers and organizations, and no person. It stays what the marking says until you decide.
    """
    from muniment import wiring
    from muniment.app.campaign.deciding import close
    from muniment.app.campaign.reporting import report
    from muniment.app.campaign.standing import named, stands

    now = wiring.SystemClock().now()
    checks = wiring.all_checks()
    with wiring.opened(register, db) as store:
        own = named(store, name)
        close(store, checks, own, by=by, now=now)
        found = stands(store, checks, own, now=now)
    for line in report(found):
        click.echo(line)
