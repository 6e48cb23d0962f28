"""Who holds which role on an asset, and for a package who can ship it, through every path that was seen."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from muniment.app.dossiers import Book, book_at, dossiers, records_at
from muniment.app.find import among, begun
from muniment.checks.assessment import Seen
from muniment.evidence.kind import Evidence, kinds
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.package_ownership import PackageOwnership
from muniment.evidence.package_role import PackageRole
from muniment.model.asset import WRITTEN, family
from muniment.model.observation import Outcome
from muniment.model.tlp import TLP, Marking, join
from muniment.ports import Store
from muniment.register.inventory import Inventory


class Holder(Struct, frozen=True, kw_only=True):
    """One path to an asset: who, as what, and how that is known.

    ``party`` is the register's handle, empty where the register does not know the account. ``seen`` is when
    and where; ``expected`` tells whether the register expects it (``None``: it states no expectation).
    """

    who: str
    party: str
    role: str
    path: str
    seen: str
    expected: bool | None
    marking: Marking


class Holders(Struct, frozen=True):
    """Every path seen, what could not be seen, and the register's expectation that nothing seen meets."""

    asset: str
    holders: tuple[Holder, ...]
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
    expected = {handle: holding.role for holding in dossier.entry.holders for handle in holding.holders}
    people = {m: role for h, role in expected.items() for m in members(inventory, h)}
    found: list[Holder] = []
    unseen: list[str] = []
    telling = [kind for kind in (PackageRole, PackageOwnership, OrganizationMember) if family(asset) in kind.about]
    if not telling:
        unseen.append(f"no source that muniment asks tells who holds {WRITTEN[family(asset)]}")
    for kind in telling:
        view = dossier.cells.get(kind)
        if view is None or view.outcome is None or view.outcome is Outcome.ABSENT:
            unseen.append(unseen_line(kind, view))
            continue
        if view.outcome is Outcome.PARTIAL:
            unseen.append(f"{label(kind)}: only a part was seen ({view.detail})")
        for item in view.items:
            found.extend(_paths(item, asset, inventory, people, bool(expected), view))
    met = {h.party for h in found if h.party}
    attested = inventory.attestations.get(asset)
    if attested is not None:
        unseen.append(f"attested by {attested.by} on {attested.seen}, until {attested.until}: {attested.statement}")
    missing = tuple(f"{h} ({role})" for h, role in expected.items() if not met & set(members(inventory, h)))
    return Holders(asset, tuple(found), tuple(unseen), missing, inventory.marking(asset, book.whole))


def only(book: Book, asset: str) -> Book:
    """The book with one asset in it, for a question about that asset alone."""
    inventory = book.inventory
    return replace(book, inventory=replace(inventory, assets={asset: inventory.known[asset]}, found={}))


def members(inventory: Inventory, handle: str, *, deep: int = 8) -> tuple[str, ...]:
    """The people behind a handle: itself, or a team's members."""
    party = inventory.parties.get(handle)
    if party is None or not party.members or deep == 0:
        return (handle,)
    return tuple(m for member in party.members for m in members(inventory, member, deep=deep - 1))


def _paths(
    item: Evidence, asset: str, inventory: Inventory, people: dict[str, str], stated: bool, view: Seen
) -> list[Holder]:
    place = asset.partition(":")[0]
    stamp = seen_stamp(view)
    if isinstance(item, PackageRole):
        party = inventory.party_of(place, item.account) or ""
        return [
            Holder(
                who=item.account,
                party=party,
                role=item.role,
                path="own role",
                seen=stamp,
                expected=(party in people) if stated else None,
                marking=view.marking,
            )
        ]
    if isinstance(item, OrganizationMember):
        party = inventory.person_at_github(item.id, item.login) or ""
        return [
            Holder(
                who=item.login,
                party=party,
                role=item.role or "member, in a role that was not seen",
                path="own membership",
                seen=stamp,
                expected=(party in people) if stated else None,
                marking=view.marking,
            )
        ]
    if isinstance(item, PackageOwnership) and item.organization:
        return [
            Holder(
                who=item.organization,
                party="",
                role="organization",
                path="its owners and teams, whom the registry does not list",
                seen=stamp,
                expected=None,
                marking=view.marking,
            )
        ]
    return []


def seen_stamp(view: Seen) -> str:
    """When and where something was seen: ``2026-06-14 06:02 UTC, pypi (stale)``."""
    when = view.observed_at.strftime("%Y-%m-%d %H:%M UTC") if view.observed_at else "never"
    return f"{when}, {view.source}{' (stale)' if view.stale else ''}"


def label(kind: type[Evidence]) -> str:
    """A kind in words: ``package role``."""
    return next(id for id, k in kinds().items() if k is kind).replace("-", " ")


def unseen_line(kind: type[Evidence], view: Seen | None) -> str:
    """Why nothing is known of a kind."""
    if view is None:
        return f"{label(kind)}: not collected"
    if view.outcome is Outcome.ABSENT:
        return f"{label(kind)}: the asset does not exist there"
    return f"{label(kind)}: {view.reason.value}{f' ({view.detail})' if view.detail else ''}"
