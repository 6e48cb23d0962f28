"""Ask somebody no more for a while."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from muniment.cli.campaigning import by_option, campaign_option
from muniment.cli.options import DAY, db_option, register_option, verbosity


@click.command("exempt")
@click.argument("subject")
@by_option
@click.option("--reason", help="Why they are not asked.")
@click.option("--until", type=DAY, help="The last day it holds.")
@click.option("--withdraw", is_flag=True, help="Take the exemption back: they are asked again.")
@campaign_option
@register_option
@db_option
@verbosity
def command(
    subject: str,
    by: str,
    reason: str | None,
    until: date | None,
    withdraw: bool,
    name: str | None,
    register: Path,
    db: str | None,
) -> None:
    """Ask SUBJECT no more through a day, for a reason.

    SUBJECT is a handle of the register, whose number at GitHub it pins; github:LOGIN or github-id:NUMBER of an
    account that was seen; or a subproject. GitHub knows of no
    exemption: once an organization requires a second factor, they are locked out like everybody.
    """
    from muniment import wiring
    from muniment.app.campaign.deciding import exempt, readmit
    from muniment.app.campaign.standing import named
    from muniment.cli.telling import say
    from muniment.model.errors import UsageError

    now = wiring.SystemClock().now()
    checks = wiring.all_checks()
    with wiring.opened(register, db) as store:
        own = named(store, name)
        if withdraw:
            found = readmit(store, checks, own, subject, by=by, now=now)
            say(f"{_named(subject, found)} is asked again in the campaign {own}.")
            return
        if reason is None or until is None:
            raise UsageError("an exemption needs a reason and an end", hint="--reason WHY --until YYYY-MM-DD")
        found = exempt(store, checks, own, subject, reason=reason, until=until, by=by, now=now)
    say(f"{_named(subject, found)} is exempt from the campaign {own} through {until}.")


def _named(word: str, subject: str) -> str:
    """The subject as it was written, and as the campaign knows it."""
    return subject if word == subject else f"{word} ({subject})"
