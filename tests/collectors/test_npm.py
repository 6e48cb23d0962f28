"""What an npm registry says, read from simulated ones: the registry itself, and mirrors that strip it. Not live."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from muniment.collectors.addresses import addresses
from muniment.collectors.npm import Npm
from muniment.evidence.kind import kind_id
from muniment.evidence.package_dependency import PackageDependency
from muniment.evidence.package_project import PackageProject
from muniment.evidence.package_provenance import PackageProvenance
from muniment.evidence.package_release import PackageRelease
from muniment.evidence.package_role import PackageRole
from muniment.evidence.package_uploader import PackageUploader
from muniment.model.observation import Batch, Outcome
from muniment.model.tlp import TLP
from muniment.ports import Answer, Raw
from muniment.testing import registries as sim
from muniment.testing.registries import DAY, NpmPackage, NpmRelease, Registries, StoppedClock
from tests.collectors.asking import facts, look, web

PATH = "/npm/@moon%2fbase"
SCOPE = "npm:@moon/base"
MOON = NpmPackage(
    "@moon/base",
    maintainers=("ada", "grace"),
    releases=(
        NpmRelease("1.0.0", DAY - timedelta(days=300), attested=False),
        NpmRelease("2.0.0-beta.1", DAY - timedelta(days=9)),
        NpmRelease("2.0.0", DAY),
    ),
    dependencies=(("crater", "^1"), ("@sea/side", "*"), ("other-name", "npm:@real/one@^2")),
    repository="git+https://github.com/Moon/Base.git",
)
ALL = tuple(kind_id(kind) for kind in Npm.yields)


@pytest.fixture
def world():
    with Registries(etags=False) as world:
        world.add(MOON)
        yield world


def read(world: Registries, scope: str = SCOPE) -> dict[str, Batch]:
    return look(Npm(world.addresses()), scope, web(world, StoppedClock()))


def altered(world: Registries, **changes: object) -> dict[str, Batch]:
    """The batches when fields of the packument are replaced; ``...`` takes one out."""
    whole = msgspec.json.decode(MOON.packument())
    whole |= {name.replace("_", "-"): value for name, value in changes.items()}
    world.serve(PATH, msgspec.json.encode({k: v for k, v in whole.items() if v is not ...}))
    return read(world)


def test_six_kinds_are_read_from_a_packument(world):
    batches = read(world)
    assert batches.pop("release-publisher").outcome is Outcome.PARTIAL
    assert {b.outcome for b in batches.values()} == {Outcome.COLLECTED}
    assert facts(batches["package-project"]) == [
        PackageProject(
            name="@moon/base",
            latest="2.0.0",
            summary="A made-up package.",
            repository="github:repo/moon/base",
            links=(("Repository", "git+https://github.com/Moon/Base.git"),),
        )
    ]
    assert facts(batches["package-role"]) == [
        PackageRole(account="ada", role="maintainer"),
        PackageRole(account="grace", role="maintainer"),
    ]
    assert facts(batches["package-release"]) == [
        PackageRelease(version="1.0.0", uploaded=DAY - timedelta(days=300)),
        PackageRelease(version="2.0.0", uploaded=DAY),
        PackageRelease(version="2.0.0-beta.1", uploaded=DAY - timedelta(days=9), prerelease=True),
    ]
    assert facts(batches["package-provenance"])[:2] == [
        PackageProvenance(version="1.0.0", unattested=("base-1.0.0.tgz",)),
        PackageProvenance(version="2.0.0", attested=("base-2.0.0.tgz",)),
    ]
    assert facts(batches["package-dependency"]) == [
        PackageDependency(asset="npm:@real/one"),
        PackageDependency(asset="npm:@sea/side"),
        PackageDependency(asset="npm:crater"),
    ]


def test_a_scoped_name_is_asked_for_in_one_piece(world):
    read(world)
    assert [a.path for a in world.asked] == [PATH, "/npm" + MOON.attestations_path(MOON.releases[-1])]
    (planned,) = Npm(world.addresses()).requests(SCOPE)
    assert planned.url == world.origin + PATH


def test_a_missing_package_is_absent(world):
    assert {b.outcome for b in read(world, "npm:nowhere").values()} == {Outcome.ABSENT}


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (sim.status(403), "denied"),
        (sim.status(500), "unreachable"),
        (sim.truncated(), "unreachable"),
        (sim.endless(), "unreachable"),
        (sim.misstated(), "unreadable"),
        (sim.nested(100_000), "unreadable"),
        (sim.saying(b'{"name": "@moon/base", "versions": []}'), "unreadable"),
        (sim.saying(NpmPackage("mars").packument()), "unreadable"),
    ],
)
def test_a_faulty_answer_gives_its_reason_and_no_fact(world, fault, outcome):
    world.fault(PATH, fault)
    batches = read(world)
    assert {kind: b.outcome.value for kind, b in batches.items()} == dict.fromkeys(ALL, outcome)
    assert all(b.detail and not b.items for b in batches.values())


def test_a_mirror_without_maintainers_makes_ownership_unobservable(world):
    world.add(MOON, mirrored=True)
    batches = read(world)
    assert batches["package-role"].outcome is Outcome.UNOBSERVABLE
    assert batches["package-provenance"].outcome is Outcome.UNOBSERVABLE
    assert batches["package-project"].outcome is Outcome.COLLECTED


@pytest.mark.parametrize("maintainers", [..., None, []])
def test_maintainers_left_out_or_emptied_are_never_absent(world, maintainers):
    batch = altered(world, maintainers=maintainers)["package-role"]
    assert (batch.outcome, batch.items) == (Outcome.UNOBSERVABLE, ())


def test_a_mirrors_own_times_are_not_the_registrys(world):
    world.add(MOON, mirrored=True)
    batch = read(world)["package-release"]
    assert batch.outcome is Outcome.PARTIAL
    assert len(batch.items) == 3
    assert {fact.uploaded for fact in facts(batch)} == {None}


def test_old_maintainers_are_kept_without_their_mail_address(world):
    batch = altered(world, maintainers=["ada <ada@example.org>", {"name": "grace", "email": "g@example.org"}])
    assert [f.account for f in facts(batch["package-role"])] == ["ada", "grace"]
    assert b"example.org" not in b"".join(i.payload for i in batch["package-role"].items)


def test_a_deprecated_newest_release_is_told(world):
    world.add(msgspec.structs.replace(MOON, releases=(NpmRelease("1.0.0", deprecated="use\nmars"),)))
    (project,) = facts(read(world)["package-project"])
    assert project.deprecated == "use mars"


def test_an_unpublished_package_has_that_state(world):
    batches = altered(
        world, versions=..., dist_tags=..., time={"created": "2020-01-01T00:00:00Z", "unpublished": {}}
    )
    assert facts(batches["package-project"])[0].state == "unpublished"
    assert batches["package-release"].items == ()
    assert batches["package-dependency"].outcome is Outcome.UNOBSERVABLE


def test_signed_releases_without_attestations_are_unattested(world):
    world.add(msgspec.structs.replace(MOON, releases=(NpmRelease("1.0.0", attested=False),)))
    batch = read(world)["package-provenance"]
    assert facts(batch) == [PackageProvenance(version="1.0.0", unattested=("base-1.0.0.tgz",))]


@pytest.mark.parametrize(
    ("link", "repository"),
    [
        ("moon/base", "github:repo/moon/base"),
        ("github:moon/base", "github:repo/moon/base"),
        ("git@github.com:Moon/base.git", "github:repo/moon/base"),
        ("git+ssh://git@github.com/moon/base.git", "github:repo/moon/base"),
        ("https://github.com/moon/base/tree/main/packages/x", "github:repo/moon/base"),
        ("https://user:pw@github.com/moon/base", "github:repo/moon/base"),
        ("https://github.com/orgs/moon", "https://github.com/orgs/moon"),
        ("https://github.com.evil.example/moon/base", "https://github.com.evil.example/moon/base"),
        ("https://forge.example/moon/base", "https://forge.example/moon/base"),
        ("", ""),
    ],
)
def test_a_repository_is_read_from_each_spelling(world, link, repository):
    for value in (link, {"type": "git", "url": link}):
        (project,) = facts(altered(world, repository=value)["package-project"])
        assert project.repository == repository
        assert "pw@" not in repr(project)


def test_a_dependency_that_is_no_package_makes_the_list_partial(world):
    world.add(msgspec.structs.replace(MOON, dependencies=(("crater", "^1"), ("../up", "*"))))
    batch = read(world)["package-dependency"]
    assert (batch.outcome, [i.key for i in batch.items]) == (Outcome.PARTIAL, ["npm:crater"])


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just("0001-01-01T00:00:00+14:00"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)


@given(st.data())
def test_no_value_in_a_packument_makes_the_parser_fail(data):
    """Any part of a good answer is replaced by any JSON."""
    whole = msgspec.json.decode(MOON.packument())
    spot = whole
    while True:
        key = data.draw(st.sampled_from(sorted(spot) if isinstance(spot, dict) else range(len(spot))))
        if not spot[key] or not isinstance(spot[key], dict | list) or data.draw(st.booleans()):
            spot[key] = data.draw(_JSON)
            break
        spot = spot[key]
    collector = Npm(addresses("https://index.example/simple", "https://npm.example"))
    batches = collector.parse(Raw(SCOPE, (Answer("u", 200, DAY, {}, msgspec.json.encode(whole)),)))
    assert [b.cell.kind for b in batches] == list(ALL)
    assert not any(b.items for b in batches if not b.outcome.observes)


def uploads(world: Registries, *releases: NpmRelease, mirrored: bool = False) -> Batch:
    package = replace(MOON, releases=releases)
    world.serve(PATH, package.packument(mirrored=mirrored))
    return read(world)["package-uploader"]


def test_who_uploaded_a_release_is_told_with_the_newest_month_of_each(world):
    batch = uploads(
        world,
        NpmRelease("1.0.0", datetime(2024, 1, 31, tzinfo=UTC), by="ada"),
        NpmRelease("1.1.0", datetime(2025, 2, 3, tzinfo=UTC), by="grace"),
        NpmRelease("1.2.0", datetime(2024, 5, 3, tzinfo=UTC), by="ada"),
    )
    assert batch.outcome is Outcome.COLLECTED and batch.marking.level is TLP.AMBER
    assert facts(batch) == [
        PackageUploader(account="ada", month=date(2024, 5, 1)),
        PackageUploader(account="grace", month=date(2025, 2, 1)),
    ]


def test_what_a_workflow_published_is_nobody_s_sign_of_life(world):
    batch = uploads(world, NpmRelease(by="ada", workflow=True))
    assert batch.outcome is Outcome.COLLECTED and not batch.items


def test_a_mirror_does_not_say_who_uploaded(world):
    assert uploads(world, NpmRelease(), mirrored=True).outcome is Outcome.UNOBSERVABLE
    assert uploads(world, NpmRelease("1.0.0", by=""), NpmRelease("1.1.0", by="")).outcome is Outcome.UNOBSERVABLE


def test_a_release_whose_uploader_or_day_is_not_told_leaves_the_list_partial(world):
    ahead = NpmRelease("1.1.0", DAY + timedelta(days=9000), by="ada")
    batch = uploads(world, NpmRelease("1.0.0", by=""), ahead, NpmRelease("1.2.0", datetime(2025, 2, 3, tzinfo=UTC)))
    assert batch.outcome is Outcome.PARTIAL and "of 2 releases" in batch.detail
    assert facts(batch) == [PackageUploader(account="ada", month=date(2025, 2, 1))]
