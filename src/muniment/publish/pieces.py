"""The pieces of a view: flat, frozen, and each with its own marking; one that has none is RED."""

from __future__ import annotations

from datetime import date, datetime

from muniment.model.tlp import CLEAR, Marking
from muniment.publish.alike import AlikePiece
from muniment.publish.alive import AlivePiece
from muniment.publish.campaigns import CampaignPiece, ReleasedCampaignPiece
from muniment.publish.council_pieces import CouncilPiece, SecuredPiece
from muniment.publish.entrusted import CredentialPiece, GrantPiece
from muniment.publish.piece import Piece
from muniment.publish.reviews import ReviewPiece
from muniment.publish.shipping_pieces import ShippingPiece
from muniment.publish.step_pieces import StepPiece


class ProjectPiece(Piece, frozen=True, kw_only=True):
    """Whose program this is. ``register_url`` is where the files of its register are read; empty: not said."""

    id: str
    name: str
    register_url: str = ""


class RunPiece(Piece, frozen=True, kw_only=True):
    """A run, see ``RunInfo``."""

    id: int
    at: datetime
    code: str
    register: str
    commit: str


class SubprojectPiece(Piece, frozen=True, kw_only=True):
    """A subproject as declared."""

    id: str
    name: str
    seat: bool
    parts: tuple[str, ...]
    contact: str


class AssetPiece(Piece, frozen=True, kw_only=True):
    """An asset as declared; ``file`` and ``line`` are its place in the register.

    ``inherits``: the organization whose entry speaks for it, which has none of its own. ``source`` is the document
    that the status was taken from, ``since`` the day it was last considered.
    """

    asset: str
    family: str
    name: str
    status: str
    reason: str
    title: str
    subproject: str
    url: str
    file: str
    line: int
    inherits: str = ""
    source: str = ""
    since: date | None = None
    repository: str = ""


class PlacePiece(Piece, frozen=True, kw_only=True):
    """A place in the register."""

    file: str
    line: int


class RolePiece(Piece, frozen=True, kw_only=True):
    """A role that the register calls public, and who holds it; ``place`` is for those who may see its people."""

    name: str
    role: str
    subproject: str
    place: PlacePiece | None = None


class GradePiece(Piece, frozen=True, kw_only=True):
    """The severity that the register gives a check in place of its own. It is the register's to tell."""

    severity: int


class CheckPiece(Piece, frozen=True, kw_only=True):
    """A check's own words. They are part of the program, not of what it saw.

    ``severity`` is the check's own; ``grade`` what the register says instead, if it does. ``reads`` are the kinds
    of evidence that it asks for, each with ``whole`` (it answers only where all was seen), ``item`` (it judges
    item by item, so that one seen failing is a finding though the rest was not seen) or ``seen`` (it makes do with
    what was seen); ``statuses`` are those of the assets that it judges. ``by_day``: a day's passing can change its
    answer. ``by_register``: it reads more of the register than the asset's entry.
    """

    id: str
    title: str
    severity: int
    controls: tuple[str, ...]
    text: str
    reads: tuple[tuple[str, str], ...] = ()
    statuses: tuple[str, ...] = ()
    by_day: bool = False
    by_register: bool = False
    grade: GradePiece | None = None

    @property
    def graded(self) -> int:
        """The severity that counts here: the register's, or the check's own."""
        return self.grade.severity if self.grade is not None else self.severity


class WaiverPiece(Piece, frozen=True, kw_only=True):
    """Who decided to live with a finding, why, and through which day. It may be closed to the finding's readers."""

    by: str
    reason: str
    until: date


class EventPiece(Piece, frozen=True, kw_only=True):
    """One line of a finding's history. ``what``: ``opened``, ``reopened``, ``regraded``, ``restated``, ``fixed``,
    ``dropped`` (closed by a change of ours), ``waived``, ``false-positive``, ``withdrawn`` or ``expired``.

    ``why`` and ``how`` are the ledger's words; ``severity`` is 0 where the event tells none.
    """

    run: int
    at: datetime
    what: str
    why: str = ""
    how: str = ""
    severity: int = 0
    message: str = ""
    waiver: WaiverPiece | None = None


class FindingPiece(Piece, frozen=True, kw_only=True):
    """A finding. ``moves`` are what this run did to it, in order: ``new``, ``reopened``, ``baseline``,
    ``rejudged``, ``reparsed``, ``regraded``, ``waived``, ``unwaived``, ``fixed``, ``dropped``. ``was_open`` and
    ``is_open`` are before and after the run. ``state`` is the ledger's, but ``dropped`` where a change of ours
    alone closed it (``why`` says of what): nothing got better in the world, and so it is not told as fixed.
    """

    id: str
    check: str
    asset: str
    key: str
    cause: str
    state: str
    severity: int
    message: str
    subproject: str
    since_at: datetime
    changed_at: datetime
    moves: tuple[str, ...]
    is_new: bool
    is_open: bool
    was_open: bool
    again: bool
    why: str
    how: str
    file: str
    line: int
    waiver: WaiverPiece | None = None
    history: tuple[EventPiece, ...] = ()


class AnswerPiece(Piece, frozen=True, kw_only=True):
    """What one check said of one asset, see ``AnswerRow``."""

    asset: str
    subproject: str
    check: str
    verdict: str
    reason: str
    detail: str
    stale: bool
    observed_at: datetime | None
    source: str


class CountPiece(Piece, frozen=True, kw_only=True):
    """A number of answers under one marking, see ``Count``."""

    check: str
    subproject: str
    verdict: str
    reason: str
    stale: bool
    count: int


