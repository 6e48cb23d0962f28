"""The main job from register to ledger, on a made-up project whose registry the tests play. Not live."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from msgspec.structs import replace

from muniment.app.assess import end_of
from muniment.app.collect import take_in
from muniment.app.find import findings
from muniment.app.identity import Met
from muniment.app.material import material
from muniment.app.who import who
from muniment.evidence.declared_decision import DeclaredDecision
from muniment.evidence.package_release import PackageRelease
from muniment.evidence.package_role import PackageRole
from muniment.ledger.events import How, Why
from muniment.ledger.finding import State
from muniment.model.observation import Batch, Cell, Outcome
from muniment.model.policy import CheckPolicy
from muniment.model.tlp import CLEAR
from muniment.model.waiver import Decision, Waiver
from muniment.ports import Raw
from tests.app.conftest import World

YANKED = "packages/newest-release-yanked"
GONE = "inventory/declared-package-gone"


def yank(world: World, name: str) -> None:
    asset = f"pypi:{name}"
    world.sky.says[asset] = tuple(
        replace(f, yanked=True) if isinstance(f, PackageRelease) else f for f in world.says(asset)
    )


def waiver(world: World, **words: object) -> DeclaredDecision:
    made = Waiver(check=YANKED, asset="pypi:lodestar", by="ada", reason="known", until=date(2026, 3, 10))
    made = replace(made, **words)
    return DeclaredDecision(id=f"{made.check}/{made.asset}/{made.key}", waiver=made)


def test_the_first_run_is_a_baseline_and_the_second_brings_news(world: World) -> None:
    world.package("lodestar")
    yank(world, "lodestar")
    first = world.run()
    (one,) = world.findings(YANKED)
    assert one.why is Why.BASELINE
    assert not one.is_new_in(first.run)
    world.package("beacon")
    yank(world, "beacon")
    second = world.run()
    assert [f.id.asset for f in world.findings(YANKED) if f.is_new_in(second.run)] == ["pypi:beacon"]


def test_an_unchanged_run_writes_no_fact_and_no_event(world: World) -> None:
    world.package("lodestar")
    yank(world, "lodestar")
    world.run()
    facts = [(r.cell, r.facts) for r in world.store.cells()]
    done = world.run()
    assert done.assessed is not None
    assert done.assessed.events == 0
    assert [(r.cell, r.facts) for r in world.store.cells()] == facts


def test_a_silent_source_closes_nothing_and_the_verdict_is_stale(world: World) -> None:
    world.package("lodestar")
    yank(world, "lodestar")
    world.run()
    world.sky.says["pypi:lodestar"] = Outcome.UNREACHABLE
    done = world.run()
    assert [f.state for f in world.findings(YANKED)] == [State.OPEN]
    assert done.reach.recorded == ("pypi:lodestar",)
    made = material(world.store, world.checks, now=world.today)
    (row,) = (a for a in made.answers if a.check == YANKED)
    assert (row.verdict, row.stale) == ("fail", True)


def test_what_nobody_ever_saw_is_unknown_with_the_reason(world: World) -> None:
    world.declare("pypi:lodestar")
    done = world.run()
    assert done.reach.unreachable == ("pypi:lodestar",)
    made = material(world.store, world.checks, now=world.today)
    reasons = {a.reason for a in made.answers if a.asset == "pypi:lodestar" and a.verdict == "unknown"}
    assert reasons == {"unreachable"}
    assert not [f for f in world.findings() if f.id.asset == "pypi:lodestar"]


def test_a_finding_is_fixed_by_evidence_and_reopened_by_evidence(world: World) -> None:
    world.package("lodestar")
    yank(world, "lodestar")
    world.run()
    world.package("lodestar")
    world.run()
    (fixed,) = world.findings(YANKED)
    assert (fixed.state, fixed.how) == (State.FIXED, How.PASSED)
    yank(world, "lodestar")
    third = world.run()
    (again,) = world.findings(YANKED)
    assert again.state is State.OPEN
    assert again.again
    assert again.is_new_in(third.run)


def test_a_package_that_is_gone_is_a_finding_and_its_other_findings_are_fixed(world: World) -> None:
    world.package("lodestar")
    yank(world, "lodestar")
    world.run()
    world.sky.says["pypi:lodestar"] = Outcome.ABSENT
    world.run()
    assert [f.state for f in world.findings(GONE)] == [State.OPEN]
    (yanked,) = world.findings(YANKED)
    assert (yanked.state, yanked.how) == (State.FIXED, How.NOT_APPLICABLE)


def test_findings_of_an_asset_that_is_no_longer_declared_are_retired(world: World) -> None:
    world.package("lodestar")
    yank(world, "lodestar")
    world.run()
    del world.assets["pypi:lodestar"]
    world.run()
    (retired,) = world.findings(YANKED)
    assert (retired.state, retired.how) == (State.FIXED, How.RETIRED)


def test_a_waiver_holds_through_its_last_day_and_then_the_finding_is_open_again(world: World) -> None:
    world.package("lodestar")
    yank(world, "lodestar")
    world.run()
    world.more.append(waiver(world))
    world.run()
    assert [f.state for f in world.findings(YANKED)] == [State.WAIVED]
    while world.day() < date(2026, 3, 10):
        world.run()
        assert [f.state for f in world.findings(YANKED)] == [State.WAIVED]
    world.run()
    (open_again,) = world.findings(YANKED)
    assert open_again.state is State.OPEN
    assert open_again.waiver is None


def test_a_finding_that_opens_under_a_waiver_is_waived_at_once(world: World) -> None:
    world.package("lodestar")
    world.more.append(waiver(world, decision=Decision.FALSE_POSITIVE))
    world.run()
    yank(world, "lodestar")
    world.run()
    assert [f.state for f in world.findings(YANKED)] == [State.FALSE_POSITIVE]


def test_a_check_switched_off_retires_its_findings_and_that_is_not_news(world: World) -> None:
    world.package("lodestar")
    yank(world, "lodestar")
    world.run()
    world.policy = replace(world.policy, checks={YANKED: CheckPolicy(enabled=False)})
    world.run()
    (off,) = world.findings(YANKED)
    assert (off.state, off.how, off.why) == (State.FIXED, How.RETIRED, Why.REJUDGED)


def test_a_new_version_of_a_check_rejudges_and_that_is_not_news(world: World) -> None:
    world.package("lodestar")
    world.run()
    harsher = dict(world.checks)
    old = harsher[YANKED]
    harsher[YANKED] = replace(old, version=old.version + 1)
    world.checks = harsher
    yank(world, "lodestar")
    done = world.run()
    (found,) = world.findings(YANKED)
    assert found.why is Why.REJUDGED
    assert not found.is_new_in(done.run)


def test_a_new_parser_reparses_and_that_is_not_news(world: World) -> None:
    world.package("lodestar")
    world.run()
    world.sky.parser = "canned/2"
    yank(world, "lodestar")
    done = world.run()
    (found,) = world.findings(YANKED)
    assert found.why is Why.REPARSED
    assert not found.is_new_in(done.run)


def test_a_check_that_is_not_installed_here_leaves_its_findings_alone(world: World) -> None:
    world.package("lodestar")
    yank(world, "lodestar")
    world.run()
    world.checks = {id: c for id, c in world.checks.items() if id != YANKED}
    world.run()
    assert [f.state for f in world.findings(YANKED)] == [State.OPEN]


def test_an_account_that_lost_its_packages_is_cleared(world: World) -> None:
    world.policy = replace(world.policy, reach_limit=2)
    for name in ("one", "two", "three", "four"):
        world.package(name)
    world.run()
    reach = {f.id.key: f.state for f in world.findings("packages/account-reaches-many-packages")}
    assert reach == {"pypi:ada.l": State.OPEN, "pypi:grace": State.OPEN}
    for name in ("one", "two", "three", "four"):
        asset = f"pypi:{name}"
        world.sky.says[asset] = tuple(
            f for f in world.says(asset) if not (isinstance(f, PackageRole) and f.account == "grace")
        )
    world.run()
    reach = {f.id.key: f.state for f in world.findings("packages/account-reaches-many-packages")}
    assert reach == {"pypi:ada.l": State.OPEN, "pypi:grace": State.FIXED}


def test_an_undeclared_package_of_the_projects_organization_is_found(world: World) -> None:
    world.package("lodestar")
    world.package("stowaway")
    world.run()
    assert not world.findings("inventory/undeclared-package")
    del world.assets["pypi:stowaway"]
    world.run()
    (found,) = world.findings("inventory/undeclared-package")
    assert found.id.asset == "pypi:org/callisto"
    assert found.id.key == "pypi:stowaway"


def test_as_of_shows_the_past_as_it_was_believed(world: World) -> None:
    world.package("lodestar")
    world.run()
    clean_day = world.day()
    yank(world, "lodestar")
    world.run()
    bad_day = world.day()
    world.package("lodestar")
    world.run()
    states = {}
    for day in (clean_day, bad_day, world.day()):
        found, _ = findings(world.store, day)
        states[day] = [f.state for f in found if f.id.check == YANKED]
        made = material(world.store, world.checks, now=end_of(day), at=end_of(day), today=day)
        (row,) = (a for a in made.answers if a.check == YANKED)
        assert row.verdict == ("fail" if day == bad_day else "pass")
    assert states == {clean_day: [], bad_day: [State.OPEN], world.day(): [State.FIXED]}


def test_a_run_gives_every_asset_its_turn_oldest_first(world: World) -> None:
    for name in ("one", "two", "three"):
        world.package(name)
    world.policy = replace(world.policy, live_limit=1)
    asked = [world.run().reach.live for _ in range(4)]
    assert asked == [("pypi:one",), ("pypi:three",), ("pypi:two",), ("pypi:one",)]


def test_who_tells_what_was_not_seen(world: World) -> None:
    world.package("lodestar")
    world.run()
    found = who(world.store, "pypi:lodestar", at=None, now=world.today)
    assert {(h.who, h.party) for h in found.holders} == {("ada.l", "ada"), ("grace", "grace"), ("callisto", "")}
    world.declare("pypi:beacon")
    world.run()
    found = who(world.store, "pypi:beacon", at=None, now=world.today)
    assert not found.holders
    assert any("unreachable" in line for line in found.unseen)


def test_partial_evidence_opens_and_closes_item_by_item_only(world: World) -> None:
    unknown = "packages/owner-unknown-to-register"
    world.package("lodestar")
    stranger = PackageRole(account="stranger", role="Owner")
    world.sky.says["pypi:lodestar"] = (*world.says("pypi:lodestar"), stranger)
    world.run()
    (found,) = world.findings(unknown)
    assert found.state is State.OPEN
    world.package("lodestar")
    world.sky.partial.add(("pypi:lodestar", PackageRole))
    world.run()
    assert [f.state for f in world.findings(unknown)] == [State.OPEN]
    world.sky.partial.clear()
    world.run()
    assert [f.state for f in world.findings(unknown)] == [State.FIXED]


def test_a_bundle_cannot_speak_for_the_register_or_for_reconciliation(world: World) -> None:
    world.package("lodestar")
    world.run()
    before = [(r.cell, r.facts) for r in world.store.cells()]
    forged = tuple(
        Batch(
            cell=Cell(source, scope, kind),
            vantage=frozenset({source, "pypi:anonymous"}),
            outcome=Outcome.COLLECTED,
            observed_at=world.today,
            parser="forged/1",
            marking=CLEAR,
        )
        for source, scope, kind in (
            ("register", "register", "declared-asset"),
            ("reconcile", "project:callisto", "account-reach"),
            ("pypi-mirror", "pypi:lodestar", "package-role"),
        )
    )
    run = world.store.open_run(at=world.today, code="test", register="callisto", commit="")
    notes: list[str] = []
    taken = take_in(world.store, run, forged, (world.sky,), notes.append, meet=lambda fresh, _: Met(tuple(fresh)))
    assert taken == ()
    assert len(notes) == 3
    assert all(note.startswith("1 recorded answer left out: ") for note in notes)
    empty = tuple(replace(batch, outcome=Outcome.UNOBSERVABLE) for batch in forged)
    assert (
        take_in(world.store, run, empty, (world.sky,), notes.append, meet=lambda fresh, _: Met(tuple(fresh))) == ()
    )
    assert len(notes) == 3, "of a look that saw nothing there is nothing to do"
    assert [(r.cell, r.facts) for r in world.store.cells()] == before


def test_a_bundle_older_than_what_is_known_changes_nothing_and_a_newer_one_does(world: World) -> None:
    world.package("lodestar")
    world.run()
    yank(world, "lodestar")
    older = replace_time(world, world.today - timedelta(days=3))
    world.package("lodestar")
    world.run(recorded=(older,))
    assert not world.findings(YANKED)
    yank(world, "lodestar")
    newer = replace_time(world, world.today + timedelta(hours=1))
    world.sky.says["pypi:lodestar"] = Outcome.UNREACHABLE
    world.run(recorded=(newer,))
    assert [f.state for f in world.findings(YANKED)] == [State.OPEN]


def replace_time(world: World, at: datetime) -> tuple[Batch, ...]:
    """What the registry says of lodestar, as somebody else saw it at another time."""
    return tuple(replace(b, observed_at=at) for b in world.sky.parse(Raw("pypi:lodestar", ())))


def test_the_opening_balance_knows_what_was_waived_before_the_run(world: World) -> None:
    world.package("lodestar")
    yank(world, "lodestar")
    world.run()
    world.more.append(waiver(world))
    world.run()
    (id,) = (f.id for f in world.findings(YANKED))
    assert material(world.store, world.checks, now=world.today).shelved == frozenset()
    world.run()
    assert material(world.store, world.checks, now=world.today).shelved == {id}
    world.package("lodestar")
    world.run()
    assert material(world.store, world.checks, now=world.today).shelved == {id}
    world.run()
    assert material(world.store, world.checks, now=world.today).shelved == frozenset()
