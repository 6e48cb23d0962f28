"""Repositories and packages compared both ways, and the organizations that nobody declared."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from muniment.app.declare import declare
from muniment.app.reconcile import SOURCE, reconcile
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_policy import DeclaredPolicy
from muniment.evidence.found_organization import FoundOrganization
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.github_repository import GithubRepository
from muniment.evidence.kind import Evidence, encode, kind_id, kinds
from muniment.evidence.organization_repository import OrganizationRepository
from muniment.evidence.package_project import PackageProject
from muniment.evidence.package_source import PackageSource
from muniment.evidence.private_repository import PrivateRepository
from muniment.evidence.repository_manifest import RepositoryManifest
from muniment.evidence.repository_package import RepositoryPackage
from muniment.model.asset import Status
from muniment.model.observation import Batch, Cell, Item, Outcome
from muniment.model.policy import Policy
from muniment.model.tlp import CLEAR, RED, Marking
from muniment.ports import Store
from muniment.stores.opening import open_store

from .conftest import BEGAN

ORG, PROJECT, PACKAGE = "github:org/callisto", "project:callisto", "pypi:lodestar"
CORE, DOCS = "github:repo/callisto/core", "github:repo/callisto/docs"


class Sky:
    """A project with an organization and a package, and what was seen of them so far."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now = BEGAN
        self.assets: dict[str, DeclaredAsset] = {}
        for asset in (PROJECT, ORG, PACKAGE):
            self.declare(asset)

    def declare(
        self, asset: str, status: Status = Status.OFFICIAL, repository: str = "", only: bool = False
    ) -> None:
        self.assets[asset] = DeclaredAsset(
            asset=asset,
            status=status,
            reason="made up",
            repository=repository,
            repositories="listed" if only else "all",
        )

    def see(
        self,
        scope: str,
        kind: type[Evidence],
        *facts: Evidence,
        outcome: Outcome = Outcome.COLLECTED,
        marking: Marking | None = None,
    ) -> Batch:
        return Batch(
            cell=Cell("canned", scope, kind_id(kind)),
            vantage=frozenset({"canned"}),
            outcome=outcome,
            observed_at=self.now,
            parser="canned/1",
            marking=Marking(kind.marking) if marking is None else marking,
            items=tuple(Item(f.key, encode(f)) for f in facts),
        )

    def listed(self, *names: str) -> Batch:
        found = [OrganizationRepository(id=n, asset=f"github:repo/callisto/{name}") for n, name in enumerate(names)]
        return self.see(ORG, OrganizationRepository, *found)

    def package(self, repository: str, marking: Marking = CLEAR) -> Batch:
        return self.see(PACKAGE, PackageProject, PackageProject(name="x", repository=repository), marking=marking)

    def manifest(self, scope: str, *packages: str, outcome: Outcome = Outcome.COLLECTED) -> Batch:
        facts = [RepositoryManifest(path="pyproject.toml", package=package) for package in packages]
        return self.see(scope, RepositoryManifest, *facts, outcome=outcome)

    def face(self, scope: str, **more: object) -> Batch:
        name = scope.removeprefix("github:repo/")
        fact = msgspec.convert({"id": 1, "name": name, **more}, GithubRepository)
        return self.see(scope, GithubRepository, fact)

    def compared(self, *batches: Batch) -> dict[tuple[str, type[Evidence]], Batch]:
        """What is derived after a run in which the batches were seen, by scope and kind; it is kept as well."""
        run = self.store.open_run(at=self.now, code="test", register="callisto", commit="")
        head = DeclaredPolicy(project="callisto", name="Project Callisto", policy=Policy())
        declare(self.store, run, (head, *self.assets.values()), CLEAR, now=self.now)
        self.store.record(run, batches)
        derived = reconcile(self.store, now=self.now)
        self.store.record(run, derived)
        self.now += timedelta(days=1)
        return {(b.cell.scope, kinds()[b.cell.kind]): b for b in derived}


