"""Reads off evidence what those who answer for security may do in each organization.

Silence is never a no, and what is stale tells neither a yes nor a no.
What each right takes is GitHub's documentation's word: owners see second factors and change the requirement;
private reports and advisories are for who administers a repository, for security managers and for owners.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import TypeVar

from msgspec import Struct

from muniment.app.activity import is_machine
from muniment.app.dossiers import Book, book_at, dossiers, records_at
from muniment.app.find import begun
from muniment.app.second_factors import answers, secured_of
from muniment.app.shipping.factors import READ, Factors
from muniment.app.signs_of_life import account as whose
from muniment.checks.assessment import Dossier, Seen
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.kind import Evidence, kind_id
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.organization_role_holder import OrganizationRoleHolder
from muniment.evidence.organization_settings import OrganizationSettings
from muniment.evidence.repository_collaborator import RepositoryCollaborator
from muniment.evidence.team_member import TeamMember
from muniment.evidence.team_repository import TeamRepository
from muniment.model.asset import GITHUB_ORG, Status, family
from muniment.model.observation import Outcome
from muniment.model.tlp import TLP, Marking, join
from muniment.ports import Store
from muniment.publish.council import Answer, Council, Grantors, Held, Place, Right
from muniment.register.inventory import Inventory, parent_of

OWNER, MEMBER, NOBODY, UNKNOWN = "owner", "member", "none", ""
MANAGES_SECURITY = frozenset({"security_manager", "all_repo_admin"})
"""GitHub's own organization roles that let somebody see private reports everywhere, by its page on them."""

_IN_ORGANIZATION: tuple[type[Evidence], ...] = (
    OrganizationMember,
    OrganizationSettings,
    OrganizationRoleHolder,
    TeamMember,
    TeamRepository,
)
_READ = (*_IN_ORGANIZATION, RepositoryCollaborator, *READ)

K = TypeVar("K", bound=Evidence)


def council(store: Store, *, at: datetime | None, now: datetime) -> Council:
    """The rights of the policy's ``security-team`` at an instant, in every organization that is the project's."""
    begun(store, at)
    book = book_at(store, at)
    inventory = book.inventory
    people = sorted(inventory.people(inventory.policy.security_team))
    if not people:
        return Council(trouble="the register's policy names no security-team", marking=_marking(book, ()))
    kinds = tuple(kind_id(kind) for kind in _READ)
    found = {d.asset: d for d in dossiers(records_at(store, at, None, kinds), book, now=now)}
    organizations = [
        d
        for asset, d in sorted(found.items())
        if family(asset) == GITHUB_ORG and d.entry.status in (Status.OFFICIAL, Status.UNCLEAR)
    ]
    repositories: defaultdict[str, list[Dossier]] = defaultdict(list)
    for asset, dossier in found.items():
        if (parent := parent_of(asset)) is not None:
            repositories[parent].append(dossier)
    places: list[Place] = []
    grantors: dict[str, Grantors] = {}
    for org in organizations:
        reading = _Reading(org, repositories.get(org.asset, []), inventory)
        grantors[org.asset] = reading.grantors()
        places += (reading.place(handle) for handle in people)
    words = answers(store, inventory, at=at)
    secured = tuple(secured_of(people, inventory, Factors(organizations), words, now.date()))
    read = [view.marking for d in found.values() for view in d.cells.values()]
    return Council(tuple(places), grantors, secured, _marking(book, read))


def _marking(book: Book, read: list[Marking] | tuple[()]) -> Marking:
    return join(Marking(TLP.AMBER), book.whole, *read)


def _whole(view: Seen | None) -> bool:
    return view is not None and view.outcome is Outcome.COLLECTED and not view.stale


class _Account(Struct, frozen=True):
    numbers: frozenset[int]
    logins: frozenset[str]

    def is_of(self, number: int, login: str) -> bool:
        """True if a row is this account's: by its number, else by its name where the register has no number."""
        return number in self.numbers or (not self.numbers and login.lower() in self.logins)

    @property
    def known(self) -> bool:
        return bool(self.numbers or self.logins)


def _account(party: DeclaredParty | None) -> _Account:
    if party is None:
        return _Account(frozenset(), frozenset())
    numbers = frozenset() if party.github_id is None else frozenset({party.github_id})
    return _Account(numbers, frozenset(a.login.lower() for a in party.accounts if a.place == "github"))


