"""What each source saw of somebody: their months in organizations, and what they signed in the register."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType

from msgspec import Struct

from muniment.app.dossiers import decoded, records_at
from muniment.app.elsewhere import ELSEWHERE, Told, elsewhere, never_read, told
from muniment.app.pushes import Listed, Pushed, Pushes, listed, pushed, unread
from muniment.evidence.account_activity import MONTHS, AccountActivity
from muniment.evidence.audit_event import AuditEvent
from muniment.evidence.kind import Evidence, kind_id
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.organization_repository import OrganizationRepository
from muniment.evidence.outside_collaborator import OutsideCollaborator
from muniment.evidence.repository_activity import RepositoryActivity
from muniment.model.activity import Activity, Sighting, activity
from muniment.model.observation import Outcome
from muniment.model.policy import Policy
from muniment.model.tlp import Marking, join
from muniment.ports import Store
from muniment.publish.alive import Alive
from muniment.register.inventory import Inventory

BELONGING: tuple[type[Evidence], ...] = (OrganizationMember, OutsideCollaborator)
"""The kinds that tell who is in an organization, and since when."""


class Account(Struct, frozen=True):
    """An account of GitHub, and the person of the register whose it is (empty: the register does not know it)."""

    number: int
    login: str
    handle: str = ""

    @property
    def key(self) -> str:
        """What tells the person from others: several accounts of one handle are one person's."""
        return self.handle or f"github-id:{self.number}"


class Seen(Struct, frozen=True):
    """A look at the activity in one organization. ``why``: it was not whole, or is too old to go by."""

    scope: str
    facts: Mapping[int, AccountActivity]
    since: date
    why: str = ""


def account(inventory: Inventory, number: int, login: str) -> Account:
    """An account with whose it is."""
    return Account(number, login, inventory.person_at_github(number, login) or "")


def looked(
    scope: str,
    facts: Iterable[AccountActivity],
    observed_at: datetime,
    *,
    whole: bool,
    failed: bool,
    policy: Policy,
    now: datetime,
) -> Seen:
    """A look at an organization's activity as it may be gone by."""
    days = policy.max_age("account-activity", AccountActivity.rests)
    why = "" if whole else "not all of it was seen"
    if failed:
        why = "the newest look failed"
    elif now - observed_at > timedelta(days=days):
        why = f"it was last asked on {observed_at.date()}"
    year, month = divmod(observed_at.year * 12 + observed_at.month - MONTHS, 12)
    return Seen(scope, {fact.id: fact for fact in facts}, date(year, month + 1, 1), why)


class Signs:
    """Every sign of everybody, by person.

    Args:
        looks: the looks at activity, by organization.
        belongs: who was seen in each organization, whether or not its activity was.
        inventory: the register.
        told: the looks at registries and clones.
        events: what was done in each organization, as far as its audit log was seen. Each is a sign of who did it;
            that somebody is in no line tells nothing.
        pushes: what was seen of the activity of repositories; ``None``: no repository was asked about.
    """

    def __init__(
        self,
        looks: Mapping[str, Seen],
        belongs: Mapping[str, Iterable[Account]],
        inventory: Inventory,
        told: Iterable[Told] = (),
        events: Mapping[str, Iterable[AuditEvent]] = MappingProxyType({}),
        pushes: Pushes | None = None,
    ) -> None:
        self._looks = looks
        self._pushes = pushes
        self._places: defaultdict[str, dict[tuple[str, int], None]] = defaultdict(dict)
        for scope, accounts in sorted(belongs.items()):
            for one in accounts:
                self._places[one.key][scope, one.number] = None
        self._signed = _signed(inventory)
        self._elsewhere = elsewhere(told, inventory)
        self._acted = _acted(events, inventory)

    def of(self, who: Account) -> tuple[Sighting, ...]:
        """What each source that bears on a person saw of them."""
        places = self._places.get(who.key, {})
        return (
            *(self._in(scope, number) for scope, number in places),
            *(self._pushes.of(places) if self._pushes is not None else ()),
            *self._acted.get(who.key, ()),
            *self._signed.get(who.handle, ()),
            *self._elsewhere.get(who.handle, ()),
        )

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


def _acted(events: Mapping[str, Iterable[AuditEvent]], inventory: Inventory) -> dict[str, tuple[Sighting, ...]]:
    """Who changed something in an organization: the newest month in which its audit log has them do it."""
    months: defaultdict[str, dict[str, date]] = defaultdict(dict)
    for scope, own in sorted(events.items()):
        for event in own:
            if event.by:
                by = months[account(inventory, event.by, event.by_login).key]
                by[scope] = max(event.at.date().replace(day=1), by.get(scope, date.min))
    return {
        key: tuple(Sighting(source=f"the audit log of {scope}", month=month) for scope, month in by.items())
        for key, by in months.items()
    }


def _signed(inventory: Inventory) -> dict[str, tuple[Sighting, ...]]:
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


