"""Reads accounts off what is believed: who holds packages, is in organizations or was given a repository."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime

import msgspec

from muniment.app.alike.proposing import MayBe, Spotted, proposals
from muniment.app.dossiers import Book, records_at, refused, seen
from muniment.evidence.feedstock_maintainer import FeedstockMaintainer
from muniment.evidence.kind import Evidence, decoder, kind_id, kinds
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.outside_collaborator import OutsideCollaborator
from muniment.evidence.package_role import PackageRole
from muniment.evidence.package_uploader import PackageUploader
from muniment.evidence.repository_collaborator import RepositoryCollaborator
from muniment.model.asset import Status
from muniment.model.tlp import Marking, join
from muniment.ports import Store
from muniment.register.inventory import Inventory

READ: tuple[type[Evidence], ...] = (
    PackageRole,
    PackageUploader,
    FeedstockMaintainer,
    OrganizationMember,
    OutsideCollaborator,
    RepositoryCollaborator,
)
"""The kinds that name accounts."""

NUMBERED = (OrganizationMember, OutsideCollaborator, RepositoryCollaborator)
"""Those of them that tell GitHub's number beside the login."""


def spotted(
    store: Store, inventory: Inventory, closed: Callable[[str], Marking], *, at: datetime | None, now: datetime
) -> Iterator[Spotted]:
    """The accounts that are believed to hold something of the project's.

    ``closed``: the marking of naming an asset. A look that showed a part, or is old, shows an account all the same;
    what nobody may see any more shows none.
    """
    known = kinds()
    for record in records_at(store, at, None, [kind_id(kind) for kind in READ]):
        asset, kind = record.cell.scope, known[record.cell.kind]
        entry = inventory.entry(asset)
        if entry is None or entry.status is Status.EXTERNAL:
            continue
        if refused(inventory.policy, record.cell.kind, asset, record.cell.source, now) is not None:
            continue
        view = seen(record, kind, inventory.policy, now)
        if view.outcome is None or view.observed_at is None:
            continue
        for fact in view.items:
            place, login, number, role = _account(fact, asset)
            yield Spotted(
                place=place,
                login=login,
                number=number,
                role=role,
                asset=asset,
                kind=record.cell.kind,
                source=record.cell.source,
                vantage=", ".join(sorted(record.vantage)),
                at=view.observed_at,
                marking=join(view.marking, closed(asset)),
            )


def _account(fact: Evidence, asset: str) -> tuple[str, str, int, str]:
    """Place, login, GitHub's number (0: not told) and role of the account that a fact names."""
    match fact:
        case PackageRole(account=account, role=role):
            return asset.partition(":")[0], account, 0, role
        case PackageUploader(account=account):
            return "npm", account, 0, "uploader"
        case FeedstockMaintainer(login=login):
            return "github", login, 0, "maintainer of the recipe"
        case OrganizationMember(id=number, login=login, role=role):
            return "github", login, number, role or "member"
        case OutsideCollaborator(id=number, login=login):
            return "github", login, number, "outside collaborator"
        case RepositoryCollaborator(id=number, login=login, permission=role):
            return "github", login, number, role
        case _:
            raise TypeError(f"{type(fact).__name__} names no account")


def numbers_ever_seen(store: Store) -> dict[str, frozenset[int]]:
    """The numbers under which each login, in small letters, was ever seen: two are two people."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    for kind in NUMBERED:
        for payload in store.ever(kind_id(kind)):
            try:
                account = decoder(kind).decode(payload)
            except (msgspec.DecodeError, UnicodeDecodeError):
                continue  # it names nobody that could be told
            found[account.login.lower()].add(account.id)
    return {login: frozenset(numbers) for login, numbers in found.items()}


def proposed(store: Store, book: Book, *, at: datetime | None, now: datetime) -> tuple[MayBe, ...]:
    """Who may be one person by what was believed at an instant, under the register of then."""
    inventory = book.inventory

    def closed(asset: str) -> Marking:
        return inventory.marking(asset, book.whole)

    def said_of(handle: str) -> Marking:
        return join(book.whole, inventory.party_marking(handle))

    looks = spotted(store, inventory, closed, at=at, now=now)
    today = (at or now).date()
    return proposals(looks, inventory, today, numbers_of=numbers_ever_seen(store), closed=said_of)
