"""What the Python index says, read from simulated registries: each outcome, and what a mirror strips. Not live."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.collectors.addresses import addresses
from muniment.collectors.http import Offline
from muniment.collectors.pypi import INTEGRITY, SIMPLE, PyPI, is_prerelease, required, version_of
from muniment.collectors.reading import LINKS
from muniment.evidence.kind import kind_id
from muniment.evidence.package_dependency import PackageDependency
from muniment.evidence.package_ownership import PackageOwnership
from muniment.evidence.package_project import PackageProject
from muniment.evidence.package_provenance import PackageProvenance
from muniment.evidence.package_release import PackageRelease
from muniment.evidence.package_role import PackageRole
from muniment.model.observation import Batch, Outcome
from muniment.ports import Answer, Raw
from muniment.testing import registries as sim
from muniment.testing.registries import DAY, PythonPackage, PythonRelease, Registries, StoppedClock
from tests.collectors.asking import facts, look, web

PROJECT, SIMPLE_PAGE = "/pypi/moon-base/json", "/simple/moon-base/"
SCOPE = "pypi:moon-base"
SOMEWHERE = addresses("https://index.example/simple", "https://npm.example")
MOON = PythonPackage(
    "moon-base",
    organization="lunar",
    roles=(("Owner", "ada"), ("Maintainer", "Grace")),
    releases=(
        PythonRelease("1.0", DAY - timedelta(days=400), attested=False),
        PythonRelease("1.1rc1", DAY - timedelta(days=30)),
        PythonRelease("1.1", DAY, yanked="broken"),
    ),
    links=(("Source", "https://github.com/Lunar/Moon_Base.git"), ("Docs", "https://docs.example")),
    requires=("Sea.Of_Tranquility>=2", "crater ; python_version < '3.9'", "dust ; extra == 'all'"),
)
READ_FROM_PROJECT = (
    "package-project",
    "package-ownership",
    "package-role",
    "package-release",
    "package-dependency",
)
ALL = (*READ_FROM_PROJECT, "package-provenance", "release-publisher")


@pytest.fixture
def world():
    with Registries() as world:
        world.add(MOON)
        yield world


def read(world: Registries, scope: str = SCOPE) -> dict[str, Batch]:
    return look(PyPI(world.addresses()), scope, web(world, StoppedClock()))


def outcomes(batches: dict[str, Batch]) -> dict[str, str]:
    return {kind: batch.outcome.value for kind, batch in batches.items()}


def test_seven_kinds_are_read_from_three_answers(world):
    batches = read(world)
    assert outcomes(batches) == {**dict.fromkeys(ALL, "collected"), "release-publisher": "partial"}
    assert facts(batches["package-project"]) == [
        PackageProject(
            name="moon-base",
            latest="1.1",
            summary="A made-up package.",
            repository="github:repo/lunar/moon_base",
            links=(("Docs", "https://docs.example"), ("Source", "https://github.com/Lunar/Moon_Base.git")),
        )
    ]
    assert facts(batches["package-ownership"]) == [PackageOwnership(organization="lunar")]
    assert facts(batches["package-role"]) == [
        PackageRole(account="Grace", role="Maintainer"),
        PackageRole(account="ada", role="Owner"),
    ]
    assert facts(batches["package-release"]) == [
        PackageRelease(version="1.0", uploaded=DAY - timedelta(days=400)),
        PackageRelease(version="1.1", uploaded=DAY, yanked=True, yanked_reason="broken"),
        PackageRelease(version="1.1rc1", uploaded=DAY - timedelta(days=30), prerelease=True),
    ]
    assert facts(batches["package-provenance"])[0] == PackageProvenance(
        version="1.0", unattested=("moon_base-1.0-py3-none-any.whl",)
    )
    assert facts(batches["package-provenance"])[1] == PackageProvenance(
        version="1.1", attested=("moon_base-1.1-py3-none-any.whl",)
    )
    assert facts(batches["package-dependency"]) == [
        PackageDependency(asset="pypi:crater"),
        PackageDependency(asset="pypi:sea-of-tranquility"),
    ]


def test_a_batch_says_who_saw_it_from_where_and_how_much(world):
    for batch in read(world).values():
        assert batch.cell.source == "pypi"
        assert batch.vantage == {"pypi:anonymous"}
        assert batch.parser == "pypi/1"
        assert batch.observed_at == DAY
        assert batch.total == (None if batch.outcome == "partial" else len(batch.items))


def test_what_would_be_asked_is_what_is_asked(world):
    collector = PyPI(world.addresses())
    planned = list(collector.requests("pypi:Moon_Base"))
    read(world)
    asked = [world.origin + a.path for a in world.asked]
    assert sorted(p.url for p in planned) == sorted(asked[:2])
    assert [p.open for p in planned] == [False, True]  # whether one more follows is in that answer
    assert {p.right for p in planned} == {"none"}
    assert [a.headers["accept"] for a in world.asked[2:]] == [INTEGRITY]
    assert {a.headers["accept"] for a in world.asked[:2]} == {"application/json", SIMPLE}


def test_two_missing_pages_are_proof_of_absence(world):
    assert outcomes(read(world, "pypi:nowhere")) == dict.fromkeys(ALL, "absent")


@pytest.mark.parametrize("code", [401, 403, 451])
def test_a_refusal_is_denied(world, code):
    for path in (PROJECT, SIMPLE_PAGE):
        world.fault(path, sim.status(code))
    assert outcomes(read(world)) == dict.fromkeys(ALL, "denied")


def test_offline_everything_is_unreachable():
    batches = look(PyPI(SOMEWHERE), SCOPE, Offline(StoppedClock().now))
    assert outcomes(batches) == dict.fromkeys(ALL, "unreachable")
    assert "offline" in batches["package-role"].detail


FAULTS = {
    "server error": (sim.status(500), "unreachable", "answered 500"),
    "too many": (sim.status(429), "unreachable", "answered 429"),
    "cut": (sim.truncated(), "unreachable", "broke off"),
    "reset": (sim.reset(), "unreachable", ""),
    "too big": (sim.endless(), "unreachable", "more than"),
    "bomb": (sim.bomb(), "unreachable", "more than"),
    "elsewhere": (sim.redirect("https://elsewhere.example/"), "unreachable", "another place"),
    "shorter than it is": (sim.misstated(), "unreadable", "not JSON"),
    "not JSON": (sim.saying(b"<html>"), "unreadable", "not JSON"),
    "nothing": (sim.saying(b""), "unreadable", "not JSON"),
    "not UTF-8": (sim.saying(b'{"info": "\xff"}'), "unreadable", ""),
    "nested": (sim.nested(100_000), "unreadable", ""),
    "deep unknown": (sim.saying(b'{"x": ' + b"[" * 99999 + b"]" * 99999 + b"}"), "unreadable", "nested too deeply"),
    "another type": (sim.saying(b'{"info": [], "meta": 1}'), "unreadable", "$."),
    "a list": (sim.saying(b"[]"), "unreadable", "another shape"),
    "teapot": (sim.status(418), "unreadable", "answered 418"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_faulty_answer_gives_its_reason_and_no_fact(world, name):
    fault, outcome, why = FAULTS[name]
    for path in (PROJECT, SIMPLE_PAGE):
        world.fault(path, fault)
    batches = read(world)
    assert outcomes(batches) == dict.fromkeys(ALL, outcome)
    assert all(why in b.detail and b.detail and not b.items and len(b.detail) <= 300 for b in batches.values())


def test_a_wrong_value_is_named_by_its_path(world):
    body = MOON.project_json().replace(b'"user":"ada"', b'"user":7')
    world.serve(PROJECT, body)
    assert "$.ownership.roles[0].user" in read(world)["package-role"].detail


def test_a_stripped_ownership_is_unobservable_and_never_absent(world):
    world.add(MOON, without=frozenset({"ownership"}))
    found = outcomes(read(world))
    assert found["package-ownership"] == found["package-role"] == "unobservable"
    assert found["package-project"] == found["package-release"] == "collected"


@pytest.mark.parametrize(
    ("ownership", "organization", "roles"),
    [
        (None, "unobservable", "unobservable"),
        ({}, "unobservable", "unobservable"),
        ({"organization": "lunar"}, "collected", "unobservable"),
        ({"organization": None, "roles": None}, "collected", "unobservable"),
        ({"roles": [{"role": "Owner", "user": "ada"}]}, "unobservable", "collected"),
        ({"organization": None, "roles": []}, "collected", "collected"),
    ],
)
def test_each_part_of_ownership_may_be_left_out(world, ownership, organization, roles):
    whole = msgspec.json.decode(MOON.project_json())
    world.serve(PROJECT, msgspec.json.encode({**whole, "ownership": ownership}))
    found = outcomes(read(world))
    assert (found["package-ownership"], found["package-role"]) == (organization, roles)


@pytest.mark.parametrize("odd", ["lunar moon", "../x", "é", "a/b", "x\x1b[31m", "-"])
def test_an_organization_of_no_possible_name_makes_its_own_cell_unreadable(world, odd):
    whole = msgspec.json.decode(MOON.project_json())
    world.serve(PROJECT, msgspec.json.encode({**whole, "ownership": {"organization": odd, "roles": []}}))
    batches = read(world)
    assert batches["package-ownership"].outcome == "unreadable"
    assert "which is no name of one" in batches["package-ownership"].detail
    assert "\x1b" not in batches["package-ownership"].detail
    assert batches["package-role"].outcome == "collected"


def test_no_roles_beside_an_organization_means_a_team_holds_it(world):
    world.add(msgspec.structs.replace(MOON, roles=()))
    batch = read(world)["package-role"]
    assert (batch.outcome, batch.items, batch.total) == (Outcome.COLLECTED, (), 0)


def test_an_index_of_an_older_api_leaves_provenance_unobservable(world):
    world.add(MOON, api="1.1")
    batch = read(world)["package-provenance"]
    assert (batch.outcome, batch.items) == (Outcome.UNOBSERVABLE, ())
    assert "1.1" in batch.detail


def test_provenance_that_no_file_tells_is_unobservable(world):
    simple = msgspec.json.decode(MOON.simple_json())
    for file in simple["files"]:
        del file["provenance"]
    world.serve(SIMPLE_PAGE, msgspec.json.encode(simple), SIMPLE)
    assert read(world)["package-provenance"].outcome is Outcome.UNOBSERVABLE


def test_provenance_that_some_files_tell_is_partial(world):
    simple = msgspec.json.decode(MOON.simple_json())
    del simple["files"][0]["provenance"]
    world.serve(SIMPLE_PAGE, msgspec.json.encode(simple), SIMPLE)
    batch = read(world)["package-provenance"]
    assert batch.outcome is Outcome.PARTIAL
    assert [item.key for item in batch.items] == ["1.1", "1.1rc1"]


def test_an_index_without_project_json_still_tells_the_releases(world):
    world.remove(PROJECT)
    batches = read(world)
    found = outcomes(batches)
    assert found.pop("package-release") == found.pop("package-provenance") == "collected"
    assert found.pop("release-publisher") == "partial"
    assert set(found.values()) == {"unobservable"}
    assert [(f.version, f.yanked_reason) for f in facts(batches["package-release"])] == [
        ("1.0", ""),
        ("1.1", "broken"),
        ("1.1rc1", ""),
    ]


def test_one_missing_page_and_one_silence_prove_no_absence(world):
    world.remove(PROJECT)
    world.fault(SIMPLE_PAGE, sim.status(500))
    assert outcomes(read(world)) == dict.fromkeys(ALL, "unreachable")
    world.add(MOON)
    world.remove(SIMPLE_PAGE)
    world.mend(SIMPLE_PAGE)
    world.fault(PROJECT, sim.status(403))
    assert outcomes(read(world)) == dict.fromkeys(ALL, "denied")


def test_an_index_that_speaks_html_alone_leaves_provenance_unobservable(world):
    world.serve(SIMPLE_PAGE, b"<!doctype html>", "text/html; charset=utf-8")
    found = outcomes(read(world))
    assert found["package-provenance"] == "unobservable"
    assert found["package-project"] == "collected"


def test_an_archived_project_does_not_read_as_active_when_its_page_fails(world):
    world.add(msgspec.structs.replace(MOON, status="archived"))
    assert facts(read(world)["package-project"])[0].state == "archived"
    world.fault(SIMPLE_PAGE, sim.status(500))
    found = outcomes(read(world))
    assert found["package-project"] == found["package-provenance"] == "unreachable"
    assert found["package-role"] == found["package-release"] == "collected"


def test_an_answer_about_another_package_is_unreadable(world):
    world.serve(PROJECT, PythonPackage("mars-base").project_json())
    found = read(world)
    assert found["package-role"].outcome is Outcome.UNREADABLE
    assert "mars-base" in found["package-role"].detail
    assert found["package-provenance"].outcome is Outcome.COLLECTED


@pytest.mark.parametrize("name", ["Moon.Base", "moon_base", "MOON--BASE"])
def test_another_spelling_is_the_same_package(world, name):
    world.serve(PROJECT, msgspec.structs.replace(MOON, name=name).project_json())
    assert read(world)["package-project"].outcome is Outcome.COLLECTED


def test_a_newer_major_version_of_the_page_is_unreadable(world):
    world.serve(SIMPLE_PAGE, MOON.simple_json().replace(b'"1.4"', b'"2.0"'), SIMPLE)
    assert read(world)["package-provenance"].outcome is Outcome.UNREADABLE
    world.serve(SIMPLE_PAGE, MOON.simple_json().replace(b'"1.4"', b'"one"'), SIMPLE)
    assert read(world)["package-provenance"].outcome is Outcome.UNREADABLE


def test_hostile_text_is_kept_short_and_plain(world):
    links = tuple((f"L{n}", "https://a.example/" + "x" * 900) for n in range(200))
    summary = "a\x1b[31mred\u202e\n\n<script>alert(1)</script>" + "y" * 9000
    world.add(msgspec.structs.replace(MOON, summary=summary, links=links))
    batch = read(world)["package-project"]
    (project,) = facts(batch)
    assert project.summary.startswith("a\ufffd[31mred\ufffd <script>")
    assert len(project.summary) == 500
    assert len(project.links) == LINKS
    assert b"\x1b" not in batch.items[0].payload


def test_a_name_that_is_far_too_long_is_unreadable(world):
    world.add(msgspec.structs.replace(MOON, roles=(("Owner", "a" * 10_000),)))
    assert read(world)["package-role"].outcome is Outcome.UNREADABLE


def test_a_release_is_yanked_when_all_its_files_are(world):
    whole = msgspec.json.decode(MOON.project_json())
    (file,) = whole["releases"]["1.1"]
    whole["releases"]["1.1"] = [
        file,
        {**file, "yanked": False, "upload_time_iso_8601": "2020-01-01T00:00:00+02:00"},
    ]
    whole["releases"]["0.1"] = []
    world.serve(PROJECT, msgspec.json.encode(whole))
    by_version = {f.version: f for f in facts(read(world)["package-release"])}
    assert (by_version["1.1"].yanked, by_version["1.1"].yanked_reason) == (False, "")
    assert by_version["1.1"].uploaded == datetime(2019, 12, 31, 22, tzinfo=UTC)
    assert by_version["0.1"] == PackageRelease(version="0.1")


def test_no_stated_dependencies_without_a_wheel_is_unobservable(world):
    whole = msgspec.json.decode(msgspec.structs.replace(MOON, requires=()).project_json())
    world.serve(PROJECT, msgspec.json.encode(whole))
    assert read(world)["package-dependency"].outcome is Outcome.COLLECTED
    whole["urls"][0]["packagetype"] = "sdist"
    world.serve(PROJECT, msgspec.json.encode(whole))
    assert read(world)["package-dependency"].outcome is Outcome.UNOBSERVABLE


def test_a_requirement_that_names_nothing_makes_the_list_partial(world):
    world.add(msgspec.structs.replace(MOON, requires=("crater", "???")))
    batch = read(world)["package-dependency"]
    assert (batch.outcome, len(batch.items)) == (Outcome.PARTIAL, 1)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("dust", "dust"),
        ("dust[all]>=1 ; python_version < '4'", "dust"),
        ("dust (>=1)", "dust"),
        ("dust @ https://a.example/x.whl", "dust"),
        ('dust; extra == "all"', None),
        ("dust; python_version<'4' and extra=='all'", None),
        ("", ""),
        ("-x", ""),
    ],
)
def test_a_requirement_is_read(line, name):
    assert required(line) == name


@pytest.mark.parametrize(
    ("filename", "version"),
    [
        ("moon_base-1.0-py3-none-any.whl", "1.0"),
        ("moon_base-1.0-1-py3-none-any.whl", "1.0"),
        ("moon-base-1.0.tar.gz", "1.0"),
        ("Moon.Base-1.0-2.zip", "1.0-2"),
        ("moon_base-1.0-py3.8.egg", "1.0"),
        ("other-1.0.tar.gz", ""),
        ("moon_base.whl", ""),
        ("moon_base-1.0.rpm", ""),
        ("", ""),
    ],
)
def test_a_files_version_is_read_from_its_name(filename, version):
    assert version_of(filename, "moon-base") == version


@pytest.mark.parametrize("version", ["1.0a1", "1.0.dev3", "2rc1", "1.0-beta", "1.0.post1.dev2", "1.0a1.post2"])
def test_a_prerelease_is_told(version):
    assert is_prerelease(version)


@pytest.mark.parametrize("version", ["1.0", "1.0.post1", "1.0+abc1a2", "2026.1", "0", ""])
def test_a_release_is_no_prerelease(version):
    assert not is_prerelease(version)


@given(st.binary(max_size=300), st.binary(max_size=300), st.sampled_from([0, 200, 404, 418, 503]))
def test_no_answer_makes_the_parser_fail(first, second, code):
    collector = PyPI(SOMEWHERE)
    raw = Raw(SCOPE, (Answer("u", code, DAY, {}, first), Answer("u", 200, DAY, {}, second)))
    assert len(collector.parse(raw)) == len(collector.yields)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just("0001-01-01T00:00:00+14:00"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)


@given(st.data())
def test_no_value_in_an_answer_makes_the_parser_fail(data):
    """Any part of a good answer is replaced by any JSON."""
    bodies = []
    for good in (MOON.project_json(), MOON.simple_json()):
        whole = msgspec.json.decode(good)
        spot = whole
        while True:
            key = data.draw(st.sampled_from(sorted(spot) if isinstance(spot, dict) else range(len(spot))))
            if not spot[key] or not isinstance(spot[key], dict | list) or data.draw(st.booleans()):
                spot[key] = data.draw(_JSON)
                break
            spot = spot[key]
        bodies.append(msgspec.json.encode(whole))
    collector = PyPI(SOMEWHERE)
    raw = Raw(SCOPE, tuple(Answer("u", 200, DAY, {}, body) for body in bodies))
    batches = collector.parse(raw)
    assert [b.cell.kind for b in batches] == [kind_id(kind) for kind in collector.yields]
    assert not any(b.items for b in batches if not b.outcome.observes)
