"""Looks at the ground of a campaign: findings, what their newest answers are worth, who belongs where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from muniment.app.assess import chosen
from muniment.app.campaign.history import history
from muniment.app.campaign.names import Names, names
from muniment.app.dossiers import Book, book_at, decoded, dossiers
from muniment.app.find import withdrawn
from muniment.campaigns.kind import CampaignKind
from muniment.campaigns.subjects import UNASKED, Ground, Held, Sight, subject_of
from muniment.checks.assessment import Bench, Dossier, Judged, Run, Seen, compile
from muniment.checks.declaration import Check, kinds_needed
from muniment.evidence.kind import Evidence, kind_id
from muniment.evidence.member_two_factor import MemberTwoFactor
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.organization_settings import OrganizationSettings
from muniment.evidence.outside_collaborator import OutsideCollaborator
from muniment.evidence.outside_two_factor import OutsideTwoFactor
from muniment.model.asset import GITHUB_ORG, family
from muniment.model.errors import UsageError
from muniment.model.observation import Outcome
from muniment.model.tlp import join
from muniment.model.verdict import Fail, NotApplicable, Pass, Reason, Unknown
from muniment.ports import Store

MEMBERS: tuple[type[Evidence], ...] = (OrganizationMember, MemberTwoFactor)
OUTSIDERS: tuple[type[Evidence], ...] = (OutsideCollaborator, OutsideTwoFactor)
PEOPLE = (*MEMBERS, *OUTSIDERS)
OUTSIDE = "outside collaborator"

_REASONS = {
    Reason.UNCOLLECTED: UNASKED.why,
    Reason.DENIED: "GitHub refused to tell",
    Reason.PARTIAL: "seen in part",
}


class Looked(Struct, frozen=True):
    """What was looked at: the ground, the register that it was looked at by, and what became of names."""

    ground: Ground
    book: Book
    names: Names


def look(store: Store, checks: Mapping[str, Check], kind: CampaignKind, *, now: datetime) -> Looked:
    """The ground of a campaign as it is believed now; ``now`` is the instant that ages count from."""
    book = book_at(store)
    if not book.inventory.project:
        raise UsageError("the database holds no register yet", hint="muniment run REGISTER")
    own = chosen({id: checks[id] for id in kind.checks if id in checks}, book.inventory.policy)
    compiled = [(check, compile(check)) for check in own]
    of_people = kind.subjects == "people"
    kinds = {*kinds_needed(own), *(map(kind_id, (*PEOPLE, OrganizationSettings)) if of_people else ())}
    records = store.cells(kinds=sorted(kinds))
    bench = Bench(book.inventory, book.inventory.policy, now.date())
    sights: dict[tuple[str, str], Sight] = {}
    belonging: dict[int, list[Held]] = {}
    listed: set[str] = set()
    required: dict[str, bool] = {}
    organizations: list[str] = []
    told_at: dict[str, datetime] = {}
    answers_for: dict[str, str] = {}
    for dossier in dossiers(records, book, now=now):
        asset = dossier.asset
        own_sights = dict(_sights(compiled, dossier, bench))
        sights.update(own_sights)
        if own_sights and not of_people:
            answers_for[asset] = subject_of(kind.subjects, asset, "", dossier.subproject)
        if not of_people or not asset.startswith(f"{GITHUB_ORG}/"):
            continue
        if any((check.id, asset) in sights for check in own):
            organizations.append(asset)
        for number, held in belongs(asset, dossier.cells):
            belonging.setdefault(number, []).append(held)
        if (told := _told_at(dossier)) is not None:
            told_at[asset] = told
        if _is_whole(dossier, MEMBERS) and _is_whole(dossier, OUTSIDERS[:1]):
            listed.add(asset)
        settings = dossier.cells.get(OrganizationSettings)
        if settings is not None and settings.complete and not settings.stale and settings.items:
            required[asset] = settings.items[0].requires_two_factor
    called = names(store, book.inventory)
    for asset, why in called.gone.items():
        sights |= {(check.id, asset): Sight(False, why) for check in own if (check.id, asset) in sights}
    findings, changes = history(store, checks, kind, called, sights)
    for finding in findings:
        if why := called.why_gone(finding.id.asset):
            sights[finding.id.check, finding.id.asset] = Sight(False, why)
    return Looked(
        Ground(
            findings=tuple(withdrawn(findings, book.inventory)),
            changes=changes,
            sights=sights,
            held={number: tuple(sorted(held)) for number, held in belonging.items()},
            listed=frozenset(listed),
            organizations=tuple(organizations),
            required=required,
            told_at=told_at,
            answers_for=answers_for,
        ),
        book,
        called,
    )


def _sights(
    compiled: Iterable[tuple[Check, Run]], dossier: Dossier, bench: Bench
) -> Iterator[tuple[tuple[str, str], Sight]]:
    kind = family(dossier.asset)
    for check, run in compiled:
        if kind in check.families and dossier.entry.status in check.statuses:
            judged = run(dossier, bench)
            yield (check.id, dossier.asset), sight(check, dossier, judged)


def sight(check: Check, dossier: Dossier, judged: Judged) -> Sight:
    """What a judgement is worth to a campaign."""
    verdict = judged.verdict
    failing = frozenset(p.key for p in verdict.problems) if isinstance(verdict, Fail) else frozenset()
    each = check.each
    seen = dossier.cells.get(each.kind) if each is not None else None
    why = (
        verdict.detail or _REASONS.get(verdict.reason, verdict.reason.value) if isinstance(verdict, Unknown) else ""
    )
    whole, told = _worth(check, dossier, judged, seen, why)
    cells = [dossier.cells[kind] for kind in check.kinds if kind in dossier.cells]
    return Sight(
        whole=whole,
        why=told,
        failing=failing,
        unclear=_unclear(judged, seen) - failing,
        passed=isinstance(verdict, Pass) and whole,
        applies=judged.stale or not isinstance(verdict, NotApplicable),
        seen_at=min((cell.observed_at for cell in cells if cell.observed_at is not None), default=None),
        marking=join(dossier.declared, *(cell.marking for cell in cells)),
    )


def _worth(check: Check, dossier: Dossier, judged: Judged, seen: Seen | None, why: str) -> tuple[bool, str]:
    """Whether a judgement is by evidence that is complete and fresh; else why not."""
    verdict = judged.verdict
    if judged.stale:
        return False, why or _age(check, dossier)
    if isinstance(verdict, Unknown):
        return seen is not None and seen.complete, why
    if isinstance(verdict, Fail) and seen is not None and not seen.complete:
        return False, seen.detail or seen.reason.value
    return True, ""


def _unclear(judged: Judged, seen: Seen | None) -> frozenset[str]:
    """The keys of items that were seen and that a check did not clear."""
    cleared = judged.cleared
    if cleared is None or seen is None:
        return frozenset()
    return frozenset(item.key for item in seen.items if item.key not in cleared)


def _told_at(dossier: Dossier) -> datetime | None:
    """When an organization was last asked about second factors, and answered."""
    views = (dossier.cells.get(kind) for kind in (MemberTwoFactor, OutsideTwoFactor))
    return max((v.observed_at for v in views if v is not None and v.observed_at is not None), default=None)


def _age(check: Check, dossier: Dossier) -> str:
    stale = [s for kind in check.kinds if (s := dossier.cells.get(kind)) is not None and s.stale]
    told = next((s.detail for s in stale if s.detail), "")
    seen = min((s.observed_at for s in stale if s.observed_at is not None), default=None)
    return told or (f"seen last on {seen:%Y-%m-%d}" if seen is not None else "the evidence is stale")


def _is_whole(dossier: Dossier, kinds: Iterable[type[Evidence]]) -> bool:
    found = [dossier.cells[kind] for kind in kinds if kind in dossier.cells]
    return any(seen.complete and not seen.stale for seen in found)


def belongs(asset: str, cells: Mapping[type[Evidence], Seen]) -> Iterator[tuple[int, Held]]:
    """Who belongs to an organization, each account once, with the role where it was seen, and the newest look."""
    found: dict[int, Held] = {}
    for kind in PEOPLE:
        view = cells.get(kind)
        for item in view.items if view is not None else ():
            assert view is not None
            role = OUTSIDE if kind in OUTSIDERS else getattr(item, "role", "")
            before = found.get(item.id)
            if before is None:
                found[item.id] = Held(asset, role, item.login, view.observed_at)
            elif role and not before.role:
                found[item.id] = Held(asset, role, item.login, _newer(before.seen_at, view.observed_at))
            else:
                found[item.id] = replace(before, seen_at=_newer(before.seen_at, view.observed_at))
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
