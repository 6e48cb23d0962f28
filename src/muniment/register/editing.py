"""Edits a register's text by splicing at the marks: comments, order, quoting and line ends outside an edit stay.

Every edit is text in, text out, and is compared before it is handed back: each event of the parser outside the edit
has to be there as before, and the edited value has to mean what was asked for. What does not pass, or would lose a
comment, is refused with its place; nothing is ever formatted anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from msgspec.structs import replace

from muniment.evidence.declared_answer import DeclaredAnswer
from muniment.evidence.declared_distinction import DeclaredDistinction
from muniment.evidence.declared_review import DeclaredReview
from muniment.model.asset import canonical
from muniment.model.declined_change import DeclinedChange
from muniment.model.errors import UsageError
from muniment.model.waiver import Decision, Waiver
from muniment.register import writing
from muniment.register.document import unsafe
from muniment.register.outline import Outline, outline
from muniment.register.splicing.adding import adding
from muniment.register.splicing.change import Change, Path, child, found, refuse
from muniment.register.splicing.lines import end_of
from muniment.register.splicing.removing import removing
from muniment.register.splicing.renaming import renaming
from muniment.register.splicing.setting import setting
from muniment.register.writing import Value

KEY = "waivers"
ATTESTATIONS = "attestations"
REVIEWS = "reviews"
DECLINED = "declined-changes"
NOT_THE_SAME = "not-the-same"
_BOM = "\ufeff"


def set_value(text: str, path: Path, value: Value) -> str:
    """``text`` with another value where ``path`` leads; nothing but that value's own characters changes.

    A text keeps its kind of quotes if it can. ``UsageError`` if nothing stands there, or a comment would be lost.
    """
    return _edited(text, lambda o: setting(o, found(o, path), value))


def add_entry(text: str, path: Path, key: str, value: Value) -> str:
    """``text`` with a key more at the end of the mapping where ``path`` leads (empty: the whole file).

    What means nothing yet becomes a mapping. ``UsageError`` if the key is there already.
    """
    return _edited(text, lambda o: adding(o, path, key, value))


def add_item(text: str, path: Path, value: Value) -> str:
    """``text`` with an item more at the end of the list where ``path`` leads; what means nothing becomes a list."""
    return _edited(text, lambda o: adding(o, path, None, value))


def remove_entry(text: str, path: Path) -> str:
    """``text`` without the entry or item where ``path`` leads, and without the comments on its own lines.

    Lines of comments before and after it stay. Of a block whose last entry goes, the key stays, and means nothing.
    """
    return _edited(text, lambda o: removing(o, path))


def rename_entry(text: str, path: Path, word: str) -> str:
    """``text`` with the entry where ``path`` leads under another key; ``UsageError`` if it is there already."""
    return _edited(text, lambda o: renaming(o, path, word))


def add_waiver(text: str, waiver: Waiver) -> str:
    """``text`` with the waiver appended to its ``waivers``; the key is made at the end if there is none.

    Every other character stays, save an empty ``[]`` or ``null`` that the list takes the place of. Raises
    ``UsageError`` if the text cannot be read or is written in a way that cannot be added to safely.
    """
    return _decided(text, KEY, "waiver", _fields(waiver))


def add_declined_change(text: str, declined: DeclinedChange) -> str:
    """``text`` with the declined change appended to its ``declined-changes``, as ``add_waiver`` does it."""
    fields = {
        "change": declined.change,
        "by": declined.by,
        "reason": declined.reason.strip(),
        "until": declined.until.isoformat(),
    }
    _refuse_control("declined change", fields)
    return _decided(text, DECLINED, "declined change", fields)


def add_distinction(text: str, said: DeclaredDistinction) -> str:
    """``text`` with two told apart in its ``not-the-same``, as ``add_waiver`` does it."""
    fields: dict[str, Value] = {
        "who": [said.one, said.other],
        **({"signs": list(said.signs)} if said.signs else {}),
        "by": said.by,
        "reason": said.reason.strip(),
        **({"until": said.until.isoformat()} if said.until is not None else {}),
    }
    _refuse_control(
        "entry", {"two": f"{said.one} {said.other}", "signs": " ".join(said.signs), "reason": said.reason}
    )
    return _decided(text, NOT_THE_SAME, "entry", fields)


def add_answer(text: str, answer: DeclaredAnswer) -> str:
    """``text`` with the answer of an access review appended to its ``attestations``, as ``add_waiver`` does it."""
    fields = {"asset": answer.asset, "holder": answer.holder, **_said(answer)}
    _refuse_control("answer", fields)
    return _decided(text, ATTESTATIONS, "answer", fields)


def correct_answer(text: str, line: int, answer: DeclaredAnswer) -> str:
    """``text`` with what is answered in the attestation that begins in a line replaced; the rest of it stays.

    ``UsageError`` if no answer of that day about the same begins there.
    """
    said = _said(answer)
    _refuse_control("answer", said)
    there = outline(text.removeprefix(_BOM))
    at = child(there, there.root, ATTESTATIONS) if there.root is not None else None
    items = there.entries(at[1]) if at is not None and there.is_seq(at[1]) else []
    number = next((n for n, (item, _) in enumerate(items) if there.line(there.starts[item]) == line), None)
    own = there.value(items[number][1]) if number is not None else None
    if number is None or not isinstance(own, dict) or _asked(own) != (answer.asset, answer.holder, said["seen"]):
        raise UsageError(
            f"no answer of {answer.seen} about {answer.holder} and {answer.asset} begins in line {line}",
            hint="correct it by hand",
        )
    for key, value in said.items():
        if str(own.get(key)) != value:
            text = set_value(text, (ATTESTATIONS, number, key), value)
    return text


def _asked(own: Mapping[object, object]) -> tuple[str, str, str]:
    """What an attestation of a file is about, as the register reads it, and of which day it is."""
    return canonical(str(own.get("asset"))), str(own.get("holder")).lower(), str(own.get("seen"))


def _said(answer: DeclaredAnswer) -> dict[str, str]:
    return {
        "answer": answer.answer,
        "by": answer.by,
        "seen": answer.seen.isoformat(),
        "until": answer.until.isoformat(),
        "statement": answer.statement,
    }


def add_review(text: str, review: DeclaredReview) -> str:
    """``text`` with an access review more under ``reviews``; the key is made at the end if there is none."""
    fields: dict[str, Value] = {
        "by": review.by,
        "started": review.started.isoformat(),
        "due": review.due.isoformat(),
        **({"cohort": review.cohort} if review.cohort else {}),
        **({"subproject": review.subproject} if review.subproject else {}),
        **({"assets": list(review.assets)} if review.assets else {}),
    }
    there = outline(text.removeprefix(_BOM))
    root = there.root
    if root is not None and there.is_map(root) and child(there, root, REVIEWS) is not None:
        return add_entry(text, (REVIEWS,), review.id, fields)
    return add_entry(text, (), REVIEWS, {review.id: fields})


def close_review(text: str, review: str, closed: date) -> str:
    """``text`` with the day on which an access review was closed."""
    return add_entry(text, (REVIEWS, review), "closed", closed.isoformat())


def _decided(text: str, key: str, what: str, fields: Mapping[str, Value]) -> str:
    """``text`` with a decision more in the list under a key."""
    try:
        return _with_item(text, key, fields)
    except UsageError as error:
        if error.hint.startswith("mend"):
            raise
        said = f"the {what} cannot be added safely to this file: {error.message}"
        raise UsageError(said, hint="add it by hand:\n" + writing.inline(fields)) from None


def _with_item(text: str, section: str, fields: Mapping[str, Value]) -> str:
    body = text.removeprefix(_BOM)
    there = outline(body)
    root = there.root
    if root is not None and there.is_flow(root):
        raise UsageError("the file's keys do not stand on lines of their own")
    at = None if root is None or not there.is_map(root) else child(there, root, section)
    if at is None:
        return _edited(text, lambda o: _closed(o, adding(o, (), section, [fields])))
    _, value = at
    if there.is_nothing(value) or (
        there.is_seq(value) and not body[there.starts[value] : there.stop(value)].strip("[] \t")
    ):
        return _edited(text, lambda o: _closed(o, setting(o, found(o, (section,)), [fields])))
    return _edited(text, lambda o: _closed(o, adding(o, (section,), None, fields)))


def _closed(there: Outline, made: Change) -> Change:
    """The change with a line end behind its last line, also where the file ended without one."""
    size = len(there.text)
    cuts = tuple(
        (start, end, new if end < size or new.endswith("\n") else new + end_of(there.text, size))
        for start, end, new in made.cuts
    )
    return replace(made, cuts=cuts)


def _fields(waiver: Waiver) -> dict[str, str]:
    asset = waiver.asset if set(waiver.asset) & set("*?[") else canonical(waiver.asset)
    fields = {"check": waiver.check, "asset": asset}
    if waiver.key != "*":
        fields["key"] = waiver.key
    fields |= {"by": waiver.by, "reason": waiver.reason.strip(), "until": waiver.until.isoformat()}
    if waiver.decision is not Decision.ACCEPTED:
        fields["decision"] = waiver.decision.value
    _refuse_control("waiver", fields)
    return fields


def _refuse_control(what: str, fields: Mapping[str, str]) -> None:
    for name, value in fields.items():
        if unsafe(value) or "\r" in value:
            raise UsageError(f"the {what}'s {name} holds a control character", hint="type it again without")


def _edited(text: str, change: Callable[[Outline], Change]) -> str:
    mark = _BOM if text.startswith(_BOM) else ""
    before = outline(text.removeprefix(mark))
    made = change(before)
    after = before.text
    for start, end, new in sorted(made.cuts, reverse=True):
        after = after[:start] + new + after[end:]
    place = min(start for start, _, _ in made.cuts)
    try:
        seen = outline(after)
    except UsageError as error:
        refuse(before, None, f"the result would not be read: {error.message}", offset=place)
    if not _as_meant(before, seen, made):
        refuse(before, None, "something else in the file would change its meaning", offset=place)
    return mark + after


def _as_meant(before: Outline, seen: Outline, made: Change) -> bool:
    rest = len(before.said) - made.last
    last = len(seen.said) - rest
    if last < made.first or seen.said[: made.first] != before.said[: made.first]:
        return False
    if seen.said[last:] != before.said[made.last :]:
        return False
    if made.gone:
        return last == made.first
    at = made.first
    if made.opens:
        at, last = at + 1, last - 1
    if made.key is not None:
        if at >= last or seen.word(at) != made.key:
            return False
        at += 1
    return at < last and seen.after(at) == last and writing.same(seen.value(at), made.value)
