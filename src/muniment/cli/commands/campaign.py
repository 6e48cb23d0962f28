"""Ask many people for one thing, with a clock: a campaign."""

from __future__ import annotations

import click

from muniment.cli import Commands


class Campaign(Commands):
    """The commands of campaigns, each in a file of its own."""

    package = "muniment.cli.campaign"


@click.command("campaign", cls=Campaign)
def command() -> None:
    """Ask many people for one thing, with a clock: a campaign.

    Who is to go is told by evidence, and nobody leaves the list by hand. Only `notify --apply` sends anything.

    Begin with `muniment campaign start two-factor --by HANDLE`, then look at `muniment campaign preview`.
    """
