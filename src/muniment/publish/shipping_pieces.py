"""Who can ship, as pieces: one for each asset, withheld whole from whoever may not see all that it rests on."""

from __future__ import annotations

from datetime import datetime

from muniment.model.tlp import TLP, Marking, join
from muniment.publish.held import Held
from muniment.publish.material import Material
from muniment.publish.piece import Piece
from muniment.publish.shipping import Protection, Route, Shipper, Shipping


class PathPiece(Piece, frozen=True, kw_only=True):
    """One path of one person. ``alone``: whether it takes no second person (``None``: not seen).

    ``account`` is ``PLACE:LOGIN``; ``through`` the asset that the right is held on, if another; ``kind`` the
    evidence that tells.
    """

    route: str
    account: str
    role: str
    path: str
    through: str
    alone: bool | None
    kind: str
    source: str
    observed_at: datetime | None
    stale: bool


class FactorPiece(Piece, frozen=True, kw_only=True):
    """The second factor of one account; ``factor`` is a word of ``publish.shipping.Factor``."""

    account: str
    factor: str
    detail: str
    source: str
    observed_at: datetime | None


class ShipperPiece(Piece, frozen=True, kw_only=True):
    """One person, or one machine (``bot``), with every path. Empty ``handle``: unknown to the register.

    ``strong`` and ``weak``: what is known of two-factor on all and on any of the accounts; neither: not seen.
    """

    key: str
    handle: str
    name: str
    bot: bool
    alone: bool | None
    strong: bool
    weak: bool
    paths: tuple[PathPiece, ...]
    factors: tuple[FactorPiece, ...]


class RoutePiece(Piece, frozen=True, kw_only=True):
    """One kind of path: how many people and machines have it, and how many of the people by it alone."""

    id: str
    words: str
    people: int
    alone: int
    machines: int


class GapPiece(Piece, frozen=True, kw_only=True):
    """What could not be seen, and of which kind of path; ``through`` is where, if elsewhere."""

    route: str
    why: str
    through: str
    source: str
    observed_at: datetime | None


class WorkflowPiece(Piece, frozen=True, kw_only=True):
    """A workflow that publishes the package, see ``Workflow``; ``words`` are a sentence."""

    repository: str
    workflow: str
    environment: str | None
    words: str
    kind: str
    source: str
    observed_at: datetime | None
    stale: bool


class ShippingPiece(Piece, frozen=True, kw_only=True):
    """Who can ``verb`` an asset, see ``Shipping``. ``answer`` is the sentence, ``bus`` the bus factor in words.

    ``most`` is ``None`` where not everything was seen.
    """

    asset: str
    subproject: str
    verb: str
    answer: str
    bus: str
    least: int
    most: int | None
    people: tuple[ShipperPiece, ...]
    machines: tuple[ShipperPiece, ...]
    routes: tuple[RoutePiece, ...]
    gaps: tuple[GapPiece, ...]
    workflows: tuple[WorkflowPiece, ...] = ()


def shipping(material: Material) -> tuple[ShippingPiece, ...]:
    """An answer for each asset: for the subproject that answers for it, as closed as the register's people."""
    return tuple(_piece(told, material) for told in sorted(material.shipping, key=lambda told: told.asset))


def _piece(told: Shipping, material: Material) -> ShippingPiece:
    inventory = material.inventory
    subproject = inventory.subproject_of(told.asset)
    whole = join(material.register_marking, material.decisions_marking)
    paths = [path for one in (*told.people, *told.bots) for path in one.paths]
    rows = (*paths, *told.gaps)
    factors = [own.marking for one in (*told.people, *told.bots) for own in one.factors]
    named = {one.repository for one in told.workflows}
    assets = {told.asset, *(row.through for row in rows), *(named & inventory.known.keys())} - {""}
    marking = join(
        Marking(TLP.AMBER, frozenset({subproject}) - {""}),
        told.marking,
        *(row.marking for row in rows),
        *factors,
        *(one.marking for one in told.workflows),
        *(inventory.marking(asset, whole) for asset in assets),
        *(inventory.party_marking(one.handle) for one in (*told.people, *told.bots)),
    )
    return ShippingPiece(
        marking=marking,
        asset=told.asset,
        subproject=subproject,
        verb=told.verb,
        answer=told.sentence,
        bus=told.bus.told,
        least=told.bus.least,
        most=told.bus.most,
        people=tuple(_shipper(one, marking) for one in told.people),
        machines=tuple(_shipper(one, marking) for one in told.bots),
        routes=tuple(_routes(told, marking)),
        gaps=tuple(
            GapPiece(
                marking=marking,
                route=gap.route,
                why=gap.detail,
                through=gap.through,
                source=gap.source,
                observed_at=gap.observed_at,
            )
            for gap in told.gaps
        ),
        workflows=tuple(
            WorkflowPiece(
                marking=marking,
                repository=one.repository,
                workflow=one.workflow,
                environment=one.environment,
                words=one.words,
                kind=one.kind,
                source=one.source,
                observed_at=one.observed_at,
                stale=one.stale,
            )
            for one in told.workflows
        ),
    )


def _shipper(one: Shipper, marking: Marking) -> ShipperPiece:
    return ShipperPiece(
        marking=marking,
        key=one.key,
        handle=one.handle,
        name=one.name,
        bot=one.bot,
        alone=one.alone,
        strong=one.is_strong,
        weak=one.is_weak,
        paths=tuple(_path(path, marking) for path in one.paths),
        factors=tuple(_factor(own, marking) for own in one.factors),
    )


def _path(path: Held, marking: Marking) -> PathPiece:
    return PathPiece(
        marking=marking,
        route=path.route,
        account=f"{path.place}:{path.who}",
        role=path.role,
        path=path.path,
        through=path.through,
        alone=path.alone,
        kind=path.kind,
        source=path.source,
        observed_at=path.observed_at,
        stale=path.stale,
    )


def _factor(own: Protection, marking: Marking) -> FactorPiece:
    return FactorPiece(
        marking=marking,
        account=own.account,
        factor=own.factor.value,
        detail=own.detail,
        source=own.source,
        observed_at=own.observed_at,
    )


def _routes(told: Shipping, marking: Marking) -> list[RoutePiece]:
    """The kinds of path that somebody has, people or machines."""
    return [
        RoutePiece(
            marking=marking,
            id=route.value,
            words=route.words,
            people=len(people),
            alone=sum(any(p.route == route and p.alone for p in one.paths) for one in people),
            machines=len(machines),
        )
        for route in Route
        if (people := told.on(route)) + (machines := told.machines_on(route))
    ]
