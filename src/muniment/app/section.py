"""Gathers what a subproject's section in its team compass is made from, without judging the whole project."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from msgspec.structs import replace

from muniment.app.assess import judge_all
from muniment.app.chronicle import chronicle
from muniment.app.dossiers import Book, records_at
from muniment.app.find import withdrawn
from muniment.app.material import bare, folded, judged_last, looks_of, row_of
from muniment.checks.declaration import Check
from muniment.ledger.finding import Finding, State
from muniment.model.tlp import RED
from muniment.ports import Store
from muniment.publish.material import Material
from muniment.register.inventory import parent_of


def section_material(
    store: Store,
    checks: Mapping[str, Check],
    book: Book,
    subproject: str,
    told: Collection[str],
    *,
    now: datetime,
    at: datetime | None = None,
    today: date | None = None,
) -> Material:
    """What ``material`` gives, as far as one subproject's section tells of it (empty: of what belongs to none).

    Of findings those of the checks ``told`` that are open in it, of answers those that they stand on, of evidence
    that about its own assets and what they lie in. ``book`` is the register of that instant.
    """
    _, run = judged_last(store, at)
    inventory = book.inventory
    findings = tuple(
        f
        for f in _standing(store, book, run.id, at)
        if f.state is State.OPEN and f.id.check in told and f.subproject == subproject
    )
    asked = {f.id.asset for f in findings}
    asking = {id: check for id, check in checks.items() if id in told}
    own = {asset for asset in inventory.known if inventory.subproject_of(asset) == subproject}
    own.update([parent for asset in own if (parent := parent_of(asset)) in inventory.known])
    return replace(
        bare(book, run, now=now, at=at, today=today),
        findings=findings,
        answers=tuple(
            row_of(judge.check, dossier, judged)
            for judge, dossier, judged in judge_all(store, asking, at=at, now=now, today=today, book=book, of=asked)
        ),
        looks=looks_of(records_at(store, at, sorted(own)), inventory, now),
    )


def _standing(store: Store, book: Book, run: int, at: datetime | None) -> tuple[Finding, ...]:
    """The findings as they stood at an instant."""
    current = {f.id: f for f in withdrawn(store.findings(fixed=at is not None), book.inventory)}
    if at is None:
        return tuple(current.values())
    log = chronicle(store, run, lambda _: ("", RED), at=at, told=lambda _: False)
    return tuple(withdrawn(folded(log, current, book), book.inventory))
