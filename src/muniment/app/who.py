"""Who holds which role on an asset, and who can ship or administer it, through every path that was seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from muniment.app.activity import activities
from muniment.app.alike import MayBe, proposed
from muniment.app.dossiers import Book, book_at, dossiers, records_at
from muniment.app.find import asset_named, begun, packages_called, unread
from muniment.app.holding import expected, held
from muniment.app.shipping import factors as second
from muniment.app.shipping.deriving import shipping
from muniment.app.shipping.factors import Factors
from muniment.app.shipping.origin import origins
from muniment.app.shipping.people import key_of
from muniment.app.shipping.rights import rights
from muniment.app.shipping.together import together
from muniment.app.signs_of_life import Account
from muniment.checks.assessment import Dossier
from muniment.evidence.kind import kind_id
from muniment.model.asset import GITHUB_ORG, GITHUB_REPO, family
from muniment.model.tlp import TLP, Marking, join
from muniment.ports import Store
from muniment.publish.held import Held
from muniment.publish.holding import members
from muniment.publish.shipping import Shipping
from muniment.register.inventory import Inventory, parent_of


class Holders(Struct, frozen=True):
    """Every path seen, what could not be seen, and the register's expectation that nothing seen meets.

    ``marking`` is the join of the register's and every line's; naming people is at least AMBER.
    """

    asset: str
    holders: tuple[Held, ...]
    unseen: tuple[str, ...]
    missing: tuple[str, ...]
    shipping: Shipping
    marking: Marking
    maybe: tuple[MayBe, ...] = ()
    """Those of the holders who may be one person; everything counts them apart."""


class Called(Struct, frozen=True):
    """What goes by one name at several registries: each answer, and all of them in one."""

    name: str
    each: tuple[Holders, ...]
    together: Shipping


def whoever(store: Store, word: str, *, at: datetime | None, now: datetime) -> Holders | Called:
    """As ``who``; of a bare name that packages of the project go by, the answer about all of these."""
    begun(store, at)
    called = packages_called(book_at(store, at).inventory, word)
    if not called:
        return who(store, word, at=at, now=now)
    maybe = proposed(store, book_at(store, at), at=at, now=now)
    each = tuple(who(store, asset, at=at, now=now, maybe=maybe) for asset in called)
    return Called(word.strip(), each, together(word.strip(), [one.shipping for one in each]))


def who(
    store: Store, asset: str, *, at: datetime | None, now: datetime, maybe: Sequence[MayBe] | None = None
) -> Holders:
    """Everything known of who holds an asset at an instant; ``UsageError`` if the register knows no such asset.

    ``maybe``: who may be one person then, if that was asked already.
    """
    begun(store, at)
    book = book_at(store, at)
    inventory = book.inventory
    asset = asset_named(inventory, asset)
    near = _near(store, book, asset, at, now)
    dossier = near[asset]
    factors = Factors(_showing_factors(store, book, at, now))
    may = proposed(store, book, at=at, now=now) if maybe is None else maybe
    told = _with_activity(shipping(dossier, near.get, inventory, factors, may), store, inventory, at, now)
    own = held(dossier, inventory, near.get(parent_of(asset) or ""))
    rows = tuple(dict.fromkeys((*_beside(dossier, near, inventory), *own)))
    paths = [path for one in (*told.people, *told.bots) for path in one.paths]
    found = _merged([row for row in rows if row.state == "seen"], paths)
    unseen = [row.detail for row in rows if not row.party and row.state in ("unseen", "gone")]
    lines = dict.fromkeys((*unseen, *(gap.detail for gap in told.gaps)))
    attested = inventory.attestations.get(asset)
    if attested is not None:
        lines[f"attested by {attested.by} on {attested.seen}, until {attested.until}: {attested.statement}"] = None
    lines |= dict.fromkeys(unread(inventory))
    met = {row.party for row in rows if row.state == "seen" and row.party}
    missing = tuple(
        f"{handle} ({holding.role})"
        for holding in dossier.entry.holders
        for handle in holding.holders
        if not met & set(members(inventory, handle))
    )
    through = {row.through for row in (*found, *told.gaps)} - {""}
    register = [inventory.marking(one, book.whole) for one in (asset, *sorted(through))]
    trees = (tree.marking for tree in inventory.unread.values())
    here = {key_of(row) for row in found}
    ours = tuple(one for one in may if one.one in here and one.other in here)
    also = (one.marking for one in ours)
    marking = join(Marking(TLP.AMBER), told.marking, *register, *(row.marking for row in rows), *trees, *also)
    return Holders(asset, found, tuple(lines), missing, replace(told, marking=marking), marking, ours)


def _with_activity(
    told: Shipping, store: Store, inventory: Inventory, at: datetime | None, now: datetime
) -> Shipping:
    """The same with whether each person is active, if anybody was ever asked for it."""
    answer = activities(store, inventory, at=at, now=now)
    if answer is None:
        return told
    numbers = {one.key: next((path.number for path in one.paths if path.number), 0) for one in told.people}
    people = (replace(one, activity=answer(Account(numbers[one.key], "", one.handle))) for one in told.people)
    return replace(told, people=tuple(people), inactive_after=inventory.policy.inactive_after)


def _merged(rows: list[Held], paths: list[Held]) -> tuple[Held, ...]:
    """The rows of an asset's holders with the paths by which it is shipped; a row that is a path stands once."""
    told = {_identity(path): path for path in paths}
    first = [told.pop(_identity(row), row) for row in rows]
    return (*first, *told.values())


def _identity(row: Held) -> tuple[str, str, int, str, str, str]:
    return (row.place, row.who, row.number, row.role, row.path, row.kind)


def _beside(dossier: Dossier, near: Mapping[str, Dossier], inventory: Inventory) -> tuple[Held, ...]:
    """Everybody who was given something in a repository, by teams and by the organization too."""
    if family(dossier.asset) != GITHUB_REPO:
        return ()
    organization = near.get(parent_of(dossier.asset) or "")
    every = rights(dossier, organization, inventory, expected(dossier.entry, inventory))
    return (*every.rows, *every.gaps)


def _near(store: Store, book: Book, asset: str, at: datetime | None, now: datetime) -> dict[str, Dossier]:
    """The dossiers of an asset, of the repositories that it is published from, and of their organizations."""
    near: dict[str, Dossier] = {}
    waiting = [asset]
    while waiting:
        named = waiting.pop()
        if named in near or named not in book.inventory.known:
            continue
        near[named] = _one(store, book, named, at, now)
        told = origins(near[named])
        waiting += [one.repository for one in told.found]
        waiting += [other for other in (told.made_in, parent_of(named)) if other]
    return near


def _one(store: Store, book: Book, asset: str, at: datetime | None, now: datetime) -> Dossier:
    (dossier,) = dossiers(records_at(store, at, (asset,)), only(book, (asset,)), now=now)
    return dossier


def _showing_factors(store: Store, book: Book, at: datetime | None, now: datetime) -> list[Dossier]:
    """Every organization, with what it shows of second factors: whichever shows it, it is the account's own."""
    organizations = [asset for asset in sorted(book.inventory.known) if family(asset) == GITHUB_ORG]
    kinds = [kind_id(kind) for kind in second.READ]
    return list(dossiers(records_at(store, at, organizations, kinds), only(book, organizations), now=now))


def only(book: Book, assets: tuple[str, ...] | list[str]) -> Book:
    """The book with some assets in it, for a question about those alone."""
    inventory = book.inventory
    kept = {asset: inventory.known[asset] for asset in assets}
    return replace(book, inventory=replace(inventory, assets=kept, found={}))
