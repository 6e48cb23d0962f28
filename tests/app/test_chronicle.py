"""One pass over the log gives what standing alone cannot: histories, and openings and closings by run."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from muniment.app.assess import end_of
from muniment.app.chronicle import POINTS, unit_of
from muniment.app.material import material
from muniment.ledger.events import Fixed, Opened
from muniment.ledger.finding import State
from muniment.model.tlp import RED, TLP, Audience
from muniment.ports import RunStamp
from muniment.publish.material import Material
from muniment.publish.projection import project
from muniment.publish.view import build
from tests.app.conftest import World

FIRST = datetime(2026, 6, 1, 6, tzinfo=UTC)


@pytest.fixture
def lived(world: World) -> World:
    """Four runs: one package of two loses its repository, gets it back, and loses it again."""
    world.package("lodestar")
    world.package("beacon")
    world.run()
    for repository in ("", "github:repo/callisto/lodestar", ""):
        world.package("lodestar", repository=repository)
        world.run()
    return world


def made(world: World, **how: object) -> Material:
    return material(world.store, world.checks, now=world.today, **how)  # type: ignore[arg-type]


def test_a_findings_history_is_its_lines_of_the_log_in_order(lived: World) -> None:
    whole = made(lived)
    (finding,) = (f for f in whole.findings if f.id.check == "packages/missing-repository")

    lines = whole.histories[finding.id]
    assert [type(line.event) for line in lines] == [Opened, Fixed, Opened]
    assert [line.at for line in lines] == [lived.today - timedelta(days=n) for n in (2, 1, 0)]
    assert {f.id for f in whole.findings} == set(whole.histories)


def test_openings_less_closings_are_what_is_open(lived: World) -> None:
    whole = made(lived)

    came, went = (sum(getattr(t, word) for t in whole.turns) for word in ("came", "went"))
    assert came - went == sum(f.state is State.OPEN for f in whole.findings) > 1
    moved = Counter((t.at, "new") for t in whole.turns if t.new)
    assert set(moved) == {(lived.today - timedelta(days=2), "new"), (lived.today, "new")}


def test_what_was_closed_before_this_run_is_at_hand_for_a_while_and_then_no_more(lived: World) -> None:
    lived.package("lodestar")
    lived.run()
    lived.run()
    check = "packages/missing-repository"

    assert [f.id.check for f in made(lived).over if f.id.check == check] == [check]
    assert check not in {f.id.check for f in made(lived).findings}
    lived.run(days=100)
    assert check not in {f.id.check for f in made(lived).over}


def test_looking_back_the_history_ends_on_that_day(lived: World) -> None:
    day = (lived.today - timedelta(days=2)).date()
    then = made(lived, at=end_of(day), today=day)
    (finding,) = (f for f in then.findings if f.id.check == "packages/missing-repository")

    assert [type(line.event) for line in then.histories[finding.id]] == [Opened]
    assert max(t.at for t in then.turns).date() == day
    assert then.past and not made(lived).past


def test_movements_are_seen_by_those_who_may_see_the_findings_that_moved(lived: World) -> None:
    view = build(made(lived), lived.checks)
    marked = {(p.marking.level, p.subproject) for p in view.turns}

    assert {level for level, _ in marked} == {TLP.AMBER}
    harbour = project(view, Audience(TLP.AMBER, frozenset({"harbour"}))).view
    assert {p.subproject for p in harbour.turns} == {"harbour"}
    others = project(view, Audience(TLP.AMBER, frozenset({"beacon"}))).view
    assert not others.turns


def test_old_counts_of_answers_are_for_the_council(lived: World) -> None:
    view = build(made(lived), lived.checks)

    assert len({p.at for p in view.tallied}) == 4
    assert {p.marking for p in view.tallied} == {RED}
    assert not project(view, Audience(TLP.AMBER, None)).view.tallied


def stamps(count: int, every: timedelta) -> list[RunStamp]:
    return [RunStamp(id=n, at=FIRST + n * every, code="", register="", commit="") for n in range(count)]


@pytest.mark.parametrize(
    ("count", "every"),
    [
        (60, timedelta(days=1)),
        (61, timedelta(hours=6)),
        (300, timedelta(days=1)),
        (900, timedelta(days=1)),
        (1500, timedelta(days=2)),
        (4000, timedelta(days=3)),
    ],
)
def test_a_course_has_a_bounded_number_of_points(count: int, every: timedelta) -> None:
    runs = stamps(count, every)
    unit = unit_of(runs)

    assert 10 <= len({unit(run.at) for run in runs}) <= POINTS + 1


def test_a_point_stays_where_it_is_when_a_run_is_added() -> None:
    runs = stamps(200, timedelta(days=1))
    one, other = unit_of(runs[:-1]), unit_of(runs)

    assert all(one(run.at) == other(run.at) for run in runs)
