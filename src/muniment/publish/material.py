"""Everything a publication is made from, in plain types, so that publishing needs no store and no clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from msgspec import Struct

from muniment.ledger.events import Entry, Event, FindingId
from muniment.ledger.finding import Finding
from muniment.model.observation import Outcome
from muniment.model.tlp import CLEAR, RED, Marking
from muniment.publish.alike import Alike
from muniment.publish.alive import Alive
from muniment.publish.campaigns import CampaignPiece
from muniment.publish.council import Council, Secured
from muniment.publish.held import Held
from muniment.publish.reviews import ReviewPiece
from muniment.publish.shipping import Shipping
from muniment.publish.steps import Parting
from muniment.register.inventory import Inventory


class RunInfo(Struct, frozen=True, kw_only=True):
    """One run: its number, when it began (UTC), by which code, on which register at which commit.

    It tells when somebody looked, not what was seen, and so is CLEAR unless the caller says otherwise.
    """

    id: int
    at: datetime
    code: str = ""
    register: str = ""
    commit: str = ""
    marking: Marking = CLEAR


class AnswerRow(Struct, frozen=True, kw_only=True):
    """What one check said of one asset.

    ``verdict`` is ``pass``, ``fail``, ``not-applicable`` or ``unknown``; ``reason`` is the word of the
    ``Reason`` of an Unknown, ``detail`` its detail. ``observed_at`` and ``source`` are of the oldest evidence
    read. ``marking`` is that of a finding made from the same evidence.
    """

    asset: str
    check: str
    verdict: str
    reason: str = ""
    detail: str = ""
    stale: bool = False
    observed_at: datetime | None = None
    source: str = ""
    marking: Marking = RED


class Count(Struct, frozen=True, kw_only=True):
    """How many assets of a subproject a check answered in one way, **and under one marking**.

    Counting by marking lets a projection drop the answers that its readers may not see, so that a sum
    never tells how many of those there are. A count without a marking is for the council.
    """

    check: str
    subproject: str
    verdict: str
    reason: str = ""
    stale: bool = False
    count: int
    marking: Marking = RED


class Look(Struct, frozen=True, kw_only=True):
    """What is believed of one cell (source × asset × kind), and how the newest look at it ended.

    ``outcome`` is that of the look believed (``None``: none ever observed anything), made at ``observed_at``.
    ``stale``: older than the policy allows for its kind, or newer looks failed. ``seen_as``: ``owner``, ``member``
    or ``grant``, the strongest right that the look took; empty: anybody sees as much. ``seen`` is how many items
    the look saw, ``total`` how many the source said there are (``None``: it does not say). ``fresh_until``: from
    when on it is too old by the policy.
    """

    asset: str
    source: str
    kind: str
    outcome: Outcome | None
    observed_at: datetime | None = None
    latest: Outcome | None = None
    latest_at: datetime | None = None
    stale: bool = False
    detail: str = ""
    seen_as: str = ""
    seen: int = 0
    total: int | None = None
    fresh_until: datetime | None = None
    marking: Marking = RED


class Happened(Struct, frozen=True, gc=False):
    """One line of a finding's history: what happened, in which run, begun when (UTC)."""

    run: int
    at: datetime
    event: Event


class Turn(Struct, frozen=True, kw_only=True):
    """What happened to the findings of a subproject under one marking between the point before and ``at`` (UTC).

    ``new`` the world opened and ``fixed`` the world closed; ``ours`` came and ``dropped`` went by a change of ours,
    the first run's among them; ``waived`` and ``unwaived`` people decided. ``severity`` is that of today.
    """

    at: datetime
    subproject: str
    new: int = 0
    ours: int = 0
    fixed: int = 0
    dropped: int = 0
    waived: int = 0
    unwaived: int = 0
    marking: Marking = RED

    @property
    def came(self) -> int:
        """How many more were open after it."""
        return self.new + self.ours + self.unwaived

    @property
    def went(self) -> int:
        """How many were open before it and not after."""
        return self.fixed + self.dropped + self.waived


class Tallied(Struct, frozen=True, kw_only=True):
    """How the answers about a subproject stood after one run. Old counts have no marking but RED."""

    at: datetime
    subproject: str
    ok: int
    fail: int
    stale: int
    unknown: int
    marking: Marking = RED


