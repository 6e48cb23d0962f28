"""Holds the organizations of the register against the lists of the enterprises that it declares."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from muniment.app.looks import Looks, marking, one
from muniment.app.reconcile.declaration import comparison
from muniment.app.reconcile.deriving import derived
from muniment.evidence.enterprise_organization import EnterpriseOrganization
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.organization_enterprise import OrganizationEnterprise
from muniment.model.asset import GITHUB_ORG, Status, family
from muniment.model.observation import Batch, Outcome
from muniment.register.inventory import Inventory


@comparison(reads=(EnterpriseOrganization, GithubOrganization), derives=OrganizationEnterprise)
def enterprises(looks: Looks, inventory: Inventory, now: datetime) -> Iterator[Batch]:
    """For each official organization the enterprise that it is in; nothing where the register declares none."""
    declared = inventory.enterprises
    if not declared:
        return
    lists, faces = looks.best(EnterpriseOrganization), looks.best(GithubOrganization)
    read = [lists[asset] for asset in declared if asset in lists]
    whole = len(read) == len(declared) and all(look.settled for look in read)
    by_number = {
        fact.id: look.scope for look in read for fact in look.facts if isinstance(fact, EnterpriseOrganization)
    }
    for asset, entry in sorted(inventory.assets.items()):
        if family(asset) != GITHUB_ORG or entry.status is not Status.OFFICIAL:
            continue
        seen = faces.get(asset)
        face = one(seen, GithubOrganization)  # by number alone: names change hands
        found = by_number.get(face.id) if face is not None else None
        under = marking((*read, seen) if seen is not None else read)
        if seen is not None and seen.absent:
            yield derived(asset, OrganizationEnterprise, (), Outcome.ABSENT, under, now)
            continue
        if found is None and (face is None or not whole):
            detail = "not every enterprise's list was seen in full, or the organization was not seen"
            yield derived(asset, OrganizationEnterprise, (), Outcome.PARTIAL, under, now, detail)
            continue
        fact = OrganizationEnterprise(enterprise=found or "")
        yield derived(asset, OrganizationEnterprise, (fact,), Outcome.COLLECTED, under, now)
