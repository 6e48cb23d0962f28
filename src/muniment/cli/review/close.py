"""Close a review: its day in the register, and a report of what it came to."""

from __future__ import annotations

from pathlib import Path

import click

from muniment.cli.options import db_option, register_option, verbosity
from muniment.cli.reviewing import apply_option, review_argument


@click.command("close")
@review_argument
@click.option(
    "--unanswered", is_flag=True, help="Close it although questions wait for an answer; the report names them."
)
@click.option(
    "--report",
    "to",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the report there, for your eyes alone (default: after the change, on stdout).",
)
@apply_option
@register_option
@db_option
@verbosity
def command(review: str, unanswered: bool, to: Path | None, apply: bool, register: Path, db: str | None) -> None:
    """Close REVIEW as of today, and report what was confirmed, what is still to be taken away, and what not seen.

    Refused while questions wait for an answer. Without --apply the change is shown and nothing is written into the
    register.
    """
    from msgspec.structs import replace

    from muniment import wiring
    from muniment.app.reviewing.sheet import named
    from muniment.app.reviewing.writing import report
    from muniment.cli.amending import text_of, written
    from muniment.cli.reviewing import book_of, read, sheet_of
    from muniment.cli.telling import say
    from muniment.model.errors import UsageError
    from muniment.register.editing import close_review
    from muniment.reporters import harmless
    from muniment.reporters.words import plural

    moment = wiring.moment(None, None, wiring.SystemClock().now())
    found = read(register)
    with wiring.opened(register, db) as store:
        book = book_of(store, found)
        own = named(book.inventory, review)
        if own.closed is not None:
            raise UsageError(f"{review} was closed on {own.closed}", hint="muniment review start a new one")
        sheet = sheet_of(store, book, own, moment)
    if sheet.waiting and not unanswered:
        raise UsageError(
            f"{len(sheet.waiting)} of {plural(len(sheet.questions), 'question')} of {review} "
            f"{'waits' if len(sheet.waiting) == 1 else 'wait'} for an answer",
            hint=f"muniment review status {review}, or --unanswered",
        )
    file = own.where.file if own.where is not None else ""
    home = register if register.is_dir() else register.parent
    path = (home / file).resolve()
    if not path.is_file():
        raise UsageError(f"{review} stands in a tree that is kept elsewhere", hint="write 'closed' there by hand")
    text = report(replace(sheet, review=replace(own, closed=moment.today)), harmless.text)
    if to is not None:  # before the register: a review that is closed is reported no more
        wiring.write_private(to, text.partition("\n")[0], text)
        say(f"The report is written to {to}, {sheet.marking.label}.")
    written(register, path, close_review(text_of(path), review, moment.today), apply=apply)
    if to is None:
        click.echo(text, nl=False)
