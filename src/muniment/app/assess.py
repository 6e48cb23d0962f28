"""Judges every declared asset by every check and writes what changed into the ledger."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from muniment.app.dossiers import Book, book_at, dossiers, records_at
from muniment.checks.assessment import Bench, Dossier, Judged, Run, compile, marking_of
from muniment.checks.declaration import Check
from muniment.evidence.kind import encode
from muniment.ledger.events import Entry, FindingId, Fixed, How, Opened, Why
from muniment.ledger.finding import Finding, State, fold
from muniment.ledger.recording import NOTHING, Answer, Kept, decide, record, retire, text_digest
from muniment.model.asset import family
from muniment.model.errors import UsageError
from muniment.model.policy import Policy
from muniment.model.tlp import RED
from muniment.model.verdict import Fail, NotApplicable, Pass, Problem, Severity, Unknown, Verdict
from muniment.ports import Store, Tally


class Judge(Struct, frozen=True):
    """A check made ready: compiled, with the severity the policy gives it and why its changes come about."""

    check: Check
    run: Run
    severity: Severity
    families: frozenset[str]
    why: Why


class Assessed(Struct, frozen=True):
    """What an assessment did, in numbers."""

    assets: int
    answers: int
    unknown: int
    stale: int
    events: int


def chosen(checks: Mapping[str, Check], policy: Policy) -> tuple[Check, ...]:
    """The checks that the policy does not switch off."""
    off = {id for id, own in policy.checks.items() if not own.enabled}
    return tuple(c for c in checks.values() if c.id not in off and not off.intersection(c.aliases))


def versions(checks: Iterable[Check], policy: Policy) -> dict[str, str]:
    """By what each check judges: its version, with a digest of the policy where it takes the policy."""
    numbers = hashlib.blake2b(encode(policy.judging()), digest_size=4).hexdigest()
    return {c.id: f"{c.version}+{numbers}" if c.takes("policy") else str(c.version) for c in checks}


def severity_of(check: Check, policy: Policy) -> Severity:
    """The check's severity, or the one that the policy gives it under its id or an alias."""
    for id in (check.id, *check.aliases):
        own = policy.checks.get(id)
        if own is not None and own.severity is not None:
            return Severity.of(own.severity)
    return check.severity


def judges(checks: Iterable[Check], policy: Policy, before: Mapping[str, str] | None) -> tuple[Judge, ...]:
    """The checks made ready. ``before``: by what the last assessment judged; ``None``: there was none."""
    checks = tuple(checks)
    now = versions(checks, policy)

    def why(check: Check) -> Why:
        if before is None:
            return Why.BASELINE
        return Why.OBSERVED if before.get(check.id) == now[check.id] else Why.REJUDGED

    return tuple(Judge(c, compile(c), severity_of(c, policy), frozenset(c.families), why(c)) for c in checks)


WORDS: Mapping[type[Verdict], str] = {
    Pass: "pass",
    Fail: "fail",
    Unknown: "unknown",
    NotApplicable: "not-applicable",
}
"""The verdicts as tallies and reports write them."""


def in_words(verdict: Verdict) -> tuple[str, str]:
    """A verdict's word, and the reason of an Unknown."""
    return WORDS[type(verdict)], verdict.reason.value if isinstance(verdict, Unknown) else ""


class _Counts:
    """The tallies of a run as they grow; by type while there are a million of them, in words at the end."""

    def __init__(self) -> None:
        self.by: Counter[tuple[str, str, type[Verdict], str, bool]] = Counter()

    def add(self, check: str, subproject: str, judged: Judged) -> None:
        verdict = judged.verdict
        reason = verdict.reason.value if type(verdict) is Unknown else ""
        self.by[check, subproject, type(verdict), reason, judged.stale] += 1

    def tallies(self) -> Iterator[Tally]:
        words = {(c, s, WORDS[kind], reason, stale): n for (c, s, kind, reason, stale), n in self.by.items()}
        for (check, subproject, verdict, reason, stale), count in sorted(words.items()):
            yield Tally(check, subproject, verdict, reason, stale, count)


