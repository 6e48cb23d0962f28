"""Stop asking for a while; the days stand still."""

from __future__ import annotations

from pathlib import Path

import click

from muniment.cli.campaigning import by_option, decide, name_argument
from muniment.cli.options import db_option, register_option, verbosity


@click.command("pause")
@name_argument
@by_option
@click.option("--reason", default="", help="Why.")
@register_option
@db_option
@verbosity
def command(name: str | None, by: str, reason: str, register: Path, db: str | None) -> None:
    """Stop asking for a while. The days stand still until it is resumed."""
    from muniment.campaigns.log import Paused
    from muniment.cli.telling import say

    own = decide(register, db, name, lambda now: Paused(at=now, by=by, reason=reason))
    say(f"{own} is paused. The days stand still.")
