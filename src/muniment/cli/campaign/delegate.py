"""Let an owner ask the people of their organization."""

from __future__ import annotations

from pathlib import Path

import click

from muniment.cli.campaigning import by_option, campaign_option
from muniment.cli.options import db_option, register_option, verbosity


@click.command("delegate")
@click.argument("organization")
@by_option
@click.option("--to", help="Who asks: a handle of the register.")
@click.option("--withdraw", is_flag=True, help="The council asks again.")
@campaign_option
@register_option
@db_option
@verbosity
def command(
    organization: str, by: str, to: str | None, withdraw: bool, name: str | None, register: Path, db: str | None
) -> None:
    """Let an owner ask the people of ORGANIZATION in the council's place.

    The owner gets one message with the list of their people. Whoever is also to go in an organization that nobody
    took over is asked by the council as before, so that nobody is asked twice and nobody by no one.
    """
    from muniment import wiring
    from muniment.app.campaign.deciding import delegate
    from muniment.app.campaign.standing import named
    from muniment.cli.telling import say, warn
    from muniment.model.errors import UsageError

    if withdraw == bool(to):
        raise UsageError("say who asks, or that the council does again", hint="--to HANDLE, or --withdraw")
    now = wiring.SystemClock().now()
    with wiring.opened(register, db) as store:
        own = named(store, name)
        done = delegate(store, wiring.all_checks(), own, organization, to=to or "", by=by, now=now)
    if done.doubt:
        warn(done.doubt)
    say(f"{to or 'The council'} asks the people of {done.organization} in {own}.")
