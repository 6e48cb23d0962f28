"""Compares repositories with packages, both ways: what a repository builds, and where a package comes from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from muniment.app.looks import Look, Looks, marking, marking_of_found, one
from muniment.app.reconcile.declaration import comparison
from muniment.app.reconcile.deriving import derived
from muniment.evidence.github_repository import GithubRepository
from muniment.evidence.organization_repository import OrganizationRepository
from muniment.evidence.package_project import PackageProject
from muniment.evidence.package_source import PackageSource
from muniment.evidence.repository_manifest import RepositoryManifest
from muniment.evidence.repository_package import RepositoryPackage
from muniment.model.asset import GITHUB_ORG, GITHUB_REPO, NPM, PYPI, Status, canonical, family
from muniment.model.errors import UsageError
from muniment.model.observation import Batch, Outcome
from muniment.model.tlp import join
from muniment.register.inventory import Inventory
from muniment.register.resolving import LISTED

_JUDGED = (Status.OFFICIAL, Status.UNCLEAR)


@comparison(reads=(RepositoryManifest, PackageProject, GithubRepository), derives=RepositoryPackage)
def packages_of_repositories(looks: Looks, inventory: Inventory, now: datetime) -> Iterator[Batch]:
    """The packages that each of the project's repositories builds, beside what the register and registries say."""
    projects, faces = looks.best(PackageProject), looks.best(GithubRepository)
    for scope, look in sorted(_manifests(looks, inventory).items()):
        built = sorted(_built(look))
        records = [projects[package] for package in built if package in projects]
        items = []
        for package in built:
            linked = _linked(projects.get(package))
            if (
                linked
                and linked != scope
                and linked in inventory.assets
                and scope == _name_now(linked, faces.get(linked))
            ):
                records.append(faces[linked])
                linked = scope  # by a former name, from which GitHub leads on
            declared = inventory.entry(package) is not None
            items.append(RepositoryPackage(package=package, declared=declared, linked=linked))
        outcome = Outcome.ABSENT if look.absent else Outcome.COLLECTED if look.whole else Outcome.PARTIAL
        detail = "" if look.settled else "not every manifest of the repository could be read"
        read = marking_of_found(inventory, built, marking((look, *records)))
        yield derived(scope, RepositoryPackage, items, outcome, read, now, detail)


@comparison(
    reads=(RepositoryManifest, OrganizationRepository, PackageProject, GithubRepository), derives=PackageSource
)
def sources_of_packages(looks: Looks, inventory: Inventory, now: datetime) -> Iterator[Batch]:
    """Where each of the project's packages comes from, as far as register, registry and repositories say so."""
    manifests = _manifests(looks, inventory)
    builders: dict[str, set[str]] = defaultdict(set)
    for scope, look in manifests.items():
        for package in _built(look):
            builders[package].add(scope)
    complete = _all_seen(looks, inventory, manifests)
    faces, projects = looks.best(GithubRepository), looks.best(PackageProject)
    everywhere = marking((*manifests.values(), *looks.of(OrganizationRepository)))  # "complete" rests on all of it
    for asset, entry in sorted(inventory.known.items()):
        if family(asset) not in (PYPI, NPM) or entry.status not in _JUDGED:
            continue
        project = projects.get(asset)
        if project is None and not entry.repository:
            continue  # nothing was seen of it, and nothing is said
        repository = entry.repository or _repository(_linked(project) or "")
        # Of a repository that is not the project's, or no longer public, nothing is told beyond the link itself.
        shown = faces.get(repository) if inventory.entry(repository) is not None else None
        face = one(shown, GithubRepository)
        source = PackageSource(
            repository=repository,
            built_in=tuple(sorted(builders.get(asset, ()))),
            complete=complete,
            archived=face.archived if face is not None else None,
            archived_at=face.archived_at if face is not None else None,
        )
        read = join(everywhere, marking(seen for seen in (project, shown) if seen is not None))
        read = marking_of_found(inventory, (asset,), read)
        if project is not None and project.absent:
            yield derived(asset, PackageSource, (), Outcome.ABSENT, read, now)
            continue
        known = bool(entry.repository) or (project is not None and project.whole)
        detail = "" if known else "the registry's record of it was not seen"
        yield derived(
            asset, PackageSource, (source,), Outcome.COLLECTED if known else Outcome.PARTIAL, read, now, detail
        )


def _manifests(looks: Looks, inventory: Inventory) -> dict[str, Look]:
    """The manifests of the repositories that are the project's today: declared, or in an organization's list."""
    return {s: look for s, look in looks.best(RepositoryManifest).items() if inventory.entry(s) is not None}


def _built(look: Look) -> set[str]:
    return {canonical(f.package) for f in look.facts if isinstance(f, RepositoryManifest) and f.published}


def _linked(look: Look | None) -> str | None:
    """What a registry's record leads to; nothing for a package that does not exist, ``None`` for one unseen."""
    if look is not None and look.absent:
        return ""
    project = one(look, PackageProject)
    return project.repository if project is not None else None


def _repository(link: str) -> str:
    try:
        return canonical(link) if link.startswith(f"{GITHUB_REPO}/") else ""
    except UsageError:
        return ""  # a payload kept by an earlier version may hold anything


def _all_seen(looks: Looks, inventory: Inventory, manifests: dict[str, Look]) -> bool:
    """True if the manifests of all of the project's repositories were seen. Private ones do not count, on purpose:
    whether there are any must not show."""
    lists = looks.best(OrganizationRepository)
    for asset, entry in inventory.assets.items():
        whole = entry.repositories == LISTED or (asset in lists and lists[asset].settled)
        if family(asset) == GITHUB_ORG and entry.status in _JUDGED and not whole:
            return False
    ours = [
        asset
        for asset, entry in inventory.known.items()
        if family(asset) == GITHUB_REPO and entry.status in _JUDGED
    ]
    faces = looks.best(GithubRepository)

    def is_seen(asset: str) -> bool:
        look = manifests.get(asset)
        if look is None or not look.settled:
            look = manifests.get(_name_now(asset, faces.get(asset)))
        return look is not None and look.settled

    return bool(ours) and all(map(is_seen, ours))


def _name_now(asset: str, face: Look | None) -> str:
    """Under which name the repository of a former name is seen now."""
    fact = one(face, GithubRepository)
    return _repository(f"{GITHUB_REPO}/{fact.name}") if fact is not None else ""
