"""From material to a view: every value put into a piece with the marking that it came with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from muniment.checks.declaration import COLLECTED, Check
from muniment.evidence.kind import kind_id
from muniment.ledger.events import Entry, FindingId, Fixed, Opened, Regraded, Unwaived, Waived, Why
from muniment.ledger.finding import Finding, State
from muniment.model import asset as assets
from muniment.model.tlp import CLEAR, TLP, Marking, join
from muniment.model.verdict import Severity
from muniment.publish import (
    alike,
    alive,
    chronicle,
    council_pieces,
    entrusted,
    holding,
    releases,
    shipping_pieces,
    step_pieces,
)
from muniment.publish.campaigns import closed
from muniment.publish.material import AnswerRow, Count, Look, Material, Reach, RunInfo
from muniment.publish.pieces import (
    AnswerPiece,
    AssetPiece,
    CheckPiece,
    CountPiece,
    FindingPiece,
    GradePiece,
    LookPiece,
    ProjectPiece,
    ReachPiece,
    RunPiece,
    SubprojectPiece,
    UnreadPiece,
    View,
    WaiverPiece,
)
from muniment.register.inventory import Inventory

DROPPED = "dropped"
"""How a finding is told that a change of ours closed: a check switched off, renamed or mended, a parser mended."""


def build(material: Material, checks: Mapping[str, Check]) -> View:
    """Everything that can be shown. ``checks`` lends the checks' titles and texts, by id."""
    inventory, register = material.inventory, material.register_marking
    moves = _moves(material.entries or ())
    return View(
        at=material.at,
        as_of=material.as_of,
        past=material.past,
        pretended=material.pretended,
        baseline=material.previous is None,
        abridged=material.abridged,
        project=ProjectPiece(
            marking=register, id=inventory.project, name=inventory.name, register_url=inventory.register_url
        ),
        run=_run(material.run),
        previous=_run(material.previous) if material.previous is not None else None,
        subprojects=tuple(
            SubprojectPiece(marking=register, id=s.id, name=s.name, seat=s.seat, parts=s.parts, contact=s.contact)
            for s in sorted(inventory.subprojects.values(), key=lambda s: (s.name.casefold(), s.id))
        ),
        assets=tuple(_assets(material)),
        roles=releases.public_roles(material),
        checks=tuple(
            CheckPiece(
                marking=CLEAR,
                id=c.id,
                title=c.title,
                severity=c.severity,
                controls=c.controls,
                text=c.text,
                reads=tuple(_reads(c)),
                statuses=tuple(status.value for status in c.statuses),
                by_day=c.takes("today"),
                by_register=c.reads_register,
                grade=_grade(c, material),
            )
            for c in sorted(checks.values(), key=lambda c: c.id)
        ),
        findings=tuple(
            _finding(f, material, moves.get(f.id, ()))
            for f in sorted(material.findings, key=lambda f: (-f.severity, f.id.check, f.id.asset, f.id.key))
        ),
        over=tuple(_finding(f, material, ()) for f in sorted(material.over, key=lambda f: f.id)),
        answers=tuple(_answer(a, material) for a in material.answers),
        counts=tuple(_counts(material)),
        looks=tuple(_look(look, material) for look in material.looks),
        turns=tuple(chronicle.turns(material)),
        tallied=tuple(chronicle.tallied(material)),
        holders=holding.holders(material),
        given=holding.given(material),
        people=holding.people(material),
        attested=holding.attested(material),
        shipping=shipping_pieces.shipping(material),
        steps=step_pieces.steps(material),
        reach=_reach(material.reach) if material.reach is not None else None,
        unread=tuple(
            UnreadPiece(marking=join(register, tree.marking), name=tree.name, read_at=tree.read_at)
            for tree in inventory.unread.values()
        ),
        released=releases.counts(material, _public_names(material)),
        credentials=entrusted.credentials(material),
        grants=entrusted.grants(material),
        reviews=closed(material.reviews, join(register, material.decisions_marking)),
        council=None
        if material.council is None
        else council_pieces.council(material.council, join(register, material.decisions_marking)),
        secured=council_pieces.secured(material.secured, join(register, material.decisions_marking)),
        alive=alive.alive(material.alive, join(register, material.decisions_marking)),
        alike=alike.alike(material.alike, join(register, material.decisions_marking)),
        campaigns=None
        if material.campaigns is None
        else closed(material.campaigns, join(register, material.decisions_marking)),
        released_campaigns=releases.campaigns(material),
    )


