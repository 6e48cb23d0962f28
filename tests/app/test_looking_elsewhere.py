"""Looking back and ahead, renamed checks, and markings that change: nothing opens what is closed. Not live."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from muniment.app.assess import end_of
from muniment.app.material import material
from muniment.app.publish import readers
from muniment.app.who import who
from muniment.evidence.declared_decision import DeclaredDecision
from muniment.evidence.package_release import PackageRelease
from muniment.evidence.package_role import PackageRole
from muniment.ledger.events import Why
from muniment.ledger.finding import State
from muniment.model.observation import Outcome
from muniment.model.policy import CheckPolicy
from muniment.model.tlp import CLEAR, RED, TLP, Marking
from muniment.model.waiver import Waiver, literally
from muniment.publish.pieces import View
from muniment.publish.projection import COUNCIL, PUBLIC, project
from muniment.publish.summary import Balance, balance
from muniment.publish.view import build
from muniment.reporters.finding import site
from tests.app.conftest import World

YANKED = "packages/newest-release-yanked"
UNKNOWN_OWNER = "packages/owner-unknown-to-register"


def yank(world: World, name: str) -> None:
    asset = f"pypi:{name}"
    said = world.says(asset)
    world.sky.says[asset] = tuple(replace(f, yanked=True) if isinstance(f, PackageRelease) else f for f in said)


def add_owner(world: World, name: str, account: str) -> None:
    asset = f"pypi:{name}"
    world.sky.says[asset] = (*world.says(asset), PackageRole(account=account, role="Owner"))


def public_text(world: World, at_day: date | None = None) -> str:
    at = end_of(at_day) if at_day else None
    made = material(world.store, world.checks, now=at or world.today, at=at, today=at_day)
    files = site(project(build(made, world.checks), PUBLIC))
    return "\n".join((*files, *(data.decode() for data in files.values())))


def test_a_new_parser_makes_no_news_once_and_the_world_makes_news_again(world: World) -> None:
    world.package("lodestar")
    world.run()
    world.sky.parser = "canned/2"
    add_owner(world, "lodestar", "first")
    world.run()
    world.run()
    add_owner(world, "lodestar", "second")
    done = world.run()
    why = {f.id.key: f.why for f in world.findings(UNKNOWN_OWNER)}
    assert why == {"first/Owner": Why.REPARSED, "second/Owner": Why.OBSERVED}
    assert [f.id.key for f in world.findings(UNKNOWN_OWNER) if f.is_new_in(done.run)] == ["second/Owner"]


def test_a_renamed_check_closes_nothing_where_it_has_no_answer(world: World) -> None:
    world.package("lodestar")
    yank(world, "lodestar")
    world.run()
    old = world.checks[YANKED]
    renamed = replace(old, id="packages/withdrawn", aliases=(YANKED,))
    world.checks = {**{id: c for id, c in world.checks.items() if id != YANKED}, renamed.id: renamed}
    world.sky.partial.add(("pypi:lodestar", PackageRelease))
    world.run()
    assert [f.state for f in world.findings(YANKED)] == [State.OPEN]
    world.sky.partial.clear()
    done = world.run()
    assert [(f.state, f.why) for f in world.findings(YANKED)] == [(State.FIXED, Why.REJUDGED)]
    (new,) = world.findings("packages/withdrawn")
    assert (new.state, new.why) == (State.OPEN, Why.REJUDGED)
    assert not new.is_new_in(done.run)


def test_pretending_a_day_after_a_waiver_ends_shows_the_finding_open_and_writes_nothing(world: World) -> None:
    world.package("lodestar")
    yank(world, "lodestar")
    waiver = Waiver(check=YANKED, asset="*", by="ada", reason="known", until=date(2026, 3, 20))
    world.more.append(DeclaredDecision(id="one", waiver=waiver))
    world.run()
    then = end_of(date(2026, 4, 1))
    made = material(world.store, world.checks, now=then, today=then.date(), pretend=True)
    (pretended,) = (f for f in made.findings if f.id.check == YANKED)
    assert pretended.state is State.OPEN
    assert [f.state for f in world.findings(YANKED)] == [State.WAIVED]


def ahead(world: World, day: date) -> tuple[View, Balance]:
    made = material(world.store, world.checks, now=end_of(day), today=day, pretend=True)
    view = project(build(made, world.checks), COUNCIL)
    return view.view, balance(view.view.findings)


def test_a_look_ahead_tells_what_would_move_and_asks_nobody(world: World) -> None:
    world.package("lodestar")
    yank(world, "lodestar")
    waiver = Waiver(check=YANKED, asset="*", by="ada", reason="known", until=date(2026, 3, 20))
    world.more.append(DeclaredDecision(id="one", waiver=waiver))
    world.run()
    last = world.run()
    view, before = ahead(world, date(2026, 3, 20))
    assert not before.moved, "on the last day of the waiver nothing has moved yet"
    view, then = ahead(world, date(2026, 3, 21))
    assert (then.unwaived, then.after - then.before) == (1, 1)
    assert view.previous is not None
    assert view.previous.id == last.run
    assert view.reach is None
    view, later = ahead(world, date(2028, 3, 21))
    told = later.new + later.reopened + later.ours + later.unwaived - later.fixed - later.dropped - later.waived
    assert later.new > 0, "a package without a release for two years"
    assert later.before + told == later.after
    assert {f.check for f in view.findings if f.is_new} == {f.check for f in view.findings if "new" in f.moves}


def test_a_look_ahead_does_not_tell_the_newest_runs_news_again(world: World) -> None:
    world.package("lodestar")
    world.run()
    yank(world, "lodestar")
    world.run()
    now = material(world.store, world.checks, now=world.today)
    assert balance(project(build(now, world.checks), COUNCIL).view.findings).new == 1
    view, then = ahead(world, world.day())
    assert not then.moved
    assert not any(f.is_new or f.moves for f in view.findings)


def test_a_check_switched_off_is_told_as_dropped_and_not_as_fixed(world: World) -> None:
    world.package("lodestar")
    yank(world, "lodestar")
    world.run()
    world.policy = replace(world.policy, checks={YANKED: CheckPolicy(enabled=False)})
    world.run()
    made = material(world.store, world.checks, now=world.today)
    told = balance(project(build(made, world.checks), COUNCIL).view.findings)
    assert (told.fixed, told.dropped, told.before - told.after) == (0, 1, 1)


def test_what_was_closed_since_stays_closed_when_one_looks_back(world: World) -> None:
    world.package("secretname")
    world.run()
    open_day = world.day()
    assert "secretname" in public_text(world)
    world.marking = RED
    world.run()
    assert "secretname" not in public_text(world)
    assert "secretname" not in public_text(world, open_day)


def test_a_closed_register_is_not_named_in_public(world: World) -> None:
    world.marking = RED
    world.package("lodestar")
    world.run()
    text = public_text(world)
    assert "callisto" not in text.replace("callisto-", "")
    assert '"commit": "abc"' not in text


def test_the_community_belongs_to_no_subproject() -> None:
    assert not readers("green", None).may_see(Marking(TLP.GREEN, frozenset({"voila"})))
    assert readers("green", None).may_see(Marking(TLP.GREEN))
    assert readers("amber", None).may_see(Marking(TLP.AMBER, frozenset({"voila"})))
    assert readers("clear", "voila").may_see(CLEAR)
    assert not readers("amber", "harbour").may_see(Marking(TLP.AMBER, frozenset({"voila"})))


def test_who_says_the_registers_own_marking(world: World) -> None:
    world.package("lodestar")
    world.marking = Marking(TLP.AMBER_STRICT)
    world.run()
    found = who(world.store, "pypi:lodestar", at=None, now=world.today)
    assert found.marking.level is TLP.AMBER_STRICT


def test_who_never_takes_an_unasked_source_for_nobody(world: World) -> None:
    world.declare("domain:callisto.example")
    world.run()
    found = who(world.store, "domain:callisto.example", at=None, now=world.today)
    assert not found.holders
    assert any("no source" in line for line in found.unseen)


def test_a_key_full_of_signs_is_waived_literally() -> None:
    for key in ("eve[1]/Owner", "*/Owner", "a?b", "[!x]", ""):
        waiver = Waiver(
            check=literally("c"),
            asset=literally("a"),
            key=literally(key),
            by="ada",
            reason="r",
            until=date(2027, 1, 1),
        )
        assert waiver.covers("c", "a", key)
        for other in ("eve1/Owner", "x/Owner", "axb", "x", "y", "anything"):
            assert other == key or not waiver.covers("c", "a", other)


def test_a_source_that_fails_for_a_week_is_stale_and_then_news_again(world: World) -> None:
    world.package("lodestar")
    world.run()
    said = world.sky.says["pypi:lodestar"]
    world.sky.says["pypi:lodestar"] = Outcome.UNREACHABLE
    for _ in range(7):
        world.run()
    world.sky.says["pypi:lodestar"] = said
    yank(world, "lodestar")
    done = world.run()
    assert [f.is_new_in(done.run) for f in world.findings(YANKED)] == [True]


def test_a_waiver_of_a_renamed_check_still_ends_when_it_is_withdrawn(world: World) -> None:
    world.package("lodestar")
    yank(world, "lodestar")
    waiver = Waiver(check=YANKED, asset="*", by="ada", reason="known", until=date(2027, 3, 20))
    world.more.append(DeclaredDecision(id="one", waiver=waiver))
    world.run()
    renamed = replace(world.checks[YANKED], id="packages/withdrawn", aliases=(YANKED,))
    world.checks = {**{id: c for id, c in world.checks.items() if id != YANKED}, renamed.id: renamed}
    world.sky.partial.add(("pypi:lodestar", PackageRelease))
    # the register's reader rewrites old ids to new ones
    world.more[-1] = DeclaredDecision(id="one", waiver=replace(waiver, check="packages/withdrawn"))
    world.run()
    assert [f.state for f in world.findings(YANKED)] == [State.WAIVED]
    world.more.pop()
    world.run()
    assert [f.state for f in world.findings(YANKED)] == [State.OPEN]
