"""Sets who may write in an organization beside what they were seen to do, in it and everywhere else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from muniment.app.activity import (
    BELONGING,
    Account,
    Seen,
    Signs,
    account,
    is_machine,
    looked,
)
from muniment.app.elsewhere import ELSEWHERE, Told, told
from muniment.app.pushes import Pushed, Pushes, listed, pushed
from muniment.app.reconcile.deriving import derived
from muniment.app.reconcile.reading import Look, Looks, marking, one
from muniment.evidence.account_activity import AccountActivity
from muniment.evidence.account_standing import AccountStanding
from muniment.evidence.audit_event import AuditEvent
from muniment.evidence.kind import Evidence
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.organization_repository import OrganizationRepository
from muniment.evidence.organization_role_holder import OrganizationRoleHolder
from muniment.evidence.organization_settings import OrganizationSettings
from muniment.evidence.outside_collaborator import OutsideCollaborator
from muniment.evidence.repository_activity import RepositoryActivity
from muniment.evidence.repository_collaborator import RepositoryCollaborator
from muniment.evidence.team_member import TeamMember
from muniment.evidence.team_repository import TeamRepository
from muniment.model.asset import GITHUB_ORG, family
from muniment.model.observation import Batch, Outcome
from muniment.register.inventory import Inventory, parent_of

_PRESENT: tuple[type[Evidence], ...] = (*BELONGING, AccountActivity)

WRITING = frozenset({"write", "maintain", "admin"})
EVERYWHERE = frozenset({"all_repo_write", "all_repo_maintain", "all_repo_admin"})
"""GitHub's own organization roles that may push everywhere."""

_OF_ORGANIZATION: tuple[type[Evidence], ...] = (
    OrganizationMember,
    OrganizationSettings,
    OrganizationRoleHolder,
    OutsideCollaborator,
    TeamMember,
    TeamRepository,
)
Came = Mapping[type[Evidence], Mapping[tuple[str, str], datetime]]


def standings(
    looks: Looks,
    inventory: Inventory,
    now: datetime,
    came: Came,
    unread: Iterable[Told] = (),
    unseen: Iterable[Pushed] = (),
) -> Iterator[Batch]:
    """Everybody who may write in each organization, with all signs of them; machines are left out.

    ``unread`` are the registries and clones that never told anything, ``unseen`` the repositories.
    """
    kinds: tuple[type[Evidence], ...] = (
        *_OF_ORGANIZATION,
        AccountActivity,
        AuditEvent,
        OrganizationRepository,
        RepositoryActivity,
        RepositoryCollaborator,
        *ELSEWHERE,
    )
    best = {kind: looks.best(kind) for kind in kinds}
    belongs = {scope: tuple(_people(best, scope, inventory)) for scope in _organizations(best)}
    activity = {scope: _looked(look, inventory, now) for scope, look in best[AccountActivity].items()}
    events = {
        scope: tuple(fact for fact in look.facts if isinstance(fact, AuditEvent))
        for scope, look in best[AuditEvent].items()
    }
    beyond = [_told(look, inventory, now) for kind in ELSEWHERE for look in best[kind].values() if not look.absent]
    looked = {scope: seen for scope, seen in activity.items() if seen is not None}
    pushes = _pushes(best, inventory, now, came, unseen)
    signs = Signs(looked, belongs, inventory, (*beyond, *unread), events, pushes)
    grants = _given(best[RepositoryCollaborator])
    read = marking(look for found in best.values() for look in found.values() if not look.absent)
    for scope in sorted(belongs):
        if scope not in inventory.known:
            continue
        found = dict(_writers(best, scope, grants.get(scope, ())))
        items = [
            AccountStanding(
                id=who.number,
                login=who.login,
                writes=tuple(sorted(found[who.number])),
                came=_came(came, scope, who.number),
                sightings=signs.of(who),
            )
            for who in belongs[scope]
            if found.get(who.number) and not is_machine(who, inventory)
        ]
        short = _short(best, scope)
        outcome = Outcome.PARTIAL if short else Outcome.COLLECTED
        yield derived(scope, AccountStanding, items, outcome, read, now, short)


def _organizations(best: Mapping[type[Evidence], Mapping[str, Look]]) -> set[str]:
    found = {scope for kind in _PRESENT for scope in best[kind]}
    return {scope for scope in found if family(scope) == GITHUB_ORG}


def _people(
    best: Mapping[type[Evidence], Mapping[str, Look]], scope: str, inventory: Inventory
) -> Iterator[Account]:
    seen: set[int] = set()
    for kind in _PRESENT:
        look = best[kind].get(scope)
        for fact in look.facts if look is not None else ():
            if isinstance(fact, OrganizationMember | OutsideCollaborator | AccountActivity) and fact.id not in seen:
                seen.add(fact.id)
                yield account(inventory, fact.id, fact.login)


