"""Show how the questions of a review stand: answered, open, overdue, or dropped and still held."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import click

from muniment.cli.options import db_option, format_option, pretend_option, register_option, verbosity


@click.command("status")
@click.argument("review", required=False)
@pretend_option
@format_option
@register_option
@db_option
@verbosity
def command(review: str | None, pretend_now: date | None, form: str, register: Path, db: str | None) -> None:
    """Show how each question of REVIEW stands, or without one all reviews of the register.

    An answer counts from the review's first day on and until its own last day, and nobody's word counts for their
    own access. What was to be dropped and was seen to be held still is `to be taken away`.
    """
    from muniment import wiring
    from muniment.app.reviewing.sheet import named, sheet
    from muniment.cli.reviewing import book_of, read, sheet_of
    from muniment.cli.telling import rows, say
    from muniment.model.tlp import TLP, Marking, join

    moment = wiring.moment(None, pretend_now, wiring.SystemClock().now())
    found = read(register)
    with wiring.opened(register, db) as store:
        book = book_of(store, found)
        if review is None:
            sheets = [
                sheet(store, book, own, at=moment.at, now=moment.now)
                for own in book.inventory.entrusted.reviews.values()
            ]
            lines = [
                (
                    s.review.id,
                    str(s.review.started),
                    str(s.review.due),
                    str(s.review.closed or ""),
                    s.review.by,
                    str(len(s.questions)),
                    str(len(s.waiting)),
                )
                for s in sheets
            ]
            marking = join(Marking(TLP.AMBER), found.whole, *(s.marking for s in sheets))
            rows(form, marking, ("review", "started", "due", "closed", "by", "questions", "waiting"), lines)
            if not lines:
                say("The register holds no access review: muniment review start NAME")
            return
        own = sheet_of(store, book, named(book.inventory, review), moment)
    told = [
        (
            q.asset,
            q.holder,
            q.standing,
            q.reviewer,
            "; ".join(q.roles),
            q.known,
            f"{q.answer.answer} by {q.answer.by} on {q.answer.seen}, until {q.answer.until}" if q.answer else "",
        )
        for q in own.questions
    ]
    columns = ("asset", "holder", "standing", "asked", "roles", "known from", "answer")
    rows(form, own.marking, columns, told, below=("roles", "known from", "answer"))
    counted = Counter(q.standing for q in own.questions)
    say(
        f"{own.review.id}, due {own.review.due}: "
        + (", ".join(f"{n} {s}" for s, n in sorted(counted.items())) or "no question")
    )
