"""Answers REST requests about who may do what: teams, roles, invitations, collaborators, keys, Apps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from muniment.testing.github.nodes import Placed
from muniment.testing.github.rest import (
    Ask,
    Refused,
    Reply,
    followed,
    forbidden,
    handles,
    organization,
    owned,
    paged,
    permissions,
    placed,
)
from muniment.testing.github.world import Organization, OrganizationRole, Person, Team

ORDER = ("admin", "maintain", "write", "triage", "read")

_OWNERS = "You must be an owner of this organization."


def _for_owners(ask: Ask) -> Organization:
    """The organization, for who may see all about its people."""
    org = organization(ask)
    if not ask.viewer.sees_two_factor(org):
        raise forbidden(ask, _OWNERS)
    return org


@handles("GET", "/orgs/{org}/invitations")
def _invitations(ask: Ask) -> Reply:
    """GitHub says 404 to those who may not see them."""
    org = organization(ask)
    if not ask.viewer.sees_two_factor(org):
        raise Refused(404, "Not Found")
    people = {p.id: p for p in ask.world.people}
    owner = next((m.person for m in org.members if m.role == "owner"), 0)
    return paged(
        ask, org.invitations, lambda i: ask.bodies.invitation(org, i, people.get(i.person), people[i.by or owner])
    )


@handles("GET", "/orgs/{org}/installations")
def _installations(ask: Ask) -> Reply:
    org = owned(ask)
    found: list[Any] = [
        ask.bodies.installation(app, installation, org)
        for app in ask.world.apps
        for installation in app.installations
        if installation.organization.lower() == org.login.lower()
    ]
    found += [ask.bodies.installed(one, org) for one in org.installed]
    page = paged(ask, found, lambda body: body)
    return Reply(200, {"total_count": len(found), "installations": page.body}, page.headers)


# ---------------------------------------------------------------- roles


def _with_roles(ask: Ask) -> Organization:
    org = organization(ask)
    if not (ask.viewer.is_owner(org) or ask.viewer.may(org, "organization_custom_org_roles")):
        raise forbidden(ask, _OWNERS)
    return org


def _role(ask: Ask, org: Organization) -> OrganizationRole:
    for role in org.roles:
        if str(role.id) == ask.value("role_id"):
            return role
    raise Refused(404, "Not Found")


@handles("GET", "/orgs/{org}/organization-roles")
def _roles(ask: Ask) -> Reply:
    org = _with_roles(ask)
    return Reply(200, {"total_count": len(org.roles), "roles": [ask.bodies.role(org, r) for r in org.roles]})


@handles("GET", "/orgs/{org}/organization-roles/{role_id}/teams")
def _role_teams(ask: Ask) -> Reply:
    org = _with_roles(ask)
    teams = [team for team in org.teams if team.slug in _role(ask, org).teams]
    return paged(ask, teams, lambda team: {**ask.bodies.team(org, team), "assignment": "direct"})


@handles("GET", "/orgs/{org}/organization-roles/{role_id}/users")
def _role_users(ask: Ask) -> Reply:
    """Those who were given the role, and those whose teams were."""
    org = _with_roles(ask)
    role = _role(ask, org)
    through = {id: team for team in org.teams if team.slug in role.teams for id in team.members}

    def body(person: Person) -> object:
        direct, team = person.id in role.people, through.get(person.id)
        word = "mixed" if direct and team else "direct" if direct else "indirect"
        inherited = [] if team is None else [_simple(ask, org, team)]
        return {**ask.bodies.user(person), "assignment": word, "inherited_from": inherited}

    holders = sorted({*role.people, *through})
    return paged(ask, [ask.world.person_of(id) for id in holders], body)


def _simple(ask: Ask, org: Organization, team: Team) -> object:
    return {name: value for name, value in ask.bodies.team(org, team).items() if name != "parent"}


# ---------------------------------------------------------------- teams


def _with_teams(ask: Ask) -> Organization:
    org = organization(ask)
    if not ask.viewer.sees_members(org):
        raise forbidden(ask, "You must be a member of this organization to see its teams.")
    return org


def _team(ask: Ask, org: Organization) -> Team:
    team = org.team(ask.value("team_slug"))
    if team is None or not ask.viewer.sees_team(org, team):
        raise Refused(404, "Not Found")
    return team


@handles("GET", "/orgs/{org}/teams")
def _teams(ask: Ask) -> Reply:
    org = _with_teams(ask)
    return paged(ask, [t for t in org.teams if ask.viewer.sees_team(org, t)], lambda t: ask.bodies.team(org, t))


@handles("GET", "/orgs/{org}/teams/{team_slug}/members")
def _team_members(ask: Ask) -> Reply:
    team = _team(ask, _with_teams(ask))
    return paged(
        ask,
        sorted(team.members),
        lambda id: {**ask.bodies.user(ask.world.person_of(id)), "role": team.members[id], "inherited": False},
    )


@handles("GET", "/orgs/{org}/teams/{team_slug}/repos")
def _team_repositories(ask: Ask) -> Reply:
    org = _with_teams(ask)
    team = _team(ask, org)
    found = [
        Placed(org, r)
        for r in org.repositories
        if r.name in team.repositories and ask.viewer.sees_repository(org, r)
    ]
    return paged(
        ask,
        found,
        lambda p: {
            **ask.bodies.repository(p, ask.bodies.permissions({team.repositories[p.repo.name]})),
            "role_name": team.repositories[p.repo.name],
        },
    )


# ---------------------------------------------------------------- repositories


def effective(place: Placed, id: int) -> str:
    """The most that a person may do in a repository, however they came by it; empty: nothing."""
    role = next((m.role for m in place.org.members if m.person == id), "")
    if role == "owner":
        return "admin"
    found = {place.repo.direct.get(id, "")}
    found |= {t.repositories.get(place.repo.name, "") for t in place.org.teams if id in t.members}
    if role == "member":
        found.add(place.org.base_permission)
    return next((word for word in ORDER if word in found), "")


@handles("GET", "/repos/{owner}/{repo}/collaborators")
@followed
def _collaborators(ask: Ask) -> Reply:
    """``role_name`` is the most that they may do, also where they were given less by name."""
    place = placed(ask)
    if not ask.viewer.pushes(place.org, place.repo):
        raise forbidden(ask, "Must have push access to view repository collaborators.")
    inside = {m.person for m in place.org.members}
    found: Sequence[int] = sorted(place.repo.direct)
    match ask.given("affiliation", "all"):
        case "outside":
            found = [id for id in found if id not in inside]
        case "all":
            found = sorted({id for id in (*inside, *found) if effective(place, id)})
        case _:
            pass
    return paged(ask, found, lambda id: ask.bodies.collaborator(ask.world.person_of(id), effective(place, id)))


@handles("GET", "/repos/{owner}/{repo}/keys")
@followed
def _keys(ask: Ask) -> Reply:
    place = placed(ask)
    if not permissions(ask, place) or not ask.viewer.administers(place.org, place.repo):
        raise Refused(404, "Not Found")
    return paged(ask, place.repo.deploy_keys, lambda key: ask.bodies.deploy_key(place, key))


@handles("GET", "/repos/{owner}/{repo}/environments")
@followed
def _environments(ask: Ask) -> Reply:
    place = placed(ask)
    teams = {t.slug: t for t in place.org.teams}

    def body(one: Any) -> object:
        found: list[dict[str, Any]] = [
            {"type": "User", "reviewer": ask.bodies.user(ask.world.person_of(id))} for id in one.people
        ]
        found += [
            {"type": "Team", "reviewer": ask.bodies.team(place.org, teams[slug])}
            for slug in one.teams
            if slug in teams
        ]
        return ask.bodies.environment(place, one, found)

    page = paged(ask, place.repo.environments, body)
    return Reply(200, {"total_count": len(place.repo.environments), "environments": page.body}, page.headers)
