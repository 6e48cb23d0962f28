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
    github:repo/OWNER/NAME; or the NAME that packages go by: all of these are then asked about at once. It begins
    with a sentence: how many people, by which paths, how many of them without strong two-factor. What could not be
    seen is said below the table: an empty list is never taken for nobody.
    """
    from muniment import wiring
    from muniment.app.who import Called, whoever
    from muniment.cli import shipping
    from muniment.cli.telling import printed, rows, say, warn
    from muniment.model.tlp import join

    moment = wiring.moment(as_of, None, wiring.SystemClock().now())
    with wiring.at_one_go(), wiring.opened(register, db) as store:
        found = whoever(store, asset, at=moment.at, now=moment.now)
    several = isinstance(found, Called)
    each = found.each if isinstance(found, Called) else (found,)
    lead = shipping.lead_called(found) if isinstance(found, Called) else shipping.lead(found)
    columns = ("asset", *shipping.COLUMNS) if several else shipping.COLUMNS
    lines = [((one.asset, *line) if several else line) for one in each for line in shipping.lines(one)]
    if form == "json":
        printed(shipping.body_called(found) if isinstance(found, Called) else shipping.body(found))
    else:
        below = ("path", "two-factor", "seen")
        rows(form, join(*(one.marking for one in each)), columns, lines, below=below, lead=lead)
    if form == "csv":
        for line in lead:
            say(line)
    for one in each:
        of = f"{one.asset}: " if several else ""
        for line in one.unseen:
            warn(of + (line if line.startswith("attested") else f"Unknown: {line}"))
        for may in one.maybe:
            warn(f"{of}May be one person: {' and '.join(may.called)} ({may.strength.value}): {may.why}")
        for line in one.missing:
            warn(f"{of}Expected by the register, not seen: {line}")
        if not one.holders and not one.unseen:
            warn(f"{of}Complete evidence, and nobody holds a role of their own.")
