"""A page on who can ship one asset: every path as a chain of rights, and each person beside each path."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from muniment.publish.alike import AlikePiece
from muniment.publish.shipping_pieces import GapPiece, RoutePiece, ShipperPiece, ShippingPiece
from muniment.reporters.site.catalogue import Catalogue
from muniment.reporters.site.page import Page
from muniment.reporters.site.pages.ships import looks_of
from muniment.reporters.site.paths import ship_path

RIGHTS = {
    "pypi-role": ("PyPI role", "A role on PyPI", "Uploads"),
    "pypi-organization": ("PyPI organization", "Runs its organization on PyPI", "Uploads"),
    "npm-role": ("npm", "Maintainer on npm", "Publishes"),
    "conda-feedstock": ("conda-forge", "Maintains the feedstock", "Merges"),
    "gate": ("Changes the gate", "Can change the publishing workflow", "The workflow publishes"),
    "approval": ("Approves", "Approves the release environment", "The workflow publishes"),
    "push": ("Pushes", "Pushes to the branch that is released", "The workflow publishes"),
    "owner": ("Owner", "Owns the organization", "Changes anything in it"),
    "admin": ("Administrator", "Administers the repository", "Changes anything in it"),
}
"""By the kind of path: its name over a column, the right it begins with, and what follows from that."""


class Way(Struct, frozen=True, kw_only=True):
    """One kind of path to an asset: who has it (``None``: nobody was seen to), where, and what was not seen of it.

    ``through`` are the assets that the right is held on, where those are others. Of the people ``alone`` need no
    second person, ``second`` do, and of ``unclear`` that was not seen.
    """

    id: str
    route: RoutePiece | None
    alone: int
    second: int
    unclear: int
    through: tuple[str, ...]
    gaps: tuple[GapPiece, ...]


class Row(Struct, frozen=True, kw_only=True):
    """One person or machine beside every way: ``alone``, ``second``, ``unclear``, ``no`` or ``not-seen``."""

    who: ShipperPiece
    cells: tuple[str, ...]


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """A page for every asset of which these readers may know who can ship it."""
    for one in catalogue.ships.values():
        yield Page(
            path=ship_path(one.asset),
            template="ship.html",
            section="people",
            facts=_facts(one) | {"alike": tuple(_alike(catalogue, one))},
            looks=looks_of(catalogue, one),
        )


def _facts(one: ShippingPiece) -> dict[str, Any]:
    ways = tuple(_ways(one))
    everybody = (*one.people, *one.machines)
    return {
        "s": one,
        "ways": ways,
        "rights": RIGHTS,
        "paths": tuple(RIGHTS.get(way.id, (way.id,))[0] for way in ways),
        "rows": tuple(Row(who=who, cells=tuple(cell(who, way) for way in ways)) for who in everybody),
        "weak": sum(person.weak for person in one.people),
        "blind": sum(not person.weak and not person.strong for person in one.people),
        "strangers": sum(not person.handle for person in one.people),
    }


def _alike(catalogue: Catalogue, one: ShippingPiece) -> Iterator[AlikePiece]:
    """The two of those who can that may be one person."""
    here = dict.fromkeys(person.key for person in one.people)
    for key in here:
        yield from (two for two in catalogue.alike.get(key, ()) if two.one == key and two.other in here)


def _ways(one: ShippingPiece) -> Iterator[Way]:
    """Those that somebody has in the order of their kind, then those of which only a gap is known."""
    paths = [path for who in (*one.people, *one.machines) for path in who.paths]
    known = {route.id: route for route in one.routes}
    for id in dict.fromkeys((*known, *(gap.route for gap in one.gaps if gap.route))):
        states = [_open_to(person, id) for person in one.people]
        yield Way(
            id=id,
            route=known.get(id),
            alone=states.count("alone"),
            second=states.count("second"),
            unclear=states.count("unclear"),
            through=tuple(dict.fromkeys(p.through for p in paths if p.route == id and p.through)),
            gaps=tuple(gap for gap in one.gaps if gap.route == id),
        )


def cell(who: ShipperPiece, way: Way) -> str:
    """Whether a way is open to somebody. Where not all of it was seen, not to be there proves nothing."""
    return _open_to(who, way.id) or ("not-seen" if way.gaps else "no")


def _open_to(who: ShipperPiece, way: str) -> str:
    said = {path.alone for path in who.paths if path.route == way}
    if not said:
        return ""
    return "alone" if True in said else "unclear" if None in said else "second"
