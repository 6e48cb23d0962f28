"""Write answers into the register, one by one or from the list that came back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from muniment.cli.options import DAY, db_option, register_option, verbosity
from muniment.cli.reviewing import apply_option, file_option, review_argument


@click.command("answer")
@review_argument
@click.option(
    "--from",
    "listed_in",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The list of `ask --format csv`, filled in.",
)
@click.option("--asset", help="Instead of --from: on what.")
@click.option("--holder", help="Instead of --from: whose access, as the list writes it.")
@click.option("--confirm", is_flag=True, help="They keep it.")
@click.option("--drop", is_flag=True, help="They lose it.")
@click.option("--reason", help="Why, in a sentence.")
@click.option("--by", required=True, help="Who answered: a handle of the register.")
@click.option("--until", type=DAY, required=True, help="The last day that the answers hold.")
@file_option
@apply_option
@register_option
@db_option
@verbosity
def command(
    review: str,
    listed_in: Path | None,
    asset: str | None,
    holder: str | None,
    confirm: bool,
    drop: bool,
    reason: str | None,
    by: str,
    until: date,
    file: Path | None,
    apply: bool,
    register: Path,
    db: str | None,
) -> None:
    """Write what --by answered to REVIEW into the register's attestations.

    Without --apply the change is shown and nothing is written. Dropping changes nobody's access: it says that
    somebody is to.
    """
    from muniment import wiring
    from muniment.app.reviewing.answering import answered, listed
    from muniment.app.reviewing.sheet import named
    from muniment.cli.amending import file_of, text_of, written
    from muniment.cli.reviewing import book_of, read, sheet_of
    from muniment.cli.telling import say
    from muniment.model.errors import UsageError
    from muniment.register.editing import ATTESTATIONS, add_answer

    if confirm and drop:
        raise UsageError("they keep it or lose it", hint="--confirm or --drop")
    answer = "confirm" if confirm else "drop" if drop else ""
    if listed_in is not None:
        given = [row for _, row in listed(_text(listed_in), listed_in.name)]
    elif asset and holder and answer and reason:
        given = [{"asset": asset, "holder": holder, "answer": answer, "reason": reason}]
    else:
        raise UsageError(
            "say what was answered", hint="--from FILE, or --asset ID --holder WHO --confirm|--drop --reason WHY"
        )
    moment = wiring.moment(None, None, wiring.SystemClock().now())
    found = read(register)
    with wiring.opened(register, db) as store:
        book = book_of(store, found)
        sheet = sheet_of(store, book, named(book.inventory, review), moment)
    path = file_of(register, file, ATTESTATIONS)
    after = text_of(path)
    for row in given:
        own = answered(sheet, book.inventory, **row, by=by, seen=moment.today, until=until)
        after = add_answer(after, own)
    if not given:
        say("The list holds no answer: fill in the column 'answer' with confirm or drop.")
        return
    written(register, path, after, apply=apply)


def _text(file: Path) -> str:
    """What a list says; no more is read of it than a list may hold."""
    from muniment.app.reviewing.answering import MAX_BYTES
    from muniment.model.errors import UsageError

    with file.open("rb") as opened:
        data = opened.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise UsageError(
            f"{file.name} is larger than {MAX_BYTES // 1_000_000} MB", hint="a review's list is far smaller"
        )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise UsageError(f"{file.name} is not UTF-8 text", hint="save it as CSV with the encoding UTF-8") from None
