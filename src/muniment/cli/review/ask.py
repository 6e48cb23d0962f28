"""Print who is to be asked what, ready to send."""

from __future__ import annotations

from pathlib import Path

import click

from muniment.cli.options import db_option, format_of, register_option, verbosity
from muniment.cli.reviewing import review_argument


@click.command("ask")
@review_argument
@click.option("--of", "reviewer", help="Only what this person is asked: a handle.")
@format_of("markdown", "csv", "table", "json")
@register_option
@db_option
@verbosity
def command(review: str, reviewer: str | None, form: str, register: Path, db: str | None) -> None:
    """Print the questions of REVIEW that wait for an answer, by who is to be asked.

    As markdown: a checklist for each. As csv: a list to be filled in at `answer` and `reason`, which
    `muniment review answer` reads. Nothing is sent.
    """
    from muniment import wiring
    from muniment.app.reviewing.sheet import named
    from muniment.app.reviewing.writing import COLUMNS, asked, checklist, reviewers
    from muniment.cli.reviewing import book_of, read, sheet_of
    from muniment.cli.telling import rows, say
    from muniment.reporters import harmless

    moment = wiring.moment(None, None, wiring.SystemClock().now())
    found = read(register)
    with wiring.opened(register, db) as store:
        book = book_of(store, found)
        sheet = sheet_of(store, book, named(book.inventory, review), moment)
    whom = [own for own in reviewers(sheet) if reviewer is None or own == reviewer]
    if form == "markdown":
        click.echo("\n".join(checklist(sheet, book.inventory, harmless.text, own) for own in whom), nl=False)
    else:
        rows(form, sheet.marking, COLUMNS, asked(sheet, reviewer), below=("name", "known from", "reason"))
    if not whom:
        say(f"Nothing that {reviewer or 'anybody'} is asked waits for an answer.")
