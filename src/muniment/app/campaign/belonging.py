"""Tells who belongs to organizations, and how lately that was seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from msgspec.structs import replace

from muniment.app.campaign.names import Names
from muniment.app.dossiers import decoded
from muniment.campaigns.subjects import Held, Sight
from muniment.checks.assessment import Seen
from muniment.checks.declaration import Check
from muniment.evidence.kind import Evidence, kind_id
from muniment.evidence.member_two_factor import MemberTwoFactor
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.outside_collaborator import OutsideCollaborator
from muniment.evidence.outside_two_factor import OutsideTwoFactor
from muniment.model.observation import Outcome
from muniment.ports import RunStamp, Store

MEMBERS: tuple[type[Evidence], ...] = (OrganizationMember, MemberTwoFactor)
OUTSIDERS: tuple[type[Evidence], ...] = (OutsideCollaborator, OutsideTwoFactor)
PEOPLE = (*MEMBERS, *OUTSIDERS)
OUTSIDE = "outside collaborator"

LONG_AGO = datetime.min.replace(tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


def asked_at(
    store: Store,
    checks: Iterable[Check],
    sights: Mapping[tuple[str, str], Sight],
    belonging: Mapping[int, Iterable[Held]],
    runs: Sequence[RunStamp],
) -> dict[tuple[int, str, str], datetime]:
    """When each check's list was asked for: in the newest run, and in those that saw people who are not seen since.

    By run, check and organization.
    """
    newest = runs[-1]
    found = {(newest.id, *place): sight.asked_at for place, sight in sights.items() if sight.asked_at is not None}
    looks = {(h.organization, h.seen_at) for own in belonging.values() for h in own if h.seen_at is not None}
    by_run: defaultdict[int, set[str]] = defaultdict(set)
    for organization, seen_at in looks:
        by_run[max((r.id for r in runs if r.at <= seen_at), default=0)].add(organization)
    lists: defaultdict[str, list[str]] = defaultdict(list)
    for check in checks:
        if check.each is not None:
            lists[kind_id(check.each.kind)].append(check.id)
    for run, after in pairwise(runs):
        scopes = sorted(by_run[run.id])
        for record in store.cells(at=after.at - INSTANT, scopes=scopes, kinds=sorted(lists)) if scopes else ():
            if record.observed_at is not None:
                cell = record.cell
                found |= {(run.id, check, cell.scope): record.observed_at for check in lists[cell.kind]}
    return found


def belongs(asset: str, cells: Mapping[type[Evidence], Seen]) -> Iterator[tuple[int, Held]]:
    """Who belongs to an organization, each account once, with the role where it was seen, and the newest look.

    Who is in a list that was seen in part may not have been in the part: when they were seen is not known.
    """
    found: dict[int, Held] = {}
    for kind in PEOPLE:
        view = cells.get(kind)
        if view is None:
            continue
        seen_at = view.observed_at if view.complete else LONG_AGO
        for item in view.items:
            role = OUTSIDE if kind in OUTSIDERS else getattr(item, "role", "")
            before = found.get(item.id)
            if before is None:
                found[item.id] = Held(asset, role, item.login, seen_at)
            elif role and not before.role:
                found[item.id] = Held(asset, role, item.login, _newer(before.seen_at, seen_at))
            else:
                found[item.id] = replace(before, seen_at=_newer(before.seen_at, seen_at))
    yield from found.items()


def _newer(one: datetime | None, other: datetime | None) -> datetime | None:
    return one if other is None else other if one is None else max(one, other)


def people_at(
    store: Store, at: datetime, organizations: Iterable[str], called: Names
) -> tuple[dict[str, frozenset[int]], frozenset[str]]:
    """Who belonged to some organizations at an instant, by number; and which of their lists were whole.

    What an organization had under a former name it has under the present one.
    """
    found: dict[str, set[int]] = {}
    whole: set[str] = set()
    kinds = {kind_id(kind): kind for kind in PEOPLE}
    scopes = {name for asset in organizations for name in (asset, *called.former(asset))}
    for record in store.cells(at=at, scopes=sorted(scopes), kinds=sorted(kinds)):
        kind, scope = kinds[record.cell.kind], called.of(record.cell.scope)
        items: Iterable[Any] = decoded(record, kind)
        found.setdefault(scope, set()).update(item.id for item in items)
        if kind in MEMBERS and record.standing is Outcome.COLLECTED:
            whole.add(scope)
    return {scope: frozenset(own) for scope, own in found.items()}, frozenset(whole)
