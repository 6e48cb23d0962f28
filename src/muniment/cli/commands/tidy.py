"""Drop what is over and older than the policy keeps it."""

from __future__ import annotations

from pathlib import Path

import click

from muniment.cli.options import db_option, register_option, verbosity


@click.command("tidy")
@click.option("--apply", is_flag=True, help="Do it. Without it only the counts are shown.")
@register_option
@db_option
@verbosity
def command(apply: bool, register: Path, db: str | None) -> None:
    """Drop facts that ended longer ago than the policy's `keep` says, as every run does at its end.

    What is believed now is never dropped. Looking back beyond what is kept is answered with Unknown.
    """
    from muniment import wiring
    from muniment.app.main_job import tidy
    from muniment.cli.telling import say

    now = wiring.SystemClock().now()
    with wiring.opened(register, db) as store:
        dropped = tidy(store, now=now, write=False)
        if apply:
            with store.lease(wiring.holder(), wiring.SystemClock().now):
                dropped = tidy(store, now=now)
    for kind, count in dropped.items():
        click.echo(f"{kind}: {count}")
    if not dropped:
        say("Nothing is older than the policy keeps it.")
    elif not apply:
        say("Nothing was dropped. Add --apply to do it.")
