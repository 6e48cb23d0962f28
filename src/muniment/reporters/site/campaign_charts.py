"""The geometry of a campaign: its stages on the line of days, and how many are to go, day by day."""

from __future__ import annotations

from datetime import date, timedelta

from msgspec import Struct

from muniment.publish.campaigns import BurndownPiece, CampaignPiece, StagePiece
from muniment.reporters.site.charts import ceiling

LETTER = 2.05
"""How much of the narrowest line a letter takes, in per cent: what has room on a phone has room everywhere."""

DATE = 10
"""How many such letters a date is as wide as."""

LONGEST = 24
"""A title of more letters is told in the table alone."""

TIERS = ("below", "above", "lower")
"""Where words may stand, seen from the line."""


class Stop(Struct, frozen=True):
    """A stage on the line: where, and in which tier its words stand (empty: there is no room for them)."""

    x: float
    stage: StagePiece
    come: bool
    anchor: str
    tier: str


class Line(Struct, frozen=True):
    """The line of days; ``today`` is where it has come to, with an anchor for its words."""

    stops: tuple[Stop, ...]
    today: float
    anchor: str

    @property
    def is_deep(self) -> bool:
        """True if words stand in the lowest tier."""
        return any(stop.tier == "lower" for stop in self.stops)


def line(campaign: CampaignPiece) -> Line:
    """The stages of a campaign on its line of days."""
    whole = max(campaign.days, 1)
    free = {(tier, row): -100.0 for tier in TIERS for row in ("title", "date")}
    stops: list[Stop] = []
    for stage in campaign.stages:
        x = 100 * stage.day / whole
        wide = {"title": LETTER * len(stage.title), "date": LETTER * DATE}
        room = max(wide.values()) / 2
        anchor = "start" if x < room else "end" if x > 100 - room else "middle"
        left = {row: x - own * {"start": 0, "middle": 0.5, "end": 1}[anchor] for row, own in wide.items()}
        fits = [tier for tier in TIERS if all(left[row] >= free[tier, row] for row in wide)]
        tier = fits[0] if fits and len(stage.title) <= LONGEST else ""
        for row, own in wide.items():
            free[tier, row] = left[row] + own + LETTER
        stops.append(Stop(x, stage, campaign.day >= stage.day, anchor, tier))
    today = 100 * min(max(campaign.day, 0), whole) / whole
    return Line(tuple(stops), today, "start" if today < 15 else "end" if today > 85 else "middle")


class Burndown(Struct, frozen=True):
    """How many are to go, in a box of 100 by 100: a staircase, and two lines from above to zero.

    ``even`` leads from the first day to zero on the last, ``pace`` from today to zero at the pace of four weeks;
    each is where it begins and ends. ``now`` is the place of today, ``unseen`` the height of those that nobody can
    see, ``go`` of the others. ``rows`` are the numbers in words, a week apart.
    """

    path: str
    top: int
    now: float
    go: float
    unseen: float
    last: float
    even: tuple[float, float, float, float]
    pace: tuple[float, float, float, float] | None
    dates: tuple[tuple[float, date, str], ...]
    rows: tuple[tuple[date, int], ...]
    words: str


def burndown(campaign: CampaignPiece) -> Burndown | None:
    """The burn-down of a campaign; ``None`` where these readers may not know it."""
    piece, last_day = campaign.burndown, campaign.last_day
    if piece is None or last_day is None:
        return None
    (first, before), (today, left) = piece.days[0], piece.days[-1]
    axis = _Axis(first, _end(campaign, piece, last_day), ceiling(max(count for _, count in piece.days)))
    return Burndown(
        path=_stairs(axis, piece),
        top=axis.top,
        now=axis.x(today),
        go=100 - axis.y(left - piece.unseen),
        unseen=100 - axis.y(piece.unseen),
        last=axis.x(last_day),
        even=(0, axis.y(before), axis.x(last_day), 100),
        pace=_pace(axis, piece) if campaign.state == "running" else None,
        dates=_dates(axis, (first, last_day)),
        rows=tuple((d, n) for i, (d, n) in enumerate(piece.days) if i % 7 == 0 or i == len(piece.days) - 1),
        words=f"Had something open: {before} on {_day(first)}, {left} on {_day(today)}"
        + (f", {piece.unseen} of whom cannot be seen" if piece.unseen else ""),
    )


class _Axis(Struct, frozen=True):
    """From which day to which, and up to how many."""

    first: date
    end: date
    top: int

    def x(self, day: date) -> float:
        return 100 * (day - self.first).days / max((self.end - self.first).days, 1)

    def y(self, count: float) -> float:
        return 100 - 100 * count / self.top


def _end(campaign: CampaignPiece, piece: BurndownPiece, last_day: date) -> date:
    """Where the axis ends: past the last day, by up to half as much again, to show by how much it is late."""
    first, today = piece.days[0][0], piece.days[-1][0]
    end = max(last_day, today)
    if piece.zero_on is not None and campaign.state == "running":
        end = max(end, min(piece.zero_on, last_day + (last_day - first) / 2))
    return end + timedelta(days=max((end - first).days // 12, 1))


def _stairs(axis: _Axis, piece: BurndownPiece) -> str:
    """A line that keeps its height until it changes, and ends today."""
    path, before = "", -1
    for day, count in piece.days:
        if count != before:
            at = f"{axis.x(day):.2f}"
            path += f"H{at}V{axis.y(count):.2f}" if path else f"M{at} {axis.y(count):.2f}"
        before = count
    return f"{path}H{axis.x(piece.days[-1][0]):.2f}"


def _pace(axis: _Axis, piece: BurndownPiece) -> tuple[float, float, float, float] | None:
    """From today to nobody at the pace of the last four weeks, as far as the axis goes."""
    today, left = piece.days[-1]
    if piece.zero_on is None or left == 0:
        return None
    ahead, room = (piece.zero_on - today).days, (axis.end - today).days
    if ahead <= room:
        return axis.x(today), axis.y(left), axis.x(piece.zero_on), 100
    return axis.x(today), axis.y(left), 100, axis.y(left * (ahead - room) / ahead)


def _dates(axis: _Axis, days: tuple[date, date]) -> tuple[tuple[float, date, str], ...]:
    first, last = days
    far = axis.x(last)
    return ((0, first, "start"), (far, last, "end" if far > 70 else "middle"))


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
