"""Sets who may write in an organization beside what they were seen to do, in it and everywhere else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from muniment.app.activity import is_machine
from muniment.app.looks import Look, Looks, marking, one
from muniment.app.reconcile.declaration import comparison
from muniment.app.reconcile.deriving import derived
from muniment.app.signs_of_life import SIGNS, Signs, asked
from muniment.evidence.account_standing import AccountStanding
from muniment.evidence.kind import Evidence
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.organization_role_holder import OrganizationRoleHolder
from muniment.evidence.organization_settings import OrganizationSettings
from muniment.evidence.outside_collaborator import OutsideCollaborator
from muniment.evidence.repository_collaborator import RepositoryCollaborator
from muniment.evidence.team_member import TeamMember
from muniment.evidence.team_repository import TeamRepository
from muniment.model.observation import Batch, Outcome
from muniment.register.inventory import Inventory, parent_of

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
_READ: tuple[type[Evidence], ...] = tuple(dict.fromkeys((*_OF_ORGANIZATION, RepositoryCollaborator, *SIGNS)))


@comparison(reads=_READ, derives=AccountStanding)
def standings(looks: Looks, inventory: Inventory, now: datetime) -> Iterator[Batch]:
    """Everybody who may write in each organization, with all signs of them; machines are left out.

    Nothing where nobody was ever asked who is active.
    """
    if not asked(looks):
        return
    best = {kind: looks.best(kind) for kind in _READ}
    signs = Signs(looks, inventory, now)
    grants = _given(best[RepositoryCollaborator])
    read = marking(look for found in best.values() for look in found.values() if not look.absent)
    for scope, people in signs.people.items():
        if scope not in inventory.known:
            continue
        found = dict(_writers(best, scope, grants.get(scope, ())))
        items = [
            AccountStanding(
                id=who.number,
                login=who.login,
                writes=tuple(sorted(found[who.number])),
                came=signs.came_to(scope, who.number),
                sightings=signs.of(who),
            )
            for who in people
            if found.get(who.number) and not is_machine(who, inventory)
        ]
        short = _short(best, scope)
        outcome = Outcome.PARTIAL if short else Outcome.COLLECTED
        yield derived(scope, AccountStanding, items, outcome, read, now, short)


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
