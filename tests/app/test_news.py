"""News is what the world changed: not the first run, not a change of ours, and with one thing to do."""

from __future__ import annotations

from datetime import date

from muniment.app.material import material
from muniment.app.news import News, news
from muniment.ledger.events import How
from muniment.model.waiver import Decision, Waiver
from muniment.publish.projection import COUNCIL, project
from muniment.publish.view import build
from tests.app.conftest import World


def told(world: World) -> News:
    made = material(world.store, world.checks, now=world.today, today=world.day())
    return news(project(build(made, world.checks), COUNCIL))


def changes(found: News) -> list[tuple[str, str]]:
    return [(item.change, item.asset) for item in found.items]


def test_a_first_run_is_the_baseline_and_no_news(world: World) -> None:
    world.package("lodestar", latest="")
    world.run()
    assert told(world) == News("", ())


def test_a_week_without_change_has_no_news(world: World) -> None:
    world.package("lodestar")
    world.run()
    world.run()
    assert told(world) == News("", ())


def test_what_came_and_what_was_fixed_is_told_with_whose_it_is_and_what_to_do(world: World) -> None:
    world.package("lodestar")
    world.run()
    world.package("lodestar", repository="")
    world.run()
    found = told(world)
    (item,) = found.items
    assert (item.change, item.asset, item.whose) == ("new", "pypi:lodestar", "Harbour")
    assert item.act.endswith(".") and item.what and item.finding.startswith("F-")
    assert found.title == f"1 new: Project Callisto, {world.day()}"
    world.package("lodestar")
    world.run()
    found = told(world)
    assert changes(found) == [("fixed", "pypi:lodestar")]
    assert found.items[0].act == "", "nothing is left to do"
    world.package("lodestar", repository="")
    world.run()
    assert changes(told(world)) == [("back", "pypi:lodestar")]


def test_a_waiver_that_is_given_is_no_news_and_one_that_ends_is(world: World) -> None:
    from muniment.evidence.declared_decision import DeclaredDecision

    world.package("lodestar")
    world.run()
    world.package("lodestar", repository="")
    world.run()
    until = date.fromordinal(world.day().toordinal() + 1)
    waiver = Waiver(
        check="packages/missing-repository",
        asset="pypi:lodestar",
        key="*",
        by="ada",
        reason="made up",
        until=until,
        decision=Decision.ACCEPTED,
    )
    world.more.append(DeclaredDecision(id="w", waiver=waiver))
    world.run()
    assert changes(told(world)) == []
    world.run(days=2)
    assert changes(told(world)) == [("waiver ended", "pypi:lodestar")]


def test_what_left_the_register_or_a_list_was_not_mended(world: World) -> None:
    world.package("lodestar")
    world.package("beacon", repository="")
    world.run()
    world.assets = {asset: entry for asset, entry in world.assets.items() if asset != "pypi:beacon"}
    world.run()
    assert [f.how for f in world.store.findings(fixed=True) if f.id.asset == "pypi:beacon"] == [How.RETIRED]
    assert ("fixed", "pypi:beacon") not in changes(told(world))
