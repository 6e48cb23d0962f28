"""List the credentials that people share, and what to do with them when somebody comes or leaves."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from muniment.cli.options import format_option, pretend_option, register_option, verbosity


@click.command("credentials")
@click.option("--on-boarding", "comes", metavar="PERSON", help="What to give somebody who comes: a handle.")
@click.option(
    "--off-boarding", "leaves", metavar="PERSON", help="What to do, in order, when somebody leaves: a handle."
)
@pretend_option
@format_option
@register_option
@verbosity
def command(comes: str | None, leaves: str | None, pretend_now: date | None, form: str, register: Path) -> None:
    """List the register's credentials with the days by which they are to be made anew, soonest first.

    Never their values, which no register holds: a file in which something looks like one is refused.
    """
    from muniment import wiring
    from muniment.app.credentials import credentials, off_boarding, on_boarding, person_named
    from muniment.cli.reviewing import read
    from muniment.cli.telling import rows, say
    from muniment.model.errors import UsageError
    from muniment.model.tlp import TLP, Marking, join
    from muniment.register.inventory import Inventory

    if comes and leaves:
        raise UsageError("--on-boarding and --off-boarding are two questions", hint="ask one after the other")
    today = wiring.moment(None, pretend_now, wiring.SystemClock().now()).today
    found = read(register)
    inventory = Inventory.of(found.evidence)
    marking = join(Marking(TLP.AMBER), found.whole)
    if comes or leaves:
        person = person_named(inventory, comes or leaves or "")
        duties = (on_boarding if comes else off_boarding)(inventory, person, today)
        lines = [
            (str(number), own.credential, own.kind, ", ".join(own.by), own.what, own.place)
            for number, own in enumerate(duties, start=1)
        ]
        rows(
            form,
            marking,
            ("step", "credential", "duty", "by", "what", "register"),
            lines,
            below=("what", "register"),
        )
        if not lines:
            say(f"The register names no credential that {person} can read.")
        return
    table = [
        (
            own.declared.id,
            str(own.declared.due_on or ""),
            own.state,
            ", ".join(own.people),
            own.declared.kept,
            ", ".join(own.declared.opens),
            str(own.declared.rotated or ""),
            own.declared.purpose,
        )
        for own in credentials(inventory, today)
    ]
    columns = ("credential", "due", "state", "read by", "kept", "opens", "rotated", "purpose")
    rows(form, marking, columns, table, below=("kept", "opens", "purpose"))
    if not table:
        say("The register holds no credential: write the first under 'credentials'.")
