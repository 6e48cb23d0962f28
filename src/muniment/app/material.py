"""Gathers everything that a publication is made from, out of the store, for one instant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta

from msgspec.structs import replace

from muniment.app.activity import activities, alive
from muniment.app.alike import proposed
from muniment.app.assess import in_words, judge_all, pretended
from muniment.app.campaign.telling import told as told_campaigns
from muniment.app.chronicle import Chronicle, chronicle, over, tallied
from muniment.app.chronicle import pretended as ahead
from muniment.app.council import council
from muniment.app.dossiers import Book, book_at, dossiers, max_age, records_at
from muniment.app.find import begun, withdrawn
from muniment.app.granting import granted
from muniment.app.holding import held
from muniment.app.parting import NEEDED, Known, partings
from muniment.app.reach import Reach
from muniment.app.reviewing.telling import told as told_reviews
from muniment.app.second_factors import second_factors
from muniment.app.shipping.deriving import answers
from muniment.checks.assessment import Dossier, Judged, marking_of
from muniment.checks.declaration import Check
from muniment.evidence.belief import REGISTER
from muniment.evidence.kind import kind_id
from muniment.ledger.events import FindingId
from muniment.ledger.finding import Finding, State
from muniment.model.errors import UsageError
from muniment.model.observation import Vantage
from muniment.model.tlp import RED, Marking, join
from muniment.model.verdict import Fail, NotApplicable, Unknown
from muniment.ports import CellRecord, RunStamp, Store
from muniment.publish.alike import Alike
from muniment.publish.material import AnswerRow, Count, Look, Material, RunInfo
from muniment.publish.material import Reach as Reached
from muniment.register.inventory import Inventory, parent_of

ROWS_AT_MOST = 100_000
"""Above so many answers only those that are Unknown, failing or stale are kept one by one."""


def material(
    store: Store,
    checks: Mapping[str, Check],
    *,
    now: datetime,
    at: datetime | None = None,
    today: date | None = None,
    reach: Reach | None = None,
    pretend: bool = False,
) -> Material:
    """Everything about what is believed now, or was at ``at``; ``now`` is the instant that ages count from.

    ``pretend``: the findings are those that judging on ``today`` would leave, not those of the ledger, and the
    entries are the events that it would bring after the newest run.
    """
    previous, run = judged_last(store, at)
    book = book_at(store, at)
    inventory = book.inventory
    current = {f.id: f for f in withdrawn(store.findings(fixed=True), inventory)}
    recent = {f.id for f in over(current.values(), run, now)}

    def place(id: FindingId) -> tuple[str, Marking]:
        if id not in current:
            return "", RED
        told = inventory.marking(id.asset, book.public)  # that it is declared is told with every movement
        return current[id].subproject, join(current[id].marking, told)

    def told(id: FindingId) -> bool:
        return at is not None or id in recent or id not in current or _stands(current[id], run)

    log = chronicle(store, run.id + 1 if pretend else run.id, place, at=at, told=told)
    histories = dict(log.histories)
    if pretend and today is not None:
        found, entries = pretended(store, checks, now=now, today=today)
        moved = {entry.finding for entry in entries}
        findings = tuple(f for f in found if f.state is not State.FIXED or f.id in moved)
        for id, lines in ahead(entries, now).items():
            histories[id] = (*histories.get(id, ()), *lines)
        previous = run  # what moves, moves after the newest run
    else:
        stood = tuple(current.values() if at is None else folded(log, current, book))
        entries = tuple(entry for _, entry in store.history(run=run.id))
        findings = tuple(f for f in stood if _stands(f, run))
    if at is not None or pretend:
        standing = {f.id for f in findings}
        histories = {id: lines for id, lines in histories.items() if id in standing}
    findings = tuple(withdrawn(findings, inventory))
    rows: list[AnswerRow] = []
    numbers: Counter[tuple[str, str, str, str, bool, Marking]] = Counter()
    known = inventory.known
    many = len(known) * len(checks) > ROWS_AT_MOST
    for judge, dossier, judged in judge_all(store, checks, at=at, now=now, today=today, book=book):
        row = row_of(judge.check, dossier, judged)
        numbers[row.check, dossier.subproject, row.verdict, row.reason, row.stale, row.marking] += 1
        if not many or row.stale or row.verdict in ("unknown", "fail"):
            rows.append(row)
    near = _near(store, at, book, now)
    return replace(
        bare(book, run, now=now, at=at, today=today),
        abridged=many,
        previous=run_info(previous, book) if previous is not None else None,
        findings=findings,
        entries=entries,
        shelved=log.shelved,
        over=tuple(current[id] for id in sorted(recent)) if at is None and not pretend else (),
        histories=histories,
        turns=log.turns,
        tallied=tuple(tallied(store, at)),
        answers=tuple(rows),
        tallies=tuple(
            Count(check=c, subproject=s, verdict=v, reason=r, stale=old, count=n, marking=m)
            for (c, s, v, r, old, m), n in numbers.items()
        ),
        looks=looks_of((r for r in records_at(store, at) if r.cell.scope in known), inventory, now),
        held=tuple(
            row
            for asset, dossier in near.items()
            for row in held(dossier, inventory, near.get(parent_of(asset) or ""))
        ),
        given=tuple(
            row
            for dossier in near.values()
            for row in granted(dossier, inventory)
            if row.party or row.state == "unseen"  # of strangers it is told where they hold something
        ),
        shipping=answers(near, inventory),
        partings=partings(Known(book, near)),
        reach=_reach(reach) if reach is not None else None,
        pretended=pretend,
        council=council(store, at=at, now=now),
        secured=second_factors(store, book, _persons(inventory), near, at=at, now=now),
        alive=alive(activities(store, inventory, at=at, now=now), _persons(inventory), inventory),
        alike=tuple(_alike(store, book, at=at, now=now)),
        reviews=told_reviews(store, book, at=at, now=now),
        campaigns=told_campaigns(store, checks, now=now, until=today or now.date()) if at is None else None,
    )


def bare(book: Book, run: RunStamp, *, now: datetime, at: datetime | None, today: date | None) -> Material:
    """What is the same in all material of a day: the register, its markings, the run, and the day judged."""
    return Material(
        inventory=book.inventory,
        register_marking=book.public,
        decisions_marking=book.whole,
        at=now,
        as_of=today or now.date(),
        past=at is not None,
        run=run_info(run, book),
    )


def looks_of(records: Iterable[CellRecord], inventory: Inventory, now: datetime) -> tuple[Look, ...]:
    """The looks that some cells stand on, but for what the register itself says."""
    return tuple(
        look_of(record, now, max_age(inventory.policy, record))
        for record in records
        if record.cell.source != REGISTER
    )


def _persons(inventory: Inventory) -> list[str]:
    return sorted(handle for handle, party in inventory.parties.items() if not party.members)


def _alike(store: Store, book: Book, *, at: datetime | None, now: datetime) -> Iterator[Alike]:
    """Who may be one person, as pages ask it."""
    for two in proposed(store, book, at=at, now=now):
        yield Alike(
            one=two.one,
            other=two.other,
            called=two.called,
            strength=two.strength.value,
            why=two.why,
            marking=two.marking,
        )


def _near(store: Store, at: datetime | None, book: Book, now: datetime) -> dict[str, Dossier]:
    """Everything that tells who holds an asset, and who can ship it."""
    names = tuple(kind_id(kind) for kind in NEEDED)
    return {dossier.asset: dossier for dossier in dossiers(records_at(store, at, None, names), book, now=now)}


def _reach(reach: Reach) -> Reached:
    return Reached(
        live=len(reach.live),
        recorded=len(reach.recorded),
        unreachable=len(reach.unreachable),
        unasked=len(reach.unasked),
        failed=len(reach.failed),
        oldest=reach.oldest,
    )


def _stands(finding: Finding, run: RunStamp) -> bool:
    """True if it stands, or the run closed it."""
    return finding.state is not State.FIXED or finding.changed == run.id


def row_of(check: Check, dossier: Dossier, judged: Judged) -> AnswerRow:
    """An answer as a row, with the oldest evidence that it stands on."""
    verdict = judged.verdict
    word, reason = in_words(verdict)
    detail = ""
    if isinstance(verdict, Fail):
        detail = f"{len(verdict.problems)} problem{'s' * (len(verdict.problems) != 1)}"
    elif isinstance(verdict, Unknown):
        detail = verdict.detail
    elif isinstance(verdict, NotApplicable):
        detail = verdict.reason
    read = [s for s in (dossier.cells.get(k) for k in check.kinds) if s is not None and s.observed_at]
    oldest = min(read, key=lambda s: s.observed_at.timestamp() if s.observed_at else 0.0, default=None)
    return AnswerRow(
        asset=dossier.asset,
        check=check.id,
        verdict=word,
        reason=reason,
        detail=detail,
        stale=judged.stale,
        observed_at=oldest.observed_at if oldest else None,
        source=oldest.source if oldest else "",
        marking=marking_of(check, dossier),
    )


def run_info(run: RunStamp, book: Book) -> RunInfo:
    """A run, for its readers."""
    # It names the register and its commit, and so is as closed as the register is.
    return RunInfo(
        id=run.id, at=run.at, code=run.code, register=run.register, commit=run.commit, marking=book.public
    )


def judged_last(store: Store, at: datetime | None) -> tuple[RunStamp | None, RunStamp]:
    """The last two runs up to an instant that judged, older first; ``UsageError`` if none did."""
    stamps = [r for r in store.runs(until=at) if r.judges]
    if not stamps:
        begun(store, at)
        raise UsageError("nothing was assessed yet", hint="muniment run REGISTER, or muniment assess")
    return stamps[-2] if len(stamps) > 1 else None, stamps[-1]


def folded(log: Chronicle, current: Mapping[FindingId, Finding], book: Book) -> Iterator[Finding]:
    """The findings as the log tells of another day, no more open than today."""
    return closed(log.folded.values(), {f.id: f.marking for f in current.values()}, book)


def closed(findings: Iterable[Finding], today: Mapping[FindingId, Marking], book: Book) -> Iterator[Finding]:
    """Findings of another day, no more open than they or the register are today."""
    for finding in findings:
        marking = join(finding.marking, book.public, today.get(finding.id, finding.marking))
        yield replace(finding, marking=marking)


def look_of(record: CellRecord, now: datetime, max_age: int) -> Look:
    """How a cell is seen."""
    failed = not record.latest.observes and record.standing is not None
    old = record.observed_at is not None and now - record.observed_at > timedelta(days=max_age)
    return Look(
        asset=record.cell.scope,
        source=record.cell.source,
        kind=record.cell.kind,
        outcome=record.standing,
        observed_at=record.observed_at,
        latest=record.latest,
        latest_at=record.latest_at,
        stale=old or failed,
        detail=record.detail,
        seen_as=_seen_as(record.vantage) if record.standing is not None else "",
        seen=record.seen,
        total=record.total,
        fresh_until=record.observed_at + timedelta(days=max_age) if record.observed_at is not None else None,
        marking=record.marking,
    )


def _seen_as(vantage: Vantage) -> str:
    """The strongest right among those that a look took, in a word."""
    rights = {grant.partition(":org/")[2].partition(":")[2] for grant in vantage} - {""}
    return next((word for word in ("owner", "member") if word in rights), "grant" if rights else "")
