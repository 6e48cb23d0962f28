"""Keep what somebody says of another person's second factor, where no platform tells."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from muniment.cli.options import DAY, db_option, register_option, verbosity


@click.command("second-factor")
@click.argument("person")
@click.argument("platform")
@click.option("--has", "answer", flag_value="has", help="They have one there.")
@click.option("--has-none", "answer", flag_value="none", help="They have none there.")
@click.option("--by", required=True, help="Who says so: a handle of the register, and not the person's own.")
@click.option("--until", type=DAY, required=True, help="The last day that the word holds.")
@register_option
@db_option
@verbosity
def command(
    person: str, platform: str, answer: str | None, by: str, until: date, register: Path, db: str | None
) -> None:
    """Keep what --by says of PERSON's second factor at PLATFORM, such as npm, in the database alone.

    What a platform shows or enforces counts before it. Nothing of it is written into the register.
    """
    from muniment import wiring
    from muniment.app.collect import finish
    from muniment.app.main_job import begin
    from muniment.app.second_factors import answered
    from muniment.cli.telling import say
    from muniment.model.errors import UsageError
    from muniment.register.inventory import Inventory

    if answer is None:
        raise UsageError("what was said is missing", hint="--has or --has-none")
    clock = wiring.SystemClock()
    declared = wiring.read_register(register, fetch=False)
    now = clock.now()
    batch = answered(
        Inventory.of(declared.evidence),
        handle=person,
        platform=platform,
        has=answer == "has",
        by=by,
        now=now,
        until=until,
    )
    with wiring.opened(register, db, create=True) as store, store.lease(wiring.holder(), clock.now):
        run = begin(store, wiring.declared(register, declared), now=now, code=wiring.code_version())
        store.record(run, [batch])
        finish(store, run)
    say(f"Kept until {until}: muniment access {person} shows it.")
