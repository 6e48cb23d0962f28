"""The sums and groups of a publication, taken from a projected view: what was withheld is in no number."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from muniment.model.verdict import Severity
from muniment.publish.pieces import AnswerPiece, CheckPiece, CountPiece, FindingPiece, LookPiece
from muniment.publish.projection import Shown

OURS = frozenset({"baseline", "rejudged", "reparsed"})
"""The moves that a first look or a change of ours brings about: no news."""


class Group(Struct, frozen=True, kw_only=True):
    """The open findings of one (check, cause): one act would mend them. ``cause``: empty where it is the check."""

    check: str
    title: str
    cause: str
    severity: Severity
    members: tuple[FindingPiece, ...]

    @property
    def findings(self) -> int:
        """How many."""
        return len(self.members)

    @property
    def assets(self) -> int:
        """On how many assets."""
        return len({f.asset for f in self.members})

    @property
    def new(self) -> int:
        """How many of them the world opened in this run."""
        return sum(f.is_new for f in self.members)

    @property
    def subprojects(self) -> tuple[str, ...]:
        """The subprojects that they lie in."""
        return tuple(sorted({f.subproject for f in self.members}))


class Balance(Struct, frozen=True, kw_only=True):
    """What one run did to the open findings: brought forward, movements, carried down.

    ``ours`` came and ``dropped`` went by a change of ours: of a check, a policy or a parser.
    """

    before: int
    new: int
    reopened: int
    ours: int
    unwaived: int
    fixed: int
    dropped: int
    waived: int
    after: int

    @property
    def moved(self) -> bool:
        """True if any finding opened, closed, or was decided upon."""
        came = self.new + self.reopened + self.ours + self.unwaived
        return bool(came + self.fixed + self.dropped + self.waived)


class Posture(Struct, frozen=True, kw_only=True):
    """How the answers about one subproject stand: each answer is in exactly one of five numbers.

    ``ok`` and ``fail`` stand on evidence in time, ``stale_ok`` and ``stale_fail`` are the passes and the fails
    on stale evidence, and ``unknown`` are the others. What does not apply is in none.
    """

    subproject: str
    name: str
    ok: int
    fail: int
    stale_ok: int
    stale_fail: int
    unknown: int
    critical: int
    high: int
    medium: int
    low: int
    new: int
    left: int

    @property
    def answers(self) -> int:
        """Answers that bear on the subproject."""
        return self.ok + self.fail + self.stale + self.unknown

    @property
    def stale(self) -> int:
        """Answers on stale evidence: they stand, and are counted apart."""
        return self.stale_ok + self.stale_fail

    @property
    def open(self) -> int:
        """Open findings."""
        return self.critical + self.high + self.medium + self.low


class Coverage(Struct, frozen=True, kw_only=True):
    """What is seen of one source: cells that are fresh and complete, stale, seen in part, and not seen.

    ``oldest`` is when the oldest evidence was observed that is used, wholly or partly seen; ``outcomes`` says how
    the newest looks at what is not seen ended.
    """

    source: str
    fresh: int
    stale: int
    part: int
    unseen: int
    oldest: datetime | None
    outcomes: tuple[tuple[str, int], ...]

    @property
    def cells(self) -> int:
        """All cells of the source."""
        return self.fresh + self.stale + self.part + self.unseen


class Puzzle(Struct, frozen=True, kw_only=True):
    """Answers that are Unknown for one reason."""

    reason: str
    count: int
    checks: tuple[str, ...]


def open_findings(shown: Shown, subproject: str | None = None) -> tuple[FindingPiece, ...]:
    """The open findings, of one subproject if one is named (empty: of none in particular)."""
    return tuple(f for f in shown.view.findings if f.is_open and (subproject is None or f.subproject == subproject))


def check_of(shown: Shown, id: str) -> CheckPiece | None:
    """A check's own words; ``None``: this program no longer has it."""
    return next((c for c in shown.view.checks if c.id == id), None)


def groups(shown: Shown, findings: Iterable[FindingPiece]) -> tuple[Group, ...]:
    """One group for each (check, cause), gravest first, then those with news, then the largest.

    A cause of one finding alone makes no line of its own: nothing else would be mended with it. The groups' numbers
    of findings sum to the findings given.
    """
    titles = {c.id: c.title for c in shown.view.checks}
    findings = tuple(findings)
    sharing = Counter((f.check, f.cause) for f in findings)
    members: defaultdict[tuple[str, str], list[FindingPiece]] = defaultdict(list)
    for finding in findings:
        shared = finding.cause and sharing[finding.check, finding.cause] > 1
        members[finding.check, finding.cause if shared else finding.check].append(finding)
    made = [
        Group(
            check=check,
            title=titles.get(check, check),
            cause="" if cause == check else cause,
            severity=Severity(max(f.severity for f in found)),
            members=tuple(found),
        )
        for (check, cause), found in members.items()
    ]
    return tuple(sorted(made, key=lambda g: (-g.severity, not g.new, -g.findings, g.check, g.cause)))


def balance(findings: Iterable[FindingPiece]) -> Balance:
    """The movements among some findings. ``before`` + what came − what went = ``after``."""
    moves: Counter[str] = Counter()
    before = after = 0
    for finding in findings:
        before += finding.was_open
        after += finding.is_open
        arrived = not finding.was_open
        for move in finding.moves:
            if move in OURS:
                moves["ours"] += 1
            elif move in ("new", "reopened", "unwaived"):
                moves[move] += 1
            elif move in ("fixed", "dropped", "waived"):
                came = any(m in OURS or m in ("new", "reopened", "unwaived") for m in finding.moves)
                moves[move] += not arrived or came
    return Balance(
        before=before,
        after=after,
        new=moves["new"],
        reopened=moves["reopened"],
        ours=moves["ours"],
        unwaived=moves["unwaived"],
        fixed=moves["fixed"],
        dropped=moves["dropped"],
        waived=moves["waived"],
    )