@pytest.fixture
def sky(tmp_path: Path) -> Iterator[Sky]:
    store = open_store(str(tmp_path / "sky.sqlite"))
    yield Sky(store)
    store.close()


def facts(batch: Batch) -> list[Evidence]:
    return [msgspec.json.decode(item.payload, type=kinds()[batch.cell.kind]) for item in batch.items]


# ---------------------------------------------------------------- what a repository builds


def test_a_manifest_is_set_beside_the_register_and_the_registry(sky: Sky) -> None:
    derived = sky.compared(
        sky.listed("core"), sky.manifest(CORE, "pypi:lodestar", "pypi:stowaway"), sky.package(DOCS)
    )
    batch = derived[CORE, RepositoryPackage]
    assert batch.outcome is Outcome.COLLECTED
    assert facts(batch) == [
        RepositoryPackage(package="pypi:lodestar", declared=True, linked=DOCS),
        RepositoryPackage(package="pypi:stowaway", declared=False, linked=None),
    ]


def test_a_package_that_its_own_manifest_keeps_back_is_not_built(sky: Sky) -> None:
    private = RepositoryManifest(path="package.json", package="npm:callisto-site", published=False)
    derived = sky.compared(sky.listed("core"), sky.see(CORE, RepositoryManifest, private))
    assert facts(derived[CORE, RepositoryPackage]) == []


def test_half_seen_manifests_make_half_a_comparison(sky: Sky) -> None:
    half = sky.manifest(CORE, "pypi:lodestar", outcome=Outcome.PARTIAL)
    derived = sky.compared(sky.listed("core"), half, sky.package(""))
    assert derived[CORE, RepositoryPackage].outcome is Outcome.PARTIAL
    (source,) = facts(derived[PACKAGE, PackageSource])
    assert source == PackageSource(built_in=(CORE,), complete=False)


def test_a_repository_that_is_nobodys_is_not_compared(sky: Sky) -> None:
    """In no list and not declared: it was deleted, became private, or is another project's."""
    derived = sky.compared(
        sky.listed("docs"), sky.manifest(CORE, "pypi:lodestar"), sky.manifest(DOCS), sky.package("")
    )
    assert (CORE, RepositoryPackage) not in derived
    assert facts(derived[PACKAGE, PackageSource]) == [PackageSource(complete=True)]
    assert not any("core" in item.payload.decode() for item in derived[PACKAGE, PackageSource].items)


# ---------------------------------------------------------------- where a package comes from


def test_a_package_comes_from_where_the_register_says_else_from_where_its_record_leads(sky: Sky) -> None:
    when = datetime(2025, 5, 1, tzinfo=UTC)
    face = sky.face(CORE, archived=True, archived_at=when.isoformat())
    batches = (sky.listed("core", "docs"), sky.package(CORE), face, sky.face(DOCS))
    (source,) = facts(sky.compared(*batches)[PACKAGE, PackageSource])
    assert source == PackageSource(repository=CORE, complete=False, archived=True, archived_at=when)
    sky.declare(PACKAGE, repository=DOCS)
    (source,) = facts(sky.compared()[PACKAGE, PackageSource])
    assert source == PackageSource(repository=DOCS, complete=False, archived=False)


def test_where_a_package_is_built_is_complete_once_every_public_repository_was_seen(sky: Sky) -> None:
    def complete(*batches: Batch) -> bool:
        (source,) = facts(sky.compared(sky.package(CORE), *batches)[PACKAGE, PackageSource])
        assert isinstance(source, PackageSource)
        return source.complete

    assert not complete(), "no list was seen"
    assert not complete(sky.listed("core", "docs"), sky.manifest(CORE, "pypi:lodestar"))
    secret = PrivateRepository(id=9, name="callisto/secret")
    assert complete(sky.manifest(DOCS), sky.see(ORG, PrivateRepository, secret)), "private ones do not show"
    sky.declare("github:org/shared", only=True)
    assert complete(), "of that organization only what is declared counts"
    sky.declare("github:repo/shared/ours")
    assert not complete()
    assert complete(sky.manifest("github:repo/shared/ours"))
    sky.declare("github:org/unseen")
    assert not complete()


