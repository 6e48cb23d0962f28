"""Which workflow published the newest release, read from simulated registries, the hostile ones too. Not live."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from muniment.collectors.attested import askable
from muniment.collectors.http import Web
from muniment.collectors.pypi import PyPI
from muniment.evidence.package_project import PackageProject
from muniment.evidence.release_publisher import NamedWorkflow, ReleasePublisher
from muniment.model.observation import Batch
from muniment.ports import Answer, Raw
from muniment.testing import registries as sim
from muniment.testing.registries import DAY, Publisher, PythonPackage, PythonRelease, Registries, StoppedClock
from tests.collectors.asking import QUICK, facts, look, web

SCOPE = "pypi:moon-base"
OLD, NEW = PythonRelease("1.0", DAY - timedelta(days=400)), PythonRelease("1.1", DAY - timedelta(days=1))
MOON = PythonPackage("moon-base", releases=(OLD, NEW))
PAGE, PLACE = "/simple/moon-base/", MOON.provenance_path(NEW)
RELEASED = NamedWorkflow("github:repo/lunar/moon-base", "release.yml", "pypi")


@pytest.fixture
def world():
    with Registries() as world:
        world.add(MOON)
        yield world


def read(world: Registries) -> Batch:
    return look(PyPI(world.addresses()), SCOPE, web(world, StoppedClock()))["release-publisher"]


def named(batch: Batch) -> tuple[NamedWorkflow, ...]:
    (fact,) = facts(batch)
    assert isinstance(fact, ReleasePublisher)
    return fact.workflows


def asked(world: Registries) -> list[str]:
    return [one.path for one in world.asked if one.path.startswith("/integrity")]


def page(world: Registries, change: Any) -> None:
    """Serve the simple page with each of its files changed."""
    whole = msgspec.json.decode(MOON.simple_json(base=world.origin))
    for file in whole["files"]:
        change(file)
    world.serve(PAGE, msgspec.json.encode(whole), sim.SIMPLE_TYPE)


def by(world: Registries, **publisher: Any) -> Batch:
    """The batch when the newest release was published by this publisher."""
    whole = msgspec.json.decode(MOON.provenance_json(NEW))
    whole["attestation_bundles"][0]["publisher"] = publisher
    world.serve(PLACE, msgspec.json.encode(whole))
    return read(world)


def test_the_workflow_that_published_the_newest_release_is_named_and_never_said_to_be_all(world):
    batch = read(world)
    assert facts(batch) == [
        ReleasePublisher(
            version="1.1",
            file="moon_base-1.1-py3-none-any.whl",
            uploaded=DAY - timedelta(days=1),
            workflows=(RELEASED,),
        )
    ]
    assert (batch.outcome, batch.total) == ("partial", None)
    assert "the signature is not verified, and others may publish" in batch.detail
    assert asked(world) == [PLACE]


def test_the_newest_is_what_came_last_and_was_not_withdrawn(world):
    backport = PythonRelease("1.0.1", DAY, by=Publisher(workflow="backport.yml", environment=None))
    world.add(replace(MOON, releases=(OLD, backport, NEW)))
    assert named(read(world)) == (NamedWorkflow(RELEASED.repository, "backport.yml", ""),)
    world.add(replace(MOON, releases=(OLD, replace(backport, yanked="broken"), NEW)))
    assert named(read(world)) == (RELEASED,)


def test_without_times_the_last_one_listed_is_the_newest(world):
    page(world, lambda file: file.pop("upload-time"))
    (fact,) = facts(read(world))
    assert (fact.version, fact.uploaded) == ("1.1", None)


def test_a_time_to_come_is_no_time_of_a_release(world):
    ahead = replace(NEW, uploaded=DAY + timedelta(days=9))
    world.add(replace(MOON, releases=(OLD, ahead)))
    (fact,) = facts(read(world))
    assert (fact.version, fact.uploaded) == ("1.1", None)


def test_one_file_of_a_release_is_asked_about(world):
    whole = msgspec.json.decode(MOON.simple_json(base=world.origin))
    (file,) = whole["files"][1:]
    more = {**file, "filename": "moon_base-1.1.tar.gz", "provenance": None}
    whole["files"] = [more, {**file, "filename": "moon_base-1.1-py4-none-any.whl"}, file]
    world.serve(PAGE, msgspec.json.encode(whole), sim.SIMPLE_TYPE)
    (fact,) = facts(read(world))
    assert fact.file == "moon_base-1.1-py3-none-any.whl"
    assert asked(world) == [PLACE]


@pytest.mark.parametrize(
    ("releases", "why"),
    [
        ((OLD, replace(NEW, attested=False)), "release 1.1 carries no attestation, which tells nothing"),
        ((replace(NEW, yanked="broken"),), "no release is there that was not withdrawn"),
    ],
)
def test_no_attestation_is_unobservable_and_asks_nothing_more(world, releases, why):
    world.add(replace(MOON, releases=releases))
    batch = read(world)
    assert (batch.outcome, batch.items) == ("unobservable", ())
    assert why in batch.detail
    assert asked(world) == []


def test_an_index_that_does_not_tell_of_provenance_leaves_it_unobservable(world):
    world.add(MOON, api="1.1")
    assert read(world).outcome == "unobservable"

    def left_out(file):
        if "1.1" in file["filename"]:
            del file["provenance"]

    page(world, left_out)
    assert "leaves provenance out for release 1.1" in read(world).detail
    assert asked(world) == []


ELSEWHERE = (
    "https://elsewhere.example{PLACE}",
    "//elsewhere.example{PLACE}",
    "{HERE}.elsewhere.example{PLACE}",
    "{HERE}@elsewhere.example{PLACE}",
    "http://user:word@{HOST}{PLACE}",
    "{HERE}\\@elsewhere.example{PLACE}",
    "{HERE}/a/../../secret",
    "{HERE}/%2e%2e/secret",
    "{HERE}/%252e%252e/secret",
    "{HERE}/..%5csecret",
    "{HERE}{PLACE}?next=https://elsewhere.example",
    "{HERE}{PLACE}#x",
    "{HERE}{PLACE}\r\nHost: elsewhere.example",
    "{HERE}/\u202eevil",
    "{HERE}/" + "a" * 2000,
    "ftp://{HOST}{PLACE}",
    "file:///etc/passwd",
    "http://[",
    "javascript:alert(1)",
    "{HERE}",
)


@pytest.mark.parametrize("said", ELSEWHERE)
def test_a_provenance_that_is_said_to_lie_elsewhere_is_not_asked_for(world, said):
    here, host = world.origin, world.origin.removeprefix("http://")
    url = said.replace("{HERE}", here).replace("{HOST}", host).replace("{PLACE}", PLACE)
    page(world, lambda file: file.update(provenance=url))
    batch = read(world)
    assert (batch.outcome, batch.items) == ("unobservable", ())
    assert "is said to lie elsewhere, and was not asked for" in batch.detail
    assert [one.path for one in world.asked if one.path not in (PAGE, "/pypi/moon-base/json")] == []


def test_no_credential_leaves_the_index_by_a_provenance(world):
    addresses = world.addresses(user="ada", password="hush")

    def outcome() -> str:
        clock = StoppedClock()
        io = Web(now=clock.now, sleep=clock.sleep, limits=QUICK, authorization=addresses.authorization)
        return look(PyPI(addresses), SCOPE, io)["release-publisher"].outcome

    with Registries() as other:
        page(world, lambda file: file.update(provenance=other.origin + PLACE))
        assert (outcome(), other.asked) == ("unobservable", [])
    page(world, lambda file: None)
    assert (outcome(), asked(world)) == ("partial", [PLACE])
    assert all(one.headers["authorization"].startswith("Basic ") for one in world.asked)


def test_a_provenance_that_leads_on_to_another_place_is_not_followed(world):
    with Registries() as other:
        other.add(MOON)
        world.fault(PLACE, sim.redirect(other.origin + PLACE))
        batch = read(world)
        assert (batch.outcome, other.asked) == ("unreachable", [])
        assert "another place" in batch.detail


FAULTS = {
    "missing": (sim.status(404), "unobservable", "tells of an attestation, and has none"),
    "gone": (sim.status(410), "unobservable", "tells of an attestation, and has none"),
    "refused": (sim.status(403), "denied", "403"),
    "broken": (sim.status(500), "unreachable", "500"),
    "too big": (sim.endless(), "unreachable", "more than"),
    "bomb": (sim.bomb(), "unreachable", "more than"),
    "nested": (sim.nested(100_000), "unreadable", ""),
    "not JSON": (sim.saying(b"<html>"), "unreadable", "not JSON"),
    "a list": (sim.saying(b"[]"), "unreadable", "another shape"),
    "no bundle": (sim.saying(b'{"version": 1, "attestation_bundles": []}'), "unreadable", "attestation_bundles"),
    "version": (sim.saying(MOON.provenance_json(NEW).replace(b'"version":1', b'"version":2')), "unreadable", "2"),
    "unsigned": (
        sim.saying(b'{"attestation_bundles": [{"publisher": {"kind": "GitHub"}, "attestations": []}]}'),
        "unreadable",
        "attestations",
    ),
    "many bundles": (
        sim.saying(msgspec.json.encode({"attestation_bundles": [{}] * 500})),
        "unreadable",
        "another shape",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_faulty_provenance_gives_its_reason_and_no_workflow(world, name):
    fault, outcome, why = FAULTS[name]
    world.fault(PLACE, fault)
    batches = look(PyPI(world.addresses()), SCOPE, web(world, StoppedClock()))
    batch = batches["release-publisher"]
    assert (batch.outcome, batch.items) == (outcome, ())
    assert why in batch.detail and batch.detail
    assert batches["package-provenance"].outcome == "collected"


@pytest.mark.parametrize(
    ("publisher", "workflow"),
    [
        (
            {"kind": "GitLab", "repository": "lunar/deep/base", "workflow_filepath": ".gitlab-ci.yml"},
            NamedWorkflow("gitlab:lunar/deep/base", ".gitlab-ci.yml", ""),
        ),
        ({"kind": "Google", "email": "ada@lunar.example"}, NamedWorkflow("google:not told", "", "")),
        (
            {"kind": "ActiveState", "organization": "lunar", "project": "moon", "actor": "ada"},
            NamedWorkflow("activestate:moon", "", ""),
        ),
        ({"kind": "CircleCI", "project_id": "1"}, NamedWorkflow("circleci:not told", "", "")),
        (
            {"kind": "GitHub", "repository": "Lunar/Moon_Base", "workflow": "Release.yaml", "environment": None},
            NamedWorkflow("github:repo/lunar/moon_base", "Release.yaml", ""),
        ),
    ],
)
def test_a_publisher_of_any_kind_is_named_without_an_address_of_mail(world, publisher, workflow):
    batch = by(world, **publisher)
    assert named(batch) == (workflow,)
    assert b"lunar.example" not in batch.items[0].payload


@pytest.mark.parametrize(
    "odd",
    [
        {"repository": "lunar"},
        {"repository": "lunar/moon/base"},
        {"repository": "../base"},
        {"repository": "lunar/"},
        {"repository": "orgs/moon"},
        {"repository": "lunar/.."},
        {"repository": "lunar/..git"},
        {"kind": "github", "repository": "repo/lunar/moon"},
        {"kind": "GITHUB", "workflow": "../release.yml"},
        {"repository": "lunar/moon?x"},
        {"repository": "lu nar/moon"},
        {"repository": "luna\x1b[31m/moon"},
        {"repository": None},
        {"repository": 7},
        {"repository": "a/" + "b" * 900},
        {"workflow": "../../release.yml"},
        {"workflow": ".github/workflows/release.yml"},
        {"workflow": "release.exe"},
        {"workflow": ""},
        {"workflow": "a\nb.yml"},
        {"workflow": "release v2.yml"},
        {"environment": "e" * 900},
        {"kind": "Git Hub"},
        {"kind": "github:repo/lunar/moon"},
        {"kind": ""},
        {"kind": None},
    ],
    ids=str,
)
def test_a_publisher_of_no_possible_name_is_unreadable(world, odd):
    good = {"kind": "GitHub", "repository": "lunar/moon-base", "workflow": "release.yml", "environment": "pypi"}
    assert named(by(world, **good)) == (RELEASED,) == named(by(world, **(good | {"kind": "github"})))
    batch = by(world, **(good | odd))
    assert (batch.outcome, batch.items) == ("unreadable", ())
    assert "\x1b" not in batch.detail and "\n" not in batch.detail


def about(world: Registries, statement: str) -> Batch:
    whole = msgspec.json.decode(MOON.provenance_json(NEW))
    whole["attestation_bundles"][0]["attestations"][0]["envelope"]["statement"] = statement
    world.serve(PLACE, msgspec.json.encode(whole))
    return read(world)


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        (sim.encoded({"subject": [{"name": "mars_base-1.1-py3-none-any.whl"}]}), "is about mars_base-1.1"),
        (sim.encoded({"subject": [{"name": "moon_base-1.0-py3-none-any.whl"}]}), "is about moon_base-1.0"),
        (sim.encoded({"subject": []}), "is about nothing"),
        (sim.encoded({"subject": [{"name": "\x1b[31m"}]}), "is about"),
        (sim.encoded([]), "cannot be read"),
        ("not base64!", "cannot be read"),
        ("W1tb", "cannot be read"),
    ],
)
def test_an_attestation_about_something_else_is_unreadable(world, statement, why):
    batch = about(world, statement)
    assert (batch.outcome, batch.items) == ("unreadable", ())
    assert why in batch.detail and "\x1b" not in batch.detail


def test_the_file_is_the_same_however_its_name_is_spelt(world):
    batch = about(world, sim.encoded({"subject": [{"name": "Moon-Base-1.1-py3-none-any.whl"}]}))
    assert named(batch) == (RELEASED,)


def test_two_publishers_of_one_file_are_both_named(world):
    whole = msgspec.json.decode(MOON.provenance_json(NEW))
    (bundle,) = whole["attestation_bundles"]
    gitlab = {"kind": "GitLab", "repository": "lunar/base", "workflow_filepath": "ci.yml", "environment": "out"}
    whole["attestation_bundles"] = [bundle, {**bundle, "publisher": gitlab}, bundle]
    world.serve(PLACE, msgspec.json.encode(whole))
    assert named(read(world)) == (RELEASED, NamedWorkflow("gitlab:lunar/base", "ci.yml", "out"))


def test_who_does_not_want_to_know_asks_for_no_provenance(world):
    narrow = PyPI(world.addresses()).narrowed([PackageProject])
    assert list(look(narrow, SCOPE, web(world, StoppedClock()))) == ["package-project"]
    assert asked(world) == []
    assert not any(planned.open for planned in narrow.requests(SCOPE))


@given(st.binary(max_size=300), st.sampled_from([0, 200, 404, 418, 503]))
def test_no_provenance_makes_the_parser_fail(body, code):
    with_times = (MOON.project_json(), MOON.simple_json(base="https://index.example"))
    answers = [Answer("https://index.example/simple/moon-base/", 200, DAY, {}, good) for good in with_times]
    collector = PyPI(sim.addresses("https://index.example/simple", "https://npm.example"))
    batches = collector.parse(Raw(SCOPE, (*answers, Answer("u", code, DAY, {}, body))))
    (batch,) = (b for b in batches if b.cell.kind == "release-publisher")
    assert batch.outcome in ("unobservable", "unreachable", "unreadable")


@given(st.text(max_size=60))
def test_whatever_is_askable_begins_with_the_base_and_leads_nowhere_else(text):
    base = "https://index.example/of/mine"
    for url in (base + text, f"{base}/{text}"):
        if askable(url, base):
            assert url.startswith(base + "/")
            assert not set(url.removeprefix(base)) & set("\\?#\r\n\t ")
            assert ".." not in url.split("/")
