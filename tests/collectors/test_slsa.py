"""What built the newest version on npm, read from simulated registries, the hostile ones too. Not live."""

from __future__ import annotations

import base64
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from muniment.collectors.npm import Npm
from muniment.evidence.package_project import PackageProject
from muniment.evidence.release_publisher import NamedWorkflow, ReleasePublisher
from muniment.model.observation import Batch
from muniment.testing import registries as sim
from muniment.testing.registries import DAY, NpmPackage, NpmRelease, Registries, StoppedClock
from tests.collectors.asking import facts, look, web

SCOPE, PATH = "npm:@moon/base", "/npm/@moon%2fbase"
NEW = NpmRelease("2.0.0")
MOON = NpmPackage("@moon/base", releases=(NpmRelease("1.0.0"), NEW))
PLACE = "/npm/-/npm/v1/attestations/@moon%2fbase@2.0.0"
RELEASED = NamedWorkflow("github:repo/moon/base", "release.yml", None)


@pytest.fixture
def world():
    with Registries() as world:
        world.add(MOON)
        yield world


def read(world: Registries) -> Batch:
    return look(Npm(world.addresses()), SCOPE, web(world, StoppedClock()))["release-publisher"]


def test_the_workflow_that_built_the_newest_version_is_named_and_its_environment_is_not_told(world):
    batch = read(world)
    assert facts(batch) == [
        ReleasePublisher(version="2.0.0", file="base-2.0.0.tgz", uploaded=DAY, workflows=(RELEASED,))
    ]
    assert (batch.outcome, batch.total) == ("partial", None)
    assert "the signature is not verified, and others may publish" in batch.detail
    assert [one.path for one in world.asked] == [PATH, PLACE]


@pytest.mark.parametrize(
    ("package", "mirrored", "why"),
    [
        (replace(MOON, releases=(replace(NEW, attested=False),)), False, "release 2.0.0 carries no attestation"),
        (MOON, True, "neither signatures nor attestations"),
    ],
)
def test_no_attestation_is_unobservable_and_asks_nothing_more(world, package, mirrored, why):
    world.add(package, mirrored=mirrored)
    batch = read(world)
    assert (batch.outcome, batch.items, len(world.asked)) == ("unobservable", (), 1)
    assert why in batch.detail


@pytest.mark.parametrize(
    "said",
    [
        "https://elsewhere.example{PLACE}",
        "{HERE}/npm/../secret",
        "{HERE}/npm/%2e%2e%2fsecret",
        "{HERE}/x",
        "x\\y",
    ],
)
def test_attestations_that_are_said_to_lie_elsewhere_are_not_asked_for(world, said):
    whole = msgspec.json.decode(MOON.packument())
    url = said.replace("{HERE}", world.origin).replace("{PLACE}", PLACE)
    whole["versions"]["2.0.0"]["dist"]["attestations"]["url"] = url
    world.serve(PATH, msgspec.json.encode(whole))
    batch = read(world)
    assert (batch.outcome, len(world.asked)) == ("unobservable", 1)
    assert "is said to lie elsewhere, and was not asked for" in batch.detail


def test_attestations_that_lie_nobody_says_where_are_not_asked_for(world):
    world.serve(PATH, MOON.packument().replace(f'"{PLACE.removeprefix("/npm")}"'.encode(), b'""'))
    batch = read(world)
    assert (batch.outcome, len(world.asked)) == ("unobservable", 1)
    assert "where the provenance of base-2.0.0.tgz lies is not told" in batch.detail


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (sim.status(404), "unobservable"),
        (sim.status(403), "denied"),
        (sim.endless(), "unreachable"),
        (sim.nested(100_000), "unreadable"),
        (sim.saying(b'{"attestations": []}'), "unreadable"),
        (sim.saying(b'{"attestations": [{"predicateType": "x", "bundle": {}}]}'), "unreadable"),
        (sim.redirect("https://elsewhere.example/"), "unreachable"),
    ],
)
def test_faulty_attestations_give_their_reason_and_no_workflow(world, fault, outcome):
    world.fault(PLACE, fault)
    batches = look(Npm(world.addresses()), SCOPE, web(world, StoppedClock()))
    batch = batches["release-publisher"]
    assert (batch.outcome, batch.items) == (outcome, ())
    assert batch.detail
    assert batches["package-role"].outcome == "collected"


def stating(world: Registries, change: Any) -> Batch:
    """The batch when the statement of what built it is changed."""
    whole = msgspec.json.decode(MOON.attestations_json(NEW))
    envelope = whole["attestations"][1]["bundle"]["dsseEnvelope"]
    statement = msgspec.json.decode(base64.b64decode(envelope["payload"]))
    change(statement)
    envelope["payload"] = sim.encoded(statement)
    world.serve(PLACE, msgspec.json.encode(whole))
    return read(world)


def workflow(statement: Any) -> Any:
    return statement["predicate"]["buildDefinition"]["externalParameters"]["workflow"]


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s["subject"][0].update(name="pkg:npm/%40mars/base@2.0.0"),
        lambda s: s["subject"][0].update(name="pkg:npm/%40moon/base@1.0.0"),
        lambda s: s.update(subject=[]),
        lambda s: s.pop("predicate"),
        lambda s: s.update(predicate=None),
        lambda s: s["predicate"].update(buildDefinition={}),
        lambda s: workflow(s).update(repository="https://gitlab.com/moon/base"),
        lambda s: workflow(s).update(repository="https://github.com/moon"),
        lambda s: workflow(s).update(repository="https://github.com/moon/base?x"),
        lambda s: workflow(s).update(repository="https://github.com/../base"),
        lambda s: workflow(s).update(path=".github/workflows/../release.yml"),
        lambda s: workflow(s).update(path=".gitlab-ci.yml/x"),
        lambda s: workflow(s).update(path="\x1b[31m.yml\n"),
        lambda s: workflow(s).update(path=7),
    ],
)
def test_a_statement_that_names_no_workflow_or_something_else_is_unreadable(world, change):
    assert facts(stating(world, lambda statement: None))[0].workflows == (RELEASED,)
    batch = stating(world, change)
    assert (batch.outcome, batch.items) == ("unreadable", ())
    assert "\x1b" not in batch.detail and "\n" not in batch.detail


def test_an_older_form_of_provenance_names_no_workflow(world):
    body = MOON.attestations_json(NEW).replace(sim.SLSA_TYPE.encode(), b"https://slsa.dev/provenance/v0.2")
    world.serve(PLACE, body)
    batch = read(world)
    assert batch.outcome == "unobservable"
    assert "is of a form that names a workflow" in batch.detail


def test_who_does_not_want_to_know_asks_for_no_attestations(world):
    narrow = Npm(world.addresses()).narrowed([PackageProject])
    assert list(look(narrow, SCOPE, web(world, StoppedClock()))) == ["package-project"]
    assert [one.path for one in world.asked] == [PATH]
    assert not any(planned.open for planned in narrow.requests(SCOPE))
    assert all(planned.open for planned in Npm(world.addresses()).requests(SCOPE))