def test_a_repository_that_has_another_name_now_is_seen_under_that_one(sky: Sky) -> None:
    sky.declare(f"{CORE}-before")
    face = GithubRepository(id=7, name="callisto/core", renamed_from=f"{CORE}-before")
    batches = (
        sky.package(CORE),
        sky.listed("core"),
        sky.see(f"{CORE}-before", RepositoryManifest, outcome=Outcome.UNOBSERVABLE),
        sky.see(f"{CORE}-before", GithubRepository, face),
    )
    assert facts(sky.compared(*batches)[PACKAGE, PackageSource]) == [PackageSource(repository=CORE)]
    (source,) = facts(sky.compared(sky.manifest(CORE))[PACKAGE, PackageSource])
    assert source == PackageSource(repository=CORE, complete=True)


def test_a_record_that_leads_to_a_former_name_arrives(sky: Sky) -> None:
    sky.declare(f"{CORE}-before")
    face = GithubRepository(id=7, name="callisto/core", renamed_from=f"{CORE}-before")
    seen = sky.see(f"{CORE}-before", GithubRepository, face, marking=RED)
    built = (sky.package(f"{CORE}-before"), sky.listed("core"), sky.manifest(CORE, "pypi:lodestar"))
    (unseen,) = facts(sky.compared(*built)[CORE, RepositoryPackage])
    assert unseen == RepositoryPackage(package="pypi:lodestar", declared=True, linked=f"{CORE}-before")
    batch = sky.compared(seen)[CORE, RepositoryPackage]
    assert facts(batch) == [RepositoryPackage(package="pypi:lodestar", declared=True, linked=CORE)]
    assert batch.marking == RED, "as closed as the look that tells the name"


def test_a_package_without_a_record_is_half_known_and_one_that_is_gone_is_gone(sky: Sky) -> None:
    assert (PACKAGE, PackageSource) not in sky.compared(sky.listed("core")), "of what nobody saw nothing is said"
    half = sky.see(PACKAGE, PackageProject, outcome=Outcome.PARTIAL)
    assert sky.compared(half)[PACKAGE, PackageSource].outcome is Outcome.PARTIAL
    gone = sky.see(PACKAGE, PackageProject, outcome=Outcome.ABSENT)
    assert sky.compared(gone)[PACKAGE, PackageSource].outcome is Outcome.ABSENT


@pytest.mark.parametrize(
    "link", ["https://forge.example/callisto/core", "github:repo/", "github:repo/a b/c", "\x1b"]
)
def test_a_link_that_leads_to_no_repository_names_none(sky: Sky, link: str) -> None:
    (source,) = facts(sky.compared(sky.package(link))[PACKAGE, PackageSource])
    assert source == PackageSource()


def test_of_a_repository_that_is_not_the_projects_nothing_is_told_but_the_link(sky: Sky) -> None:
    elsewhere = "github:repo/ada-example/core"
    (source,) = facts(sky.compared(sky.package(elsewhere), sky.face(elsewhere))[PACKAGE, PackageSource])
    assert source == PackageSource(repository=elsewhere)


def test_a_comparison_is_as_closed_as_what_it_was_made_from(sky: Sky) -> None:
    derived = sky.compared(sky.listed("core"), sky.manifest(CORE, "pypi:lodestar"), sky.package(CORE, RED))
    kept = (derived[CORE, RepositoryPackage], derived[PACKAGE, PackageSource], derived[PROJECT, FoundOrganization])
    assert [batch.marking for batch in kept] == [RED, RED, RED]


def test_nothing_is_derived_from_private_repositories(sky: Sky) -> None:
    batches = (sky.listed("core"), sky.manifest(CORE, "pypi:lodestar"), sky.package("github:repo/callisto/secret"))
    before = sky.compared(*batches)
    secret = PrivateRepository(id=9, name="callisto/secret")
    fork = PrivateRepository(id=10, name="callisto/core-ghsa-aaaa-bbbb-cccc", advisory_fork=True)
    after = sky.compared(sky.see(ORG, PrivateRepository, secret, fork))
    assert {key: (b.items, b.outcome, b.marking) for key, b in after.items()} == {
        key: (b.items, b.outcome, b.marking) for key, b in before.items()
    }


