"""Puts together what repositories and packages say with whose they are: grants by name, and gates of releases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime

from muniment.app.looks import Look, Looks, marking, marking_of_found
from muniment.app.reconcile.declaration import comparison
from muniment.app.reconcile.deriving import derived
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.outside_collaborator import OutsideCollaborator
from muniment.evidence.package_publisher import PackagePublisher
from muniment.evidence.release_environment import ReleaseEnvironment
from muniment.evidence.release_publisher import ReleasePublisher
from muniment.evidence.repository_collaborator import RepositoryCollaborator
from muniment.evidence.repository_grant import RepositoryGrant
from muniment.model.asset import GITHUB_REPO, Status
from muniment.model.observation import Batch, Outcome
from muniment.register.inventory import Inventory, parent_of


@comparison(reads=(RepositoryCollaborator, OrganizationMember, OutsideCollaborator), derives=RepositoryGrant)
def grants(looks: Looks, inventory: Inventory, now: datetime) -> Iterator[Batch]:
    """What accounts were given by name in each repository, with how they stand to its organization."""
    members, outside = looks.best(OrganizationMember), looks.best(OutsideCollaborator)
    numbers: dict[tuple[type, str], frozenset[int]] = {}
    for scope, look in sorted(looks.best(RepositoryCollaborator).items()):
        organization = parent_of(scope)
        if look.absent or organization is None or inventory.entry(scope) is None:
            continue
        inside = _numbers(members, organization, numbers, OrganizationMember)
        beyond = _numbers(outside, organization, numbers, OutsideCollaborator)
        items = [
            RepositoryGrant(
                id=fact.id,
                login=fact.login,
                permission=fact.permission,
                standing=_standing(fact.id in inside, fact.id in beyond),
            )
            for fact in look.facts
            if isinstance(fact, RepositoryCollaborator)
        ]
        read = [look, *(known[organization] for known in (members, outside) if organization in known)]
        under = marking_of_found(inventory, [scope], marking(read))
        outcome = Outcome.COLLECTED if look.whole else Outcome.PARTIAL
        detail = "" if look.whole else "not all of the repository's collaborators were seen"
        yield derived(scope, RepositoryGrant, sorted(items, key=lambda i: i.key), outcome, under, now, detail)


def _numbers(
    known: Mapping[str, Look], scope: str, found: dict[tuple[type, str], frozenset[int]], kind: type
) -> frozenset[int]:
    """The numbers of an organization's members or guests, as far as they were seen."""
    if (kind, scope) not in found:
        facts = known[scope].facts if scope in known else ()
        found[kind, scope] = frozenset(
            fact.id for fact in facts if isinstance(fact, OrganizationMember | OutsideCollaborator)
        )
    return found[kind, scope]


def _standing(inside: bool, beyond: bool) -> str:
    if inside == beyond:
        return ""
    return "member" if inside else "outside"


@comparison(reads=(PackagePublisher, ReleasePublisher, ReleaseEnvironment), derives=ReleaseEnvironment)
def gates(looks: Looks, inventory: Inventory, now: datetime) -> Iterator[Batch]:
    """The environments that official packages are published through, by repository."""
    passed: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    read: dict[str, list[Look]] = defaultdict(list)
    for look, repository, environment in _published_through(looks):
        entry = inventory.entry(look.scope)
        if entry is None or entry.status is not Status.OFFICIAL:
            continue
        if environment and _is_ours(repository, inventory):
            passed[repository][environment].add(look.scope)
            read[repository].append(look)
    before = {look.scope: look for look in looks.of(ReleaseEnvironment) if look.facts}
    for repository in sorted({*passed, *before}):
        items = [
            ReleaseEnvironment(name=name, packages=tuple(sorted(packages)))
            for name, packages in sorted(passed[repository].items())
        ]
        packages = {package for item in items for package in item.packages}
        told = [*read[repository], *([before[repository]] if repository in before else [])]
        under = marking_of_found(inventory, {repository, *packages}, marking(told))
        detail = "what other packages were published through is not known"
        yield derived(repository, ReleaseEnvironment, items, Outcome.PARTIAL, under, now, detail)


def _published_through(looks: Looks) -> Iterator[tuple[Look, str, str | None]]:
    """The repositories and environments that packages are published through, by the look that tells."""
    for look in looks.of(PackagePublisher):
        for fact in look.facts:
            if isinstance(fact, PackagePublisher):
                yield look, fact.repository, fact.environment
    listed = looks.best(PackagePublisher)
    for look in looks.of(ReleasePublisher):
        known = listed.get(look.scope)
        named = [f for f in known.facts if isinstance(f, PackagePublisher)] if known is not None else []
        whole = known.observed_at if known is not None and known.whole else None
        for fact in look.facts:
            if isinstance(fact, ReleasePublisher):
                for one in fact.beyond(named, whole):
                    yield look, one.repository, one.environment


def _is_ours(repository: str, inventory: Inventory) -> bool:
    return repository.startswith(f"{GITHUB_REPO}/") and inventory.entry(repository) is not None
