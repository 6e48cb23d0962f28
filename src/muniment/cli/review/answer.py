"""Write answers into the register, one by one or from the list that came back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from muniment.cli.options import DAY, db_option, register_option, verbosity
from muniment.cli.reviewing import apply_option, file_option, review_argument

if TYPE_CHECKING:
    from muniment.evidence.declared_answer import DeclaredAnswer
    from muniment.model.errors import UsageError


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
@click.option("--correct", is_flag=True, help="Replace what was answered about the same today.")
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
    correct: bool,
    file: Path | None,
    apply: bool,
    register: Path,
    db: str | None,
) -> None:
    """Write what --by answered to REVIEW into the register's attestations.

    Without --apply the change is shown and nothing is written. Dropping changes nobody's access: it says that
    somebody is to. Of several answers the newest counts; a second one on the same day needs --correct.
    """
    from muniment import wiring
    from muniment.app.reviewing.answering import answered, is_same, listed, of_the_day, refuse_two
    from muniment.app.reviewing.sheet import named
    from muniment.cli.amending import file_of, text_of, written
    from muniment.cli.reviewing import book_of, read, sheet_of
    from muniment.cli.telling import say
    from muniment.model.errors import UsageError
    from muniment.register.editing import ATTESTATIONS, add_answer, correct_answer
    from muniment.register.reading import tree_of

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
    answers = [answered(sheet, book.inventory, **row, by=by, seen=moment.today, until=until) for row in given]
    refuse_two(answers)
    standing = {(own.asset, own.holder): of_the_day(sheet, own) for own in answers}
    others = [(before, own) for own in answers if (before := standing[own.asset, own.holder]) is not None]
    changed = [(before, own) for before, own in others if not is_same(before, own)]
    trees = {tree.name for tree in found.trees if tree.name}
    for before, _ in changed:
        if tree := tree_of(before, trees):
            raise UsageError(
                _stands(before), hint=f"leave it, or have it corrected in the tree {tree}, where it stands"
            )
    if changed and not correct:
        raise _answered_already(changed)
    path = file_of(register, _file_of(changed) or file, ATTESTATIONS)
    if file is not None and path != file_of(register, file, ATTESTATIONS):
        raise UsageError(f"what is corrected stands in {path.name}, and not in {file}", hint="leave --file out")
    after = text_of(path)
    places = ((before.where.line if before.where is not None else 0, own) for before, own in changed)
    for line, own in sorted(places, key=lambda place: place[0], reverse=True):  # lines above keep their numbers
        after = correct_answer(after, line, own)
    for own in answers:
        if standing[own.asset, own.holder] is None:
            after = add_answer(after, own)
    if not given:
        say("The list holds no answer: fill in the column 'answer' with confirm or drop.")
        return
    if len(others) > len(changed):
        say(f"Already answered so today, and left as it is: {len(others) - len(changed)}.")
    if changed or len(others) < len(answers):
        written(register, path, after, apply=apply)


def _answered_already(changed: Sequence[tuple[DeclaredAnswer, DeclaredAnswer]]) -> UsageError:
    """What stands of today, and the command that corrects it."""
    from muniment.model.errors import UsageError

    before, _ = changed[0]
    more = f", and {len(changed) - 1} more of the list were answered too" if len(changed) > 1 else ""
    return UsageError(f"{_stands(before)}{more}", hint=f"leave it, or correct it: {_typed_again()}")


def _stands(before: DeclaredAnswer) -> str:
    at = f" ({before.where.file}:{before.where.line})" if before.where is not None else ""
    return (
        f"{before.by} answered today about {before.holder} and {before.asset} already: {before.answer}, until "
        f"{before.until}{at}"
    )


def _typed_again() -> str:
    """The command as it was typed, with ``--correct``; nothing of a text that looks like a secret, or of --db."""
    import shlex

    from click.core import ParameterSource

    from muniment.model.secret import HIDDEN, likeness

    context = click.get_current_context()
    words = ["muniment", "review", "answer", context.params["review"]]
    for param in context.command.params:
        value = context.params.get(param.name or "")
        if isinstance(param, click.Argument) or param.name == "correct" or param.name not in context.params:
            continue
        if context.get_parameter_source(param.name or "") is not ParameterSource.COMMANDLINE:
            continue
        own = [] if value is True else [HIDDEN if param.name == "db" or likeness(str(value)) else str(value)]
        words += [max(param.opts, key=len), *own]
    return shlex.join([*words, "--correct"])


def _file_of(changed: Sequence[tuple[DeclaredAnswer, DeclaredAnswer]]) -> Path | None:
    """The register's file in which the answers stand that are corrected; ``None``: none is."""
    from muniment.model.errors import UsageError

    files = sorted({before.where.file for before, _ in changed if before.where is not None})
    if len(files) > 1:
        raise UsageError(
            f"the answers of today stand in several files: {', '.join(files)}", hint="correct them one by one"
        )
    return Path(files[0]) if files else None


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