def _looked(look: Look, inventory: Inventory, now: datetime) -> Seen | None:
    if look.observed_at is None:
        return None
    facts = (fact for fact in look.facts if isinstance(fact, AccountActivity))
    return looked(
        look.scope,
        facts,
        look.observed_at,
        whole=look.whole,
        failed=look.failed,
        policy=inventory.policy,
        now=now,
    )


def _pushes(
    best: Mapping[type[Evidence], Mapping[str, Look]],
    inventory: Inventory,
    now: datetime,
    came: Came,
    unseen: Iterable[Pushed],
) -> Pushes:
    """What the activity of repositories tells, as far as it was read."""
    policy = inventory.policy
    found = [
        pushed(scope, look.facts, look.observed_at, whole=look.whole, failed=look.failed, policy=policy, now=now)
        for scope, look in best[RepositoryActivity].items()
        if look.observed_at is not None
    ]
    lists = {scope: listed(look.facts, whole=look.whole) for scope, look in best[OrganizationRepository].items()}
    arrived: dict[tuple[str, int], date] = {}
    for kind, by in came.items():
        for (scope, key), since in by.items():
            look = best[kind].get(scope)
            if key.isdecimal() and look is not None and look.observed_at is not None:
                day, place = min(since.date(), look.observed_at.date()), (scope, int(key))
                arrived[place] = min(day, arrived.get(place, day))
    return Pushes((*found, *unseen), lists, inventory, now.date(), arrived)


def _told(look: Look, inventory: Inventory, now: datetime) -> Told:
    return told(
        look.kind,
        look.scope,
        look.facts,
        look.observed_at,
        whole=look.whole,
        failed=look.failed,
        policy=inventory.policy,
        now=now,
    )


def _given(looks: Mapping[str, Look]) -> dict[str, tuple[tuple[str, int], ...]]:
    """The repositories of each organization in which accounts have a grant of their own that lets them push."""
    found: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for scope, look in looks.items():
        for fact in look.facts:
            if isinstance(fact, RepositoryCollaborator) and fact.permission in WRITING:
                found[parent_of(scope) or ""].append((scope, fact.id))
    return {scope: tuple(given) for scope, given in found.items()}


def _writers(
    best: Mapping[type[Evidence], Mapping[str, Look]], scope: str, given: Iterable[tuple[str, int]]
) -> Mapping[int, set[str]]:
    """By what each account may push to a repository of the organization, as far as it was seen."""
    found: defaultdict[int, set[str]] = defaultdict(set)

    def facts(kind: type[Evidence]) -> tuple[Evidence, ...]:
        look = best[kind].get(scope)
        return look.facts if look is not None else ()

    settings = one(best[OrganizationSettings].get(scope), OrganizationSettings)
    everybody = settings is not None and settings.base_permission in WRITING
    teams = {f.team for f in facts(TeamRepository) if isinstance(f, TeamRepository) and f.permission in WRITING}
    roles = [f for f in facts(OrganizationRoleHolder) if isinstance(f, OrganizationRoleHolder)]
    teams |= {role.team for role in roles if role.team and role.role in EVERYWHERE}
    for fact in facts(OrganizationMember):
        if isinstance(fact, OrganizationMember):
            if fact.role == "owner":
                found[fact.id].add("owner")
            if everybody:
                found[fact.id].add("every member may write")
    for fact in facts(TeamMember):
        if isinstance(fact, TeamMember) and fact.team in teams:
            found[fact.id].add(f"team {fact.team}")
    for role in roles:
        if role.id and role.role in EVERYWHERE:
            found[role.id].add(f"role {role.role}")
    for repository, number in given:
        found[number].add(repository)
    return found


def _came(came: Came, scope: str, number: int) -> date | None:
    since = [by[scope, str(number)] for by in came.values() if (scope, str(number)) in by]
    return min(since).date() if since else None


def _short(best: Mapping[type[Evidence], Mapping[str, Look]], scope: str) -> str:
    """Why there may be more who can write; empty: all lists of the organization were seen to their end.

    Own grants are seen one repository at a time; one that was not looked at hides whom it was given.
    """
    unseen = [kind for kind in _OF_ORGANIZATION if (look := best[kind].get(scope)) is None or not look.settled]
    names = sorted(kind.__name__ for kind in unseen)
    own = [look for repo, look in best[RepositoryCollaborator].items() if parent_of(repo) == scope]
    if not own or not all(look.settled for look in own):
        names.append(RepositoryCollaborator.__name__)
    return f"not seen in full: {', '.join(names)}" if names else ""
