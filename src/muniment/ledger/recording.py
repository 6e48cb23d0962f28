"""From answers to events: what one assessment changes in the ledger. Silence changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

from msgspec import Struct

from muniment.ledger.events import (
    Entry,
    FindingId,
    Fixed,
    How,
    Opened,
    Regraded,
    Restated,
    Unwaived,
    Waived,
    Why,
)
from muniment.ledger.finding import State
from muniment.model.tlp import Marking
from muniment.model.verdict import Problem, Severity, Where
from muniment.model.waiver import Decision, Waiver


class Kept(Struct, frozen=True, gc=False):
    """What recording needs of a finding that exists: its state, its severity, a digest of its words, its waiver."""

    state: State
    severity: Severity
    text: bytes
    waiver: Waived | None = None


class AllBut(Struct, frozen=True):
    """Every key except these: what complete evidence clears when a few of its items could not be judged."""

    keys: frozenset[str]

    def __contains__(self, key: object) -> bool:
        return key not in self.keys


Cleared = frozenset[str] | AllBut | None
"""The keys that an answer lets the ledger close; ``None``: every key that is not a problem."""


class Answer(Struct, frozen=True):
    """What one check said of one asset, ready for the ledger.

    ``problems`` are open. ``cleared`` are keys seen passing; ``None``: every other key is cleared.
    """

    check: str
    asset: str
    severity: Severity
    subproject: str
    marking: Marking
    problems: tuple[Problem, ...] = ()
    cleared: Cleared = frozenset()
    how: How = How.PASSED
    why: Why = Why.OBSERVED


NOTHING: Mapping[str, Kept] = {}


def text_digest(message: str, cause: str, subproject: str, marking: Marking, where: Where | None) -> bytes:
    """8 bytes that change when a finding's words, place or readers do."""
    to = "*" if marking.to is None else ",".join(sorted(marking.to))
    place = f"{where.file}:{where.line}" if where else ""
    text = "\0".join((message, cause, subproject, marking.level.name, to, place))
    return hashlib.blake2b(text.encode(), digest_size=8).digest()


def record(answer: Answer, kept: Mapping[str, Kept]) -> Iterator[Entry]:
    """The events that one answer brings, given the check's findings on the asset by key."""
    check, asset = answer.check, answer.asset
    seen: set[str] = set()
    for problem in answer.problems:
        if problem.key in seen:
            raise ValueError(f"{check} on {asset} gave two problems with the key {problem.key!r}")
        seen.add(problem.key)
        id = FindingId(check, asset, problem.key)
        cause = problem.cause or check
        old = kept.get(problem.key)
        if old is None or old.state is State.FIXED:
            yield Entry(
                id,
                Opened(
                    severity=answer.severity,
                    message=problem.message,
                    cause=cause,
                    subproject=answer.subproject,
                    marking=answer.marking,
                    why=answer.why,
                    where=problem.where,
                    again=old is not None,
                ),
            )
            continue
        if old.severity != answer.severity:
            yield Entry(id, Regraded(answer.severity, Why.REJUDGED))
        words = text_digest(problem.message, cause, answer.subproject, answer.marking, problem.where)
        if old.text != words:
            yield Entry(id, Restated(problem.message, cause, answer.subproject, answer.marking, problem.where))
    if not kept:
        return
    for key, old in kept.items():
        if key in seen or old.state is State.FIXED:
            continue
        if answer.cleared is None or key in answer.cleared:
            yield Entry(FindingId(check, asset, key), Fixed(answer.how, answer.why))


def retire(asset: str, kept: Mapping[str, Mapping[str, Kept]], why: Why = Why.OBSERVED) -> Iterator[Entry]:
    """The events when an asset is no longer declared or asked about; ``kept`` is by check and key."""
    for check, by_key in kept.items():
        for key, old in by_key.items():
            if old.state is not State.FIXED:
                yield Entry(FindingId(check, asset, key), Fixed(How.RETIRED, why))


def decide(
    findings: Iterable[tuple[FindingId, Kept]],
    waivers: tuple[Waiver, ...],
    today: date,
    answers_for: Callable[[str], str] = lambda asset: "",
) -> Iterator[Entry]:
    """The events that the register's waivers bring to findings that are not fixed.

    Of several waivers that cover one finding the one that lasts longest counts. ``answers_for`` tells an asset's
    subproject: what a subproject waives is waived of its own alone.
    """
    named: dict[str, list[Waiver]] = {}  # most waivers name one asset; the others are tried on every finding
    for waiver in waivers:
        if waiver.until >= today:
            named.setdefault("" if set(waiver.asset) & set("*?[") else waiver.asset, []).append(waiver)
    for id, kept in findings:
        if kept.state is State.FIXED or (not named and kept.waiver is None):
            continue
        covering = [
            w
            for w in (*named.get(id.asset, ()), *named.get("", ()))
            if w.covers(id.check, id.asset, id.key) and w.subproject in ("", answers_for(id.asset))
        ]
        chosen = max(covering, key=lambda w: (w.until, w.by, w.reason), default=None)
        if chosen is None:
            if kept.state in (State.WAIVED, State.FALSE_POSITIVE):
                expired = kept.waiver is not None and kept.waiver.until < today
                yield Entry(id, Unwaived(expired=expired))
            continue
        event = Waived(chosen.by, chosen.reason, chosen.until, chosen.decision)
        if kept.waiver != event:
            yield Entry(id, event)


__all__ = [
    "NOTHING",
    "AllBut",
    "Answer",
    "Cleared",
    "Decision",
    "Kept",
    "decide",
    "record",
    "retire",
    "text_digest",
]
