"""The page of who can ship: each package and organization, how many people can, and how many may leave."""

from __future__ import annotations

from collections.abc import Iterator

from muniment.publish.pieces import LookPiece
from muniment.publish.shipping_pieces import ShippingPiece
from muniment.reporters.site.catalogue import Catalogue
from muniment.reporters.site.page import Page


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """The one page of who can ship, for readers that are told of any."""
    if not catalogue.names_findings:
        return
    found = tuple(catalogue.ships.values())
    yield Page(
        path="ship.html",
        template="ships.html",
        section="people",
        facts={"found": tuple(sorted(found, key=_gravest)), "some_gap": any(one.gaps for one in found)},
        looks=tuple(dict.fromkeys(look for one in found for look in looks_of(catalogue, one))),
    )


def _gravest(one: ShippingPiece) -> tuple[int, int, str]:
    """Those that fewest people can keep alive first."""
    return (one.least, -sum(person.weak for person in one.people), one.asset)


def looks_of(catalogue: Catalogue, one: ShippingPiece) -> tuple[LookPiece, ...]:
    """The evidence that an answer rests on: of the asset, and of those that rights are held on."""
    elsewhere = (path.through for person in (*one.people, *one.machines) for path in person.paths)
    kinds = {path.kind for person in (*one.people, *one.machines) for path in person.paths}
    assets = dict.fromkeys((one.asset, *elsewhere, *(gap.through for gap in one.gaps)))
    return tuple(
        look
        for asset in assets
        if asset
        for look in catalogue.looks_at.get(asset, ())
        if asset == one.asset or look.kind in kinds
    )
