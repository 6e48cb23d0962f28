"""The signs that somebody is there, put together from what every source saw of them and what the register has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime

from msgspec import Struct

from muniment.app.elsewhere import ELSEWHERE, elsewhere, never_read, told
from muniment.app.looks import Look, Looks, doubt
from muniment.app.pushes import Pushes, listed, pushed, unread
from muniment.evidence.account_activity import MONTHS, AccountActivity
from muniment.evidence.audit_event import AuditEvent
from muniment.evidence.kind import Evidence
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.organization_repository import OrganizationRepository
from muniment.evidence.outside_collaborator import OutsideCollaborator
from muniment.evidence.repository_activity import RepositoryActivity
from muniment.model.activity import Sighting
from muniment.model.policy import Policy
from muniment.register.inventory import Inventory

_BELONGING: tuple[type[Evidence], ...] = (OrganizationMember, OutsideCollaborator)
"""The kinds that tell who is in an organization, and since when."""

SIGNS: tuple[type[Evidence], ...] = (
    *_BELONGING,
    AccountActivity,
    AuditEvent,
    OrganizationRepository,
    RepositoryActivity,
    *ELSEWHERE,
)
"""The kinds that signs of life are put together from."""


class Account(Struct, frozen=True):
    """An account of GitHub, and the person of the register whose it is (empty: the register does not know it)."""

    number: int
    login: str
    handle: str = ""

    @property
    def key(self) -> str:
        """What tells the person from others: several accounts of one handle are one person's."""
        return self.handle or f"github-id:{self.number}"


def account(inventory: Inventory, number: int, login: str) -> Account:
    """An account with whose it is."""
    return Account(number, login, inventory.person_at_github(number, login) or "")


class _Seen(Struct, frozen=True):
    """A look at the activity in one organization. ``why``: it was not whole, or is too old to go by."""

    facts: Mapping[int, AccountActivity]
    since: date
    why: str


class Signs:
    """Every sign of everybody, by person.

    ``people`` are the accounts that were seen in each organization, whether or not its activity was.

    Args:
        looks: the looks at the kinds ``SIGNS``.
        inventory: the register.
        now: the instant at which looks are too old or not, and decisions hold or do not.
    """

    def __init__(self, looks: Looks, inventory: Inventory, now: datetime) -> None:
        self.people = {
            scope: tuple(account(inventory, number, login) for number, login in logins.items())
            for scope, logins in sorted(_logins(looks).items())
        }
        self._begun = _begun(looks, now)
        self._looks = {
            scope: _seen(look, inventory.policy, now) for scope, look in looks.best(AccountActivity).items()
        }
        self._pushes = _pushes(looks, inventory, now)
        self._places: defaultdict[str, dict[tuple[str, int], None]] = defaultdict(dict)
        for scope, accounts in self.people.items():
            for one in accounts:
                self._places[one.key][scope, one.number] = None
        self._signed = _signed(inventory)
        self._elsewhere = _elsewhere(looks, inventory, now)
        self._acted = _acted(looks, inventory)

    def of(self, who: Account) -> tuple[Sighting, ...]:
        """What each source that bears on a person saw of them."""
        places = self._places.get(who.key, {})
        return (
            *(self._in(scope, number) for scope, number in places),
            *self._pushes.of(places),
            *self._acted.get(who.key, ()),
            *self._signed.get(who.handle, ()),
            *self._elsewhere.get(who.handle, ()),
        )

    def came(self, who: Account) -> date | None:
        """Since when a person is known to be in any organization; ``None``: they were seen in none."""
        places = self._places.get(who.key, {})
        return min((self._begun[place] for place in places if place in self._begun), default=None)

    def came_to(self, scope: str, number: int) -> date | None:
        """Since when an account is known to be in an organization; ``None``: it was not seen there."""
        return self._begun.get((scope, number))

    def _in(self, scope: str, number: int) -> Sighting:
        look = self._looks.get(scope)
        if look is None:
            return Sighting(source=scope, whole=False, why="who contributes there was not seen")
        fact = look.facts.get(number)
        if fact is None:
            return Sighting(source=scope, whole=False, why=look.why or "they came after it was last asked")
        why = look.why
        if fact.hidden:
            why = "; ".join(filter(None, (why, "there are contributions that GitHub does not show")))
        since = look.since if fact.month is None else None
        return Sighting(source=scope, month=fact.month, whole=not why, why=why, since=since)


