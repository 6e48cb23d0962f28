"""What GraphQL's fields answer about who may do what: teams, collaborators, deploy keys, environments.

What a null or an error means to those without the right is from GitHub's documentation where it says so, else taken
from answers that people have published; none of it was checked against a live GitHub.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from muniment.testing.github.nodes import Asking, NotSimulated, Placed, Trouble, node_id
from muniment.testing.github.paging import Item, Page, paged
from muniment.testing.github.rest_access import effective
from muniment.testing.github.seeing import refused
from muniment.testing.github.world import DeployKey, Environment, Organization, Person, Team

DIRECT = "DIRECT"


class TeamOf(Struct, frozen=True):
    """A team and the organization it is in."""

    org: Organization
    team: Team


class Grant(Struct, frozen=True):
    """One source of what a person may do in a repository."""

    place: Placed
    source: object
    permission: str


class Granted(Struct, frozen=True):
    """A person in a repository."""

    place: Placed
    person: Person


class EnvironmentOf(Struct, frozen=True):
    """An environment and the repository it is in."""

    place: Placed
    environment: Environment


class Gate(Struct, frozen=True):
    """One rule that a deployment has to pass: its ``type`` as GitHub calls it."""

    of: EnvironmentOf
    type: str


# ---------------------------------------------------------------- teams


def teams(org: Organization, asking: Asking, arguments: Mapping[str, Any]) -> Page:
    """The teams that the viewer knows of; who sees no member's place is refused."""
    if not asking.viewer.sees_members(org):
        raise refused(asking)
    filters = ("role", "userLogins", "ldapMapped", "notificationSetting", "privacy", "query", "orderBy")
    if any(arguments.get(name) is not None for name in filters) or arguments.get("rootTeamsOnly"):
        raise NotSimulated("Organization.teams with a filter or in another order")
    found = [TeamOf(org, t) for t in org.teams if asking.viewer.sees_team(org, t)]
    return paged("Team", [Item((t.team.id,), t) for t in found], arguments)


def team(org: Organization, asking: Asking, arguments: Mapping[str, Any]) -> TeamOf | None:
    """One team by its slug; null: none that the viewer knows of."""
    found = org.team(arguments["slug"])
    return TeamOf(org, found) if found is not None and asking.viewer.sees_team(org, found) else None


def ancestors(of: TeamOf, asking: Asking, arguments: Mapping[str, Any]) -> Page:
    """The teams that a team is a part of, the nearest first."""
    found: list[Item] = []
    parent = of.org.team(of.team.parent) if of.team.parent else None
    while parent is not None and len(found) < len(of.org.teams):
        found.append(Item((len(found),), TeamOf(of.org, parent)))
        parent = of.org.team(parent.parent) if parent.parent else None
    return paged("Team", found, arguments)


def team_members(of: TeamOf, asking: Asking, arguments: Mapping[str, Any]) -> Page:
    """A team's members, those of the teams below it too."""
    if arguments.get("membership") not in (None, "ALL", "IMMEDIATE"):
        raise NotSimulated("Team.members of child teams alone")
    found: dict[int, str] = dict(of.team.members)
    if arguments.get("membership") != "IMMEDIATE":
        for below in (t for t in of.org.teams if t.parent == of.team.slug):
            found = dict.fromkeys(below.members, "member") | found
    items = [Item((id,), asking.world.person_of(id), role.upper()) for id, role in sorted(found.items())]
    return paged("TeamMember", items, arguments)


def team_repositories(of: TeamOf, asking: Asking, arguments: Mapping[str, Any]) -> Page:
    """The repositories that a team was given, as far as the viewer sees them."""
    found = [
        Item((repo.id,), Placed(of.org, repo), of.team.repositories[repo.name].upper())
        for repo in of.org.repositories
        if repo.name in of.team.repositories and asking.viewer.sees_repository(of.org, repo)
    ]
    return paged("TeamRepository", found, arguments)


# ---------------------------------------------------------------- repositories


def collaborators(place: Placed, asking: Asking, arguments: Mapping[str, Any]) -> Page:
    """Those who were given a repository by name, for who may write to it; null and an error for others."""
    if arguments.get("affiliation") != DIRECT:
        raise NotSimulated("Repository.collaborators but those given it directly")
    if not asking.viewer.pushes(place.org, place.repo):
        raise Trouble("You do not have permission to view repository collaborators.", "FORBIDDEN")
    found = [Granted(place, asking.world.person_of(id)) for id in sorted(place.repo.direct)]
    items = [Item((g.person.id,), g.person, g) for g in found]
    return paged("RepositoryCollaborator", items, arguments)


def sources(granted: Granted) -> list[Grant]:
    """What gives a person something in a repository: a name in it, teams, belonging to its organization."""
    place, id = granted.place, granted.person.id
    found = [Grant(place, place, place.repo.direct[id])] if id in place.repo.direct else []
    for one in place.org.teams:
        if id in one.members and place.repo.name in one.repositories:
            found.append(Grant(place, TeamOf(place.org, one), one.repositories[place.repo.name]))
    role = next((m.role for m in place.org.members if m.person == id), "")
    if role:
        found.append(Grant(place, place.org, "admin" if role == "owner" else place.org.base_permission))
    return found


