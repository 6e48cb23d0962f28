"""Sums and groups add up, and what brought a change about is told apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from muniment.ledger.events import Entry, Fixed, How, Opened, Unwaived, Waived, Why
from muniment.ledger.finding import Finding, State
from muniment.model.tlp import TLP, Audience, Marking
from muniment.model.verdict import Severity
from muniment.model.waiver import Decision
from muniment.publish import summary
from muniment.publish.projection import COUNCIL, PUBLIC, Shown, project
from muniment.publish.view import build
from muniment.testing.material import CHECKS, NOW, RUN, finding, material


def shown(**how: bool) -> Shown:
    return project(build(material(**how), CHECKS), COUNCIL)


def test_the_lines_of_findings_sum_to_the_open_findings() -> None:
    view = shown()
    groups = summary.groups(view, summary.open_findings(view))

    assert sum(g.findings for g in groups) == len(summary.open_findings(view)) == 12
    assert len({(g.check, g.cause) for g in groups}) == len(groups)


def test_a_cause_makes_a_line_of_its_own_only_where_it_is_that_of_several() -> None:
    check = next(iter(CHECKS))
    found = tuple(
        finding(check, f"pypi:callisto-{n}", "harbour", "made up", cause=cause)
        for n, cause in enumerate(("pypi:ada", "pypi:ada", "pypi:grace", "pypi:noor", ""))
    )
    view = project(build(replace(material(), findings=found), CHECKS), COUNCIL)
    groups = summary.groups(view, view.view.findings)

    assert {(g.cause, g.findings) for g in groups} == {("pypi:ada", 2), ("", 3)}


def test_groups_stand_gravest_first_and_then_new_ones() -> None:
    view = shown()
    groups = summary.groups(view, summary.open_findings(view))

    assert [g.severity for g in groups] == sorted((g.severity for g in groups), reverse=True)
    of_medium = [bool(g.new) for g in groups if g.severity is Severity.MEDIUM]
    assert of_medium == sorted(of_medium, reverse=True)


def test_the_first_run_has_open_findings_and_no_news() -> None:
    view = shown(first=True)

    assert len(summary.open_findings(view)) == 12
    assert not any(f.is_new for f in view.view.findings)
    assert sum(g.new for g in summary.groups(view, summary.open_findings(view))) == 0
    assert summary.balance(view.view.findings).new == 0


def test_a_change_of_ours_is_no_news() -> None:
    rejudged = [f for f in shown().view.findings if f.why == "rejudged"]

    assert [f.moves for f in rejudged] == [("rejudged",), ("dropped",)]
    assert not any(f.is_new for f in rejudged)


@pytest.mark.parametrize("why", [Why.REJUDGED, Why.REPARSED])
@pytest.mark.parametrize("entries_at_hand", [True, False])
def test_what_a_change_of_ours_closed_is_not_told_as_fixed(why: Why, entries_at_hand: bool) -> None:
    gone = finding("demo/single-owner", "pypi:beacon", "beacon", "x", state=State.FIXED, why=why)
    entries = (Entry(gone.id, Fixed(How.RETIRED, why)),) if entries_at_hand else None
    view = project(build(replace(material(), findings=(gone,), entries=entries), CHECKS), COUNCIL)
    (piece,) = view.view.findings
    b = summary.balance(view.view.findings)

    assert (piece.moves, piece.state, piece.why, piece.was_open) == (("dropped",), "dropped", why.value, True)
    assert (b.before, b.fixed, b.dropped, b.after, b.moved) == (1, 0, 1, 0, True)
    assert next(p for p in summary.postures(view) if p.subproject == "beacon").left == 0


@pytest.mark.parametrize("entries_at_hand", [True, False])
def test_what_got_better_in_the_world_is_told_as_fixed(entries_at_hand: bool) -> None:
    gone = finding("demo/single-owner", "pypi:beacon", "beacon", "x", state=State.FIXED)
    entries = (Entry(gone.id, Fixed(How.PASSED, Why.OBSERVED)),) if entries_at_hand else None
    view = project(build(replace(material(), findings=(gone,), entries=entries), CHECKS), COUNCIL)
    (piece,) = view.view.findings
    b = summary.balance(view.view.findings)

    assert (piece.moves, piece.state) == (("fixed",), "fixed")
    assert (b.fixed, b.dropped) == (1, 0)


def test_the_balance_adds_up_in_the_made_up_run() -> None:
    assert summary.balance(shown().view.findings) == summary.Balance(
        before=12, new=1, reopened=1, ours=1, unwaived=0, fixed=2, dropped=1, waived=0, after=12
    )


def _life(kind: str, number: int) -> tuple[Finding, tuple[Entry, ...], bool]:
    """A finding, what this run did to it, and whether it was shelved before."""
    base = finding("demo/single-owner", f"pypi:p{number}", "beacon", "x", days=30)
    waive = Waived("priska", "later", NOW.date(), Decision.ACCEPTED)
    opened = Opened(base.severity, "x", base.cause, "beacon", base.marking, Why.OBSERVED)
    fixed = Fixed(How.PASSED, Why.OBSERVED)
    waived = {"state": State.WAIVED, "waiver": waive}
    gone = {"state": State.FIXED, "how": How.PASSED, "changed": RUN.id}
    fresh = {"since": RUN.id, "changed": RUN.id}
    lives: dict[str, tuple[Finding, tuple[object, ...], bool]] = {
        "stays": (base, (), False),
        "opens": (replace(base, **fresh), (opened,), False),
        "reopens": (replace(base, **fresh, again=True), (replace(opened, again=True),), False),
        "rejudged": (replace(base, **fresh, why=Why.REJUDGED), (replace(opened, why=Why.REJUDGED),), False),
        "is fixed": (replace(base, **gone), (fixed,), False),
        "is dropped": (replace(base, **gone, why=Why.REJUDGED), (replace(fixed, why=Why.REJUDGED),), False),
        "is dropped though waived": (
            replace(base, **gone, why=Why.REPARSED),
            (replace(fixed, why=Why.REPARSED),),
            True,
        ),
        "is waived": (replace(base, **waived, changed=RUN.id), (waive,), False),
        "opens waived": (replace(base, **fresh, **waived), (opened, waive), False),
        "stays waived": (replace(base, **waived), (), True),
        "is waived anew": (replace(base, **waived, changed=RUN.id), (waive,), True),
        "is fixed though waived": (replace(base, **gone), (fixed,), True),
        "is waived no more": (replace(base, changed=RUN.id), (Unwaived(expired=True),), True),
    }
    made, events, shelved = lives[kind]
    return made, tuple(Entry(made.id, e) for e in events), shelved  # type: ignore[arg-type]


KINDS = (
    "stays",
    "opens",
    "reopens",
    "rejudged",
    "is fixed",
    "is dropped",
    "is dropped though waived",
    "is waived",
    "opens waived",
    "stays waived",
    "is waived anew",
    "is fixed though waived",
    "is waived no more",
)
OPEN_BEFORE = {"stays", "is fixed", "is dropped", "is waived"}


@given(st.lists(st.sampled_from(KINDS), max_size=12))
def test_brought_forward_and_movements_give_what_is_carried_down(kinds: list[str]) -> None:
    lives = [_life(kind, number) for number, kind in enumerate(kinds)]
    made = replace(
        material(),
        findings=tuple(f for f, _, _ in lives),
        entries=tuple(e for _, entries, _ in lives for e in entries),
        shelved=frozenset(f.id for f, _, shelved in lives if shelved),
    )
    b = summary.balance(project(build(made, CHECKS), COUNCIL).view.findings)

    assert b.before == sum(kind in OPEN_BEFORE for kind in kinds)
    assert b.after == sum(f.state is State.OPEN for f, _, _ in lives)
    assert b.before + b.new + b.reopened + b.ours + b.unwaived - b.fixed - b.dropped - b.waived == b.after
    assert b.fixed == sum(kind == "is fixed" for kind in kinds)
    assert b.dropped == sum(kind == "is dropped" for kind in kinds)


def test_the_people_of_one_subproject_see_their_own_page_and_no_other() -> None:
    view = project(build(material(), CHECKS), Audience(TLP.AMBER, frozenset({"harbour"})))

    assert summary.scope(view) == ("harbour",)
    assert {f.subproject for f in view.view.findings} == {"harbour"}


def test_stale_answers_are_counted_apart_and_their_verdict_stands() -> None:
    almanac = next(p for p in summary.postures(shown()) if p.subproject == "almanac")

    assert (almanac.ok, almanac.fail) == (0, 0)
    assert (almanac.stale_ok, almanac.stale_fail, almanac.stale) == (5, 1, 6)


def test_every_answer_is_in_one_number_and_they_sum() -> None:
    view = shown()
    told = sum(c.count for c in view.view.counts if c.verdict != "not-applicable")
    postures, all = summary.postures(view), summary.answers(view)

    for p in (*postures, all):
        assert p.ok + p.fail + p.stale_ok + p.stale_fail + p.unknown == p.answers
    assert sum(p.answers for p in postures) == all.answers == told
    assert all.stale == sum(p.stale for p in postures) == summary.stale(view)
    assert all.unknown == summary.unknown(view)


def test_what_is_seen_in_part_is_neither_seen_nor_unseen() -> None:
    (cover,) = (c for c in summary.coverage(shown().view.looks) if c.source == "reconcile")

    assert (cover.fresh, cover.stale, cover.part, cover.unseen) == (0, 0, 1, 0)
    assert cover.oldest == NOW


def test_the_severity_of_a_check_is_the_registers_where_it_gives_one() -> None:
    checks = {c.id: c for c in shown().view.checks}
    yanked = checks["demo/yanked-newest"]

    assert (yanked.severity, yanked.graded) == (Severity.HIGH, Severity.CRITICAL)
    assert checks["demo/single-owner"].graded == Severity.HIGH
    assert {f.severity for f in shown().view.findings if f.check == yanked.id} == {yanked.graded}


def test_a_closed_register_does_not_tell_which_severity_it_gives() -> None:
    closed = replace(material(), register_marking=Marking(TLP.AMBER))
    yanked = next(c for c in project(build(closed, CHECKS), PUBLIC).view.checks if c.id == "demo/yanked-newest")

    assert (yanked.grade, yanked.graded) == (None, Severity.HIGH)


def test_what_was_not_seen_is_neither_fresh_nor_stale() -> None:
    view = shown()
    cover = {c.source: c for c in summary.coverage(view.view.looks)}

    assert cover["npm"].unseen == 5
    assert cover["pypi"].stale == 2
    assert sum(c.cells for c in cover.values()) == len(view.view.looks)
