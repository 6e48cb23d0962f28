"""Which repositories are the project's, declared or listed, and which packages they bring."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from muniment.evidence.kind import decoder, kind_id
from muniment.evidence.organization_repository import OrganizationRepository
from muniment.model.asset import GITHUB_ORG, GITHUB_REPO, NPM, PYPI, Status, canonical, family
from muniment.model.observation import Batch
from muniment.ports import Store
from muniment.register.inventory import Inventory, parent_of

LISTED = kind_id(OrganizationRepository)
"""The kind that lists an organization's public repositories."""


def known_repositories(store: Store, inventory: Inventory) -> tuple[str, ...]:
    """The public, unarchived repositories of official organizations that were seen, and those declared."""
    official = [a for a, e in inventory.assets.items() if family(a) == GITHUB_ORG and e.status is Status.OFFICIAL]
    listed = (
        (record.cell.scope, payload)
        for record in (store.cells(scopes=official) if official else ())
        if record.cell.kind == LISTED and record.standing is not None
        for _, payload in record.facts
    )
    return _living(listed, inventory)


def brought_packages(inventory: Inventory) -> tuple[str, ...]:
    """The packages that are the project's since its repositories' manifests name them."""
    return tuple(sorted(asset for asset in inventory.found if family(asset) in (PYPI, NPM)))


def listed_in(batches: Iterable[Batch], inventory: Inventory) -> tuple[str, ...]:
    """The same, of looks that are not kept anywhere yet."""
    listed = ((b.cell.scope, i.payload) for b in batches if b.cell.kind == LISTED for i in b.items)
    return _living(listed, inventory)


def _living(listed: Iterable[tuple[str, bytes]], inventory: Inventory) -> tuple[str, ...]:
    archived: dict[str, bool] = {}
    for organization, payload in listed:
        try:
            fact = decoder(OrganizationRepository).decode(payload)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue  # the checks tell of it as unreadable
        asset = canonical(fact.asset)
        if parent_of(asset) == organization:  # a list speaks for its own organization alone
            archived[asset] = fact.archived
    declared = (a for a, e in inventory.assets.items() if family(a) == GITHUB_REPO and e.status is Status.OFFICIAL)
    return tuple(sorted(a for a in {*archived, *declared} if not archived.get(a, False)))
