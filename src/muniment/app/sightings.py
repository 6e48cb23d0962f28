"""Gathers, once, what was seen that decides whose a repository or a package is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import msgspec

from muniment.evidence.kind import Evidence, decoder, kind_id
from muniment.evidence.organization_repository import OrganizationRepository
from muniment.evidence.package_holders import PackageHolders
from muniment.evidence.package_project import PackageProject
from muniment.evidence.repository_manifest import RepositoryManifest
from muniment.evidence.repository_property import RepositoryProperty
from muniment.model.asset import GITHUB_ORG, GITHUB_REPO, canonical
from muniment.model.errors import UsageError
from muniment.model.observation import Outcome
from muniment.model.tlp import Marking, join
from muniment.ports import CellRecord
from muniment.register.inventory import Inventory, parent_of
from muniment.register.resolving import Built, Held, Linked, Listed, Sightings

K = TypeVar("K", bound=Evidence)

Believed = Callable[[Sequence[str] | None, Sequence[str]], Iterator[CellRecord]]
"""What is believed of some scopes (``None``: of all) and kinds."""

_NOT_SEEN = {
    Outcome.DENIED: "whoever looked may not see it",
    Outcome.UNREACHABLE: "the source did not answer",
    Outcome.UNREADABLE: "the answer made no sense",
    Outcome.UNOBSERVABLE: "the source leaves it out",
}


def sightings(believed: Believed, inventory: Inventory) -> Sightings:
    """What the inventory's rules, and what it inherits, are to be held against."""
    repositories = _listed(believed, inventory)
    if not inventory.rulebook.rules:
        return Sightings(repositories)
    manifests = _built(believed, inventory, repositories)
    return Sightings(
        repositories,
        _held(believed, inventory, repositories),
        manifests,
        _linked(believed, manifests),
        _replaced(believed, manifests),
    )


def _decoded(record: CellRecord, kind: type[K]) -> tuple[K, ...]:
    """The facts of a cell; none of one that cannot be read: the checks read the same cell as unreadable."""
    decode = decoder(kind).decode
    try:
        return tuple(decode(payload) for _, payload in record.facts)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ()


def _listed(believed: Believed, inventory: Inventory) -> dict[str, Listed]:
    """The public repositories in the lists of declared organizations; nothing else makes a repository known."""
    listed: dict[str, Listed] = {}
    organizations = [asset for asset in inventory.assets if asset.startswith(f"{GITHUB_ORG}/")]
    kinds = (kind_id(OrganizationRepository),)
    for record in believed(organizations, kinds) if organizations else ():
        for fact in _decoded(record, OrganizationRepository):
            asset = canonical(fact.asset)
            if parent_of(asset) == record.cell.scope:  # a list speaks for its own organization alone
                # Two lists that name it: it is as open as the more open one.
                before = listed.get(asset)
                open = min(record.marking, before.marking if before else record.marking, key=_closedness)
                listed[asset] = Listed(open, fact.fork, fact.archived)
    return listed


def _closedness(marking: Marking) -> tuple[int, bool]:
    return (marking.level, marking.to is not None)


def _held(believed: Believed, inventory: Inventory, repositories: dict[str, Listed]) -> dict[str, Held]:
    """The custom properties of the repositories of organizations whose rules ask for one."""
    held: dict[str, Held] = {}
    asks = {o for o in inventory.rulebook.chapters if inventory.rulebook.asks_properties(o)}
    for record in believed(None, (kind_id(RepositoryProperty),)) if asks else ():
        asset = record.cell.scope
        if asset not in repositories or parent_of(asset) not in asks:
            continue
        seen = _properties(record)
        before = held.get(asset)
        if before is None or (before.properties is None and seen.properties is not None):
            held[asset] = seen
    return held


def _properties(record: CellRecord) -> Held:
    if record.standing is not Outcome.COLLECTED or record.suspected:
        why = _NOT_SEEN.get(record.latest, "only a part was seen")
        return Held(None, record.marking, f"{why}: {record.detail}" if record.detail else why)
    facts = _decoded(record, RepositoryProperty)
    if len(facts) != len(record.facts):
        return Held(None, record.marking, _NOT_SEEN[Outcome.UNREADABLE])
    return Held({fact.name.lower(): fact.values for fact in facts}, record.marking)


def _built(believed: Believed, inventory: Inventory, repositories: dict[str, Listed]) -> dict[str, Built]:
    """The packages that manifests name and do not keep back, where a rule speaks of packages."""
    built: dict[str, Built] = {}
    speaking = {o for rule in inventory.rulebook.rules.values() if rule.packages for o in rule.organizations}
    for record in believed(None, (kind_id(RepositoryManifest),)) if speaking else ():
        asset = record.cell.scope
        if asset not in repositories or parent_of(asset) not in speaking:
            continue
        named = {canonical(f.package) for f in _decoded(record, RepositoryManifest) if f.published}
        if asset in built:
            named.update(built[asset].packages)
            built[asset] = Built(tuple(sorted(named)), join(built[asset].marking, record.marking))
        elif named:
            built[asset] = Built(tuple(sorted(named)), record.marking)
    return built


def _linked(believed: Believed, manifests: dict[str, Built]) -> dict[str, Linked]:
    """The repositories that the registries' records of those packages lead to."""
    linked: dict[str, Linked] = {}
    packages = sorted({package for built in manifests.values() for package in built.packages})
    for record in believed(packages, (kind_id(PackageProject),)) if packages else ():
        for fact in _decoded(record, PackageProject):
            linked[record.cell.scope] = Linked(_link(fact.repository), record.marking)
    return linked


def _replaced(believed: Believed, manifests: dict[str, Built]) -> dict[str, Marking]:
    """Those of the packages that nobody holds any more who held them."""
    packages = sorted({package for built in manifests.values() for package in built.packages})
    return {
        record.cell.scope: record.marking
        for record in (believed(packages, (kind_id(PackageHolders),)) if packages else ())
        if any(fact.now for fact in _decoded(record, PackageHolders))
    }


def _link(repository: str) -> str:
    try:
        return canonical(repository) if repository.startswith(f"{GITHUB_REPO}/") else ""
    except UsageError:
        return ""  # a payload kept by an earlier version may hold anything
