"""Go on after a pause."""

from __future__ import annotations

from pathlib import Path

import click

from muniment.cli.campaigning import by_option, decide, name_argument
from muniment.cli.options import db_option, register_option, verbosity


@click.command("resume")
@name_argument
@by_option
@register_option
@db_option
@verbosity
def command(name: str | None, by: str, register: Path, db: str | None) -> None:
    """Go on after a pause, on the day on which it was paused."""
    from muniment.campaigns.log import Resumed
    from muniment.cli.telling import say

    own = decide(register, db, name, lambda now: Resumed(at=now, by=by))
    say(f"{own} goes on.")