def _reach(reach: Reach) -> ReachPiece:
    return ReachPiece(
        marking=reach.marking,
        live=reach.live,
        recorded=reach.recorded,
        unreachable=reach.unreachable,
        unasked=reach.unasked,
        oldest=reach.oldest,
        failed=reach.failed,
    )


def _run(run: RunInfo) -> RunPiece:
    return RunPiece(
        marking=run.marking, id=run.id, at=run.at, code=run.code, register=run.register, commit=run.commit
    )


_HOW = {"each": "item", "some": "seen"}


def _reads(check: Check) -> Iterable[tuple[str, str]]:
    return ((kind_id(p.kind), _HOW.get(p.how, "whole")) for p in check.params if p.how in COLLECTED)


def _grade(check: Check, material: Material) -> GradePiece | None:
    said = material.inventory.policy.checks.get(check.id)
    if said is None or said.severity is None or Severity.of(said.severity) is check.severity:
        return None
    return GradePiece(marking=material.register_marking, severity=Severity.of(said.severity))


def _public_names(material: Material) -> dict[str, str]:
    # A name that is not public does not become so by standing beside a released number.
    if material.register_marking.level > TLP.CLEAR or material.register_marking.to is not None:
        return {}
    return {s.id: s.name for s in material.inventory.subprojects.values()}


def _assets(material: Material) -> Iterable[AssetPiece]:
    for entry in sorted(material.inventory.known.values(), key=lambda a: a.asset):
        family, name = assets.split(entry.asset)
        yield AssetPiece(
            marking=material.inventory.marking(entry.asset, material.register_marking),
            asset=entry.asset,
            family=family,
            name=name,
            status=entry.status.value,
            reason=entry.reason,
            title=entry.title,
            subproject=material.inventory.subproject_of(entry.asset),
            url=entry.url,
            file=entry.where.file if entry.where else "",
            line=entry.where.line if entry.where else 0,
            inherits=entry.inherits,
            source=entry.source,
            since=entry.since,
            repository=entry.repository,
        )


def _moves(entries: Iterable[Entry]) -> dict[FindingId, tuple[str, ...]]:
    moves: dict[FindingId, tuple[str, ...]] = {}
    for entry in entries:
        word = _move(entry)
        if word:
            moves[entry.finding] = (*moves.get(entry.finding, ()), word)
    return moves


def _move(entry: Entry) -> str:
    match entry.event:
        case Opened(why=Why.OBSERVED, again=again):
            return "reopened" if again else "new"
        case Opened(why=why):
            return why.value
        case Regraded():
            return "regraded"
        case Fixed(why=Why.OBSERVED):
            return "fixed"
        case Fixed():
            return DROPPED
        case Waived():
            return "waived"
        case Unwaived():
            return "unwaived"
        case _:
            return ""


def _moves_read_off(finding: Finding, run: int) -> tuple[str, ...]:
    moves: tuple[str, ...] = ()
    if finding.since == run:
        observed = "reopened" if finding.again else "new"
        moves += (observed if finding.why is Why.OBSERVED else finding.why.value,)
    if finding.changed == run and finding.state is State.FIXED:
        moves += (DROPPED if finding.is_dropped else "fixed",)
    if finding.changed == run and finding.state in (State.WAIVED, State.FALSE_POSITIVE):
        moves += ("waived",)
    return moves


NEWS = frozenset({"new", "reopened"})
"""The moves by which the world opens a finding."""

