"""The geometry of charts: places in per cent of a width that is not known here, so that text keeps its size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from msgspec import Struct

from muniment.publish.pieces import EventPiece, FindingPiece, LookPiece, TalliedPiece, TurnPiece

TAIL = 12.0
"""Per cent of a time line's width after the newest event: "and so it stands". No page tells how long that is."""

_STATES = {
    "opened": "open",
    "reopened": "open",
    "expired": "open",
    "withdrawn": "open",
    "waived": "waived",
    "false-positive": "waived",
    "fixed": "closed",
    "dropped": "closed",
}
WORDS = {
    "opened": "Opened",
    "reopened": "Reopened",
    "expired": "Waiver ran out",
    "withdrawn": "Waiver withdrawn",
    "waived": "Waived",
    "false-positive": "False positive",
    "fixed": "Fixed",
    "dropped": "Dropped",
    "regraded": "Regraded",
    "restated": "Said anew",
}
"""What happened, in a word."""


class Stretch(Struct, frozen=True):
    """A stretch of a life line: ``open``, ``waived`` or ``closed``, from a place, so wide, in per cent."""

    state: str
    x: float
    width: float


class Mark(Struct, frozen=True):
    """A turn in a life: where, its word and day, the side its words stand on, and if there is room for them."""

    state: str
    x: float
    word: str
    at: datetime
    anchor: str
    below: bool
    worded: bool


class Life(Struct, frozen=True):
    """A finding's life line, and the same in words."""

    stretches: tuple[Stretch, ...]
    marks: tuple[Mark, ...]
    words: str


def life(finding: FindingPiece) -> Life:
    """The life line of a finding; empty where its history is not at hand."""
    turns = [event for event in finding.history if event.what in _STATES]
    if not turns:
        return Life((), (), "")
    begin, end = turns[0].at, turns[-1].at
    places = [_share(event.at, begin, end) * (100 - TAIL) for event in turns] if end > begin else [0.0] * len(turns)
    edges = [*places, 100.0]
    stretches = tuple(
        Stretch(_STATES[event.what], at, edges[i + 1] - at)
        for i, (event, at) in enumerate(zip(turns, places, strict=True))
    )
    return Life(stretches, tuple(_marks(turns, places)), _told(turns))


def _marks(turns: list[EventPiece], places: list[float]) -> Iterator[Mark]:
    free = {False: -100.0, True: -100.0}  # where words on either side end
    for index, (event, x) in enumerate(zip(turns, places, strict=True)):
        anchor = "start" if x < 20 else "end" if x > 80 else "middle"
        left = {"start": x, "middle": x - 10, "end": x - 20}[anchor]
        below = bool(index % 2)
        below = below if left >= free[below] else not below
        worded = left >= free[below]
        if worded:
            free[below] = left + 21
        yield Mark(_STATES[event.what], x, WORDS[event.what], event.at, anchor, below, worded)


def _told(turns: list[EventPiece]) -> str:
    return ", ".join(f"{WORDS[event.what].lower()} on {_day(event.at)}" for event in turns)


def _day(moment: date) -> str:
    return f"{moment.day} {moment:%b %Y}"


def _share(at: datetime, begin: datetime, end: datetime) -> float:
    return (at - begin) / (end - begin) if end > begin else 0.0


class Step(Struct, frozen=True):
    """How many findings were open from a place on."""

    x: float
    y: float
    open: int
    at: datetime


class Bar(Struct, frozen=True):
    """How many came and went at a place: heights in per cent of half the height."""

    x: float
    came: float
    went: float
    opened: int
    closed: int


class Course(Struct, frozen=True):
    """Open findings over time, and what came and went. ``path`` is drawn in a box of 100 by 100."""

    steps: tuple[Step, ...]
    bars: tuple[Bar, ...]
    path: str
    top: int
    most: int
    days: tuple[tuple[float, datetime], ...]
    words: str

    @property
    def is_drawn(self) -> bool:
        """True if there is more than a point."""
        return len(self.steps) > 1


