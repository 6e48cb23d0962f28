"""Write a subproject's section for its team compass."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from muniment.cli.options import as_of_option, db_option, register_option, verbosity


@click.command("compass")
@click.argument("subproject")
@register_option
@db_option
@as_of_option
@click.option(
    "--audience",
    type=click.Choice(["clear", "green", "amber", "amber+strict", "red"]),
    default="clear",
    show_default=True,
    help="The highest level of marking that the page's readers may see.",
)
@click.option(
    "--into",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write it into this page, between its markers; every other byte stays. A new page is made.",
)
@click.option(
    "--diff",
    "against",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Compare with this page and write nothing: exit code 1 if the page says something else. Days of looks and "
    "line numbers of the register are shown, and are no difference.",
)
@click.option(
    "--register-url",
    metavar="URL",
    default="",
    help="The address below which the register's files can be read: FILE and #LLINE are put after it.",
)
@verbosity
def command(
    subproject: str,
    register: Path,
    db: str | None,
    as_of: date | None,
    audience: str,
    into: Path | None,
    against: Path | None,
    register_url: str,
) -> None:
    """Write what belongs to SUBPROJECT, and who answers for it, as a section in Markdown.

    Organizations and repositories, websites, packages, services, channels and public roles, with source and date.
    SUBPROJECT is an id or a name of the register; "shared" is what belongs to no subproject in particular. It is
    written of what the last run saw, and the same evidence gives the same bytes.
    """
    from muniment import wiring
    from muniment.app.dossiers import book_at
    from muniment.app.find import subproject_named, unread
    from muniment.app.publish import readers
    from muniment.app.section import section_material
    from muniment.cli.telling import say, warn
    from muniment.model.errors import UsageError
    from muniment.model.text import plain
    from muniment.model.tlp import join
    from muniment.publish.projection import label, project
    from muniment.publish.view import build
    from muniment.reporters.compass import SHARED, UNDECLARED, section
    from muniment.reporters.harmless import url
    from muniment.reporters.inset import difference, put

    if into is not None and against is not None:
        raise UsageError("--into writes and --diff compares", hint="give one of them")
    if register_url and not url(register_url):
        raise UsageError(f"{register_url} is no address of a page", hint="--register-url https://…")
    page = into or against
    before = page.read_bytes() if page is not None and (against is not None or page.exists()) else None
    moment = wiring.moment(as_of, None, wiring.SystemClock().now())
    checks = wiring.all_checks()
    with wiring.at_one_go(), wiring.opened(register, db) as store:
        book = book_at(store, moment.at)
        inventory = book.inventory
        named = subproject != SHARED or SHARED in inventory.subprojects
        id = subproject_named(inventory, subproject, SHARED) if named else ""
        made = section_material(
            store, checks, book, id, UNDECLARED, now=moment.now, at=moment.at, today=moment.today
        )
    whose = None if audience == "red" else id or None  # RED is the council's, whatever it is about
    shown = project(build(made, checks), readers(audience, whose))
    inset = section(shown, id, register=register_url)
    declared = [asset for asset in inventory.known if inventory.subproject_of(asset) == id]
    for line in unread(inventory):
        warn(f"There may be more: {line}")
    if declared and not any(a.subproject == id for a in shown.view.assets):
        closed = join(*(inventory.marking(asset, made.register_marking) for asset in declared))
        warn(f"What the register declares of it is for {closed.label}: these readers may see none of these assets.")
    if against is not None and before is not None:
        lines, differs = difference(before, inset, str(against))
        if lines:
            click.echo(label(shown.audience))
        for line in lines:
            click.echo(plain(line, 10_000))
        if differs:
            say(f"{against} says something else than what is known: --into {against} writes it anew.")
            raise click.exceptions.Exit(1)
        moved = " Only days of looks, or lines of the register, have moved: --into renews them." if lines else ""
        say(f"{against} says what is known.{moved}")
        return
    if into is None:
        click.echo(inset.whole, nl=False)
        return
    after = put(before, inset, str(into)) if before is not None else inset.whole.encode()
    if after == before:
        say(f"{into} says it already.")
        return
    wiring.write_page(into, after, shown.audience)
    say(f"{label(shown.audience)} written into {into}.")
