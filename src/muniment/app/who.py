"""Who holds which role on an asset, and for a package who can ship it, through every path that was seen."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from muniment.app.dossiers import Book, book_at, dossiers, records_at
from muniment.app.find import among, begun
from muniment.app.holding import held
from muniment.model.tlp import TLP, Marking, join
from muniment.ports import Store
from muniment.publish.holding import members
from muniment.publish.material import Held


class Holders(Struct, frozen=True):
    """Every path seen, what could not be seen, and the register's expectation that nothing seen meets."""

    asset: str
    holders: tuple[Held, ...]
    unseen: tuple[str, ...]
    missing: tuple[str, ...]
    register: Marking

    @property
    def marking(self) -> Marking:
        """The join of every line's marking and the register's; naming people is at least AMBER."""
        return join(Marking(TLP.AMBER), self.register, *(h.marking for h in self.holders))


def who(store: Store, asset: str, *, at: datetime | None, now: datetime) -> Holders:
    """Everything known of who holds an asset at an instant."""
    begun(store, at)
    book = book_at(store, at)
    inventory = book.inventory
    among(asset, inventory.known, "asset in the register:")
    (dossier,) = (d for d in dossiers(records_at(store, at, (asset,)), only(book, asset), now=now))
    rows = tuple(held(dossier, inventory))
    found = tuple(row for row in rows if row.state == "seen")
    unseen = [row.detail for row in rows if not row.party and row.state in ("unseen", "gone")]
    attested = inventory.attestations.get(asset)
    if attested is not None:
        unseen.append(f"attested by {attested.by} on {attested.seen}, until {attested.until}: {attested.statement}")
    met = {row.party for row in found if row.party}
    missing = tuple(
        f"{handle} ({holding.role})"
        for holding in dossier.entry.holders
        for handle in holding.holders
        if not met & set(members(inventory, handle))
    )
    return Holders(asset, found, tuple(unseen), missing, inventory.marking(asset, book.whole))


def only(book: Book, asset: str) -> Book:
    """The book with one asset in it, for a question about that asset alone."""
    inventory = book.inventory
    return replace(book, inventory=replace(inventory, assets={asset: inventory.known[asset]}, found={}))


def seen_stamp(row: Held) -> str:
    """When and where something was seen: ``2026-06-14 06:02 UTC, pypi (stale)``."""
    when = row.observed_at.strftime("%Y-%m-%d %H:%M UTC") if row.observed_at else "never"
    return f"{when}, {row.source}{' (stale)' if row.stale else ''}"
