"""Start an access review: whose access, by when, and who sees to it."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import click

from muniment.cli.options import DAY, db_option, register_option, verbosity
from muniment.cli.reviewing import apply_option, file_option, review_argument


@click.command("start")
@review_argument
@click.option("--cohort", help="The people whose grants name this cohort, or of the team of this name.")
@click.option("--subproject", help="Everything that this subproject answers for.")
@click.option("--asset", "assets", multiple=True, help="This asset; may be given again.")
@click.option("--by", required=True, help="Who sees to it: a handle of the register.")
@click.option("--due", type=DAY, required=True, help="The day by which all are to be answered.")
@file_option
@apply_option
@register_option
@db_option
@verbosity
def command(
    review: str,
    cohort: str | None,
    subproject: str | None,
    assets: tuple[str, ...],
    by: str,
    due: date,
    file: Path | None,
    apply: bool,
    register: Path,
    db: str | None,
) -> None:
    """Start the access review REVIEW, of a --cohort, a --subproject or some --asset, and count what it asks.

    Its entry goes into the register; without --apply the change is shown and nothing is written. Then
    `muniment review ask REVIEW` prints the lists.
    """
    from muniment import wiring
    from muniment.cli.amending import file_of, text_of, written
    from muniment.cli.reviewing import book_of, read, sheet_of
    from muniment.cli.telling import say
    from muniment.evidence.declared_review import DeclaredReview
    from muniment.model.asset import canonical
    from muniment.model.errors import UsageError
    from muniment.register.editing import REVIEWS, add_review
    from muniment.reporters.words import plural

    moment = wiring.moment(None, None, wiring.SystemClock().now())
    found = read(register)
    if sum(map(bool, (cohort, subproject, assets))) != 1:
        raise UsageError("a review is of one of three", hint="--cohort NAME, --subproject NAME, or --asset ID")
    if due < moment.today:
        raise UsageError(f"--due {due} is past", hint="give people some weeks to answer")
    new = DeclaredReview(
        id=review,
        by=by,
        started=moment.today,
        due=due,
        cohort=cohort or "",
        subproject=subproject or "",
        assets=tuple(canonical(asset) for asset in assets),
    )
    with wiring.opened(register, db) as store:
        path = file_of(register, file, REVIEWS)
        after = add_review(text_of(path), new)
        wiring.read_register_with(register, path, after)
        sheet = sheet_of(store, book_of(store, found), new, moment)
    if not sheet.questions:
        raise UsageError(
            "there is nothing to ask: nobody was seen or declared to hold any of it",
            hint="muniment run, or another scope",
        )
    written(register, path, after, apply=apply)
    say(f"{sheet.marking.label}: {plural(len(sheet.questions), 'question')}.")
    for reviewer, number in sorted(Counter(q.reviewer for q in sheet.waiting).items()):
        say(f"{reviewer or 'Nobody can be found to answer'}: {number}")
