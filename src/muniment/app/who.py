"""Who holds which role on an asset, and for a package who can ship it, through every path that was seen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from muniment.app.dossiers import Book, book_at, dossiers, records_at
from muniment.app.find import asset_named, begun, unread
from muniment.app.holding import OWNER, expected, held
from muniment.checks.assessment import Dossier
from muniment.model.asset import GITHUB_REPO, family
from muniment.model.tlp import TLP, Marking, join
from muniment.ports import Store
from muniment.publish.holding import members
from muniment.publish.material import Held
from muniment.register.inventory import parent_of


class Holders(Struct, frozen=True):
    """Every path seen, what could not be seen, and the register's expectation that nothing seen meets.

    ``marking`` is the join of the register's and every line's; naming people is at least AMBER.
    """

    asset: str
    holders: tuple[Held, ...]
    unseen: tuple[str, ...]
    missing: tuple[str, ...]
    marking: Marking


def who(store: Store, asset: str, *, at: datetime | None, now: datetime) -> Holders:
    """Everything known of who holds an asset at an instant; ``UsageError`` if the register knows no such asset."""
    begun(store, at)
    book = book_at(store, at)
    inventory = book.inventory
    asset = asset_named(inventory, asset)
    dossier = _one(store, book, asset, at, now)
    rows = (*held(dossier, inventory), *_above(store, book, dossier, at, now))
    found = tuple(row for row in rows if row.state == "seen")
    unseen = [row.detail for row in rows if not row.party and row.state in ("unseen", "gone")]
    attested = inventory.attestations.get(asset)
    if attested is not None:
        unseen.append(f"attested by {attested.by} on {attested.seen}, until {attested.until}: {attested.statement}")
    unseen += unread(inventory)
    met = {row.party for row in found if row.party}
    missing = tuple(
        f"{handle} ({holding.role})"
        for holding in dossier.entry.holders
        for handle in holding.holders
        if not met & set(members(inventory, handle))
    )
    register = inventory.marking(asset, book.whole)
    trees = (tree.marking for tree in inventory.unread.values())
    marking = join(Marking(TLP.AMBER), register, *(row.marking for row in rows), *trees)
    return Holders(asset, found, tuple(unseen), missing, marking)


def _one(store: Store, book: Book, asset: str, at: datetime | None, now: datetime) -> Dossier:
    (dossier,) = (d for d in dossiers(records_at(store, at, (asset,)), only(book, asset), now=now))
    return dossier


def _above(store: Store, book: Book, dossier: Dossier, at: datetime | None, now: datetime) -> Iterator[Held]:
    """The owners of a repository's organization, who may do everything in it, or why they were not seen."""
    organization = parent_of(dossier.asset)
    if family(dossier.asset) != GITHUB_REPO or organization not in book.inventory.known:
        return
    wanted = expected(dossier.entry, book.inventory)
    for row in held(_one(store, book, organization, at, now), book.inventory):
        if row.state == "seen" and row.role == OWNER:
            told = (row.party in wanted) if wanted else None
            yield replace(row, asset=dossier.asset, path=f"owner of {organization}", expected=told)
        elif not row.party and not row.who:
            yield replace(row, asset=dossier.asset, detail=f"{organization}: {row.detail}")


def only(book: Book, asset: str) -> Book:
    """The book with one asset in it, for a question about that asset alone."""
    inventory = book.inventory
    return replace(book, inventory=replace(inventory, assets={asset: inventory.known[asset]}, found={}))