def answer(judge: Judge, dossier: Dossier, judged: Judged) -> Answer:
    """A judgement in the ledger's words."""
    verdict = judged.verdict
    why = judge.why
    if why is Why.OBSERVED and judged.reparsed:
        why = Why.REPARSED
    if isinstance(verdict, Fail):
        problems = tuple(located(p, dossier) for p in verdict.problems)
        marking = marking_of(judge.check, dossier)
    else:
        problems, marking = (), RED
    how = How.NOT_APPLICABLE if isinstance(verdict, NotApplicable) else How.PASSED
    return Answer(
        check=judge.check.id,
        asset=dossier.asset,
        severity=judge.severity,
        subproject=dossier.subproject,
        marking=marking,
        problems=problems,
        cleared=judged.cleared,
        how=how,
        why=why,
    )


def located(problem: Problem, dossier: Dossier) -> Problem:
    """A problem that is not about code points at the asset's line in the register."""
    if problem.where is not None or dossier.entry.where is None:
        return problem
    return Problem(problem.message, problem.key, problem.cause, dossier.entry.where)


def entries(
    ready: tuple[Judge, ...],
    files: Iterable[Dossier],
    bench: Bench,
    kept: dict[str, dict[str, dict[str, Kept]]],
    counts: _Counts,
    known: frozenset[str],
) -> Iterator[Entry]:
    """Every event of one assessment, in the order of assets, checks and keys; then retirements and waivers.

    Takes ``kept`` apart as it goes: what is left at the end belongs to assets no longer declared. ``known``
    are the ids, old ones too, of every check there is, switched off or not.
    """
    waivers = bench.inventory.waivers
    for judge in ready:  # what is waived by a check's id is waived under its old ids too
        own = [w for w in bench.inventory.waivers if w.check == judge.check.id]
        waivers += tuple(replace(w, check=alias) for alias in judge.check.aliases for w in own)
    by_family: dict[str, tuple[Judge, ...]] = {}
    decisive: list[tuple[FindingId, Kept]] = []
    add = counts.add
    for dossier in files:
        asset = dossier.asset
        kind = family(asset)
        mine = by_family.get(kind)
        if mine is None:
            mine = by_family[kind] = tuple(j for j in ready if kind in j.families)
        of_asset = kept.pop(asset, None) or {}
        for judge in mine:
            judged = judge.run(dossier, bench)
            id = judge.check.id
            add(id, dossier.subproject, judged)
            before = of_asset.get(id, NOTHING)
            moving: list[Entry] = []
            for alias in judge.check.aliases:
                under = of_asset.get(alias, NOTHING)
                ended = handed_on(alias, asset, under, judged)
                moving += ended
                gone = {e.finding.key for e in ended}
                decisive.extend((FindingId(alias, asset, k), old) for k, old in under.items() if k not in gone)
            yield from moving
            if not before and not isinstance(judged.verdict, Fail):
                continue
            fixed: set[str] = set()
            said = answer(judge, dossier, judged)
            if moving:  # what opens here was open under the check's old id
                said = replace(said, why=Why.REJUDGED)
            for entry in record(said, before):
                yield entry
                event = entry.event
                if isinstance(event, Opened):
                    if waivers:
                        decisive.append((entry.finding, _as_opened(event)))
                elif isinstance(event, Fixed):
                    fixed.add(entry.finding.key)
            decisive.extend(
                (FindingId(id, asset, key), old)
                for key, old in before.items()
                if key not in fixed and old.state is not State.FIXED and (waivers or old.waiver)
            )
        asked = {id for j in mine for id in (j.check.id, *j.check.aliases)}
        for id, by_key in of_asset.items():
            if id not in asked and id in known:  # switched off: no longer asked here
                yield from retire(asset, {id: by_key}, Why.REJUDGED)
            elif id not in asked:  # a check that is not installed here says nothing
                decisive.extend((FindingId(id, asset, key), old) for key, old in by_key.items())
    for asset in sorted(kept):
        yield from retire(asset, kept[asset])
    yield from decide(decisive, waivers, bench.today, bench.inventory.subproject_of)


