"""Write the reports for one audience."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from muniment.cli.options import as_of_option, db_option, pretend_option, register_option, verbosity


@click.command("publish")
@register_option
@db_option
@as_of_option
@pretend_option
@click.option(
    "--audience",
    type=click.Choice(["clear", "green", "amber", "amber+strict", "red"]),
    required=True,
    help="The highest level of marking that the readers may see.",
)
@click.option(
    "--subproject", help="The readers are this subproject's people (default: the council's, of every group)."
)
@click.option(
    "--to", type=click.Path(path_type=Path, file_okay=False), required=True, help="The directory to write."
)
@verbosity
def command(
    register: Path,
    db: str | None,
    as_of: date | None,
    pretend_now: date | None,
    audience: str,
    subproject: str | None,
    to: Path,
) -> None:
    """Write pages, report.json, findings.sarif and findings.csv for one audience.

    A view is cut down to the audience before anything is rendered; every file states its marking.
    """
    from muniment import wiring
    from muniment.app.dossiers import book_at
    from muniment.app.find import subproject_named
    from muniment.app.material import material
    from muniment.app.publish import publish, readers
    from muniment.cli.telling import detail, say
    from muniment.publish.view import build

    moment = wiring.moment(as_of, pretend_now, wiring.SystemClock().now())
    checks = wiring.all_checks()
    with wiring.opened(register, db) as store:
        if subproject is not None:
            subproject = subproject_named(book_at(store, moment.at).inventory, subproject)
        pretend = pretend_now is not None
        made = material(store, checks, now=moment.now, at=moment.at, today=moment.today, pretend=pretend)
    places = {to: readers(audience, subproject)}
    shelf = wiring.Shelf(made.inventory.project)
    shelf.claim(places)
    written = publish(build(made, checks), places, wiring.site, shelf.put)
    detail(f"for {places[to].marking.label}, from run {made.run.id} of {made.run.at:%Y-%m-%d %H:%M} UTC")
    say(f"{written} file{'s' * (written != 1)} written under {to}.")
