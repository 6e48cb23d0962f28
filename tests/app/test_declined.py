"""A council may decline that something is collected: it is not asked, not kept, and told as declined."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from muniment.app.assess import judge_all
from muniment.app.dossiers import decoded
from muniment.app.material import material
from muniment.app.plan import plan
from muniment.checks.assessment import Judged
from muniment.evidence.account_reach import AccountReach
from muniment.evidence.kind import kind_id
from muniment.evidence.package_holders import PackageHolders
from muniment.evidence.package_project import PackageProject
from muniment.evidence.package_role import PackageRole
from muniment.ledger.finding import State
from muniment.model.asset import Status
from muniment.model.policy import Declined, Policy
from muniment.model.verdict import Reason, Unknown
from muniment.publish.projection import COUNCIL, project
from muniment.publish.summary import puzzles
from muniment.publish.view import build
from muniment.register.inventory import Inventory

from .conftest import KINDS, World

ROLE = kind_id(PackageRole)


def decline(world: World, *kinds: str, asset: str = "pypi:lantern", days: int = 10) -> None:
    until = world.day() + timedelta(days=days)
    declined = tuple(Declined(kind, "ada", "the council said no", until, asset) for kind in kinds)
    world.policy = Policy(live_limit=50, declined=declined)


def answers(world: World, asset: str) -> dict[str, Judged]:
    return {
        judge.check.id: judged
        for judge, dossier, judged in judge_all(world.store, world.checks, at=None, now=world.today)
        if dossier.asset == asset
    }


def needing(world: World, kind: str) -> set[str]:
    return {c.id for c in world.checks.values() if kind in {kind_id(k) for k in c.kinds}}


def test_checks_of_what_is_declined_say_so_and_the_others_answer(world: World) -> None:
    world.package("lantern")
    world.package("wick")
    decline(world, ROLE)
    world.run()
    found = answers(world, "pypi:lantern")
    of_roles = needing(world, ROLE) & set(found)
    assert of_roles
    for check, judged in found.items():
        declined = isinstance(judged.verdict, Unknown) and judged.verdict.reason is Reason.DECLINED
        assert declined == (check in of_roles), check
        if declined:
            assert isinstance(judged.verdict, Unknown)
            assert "by ada until" in judged.verdict.detail and "the council said no" in judged.verdict.detail
    assert not any(
        isinstance(j.verdict, Unknown) and j.verdict.reason is Reason.DECLINED
        for j in answers(world, "pypi:wick").values()
    )


def test_what_is_declined_is_not_kept_though_the_source_tells_it_along(world: World) -> None:
    world.package("lantern")
    decline(world, ROLE)
    world.run()
    kinds = {r.cell.kind for r in world.store.cells(scopes=["pypi:lantern"])}
    assert ROLE not in kinds and kind_id(KINDS[0]) in kinds


def test_what_is_declined_altogether_is_not_asked(world: World) -> None:
    world.package("lantern")
    world.package("wick")
    decline(world, *map(kind_id, KINDS))
    done = world.run()
    assert [scope for _, scope in done.plan.ask] == ["pypi:wick"]
    assert sum(number for _, number in done.plan.declined) >= 1
    assert not [r for r in world.store.cells(scopes=["pypi:lantern"]) if r.cell.source == "pypi"]


def test_a_pattern_spares_all_that_it_matches(world: World) -> None:
    world.package("lantern")
    world.package("wick")
    decline(world, "package-*", asset="pypi:*")
    inventory = Inventory.of(world.evidence())
    assert plan(inventory, world.checks, (world.sky,), now=world.today).ask == ()


def test_an_open_finding_stays_open_while_its_evidence_is_declined(world: World) -> None:
    world.package("lantern")
    world.sky.says["pypi:lantern"] = (
        *world.says("pypi:lantern"),
        PackageRole(account="stranger", role="Owner"),
    )
    world.run()
    before = [(f.id, f.state) for f in world.findings() if f.id.check in needing(world, ROLE)]
    assert before
    decline(world, ROLE)
    world.sky.says["pypi:lantern"] = tuple(
        f for f in world.says("pypi:lantern") if f != PackageRole(account="stranger", role="Owner")
    )
    world.run()
    assert [(f.id, f.state) for f in world.findings() if f.id.check in needing(world, ROLE)] == before


def test_a_decline_that_ended_is_asked_again(world: World) -> None:
    world.package("lantern")
    decline(world, ROLE, days=1)
    world.run()
    assert ROLE not in {r.cell.kind for r in world.store.cells(scopes=["pypi:lantern"])}
    world.run(days=1)
    assert ROLE in {r.cell.kind for r in world.store.cells(scopes=["pypi:lantern"])}
    found = answers(world, "pypi:lantern")
    assert not any(isinstance(j.verdict, Unknown) and j.verdict.reason is Reason.DECLINED for j in found.values())


def test_a_decline_changes_no_judgement_of_anything_else(world: World) -> None:
    """What it brings is not told as a change of a check of ours."""
    world.package("lantern")
    world.run()
    judges = world.store.runs()[-1].judges
    decline(world, ROLE)
    world.run()
    assert world.store.runs()[-1].judges == judges


def test_the_summary_counts_what_is_declined_by_its_own_word(world: World) -> None:
    world.package("lantern")
    decline(world, ROLE)
    world.run()
    view = build(material(world.store, world.checks, now=world.today), world.checks)
    told = {p.reason: p.count for p in puzzles(project(view, COUNCIL))}
    assert told["declined"] == len(needing(world, ROLE) & set(answers(world, "pypi:lantern")))


def test_what_was_seen_before_a_decline_is_not_compared_and_closes_nothing(world: World) -> None:
    world.package("lantern")
    world.package("wick")
    world.policy = Policy(live_limit=50, reach_limit=1)
    world.run()
    many = world.findings("packages/account-reaches-many-packages")
    assert [f.state for f in many] == [State.OPEN, State.OPEN]
    decline(world, ROLE)
    world.policy = replace(world.policy, reach_limit=1)
    world.run()
    assert reach(world) == {"pypi:ada.l": ("pypi:wick",), "pypi:grace": ("pypi:wick",)}
    assert world.findings("packages/account-reaches-many-packages") == many


def test_a_link_that_is_not_looked_at_any_more_is_not_mended(world: World) -> None:
    """An organization was found by two packages; the one left leads to a repository that is declared."""
    world.package("lantern", repository="github:repo/lamps/lantern")
    world.package("wick", repository="github:repo/lamps/wick")
    world.declare("github:repo/lamps/wick")
    world.run()
    found = world.findings("inventory/undeclared-organization")
    assert [(f.id.key, f.state) for f in found] == [("github:org/lamps", State.OPEN)]
    decline(world, kind_id(PackageProject))
    world.run()
    world.run()
    assert world.findings("inventory/undeclared-organization") == found
    world.declare("github:org/lamps", Status.EXTERNAL)
    world.run()
    assert [f.state for f in world.findings("inventory/undeclared-organization")] == [State.FIXED]


def test_a_comparison_may_be_declined(world: World) -> None:
    world.package("lantern")
    decline(world, kind_id(AccountReach), asset="project:callisto")
    world.run()
    assert kind_id(AccountReach) not in {r.cell.kind for r in world.store.cells(scopes=["project:callisto"])}


def test_nor_is_it_noted_who_held_a_package_before(world: World) -> None:
    world.package("lantern")
    world.run()
    decline(world, kind_id(PackageHolders))
    world.sky.says["pypi:lantern"] = (
        PackageProject(name="lantern", latest="1.0"),
        PackageRole(account="mallory", role="Owner"),
    )
    world.run()
    assert not list(world.store.cells(kinds=[kind_id(PackageHolders)]))


def reach(world: World) -> dict[str, tuple[str, ...]]:
    return {
        fact.account: fact.packages
        for record in world.store.cells(kinds=[kind_id(AccountReach)])
        for fact in decoded(record, AccountReach)
        if isinstance(fact, AccountReach)
    }