def handed_on(alias: str, asset: str, by_key: Mapping[str, Kept], judged: Judged) -> list[Entry]:
    """Findings under a check's old id end where its new id has an answer; where it has none they stay."""
    failing = {p.key for p in judged.verdict.problems} if isinstance(judged.verdict, Fail) else set()
    return [
        Entry(FindingId(alias, asset, key), Fixed(How.RETIRED, Why.REJUDGED))
        for key, old in by_key.items()
        if old.state is not State.FIXED and (judged.cleared is None or key in judged.cleared or key in failing)
    ]


def _as_opened(event: Opened) -> Kept:
    text = text_digest(event.message, event.cause, event.subproject, event.marking, event.where)
    return Kept(State.OPEN, event.severity, text)


def assess(
    store: Store,
    run: int,
    checks: Mapping[str, Check],
    *,
    now: datetime,
    today: date | None = None,
) -> Assessed:
    """Judge what is believed now and keep what changed, in one transaction.

    ``now`` is the instant that ages are measured at, ``today`` the day judged (default: ``now``'s).
    """
    book = book_at(store)
    inventory = book.inventory
    if not inventory.project:
        raise UsageError("the database holds no register yet", hint="muniment collect REGISTER, or muniment run")
    before = [r for r in store.runs() if r.judges]
    last = before[-1] if before else None
    ready = judges(chosen(checks, inventory.policy), inventory.policy, dict(last.judges) if last else None)
    bench = Bench(inventory, inventory.policy, today or now.date())
    counts = _Counts()
    written = 0

    def counted(all: Iterator[Entry]) -> Iterator[Entry]:
        nonlocal written
        for entry in all:
            written += 1
            yield entry

    files = dossiers(store.cells(since=last.id if last else 0), book, now=now)
    kept = store.kept()
    known = frozenset(id for c in checks.values() for id in (c.id, *c.aliases))
    with store.assessing(run) as ledger:
        ledger.write(counted(entries(ready, files, bench, kept, counts, known)))
        ledger.tally(counts.tallies())
        ledger.judged_by(versions((j.check for j in ready), inventory.policy))
    return Assessed(
        assets=len(inventory.known),
        answers=sum(counts.by.values()),
        unknown=sum(n for key, n in counts.by.items() if key[2] is Unknown),
        stale=sum(n for key, n in counts.by.items() if key[4]),
        events=written,
    )


def pretended(
    store: Store, checks: Mapping[str, Check], *, now: datetime, today: date
) -> tuple[tuple[Finding, ...], tuple[Entry, ...]]:
    """The findings as they would stand if what is believed were judged on another day, and the events of that.

    Nothing is written.
    """
    book = book_at(store)
    policy = book.inventory.policy
    last = max((r for r in store.runs() if r.judges), key=lambda r: r.id, default=None)
    ready = judges(chosen(checks, policy), policy, dict(last.judges) if last else None)
    bench = Bench(book.inventory, policy, today)
    known = frozenset(id for c in checks.values() for id in (c.id, *c.aliases))
    found = {f.id: f for f in store.findings(fixed=True)}
    run = last.id if last else 0
    files = dossiers(store.cells(since=run), book, now=now)
    events = tuple(entries(ready, files, bench, store.kept(), _Counts(), known))
    for entry in events:
        found[entry.finding] = fold(found.get(entry.finding), entry.finding, entry.event, run, now)
    return tuple(found.values()), events


def judge_all(
    store: Store,
    checks: Mapping[str, Check],
    *,
    at: datetime | None,
    now: datetime,
    today: date | None = None,
    book: Book | None = None,
    of: Collection[str] | None = None,
) -> Iterator[tuple[Judge, Dossier, Judged]]:
    """Every answer about what was believed at an instant, by today's checks; nothing is written.

    ``book`` is the register of that instant, where it has been read already; ``of``: about those assets alone.
    """
    book = book_at(store, at) if book is None else book
    inventory = book.inventory
    ready = judges(chosen(checks, inventory.policy), inventory.policy, {})
    bench = Bench(inventory, inventory.policy, today or now.date())
    scopes = None if of is None else sorted(of)
    for dossier in dossiers(records_at(store, at, scopes), book, now=now, of=of):
        kind = family(dossier.asset)
        for judge in ready:
            if kind in judge.families:
                yield judge, dossier, judge.run(dossier, bench)


def end_of(day: date) -> datetime:
    """The last instant of a day (UTC), which ``--as-of`` means."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1) - timedelta(microseconds=1)
