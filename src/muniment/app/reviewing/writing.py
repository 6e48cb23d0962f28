"""Checklists for those who are asked, and the report of a review that is done: Markdown that obeys no data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from muniment.app.reviewing.sheet import CONFIRMED, DROP_UNSEEN, TO_DROP, Question, Sheet
from muniment.register.inventory import Inventory

COLUMNS = ("review", "reviewer", "asset", "holder", "name", "roles", "known from", "answer", "reason")
"""Of the list that goes out and comes back: ``answer`` and ``reason`` are filled in by who is asked."""


def asked(sheet: Sheet, reviewer: str | None = None) -> tuple[tuple[str, ...], ...]:
    """The rows of the questions that wait for an answer, of one reviewer or of all (``None``)."""
    return tuple(
        (sheet.review.id, q.reviewer, q.asset, q.holder, q.shown, "; ".join(q.roles), q.known, "", "")
        for q in _waiting(sheet, reviewer)
    )


def checklist(sheet: Sheet, inventory: Inventory, safe: Callable[[str], str], reviewer: str) -> str:
    """What one reviewer is asked, as Markdown. ``safe`` makes a foreign text harmless."""
    party = inventory.parties.get(reviewer)
    name = (party.name if party is not None else "") or reviewer or "nobody: find somebody who can answer"
    lines = [
        f"# Access review {safe(sheet.review.id)}: for {safe(name)}",
        "",
        f"*{sheet.marking.label}*",
        "",
        f"Please answer by {sheet.review.due}. Each line is somebody's access to something. If they still need "
        "it, confirm it; if they do not, drop it. A word on why helps whoever asks next time. If you cannot tell, "
        "leave it open and say so.",
        "",
    ]
    for q in _waiting(sheet, reviewer):
        roles = ", ".join(q.roles) or "role not known"
        lines.append(
            f"- [ ] {safe(q.shown)} ({safe(q.holder)}): {safe(roles)}, on {safe(q.asset)}; {safe(q.known)}"
        )
        lines.append("      confirm or drop, because:")
    return "\n".join([*lines, ""])


def report(sheet: Sheet, safe: Callable[[str], str]) -> str:
    """What a review came to, as Markdown: the answers, what is still to be done, and what nobody could see."""
    review = sheet.review
    counted = Counter(q.standing for q in sheet.questions)
    lines = [
        f"# Access review {safe(review.id)}",
        "",
        f"*{sheet.marking.label}*",
        "",
        f"Of {safe(scope_of(sheet))}, from {review.started} to {review.closed or review.due}, seen to by "
        f"{safe(review.by)}. {len(sheet.questions)} question{'s' * (len(sheet.questions) != 1)}"
        + "".join(f"; {number} {standing}" for standing, number in sorted(counted.items()))
        + ".",
        "",
        *_section(
            "Still to be taken away", (q for q in sheet.questions if q.standing in (TO_DROP, DROP_UNSEEN)), safe
        ),
        *_section("Not answered", sheet.waiting, safe),
        *_section("Confirmed", (q for q in sheet.questions if q.standing == CONFIRMED), safe),
        "## Not seen",
        "",
        *([f"- {safe(line)}" for line in sheet.unseen] or ["Everything that was to be seen was seen."]),
        "",
    ]
    return "\n".join(lines)


def reviewers(sheet: Sheet) -> tuple[str, ...]:
    """Who is asked anything, by handle; empty text: questions for which there is nobody to ask."""
    return tuple(sorted({q.reviewer for q in sheet.waiting}))


def _waiting(sheet: Sheet, reviewer: str | None) -> Iterator[Question]:
    return (q for q in sheet.waiting if reviewer is None or q.reviewer == reviewer)


def scope_of(sheet: Sheet) -> str:
    """Of whose access a review is, in words."""
    review = sheet.review
    if review.cohort:
        return f"the cohort {review.cohort}"
    return f"the subproject {review.subproject}" if review.subproject else ", ".join(review.assets)


def _section(title: str, questions: Iterable[Question], safe: Callable[[str], str]) -> list[str]:
    lines = [
        f"- {safe(q.shown)} ({safe(q.holder)}): {safe(', '.join(q.roles) or 'role not known')}, on {safe(q.asset)}"
        + (
            f"; {q.answer.answer} by {safe(q.answer.by)} on {q.answer.seen}, until {q.answer.until}: "
            f"{safe(q.answer.statement)}"
            if q.answer is not None
            else ""
        )
        for q in questions
    ]
    return [f"## {title}", "", *(lines or ["None."]), ""]
