"""Looks at the ground of a campaign: findings, what their newest answers are worth, who belongs where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from msgspec import Struct, field

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


class _Seen(Struct):
    """What the dossiers of a campaign tell, as they are gone through one by one."""

    sights: dict[tuple[str, str], Sight] = field(default_factory=dict)
    belonging: dict[int, list[Held]] = field(default_factory=dict)
    listed: set[str] = field(default_factory=set)
    required: dict[str, bool] = field(default_factory=dict)
    organizations: list[str] = field(default_factory=list)
    answers_for: dict[str, str] = field(default_factory=dict)

    def look_at(self, dossier: Dossier, kind: CampaignKind, own_sights: Mapping[tuple[str, str], Sight]) -> None:
        """Take in what one dossier tells: of people their organizations, else whose its asset is."""
        asset = dossier.asset
        self.sights.update(own_sights)
        if kind.subjects != "people":
            if own_sights:
                self.answers_for[asset] = subject_of(kind.subjects, asset, "", dossier.subproject)
        elif asset.startswith(f"{GITHUB_ORG}/"):
            if own_sights:
                self.organizations.append(asset)
            self._people_of(dossier)

    def _people_of(self, dossier: Dossier) -> None:
        for number, held in belongs(dossier.asset, dossier.cells):
            self.belonging.setdefault(number, []).append(held)
        if _is_whole(dossier, MEMBERS) and _is_whole(dossier, OUTSIDERS[:1]):
            self.listed.add(dossier.asset)
        settings = dossier.cells.get(OrganizationSettings)
        if settings is not None and settings.complete and not settings.stale and settings.items:
            self.required[dossier.asset] = settings.items[0].requires_two_factor

    def blind(self, asset: str, own: Iterable[Check], why: str) -> None:
        """Nothing that was seen of an asset counts: its name leads nowhere, or to another."""
        self.sights |= {(check.id, asset): Sight(False, why) for check in own if (check.id, asset) in self.sights}


def look(store: Store, checks: Mapping[str, Check], kind: CampaignKind, *, now: datetime) -> Looked:
    """The ground of a campaign as it is believed now; ``now`` is the instant that ages count from."""
    book = book_at(store)
    if not book.inventory.project:
        raise UsageError("the database holds no register yet", hint="muniment run REGISTER")
    own = chosen({id: checks[id] for id in kind.checks if id in checks}, book.inventory.policy)
    seen = _seen(store, book, kind, own, now)
    called = names(store, book.inventory)
    for asset, why in called.gone.items():
        seen.blind(asset, own, why)
    runs = sorted(store.runs(), key=lambda run: run.id)
    findings, changes = history(store, checks, kind, called, seen.sights, newest=runs[-1].id)
    for finding in findings:
        if why := called.why_gone(finding.id.asset):
            seen.sights[finding.id.check, finding.id.asset] = Sight(False, why)
    ground = Ground(
        findings=tuple(withdrawn(findings, book.inventory)),
        changes=changes,
        sights=seen.sights,
        held={number: tuple(sorted(held)) for number, held in seen.belonging.items()},
        listed=frozenset(seen.listed),
        organizations=tuple(seen.organizations),
        required=seen.required,
        runs_after={one.id: other.at for one, other in pairwise(runs)},
        asked_at=asked_at(store, own, seen.sights, seen.belonging, runs),
        answers_for=seen.answers_for,
    )
    return Looked(ground, book, called)


def _seen(store: Store, book: Book, kind: CampaignKind, own: Sequence[Check], now: datetime) -> _Seen:
    """What the evidence tells that a campaign's checks need, and of people where they belong."""
    also = (*PEOPLE, OrganizationSettings) if kind.subjects == "people" else ()
    kinds = {*kinds_needed(own), *map(kind_id, also)}
    compiled = [(check, compile(check)) for check in own]
    bench = Bench(book.inventory, book.inventory.policy, now.date())
    seen = _Seen()
    for dossier in dossiers(store.cells(kinds=sorted(kinds)), book, now=now):
        seen.look_at(dossier, kind, dict(_sights(compiled, dossier, bench)))
    return seen


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
