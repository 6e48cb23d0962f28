"""Packages that come into other hands between two runs: told, and not taken for the project's by a rule."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from muniment.app.dossiers import book_at
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.package_holders import PackageHolders
from muniment.evidence.package_ownership import PackageOwnership
from muniment.evidence.package_project import PackageProject
from muniment.evidence.package_role import PackageRole
from muniment.model.asset import Status
from muniment.model.observation import Outcome
from muniment.model.party import Account
from muniment.ports import Raw

from .conftest import World
from .test_found_repositories import listed
from .test_rules import BRINGS, KIT, MANIFEST, ruled, seen

CHECK, CLAIMED, LANTERN = "packages/holders-replaced", "inventory/claimed-by-two", "pypi:lantern"


def held_by(world: World, *accounts: str, asset: str = LANTERN, organization: str = "") -> None:
    """Who holds a package from now on; nobody: it is gone."""
    if not accounts:
        world.sky.says[asset] = Outcome.ABSENT
        return
    world.sky.says[asset] = (
        PackageProject(name=asset.partition(":")[2], latest="1.0"),
        PackageOwnership(organization=organization),
        *(PackageRole(account=account, role="Owner") for account in accounts),
    )


def told(world: World, check: str = CHECK) -> list[str]:
    return [f.id.asset for f in world.findings(check) if f.state.value == "open"]


@pytest.fixture
def lantern(world: World) -> World:
    world.declare(LANTERN)
    held_by(world, "wren", "otto")
    world.run()
    return world


def test_a_package_of_which_nobody_is_left_is_told_with_both(lantern: World) -> None:
    assert told(lantern) == []
    held_by(lantern, "mallory")
    lantern.run()
    assert told(lantern) == [LANTERN]
    (finding,) = lantern.findings(CHECK)
    assert "mallory" in finding.message and "otto, wren" in finding.message


def test_one_that_was_gone_and_came_back_under_others_is_told_too(lantern: World) -> None:
    held_by(lantern)
    lantern.run()
    assert told(lantern) == []
    held_by(lantern, "mallory")
    lantern.run()
    assert told(lantern) == [LANTERN]


def test_people_who_change_one_by_one_are_no_others(lantern: World) -> None:
    for accounts in (("wren", "mina"), ("mina",), ("mina", "sefa"), ("SEFA",)):
        held_by(lantern, *accounts)
        lantern.run()
        assert told(lantern) == []


@pytest.mark.parametrize("how", ["person", "organization", "back"])
def test_it_closes_when_somebody_known_holds_it(lantern: World, how: str) -> None:
    held_by(lantern, "mallory")
    lantern.run()
    lantern.run()
    assert told(lantern) == [LANTERN], "it stays until then"
    if how == "person":
        lantern.more.append(DeclaredParty(handle="mal", name="Mal Example", accounts=(Account("pypi", "mallory"),)))
    elif how == "organization":
        held_by(lantern, "mallory", organization="callisto")
    else:
        held_by(lantern, "otto")
    lantern.run()
    assert told(lantern) == []
    held_by(lantern, "somebody-else")
    lantern.run()
    assert told(lantern) == [LANTERN], "from then on those are the ones it is held against"


def test_what_was_not_all_seen_proves_nothing_and_closes_nothing(lantern: World) -> None:
    held_by(lantern, "mallory")
    lantern.sky.partial.add((LANTERN, PackageRole))
    lantern.run()
    assert told(lantern) == []
    lantern.sky.partial.clear()
    lantern.run()
    assert told(lantern) == [LANTERN]
    lantern.sky.says[LANTERN] = Outcome.UNREACHABLE
    lantern.run()
    assert told(lantern) == [LANTERN]


def test_an_older_look_that_is_handed_over_tells_nothing_of_today(lantern: World) -> None:
    held_by(lantern, "mallory")
    lantern.sky.now = lantern.today - timedelta(days=30)
    older = lantern.sky.parse(Raw(LANTERN, ()))
    held_by(lantern, "wren", "otto")
    lantern.run(recorded=[older])
    assert told(lantern) == []


def test_a_package_that_a_rule_brings_is_not_taken_when_strangers_hold_it(world: World) -> None:
    seen(ruled(world, BRINGS), listed("core"), MANIFEST)
    held_by(world, "wren", asset=KIT)
    world.run()
    assert book_at(world.store).inventory.status(KIT) is Status.OFFICIAL
    held_by(world, "mallory", asset=KIT)
    world.run()
    assert book_at(world.store).inventory.status(KIT) is Status.UNCLEAR
    assert told(world) == [KIT] and told(world, CLAIMED) == [KIT]


def test_a_declared_package_whose_record_leads_to_a_stranger_is_told_with_our_own_manifest(world: World) -> None:
    world.declare(KIT)
    world.declare("github:repo/callisto/core")
    seen(world, listed("core"), MANIFEST)
    held_by(world, "wren", asset=KIT)
    (project, *rest) = world.says(KIT)
    assert isinstance(project, PackageProject)
    world.sky.says[KIT] = (replace(project, repository="github:repo/stranger/kit"), *rest)
    world.run()
    (finding,) = world.findings("inventory/unofficial-repository")
    assert "github:repo/stranger/kit" in finding.message
    assert "github:repo/callisto/core builds it" in finding.message


def test_what_is_noted_names_people_so_that_they_can_be_forgotten() -> None:
    assert set(PackageHolders.people) == {"before", "now"}
