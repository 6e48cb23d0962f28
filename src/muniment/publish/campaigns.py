"""Campaigns as pieces: how each stands, whom it is about, what was sent. Everything in them is AMBER at least."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, TypeVar

from msgspec.structs import replace

from muniment.model.tlp import TLP, Marking, join
from muniment.publish.piece import Piece

P = TypeVar("P", bound=Piece)

COUNCIL_ALONE = Marking(TLP.AMBER, frozenset())
"""Of sums over people whom no single subproject may all know, and of what the council decided about somebody."""


class TiePiece(Piece, frozen=True, kw_only=True):
    """One finding of a subject: where, in which role, what is wrong there.

    ``is_open``: it is not known to be mended, and not waived. ``unseen``: why nobody can tell whether it still is.
    """

    asset: str
    role: str
    problem: str
    is_open: bool
    unseen: str = ""
    is_waived: bool = False


class ReasonPiece(Piece, frozen=True, kw_only=True):
    """Why somebody is not asked, in the words of whoever decided it."""

    words: str


class SubjectPiece(Piece, frozen=True, kw_only=True):
    """One subject of a campaign. ``state``: ``to-go``, ``cannot-see``, ``complied``, ``left`` or ``exempt``.

    A person has a ``login``, and a ``handle`` and a ``name`` where the register knows them. ``asked_by`` are the
    handles of the owners who ask them in the council's place. ``asked_since`` a message they have until the day
    ``by``; ``None``: none has reached them. ``told`` is the title of the newest message to them,
    ``told_on`` its day; ``unsure``: nobody knows whether it was sent, or it was refused.
    """

    subject: str
    state: str
    since: date
    handle: str = ""
    name: str = ""
    login: str = ""
    joined: bool = False
    again: bool = False
    why: str = ""
    reason: ReasonPiece | None = None
    ties: tuple[TiePiece, ...] = ()
    asked_by: tuple[str, ...] = ()
    asked_since: date | None = None
    by: date | None = None
    told: str = ""
    told_on: date | None = None
    unsure: bool = False


class LinePiece(Piece, frozen=True, kw_only=True):
    """An organization, or a repository, in a campaign: how many of whom, and whether it could be seen.

    ``none`` are without a second factor, ``weak`` have one that a text message will do for; both of those to go.
    ``required``: it requires one; ``None``: nobody could see that. ``blocked`` and ``removed`` are whom requiring
    one would hit today, ``blocked_by_secure`` and ``removed_by_secure`` whom "only secure methods" would.
    ``unseen``: why there may be more. ``applies``: something that is asked is about it.
    """

    asset: str
    to_go: int
    complied: int
    left: int
    exempt: int
    cannot_see: int
    none: int = 0
    weak: int = 0
    required: bool | None = None
    unseen: str = ""
    applies: bool = True
    owner: str = ""
    owner_name: str = ""
    blocked: int = 0
    removed: int = 0
    blocked_by_secure: int = 0
    removed_by_secure: int = 0


class SlidPiece(Piece, frozen=True, kw_only=True):
    """One thing that got worse since a campaign began. No ``login`` and no ``handle``: the organization's own."""

    asset: str
    happened: str
    on: date
    handle: str = ""
    name: str = ""
    login: str = ""


class MailPiece(Piece, frozen=True, kw_only=True):
    """What became of the messages of one stage: ``sending`` count as ``uncertain``. ``due``: to be sent today."""

    title: str
    sent: int = 0
    refused: int = 0
    uncertain: int = 0
    due: int = 0


class StagePiece(Piece, frozen=True, kw_only=True):
    """A stage on the line of days, and the date that it falls on."""

    title: str
    day: int
    on: date
    mail: MailPiece | None = None


class BurndownPiece(Piece, frozen=True, kw_only=True):
    """How many had something open, without the exempt, at the end of each day; the last day is today.

    ``zero_on``: when nobody would, at the pace of the last four weeks; ``None``: never, or too early to say, which
    ``is_early`` tells apart. ``unseen``: of how many of today's nobody can tell whether it still is open.
    """

    days: tuple[tuple[date, int], ...]
    unseen: int
    zero_on: date | None = None
    is_early: bool = False


class UnsettledPiece(Piece, frozen=True, kw_only=True):
    """A message of which a person has to say what became of it; addresses are redacted."""

    key: str
    shown_to: str
    state: str
    detail: str
    at: datetime


class SumPiece(Piece, frozen=True, kw_only=True):
    """How many stand where; from this the public's numbers are released, and from nothing else."""

    done: int
    to_go: int
    cannot_see: int


class CampaignPiece(Piece, frozen=True, kw_only=True):
    """A campaign. ``state``: ``running``, ``paused``, ``closed``, or ``untold`` for the reason in ``why``.

    ``family``: ``people``, ``repositories`` or ``subprojects``. ``day`` of ``days`` it is, ``today`` the date
    of it, ``last_day`` the date of the last. ``checks`` find whom it is about. ``open_to_all`` counts those
    who stand in trees of the register that are open to everybody, for the release.
    """

    name: str
    title: str
    family: str
    state: str
    began: date
    by: str
    today: date
    day: int = 0
    days: int = 0
    last_day: date | None = None
    ended: date | None = None
    why: str = ""
    checks: tuple[str, ...] = ()
    stages: tuple[StagePiece, ...] = ()
    others: tuple[MailPiece, ...] = ()
    subjects: tuple[SubjectPiece, ...] = ()
    lines: tuple[LinePiece, ...] = ()
    slid: tuple[SlidPiece, ...] = ()
    burndown: BurndownPiece | None = None
    unsettled: tuple[UnsettledPiece, ...] = ()
    open_to_all: SumPiece | None = None


class ReleasedCampaignPiece(Piece, frozen=True, kw_only=True):
    """What everybody may know of a campaign: four numbers (``None``: hidden), and who requires a second factor.

    ``family`` is the campaign's: only one that asks ``people`` is about a second factor.
    """

    title: str
    family: str
    state: str
    began: date
    last_day: date | None
    checks: tuple[str, ...]
    counts: tuple[tuple[str, int | None], ...]
    requiring: tuple[str, ...]


def closed(pieces: tuple[P, ...], least: Marking) -> tuple[P, ...]:
    """Pieces of which no part is more open than ``least``, nor than AMBER."""
    return tuple(_closed(piece, join(Marking(TLP.AMBER), least)) for piece in pieces)


def _closed(piece: P, least: Marking) -> P:
    changes: dict[str, Any] = {"marking": join(piece.marking, least)}
    for name in piece.__struct_fields__:
        value = getattr(piece, name)
        if isinstance(value, Piece):
            changes[name] = _closed(value, least)
        elif isinstance(value, tuple) and any(isinstance(one, Piece) for one in value):
            changes[name] = tuple(_closed(one, least) for one in value)
    return replace(piece, **changes)
