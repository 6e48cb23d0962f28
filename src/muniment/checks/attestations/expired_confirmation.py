"""Finds access that somebody confirmed for a time that is over."""

from __future__ import annotations

from datetime import date

from muniment.checks.declaration import Example, Today, check
from muniment.evidence.declared_answer import CONFIRM, DROP, DeclaredAnswer
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.model.asset import Status
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Verdict
from muniment.register.inventory import Inventory

_REGISTRAR = DeclaredAsset(asset="service:registrar", status=Status.OFFICIAL, reason="holds the domains")


def _answer(answer: str, seen: date, until: date) -> DeclaredAnswer:
    return DeclaredAnswer(
        asset="service:registrar",
        holder="grace",
        answer=answer,
        by="noor",
        seen=seen,
        until=until,
        statement="renews the domains every spring",
    )


_LAST_YEAR = _answer(CONFIRM, date(2025, 1, 20), date(2026, 1, 20))


@check(
    title="Confirmation of access has expired",
    severity="low",
    examples=(
        Example(
            name="Confirmed, and still valid",
            asset="service:registrar",
            register=(_REGISTRAR, _answer(CONFIRM, date(2026, 1, 20), date(2027, 1, 20))),
            expect=Pass,
        ),
        Example(
            name="Confirmed until a day that is past",
            asset="service:registrar",
            register=(_REGISTRAR, _LAST_YEAR),
            expect=Fail,
            keys=("grace",),
        ),
        Example(
            name="It was confirmed, and is to be dropped since",
            asset="service:registrar",
            register=(_REGISTRAR, _LAST_YEAR, _answer(DROP, date(2026, 2, 1), date(2026, 2, 20))),
            expect=Pass,
        ),
        Example(name="Nobody was ever asked", asset="pypi:callisto-core", expect=NotApplicable),
    ),
)
def expired_confirmation(entry: DeclaredAsset, inventory: Inventory, today: Today) -> Verdict:
    """In an access review somebody confirmed a person's access to an asset, and the answer holds no longer.

    ## What it does

    Judges the entries of `attestations` that have a `holder` and `answer: confirm`. Of several about one holder and
    one asset the newest counts. It fails from the day after `until` on. An answer about an asset without an entry
    of its own is judged at the project.

    ## Why it matters

    That somebody needed access last year says little about this year. An answer with an end makes sure that the
    question is asked again.

    ## How to fix

    Ask again, with `muniment review start` for many at once, and write the new answer beside the old one. If the
    access is gone, delete the answer.

    ## What is not judged

    Answers that drop access: `muniment review status` says of which it was seen that they are held still.
    """
    own = inventory.entrusted.answers_at.get(entry.asset, ())
    if not own:
        return NotApplicable("nobody was asked whose access to it stays")
    problems = tuple(
        Problem(
            f"that {answer.holder} keeps access to {answer.asset} was confirmed by {answer.by} on {answer.seen}, "
            f"until {answer.until}: ask again",
            key=answer.holder if answer.asset == entry.asset else f"{answer.holder}/{answer.asset}",
            where=answer.where,
        )
        for answer in own
        if answer.answer == CONFIRM and answer.until < today
    )
    return Fail(problems) if problems else PASS
