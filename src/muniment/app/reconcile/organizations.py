"""Finds organizations that evidence leads to, so that what nobody declared is seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from muniment.app.looks import Look, Looks, marking, marking_of_found, one
from muniment.app.reconcile.declaration import comparison
from muniment.app.reconcile.deriving import derived
from muniment.app.repositories import brought_packages
from muniment.evidence.found_organization import FoundOrganization
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.github_repository import GithubRepository
from muniment.evidence.kind import Evidence
from muniment.evidence.package_project import PackageProject
from muniment.model.asset import GITHUB_ORG, GITHUB_REPO, NPM, PROJECT, PYPI, Status, canonical, family
from muniment.model.errors import UsageError
from muniment.model.observation import Batch, Outcome
from muniment.register.inventory import Inventory, parent_of

_TELLING: dict[str, type[Evidence]] = {
    PYPI: PackageProject,
    NPM: PackageProject,
    GITHUB_ORG: GithubOrganization,
    GITHUB_REPO: GithubRepository,
}
"""What is asked of an asset to learn to which organization it leads."""


@comparison(reads=(*dict.fromkeys(_TELLING.values()), FoundOrganization), derives=FoundOrganization)
def organizations(looks: Looks, inventory: Inventory, now: datetime) -> Iterator[Batch]:
    """Every organization that the project's packages name, or that its declared names now lead to."""
    asset = f"{PROJECT}:{inventory.project}"
    if not inventory.project or asset not in inventory.assets:
        return
    entries = {**{a: inventory.found[a] for a in brought_packages(inventory)}, **inventory.assets}
    asked = [a for a, e in sorted(entries.items()) if family(a) in _TELLING and _is_asked(a, e.status)]
    seen = {kind: looks.best(kind) for kind in set(_TELLING.values())}
    read: list[Look] = []
    settled: set[str] = set()
    leads: dict[str, set[str]] = defaultdict(set)  # organization → the assets that lead there
    declared: dict[str, bool] = {}
    for scope in asked:
        look = seen[_TELLING[family(scope)]].get(scope)
        if look is not None:
            read.append(look)
            settled.update((scope,) if look.settled else ())
        for found in _targets(scope, look, inventory):
            organization = found if family(found) == GITHUB_ORG else parent_of(found) or ""
            leads[organization].add(scope)
            known = organization in inventory.assets or inventory.entry(found) is not None
            declared[organization] = declared.get(organization, True) and known
    for look, organization in _left(looks, leads, settled, frozenset(asked)):  # seen, once, to be led to by nothing
        read.append(look)
        leads[organization] = set()
        declared[organization] = organization in inventory.assets
    for look, before in _open(looks, frozenset(asked) - settled):
        if before.asset in leads:  # not to look at one that led there is no fix
            read.append(look)
            leads[before.asset].update(set(before.seen_in).intersection(asked) - settled)
            declared[before.asset] &= before.declared or before.asset in inventory.assets
    items = [
        FoundOrganization(asset=organization, declared=declared[organization], seen_in=tuple(sorted(seen_in)))
        for organization, seen_in in sorted(leads.items())
    ]
    whole = all(scope in settled for scope in asked)
    detail = "" if whole else "not every package, organization and repository of the register was seen"
    outcome = Outcome.COLLECTED if whole else Outcome.PARTIAL
    under = marking_of_found(inventory, asked, marking(read))
    yield derived(asset, FoundOrganization, items, outcome, under, now, detail)


def _is_asked(asset: str, status: Status) -> bool:
    # What an unclear package names is not the project's to declare; a declared name must lead to itself.
    return status is Status.OFFICIAL or (status is Status.UNCLEAR and asset.startswith("github:"))


def _targets(scope: str, look: Look | None, inventory: Inventory) -> Iterator[str]:
    """The repositories and organizations that an asset leads to, other than itself."""
    named: list[str] = []
    if family(scope) in (PYPI, NPM):
        project = one(look, PackageProject)
        entry = inventory.entry(scope)
        named = [entry.repository if entry is not None else "", project.repository if project is not None else ""]
        named = [name for name in named if name.startswith(f"{GITHUB_REPO}/")]
    organization, repository = one(look, GithubOrganization), one(look, GithubRepository)
    if organization is not None:
        named = [f"{GITHUB_ORG}/{organization.login}"]
    elif repository is not None:
        named = [f"{GITHUB_REPO}/{repository.name}"]
    for name in named:
        try:
            target = canonical(name)
        except UsageError:
            continue  # a payload kept by an earlier version may hold anything
        if target != scope and parent_of(scope) not in (target, parent_of(target) or target):
            yield target


def _open(looks: Looks, unseen: frozenset[str]) -> list[tuple[Look, FoundOrganization]]:
    """What the last comparison found by assets that are asked about and were not seen in full this time."""
    return [
        (look, fact)
        for look in looks.of(FoundOrganization)
        for fact in look.facts
        if isinstance(fact, FoundOrganization) and not unseen.isdisjoint(fact.seen_in)
    ]


def _left(
    looks: Looks, leads: dict[str, set[str]], settled: set[str], asked: frozenset[str]
) -> list[tuple[Look, str]]:
    """Organizations of the last comparison that nothing leads to any more: all that did was seen again since."""
    return [
        (look, fact.asset)
        for look in looks.of(FoundOrganization)
        for fact in look.facts
        if isinstance(fact, FoundOrganization)
        and fact.seen_in
        and fact.asset not in leads
        and all(scope in settled or scope not in asked for scope in fact.seen_in)
    ]
