"""Looks at the ground of a campaign: findings, what their newest answers are worth, who belongs where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import pairwise

from msgspec import Struct

from muniment.app.assess import chosen
from muniment.app.campaign.belonging import MEMBERS, OUTSIDERS, PEOPLE, asked_at, belongs
from muniment.app.campaign.history import history
from muniment.app.campaign.names import Names, names
from muniment.app.dossiers import Book, book_at, dossiers
from muniment.app.find import withdrawn
from muniment.campaigns.kind import CampaignKind
from muniment.campaigns.subjects import UNASKED, Ground, Held, Sight, subject_of
from muniment.checks.assessment import Bench, Dossier, Judged, Run, Seen, compile
from muniment.checks.declaration import Check, kinds_needed
from muniment.evidence.kind import Evidence, kind_id
from muniment.evidence.organization_settings import OrganizationSettings
from muniment.model.asset import GITHUB_ORG, family
from muniment.model.errors import UsageError
from muniment.model.tlp import join
from muniment.model.verdict import Fail, NotApplicable, Pass, Reason, Unknown
from muniment.ports import Store

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
        if _is_whole(dossier, MEMBERS) and _is_whole(dossier, OUTSIDERS[:1]):
            listed.add(asset)
        settings = dossier.cells.get(OrganizationSettings)
        if settings is not None and settings.complete and not settings.stale and settings.items:
            required[asset] = settings.items[0].requires_two_factor
    called = names(store, book.inventory)
    for asset, why in called.gone.items():
        sights |= {(check.id, asset): Sight(False, why) for check in own if (check.id, asset) in sights}
    runs = sorted(store.runs(), key=lambda run: run.id)
    findings, changes = history(store, checks, kind, called, sights, newest=runs[-1].id)
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
            runs_after={one.id: other.at for one, other in pairwise(runs)},
            asked_at=asked_at(store, own, sights, belonging, runs),
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
        unclear=(unclear := _unclear(judged, seen) - failing),
        passing=_keys(seen) - failing - unclear if not isinstance(verdict, NotApplicable) else frozenset(),
        passed=isinstance(verdict, Pass) and whole,
        applies=judged.stale or not isinstance(verdict, NotApplicable),
        seen_at=min((cell.observed_at for cell in cells if cell.observed_at is not None), default=None),
        asked_at=seen.observed_at if seen is not None else None,
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


def _keys(seen: Seen | None) -> frozenset[str]:
    return frozenset(item.key for item in seen.items) if seen is not None else frozenset()


def _unclear(judged: Judged, seen: Seen | None) -> frozenset[str]:
    """The keys of items that were seen and that a check did not clear."""
    cleared = judged.cleared
    if cleared is None or seen is None:
        return frozenset()
    return frozenset(item.key for item in seen.items if item.key not in cleared)


def _age(check: Check, dossier: Dossier) -> str:
    stale = [s for kind in check.kinds if (s := dossier.cells.get(kind)) is not None and s.stale]
    told = next((s.detail for s in stale if s.detail), "")
    seen = min((s.observed_at for s in stale if s.observed_at is not None), default=None)
    return told or (f"seen last on {seen:%Y-%m-%d}" if seen is not None else "the evidence is stale")


def _is_whole(dossier: Dossier, kinds: Iterable[type[Evidence]]) -> bool:
    found = [dossier.cells[kind] for kind in kinds if kind in dossier.cells]
    return any(seen.complete and not seen.stale for seen in found)