def judged(
    signs: tuple[Sighting, ...], who: Account, came: date | None, inventory: Inventory, today: date
) -> Activity:
    """Whether somebody is active on a day, by what was seen of them and by another person's word."""
    party = inventory.parties.get(who.handle)
    return activity(
        signs,
        policy=inventory.policy,
        today=today,
        came=came,
        vouch=party.vouch if party is not None else None,
        handle=who.handle,
    )


def is_machine(who: Account, inventory: Inventory) -> bool:
    """True if the register or GitHub's spelling says that an account is a machine's."""
    party = inventory.parties.get(who.handle)
    return who.login.lower().endswith("[bot]") or (party is not None and party.bot)


class Lives:
    """The answer about anybody at an instant, the signs it stands on, and the marking of what was read for it."""

    def __init__(
        self, signs: Signs, came: Mapping[str, date], inventory: Inventory, today: date, marking: Marking
    ) -> None:
        self.marking = marking
        self._signs = signs
        self._came = came
        self._inventory = inventory
        self._today = today

    def signs(self, who: Account) -> tuple[Sighting, ...]:
        """What each source that bears on a person saw of them."""
        return self._signs.of(who)

    def __call__(self, who: Account) -> Activity:
        """Whether a person is active."""
        return judged(self.signs(who), who, self._came.get(who.key), self._inventory, self._today)


def activities(store: Store, inventory: Inventory, *, at: datetime | None, now: datetime) -> Lives | None:
    """The answer about anybody at an instant, from what is believed then; ``None``: nobody was ever asked."""
    looks: dict[str, Seen] = {}
    belongs: defaultdict[str, list[Account]] = defaultdict(list)
    came: dict[str, date] = {}
    beyond: list[Told] = []
    events: dict[str, tuple[AuditEvent, ...]] = {}
    pushes: list[Pushed] = []
    lists: dict[str, Listed] = {}
    arrived: dict[tuple[str, int], date] = {}
    kinds: tuple[type[Evidence], ...] = (
        *BELONGING,
        AccountActivity,
        AuditEvent,
        OrganizationRepository,
        RepositoryActivity,
        *ELSEWHERE,
    )
    markers = {kind_id(kind): kind for kind in kinds}
    since = {kind: store.came(kind_id(kind)) for kind in BELONGING}
    read: set[Marking] = set()
    for record in records_at(store, at, None, tuple(markers)):
        read |= {record.marking, inventory.marking(record.cell.scope, record.marking)}
        if (untold := never_read(record)) is not None:
            beyond.append(untold)
        if (missed := unread(record)) is not None:
            pushes.append(missed)
        if record.standing is None or record.observed_at is None or record.dropped is not None:
            continue
        kind = markers[record.cell.kind]
        facts = decoded(record, kind)
        whole = record.standing is Outcome.COLLECTED and not record.suspected
        failed = not record.latest.observes
        scope = record.cell.scope
        if kind in ELSEWHERE:
            seen_at, policy = record.observed_at, inventory.policy
            beyond.append(told(kind, scope, facts, seen_at, whole=whole, failed=failed, policy=policy, now=now))
        if kind is AccountActivity:
            own = (fact for fact in facts if isinstance(fact, AccountActivity))
            looks[scope] = looked(
                scope, own, record.observed_at, whole=whole, failed=failed, policy=inventory.policy, now=now
            )
        if kind is RepositoryActivity:
            seen_at, policy = record.observed_at, inventory.policy
            pushes.append(pushed(scope, facts, seen_at, whole=whole, failed=failed, policy=policy, now=now))
        if kind is OrganizationRepository:
            lists[scope] = listed(facts, whole=whole)
        if kind is AuditEvent:
            events[record.cell.scope] = tuple(fact for fact in facts if isinstance(fact, AuditEvent))
        for fact in facts:
            if not isinstance(fact, OrganizationMember | OutsideCollaborator | AccountActivity):
                continue
            who = account(inventory, fact.id, fact.login)
            belongs[record.cell.scope].append(who)
            begun = since.get(kind, {}).get((record.cell.scope, fact.key))
            if begun is not None and begun <= now:
                came[who.key] = min(begun.date(), came.get(who.key, begun.date()))
                place, day = (scope, fact.id), min(begun.date(), record.observed_at.date())
                arrived[place] = min(day, arrived.get(place, day))
    if not looks:
        return None
    signs = Signs(looks, belongs, inventory, beyond, events, Pushes(pushes, lists, inventory, now.date(), arrived))
    return Lives(signs, came, inventory, now.date(), join(*read))


def alive(lives: Lives | None, people: Iterable[str], inventory: Inventory) -> tuple[Alive, ...]:
    """The answers about people of the register, by handle: none of machines, and none where nobody was asked."""
    asked = [Account(0, "", handle) for handle in people] if lives is not None else []
    return tuple(
        Alive(handle=who.handle, answer=lives(who), signs=lives.signs(who), marking=lives.marking)
        for who in asked
        if lives is not None and not is_machine(who, inventory)
    )
