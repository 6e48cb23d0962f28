"""How a campaign stands: whether each subject is to go, done, gone, exempt or out of sight; and the numbers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta

from msgspec import Struct

from muniment.campaigns.clock import day_of
from muniment.campaigns.kind import CampaignKind
from muniment.campaigns.log import Campaign, Exempted, Logged, Readmitted
from muniment.campaigns.over import Where, over
from muniment.campaigns.subjects import UNASKED, Ground, Held, Sight, by_day, number_of, subject_of, unbroken
from muniment.ledger.finding import Finding, State
from muniment.model.tlp import TLP, Marking, join

__all__ = [
    "FOUR_WEEKS",
    "LEAST_WEEK",
    "OrganizationLine",
    "Standing",
    "Standings",
    "Tie",
    "Where",
    "standings",
    "zero_on",
]

FOUR_WEEKS = 28
LEAST_WEEK = 7
"""Days of which a pace is made: at most, and at least."""


class Tie(Struct, frozen=True, order=True):
    """One open or closed finding of a subject: in which organization or repository, in which role, what is wrong.

    ``is_open``: it has not been seen fixed, and is not waived. ``unseen``: why it cannot be told whether it still
    is so; empty: it was seen so lately.
    """

    asset: str
    check: str
    role: str
    is_open: bool
    unseen: str = ""
    is_waived: bool = False


class Standing(Struct, frozen=True, kw_only=True):
    """One subject: where it stands since when, and by what.

    Of whoever has something open, ``since_at`` is when that began, without a break: one thing that follows another
    is one time. ``joined``: its first finding came after the campaign began. ``again``: one that had been fixed
    came back since.
    """

    subject: str
    where: Where
    since_at: datetime
    ties: tuple[Tie, ...]
    joined: bool
    again: bool
    marking: Marking
    why: str = ""

    @property
    def since(self) -> date:
        """The day of ``since_at``."""
        return self.since_at.date()

    @property
    def open_assets(self) -> tuple[str, ...]:
        """The organizations or repositories in which something is open that was seen lately."""
        return tuple(dict.fromkeys(t.asset for t in self.ties if t.is_open and not t.unseen))


class OrganizationLine(Struct, frozen=True, kw_only=True):
    """An organization, or a repository's owner: how many of whom, and whether it could be seen.

    ``required``: it requires a second factor; ``None``: nobody could see that. ``unseen``: why it cannot be told
    how it stands; empty: it was seen whole and lately. ``applies``: something that is asked is about it; there is
    no second factor to ask for in an organization that does not exist.
    """

    asset: str
    to_go: int
    complied: int
    left: int
    exempt: int
    cannot_see: int
    required: bool | None
    unseen: str = ""
    owner: str = ""
    applies: bool = True


class Standings(Struct, frozen=True, kw_only=True):
    """The whole of it on a day. ``burndown``: how many subjects had an open finding, by day, without the exempt."""

    campaign: Campaign
    day: int
    today: date
    subjects: tuple[Standing, ...]
    organizations: tuple[OrganizationLine, ...]
    burndown: tuple[tuple[date, int], ...]
    marking: Marking

    @property
    def counts(self) -> Mapping[Where, int]:
        """How many subjects stand where; every word is there."""
        counted = Counter(s.where for s in self.subjects)
        return {where: counted[where] for where in Where}

    @property
    def counts_to_go(self) -> int:
        """How many are to go."""
        return self.counts[Where.TO_GO]

    @property
    def zero_on(self) -> date | None:
        """When nobody would be to go at the pace of the last four weeks; ``None``: never, or too early to say."""
        return zero_on(self.burndown)

    def of(self, where: Where) -> tuple[Standing, ...]:
        """The subjects that stand there."""
        return tuple(s for s in self.subjects if s.where is where)


def standings(
    campaign: Campaign, kind: CampaignKind, ground: Ground, today: date, log: Iterable[Logged] = ()
) -> Standings:
    """How a campaign stands on a day. ``log``: its lines, for who was exempt when; without it, for today alone."""
    own: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in ground.findings:
        own[subject_of(kind.subjects, finding.id.asset, finding.id.key, finding.subproject)].append(finding)
    found: list[Standing] = []
    began = unbroken(ground.changes)
    for subject in sorted(own):
        one = _standing(campaign, kind, ground, subject, own[subject], today, began.get(subject))
        if one is not None:
            found.append(one)
    return Standings(
        campaign=campaign,
        day=day_of(campaign, today),
        today=today,
        subjects=tuple(found),
        organizations=tuple(_lines(campaign, kind, ground, found)),
        burndown=_burndown(campaign, ground, found, today, tuple(log)),
        marking=join(Marking(TLP.AMBER), *(s.marking for s in found)),
    )


def _standing(
    campaign: Campaign,
    kind: CampaignKind,
    ground: Ground,
    subject: str,
    findings: list[Finding],
    today: date,
    unbroken_since: datetime | None,
) -> Standing | None:
    began = campaign.started_at
    mine = [f for f in findings if f.state is not State.FIXED or f.changed_at >= began]
    if not mine:
        return None  # it was over before the campaign began
    number = number_of(subject)
    held = ground.held.get(number, ()) if number is not None else ()
    ties = tuple(sorted(_tie(f, ground, held) for f in mine))
    where, since, why = _where(campaign, kind, ground, subject, mine, ties, held, today)
    if unbroken_since is not None and any(f.state is State.OPEN for f in mine):
        since = min(since, unbroken_since)
    return Standing(
        subject=subject,
        where=where,
        since_at=since,
        ties=ties,
        joined=all(f.since_at > began and not f.again for f in findings),
        again=any(f.again and f.since_at > began and f.state is not State.FIXED for f in mine),
        marking=join(Marking(TLP.AMBER), *(f.marking for f in mine)),
        why=why,
    )


def _tie(finding: Finding, ground: Ground, held: tuple[Held, ...]) -> Tie:
    is_open = finding.state is State.OPEN
    asset, check = finding.id.asset, finding.id.check
    role = next((h.role for h in held if h.organization == asset and h.role), "")
    unseen = ""
    if is_open:
        sight = ground.sights.get((check, asset), UNASKED)
        if not sight.whole:
            unseen = sight.why or UNASKED.why
        elif finding.id.key not in sight.failing:
            unseen = "it was judged differently, and the next run tells"
    waived = finding.state in (State.WAIVED, State.FALSE_POSITIVE)
    return Tie(asset, check, role, is_open, unseen, waived)


def _where(
    campaign: Campaign,
    kind: CampaignKind,
    ground: Ground,
    subject: str,
    findings: list[Finding],
    ties: tuple[Tie, ...],
    held: tuple[Held, ...],
    today: date,
) -> tuple[Where, datetime, str]:
    exemption = campaign.exemption(subject, today)
    open_ = [f for f in findings if f.state is State.OPEN]
    waived = [f for f in findings if f.state in (State.WAIVED, State.FALSE_POSITIVE)]
    if open_ and exemption is not None:
        told = f"until {exemption.until} by {exemption.by}: {exemption.reason}"
        return Where.EXEMPT, min(f.since_at for f in open_), told
    if open_:
        since = min(f.since_at for f in open_)
        if any(t.is_open and not t.unseen for t in ties):
            return Where.TO_GO, since, ""
        whys = dict.fromkeys(t.unseen for t in ties if t.is_open)
        return Where.CANNOT_SEE, since, "; ".join(whys)
    since = max(f.changed_at for f in findings)
    if waived:
        waiver = waived[0].waiver
        told = f"waived until {waiver.until} by {waiver.by}: {waiver.reason}" if waiver is not None else "waived"
        return Where.EXEMPT, since, told
    return over(kind, subject, findings, ground, held, since)


def _lines(
    campaign: Campaign, kind: CampaignKind, ground: Ground, found: list[Standing]
) -> Iterator[OrganizationLine]:
    counts: defaultdict[str, Counter[Where]] = defaultdict(Counter)
    for standing in found:
        for asset in {t.asset: None for t in standing.ties}:
            counts[asset][_there(standing, asset)] += 1
    for asset in sorted({*ground.organizations, *counts}):
        own = counts[asset]
        asked = [ground.sights[check, asset] for check in kind.checks if (check, asset) in ground.sights]
        yield OrganizationLine(
            asset=asset,
            to_go=own[Where.TO_GO],
            complied=own[Where.COMPLIED],
            left=own[Where.LEFT],
            exempt=own[Where.EXEMPT],
            cannot_see=own[Where.CANNOT_SEE],
            required=ground.required.get(asset),
            unseen=_unseen(asked),  # a check of organizations says nothing of a repository
            owner=campaign.delegate(asset),
            applies=any(s.applies for s in asked),  # what is not in the register any more is asked for nothing
        )


def _there(standing: Standing, asset: str) -> Where:
    """Where a subject stands in one organization: to go elsewhere is not to go here."""
    if standing.where not in (Where.TO_GO, Where.CANNOT_SEE):
        return standing.where
    if not any(t.is_open for t in standing.ties):
        return standing.where  # out of sight altogether, and nothing is known to be done
    own = [t for t in standing.ties if t.asset == asset]
    if any(t.is_open and not t.unseen for t in own):
        return Where.TO_GO
    return Where.CANNOT_SEE if any(t.is_open for t in own) else Where.COMPLIED


def _unseen(sights: list[Sight]) -> str:
    return "; ".join(dict.fromkeys(s.why or UNASKED.why for s in sights if s.why or not s.whole))


def _burndown(
    campaign: Campaign, ground: Ground, found: list[Standing], today: date, log: tuple[Logged, ...]
) -> tuple[tuple[date, int], ...]:
    since = campaign.started_at.date()
    if today < since:
        return ()
    days = by_day(ground.changes, since, today)
    decided = sorted((e for e in log if isinstance(e, Exempted | Readmitted)), key=lambda e: e.at)
    exempt: dict[str, date] = {} if decided else {e.subject: e.until for e in campaign.exempt}
    line: list[tuple[date, int]] = []
    at = 0
    for day, open_ in days.items():
        while at < len(decided) and decided[at].at.date() <= day:
            event = decided[at]
            if isinstance(event, Exempted):
                exempt[event.subject] = event.until
            else:
                exempt.pop(event.subject, None)
            at += 1
        line.append((day, len(open_) - sum(1 for s, until in exempt.items() if until >= day and s in open_)))
    return tuple(line)


def zero_on(burndown: tuple[tuple[date, int], ...]) -> date | None:
    """When the line reaches zero at the pace of its last four weeks; at least a week of it is needed."""
    if not burndown:
        return None
    today, left = burndown[-1]
    if left == 0:
        return today
    first, before = burndown[max(len(burndown) - 1 - FOUR_WEEKS, 0)]
    days, done = (today - first).days, before - left
    if days < LEAST_WEEK or done <= 0:
        return None
    ahead = -(-left * days // done)
    return today + timedelta(days=ahead) if ahead < 36_500 else None