def asked(looks: Looks) -> bool:
    """True if anybody was ever asked who is active in an organization."""
    return any(True for _ in looks.of(AccountActivity))


def _logins(looks: Looks) -> Mapping[str, Mapping[int, str]]:
    """Who was seen in each organization that was looked at, by number, with a login."""
    found: defaultdict[str, dict[int, str]] = defaultdict(dict)
    kinds: tuple[type[Evidence], ...] = (*_BELONGING, AccountActivity)
    for kind in kinds:
        for scope, look in looks.best(kind).items():
            own = found[scope]
            for fact in look.facts:
                if isinstance(fact, OrganizationMember | OutsideCollaborator | AccountActivity):
                    own.setdefault(fact.id, fact.login)
    return found


def _came(looks: Looks, kind: type[Evidence], now: datetime) -> Iterator[tuple[tuple[str, int], date]]:
    """Since when a list has each account without a break, by organization and number, as far as that was before."""
    for (scope, key), since in looks.came(kind).items():
        if key.isdecimal() and since <= now:
            yield (scope, int(key)), since.date()


def _begun(looks: Looks, now: datetime) -> Mapping[tuple[str, int], date]:
    """Since when each account is known to be in each organization."""
    found: dict[tuple[str, int], date] = {}
    for kind in _BELONGING:
        for place, day in _came(looks, kind, now):
            found[place] = min(day, found.get(place, day))
    return found


def _pushes(looks: Looks, inventory: Inventory, now: datetime) -> Pushes:
    """What the activity of repositories tells, as far as it was read."""
    found = [pushed(look, inventory.policy, now) for look in looks.best(RepositoryActivity).values()]
    lists = {scope: listed(look) for scope, look in looks.best(OrganizationRepository).items()}
    arrived: dict[tuple[str, int], date] = {}
    for kind in _BELONGING:
        best = looks.best(kind)
        for place, since in _came(looks, kind, now):
            if (look := best.get(place[0])) is not None:
                day = min(since, look.observed_at.date())
                arrived[place] = min(day, arrived.get(place, day))
    unseen = map(unread, looks.unread(RepositoryActivity))
    return Pushes((*found, *unseen), lists, inventory, now.date(), arrived)


def _seen(look: Look, policy: Policy, now: datetime) -> _Seen:
    """A look at an organization's activity as it may be gone by."""
    year, month = divmod(look.observed_at.year * 12 + look.observed_at.month - MONTHS, 12)
    facts = {fact.id: fact for fact in look.facts if isinstance(fact, AccountActivity)}
    return _Seen(facts, date(year, month + 1, 1), doubt(look, policy, now))


def _elsewhere(looks: Looks, inventory: Inventory, now: datetime) -> Mapping[str, tuple[Sighting, ...]]:
    """What registries and clones tell; of a package that is proved not to exist there is nothing to tell."""
    found = [
        told(look, inventory.policy, now)
        for kind in ELSEWHERE
        for look in looks.best(kind).values()
        if not look.absent
    ]
    untold = [one for cell in looks.unread(*ELSEWHERE) if (one := never_read(cell)) is not None]
    return elsewhere((*found, *untold), inventory)


def _acted(looks: Looks, inventory: Inventory) -> Mapping[str, tuple[Sighting, ...]]:
    """Who changed something in an organization: the newest month in which its audit log has them do it.

    That somebody is in no line tells nothing.
    """
    months: defaultdict[str, dict[str, date]] = defaultdict(dict)
    for scope, look in looks.best(AuditEvent).items():
        for event in look.facts:
            if isinstance(event, AuditEvent) and event.by:
                by = months[account(inventory, event.by, event.by_login).key]
                by[scope] = max(event.at.date().replace(day=1), by.get(scope, date.min))
    return {
        key: tuple(Sighting(source=f"the audit log of {scope}", month=month) for scope, month in by.items())
        for key, by in months.items()
    }


def _signed(inventory: Inventory) -> Mapping[str, tuple[Sighting, ...]]:
    """Who attested or answered something: the newest month in which they did, as a sign that they are there."""
    days: defaultdict[str, list[date]] = defaultdict(list)
    for attested in inventory.attestations.values():
        days[attested.by].append(attested.seen)
    for answered in inventory.entrusted.answers.values():
        days[answered.by].append(answered.seen)
    return {
        handle: (Sighting(source="attestations in the register", month=max(own).replace(day=1)),)
        for handle, own in days.items()
    }
