"""Where subjects stand, whatever was seen when: everybody once, the unseen apart, and the line of days adds up."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.app.campaign.reporting import seen_to_go
from muniment.campaigns.impact import impact
from muniment.campaigns.kind import kinds
from muniment.campaigns.log import Campaign, Exempted, Logged
from muniment.campaigns.standing import Where, standings, zero_on
from muniment.campaigns.subjects import Change, Ground, Held, Sight, by_day, subject_of, unbroken
from muniment.ledger.events import FindingId, How, Why
from muniment.ledger.finding import Finding, State
from muniment.model.tlp import TLP, Marking
from muniment.model.verdict import Severity

from .strategies import BEGAN, CHECKS, DAY, ORGANIZATIONS, campaign, on

KIND = kinds()["two-factor"]
TODAY = 40


@st.composite
def grounds(draw: st.DrawFn) -> Ground:
    """Findings of a few people in a few organizations, opened and fixed on some days, seen or not."""
    findings: list[Finding] = []
    changes: list[Change] = []
    places = st.tuples(st.integers(1, 5), st.sampled_from(ORGANIZATIONS), st.sampled_from(CHECKS))
    for number, asset, check in sorted(draw(st.sets(places, max_size=10))):
        opened = BEGAN + draw(st.integers(-30, TODAY)) * DAY
        days = draw(st.none() | st.integers(0, 30))
        fixed = None if days is None or opened + days * DAY > BEGAN + TODAY * DAY else opened + days * DAY
        subject = f"github-id:{number}"
        changes.append(Change(opened, subject, len(findings), True))
        changes += [] if fixed is None else [Change(fixed, subject, len(findings), False)]
        findings.append(
            Finding(
                id=FindingId(check, asset, str(number)),
                state=State.OPEN if fixed is None else State.FIXED,
                severity=Severity.HIGH,
                message="made up",
                cause=f"github:{number}",
                subproject="",
                marking=Marking(TLP.AMBER),
                why=Why.OBSERVED,
                since_at=opened,
                changed_at=fixed or opened,
                how=None if fixed is None else draw(st.sampled_from(list(How))),
            )
        )
    every = frozenset(str(n) for n in range(6))
    sights = {
        (check, asset): draw(st.sampled_from([Sight(True, "", every), Sight(False, "denied"), Sight(True)]))
        for check in CHECKS
        for asset in ORGANIZATIONS
    }
    held = {n: (Held(ORGANIZATIONS[0], "member", f"login-{n}"),) for n in draw(st.sets(st.integers(1, 5)))}
    return Ground(
        findings=tuple(findings),
        changes=tuple(sorted(changes, key=lambda c: (c.at, not c.opened))),
        sights=sights,
        held=held,
        listed=frozenset(draw(st.sets(st.sampled_from(ORGANIZATIONS)))),
        organizations=ORGANIZATIONS,
    )


def exemptions(numbers: set[int]) -> tuple[Logged, ...]:
    return tuple(Exempted(BEGAN, "ada", f"github-id:{n}", "away", on(TODAY)) for n in sorted(numbers))


@given(grounds(), st.sets(st.integers(1, 5), max_size=2))
def test_everybody_stands_in_one_place_and_only_what_was_seen_is_to_go(ground: Ground, exempt: set[int]) -> None:
    own: Campaign = campaign(*exemptions(exempt))
    found = standings(own, KIND, ground, on(TODAY), exemptions(exempt))
    assert len({s.subject for s in found.subjects}) == len(found.subjects) == sum(found.counts.values())
    still_open = {f"github-id:{f.id.key}" for f in ground.findings if f.state is State.OPEN}
    for standing in found.subjects:
        seen = [t for t in standing.ties if t.is_open and not t.unseen]
        assert bool(standing.open_assets) == bool(seen)
        match standing.where:
            case Where.TO_GO:
                assert seen
            case Where.CANNOT_SEE:
                assert not seen and standing.why
            case Where.COMPLIED:
                number = int(standing.subject.partition(":")[2])
                there = {held.organization for held in ground.held.get(number, ())}
                fixed = {f.id.asset for f in ground.findings if f.id.key == str(number) and f.how is How.PASSED}
                assert standing.subject not in still_open and there & fixed
            case Where.LEFT:
                assert standing.subject not in still_open
            case Where.EXEMPT:
                assert standing.subject in still_open
    assert still_open <= {s.subject for s in found.subjects}


@given(grounds(), st.sets(st.integers(1, 5), max_size=2))
def test_the_line_of_days_ends_with_those_who_have_something_open_and_are_not_exempt(
    ground: Ground, exempt: set[int]
) -> None:
    found = standings(campaign(*exemptions(exempt)), KIND, ground, on(TODAY), exemptions(exempt))
    assert [day for day, _ in found.burndown] == [on(n) for n in range(TODAY + 1)]
    open_now = [s for s in found.subjects if any(t.is_open for t in s.ties) and s.where is not Where.EXEMPT]
    assert found.burndown[-1][1] == len(open_now)
    assert all(count >= 0 for _, count in found.burndown)


@given(grounds())
def test_whoever_has_something_open_is_hit_by_the_requirement_in_that_organization(ground: Ground) -> None:
    found = standings(campaign(), KIND, ground, on(TODAY))
    hit = {
        i.asset: {*i.blocked_by_secure, *i.removed_by_secure} for i in impact(found.subjects, found.organizations)
    }
    for standing in found.subjects:
        for tie in standing.ties:
            assert (standing.subject in hit[tie.asset]) or not tie.is_open
    for i in impact(found.subjects, found.organizations):
        assert set(i.blocked) <= set(i.blocked_by_secure) and set(i.removed) <= set(i.removed_by_secure)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=60))
def test_a_pace_leads_to_zero_only_if_it_leads_down(counts: list[int]) -> None:
    line = tuple((on(n), count) for n, count in enumerate(counts))
    zero = zero_on(line)
    before, today = counts[max(len(counts) - 29, 0)], counts[-1]
    if today == 0:
        assert zero == on(len(counts) - 1)
    elif len(counts) <= 7 or today >= before:
        assert zero is None
    else:
        assert zero is not None and zero > on(len(counts) - 1)


def test_nobody_is_to_go_where_nothing_that_is_asked_is_about_the_organization() -> None:
    gone, whole, dark = ORGANIZATIONS[:3]
    sights = {(check, gone): Sight(True, applies=False) for check in CHECKS}
    sights |= {(check, whole): Sight(True, passed=True) for check in CHECKS}
    sights |= {(check, dark): Sight(False, "denied") for check in CHECKS}
    ground = Ground((), (), sights, {}, frozenset(), (gone, whole, dark))
    found = standings(campaign(), KIND, ground, on(TODAY))

    assert {line.asset: seen_to_go(line) for line in found.organizations} == {gone: "-", whole: "0", dark: "0+"}
    assert {i.asset: i.applies for i in impact((), found.organizations)} == {gone: False, whole: True, dark: True}


def test_the_pace_is_that_of_four_weeks() -> None:
    line = tuple((on(n), 100 - n) for n in range(61))
    assert zero_on(line) == on(100)
    stalled = tuple((on(n), max(100 - n, 60)) for n in range(80))
    assert zero_on(stalled) is None


def test_the_days_of_a_finding_that_comes_and_goes() -> None:
    moves = [(0, True), (3, False), (5, True), (5, False), (8, True)]
    changes = tuple(Change(BEGAN + timedelta(days=d), "github-id:1", 0, opened) for d, opened in moves)
    days = by_day(changes, on(0), on(9))
    assert [len(open_) for open_ in days.values()] == [1, 1, 1, 0, 0, 0, 0, 0, 1, 1]
    assert all((b - a) == DAY for a, b in pairwise(days))


def test_a_subject_is_a_person_a_repository_or_a_subproject() -> None:
    asset = "github:repo/callisto/core"
    assert subject_of("people", "github:org/callisto", "4712", "harbour") == "github-id:4712"
    assert subject_of("repositories", asset, "", "harbour") == asset
    assert subject_of("subprojects", asset, "", "harbour") == "harbour"
    assert subject_of("subprojects", asset, "", "") == "shared"


@pytest.mark.parametrize("first", [True, False], ids=["opens, then closes", "closes, then opens"])
def test_what_follows_in_the_run_in_which_another_ends_is_no_break(first: bool) -> None:
    def change(day: int, finding: int, opened: bool) -> Change:
        return Change(BEGAN + day * DAY, "github-id:1", finding, opened)

    swap = (change(9, 1, True), change(9, 0, False)) if first else (change(9, 0, False), change(9, 1, True))
    story = (change(2, 0, True), *swap)
    assert unbroken(story) == {"github-id:1": BEGAN + 2 * DAY}
    ended = (*story, change(20, 1, False))
    assert unbroken((*ended, change(21, 0, True))) == {"github-id:1": BEGAN + 21 * DAY}
