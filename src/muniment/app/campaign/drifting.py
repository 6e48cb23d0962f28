"""Finds what slid back while a campaign ran: a requirement switched off, somebody new without a second factor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime

from msgspec import Struct

from muniment.app.campaign.belonging import people_at
from muniment.app.campaign.history import NOTHING_SEEN
from muniment.app.campaign.looking import Looked
from muniment.app.campaign.names import Names
from muniment.campaigns.kind import CampaignKind
from muniment.campaigns.log import Campaign
from muniment.campaigns.subjects import NUMBER
from muniment.checks.declaration import Check
from muniment.evidence.kind import kind_id
from muniment.evidence.organization_settings import OrganizationSettings
from muniment.ledger.events import FindingId, Fixed, Why
from muniment.ledger.finding import Finding, State, fold
from muniment.ports import Store

REQUIREMENT = "access/organization-without-two-factor-requirement"


class Drift(Struct, frozen=True, order=True):
    """One thing that got worse since it began: where, whose (empty: the organization's own), what, when."""

    asset: str
    subject: str
    what: str
    on: date


def drift(
    store: Store, checks: Mapping[str, Check], campaign: Campaign, kind: CampaignKind, looked: Looked
) -> tuple[Drift, ...]:
    """What slid back since the campaign began and is open now. Only for campaigns about people.

    An organization under another name is none that is new.
    """
    if kind.subjects != "people":
        return ()
    began = campaign.started_at
    findings, called = looked.ground.findings, looked.names
    late = [f for f in findings if f.state is State.OPEN and f.since_at > began and f.why is Why.OBSERVED]
    return tuple(sorted({*_of_organizations(store, called, began), *_of_people(store, called, kind, began, late)}))


def _of_organizations(store: Store, called: Names, began: datetime) -> Iterator[Drift]:
    """Organizations that are found without the requirement since."""
    found: dict[FindingId, Finding] = {}
    for stamp, entry in store.history(checks=[REQUIREMENT]):
        id = entry.finding
        found[id] = fold(found.get(id), id, entry.event, stamp.id, stamp.at)
    late = [f for f in found.values() if f.state is State.OPEN and f.since_at > began and f.why is Why.OBSERVED]
    if not late:
        return
    without = {called.of(id.asset) for id, f in found.items() if id.asset in called.now and f.since_at <= began}
    kinds = [kind_id(OrganizationSettings)]
    seen = {called.of(r.cell.scope) for r in store.cells(at=began, kinds=kinds) if r.standing is not None}
    for finding in late:
        if finding.id.asset in without:
            continue  # it was so before, under its former name
        asset = finding.id.asset
        what = "the requirement was switched off" if asset in seen else "a new organization without the requirement"
        yield Drift(asset, "", what, finding.since_at.date())


def _of_people(
    store: Store, called: Names, kind: CampaignKind, began: datetime, late: list[Finding]
) -> Iterator[Drift]:
    if not late:
        return
    then, whole = people_at(store, began, (f.id.asset for f in late), called)
    fixed = _fixings(store, called, kind, late)
    back: defaultdict[datetime, set[str]] = defaultdict(set)
    for id, when in fixed.items():
        back[when].add(id.asset)
    at = {when: people_at(store, when, assets, called)[0] for when, assets in back.items()}
    for finding in late:
        asset, number = finding.id.asset, int(finding.id.key)
        if finding.id in fixed:
            was_there = number in at[fixed[finding.id]].get(asset, frozenset())
            what = "a good second factor was given up" if was_there else "the account was added again without one"
        elif asset not in then:
            what = "without a good second factor in a new organization"
        elif number in then[asset]:
            what = "a good second factor was given up"
        elif asset in whole:
            what = "a new account without a good second factor"
        else:
            what = "an account without a good second factor, seen for the first time"
        yield Drift(asset, f"{NUMBER}:{number}", what, finding.since_at.date())


def _fixings(store: Store, called: Names, kind: CampaignKind, late: list[Finding]) -> dict[FindingId, datetime]:
    """When the findings that came back had been fixed last."""
    wanted = {f.id for f in late if f.again}
    if not wanted:
        return {}
    found: dict[FindingId, datetime] = {}
    for stamp, entry in store.history(checks=kind.checks):
        id, event = entry.finding, entry.event
        if isinstance(event, Fixed) and event.how not in NOTHING_SEEN:
            id = FindingId(id.check, called.of(id.asset), id.key)
            if id in wanted:
                found[id] = stamp.at
    return found