ARRIVALS = frozenset({"new", "reopened", "baseline", "rejudged", "reparsed"})
"""The moves that open a finding which was not open."""

DEPARTURES = frozenset({"fixed", "waived", DROPPED})
"""The moves after which a finding that was open is not."""


def _finding(finding: Finding, material: Material, moves: tuple[str, ...]) -> FindingPiece:
    if material.entries is None:
        moves = _moves_read_off(finding, material.run.id)
    is_open = finding.state is State.OPEN
    arrived = bool(ARRIVALS.intersection(moves)) or "unwaived" in moves
    was_shelved = finding.id in material.shelved
    left = bool(DEPARTURES.intersection(moves))
    waiver = finding.waiver
    marking = _about_declared(finding.marking, material, finding.id.asset)
    return FindingPiece(
        marking=marking,
        id=finding.id.short,
        check=finding.id.check,
        asset=finding.id.asset,
        key=finding.id.key,
        cause=finding.cause,
        state=DROPPED if finding.is_dropped else finding.state.value,
        severity=finding.severity,
        message=finding.message,
        subproject=finding.subproject,
        since_at=finding.since_at,
        changed_at=finding.changed_at,
        moves=moves,
        is_new=bool(NEWS.intersection(moves)) and is_open and material.previous is not None,
        is_open=is_open,
        was_open=(is_open or left) and not arrived and not was_shelved,
        again=finding.again,
        why=finding.why.value,
        how=finding.how.value if finding.how else "",
        file=finding.where.file if finding.where else "",
        line=finding.where.line if finding.where else 0,
        waiver=WaiverPiece(
            marking=join(marking, material.decisions_marking),
            by=waiver.by,
            reason=waiver.reason,
            until=waiver.until,
        )
        if waiver
        else None,
        history=chronicle.history(finding.id, marking, material),
    )


def _about_declared(marking: Marking, material: Material, asset: str) -> Marking:
    # Whatever is said of a declared asset also tells that it is declared, and by which subproject.
    return join(marking, material.inventory.marking(asset, material.register_marking))


def _answer(row: AnswerRow, material: Material) -> AnswerPiece:
    return AnswerPiece(
        marking=_about_declared(row.marking, material, row.asset),
        asset=row.asset,
        subproject=material.inventory.subproject_of(row.asset),
        check=row.check,
        verdict=row.verdict,
        reason=row.reason,
        detail=row.detail,
        stale=row.stale,
        observed_at=row.observed_at,
        source=row.source,
    )


def tally(answers: Iterable[AnswerRow], inventory: Inventory) -> tuple[Count, ...]:
    """The counts of some answers, by marking among the rest."""
    numbers = Counter(
        (a.check, inventory.subproject_of(a.asset), a.verdict, a.reason, a.stale, a.marking) for a in answers
    )
    return tuple(
        Count(check=check, subproject=sub, verdict=verdict, reason=reason, stale=stale, count=n, marking=marking)
        for (check, sub, verdict, reason, stale, marking), n in numbers.items()
    )


def _counts(material: Material) -> Iterable[CountPiece]:
    for count in material.tallies or tally(material.answers, material.inventory):
        yield CountPiece(
            marking=join(count.marking, material.register_marking),
            check=count.check,
            subproject=count.subproject,
            verdict=count.verdict,
            reason=count.reason,
            stale=count.stale,
            count=count.count,
        )


def _look(look: Look, material: Material) -> LookPiece:
    return LookPiece(
        marking=_about_declared(look.marking, material, look.asset),
        asset=look.asset,
        subproject=material.inventory.subproject_of(look.asset),
        source=look.source,
        kind=look.kind,
        outcome=look.outcome.value if look.outcome else "",
        observed_at=look.observed_at,
        latest=look.latest.value if look.latest else "",
        latest_at=look.latest_at,
        stale=look.stale,
        detail=look.detail,
        seen_as=look.seen_as,
        seen=look.seen,
        total=look.total,
        fresh_until=look.fresh_until,
    )