def deploy_keys(place: Placed, asking: Asking, arguments: Mapping[str, Any]) -> Page:
    """The deploy keys, for who administers the repository. To others an error that spoils it all."""
    if not asking.viewer.administers(place.org, place.repo):
        raise refused(asking)
    return paged("DeployKey", [Item((k.id,), k) for k in place.repo.deploy_keys], arguments)


def environments(place: Placed, asking: Asking, arguments: Mapping[str, Any]) -> Page:
    """The environments; everybody who sees the repository sees them."""
    items = [Item((e.name, e.id), EnvironmentOf(place, e)) for e in place.repo.environments]
    return paged("Environment", items, arguments)


def gates(of: EnvironmentOf, arguments: Mapping[str, Any]) -> Page:
    """The rules that a deployment has to pass."""
    found = ["REQUIRED_REVIEWERS"] if of.environment.people or of.environment.teams else []
    found += ["WAIT_TIMER"] if of.environment.wait else []
    return paged("DeploymentProtectionRule", [Item((t,), Gate(of, t)) for t in found], arguments)


def reviewers(gate: Gate, asking: Asking, arguments: Mapping[str, Any]) -> Page:
    """Who may let a deployment pass."""
    environment, org = gate.of.environment, gate.of.place.org
    found: list[object] = []
    if gate.type == "REQUIRED_REVIEWERS":
        found += [asking.world.person_of(id) for id in environment.people]
        found += [TeamOf(org, one) for one in org.teams if one.slug in environment.teams]
    return paged("DeploymentReviewer", [Item((n,), one) for n, one in enumerate(found)], arguments)


def _default(permission: str) -> str:
    """A permission in the four words that a source has for it."""
    return {"admin": "ADMIN", "maintain": "WRITE", "write": "WRITE", "none": "NONE"}.get(permission, "READ")


def key_text(key: DeployKey) -> str:
    """A made-up public key."""
    return key.text


TEAM: dict[str, Any] = {
    "id": lambda t, k, a: node_id("T", t.team.id),
    "databaseId": lambda t, k, a: t.team.id,
    "slug": lambda t, k, a: t.team.slug,
    "combinedSlug": lambda t, k, a: f"{t.org.login}/{t.team.slug}",
    "name": lambda t, k, a: t.team.name or t.team.slug,
    "privacy": lambda t, k, a: "SECRET" if t.team.secret else "VISIBLE",
    "organization": lambda t, k, a: t.org,
    "ancestors": ancestors,
    "parentTeam": lambda t, k, a: team(t.org, k, {"slug": t.team.parent}) if t.team.parent else None,
    "members": team_members,
    "repositories": team_repositories,
}
ENVIRONMENT: dict[str, Any] = {
    "id": lambda e, k, a: node_id("EN", e.environment.id),
    "databaseId": lambda e, k, a: e.environment.id,
    "name": lambda e, k, a: e.environment.name,
    "protectionRules": lambda e, k, a: gates(e, a),
}
GATE: dict[str, Any] = {
    "databaseId": lambda g, k, a: g.of.environment.id,
    "type": lambda g, k, a: g.type,
    "timeout": lambda g, k, a: g.of.environment.wait if g.type == "WAIT_TIMER" else 0,
    "preventSelfReview": lambda g, k, a: None if g.type == "WAIT_TIMER" else not g.of.environment.self_review,
    "reviewers": reviewers,
}
KEY: dict[str, Any] = {
    "id": lambda d, k, a: node_id("DK", d.id),
    "key": lambda d, k, a: key_text(d),
    "title": lambda d, k, a: d.title,
    "readOnly": lambda d, k, a: not d.writes,
    "verified": lambda d, k, a: True,
    "enabled": lambda d, k, a: True,
    "createdAt": lambda d, k, a: d.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
}
SOURCE: dict[str, Any] = {
    "organization": lambda s, k, a: s.place.org,
    "permission": lambda s, k, a: _default(s.permission),
    "roleName": lambda s, k, a: s.permission if s.permission != "none" else None,
    "source": lambda s, k, a: s.source,
}
FIELDS: dict[str, dict[str, Any]] = {
    "Team": TEAM,
    "Environment": ENVIRONMENT,
    "DeploymentProtectionRule": GATE,
    "DeployKey": KEY,
    "PermissionSource": SOURCE,
}
OF_ORGANIZATION: dict[str, Any] = {"teams": teams, "team": team}
OF_REPOSITORY: dict[str, Any] = {
    "collaborators": collaborators,
    "deployKeys": deploy_keys,
    "environments": environments,
}
EDGES: dict[str, dict[str, Any]] = {
    "TeamMember": {"role": lambda e, k, a: e.item.edge},
    "TeamRepository": {"permission": lambda e, k, a: e.item.edge},
    "RepositoryCollaborator": {
        "permission": lambda e, k, a: effective(e.item.edge.place, e.item.edge.person.id).upper() or "READ",
        "permissionSources": lambda e, k, a: sources(e.item.edge),
    },
    "Team": {},
    "DeployKey": {},
    "Environment": {},
    "DeploymentProtectionRule": {},
    "DeploymentReviewer": {},
}
"""By the type of what is connected, what its edges say beside what all edges do."""

TYPES: dict[type, str] = {
    TeamOf: "Team",
    EnvironmentOf: "Environment",
    Gate: "DeploymentProtectionRule",
    DeployKey: "DeployKey",
    Grant: "PermissionSource",
}