class _Reading:
    """What one organization's evidence says of people's rights."""

    def __init__(self, org: Dossier, repositories: list[Dossier], inventory: Inventory) -> None:
        self._org = org
        self._repositories = repositories
        self._inventory = inventory
        self._members = self._view(OrganizationMember)

    def grantors(self) -> Grantors:
        """The owners that were seen, by their handles where the register knows them; machines cannot be asked."""
        members = self._members.items if self._members is not None else ()  # old ones too: they may be asked
        owners = [m for m in members if m.role == OWNER]
        people: set[str] = set()
        machines: set[str] = set()
        for member in owners:
            who = whose(self._inventory, member.id, member.login)
            own = machines if is_machine(who, self._inventory) else people
            own.add(who.handle or f"@{member.login}")
        roles_shown = all(m.role for m in members)
        parties = {
            handle: self._inventory.parties[handle] for handle in people if handle in self._inventory.parties
        }
        return Grantors(
            tuple(sorted(people)),
            _whole(self._members) and roles_shown,
            tuple(sorted(machines)),
            {handle: party.name for handle, party in parties.items() if party.name},
        )

    def place(self, handle: str) -> Place:
        """One person's rights."""
        party = self._inventory.parties.get(handle)
        account = _account(party)
        role, why = self._role(account)
        views = [
            v for kind in _IN_ORGANIZATION if (v := self._view(kind)) is not None and v.observed_at is not None
        ]
        oldest = min(views, key=lambda v: v.observed_at.timestamp() if v.observed_at else 0.0, default=None)
        return Place(
            handle=handle,
            name=party.name if party is not None else "",
            organization=self._org.asset,
            role=role,
            rights=tuple(self._held(right, role, why, account) for right in Right),
            observed_at=oldest.observed_at if oldest is not None else None,
            stale=any(view.stale for view in views),
            marking=join(Marking(TLP.AMBER), *(view.marking for view in views)),
        )

    def _role(self, account: _Account) -> tuple[str, str]:
        if not account.known:
            return UNKNOWN, "the register names no account of theirs on GitHub"
        for member in self._items(OrganizationMember):
            if account.is_of(member.id, member.login):
                return (member.role, member.role) if member.role else (UNKNOWN, "a member whose role was not shown")
        if _whole(self._members):
            return NOBODY, "not a member"
        return UNKNOWN, f"the members were not seen in full{_because(self._members)}"

    def _held(self, right: Right, role: str, why: str, account: _Account) -> Held:
        if role == OWNER:
            return Held(right, Answer.YES, "owner")
        if right in (Right.TWO_FACTOR, Right.REQUIREMENT):
            if role == UNKNOWN:
                return Held(right, Answer.CANNOT_TELL, why)
            return Held(right, Answer.NO, "owners alone may")
        return self._by_repositories(right, role, why, account)

    def _by_repositories(self, right: Right, role: str, why: str, account: _Account) -> Held:
        """Private reports and advisories: by a role in the organization, or by administering repositories."""
        if not account.known:
            return Held(right, Answer.CANNOT_TELL, why)
        teams = {t.team for t in self._items(TeamMember) if account.is_of(t.id, t.login)}
        for holder in self._items(OrganizationRoleHolder):
            own = account.is_of(holder.id, holder.login) if holder.id else holder.team in teams
            if own and holder.role in MANAGES_SECURITY:
                by = f"{holder.role} by team {holder.team}" if holder.team else holder.role
                return Held(right, Answer.YES, by)
        settings = self._items(OrganizationSettings)
        if role == MEMBER and settings and settings[0].base_permission == "admin":
            return Held(right, Answer.YES, "every member administers every repository")
        some = sorted(self._administers(account, teams))
        if some:
            more = f" and {len(some) - 2} more" if len(some) > 2 else ""
            return Held(right, Answer.SOME, f"administers {', '.join(some[:2])}{more}")
        unseen = [] if role != UNKNOWN else [why]
        if role == MEMBER and not settings:
            unseen.append("what every member may was not seen")
        roles, teams_seen = self._view(OrganizationRoleHolder), self._view(TeamMember)
        if role != NOBODY and not _whole(roles):  # a role of an organization is for its members
            unseen.append(f"who holds the organization's roles was not seen{_because(roles)}")
        elif role != NOBODY and not _whole(teams_seen):
            unseen.append(f"who is in which team was not seen{_because(teams_seen)}")
        if unseen:
            return Held(right, Answer.CANNOT_TELL, "; ".join(unseen))
        if self._hides_administrators(role):
            return Held(
                right, Answer.CANNOT_TELL, "no role in the organization; who administers what was not seen in full"
            )
        return Held(right, Answer.NO, "not an owner, a security manager or an administrator of a repository")

    def _administers(self, account: _Account, teams: set[str]) -> Iterator[str]:
        for repo in self._repositories:
            view = repo.cells.get(RepositoryCollaborator)
            for own in view.items if view is not None and not view.stale else ():
                if own.permission == "admin" and account.is_of(own.id, own.login):
                    yield repo.asset
        for given in self._items(TeamRepository):
            if given.permission == "admin" and given.team in teams:
                yield given.repository

    def _hides_administrators(self, role: str) -> bool:
        """True if somebody may administer a repository and was not seen to."""
        if role != NOBODY and not _whole(self._view(TeamRepository)):
            return True
        own = [repo.cells.get(RepositoryCollaborator) for repo in self._repositories]
        return not all(_whole(view) for view in own)

    def _view(self, kind: type[Evidence]) -> Seen | None:
        return self._org.cells.get(kind)

    def _items(self, kind: type[K]) -> tuple[K, ...]:
        """What was seen of a kind; nothing that is stale, since nobody knows whether it is so still."""
        view = self._view(kind)
        return tuple(view.items) if view is not None and not view.stale else ()


def _because(view: Seen | None) -> str:
    """Why a list is not whole, in a word; doctor tells what it takes."""
    if view is None:
        return " (not collected)"
    if view.stale and view.observed_at is not None:
        return f" (seen last on {view.observed_at:%Y-%m-%d})"
    return f" ({'only a part was shown' if view.outcome is not None else view.reason.value})"
