"""Charts say what the numbers are, hold still while nothing moves, and leave room for words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from muniment.model.tlp import CLEAR
from muniment.publish.pieces import LookPiece, TalliedPiece, TurnPiece
from muniment.publish.projection import COUNCIL, project
from muniment.publish.view import build
from muniment.reporters.site.charts import DAYS, TAIL, ceiling, course, freshness, life, stack
from muniment.testing.material import CHECKS, NOW, material

VIEW = project(build(material(), CHECKS), COUNCIL).view

LIFE = "opened on 22 Jan 2026, fixed on 19 Feb 2026, reopened on 12 Mar 2026"


def turn(day: int, came: int = 0, went: int = 0, subproject: str = "harbour") -> TurnPiece:
    at = NOW + timedelta(days=day)
    return TurnPiece(
        marking=CLEAR, at=at, subproject=subproject, new=came, ours=0, fixed=went, dropped=0, waived=0, unwaived=0
    )


def test_a_life_is_drawn_whole_and_told_in_words() -> None:
    again = next(f for f in VIEW.findings if f.again and f.is_open)
    line = life(again)

    assert [s.state for s in line.stretches] == ["open", "closed", "open"]
    assert sum(s.width for s in line.stretches) == pytest.approx(100)
    assert line.words == LIFE
    assert line.stretches[-1].width == pytest.approx(TAIL)


def test_words_on_a_life_line_do_not_lie_on_each_other() -> None:
    for finding in (*VIEW.findings, *VIEW.over):
        for below in (False, True):
            marks = [m for m in life(finding).marks if m.worded and m.below is below]
            left = [m.x - {"start": 0, "middle": 10, "end": 20}[m.anchor] for m in marks]
            assert all(b - a >= 20 for a, b in pairwise(left)), finding.id


def test_a_finding_without_a_history_has_no_line() -> None:
    assert not life(replace(VIEW.findings[0], history=())).stretches


def test_a_course_ends_at_what_is_open() -> None:
    drawn = course(VIEW.turns)

    assert drawn.steps[-1].open == sum(f.is_open for f in VIEW.findings)
    assert all(0 <= step.y <= 100 for step in drawn.steps)


def test_the_same_day_in_two_markings_is_one_point() -> None:
    drawn = course([turn(0, 3), turn(0, 2, 1, "quarry"), turn(7, 0, 4)])

    assert [(b.opened, b.closed) for b in drawn.bars] == [(5, 1), (0, 4)]
    assert [s.open for s in drawn.steps] == [4, 0]
    assert drawn.words == "Open findings from 14 Jun 2026 to 21 Jun 2026: 4 at first, 0 at last"


def test_a_course_holds_still_while_nothing_moves() -> None:
    assert course([turn(0, 3), turn(7, 0, 1)]) == course([turn(0, 3), turn(7, 0, 1)])
    assert not course([]).is_drawn and not course([turn(0, 1)]).is_drawn


@given(st.lists(st.tuples(st.integers(-400, 0), st.integers(0, 50)), max_size=30))
def test_no_course_leaves_its_box(days: list[tuple[int, int]]) -> None:
    drawn = course([turn(day, came, came // 2) for day, came in days])

    assert all(0 <= s.x <= 100 - TAIL and 0 <= s.y <= 100 for s in drawn.steps)
    assert all(0 <= b.came <= 100 and 0 <= b.went <= 100 for b in drawn.bars)


def test_answers_are_shares_of_all_of_them() -> None:
    def told(day: int, *numbers: int) -> TalliedPiece:
        ok, fail, stale, unknown = numbers
        at = NOW + timedelta(days=day)
        return TalliedPiece(marking=CLEAR, at=at, subproject="", ok=ok, fail=fail, stale=stale, unknown=unknown)

    drawn = stack([told(0, 1, 1, 0, 2), told(7, 1, 0, 0, 0), told(7, 2, 1, 0, 0), told(9, 0, 0, 0, 0)])
    assert [[(p.kind, p.height) for p in c.parts] for c in drawn.columns] == [
        [("unknown", 50), ("fail", 25), ("ok", 25)],
        [("fail", 25), ("ok", 75)],
    ]
    assert drawn.words.endswith("at last 75 % pass, 25 % fail, 0 % stale, 0 % unknown")


def test_the_oldest_evidence_is_put_together() -> None:
    def look(day: int, stale: bool) -> LookPiece:
        at = datetime(2026, 5, 1, tzinfo=UTC) + timedelta(days=day)
        return LookPiece(
            marking=CLEAR,
            asset="pypi:x",
            subproject="",
            source="pypi",
            kind="package-role",
            outcome="collected",
            observed_at=at,
            latest="collected",
            latest_at=at,
            stale=stale,
            detail="",
        )

    ages = freshness([look(day, day < 10) for day in range(30)])
    assert len(ages) == DAYS + 1
    assert (ages[0].earlier, ages[0].stale, ages[0].fresh) == (True, 10, 6)
    assert sum(a.whole for a in ages) == 30


@given(st.integers(0, 10**9))
def test_an_axis_ends_at_or_above_its_number_and_not_far_off(value: int) -> None:
    assert value <= ceiling(value) <= max(1, 1.5 * value)