class Reach(Struct, frozen=True, kw_only=True):
    """How many assets were asked live, answered from a recording, and not reached in this run.

    ``oldest``: when the oldest evidence was observed that recorded assets stand on (UTC; ``None``: not known).
    ``failed``: how many assets were asked in this run, did not answer, and stand on recorded evidence; they are
    also in ``recorded``.
    """

    live: int = 0
    recorded: int = 0
    unreachable: int = 0
    unasked: int = 0
    oldest: datetime | None = None
    failed: int = 0
    marking: Marking = RED


class Material(Struct, frozen=True, kw_only=True):
    """Everything a publication is made from.

    inventory
        The register, as it stood on the day.
    register_marking
        The marking of its entries: the join of the markings of the declared evidence of subprojects, assets
        and the project's head. People and attestations are at least AMBER whatever it says.
    decisions_marking
        The marking of its waivers: who decided what, and why. RED in a private register; then readers of the
        finding see that it is waived, and no more.
    at
        The instant that ages are counted from (UTC): when the run began, or the end of day D under ``--as-of``.
    as_of
        The day judged.
    past
        True if ``as_of`` is a day gone by (``--as-of``): every page says at its head that it stood so then.
    pretended
        True if ``as_of`` is a day to come (``--pretend-now``): every output says at its head "as if on" it.
    run, previous
        The run that is published, and the finished one before it. No previous run: this one is the baseline.
        Looking ahead both are the newest run: what moves, moves after it.
    findings
        All that are open, waived or false positive, and those fixed in this run (or by the day looked ahead to).
    entries
        The ledger's entries of this run: what moved; looking ahead those that the day would bring. ``None``: they
        are not at hand, and movements are read off the findings, which cannot tell a withdrawn waiver from a
        changed severity.
    shelved
        Findings that stood waived or false positive before this run, so that the opening balance is exact
        when one of them was fixed.
    answers
        One row per check × asset, for every verdict that should show on a page: all of them in a small
        project, at least those that are Unknown or stale in a large one.
    tallies
        The counts of all answers. Empty: counted from ``answers``, which must then be complete.
    abridged
        True if the passes and what does not apply were left out of ``answers``.
    looks
        Every cell.
    over
        Findings that were closed before this run, and not long ago, so that links to them still lead somewhere.
    histories
        What happened to each finding that is told of, oldest first.
    turns
        What happened to all findings ever, by run; where there are many runs, by day, week, month or quarter.
    tallied
        How the answers stood after those runs.
    held
        Every path to every asset, seen, missing or unseen.
    given
        What people of the register were given beside roles: teams, roles in organizations, invitations, reviews of
        environments; and where that was not seen.
    secured, alive
        The second factor of each account of theirs, and whether they are active.
    alike
        Who may be one person. Everything else counts them apart.
    shipping
        Who can publish each of the project's packages, and who can administer its organizations.
    partings
        What to take away from each person of the register, should they leave.
    reach
        Live, recorded, unreachable, not asked yet. ``None``: no source was asked, as when one looks elsewhere.
    reviews
        How every access review stands.
    council
        What those who answer for security may do in each organization.
    campaigns
        How every campaign stands, the newest first. ``None``: nobody can tell how they stood on that day.
    """

    inventory: Inventory
    register_marking: Marking = RED
    decisions_marking: Marking = RED
    at: datetime
    as_of: date
    past: bool = False
    pretended: bool = False
    run: RunInfo
    previous: RunInfo | None = None
    findings: tuple[Finding, ...] = ()
    entries: tuple[Entry, ...] | None = None
    shelved: frozenset[FindingId] = frozenset()
    answers: tuple[AnswerRow, ...] = ()
    abridged: bool = False
    tallies: tuple[Count, ...] = ()
    looks: tuple[Look, ...] = ()
    over: tuple[Finding, ...] = ()
    histories: Mapping[FindingId, tuple[Happened, ...]] = {}
    turns: tuple[Turn, ...] = ()
    tallied: tuple[Tallied, ...] = ()
    held: tuple[Held, ...] = ()
    given: tuple[Held, ...] = ()
    shipping: tuple[Shipping, ...] = ()
    partings: tuple[Parting, ...] = ()
    reach: Reach | None = None
    reviews: tuple[ReviewPiece, ...] = ()
    council: Council | None = None
    secured: tuple[Secured, ...] = ()
    alive: tuple[Alive, ...] = ()
    alike: tuple[Alike, ...] = ()
    campaigns: tuple[CampaignPiece, ...] | None = None
