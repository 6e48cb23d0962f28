"""Reads the log once: what happened to each finding, what stood waived before the run, and movements by run."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from muniment.ledger.events import Entry, Event, FindingId, Fixed, Opened, Unwaived, Waived, Why
from muniment.ledger.finding import Finding, State, fold
from muniment.model.tlp import RED, Marking
from muniment.ports import RunStamp, Store
from muniment.publish.material import Happened, Tallied, Turn

POINTS = 60
"""How many points a course over time has at most."""

_UNITS: tuple[tuple[timedelta, Callable[[datetime], object]], ...] = (
    (timedelta(days=POINTS), lambda at: at.date()),
    (timedelta(weeks=POINTS), lambda at: at.isocalendar()[:2]),
    (timedelta(days=30 * POINTS), lambda at: (at.year, at.month)),
    (timedelta(days=91 * POINTS), lambda at: (at.year, (at.month - 1) // 3)),
)


class Chronicle(Struct, frozen=True):
    """What the log tells up to an instant.

    ``folded`` are the findings as they stood then, if that was asked for. ``shelved`` stood waived or false
    positive when the run in question began.
    """

    folded: Mapping[FindingId, Finding]
    histories: Mapping[FindingId, tuple[Happened, ...]]
    shelved: frozenset[FindingId]
    turns: tuple[Turn, ...]


class _Sum:
    """Movements that are counted together, and when the last of them was."""

    def __init__(self) -> None:
        self.at = datetime.max
        self.moves: Counter[str] = Counter()


class _Life(Struct):
    """One finding as the log is read: is it open, is it waived."""

    open: bool = False
    shelved: bool = False


def chronicle(
    store: Store,
    before: int,
    place: Callable[[FindingId], tuple[str, Marking]],
    *,
    at: datetime | None = None,
    told: Callable[[FindingId], bool] = lambda _: True,
) -> Chronicle:
    """The log up to an instant, in one pass. ``before``: the run before which something must have stood waived.

    ``place`` gives a finding's subproject and marking of today, under which its movements are counted; ``told``
    says of which findings the history is wanted. With ``at`` the findings are folded, too.
    """
    unit = unit_of([r for r in store.runs(until=at) if r.judges])
    folded: dict[FindingId, Finding] = {}
    histories: defaultdict[FindingId, list[Happened]] = defaultdict(list)
    lives: defaultdict[FindingId, _Life] = defaultdict(_Life)
    shelved: set[FindingId] = set()
    sums: defaultdict[tuple[object, str, Marking], _Sum] = defaultdict(_Sum)
    for stamp, entry in store.history(until=at):
        id, event = entry.finding, entry.event
        if at is not None:
            folded[id] = fold(folded.get(id), id, event, stamp.id, stamp.at)
        if told(id):
            histories[id].append(Happened(stamp.id, stamp.at, event))
        life = lives[id]
        move = moved(event, life)
        if stamp.id < before:
            (shelved.add if life.shelved else shelved.discard)(id)
        if move:
            own = sums[unit(stamp.at), *place(id)]
            own.at = stamp.at
            own.moves[move] += 1
    turns = (
        Turn(at=own.at, subproject=subproject, marking=marking, **own.moves)
        for (_, subproject, marking), own in sums.items()
    )
    return Chronicle(
        folded,
        {id: tuple(lines) for id, lines in histories.items()},
        frozenset(shelved),
        tuple(sorted(turns, key=lambda t: (t.at, t.subproject))),
    )


def moved(event: Event, life: _Life) -> str:
    """The movement that an event is, in the words of ``Turn``; empty: nothing opened or closed by it."""
    was_open = life.open
    match event:
        case Opened(why=why):
            life.open, life.shelved = True, False
            return "new" if why is Why.OBSERVED else "ours"
        case Fixed(why=why):
            life.open = life.shelved = False
            return ("fixed" if why is Why.OBSERVED else "dropped") if was_open else ""
        case Waived():
            life.open, life.shelved = False, True
            return "waived" if was_open else ""
        case Unwaived():
            life.open, life.shelved = True, False
            return "" if was_open else "unwaived"
        case _:
            return ""


def unit_of(stamps: Sequence[RunStamp]) -> Callable[[datetime], object]:
    """What runs are put together by: each by itself while they are few, else by day, week, month, quarter or year.

    The unit follows from how long the runs reach, so that a point stays where it is when a run is added.
    """
    if len(stamps) <= POINTS:
        return lambda at: at
    span = stamps[-1].at - stamps[0].at
    return next((unit for longest, unit in _UNITS if span < longest), lambda at: at.year)


def tallied(store: Store, at: datetime | None) -> Iterator[Tallied]:
    """How the answers stood after the runs that stand for the others. Old counts have no markings: they are RED."""
    stamps = [r for r in store.runs(until=at) if r.judges]
    unit = unit_of(stamps)
    for stamp in {unit(stamp.at): stamp for stamp in stamps}.values():
        sums: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for tally in store.tallies(stamp.id):
            sums[tally.subproject][_standing(tally.verdict, tally.stale)] += tally.count
        for subproject, counted in sorted(sums.items()):
            numbers = {word: counted[word] for word in ("ok", "fail", "stale", "unknown")}
            yield Tallied(at=stamp.at, subproject=subproject, marking=RED, **numbers)


def _standing(verdict: str, stale: bool) -> str:
    if verdict in ("pass", "fail"):
        return "stale" if stale else {"pass": "ok", "fail": "fail"}[verdict]
    return verdict


def pretended(entries: Iterable[Entry], at: datetime) -> dict[FindingId, tuple[Happened, ...]]:
    """What a day to come would bring, as lines of the findings' histories; they belong to no run."""
    lines: defaultdict[FindingId, list[Happened]] = defaultdict(list)
    for entry in entries:
        lines[entry.finding].append(Happened(0, at, entry.event))
    return {id: tuple(found) for id, found in lines.items()}


CLOSED_WITHIN = timedelta(days=90)
"""For how long a finding that was closed still has a page."""


def over(findings: Iterable[Finding], run: RunStamp, now: datetime) -> Iterator[Finding]:
    """The findings that were closed before a run, and not long ago."""
    for finding in findings:
        if finding.state is State.FIXED and finding.changed != run.id and now - finding.changed_at <= CLOSED_WITHIN:
            yield finding