def course(turns: Iterable[TurnPiece]) -> Course:
    """The course of some findings: from the first movement to the newest, and as it stands since."""
    sums: dict[datetime, list[int]] = {}
    for turn in turns:
        own = sums.setdefault(turn.at, [0, 0])
        own[0] += turn.new + turn.ours + turn.unwaived
        own[1] += turn.fixed + turn.dropped + turn.waived
    moments = sorted(sums)
    if not moments:
        return Course((), (), "", 0, 0, (), "")
    begin, end = moments[0], moments[-1]
    places = [_share(at, begin, end) * (100 - TAIL) for at in moments]
    levels, level = [], 0
    for at in moments:
        level += sums[at][0] - sums[at][1]
        levels.append(level)
    top = ceiling(max(levels))
    most = ceiling(max(max(came, went) for came, went in sums.values()))
    steps = tuple(Step(x, 100 - 100 * n / top, n, at) for x, n, at in zip(places, levels, moments, strict=True))
    bars = tuple(
        Bar(x, 100 * sums[at][0] / most, 100 * sums[at][1] / most, sums[at][0], sums[at][1])
        for x, at in zip(places, moments, strict=True)
    )
    words = f"Open findings from {_day(begin)} to {_day(end)}: {levels[0]} at first, {levels[-1]} at last"
    return Course(steps, bars, stairs(steps), top, most, ((0.0, begin), (100 - TAIL, end)), words)


def stairs(steps: Iterable[Step]) -> str:
    """A line that keeps its height until it changes."""
    path, before = "", 100.0
    for index, step in enumerate(steps):
        start = f"M{step.x:.2f} {step.y:.2f}" if index == 0 else f"H{step.x:.2f}V{step.y:.2f}"
        path, before = path + start, step.y
    return f"{path}H100" if path else f"M0 {before}H100"


class Part(Struct, frozen=True):
    """One kind of answer in a column, in per cent of the column's height from its top."""

    kind: str
    y: float
    height: float


class Column(Struct, frozen=True):
    """How the answers stood after one run."""

    x: float
    width: float
    parts: tuple[Part, ...]


class Stack(Struct, frozen=True):
    """How answers stood run by run, as shares of all of them, and in words."""

    columns: tuple[Column, ...]
    days: tuple[datetime, ...]
    words: str


KINDS = ("unknown", "stale", "fail", "ok")
"""Answers as a column shows them, from its top; a pass is what it stands on."""


def stack(tallied: Iterable[TalliedPiece]) -> Stack:
    """The answers after each run: pass, fail, stale and unknown, summed over subprojects."""
    sums: dict[datetime, list[int]] = {}
    for piece in tallied:
        own = sums.setdefault(piece.at, [0] * len(KINDS))
        for index, kind in enumerate(KINDS):
            own[index] += getattr(piece, kind)
    moments = [at for at in sorted(sums) if sum(sums[at])]
    if len(moments) < 2:
        return Stack((), (), "")
    wide = 100 / len(moments)
    columns = tuple(Column(i * wide, 0.88 * wide, tuple(_parts(sums[at]))) for i, at in enumerate(moments))
    first, last = (_shares(sums[at]) for at in (moments[0], moments[-1]))
    words = f"Answers from {_day(moments[0])} to {_day(moments[-1])}: at first {first}; at last {last}"
    return Stack(columns, (moments[0], moments[-1]), words)


def _parts(numbers: list[int]) -> Iterator[Part]:
    y, whole = 0.0, sum(numbers)
    for kind, number in zip(KINDS, numbers, strict=True):
        if number:
            yield Part(kind, y, 100 * number / whole)
        y += 100 * number / whole


def _shares(numbers: list[int]) -> str:
    names = ("unknown", "stale", "fail", "pass")
    shares = [f"{round(100 * n / sum(numbers))} % {name}" for name, n in zip(names, numbers, strict=True)]
    return ", ".join(reversed(shares))


class Age(Struct, frozen=True):
    """How many sets were seen on one day, or before all the others (``day`` is the newest of those)."""

    day: date
    earlier: bool
    fresh: int
    stale: int

    @property
    def whole(self) -> int:
        """All of them."""
        return self.fresh + self.stale


DAYS = 14


def freshness(looks: Iterable[LookPiece]) -> tuple[Age, ...]:
    """The sets that were seen by the day they were seen on; the oldest together, so that a screen holds it."""
    by_day: dict[date, list[int]] = {}
    for look in looks:
        if look.observed_at is not None and look.outcome:
            by_day.setdefault(look.observed_at.date(), [0, 0])[look.stale] += 1
    days = sorted(by_day)
    early, late = days[: -DAYS or None] if len(days) > DAYS else [], days[-DAYS:]
    made = [Age(day, False, *by_day[day]) for day in late]
    if early:
        fresh, stale = (sum(by_day[day][i] for day in early) for i in (0, 1))
        made.insert(0, Age(early[-1], True, fresh, stale))
    return tuple(made)


def ceiling(value: int) -> int:
    """Where an axis ends that must hold a number: at one digit, or one and a half: 7, 15, 25, 150."""
    step = max(1, int("1" + "0" * (len(str(value)) - 1)) // 2)
    return max(1, -(-value // step) * step)
