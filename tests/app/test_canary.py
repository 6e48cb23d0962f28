"""Secrets put into the evidence itself, carried through store, checks, ledger and every reporter. Not live."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from muniment.app.assess import assess
from muniment.app.declare import declare
from muniment.app.material import material
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_policy import DeclaredPolicy
from muniment.evidence.declared_subproject import DeclaredSubproject
from muniment.evidence.kind import Evidence, encode, kind_id, kinds
from muniment.model.asset import Status
from muniment.model.observation import Batch, Cell, Item, Outcome
from muniment.model.policy import Policy
from muniment.model.tlp import CLEAR, RED, TLP, Audience, Marking
from muniment.ports import Store
from muniment.publish.projection import COUNCIL, PUBLIC, project
from muniment.publish.view import build
from muniment.reporters.finding import site
from muniment.reporters.terminal import rendered, summary
from muniment.stores.opening import open_store
from muniment.testing.canaries import Secrets, canaries, filled
from tests.app.conftest import BEGAN, World

SECRET = re.compile(r"canary-[a-z0-9-]+-end")
ASSET_OF = {
    "pypi": "pypi:lodestar",
    "npm": "npm:@callisto/lodestar",
    "npm:scope": "npm:@callisto",
    "github:org": "github:org/callisto",
    "github:repo": "github:repo/callisto/lodestar",
}
MARKED = {
    "red": RED,
    "red-harbour": Marking(TLP.RED, frozenset({"harbour"})),
    "amber-harbour": Marking(TLP.AMBER, frozenset({"harbour"})),
    "amberstrict": Marking(TLP.AMBER_STRICT),
}
READERS = {
    "clear": PUBLIC,
    "green": Audience(TLP.GREEN, frozenset()),
    "amber harbour": Audience(TLP.AMBER, frozenset({"harbour"})),
    "amber beacon": Audience(TLP.AMBER, frozenset({"beacon"})),
    "red": COUNCIL,
}


def asset_for(kind: type[Evidence]) -> str:
    return ASSET_OF.get(kind.about[0], "project:callisto") if kind.about else "project:callisto"


def seed(store: Store, marking: Marking) -> None:
    """A project of CLEAR declarations about which every collected kind holds secrets, all with one marking."""
    run = store.open_run(at=BEGAN, code="test", register="callisto", commit="")
    assets = ["project:callisto", "pypi:org/callisto", *ASSET_OF.values()]
    declared: list[Evidence] = [
        DeclaredPolicy(project="callisto", name="Project Callisto", policy=Policy(reach_limit=0)),
        DeclaredSubproject(id="harbour", name="Harbour"),
        DeclaredSubproject(id="beacon", name="Beacon"),
        *(DeclaredAsset(asset=a, status=Status.OFFICIAL, reason="made up", subproject="harbour") for a in assets),
    ]
    declare(store, run, declared, CLEAR, now=BEGAN)
    batches = []
    for canary in canaries(marking):
        kind = kinds()[canary.kind]
        if kind.keyed_by_asset:
            continue
        more = filled(kind, Secrets(f"more-{canary.kind}"))
        items = (canary.evidence, more) if kind.key_fields else (canary.evidence,)
        batches.append(
            Batch(
                cell=Cell("canary", asset_for(kind), kind_id(kind)),
                vantage=frozenset({"canary"}),
                outcome=Outcome.COLLECTED,
                observed_at=BEGAN,
                parser="canary/1",
                marking=marking,
                items=tuple(Item(e.key, encode(e)) for e in items),
                detail="canary-detail-0000-end",
            )
        )
    store.record(run, batches)


def output(world: World, audience: Audience) -> str:
    shown = project(build(material(world.store, world.checks, now=BEGAN), world.checks), audience)
    files = site(shown)
    return "\n".join((*files, rendered(summary(shown), width=400), *(d.decode() for d in files.values())))


@pytest.fixture(params=sorted(MARKED))
def marked(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[World, Marking]]:
    store = open_store(str(tmp_path / "canary.sqlite"))
    marking = MARKED[request.param]
    seed(store, marking)
    world = World(store)
    run = store.open_run(at=BEGAN, code="test", register="callisto", commit="")
    assess(store, run, world.checks, now=BEGAN)
    yield world, marking
    store.close()


def test_what_evidence_holds_reaches_no_reader_below_its_marking(marked: tuple[World, Marking]) -> None:
    world, marking = marked
    for name, audience in READERS.items():
        found = set(SECRET.findall(output(world, audience)))
        if audience.may_see(marking):
            continue
        assert not found, f"{name} were shown {sorted(found)[:3]}"


def test_the_council_sees_secrets_so_the_path_is_real(marked: tuple[World, Marking]) -> None:
    world, _ = marked
    assert SECRET.search(output(world, COUNCIL))
    assert any(SECRET.search(f.message + f.id.key) for f in world.store.findings())


def test_a_closed_register_closes_the_findings_that_read_it(world: World) -> None:
    world.marking = Marking(TLP.AMBER_STRICT)
    world.package("lodestar", repository="")
    world.run()
    assert world.findings()
    assert {f.marking.level for f in world.findings()} == {TLP.AMBER_STRICT}
