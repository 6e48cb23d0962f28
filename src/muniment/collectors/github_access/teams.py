"""What an organization's teams say: the teams, who is in them, and what they were given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec import Struct

from muniment.collectors.github import graphql
from muniment.collectors.github.lists import Nested, nested, twice
from muniment.collectors.github.organization import Listed
from muniment.collectors.github.repository import IDENTITY, Id
from muniment.collectors.github.rights import Place, lacking, sees
from muniment.collectors.reading import Missed, Name, told
from muniment.evidence.kind import Evidence
from muniment.evidence.organization_team import OrganizationTeam
from muniment.evidence.team_member import TeamMember
from muniment.evidence.team_repository import TeamRepository
from muniment.model import asset as assets
from muniment.model.observation import Outcome

LISTS = {"members": "edges", "repositories": "edges"}
PERMISSIONS = {
    "READ": "read",
    "TRIAGE": "triage",
    "WRITE": "write",
    "MAINTAIN": "maintain",
    "ADMIN": "admin",
}
_ROLES = {"MAINTAINER": "maintainer", "MEMBER": "member"}


class _Parent(Struct):
    slug: Name


class _Count(Struct, rename="camel"):
    total_count: int


class _Team(Struct, rename="camel"):
    database_id: Id
    slug: Name
    name: str
    privacy: Name
    ancestors: _Count
    parent_team: _Parent | None = None


class _User(Struct, rename="camel"):
    database_id: Id
    login: Name


class _Member(Struct):
    node: _User
    role: Name


class _Permission(Struct):
    permission: Name


_TEAM = msgspec.json.Decoder(_Team)
_MEMBER = msgspec.json.Decoder(_Member)
_PERMISSION = msgspec.json.Decoder(_Permission)
_SLUG = msgspec.json.Decoder(_Parent)

Facts = tuple[Iterable[Evidence] | Missed, str]


class Team(Struct, frozen=True):
    """A team, with a node for each answer that tells of it, the first from the list of teams."""

    slug: str
    pages: tuple[graphql.Node, ...]


def slug_of(node: graphql.Node) -> str:
    """The slug of a team; empty: it does not say."""
    found = node.part(_SLUG, "slug")
    return "" if isinstance(found, Missed) else found.slug


def of_teams(found: Listed | Missed, place: Place) -> Facts:
    """The teams, and why there may be more."""
    if isinstance(found, Missed):
        return found, ""
    facts: list[OrganizationTeam] = []
    short = dict.fromkeys(filter(None, (found.short, _hidden(OrganizationTeam, place))))
    for node, _ in found.nodes:
        team = node.part(_TEAM, "databaseId", "slug", "name", "privacy", "ancestors", "parentTeam")
        if isinstance(team, Missed) or (team.parent_team is None) != (team.ancestors.total_count == 0):
            short["some teams came without their number, name or place"] = None
            continue
        facts.append(
            OrganizationTeam(
                id=team.database_id,
                slug=told(team.slug, 100),
                name=told(team.name, 200),
                parent=told(team.parent_team.slug, 100) if team.parent_team else "",
                secret=team.privacy != "VISIBLE",
            )
        )
    short.update(dict.fromkeys(filter(None, (twice([f.id for f in facts]),))))
    return facts, "; ".join(short)


def of_members(found: Listed | Missed, further: Mapping[str, Sequence[graphql.Node]], place: Place) -> Facts:
    """Who is in which team, and why there may be more."""
    if isinstance(found, Missed):
        return found, ""
    facts: dict[str, TeamMember] = {}
    short = dict.fromkeys(filter(None, (found.short, _hidden(TeamMember, place))))
    for team in _teams(found, further, short):
        members = _list(team, "members", short)
        numbers = []
        for node in members.nodes:
            edge = node.part(_MEMBER, "node", "role")
            if isinstance(edge, Missed) or edge.role not in _ROLES:
                short["some members of teams came without their number, name or role"] = None
                continue
            numbers.append(edge.node.database_id)
            fact = TeamMember(
                team=told(team.slug, 100),
                id=edge.node.database_id,
                login=told(edge.node.login, 100),
                role=_ROLES[edge.role],
            )
            facts[fact.key] = fact
        short.update(dict.fromkeys(filter(None, (twice(numbers),))))
    return facts.values(), "; ".join(short)


def of_repositories(
    found: Listed | Missed, further: Mapping[str, Sequence[graphql.Node]], login: str, place: Place
) -> Facts:
    """What each team may do in public repositories, and why there may be more. Private ones are left out."""
    if isinstance(found, Missed):
        return found, ""
    facts: dict[str, TeamRepository] = {}
    short = dict.fromkeys(filter(None, (found.short, _hidden(TeamRepository, place))))
    for team in _teams(found, further, short):
        for node in _list(team, "repositories", short).nodes:
            edge = node.part(_PERMISSION, "permission")
            identity = graphql.below(node, "node").part(IDENTITY, "databaseId", "nameWithOwner", "visibility")
            if (
                isinstance(edge, Missed)
                or isinstance(identity, Missed)
                or identity.asset is None
                or identity.visibility is None
                or edge.permission not in PERMISSIONS
            ):
                short["some repositories of teams came without their name or what may be done in them"] = None
            elif identity.public and identity.asset.startswith(f"{assets.GITHUB_REPO}/{login.lower()}/"):
                fact = TeamRepository(
                    team=told(team.slug, 100),
                    repository=identity.asset,
                    permission=PERMISSIONS[edge.permission],
                )
                facts[fact.key] = fact
    return facts.values(), "; ".join(short)


def _hidden(kind: type[Evidence], place: Place) -> str:
    return "" if sees(kind, place) == "all" else f"only teams that are not secret: the rest {lacking(kind)}"


def _teams(found: Listed, further: Mapping[str, Sequence[graphql.Node]], short: dict[str, None]) -> Iterable[Team]:
    for node, _ in found.nodes:
        slug = slug_of(node)
        if not slug:
            short["some teams came without their name"] = None
            continue
        yield Team(slug, (node, *further.get(slug, ())))


def _list(team: Team, name: str, short: dict[str, None]) -> Nested:
    pages = [team.pages[0], *(p for p in team.pages[1:] if not graphql.below(p, name).missing or p.hit(name))]
    found = nested(pages, name, LISTS[name])
    if isinstance(found, Missed):
        why = found.detail if found.outcome is not Outcome.UNOBSERVABLE else "GitHub left it out"
        short[f"a team came without its {name}: {why}"] = None
        return Nested(())
    if found.short:
        short[found.short] = None
    return found
