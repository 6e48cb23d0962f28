"""Repositories that no entry declares, followed by number from one name to the next. Not live."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.github_repository import GithubRepository
from muniment.evidence.organization_repository import OrganizationRepository
from muniment.model.asset import Status
from muniment.testing.github.program import Program
from muniment.testing.github.world import Membership, Organization

from .conftest import World
from .test_found_repositories import CORE, said
from .test_identity import REPO, Project
from .test_rules import seen

MOVED, OTHER = "inventory/moved", "github:org/callisto-isle"


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    made = Project(tmp_path / "m.sqlite", "ada")
    made.made.world.organizations.append(
        Organization(
            id=810_900, login="callisto-isle", members=[Membership(person=m.person) for m in made.org.members]
        )
    )
    made.register = {e.asset: e for e in Program.declared(made) if isinstance(e, DeclaredAsset)}
    made.run_()
    yield made
    made.store.close()


def told(project: Project) -> list[tuple[str, str]]:
    return sorted((asset, key) for check, asset, key in project.standing() if check == MOVED)


def move(project: Project, name: str = "atlas") -> None:
    (isle,) = (o for o in project.made.world.organizations if o.login == "callisto-isle")
    (repository,) = (r for r in project.org.repositories if r.name == name)
    project.org.repositories.remove(repository)
    isle.repositories.append(repository)


def test_one_that_moved_between_organizations_is_told_once_with_both_places(project: Project) -> None:
    move(project)
    project.run_()
    assert told(project) == [("github:repo/callisto-isle/atlas", REPO)]
    (finding,) = (f for f in project.store.findings() if f.id.check == MOVED)
    assert REPO in finding.message and "github:repo/callisto-isle/atlas" in finding.message
    project.run_()
    (again,) = (f for f in project.store.findings() if f.id.check == MOVED)
    assert again.since == finding.since and again.changed == finding.changed
    assert not [c for c, a, _ in project.standing() if a == REPO], "nothing is open under the old name"


def test_one_with_a_new_name_is_told_and_after_thirty_days_no_more(project: Project) -> None:
    project.org.repositories[0].name = "star-atlas"
    project.org.repositories[0].former_names = {"atlas"}
    project.run_()
    assert told(project) == [(f"{REPO[: -len('atlas')]}star-atlas", REPO)]
    project.made.world.now += timedelta(days=31)
    project.run_()
    assert told(project) == []


def test_one_that_an_entry_declares_is_not_told_twice(project: Project) -> None:
    project.writes(REPO, None)
    project.run_()
    project.org.repositories[0].name = "star-atlas"
    project.org.repositories[0].former_names = {"atlas"}
    project.run_()
    assert told(project) == []
    assert REPO in [asset for check, asset, _ in project.standing() if check == "inventory/renamed"]
    assert project.register[REPO].status is Status.OFFICIAL


def test_while_a_list_still_names_it_where_it_was_nothing_is_told(world: World) -> None:
    isle = "github:repo/isle/core"
    world.declare("github:org/isle")
    both = [
        said("github:org/callisto", OrganizationRepository, OrganizationRepository(id=1, asset=CORE)),
        said("github:org/isle", OrganizationRepository, OrganizationRepository(id=1, asset=isle)),
        *(
            said(a, GithubRepository, GithubRepository(id=1, name=a.removeprefix("github:repo/")))
            for a in (CORE, isle)
        ),
    ]
    seen(world, *both).run()
    assert world.findings(MOVED) == []
    seen(world, said("github:org/callisto", OrganizationRepository, day=1)).run()
    (finding,) = world.findings(MOVED)
    assert (finding.id.asset, finding.id.key) == (isle, CORE)


def test_one_that_is_listed_under_no_name_any_more_is_not_looked_for(project: Project) -> None:
    project.org.repositories[0].visibility = "PRIVATE"
    project.run_()
    assert told(project) == []


def test_a_stranger_who_takes_the_former_name_of_the_organization_changes_nothing(project: Project) -> None:
    move(project)
    project.run_()
    before = told(project)
    project.name_changes_hands()
    project.run_()
    assert told(project) == before != []


def test_a_new_repository_under_the_former_name_does_not_end_it(project: Project) -> None:
    old = replace(project.org.repositories[0], id=777_123)
    move(project)
    project.run_()
    project.org.repositories.append(old)
    project.run_()
    assert told(project) == [("github:repo/callisto-isle/atlas", REPO)]
    assert REPO in project.told("inventory/repository-made-anew")
