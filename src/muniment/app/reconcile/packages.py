"""Compares packages with the register: what stands in the project's namespaces, and what one account can change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from muniment.app.looks import Looks, marking, marking_of_found
from muniment.app.reconcile.declaration import comparison
from muniment.app.reconcile.deriving import derived
from muniment.evidence.account_reach import AccountReach
from muniment.evidence.namespace_package import NamespacePackage
from muniment.evidence.package_dependency import PackageDependency
from muniment.evidence.package_ownership import PackageOwnership
from muniment.evidence.package_project import PackageProject
from muniment.evidence.package_role import PackageRole
from muniment.model.asset import NPM, NPM_SCOPE, PROJECT, PYPI, PYPI_ORG, Status, canonical, family
from muniment.model.observation import Batch, Outcome
from muniment.model.tlp import join
from muniment.register.inventory import Inventory, parent_of

_TELLING = (PackageProject, PackageDependency, PackageOwnership)


@comparison(reads=_TELLING, derives=NamespacePackage)
def namespaces(looks: Looks, inventory: Inventory, now: datetime) -> Iterator[Batch]:
    """The packages seen in each official npm scope and PyPI organization."""
    mentions, organization = _mentions(looks)
    members: dict[str, set[str]] = defaultdict(set)
    for package in mentions:
        if family(package) == NPM:
            scope = parent_of(package)
            if scope:
                members[scope].add(package)
    for package, owner in organization.items():
        members[owner].add(package)
    read = marking(look for look in looks.of(*_TELLING) if not look.absent)
    for asset, entry in sorted(inventory.assets.items()):
        if family(asset) not in (NPM_SCOPE, PYPI_ORG) or entry.status is not Status.OFFICIAL:
            continue
        items = [
            NamespacePackage(
                asset=package,
                declared=inventory.entry(package) is not None,
                seen_in=tuple(sorted(mentions.get(package, ()))),
            )
            for package in sorted(members[asset])
        ]
        detail = "no registry lists a namespace's packages"
        under = marking_of_found(inventory, members[asset], read)
        yield derived(asset, NamespacePackage, items, Outcome.PARTIAL, under, now, detail)


def _mentions(looks: Looks) -> tuple[dict[str, set[str]], dict[str, str]]:
    """Packages by the assets that they were seen in, and those that an organization of the registry holds."""
    mentions: dict[str, set[str]] = defaultdict(set)
    organization: dict[str, str] = {}
    for look in looks.of(*_TELLING):
        if look.kind is PackageProject and not look.absent:
            mentions[look.scope].add(f"{look.source} lists it")
        for fact in look.facts:
            if isinstance(fact, PackageDependency):
                mentions[canonical(fact.asset)].add(look.scope)
            elif isinstance(fact, PackageOwnership) and fact.organization:
                organization[look.scope] = canonical(f"{PYPI_ORG}/{fact.organization}")
    return mentions, organization


@comparison(reads=(PackageRole, AccountReach), derives=AccountReach)
def reach(looks: Looks, inventory: Inventory, now: datetime) -> Iterator[Batch]:
    """Which official packages each account holds a role on."""
    official = {
        asset: family(asset)
        for asset, entry in inventory.known.items()
        if entry.status is Status.OFFICIAL and family(asset) in (PYPI, NPM)
    }
    settled = {look.scope for look in looks.of(PackageRole) if look.settled}
    complete = {
        place: all(asset in settled for asset, own in official.items() if own == place) for place in (PYPI, NPM)
    }
    held: dict[str, set[str]] = defaultdict(set)
    for look in looks.of(PackageRole):
        for role in look.facts:
            if isinstance(role, PackageRole) and look.scope in official:
                held[f"{official[look.scope]}:{role.account}"].add(look.scope)
    before = [f for look in looks.of(AccountReach) for f in look.facts if isinstance(f, AccountReach)]
    reached = {f.account for f in before if f.packages}
    gone = {a for a in reached - held.keys() if complete.get(a.partition(":")[0])}
    for account in gone:  # an account that lost its last package is seen, once, to hold none
        held[account] = set()
    read = marking(look for look in looks.of(PackageRole) if not look.absent)
    read = marking_of_found(inventory, official, read)
    if gone:  # no role names them any more: only the earlier comparison does
        read = join(read, marking(looks.of(AccountReach)))
    items = [
        AccountReach(
            account=account,
            packages=tuple(sorted(packages)),
            complete=complete[account.partition(":")[0]],
        )
        for account, packages in sorted(held.items())
    ]
    asset = f"{PROJECT}:{inventory.project}"
    if inventory.project and asset in inventory.assets:
        outcome = Outcome.COLLECTED if all(complete.values()) else Outcome.PARTIAL
        yield derived(asset, AccountReach, items, outcome, read, now)