class LookPiece(Piece, frozen=True, kw_only=True):
    """What is believed of one cell, see ``Look``. Outcomes are words, empty for none.

    ``seen_as``: ``owner``, ``member`` or ``grant`` where the look that is believed took such a right.
    """

    asset: str
    subproject: str
    source: str
    kind: str
    outcome: str
    observed_at: datetime | None
    latest: str
    latest_at: datetime | None
    stale: bool
    detail: str
    seen_as: str = ""
    seen: int = 0
    total: int | None = None
    fresh_until: datetime | None = None


class UnreadPiece(Piece, frozen=True, kw_only=True):
    """A tree of the register that could not be read. ``read_at`` is when it last was; ``None``: never."""

    name: str
    read_at: datetime | None


class KnownPiece(Piece, frozen=True, kw_only=True):
    """What the register says of whoever holds something: empty ``handle``, it does not know the account.

    ``expected``: whether it expects them to (``None``: it states no expectation about the asset).
    """

    handle: str
    name: str
    expected: bool | None


class HolderPiece(Piece, frozen=True, kw_only=True):
    """One path to an asset, see ``Held``. ``known`` is ``None`` where these readers may not know.

    A row of ``state`` ``unseen`` without ``known`` and ``account`` says that a source did not tell of the asset.
    ``account`` is ``PLACE:LOGIN``.
    """

    asset: str
    subproject: str
    account: str
    role: str
    path: str
    state: str
    detail: str
    source: str
    observed_at: datetime | None
    stale: bool
    known: KnownPiece | None = None


class AccessPiece(Piece, frozen=True, kw_only=True):
    """One person of the register: accounts as ``PLACE:LOGIN``, the teams they are in, roles that are public.

    ``left`` is the day on which they left, if they did.

    What they hold are the view's ``holders`` and ``given`` whose ``known.handle`` is theirs.
    """

    handle: str
    name: str
    accounts: tuple[str, ...]
    teams: tuple[str, ...]
    roles: tuple[str, ...]
    file: str
    line: int
    left: date | None = None


class AttestedPiece(Piece, frozen=True, kw_only=True):
    """What a person saw of an asset with their own eyes, and through which day it counts."""

    asset: str
    by: str
    seen: date
    until: date
    statement: str
    file: str
    line: int


class TurnPiece(Piece, frozen=True, kw_only=True):
    """What happened to findings up to a moment, under one marking; see ``Turn``."""

    at: datetime
    subproject: str
    new: int
    ours: int
    fixed: int
    dropped: int
    waived: int
    unwaived: int


class TalliedPiece(Piece, frozen=True, kw_only=True):
    """How answers stood after a run, see ``Tallied``."""

    at: datetime
    subproject: str
    ok: int
    fail: int
    stale: int
    unknown: int


class ReachPiece(Piece, frozen=True, kw_only=True):
    """Live, recorded, unreachable, not asked yet; see ``Reach``."""

    live: int
    recorded: int
    unreachable: int
    unasked: int = 0
    oldest: datetime | None = None
    failed: int = 0


class ReleasedPiece(Piece, frozen=True, kw_only=True):
    """One number that a named release lets out; ``count=None``: suppressed. ``total``: the sum of the others."""

    release: str
    subproject: str = ""
    name: str
    count: int | None
    total: bool = False


class View(Piece, frozen=True, kw_only=True):
    """Everything that can be shown, to the readers that each piece allows.

    ``findings`` stand, or were closed by the run; those in ``over`` were closed before it. ``reach`` is ``None`` if
    no source was asked, or if these readers may not know. ``abridged``: of so many answers those that pass, or do
    not apply, are counted and not listed. ``given`` are the paths of people that are no role on an asset: teams,
    environments, invitations. ``campaigns`` is ``None`` where it is not told how they stood.
    """

    marking: Marking = CLEAR
    at: datetime
    as_of: date
    past: bool = False
    pretended: bool = False
    baseline: bool
    abridged: bool = False
    project: ProjectPiece | None = None
    run: RunPiece | None = None
    previous: RunPiece | None = None
    subprojects: tuple[SubprojectPiece, ...] = ()
    assets: tuple[AssetPiece, ...] = ()
    roles: tuple[RolePiece, ...] = ()
    checks: tuple[CheckPiece, ...] = ()
    findings: tuple[FindingPiece, ...] = ()
    over: tuple[FindingPiece, ...] = ()
    answers: tuple[AnswerPiece, ...] = ()
    counts: tuple[CountPiece, ...] = ()
    looks: tuple[LookPiece, ...] = ()
    turns: tuple[TurnPiece, ...] = ()
    tallied: tuple[TalliedPiece, ...] = ()
    holders: tuple[HolderPiece, ...] = ()
    given: tuple[HolderPiece, ...] = ()
    people: tuple[AccessPiece, ...] = ()
    attested: tuple[AttestedPiece, ...] = ()
    shipping: tuple[ShippingPiece, ...] = ()
    steps: tuple[StepPiece, ...] = ()
    reach: ReachPiece | None = None
    unread: tuple[UnreadPiece, ...] = ()
    released: tuple[ReleasedPiece, ...] = ()
    credentials: tuple[CredentialPiece, ...] = ()
    grants: tuple[GrantPiece, ...] = ()
    reviews: tuple[ReviewPiece, ...] = ()
    council: CouncilPiece | None = None
    secured: tuple[SecuredPiece, ...] = ()
    alive: tuple[AlivePiece, ...] = ()
    alike: tuple[AlikePiece, ...] = ()
    campaigns: tuple[CampaignPiece, ...] | None = None
    released_campaigns: tuple[ReleasedCampaignPiece, ...] = ()
