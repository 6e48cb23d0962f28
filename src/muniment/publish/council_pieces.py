"""The rights of those who answer for security, as pieces: for the council alone, withheld whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from muniment.model.tlp import TLP, Marking, join
from muniment.publish.campaigns import COUNCIL_ALONE
from muniment.publish.council import Answer, Council, Grantors, Right, Secured
from muniment.publish.piece import Piece


class RightPiece(Piece, frozen=True, kw_only=True):
    """The answer about one right: ``yes``, ``some``, ``no`` or ``cannot tell``, and what it stands on."""

    verdict: str
    why: str


class SeatPiece(Piece, frozen=True, kw_only=True):
    """One person in one organization; ``rights`` in the order of the rights' names."""

    handle: str
    name: str
    role: str
    stale: bool
    rights: tuple[RightPiece, ...]


class BenchPiece(Piece, frozen=True, kw_only=True):
    """One organization: who could grant what is missing, what nobody has, and each person."""

    asset: str
    grantors: str
    lacking: tuple[str, ...]
    seats: tuple[SeatPiece, ...]


class SecuredPiece(Piece, frozen=True, kw_only=True):
    """The second factor of one account: ``factor`` as in ``publish.council.Secured``, ``known`` how it is known."""

    handle: str
    name: str
    account: str
    factor: str
    known: str
    why: str
    observed_at: datetime | None


class CouncilPiece(Piece, frozen=True, kw_only=True):
    """The rights (``names``) of those who answer for security, by organization; ``trouble``: why there are none."""

    names: tuple[str, ...]
    benches: tuple[BenchPiece, ...]
    secured: tuple[SecuredPiece, ...]
    trouble: str


def council(told: Council, least: Marking) -> CouncilPiece:
    """The council's rights, no more open than what they rest on and than ``least``."""
    marking = join(Marking(TLP.AMBER), COUNCIL_ALONE, told.marking, least, *(p.marking for p in told.places))
    return CouncilPiece(
        marking=marking,
        names=tuple(right.words for right in Right),
        benches=tuple(_bench(told, asset, marking) for asset in dict.fromkeys(p.organization for p in told.places)),
        secured=secured(told.secured, marking),
        trouble=told.trouble,
    )


def secured(found: Iterable[Secured], least: Marking) -> tuple[SecuredPiece, ...]:
    """The second factors of accounts: for the council alone, and no more open than ``least``."""
    closed = join(Marking(TLP.AMBER), COUNCIL_ALONE, least)
    return tuple(
        SecuredPiece(
            marking=join(closed, own.marking),
            handle=own.handle,
            name=own.name,
            account=f"{own.platform}:{own.login}",
            factor=own.factor,
            known=own.state.value,
            why=own.why,
            observed_at=own.observed_at,
        )
        for own in found
    )


def _bench(told: Council, asset: str, marking: Marking) -> BenchPiece:
    here = [place for place in told.places if place.organization == asset]
    had = {held.right for place in here for held in place.rights if held.answer is Answer.YES}
    return BenchPiece(
        marking=marking,
        asset=asset,
        grantors=told.grantors.get(asset, Grantors()).by_name,
        lacking=tuple(right.words for right in Right if right not in had),
        seats=tuple(
            SeatPiece(
                marking=marking,
                handle=place.handle,
                name=place.name,
                role=place.role,
                stale=place.stale,
                rights=tuple(
                    RightPiece(marking=marking, verdict=held.answer.value, why=held.why)
                    for right in Right
                    for held in place.rights
                    if held.right is right
                ),
            )
            for place in here
        ),
    )
