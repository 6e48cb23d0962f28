"""Takes answers in, one by one or as the list that came back, and refuses what nobody was asked."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date

from msgspec.structs import replace

from muniment.app.reviewing.sheet import Sheet
from muniment.evidence.declared_answer import CONFIRM, DROP, DeclaredAnswer
from muniment.model.errors import UsageError
from muniment.model.text import is_formula
from muniment.register.inventory import Inventory
from muniment.register.spelling import quoted

MAX_BYTES = 1_000_000
_NEEDED = ("asset", "holder", "answer", "reason")


def answered(
    sheet: Sheet,
    inventory: Inventory,
    *,
    asset: str,
    holder: str,
    answer: str,
    reason: str,
    by: str,
    seen: date,
    until: date,
) -> DeclaredAnswer:
    """One answer to one question of a review; ``UsageError`` if it is none."""
    if not any((q.asset, q.holder) == (asset, holder) for q in sheet.questions):
        raise UsageError(
            f"{sheet.review.id} does not ask about {quoted(holder)} and {quoted(asset)}",
            hint=f"muniment review ask {sheet.review.id} --format csv lists what it asks",
        )
    if answer not in (CONFIRM, DROP):
        raise UsageError(f"{quoted(answer)} is no answer", hint=f"write {CONFIRM} or {DROP}")
    if not reason.strip():
        raise UsageError(f"the answer about {holder} and {asset} has no reason", hint="one sentence will do")
    if by not in inventory.parties:
        raise UsageError(f"the register knows nobody called {quoted(by)}", hint="name who answered by the handle")
    if answer == CONFIRM and by == holder:
        raise UsageError(f"{by} cannot confirm their own access", hint="ask somebody else who can tell")
    if until < seen:
        raise UsageError(f"an answer cannot end on {until}, before it is given", hint="--until a day to come")
    return DeclaredAnswer(
        asset=asset,
        holder=holder,
        answer=answer,
        by=by,
        seen=seen,
        until=until,
        statement=" ".join(reason.split()),
    )


def of_the_day(sheet: Sheet, own: DeclaredAnswer) -> DeclaredAnswer | None:
    """What was answered to the same question on the same day, and stands; ``None``: nothing was."""
    found = next((q.answer for q in sheet.questions if (q.asset, q.holder) == (own.asset, own.holder)), None)
    return found if found is not None and found.seen == own.seen else None


def is_same(one: DeclaredAnswer, other: DeclaredAnswer) -> bool:
    """True if two answers to one question say the same, wherever they stand."""
    return replace(one, where=None) == replace(other, where=None)


def refuse_two(answers: Sequence[DeclaredAnswer]) -> None:
    """Refuse a list that answers one question twice."""
    seen: set[tuple[str, str]] = set()
    for own in answers:
        if (own.asset, own.holder) in seen:
            raise UsageError(
                f"the list answers twice about {quoted(own.holder)} and {quoted(own.asset)}",
                hint="leave the line that holds",
            )
        seen.add((own.asset, own.holder))


def listed(text: str, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a list that came back which have an answer, with their lines; ``UsageError`` if it is none.

    A cell that was guarded against spreadsheets is read as what it was.
    """
    if len(text) > MAX_BYTES:
        raise UsageError(
            f"{name} is larger than {MAX_BYTES // 1_000_000} MB", hint="a review's list is far smaller"
        )
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    try:
        missing = [column for column in _NEEDED if column not in (reader.fieldnames or ())]
        if missing:
            raise UsageError(
                f"{name} has no column {missing[0]}",
                hint="use the list that muniment review ask --format csv wrote",
            )
        for row in reader:
            cells = {column: _bare(row[column] or "") for column in _NEEDED}
            if cells["answer"]:
                yield reader.line_num, {**cells, "answer": cells["answer"].lower()}
    except csv.Error as error:
        raise UsageError(f"{name}, line {reader.line_num}: {error}", hint="save it as CSV again") from None


def _bare(cell: str) -> str:
    cell = cell.strip()
    return cell[1:] if cell[:1] == "'" and is_formula(cell[1:]) else cell
