"""A private repository leaves no trace below RED: not a name, not a count, not a difference."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from muniment.app.assess import assess
from muniment.app.collect import derive
from muniment.app.declare import declare
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_policy import DeclaredPolicy
from muniment.evidence.declared_subproject import DeclaredSubproject
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.github_repository import GithubRepository
from muniment.evidence.kind import Evidence, encode, kind_id
from muniment.evidence.organization_access import OrganizationAccess
from muniment.evidence.organization_repository import OrganizationRepository
from muniment.evidence.package_project import PackageProject
from muniment.evidence.private_repository import PrivateRepository
from muniment.evidence.repository_manifest import RepositoryManifest
from muniment.evidence.security_policy import SecurityPolicy
from muniment.model.asset import Status
from muniment.model.observation import Batch, Cell, Item, Outcome
from muniment.model.policy import Policy
from muniment.model.tlp import CLEAR, RED, Marking
from muniment.publish.projection import COUNCIL
from muniment.stores.opening import open_store
from tests.app.conftest import BEGAN, World
from tests.app.test_canary import READERS, output

ORG, SHARED = "github:org/callisto", "github:org/callisto-friends"
SECRET = re.compile(r"canary-[a-z]+-end")
PRIVATE = {
    ORG: (
        PrivateRepository(id=71, name="callisto/canary-plans-end"),
        PrivateRepository(id=72, name="callisto/canary-fork-end-ghsa-aaaa-bbbb-cccc", advisory_fork=True),
    ),
    SHARED: (PrivateRepository(id=73, name="callisto-friends/canary-shared-end"),),
}
LINKED = "github:repo/callisto/canary-linked-end"


def said(
    scope: str, kind: type[Evidence], *facts: Evidence, outcome: Outcome = Outcome.COLLECTED, detail: str = ""
) -> Batch:
    return Batch(
        cell=Cell("github" if scope.startswith("github") else "pypi", scope, kind_id(kind)),
        vantage=frozenset({f"{ORG}:owner"}),
        outcome=outcome,
        observed_at=BEGAN,
        parser="github/1",
        marking=Marking(kind.marking),
        items=tuple(Item(f.key, encode(f)) for f in facts),
        detail=detail,
    )


def seen(*, private: bool) -> Iterator[Batch]:
    """Two organizations with public repositories, and, or not, with private ones."""
    for org, name in ((ORG, "callisto"), (SHARED, "callisto-friends")):
        yield said(org, GithubOrganization, GithubOrganization(id=1, login=name))
        yield said(org, OrganizationAccess, OrganizationAccess(level="owner"))
        yield said(org, OrganizationRepository, OrganizationRepository(id=2, asset=f"github:repo/{name}/core"))
        if private:
            yield said(org, PrivateRepository, *PRIVATE[org])
    core = "github:repo/callisto/core"
    yield said(core, GithubRepository, GithubRepository(id=2, name="callisto/core"))
    yield said(core, SecurityPolicy, SecurityPolicy(in_effect=False))
    yield said(core, RepositoryManifest, RepositoryManifest(path="pyproject.toml", package="pypi:stowaway"))
    yield said("pypi:lodestar", PackageProject, PackageProject(name="lodestar", repository=LINKED))
    yield said("pypi:lamp", PackageProject, PackageProject(name="lamp"))
    # What was declared while it was public answers, now that it is not, as it would to any stranger.
    withheld = "not found, or not to be seen from here"
    yield said("github:repo/callisto/was-public", GithubRepository, outcome=Outcome.UNOBSERVABLE, detail=withheld)


def made(path: Path, *, private: bool) -> World:
    """The whole program but for asking: declare, record, reconcile, assess."""
    world = World(open_store(str(path)))
    store = world.store
    run = store.open_run(at=BEGAN, code="test", register="callisto", commit="")
    assets = [
        DeclaredAsset(asset=a, status=Status.OFFICIAL, reason="made up", subproject="harbour")
        for a in ("project:callisto", ORG, "pypi:lodestar", "pypi:lamp", "github:repo/callisto/was-public")
    ]
    shared = DeclaredAsset(
        asset=SHARED, status=Status.OFFICIAL, reason="shared", subproject="harbour", repositories="listed"
    )
    head = DeclaredPolicy(project="callisto", name="Project Callisto", policy=Policy(security_team=("ada",)))
    subprojects = (DeclaredSubproject(id="harbour", name="Harbour"), DeclaredSubproject(id="beacon", name="Beacon"))
    declare(store, run, (head, *subprojects, *assets, shared), CLEAR, now=BEGAN)
    store.record(run, tuple(seen(private=private)))
    derive(store, run, now=BEGAN)
    assess(store, run, world.checks, now=BEGAN)
    return world


@pytest.fixture
def worlds(tmp_path: Path) -> Iterator[tuple[World, World]]:
    """The project with private repositories, and without."""
    one, other = made(tmp_path / "with.sqlite", private=True), made(tmp_path / "without.sqlite", private=False)
    yield one, other
    one.store.close()
    other.store.close()


def test_below_red_a_project_with_private_repositories_reads_as_one_without(worlds: tuple[World, World]) -> None:
    with_private, without = worlds
    for name, audience in READERS.items():
        if not audience.may_see(RED):
            assert output(with_private, audience) == output(without, audience), name


def test_below_red_no_private_repository_is_named(worlds: tuple[World, World]) -> None:
    names = {"canary-linked-end"}  # the link in the package's own public record is not a secret
    for name, audience in READERS.items():
        if not audience.may_see(RED):
            assert set(SECRET.findall(output(worlds[0], audience))) <= names, name


def test_no_finding_is_about_a_private_repository_even_at_red(worlds: tuple[World, World]) -> None:
    with_private, without = worlds
    found = {f.id: (f.message, f.marking) for f in with_private.findings()}
    assert found == {f.id: (f.message, f.marking) for f in without.findings()}
    told = " ".join(f"{id.asset} {id.key} {message}" for id, (message, _) in found.items())
    assert set(SECRET.findall(told)) <= {"canary-linked-end"}
    assert {id.asset for id in found if id.check == "inventory/undeclared-repository"} == {SHARED}
    assert not [id for id in found if id.check == "inventory/declared-repository-gone"]
    assert any(id.check == "repositories/no-security-policy" for id in found), "the public one is judged"


def test_what_is_derived_says_no_more_of_a_private_repository_than_the_link_itself(
    worlds: tuple[World, World],
) -> None:
    def derived(world: World) -> dict[Cell, tuple[object, ...]]:
        found = [r for r in world.store.cells() if r.cell.source == "reconcile"]
        return {r.cell: (r.facts, r.standing, r.marking, r.detail) for r in found}

    assert derived(worlds[0]) == derived(worlds[1])


def test_the_council_may_see_that_somebody_looked(worlds: tuple[World, World]) -> None:
    """Else the tests above would pass because nothing was kept."""
    cells = [r for r in worlds[0].store.cells() if r.cell.kind == kind_id(PrivateRepository)]
    assert sum(len(r.facts) for r in cells) == 3
    assert output(worlds[0], COUNCIL) != output(worlds[1], COUNCIL)