# ---------------------------------------------------------------- organizations


def found(derived: dict[tuple[str, type[Evidence]], Batch]) -> dict[str, tuple[bool, tuple[str, ...]]]:
    all_found = [f for f in facts(derived[PROJECT, FoundOrganization]) if isinstance(f, FoundOrganization)]
    return {f.asset: (f.declared, f.seen_in) for f in all_found}


def callisto(sky: Sky, login: str = "Callisto") -> Batch:
    return sky.see(ORG, GithubOrganization, GithubOrganization(id=1, login=login))


def test_the_organizations_that_official_packages_name_are_found(sky: Sky) -> None:
    sky.declare("pypi:lamp", Status.UNCLEAR)
    lamp = sky.see("pypi:lamp", PackageProject, PackageProject(name="lamp", repository="github:repo/lamps/lamp"))
    derived = sky.compared(sky.package("github:repo/tidewater/lodestar"), lamp, callisto(sky))
    assert found(derived) == {"github:org/tidewater": (False, (PACKAGE,))}
    assert derived[PROJECT, FoundOrganization].outcome is Outcome.COLLECTED
    sky.declare("github:org/tidewater", Status.EXTERNAL)
    assert found(sky.compared()) == {"github:org/tidewater": (True, (PACKAGE,))}


def test_a_repository_declared_by_itself_declares_enough(sky: Sky) -> None:
    sky.declare("github:repo/ada-example/lodestar")
    assert found(sky.compared(sky.package("github:repo/ada-example/lodestar"))) == {
        "github:org/ada-example": (True, (PACKAGE,))
    }


def test_a_declared_name_that_leads_elsewhere_leads_to_an_organization(sky: Sky) -> None:
    sky.declare(CORE)
    sky.declare(DOCS)
    moved, stayed = sky.face(CORE, name="Tidewater/Core"), sky.face(DOCS, name="callisto/handbook")
    derived = sky.compared(callisto(sky, "callisto-hub"), moved, stayed)
    assert found(derived) == {"github:org/callisto-hub": (False, (ORG,)), "github:org/tidewater": (False, (CORE,))}


def test_a_name_that_leads_to_itself_leads_nowhere(sky: Sky) -> None:
    derived = sky.compared(callisto(sky), sky.package(""))
    assert found(derived) == {}
    assert derived[PROJECT, FoundOrganization].outcome is Outcome.COLLECTED


def test_an_organization_that_nothing_leads_to_any_more_is_seen_to_be_left_and_then_dropped(sky: Sky) -> None:
    """Even while something else is unseen, so that the comparison is never complete."""
    sky.declare("pypi:never-seen")
    first = sky.compared(sky.package("github:repo/tidewater/lodestar", RED))
    assert first[PROJECT, FoundOrganization].outcome is Outcome.PARTIAL
    second = sky.compared(sky.package("github:repo/callisto/lodestar"))
    assert found(second) == {"github:org/callisto": (True, (PACKAGE,)), "github:org/tidewater": (False, ())}
    assert second[PROJECT, FoundOrganization].marking == RED, "the name is still the closed look's"
    assert found(sky.compared()) == {"github:org/callisto": (True, (PACKAGE,))}


def test_what_was_not_seen_again_is_not_called_left(sky: Sky) -> None:
    first = sky.compared(sky.package("github:repo/tidewater/lodestar"))
    assert "github:org/tidewater" in found(first)
    again = sky.compared(sky.see(PACKAGE, PackageProject, outcome=Outcome.PARTIAL))
    assert found(again) == {"github:org/tidewater": (False, (PACKAGE,))}
    assert all(b.cell.source == SOURCE for b in again.values())
