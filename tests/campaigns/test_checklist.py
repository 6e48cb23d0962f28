"""What ticks a box, whatever was seen: a pass by fresh and whole evidence that the ledger does not contradict."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from muniment.campaigns.checklist import Box, Item, checklists
from muniment.campaigns.kind import kinds
from muniment.campaigns.subjects import NOBODY, Ground, Sight
from muniment.ledger.events import FindingId, How, Why
from muniment.ledger.finding import Finding, State
from muniment.model.tlp import TLP, Marking
from muniment.model.verdict import Severity

from .strategies import BEGAN

KIND = kinds()["security-configuration"]
CHECK, ASSET = KIND.checks[0], "github:repo/callisto/core"
AMBER = Marking(TLP.AMBER)

keys = st.frozensets(st.sampled_from(["", "7", "8"]), max_size=2)
sights = st.builds(
    Sight,
    whole=st.booleans(),
    why=st.sampled_from(["", "denied"]),
    failing=keys,
    passed=st.booleans(),
    applies=st.booleans(),
    seen_at=st.none() | st.just(BEGAN),
    marking=st.just(AMBER),
)


def finding(key: str, state: State, how: How | None = None) -> Finding:
    return Finding(
        id=FindingId(CHECK, ASSET, key),
        state=state,
        severity=Severity.HIGH,
        message="made up",
        cause="",
        subproject="lodestar",
        marking=AMBER,
        why=Why.OBSERVED,
        since_at=BEGAN,
        changed_at=BEGAN,
        how=how,
    )


@st.composite
def findings(draw: st.DrawFn) -> tuple[Finding, ...]:
    states, hows = st.sampled_from(State), st.none() | st.sampled_from(How)
    return tuple(finding(key, draw(states), draw(hows)) for key in sorted(draw(keys)))


def item(sight: Sight, own: tuple[Finding, ...]) -> Item | None:
    found = checklists(KIND, Ground(own, (), {(CHECK, ASSET): sight}), lambda asset: "lodestar")
    return found[0].items[0] if found else None


@given(sights, findings())
@example(Sight(True, passed=True, marking=AMBER), (finding("7", State.OPEN),))  # too rare to be drawn every time
def test_only_a_whole_pass_that_the_ledger_agrees_with_ticks_a_box(sight: Sight, own: tuple[Finding, ...]) -> None:
    found = item(sight, own)
    assert (found is None) == (not sight.applies)
    if found is not None and found.box is Box.DONE:
        assert sight.whole and sight.passed and not sight.failing
        assert not any(finding.state is State.OPEN for finding in own)


@given(sights, findings())
def test_what_is_to_do_was_seen_to_be_wrong_and_is_not_waived(sight: Sight, own: tuple[Finding, ...]) -> None:
    found = item(sight, own)
    waived = {f.id.key for f in own if f.state in (State.WAIVED, State.FALSE_POSITIVE)}
    if found is not None and found.box is Box.TO_DO:
        assert sight.whole and sight.failing - waived
    if found is not None and found.box is Box.CANNOT_SEE:
        assert found.why and found.since is None
    if found is not None and sight.whole and sight.failing - waived:
        assert found.box is Box.TO_DO


def test_what_no_check_of_the_campaign_asks_is_on_no_list() -> None:
    other = {("access/single-owner", ASSET): Sight(True, passed=True, marking=AMBER)}
    assert checklists(KIND, Ground((), (), other), lambda asset: "lodestar") == ()


def test_what_nobody_answers_for_is_a_list_for_the_council_alone() -> None:
    found = checklists(KIND, Ground((), (), {(CHECK, ASSET): Sight(True, marking=AMBER)}), lambda asset: "")
    assert [(one.subproject, one.marking) for one in found] == [(NOBODY, Marking(TLP.AMBER, frozenset()))]
