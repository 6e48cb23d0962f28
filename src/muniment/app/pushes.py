"""What the activity of repositories tells of people: who pushed where, and what of it nobody could read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType

from msgspec import Struct, field

from muniment.app.looks import Look, Unread, doubt
from muniment.evidence.kind import kind_id
from muniment.evidence.organization_repository import OrganizationRepository
from muniment.evidence.repository_activity import RepositoryActivity
from muniment.model.activity import Sighting
from muniment.model.asset import Status, canonical, name
from muniment.model.policy import Policy
from muniment.register.inventory import Inventory, parent_of

SOURCE = "repository activity"
DAYS = 365
"""How far a look goes back."""

_KIND = kind_id(RepositoryActivity)


class Pushed(Struct, frozen=True):
    """A look at the activity of a repository: the newest month of each account, by GitHub's number.

    ``on`` is the day of it; ``None``: it was never read. ``why``: it was not whole, or is too old to go by.
    ``since``: where it goes back less far than the policy asks, how far it does.
    """

    repository: str
    months: Mapping[int, date] = MappingProxyType({})
    on: date | None = None
    why: str = ""
    since: date | None = None


class Listed(Struct, frozen=True):
    """The repositories in an organization's list, with whether each is archived; ``whole``: there are no others."""

    archived: Mapping[str, bool]
    whole: bool


def pushed(look: Look, policy: Policy, now: datetime) -> Pushed:
    """A look at a repository's activity as it may be gone by."""
    months = {fact.id: fact.month for fact in look.facts if isinstance(fact, RepositoryActivity)}
    since = look.observed_at.date() - timedelta(days=DAYS)
    short = since > now.date() - timedelta(days=policy.inactive_after)
    why = doubt(look, policy, now)
    return Pushed(look.scope, months, look.observed_at.date(), why, since if short else None)


def unread(cell: Unread) -> Pushed:
    """That a repository was asked about, and tells nothing."""
    return Pushed(cell.scope, why=f"it could not be read ({cell.outcome.value})")


def listed(look: Look) -> Listed:
    """An organization's list."""
    own = (fact for fact in look.facts if isinstance(fact, OrganizationRepository))
    return Listed({canonical(fact.asset): fact.archived for fact in own}, look.whole)


class _Organization(Struct):
    """All looks at the repositories of one organization, and which of them its list has."""

    listed: frozenset[str] = frozenset()
    newest: dict[int, tuple[date, str]] = field(default_factory=dict)
    unseen: list[str] = field(default_factory=list)
    oldest: date | None = None
    since: date | None = None


class Pushes:
    """Who pushed where, of every organization of which a repository was asked about.

    Of an organization of which none was, nothing is said: there this is no source. Of any other, each of its living
    repositories has to be read, those among them that nobody asked about.

    Args:
        looks: the looks at repositories.
        lists: the organizations' lists, as far as they were seen.
        inventory: the register; what it declines is not looked at, and what it does not look after not missed.
        today: the day on which decisions hold or do not.
        came: since when each account is known in each organization, by the first look that showed it at the latest.
    """

    def __init__(
        self,
        looks: Iterable[Pushed],
        lists: Mapping[str, Listed],
        inventory: Inventory,
        today: date,
        came: Mapping[tuple[str, int], date] = MappingProxyType({}),
    ) -> None:
        self._inventory = inventory
        self._today = today
        self._came = came
        own: defaultdict[str, dict[str, Pushed]] = defaultdict(dict)
        for look in looks:
            if not self._is_declined(look.repository):
                own[parent_of(look.repository) or ""][look.repository] = look
        self._organizations = {org: self._read(found, lists.get(org)) for org, found in own.items()}

    def of(self, places: Iterable[tuple[str, int]]) -> tuple[Sighting, ...]:
        """The sign of who has these accounts in these organizations, if this is a source for any of them."""
        mine = [(org, number) for org, number in places if org in self._organizations]
        if not mine:
            return ()
        signs = [sign for org, number in mine if (sign := self._organizations[org].newest.get(number))]
        month, repository = max(signs, key=lambda sign: (sign[0], sign[1]), default=(None, ""))
        called = self._called(repository, self._organizations[parent_of(repository) or ""]) if repository else ""
        found = [self._organizations[org] for org in dict.fromkeys(org for org, _ in mine)]
        why = [line for one in found for line in one.unseen]
        if any(self._came_later(org, number) for org, number in mine):
            why.append("they came after it was last asked")
        more = f" and {len(why) - 2} more" if len(why) > 2 else ""
        short = [one.since for one in found if one.since is not None]
        return (
            Sighting(
                source=SOURCE,
                what=f"pushed to {called}" if month is not None else "",
                month=month,
                whole=not why,
                why="; ".join(why[:2]) + more,
                since=max(short, default=None) if month is None else None,
            ),
        )

    def _called(self, repository: str, own: _Organization) -> str:
        """A repository by name, as long as it is listed or declared: what turned private since is not named."""
        shown = repository in own.listed or repository in self._inventory.known
        return name(repository) if shown else "a repository"

    def _read(self, found: Mapping[str, Pushed], list_: Listed | None) -> _Organization:
        own = _Organization(listed=frozenset(list_.archived) if list_ is not None else frozenset())
        for repository, look in sorted(found.items()):
            for number, month in look.months.items():
                own.newest[number] = max((month, repository), own.newest.get(number, (date.min, "")))
        for repository in sorted(self._needed(found, list_)):
            wanted = found.get(repository, Pushed(repository, why="it was not asked about"))
            if wanted.why:
                own.unseen.append(f"{self._called(repository, own)}, {wanted.why}")
            if wanted.on is not None:
                own.oldest = min(wanted.on, own.oldest or wanted.on)
            if wanted.since is not None:
                own.since = max(wanted.since, own.since or wanted.since)
        return own

    def _needed(self, found: Iterable[str], list_: Listed | None) -> set[str]:
        """The repositories that have to be read before somebody's absence counts."""
        archived = list_.archived if list_ is not None else {}
        every = set(archived) if list_ is not None and list_.whole else {*found, *archived}
        return {one for one in every if not archived.get(one, False) and self._is_asked(one)}

    def _is_asked(self, repository: str) -> bool:
        after = self._inventory.status(repository) in (Status.OFFICIAL, Status.UNCLEAR)
        return after and not self._is_declined(repository)

    def _is_declined(self, repository: str) -> bool:
        return self._inventory.policy.decliner(_KIND, repository, self._today) is not None

    def _came_later(self, org: str, number: int) -> bool:
        came, oldest = self._came.get((org, number)), self._organizations[org].oldest
        return came is not None and oldest is not None and came > oldest