def name_of(shown: Shown, subproject: str) -> str:
    """A subproject's name, or its id where the name is not shown; of none in particular: "Shared"."""
    if not subproject:
        return "Shared"
    return next((s.name for s in shown.view.subprojects if s.id == subproject), subproject)


def scope(shown: Shown) -> tuple[str, ...]:
    """The subprojects that these readers get pages about, by name; ``""`` is what belongs to none of them."""
    view, groups_ = shown.view, shown.audience.groups
    seen = {f.subproject for f in view.findings} | {c.subproject for c in view.counts}
    if groups_:
        seen |= set(groups_)
        seen &= set(groups_) | {f.subproject for f in view.findings}
    else:
        seen |= {s.id for s in view.subprojects}
    return tuple(sorted(seen, key=lambda id: (not id, name_of(shown, id).casefold(), id)))


def postures(shown: Shown) -> tuple[Posture, ...]:
    """How each subproject in scope stands."""
    by_subproject: defaultdict[str, list[CountPiece]] = defaultdict(list)
    for count in shown.view.counts:
        by_subproject[count.subproject].append(count)
    found: defaultdict[str, list[FindingPiece]] = defaultdict(list)
    for finding in shown.view.findings:
        found[finding.subproject].append(finding)
    return tuple(_posture(shown, id, by_subproject[id], found[id]) for id in scope(shown))


def _posture(shown: Shown, id: str, counts: list[CountPiece], findings: list[FindingPiece]) -> Posture:
    verdicts: Counter[str] = Counter()
    stale: Counter[str] = Counter()
    for count in counts:
        (stale if count.stale else verdicts)[count.verdict] += count.count
    severities = Counter(f.severity for f in findings if f.is_open)
    moved = balance(findings)
    return Posture(
        subproject=id,
        name=name_of(shown, id),
        ok=verdicts["pass"],
        fail=verdicts["fail"],
        stale_ok=stale["pass"],
        stale_fail=stale["fail"],
        unknown=verdicts["unknown"] + stale["unknown"],
        critical=severities[Severity.CRITICAL],
        high=severities[Severity.HIGH],
        medium=severities[Severity.MEDIUM],
        low=severities[Severity.LOW],
        new=moved.new + moved.reopened,
        left=moved.fixed + moved.waived,
    )


def answers(shown: Shown) -> Posture:
    """How all answers stand together; ``postures`` gives the same by subproject."""
    view, own = shown.view, set(scope(shown))
    counts = [c for c in view.counts if c.subproject in own]
    return _posture(shown, "", counts, [f for f in view.findings if f.subproject in own])


def unknown(shown: Shown, subproject: str | None = None) -> int:
    """How many answers are Unknown."""
    return sum(p.count for p in puzzles(shown, subproject))


def stale(shown: Shown, subproject: str | None = None) -> int:
    """How many answers stand on stale evidence."""
    return sum(
        c.count
        for c in shown.view.counts
        if c.stale and c.verdict in ("pass", "fail") and (subproject is None or c.subproject == subproject)
    )


def puzzles(shown: Shown, subproject: str | None = None) -> tuple[Puzzle, ...]:
    """The Unknown answers by reason, most first."""
    numbers: Counter[str] = Counter()
    checks: defaultdict[str, set[str]] = defaultdict(set)
    for count in shown.view.counts:
        if count.verdict == "unknown" and (subproject is None or count.subproject == subproject):
            numbers[count.reason] += count.count
            checks[count.reason].add(count.check)
    made = [Puzzle(reason=r, count=n, checks=tuple(sorted(checks[r]))) for r, n in numbers.items()]
    return tuple(sorted(made, key=lambda p: (-p.count, p.reason)))


def coverage(looks: Iterable[LookPiece]) -> tuple[Coverage, ...]:
    """What is seen, by source."""
    by_source: defaultdict[str, list[LookPiece]] = defaultdict(list)
    for look in looks:
        by_source[look.source].append(look)
    return tuple(_coverage(source, by_source[source]) for source in sorted(by_source))


def is_seen(look: LookPiece) -> bool:
    """True if the look believed tells everything the cell holds."""
    return look.outcome in ("collected", "absent")


def is_part(look: LookPiece) -> bool:
    """True if the look believed tells some of what the cell holds."""
    return look.outcome == "partial"


def _coverage(source: str, looks: list[LookPiece]) -> Coverage:
    seen = [look for look in looks if is_seen(look)]
    late = sum(look.stale for look in seen)
    part = [look for look in looks if is_part(look)]
    blank = [look for look in looks if not is_seen(look) and not is_part(look)]
    unseen = Counter(look.latest or look.outcome or "uncollected" for look in blank)
    return Coverage(
        source=source,
        fresh=len(seen) - late,
        stale=late,
        part=len(part),
        unseen=len(blank),
        oldest=min((look.observed_at for look in (*seen, *part) if look.observed_at), default=None),
        outcomes=tuple(unseen.most_common()),
    )


def unknown_answers(shown: Shown, subproject: str) -> tuple[AnswerPiece, ...]:
    """The Unknown answers about one subproject, where the rows are at hand."""
    return tuple(a for a in shown.view.answers if a.verdict == "unknown" and a.subproject == subproject)
