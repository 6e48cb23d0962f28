"""A world to discover: organizations whose owners keep a property that names the subproject of each repository. ::

    made = federated()
    with SimulatedGithub(made.world) as github, registries(*published(made.world)) as found: ...

It is ``grown``, and ada owns all of it. Some organizations keep no such property, some repositories lack it, a few
name somebody whom nobody knows, and some packages are not what a manifest makes them look like.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator

from muniment.testing.github.growing import grown
from muniment.testing.github.made import Made
from muniment.testing.github.world import Repository, World
from muniment.testing.registries import NpmPackage, PythonPackage

PROPERTY = "subproject-owner"
SUBPROJECTS = ("Charts", "Hulls", "Navigation", "Rigging", "Sails", "Signals", "Stores", "Watches")
NOBODY = "To be decided"
ELSEWHERE = "https://github.com/strangers-example"


def federated(organizations: int = 20, repositories: int = 50, members: int = 10) -> Made:
    """A project's GitHub with so many organizations, and so many repositories and members in each.

    Of five organizations two belong to one subproject each, two are shared by three, and one keeps no property.
    """
    made = grown(organizations, repositories, members, owner_of=organizations, member_of=0)
    for n, organization in enumerate(made.world.organizations):
        keeps = n % 5 != 4
        organization.properties = (PROPERTY, "tier") if keeps else ("tier",)
        for r, repository in enumerate(organization.repositories):
            owner = _owner(n, r) if keeps else ""
            repository.properties = {"tier": "kept", PROPERTY: owner} if owner else {"tier": "kept"}
    return made


def _owner(n: int, r: int) -> str:
    if n % 5 < 2:
        return SUBPROJECTS[n % len(SUBPROJECTS)]
    if r % 10 == 7:
        return ""
    return NOBODY if r == 20 and n % 5 == 3 else SUBPROJECTS[(n + r % 3) % len(SUBPROJECTS)]


def published(world: World) -> Iterator[PythonPackage | NpmPackage]:
    """What the registries hold of the packages that a world's public repositories make.

    Most lead back to where they are made. Of each forty one was never published, one leads to a stranger's
    repository and one leads nowhere.
    """
    made = [
        (organization.login, repository, path)
        for organization in world.organizations
        for repository in organization.repositories
        for path in ("pyproject.toml", "package.json")
        if repository.public and path in repository.files
    ]
    for place, (login, repository, path) in enumerate(made):
        link = f"https://github.com/{login}/{repository.name}"
        match place % 40:
            case 11:
                continue
            case 19:
                link = f"{ELSEWHERE}/{repository.name}"
            case 29:
                link = ""
            case _:
                pass
        yield _package(repository, path, link)


def _package(repository: Repository, path: str, link: str) -> PythonPackage | NpmPackage:
    text = repository.files[path]
    if path == "package.json":
        return NpmPackage(str(json.loads(text)["name"]), repository=link)
    links = (("Source", link),) if link else ()
    return PythonPackage(str(tomllib.loads(text)["project"]["name"]), links=links)
