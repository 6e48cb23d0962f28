"""Rules in a run: what they bring is planned, judged and explained, and as closed as what it came from."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from muniment.app.because import because
from muniment.app.dossiers import book_at, decoded, resolved
from muniment.app.plan import plan
from muniment.app.price import price
from muniment.app.reconcile import reconcile
from muniment.evidence.declared_rule import Condition, DeclaredRule
from muniment.evidence.kind import kind_id
from muniment.evidence.package_project import PackageProject
from muniment.evidence.repository_manifest import RepositoryManifest
from muniment.evidence.repository_property import RepositoryProperty
from muniment.evidence.rule_match import RuleMatch
from muniment.ledger.finding import State
from muniment.model.asset import Status
from muniment.model.observation import Batch, Outcome
from muniment.model.tlp import CLEAR, TLP, Marking
from muniment.model.verdict import Where
from muniment.ports import Store
from muniment.register.inventory import Inventory
from muniment.stores.opening import open_store

from .conftest import BEGAN, World
from .test_found_repositories import CORE, ORG, listed, said

KIT = "pypi:kit"
OLD_MAP = "github:repo/callisto/old-map"
BRINGS = DeclaredRule(
    id="org callisto",
    organizations=(ORG,),
    status=Status.OFFICIAL,
    reason="governance",
    subproject="harbour",
    packages=True,
    where=Where("rules.yaml", 3),
)
OWNED = DeclaredRule(
    id="org callisto where owner = beacon",
    organizations=(ORG,),
    conditions=(Condition("owner", ("beacon",)),),
    status=Status.OFFICIAL,
    reason="minutes",
    subproject="beacon",
    where=Where("rules.yaml", 7),
)
OLD = DeclaredRule(
    id="org callisto name core, old-*",
    organizations=(ORG,),
    names=("core", "old-*"),
    status=Status.OFFICIAL,
    reason="minutes",
    subproject="harbour",
)
MANIFEST = said(CORE, RepositoryManifest, RepositoryManifest(path="pyproject.toml", package=KIT))
OWNER = said(CORE, RepositoryProperty, RepositoryProperty(name="Owner", values=("beacon",)))


def ruled(world: World, *rules: DeclaredRule) -> World:
    del world.assets[ORG]
    world.more.extend(rules)
    return world


def seen(world: World, *batches: Batch) -> World:
    """What GitHub told earlier."""
    run = world.store.open_run(at=BEGAN, code="test", register="callisto", commit="")
    world.store.record(run, batches)
    return world


def test_what_a_manifest_brings_up_is_asked_about_in_the_same_run_within_its_ration(world: World) -> None:
    seen(ruled(world, BRINGS), listed("core"), MANIFEST)
    world.sky.says[KIT] = (PackageProject(name="kit", latest="1.0"),)
    done = world.run()
    assert KIT in done.reach.live
    (kit,) = (e for a, e in book_at(world.store).inventory.known.items() if a == KIT)
    assert (kit.status, kit.subproject) == (Status.OFFICIAL, "harbour")


def test_the_plan_before_a_run_knows_what_manifests_brought_up(world: World) -> None:
    seen(ruled(world, BRINGS), listed("core"), MANIFEST)
    declared = Inventory.of(world.evidence())
    cold = price(declared, world.checks, (world.sky,), now=BEGAN)
    warm = price(declared, world.checks, (world.sky,), now=BEGAN, store=world.store)
    assert [request.scope for request in cold.requests] == []
    assert [request.scope for request in warm.requests] == [KIT]


def test_what_a_manifest_brought_up_can_be_asked_about_alone(world: World) -> None:
    seen(ruled(world, BRINGS), listed("core"), MANIFEST)
    world.package("lantern")
    found = resolved(world.store, Inventory.of(world.evidence()))
    alone = plan(found, world.checks, (world.sky,), now=BEGAN, only=(KIT,), limit=0)
    assert [asset for _, asset in alone.ask] == [KIT]


def test_without_a_ration_it_waits(world: World) -> None:
    seen(ruled(world, BRINGS), listed("core"), MANIFEST)
    world.policy = replace(world.policy, live_limit=0)
    done = world.run()
    assert KIT in done.reach.unasked or KIT in done.plan.later


def test_what_a_property_decided_is_as_closed_as_the_property(world: World) -> None:
    seen(ruled(world, BRINGS, OWNED), listed("core"), MANIFEST, OWNER).run()
    inventory = book_at(world.store).inventory
    for asset in (CORE, KIT):
        assert inventory.subproject_of(asset) == "beacon"
        assert inventory.marking(asset, CLEAR) == Marking(TLP.AMBER)
    why = because(world.store, KIT, at=None)
    assert why.marking == Marking(TLP.AMBER)
    assert why.chain[0] == "the rule 'org callisto' at rules.yaml:3: governance"
    assert any("pyproject.toml of github:repo/callisto/core names pypi:kit" in line for line in why.chain)
    core = because(world.store, CORE, at=None)
    assert "at rules.yaml:7" in core.chain[0] and "the property Owner = beacon" in "\n".join(core.chain)
    assert core.beside == ("the rule 'org callisto' at rules.yaml:3",)


def test_the_past_knows_the_rules_of_the_past(world: World) -> None:
    seen(ruled(world, BRINGS), listed("core")).run()
    then = world.today
    world.more.remove(BRINGS)
    world.more.append(replace(BRINGS, subproject="beacon"))
    world.run()
    assert book_at(world.store, then).inventory.subproject_of(CORE) == "harbour"
    assert book_at(world.store).inventory.subproject_of(CORE) == "beacon"


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [(Outcome.COLLECTED, {"core": True, "old-*": False}), (Outcome.PARTIAL, {"core": True})],
)
def test_a_word_that_selects_nothing_is_told_of_a_whole_list_alone(
    world: World, outcome: Outcome, expected: dict[str, bool]
) -> None:
    seen(ruled(world, BRINGS, OLD), listed("core", outcome=outcome)).run()
    (batch,) = (b for b in reconcile(world.store, now=world.today) if b.cell.kind == kind_id(RuleMatch))
    facts = {f.word: f.matches for f in _facts(world.store)}
    assert facts == expected
    assert batch.outcome is outcome
    found = world.findings("inventory/rule-matches-nothing")
    assert [f.id.key for f in found] == ([f"{OLD.id}/old-*"] if outcome is Outcome.COLLECTED else [])


def test_what_a_rule_leaves_undecided_for_too_long_is_asked_about(world: World) -> None:
    undecided = replace(
        OLD,
        id="org callisto name old-*",
        names=("old-*",),
        status=Status.UNCLEAR,
        since=date(2025, 6, 1),
        packages=True,
        where=Where("rules.yaml", 9),
    )
    named = said(OLD_MAP, RepositoryManifest, RepositoryManifest(path="pyproject.toml", package="pypi:map"))
    seen(ruled(world, BRINGS, undecided), listed("core", "old-map"), named).run()
    (found,) = world.findings("inventory/undecided-status")
    assert (found.id.asset, found.state, found.where) == (OLD_MAP, State.OPEN, Where("rules.yaml", 9))
    assert "by the rule 'org callisto name old-*'" in found.message
    assert book_at(world.store).inventory.status("pypi:map") is Status.UNCLEAR, (
        "and it is decided with the repository"
    )
    world.more.remove(undecided)
    world.more.append(replace(undecided, since=None))
    world.run()
    assert world.findings("inventory/undecided-status") == [found], "no day is no decision"
    world.more.pop()
    world.more.append(replace(undecided, since=world.day()))
    world.run()
    assert [f.state for f in world.findings("inventory/undecided-status")] == [State.FIXED]


def _facts(store: Store) -> list[RuleMatch]:
    return [
        fact
        for record in store.cells(kinds=(kind_id(RuleMatch),))
        for fact in decoded(record, RuleMatch)
        if isinstance(fact, RuleMatch)
    ]


def test_cells_of_some_kinds_are_these_alone(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "kinds.sqlite"))
    run = store.open_run(at=BEGAN, code="test", register="callisto", commit="")
    store.record(run, [listed("core"), MANIFEST, OWNER])
    assert {r.cell.kind for r in store.cells(kinds=("repository-manifest",))} == {"repository-manifest"}
    assert {r.cell.kind for r in store.cells(scopes=(CORE,), kinds=("organization-repository",))} == set()
    assert len(list(store.cells())) == 3
    store.close()
