"""Show who holds an asset, through every path seen."""

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
    """Show who holds which role on ASSET, and how that is known.

    ASSET is an id, as `muniment findings` and the pages show them: pypi:NAME, npm:NAME, github:org/NAME,
    github:repo/OWNER/NAME. What could not be seen is said below the table: an empty list is never taken for nobody.
    """
    from muniment import wiring
    from muniment.app.holding import seen_stamp
    from muniment.app.who import who
    from muniment.cli.telling import rows, warn

    moment = wiring.moment(as_of, None, wiring.SystemClock().now())
    with wiring.at_one_go(), wiring.opened(register, db) as store:
        found = who(store, asset, at=moment.at, now=moment.now)
    expected = {True: "yes", False: "no", None: "not stated"}
    lines = [
        (h.who, h.party or "unknown to the register", h.role, h.path, expected[h.expected], seen_stamp(h))
        for h in found.holders
    ]
    columns = ("who", "person", "role", "path", "expected", "seen")
    rows(form, found.marking, columns, lines, below=("path", "seen"))
    for line in found.unseen:
        warn(line if line.startswith("attested") else f"Unknown: {line}")
    for line in found.missing:
        warn(f"Expected by the register, not seen: {line}")
    if not lines and not found.unseen:
        warn("Complete evidence, and nobody holds a role of their own.")
