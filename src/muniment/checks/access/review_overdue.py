"""Finds access reviews that were to be done by now."""

from __future__ import annotations

from datetime import date

from muniment.checks.declaration import Example, Today, check
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_review import DeclaredReview
from muniment.model.asset import Status
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Verdict
from muniment.register.inventory import Inventory

_REGISTRAR = DeclaredAsset(asset="service:registrar", status=Status.OFFICIAL, reason="holds the domains")


def _review(due: date, closed: date | None = None) -> DeclaredReview:
    return DeclaredReview(
        id="registrar-2026",
        by="noor",
        started=date(2026, 1, 5),
        due=due,
        assets=("service:registrar",),
        closed=closed,
    )


@check(
    title="Access review is overdue",
    severity="medium",
    controls=("OSPS-GV-01.01",),
    examples=(
        Example(
            name="It has time left",
            asset="service:registrar",
            register=(_REGISTRAR, _review(date(2026, 4, 5))),
            expect=Pass,
        ),
        Example(
            name="It was closed",
            asset="service:registrar",
            register=(_REGISTRAR, _review(date(2026, 2, 5), date(2026, 2, 1))),
            expect=Pass,
        ),
        Example(
            name="Its last day is past, and it is open",
            asset="service:registrar",
            register=(_REGISTRAR, _review(date(2026, 2, 5))),
            expect=Fail,
            keys=("registrar-2026",),
        ),
        Example(name="Nobody reviews it", asset="pypi:callisto-core", expect=NotApplicable),
    ),
)
def review_overdue(entry: DeclaredAsset, inventory: Inventory, today: Today) -> Verdict:
    """An access review of the register's is open after the day by which it was to be done.

    ## What it does

    Judges the entries of `reviews` without a day `closed`: a review of some assets at the first of them, any other
    at the project. It fails from the day after `due` on.

    ## Why it matters

    A review that was begun and not finished looks like one that was done.

    ## How to fix

    `muniment review status NAME` says whose answers are missing. Ask them again, write the answers down, and close
    it: `muniment review close NAME`.

    ## What is not judged

    Whether the answers are right, and whether anybody reviews what has no review at all.
    """
    own = inventory.entrusted.reviews_at.get(entry.asset, ())
    if not own:
        return NotApplicable("no access review belongs to it")
    problems = tuple(
        Problem(
            f"the access review {review.id} was to be done by {review.due}: {review.by} sees who has not answered "
            "by muniment review status",
            key=review.id,
            where=review.where,
        )
        for review in own
        if review.closed is None and review.due < today
    )
    return Fail(problems) if problems else PASS
