"""Tells how every access review stands, for the council alone: it asks about people of several subprojects."""

from __future__ import annotations

from datetime import datetime

from muniment.app.dossiers import Book
from muniment.app.reviewing.sheet import WAITING, Sheet, sheet
from muniment.app.reviewing.writing import scope_of
from muniment.model.tlp import join
from muniment.ports import Store
from muniment.publish.campaigns import COUNCIL_ALONE
from muniment.publish.reviews import QuestionPiece, ReviewPiece


def told(store: Store, book: Book, *, at: datetime | None, now: datetime) -> tuple[ReviewPiece, ...]:
    """Every review of the register, those that are open first, and of them the one that ends first."""
    sheets = (sheet(store, book, own, at=at, now=now) for own in book.inventory.entrusted.reviews.values())
    pieces = [_piece(own, book, now) for own in sheets]
    return tuple(sorted(pieces, key=lambda one: (one.state == "closed", one.due, one.id)))


def _piece(own: Sheet, book: Book, now: datetime) -> ReviewPiece:
    review, marking = own.review, join(own.marking, COUNCIL_ALONE)
    parties = book.inventory.parties
    return ReviewPiece(
        marking=marking,
        id=review.id,
        scope=scope_of(own),
        by=review.by,
        started=review.started,
        due=review.due,
        closed=review.closed,
        state="closed" if review.closed else "overdue" if review.due < now.date() else "open",
        questions=tuple(
            QuestionPiece(
                marking=marking,
                asset=q.asset,
                holder=q.shown,
                handle=q.holder if q.holder in parties else "",
                name=parties[q.holder].name or q.holder if q.holder in parties else "",
                roles=q.roles,
                known=q.known,
                reviewer=q.reviewer,
                standing=q.standing,
                waits=q.standing in WAITING,
                by=q.answer.by if q.answer is not None else "",
                words=q.answer.statement if q.answer is not None else "",
                until=q.answer.until if q.answer is not None else None,
            )
            for q in own.questions
        ),
        unseen=own.unseen,
    )
