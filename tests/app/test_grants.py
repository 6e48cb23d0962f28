"""Grants by name with who belongs to the organization, and gates of releases: what was not seen is not guessed."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
import pytest

from muniment.app.main_job import Declared, begin
from muniment.app.reconcile import reconcile
from muniment.evidence.kind import Evidence, encode, kind_id
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.outside_collaborator import OutsideCollaborator
from muniment.evidence.package_publisher import PackagePublisher
from muniment.evidence.release_environment import ReleaseEnvironment
from muniment.evidence.release_publisher import NamedWorkflow, ReleasePublisher
from muniment.evidence.repository_collaborator import RepositoryCollaborator
from muniment.evidence.repository_grant import RepositoryGrant
from muniment.model.observation import Batch, Cell, Item, Outcome
from muniment.model.tlp import CLEAR, TLP, Marking

from .conftest import World

ORG, REPO = "github:org/callisto", "github:repo/callisto/lodestar"
AMBER = Marking(TLP.AMBER)
INSIDE, BEYOND, NEITHER = 4711, 4801, 4999


def said(
    scope: str,
    *facts: Evidence,
    at: datetime,
    kind: type[Evidence] | None = None,
    outcome: Outcome = Outcome.COLLECTED,
    marking: Marking = AMBER,
) -> Batch:
    own = kind or type(facts[0])
    return Batch(
        cell=Cell("test", scope, kind_id(own)),
        vantage=frozenset({"test:anonymous"}),
        outcome=outcome,
        observed_at=at,
        parser="canned/1",
        marking=marking,
        items=tuple(Item(f.key, encode(f)) for f in sorted(facts, key=lambda f: f.key)),
    )


def compared(world: World, kind: type[Evidence], *batches: Batch) -> dict[str, Batch]:
    """What is derived of a kind once a run has kept some batches: by scope. All of it is kept."""
    run = begin(world.store, Declared("callisto", world.evidence(), CLEAR, "abc"), now=world.today, code="test")
    world.store.record(run, batches)
    derived = reconcile(world.store, now=world.today)
    world.store.record(run, derived)
    return {batch.cell.scope: batch for batch in derived if batch.cell.kind == kind_id(kind)}


def standings(batch: Batch) -> dict[int, str]:
    facts = (msgspec.json.decode(item.payload, type=RepositoryGrant) for item in batch.items)
    return {fact.id: fact.standing for fact in facts}


def given(world: World, outcome: Outcome = Outcome.COLLECTED) -> Batch:
    people = (
        RepositoryCollaborator(id=id, login=f"person-{id}", permission="write") for id in (INSIDE, BEYOND, NEITHER)
    )
    return said(REPO, *people, at=world.today, outcome=outcome)


def members(world: World) -> Batch:
    return said(ORG, OrganizationMember(id=INSIDE, login="person-4711"), at=world.today)


def guests(world: World, *more: int) -> Batch:
    people = (OutsideCollaborator(id=id, login=f"person-{id}") for id in (BEYOND, *more))
    return said(ORG, *people, at=world.today, outcome=Outcome.PARTIAL)


def test_a_grant_is_a_members_or_a_guests_where_a_list_says_so_and_else_it_is_not_said(world: World) -> None:
    world.declare(ORG)
    world.declare(REPO)
    batch = compared(world, RepositoryGrant, given(world), members(world), guests(world))[REPO]
    assert standings(batch) == {INSIDE: "member", BEYOND: "outside", NEITHER: ""}
    assert (batch.outcome, batch.marking) == (Outcome.COLLECTED, AMBER)


def test_an_account_that_both_lists_name_is_neither(world: World) -> None:
    world.declare(ORG)
    world.declare(REPO)
    batch = compared(world, RepositoryGrant, given(world), members(world), guests(world, INSIDE))[REPO]
    assert standings(batch)[INSIDE] == ""


def test_without_the_lists_of_the_organization_nobody_is_anything(world: World) -> None:
    world.declare(ORG)
    world.declare(REPO)
    batch = compared(world, RepositoryGrant, given(world, Outcome.PARTIAL))[REPO]
    assert set(standings(batch).values()) == {""}
    assert batch.outcome is Outcome.PARTIAL


@pytest.mark.parametrize("outcome", [Outcome.ABSENT, Outcome.DENIED])
def test_of_collaborators_that_nobody_saw_nothing_is_derived(world: World, outcome: Outcome) -> None:
    world.declare(ORG)
    world.declare(REPO)
    unseen = said(REPO, at=world.today, kind=RepositoryCollaborator, outcome=outcome)
    assert compared(world, RepositoryGrant, unseen, members(world)) == {}


def publisher(world: World, package: str, *environments: str, repository: str = REPO) -> Batch:
    facts = (
        PackagePublisher(repository=repository, workflow="release.yml", environment=name) for name in environments
    )
    return said(package, *facts, at=world.today, kind=PackagePublisher)


def released(world: World, package: str, environment: str | None, *, days: int = 30) -> Batch:
    fact = ReleasePublisher(
        version="1.0",
        file="made-up",
        uploaded=world.today - timedelta(days=days),
        workflows=(NamedWorkflow(REPO, "release.yml", environment),),
    )
    return said(package, fact, at=world.today, outcome=Outcome.PARTIAL, marking=CLEAR)


def gates(batch: Batch) -> dict[str, tuple[str, ...]]:
    facts = (msgspec.json.decode(item.payload, type=ReleaseEnvironment) for item in batch.items)
    return {fact.name: fact.packages for fact in facts}


def test_an_environment_knows_the_packages_whose_newest_release_came_through_it(world: World) -> None:
    for asset in (REPO, "pypi:lodestar", "pypi:quill", "pypi:almanac", "npm:chart"):
        world.declare(asset)
    found = compared(
        world,
        ReleaseEnvironment,
        released(world, "pypi:lodestar", "moon"),
        released(world, "pypi:quill", "moon"),
        publisher(world, "pypi:quill", "sun"),  # the whole list, seen since, does not name the moon
        released(world, "pypi:almanac", ""),
        released(world, "npm:chart", None),
    )
    assert gates(found[REPO]) == {"moon": ("pypi:lodestar",), "sun": ("pypi:quill",)}


def test_an_environment_knows_the_packages_published_through_it(world: World) -> None:
    for asset in (REPO, "pypi:lodestar", "pypi:quill"):
        world.declare(asset)
    found = compared(
        world,
        ReleaseEnvironment,
        publisher(world, "pypi:lodestar", "moon", ""),
        publisher(world, "pypi:quill", "moon"),
        publisher(world, "pypi:unheard-of", "sun"),
    )
    assert gates(found[REPO]) == {"moon": ("pypi:lodestar", "pypi:quill")}
    assert found[REPO].outcome is Outcome.PARTIAL, "nobody lists every package of a repository"


@pytest.mark.parametrize("place", ["gitlab:callisto/lodestar", "github:repo/somebody/else", "", "\x1b[31m"])
def test_a_repository_that_is_not_the_projects_has_no_gate_here(world: World, place: str) -> None:
    world.declare("pypi:lodestar")
    assert compared(world, ReleaseEnvironment, publisher(world, "pypi:lodestar", "x", repository=place)) == {}


def test_a_gate_that_no_package_uses_any_more_is_seen_once_to_be_none(world: World) -> None:
    for asset in (REPO, "pypi:lodestar"):
        world.declare(asset)
    compared(world, ReleaseEnvironment, publisher(world, "pypi:lodestar", "moon"))
    batch = compared(world, ReleaseEnvironment, publisher(world, "pypi:lodestar"))[REPO]
    assert gates(batch) == {}
