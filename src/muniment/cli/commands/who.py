"""Show who holds an asset and who can ship it, through every path seen."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from muniment.cli.options import as_of_option, db_option, format_option, register_option, verbosity


@click.command("who")
@click.argument("asset")
@register_option
@db_option
@as_of_option
@format_option
@verbosity
def command(asset: str, register: Path, db: str | None, as_of: date | None, form: str) -> None:
    """Show who can ship or administer ASSET, by which paths, and how that is known.

    ASSET is an id, as `muniment findings` and the pages show them: pypi:NAME, npm:NAME, github:org/NAME,
    github:repo/OWNER/NAME. It begins with a sentence: how many people, by which paths, how many of them without
    strong two-factor. What could not be seen is said below the table: an empty list is never taken for nobody.
    """
    from muniment import wiring
    from muniment.app.who import who
    from muniment.cli import shipping
    from muniment.cli.telling import printed, rows, say, warn

    moment = wiring.moment(as_of, None, wiring.SystemClock().now())
    with wiring.at_one_go(), wiring.opened(register, db) as store:
        found = who(store, asset, at=moment.at, now=moment.now)
    lines = list(shipping.lines(found))
    if form == "json":
        printed(shipping.body(found))
    else:
        below = ("path", "two-factor", "seen")
        rows(form, found.marking, shipping.COLUMNS, lines, below=below, lead=shipping.lead(found))
    if form == "csv":
        for line in shipping.lead(found):
            say(line)
    for line in found.unseen:
        warn(line if line.startswith("attested") else f"Unknown: {line}")
    for line in found.missing:
        warn(f"Expected by the register, not seen: {line}")
    if not lines and not found.unseen:
        warn("Complete evidence, and nobody holds a role of their own.")
