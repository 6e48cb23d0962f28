"""Go on with a campaign that was closed."""

from __future__ import annotations

from pathlib import Path

import click

from muniment.cli.campaigning import by_option, decide, name_argument
from muniment.cli.options import db_option, register_option, verbosity


@click.command("reopen")
@name_argument
@by_option
@click.option("--reason", default="", help="Why.")
@register_option
@db_option
@verbosity
def command(name: str | None, by: str, reason: str, register: Path, db: str | None) -> None:
    """Go on with a campaign that was closed, on the day on which it was closed."""
    from muniment.campaigns.log import Reopened
    from muniment.cli.telling import say

    own = decide(register, db, name, lambda now: Reopened(at=now, by=by, reason=reason))
    say(f"{own} is open again.")
