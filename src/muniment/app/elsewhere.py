"""What registries and local clones tell of people: signs that somebody is there, beside those of organizations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from msgspec import Struct

from muniment.app.looks import Look, Unread, doubt
from muniment.evidence.commit_claim import CommitClaim
from muniment.evidence.kind import Evidence
from muniment.evidence.package_uploader import PackageUploader
from muniment.model.activity import Sighting
from muniment.model.observation import Outcome
from muniment.model.policy import Policy
from muniment.register.inventory import Inventory

ELSEWHERE: tuple[type[Evidence], ...] = (PackageUploader, CommitClaim)
"""The kinds that tell of people outside of organizations."""


class Told(Struct, frozen=True):
    """A look at who uploaded releases of a package, or whose commits a clone holds: the newest month of each.

    ``months`` is by the account's name in small letters, or by handle. ``why``: it was not whole, or is too old.
    """

    kind: type[Evidence]
    scope: str
    months: Mapping[str, date]
    why: str = ""


def told(look: Look, policy: Policy, now: datetime) -> Told:
    """A look at a package's uploaders, or at a clone, as it may be gone by."""
    months: dict[str, date] = {}
    for fact in look.facts:
        if isinstance(fact, PackageUploader):
            months[fact.account.lower()] = fact.month
        elif isinstance(fact, CommitClaim):
            months[fact.handle] = fact.month
    return Told(look.kind, look.scope, months, doubt(look, policy, now, asked="read"))


def never_read(cell: Unread) -> Told | None:
    """That a registry or a clone was looked at and tells nothing; ``None``: it has nothing to tell."""
    if cell.outcome in (Outcome.UNOBSERVABLE, Outcome.ABSENT):
        return None
    return Told(cell.kind, cell.scope, {}, f"it could not be read ({cell.outcome.value})")


def elsewhere(looks: Iterable[Told], inventory: Inventory) -> Mapping[str, tuple[Sighting, ...]]:
    """What registries and clones tell of people, by handle: of each at most one sign of either.

    Uploads bear on whoever has an account there, and commits on whoever has an address or an account of GitHub's.
    """
    found: defaultdict[str, list[Sighting]] = defaultdict(list)
    own: defaultdict[type[Evidence], list[Told]] = defaultdict(list)
    for look in looks:
        own[look.kind].append(look)
    for handle, party in inventory.parties.items():
        names = {a.login.lower() for a in party.accounts if a.place == "npm"}
        if names and own[PackageUploader]:
            found[handle].append(_sign("uploads to npm", own[PackageUploader], names))
        commits = party.github_id is not None or any(a.place in ("email", "github") for a in party.accounts)
        if commits and own[CommitClaim]:
            found[handle].append(_sign("commits in local clones", own[CommitClaim], {handle}, claimed=True))
    return {handle: tuple(signs) for handle, signs in found.items()}


def _sign(source: str, looks: list[Told], names: set[str], *, claimed: bool = False) -> Sighting:
    months = [month for look in looks for name, month in look.months.items() if name in names]
    unseen = [f"{look.scope}, {look.why}" for look in looks if look.why]
    more = f" and {len(unseen) - 2} more" if len(unseen) > 2 else ""
    return Sighting(
        source=source,
        month=max(months, default=None),
        whole=not unseen,
        why="; ".join(unseen[:2]) + more,
        claimed=claimed,
    )
