"""What an organization's answers say: its face, its people, its repositories, and what its owners have set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Struct

from muniment.collectors.addresses import scrubbed
from muniment.collectors.github import graphql
from muniment.collectors.github.repository import IDENTITY, Id, Identity, advisory_fork
from muniment.collectors.github.rights import NEEDS, UNKNOWN, Place, lacking, sees
from muniment.collectors.github.standing import next_page
from muniment.collectors.reading import LINK, Missed, Name, missed, read, told, unobservable, unreadable
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.kind import Evidence
from muniment.evidence.organization_access import OrganizationAccess
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.organization_repository import OrganizationRepository
from muniment.evidence.organization_settings import OrganizationSettings
from muniment.evidence.private_repository import PrivateRepository
from muniment.evidence.repository_property import RepositoryProperty
from muniment.evidence.workflow_permissions import WorkflowPermissions
from muniment.model import asset as assets
from muniment.model.observation import Outcome
from muniment.ports import Answer

T = TypeVar("T")

GONE = "GitHub knows no organization of this name"

TWICE = "some came twice, so that others may be missing"

VALUES = 100
"""The values of one property that are kept."""

FACE = ("databaseId", "login", "name", "websiteUrl", "archivedAt")

_ROLES = {"ADMIN": "owner", "MEMBER": "member"}
_BASE = frozenset({"none", "read", "write", "admin"})
_NODES = {"repositories": "nodes", "membersWithRole": "edges", "teams": "nodes"}


class _User(Struct, rename="camel"):
    database_id: Id
    login: Name


class _Edge(Struct):
    node: _User
    role: Name | None = None


class _Face(Struct, rename="camel"):
    database_id: Id
    login: Name
    name: str | None = None
    website_url: str | None = None
    archived_at: datetime | None = None


class _RestFace(Struct):
    id: Id
    login: Name
    name: str | None = None
    blog: str | None = None
    archived_at: datetime | None = None


class _Plan(Struct):
    name: Name


class _Planned(Struct):
    plan: _Plan | None = None


class _Settings(Struct):
    login: Name
    two_factor_requirement_enabled: bool | None = None
    default_repository_permission: Name | None = None
    members_can_create_public_repositories: bool | None = None


class _Workflow(Struct):
    default_workflow_permissions: Name
    can_approve_pull_request_reviews: bool = False


class _Value(Struct):
    property_name: Name
    value: str | list[str] | None = None


class _Values(Struct):
    repository_id: Annotated[int, Meta(ge=1)]
    repository_full_name: Name
    properties: list[_Value]


_NAME = msgspec.json.Decoder(Name)
_CONNECTION = msgspec.json.Decoder(graphql.Connection)
_EDGE = msgspec.json.Decoder(_Edge)
_FACE = msgspec.json.Decoder(_Face)
_REST_FACE = msgspec.json.Decoder(_RestFace)
_PLANNED = msgspec.json.Decoder(_Planned)
_SETTINGS = msgspec.json.Decoder(_Settings)
_WORKFLOW = msgspec.json.Decoder(_Workflow)
_RAWS = msgspec.json.Decoder(list[msgspec.Raw])
_VALUES = msgspec.json.Decoder(_Values)


# ---------------------------------------------------------------- lists that come in pages


class Listed(Struct, frozen=True):
    """What came of a list: its nodes with when each was asked for, and why it is not all (empty: it is)."""

    nodes: tuple[tuple[graphql.Node, datetime], ...]
    short: str = ""


def opened(answer: Answer) -> graphql.Node | Missed:
    """The organization in an answer; a missing node where GitHub knows none."""
    found = graphql.reply(answer)
    if isinstance(found, Missed):
        return found
    node = graphql.below(graphql.root(found), "organization")
    if node.missing:
        wrong = graphql.why(f for f in node.faults if f.type != "NOT_FOUND")
        if wrong is not None:
            return wrong
        if not node.faults:
            return unreadable("GitHub left the organization out and did not say why")
    return node


def goes_by(node: graphql.Node) -> str:
    """The name that an organization goes by in an answer; empty: it does not say."""
    found = graphql.decoded(graphql.below(node, "login").raw, _NAME)
    return "" if isinstance(found, Missed) else found


def name_of(node: graphql.Node, by_rest: Sequence[Answer], asked: str) -> str | Missed:
    """The name an organization goes by now. Another one than was asked for is believed if REST says it too."""
    other = asked
    for answer in by_rest[:1]:
        rest = part(answer, _REST_FACE)
        other = asked if isinstance(rest, Missed) else rest.login
    stated = goes_by(node) or other
    if stated.lower() in (asked.lower(), other.lower()):
        return stated
    return unreadable(f"asked about {asked}, GitHub answered about another organization")


def sent_on_to(by_rest: Sequence[Answer], asked: str) -> str:
    """The name to which REST sends on whoever asks by a former one; empty: it does not."""
    for answer in by_rest[:1]:
        found = part(answer, _REST_FACE)
        if not isinstance(found, Missed) and found.login.lower() != asked.lower():
            return told(found.login, 100)
    return ""


def listed(answers: Sequence[Answer], connection: str, login: str) -> Listed | Missed:
    """The nodes of a list over all its pages; ``Missed`` if not even one page came.

    Pages that break off, nodes that did not come and a total that is another make it short, never empty.
    """
    nodes: list[tuple[graphql.Node, datetime]] = []
    short: dict[str, None] = {}
    total, more, first = None, True, True
    for answer in answers:
        page = _page(answer, connection, login)
        if isinstance(page, Missed):
            if first:
                return page
            short[f"a further page did not come: {page.detail}"] = None
            break
        holder, head = page
        found = graphql.each(graphql.below(holder, _NODES[connection]))
        if (wrong := graphql.why(f for f in holder.faults if _is_of_list(f, connection))) is not None:
            short[wrong.detail] = None
        nodes += [(node, answer.at) for node in found]
        total, more, first = head.total_count, head.page_info.has_next_page, False
    if first:
        return Missed(Outcome.UNREACHABLE, "no page of the list came")
    if more and not short:
        short["the list goes on, and its next page did not come"] = None
    if total != len(nodes):
        short["GitHub's own total is another than what came"] = None
    return Listed(tuple(nodes), "; ".join(short))


def _is_of_list(fault: graphql.Fault, connection: str) -> bool:
    """True for an error of the list itself; one below a node is that node's own."""
    return len(fault.path) < 2 or fault.path[0] != _NODES[connection]


def _page(answer: Answer, connection: str, login: str = "") -> tuple[graphql.Node, graphql.Connection] | Missed:
    node = opened(answer)
    if isinstance(node, Missed):
        return node
    if node.missing:
        return unobservable(GONE)
    if login and goes_by(node).lower() not in ("", login.lower()):
        return unreadable("GitHub answered about another organization")
    holder = graphql.below(node, connection)
    if holder.missing:
        return graphql.why(holder.faults) or unobservable("GitHub left the list out")
    head = graphql.decoded(holder.raw, _CONNECTION)
    return head if isinstance(head, Missed) else (holder, head)


def next_cursor(answer: Answer, connection: str) -> str:
    """Where the next page of a list begins; empty: there is none, or nothing came."""
    page = _page(answer, connection)
    if isinstance(page, Missed) or not page[1].page_info.has_next_page:
        return ""
    return page[1].page_info.end_cursor or ""


# ---------------------------------------------------------------- facts


def face(node: graphql.Node, by_rest: Sequence[Answer], scope: str) -> Iterable[GithubOrganization] | Missed:
    """An organization's face: out of GraphQL's answer, or of REST's where GraphQL was not asked for it."""
    found: _Face | _RestFace | Missed = node.part(_FACE, *FACE)
    if graphql.below(node, "databaseId").missing and by_rest:
        found = part(by_rest[0], _REST_FACE)
    if isinstance(found, Missed):
        return found
    if isinstance(found, _RestFace):
        found = _Face(found.id, found.login, found.name, found.blog, found.archived_at)
    return (
        GithubOrganization(
            id=found.database_id,
            login=told(found.login, 100),
            name=told(found.name, 200),
            website=told(scrubbed(found.website_url or ""), LINK),
            archived=found.archived_at is not None,
            renamed_from="" if found.login.lower() == assets.name(scope).lower() else assets.name(scope),
        ),
    )


def access(place: Place) -> Iterable[OrganizationAccess] | Missed:
    """How far the asker sees, unless that is not known."""
    if place.level == UNKNOWN:
        return Missed(Outcome.UNREACHABLE, place.reason or "what the credential may see is not known")
    return (OrganizationAccess(level=place.level, grants=place.grants),)


def members(found: Listed | Missed, place: Place) -> tuple[Iterable[OrganizationMember] | Missed, str]:
    """Members and their roles, and why there may be more. Where roles should show, one without is not believed."""
    roles_show = sees(OrganizationMember, place) == "all"
    if isinstance(found, Missed):
        left_out = found.outcome is Outcome.UNOBSERVABLE and not roles_show
        return Missed(Outcome.DENIED, lacking(OrganizationMember)) if left_out else found, ""
    facts: list[OrganizationMember] = []
    short = [found.short] if found.short else []
    for node, _ in found.nodes:
        edge = node.part(_EDGE, "node", "role")
        role = "" if isinstance(edge, Missed) else _ROLES.get(edge.role or "", "")
        if isinstance(edge, Missed) or (roles_show and not role):
            short.append("some members came without their number, name or role")
            continue
        facts.append(OrganizationMember(id=edge.node.database_id, login=told(edge.node.login, 100), role=role))
    if not short and len({fact.id for fact in facts}) != len(found.nodes):
        short.append(TWICE)
    if not roles_show:
        short.append("only members who show their membership: the rest " + lacking(OrganizationMember))
    return facts, "; ".join(dict.fromkeys(short))


class Repositories(Struct, frozen=True):
    """An organization's list, parted: the public ones with their asset ids, and what is nobody's business."""

    public: tuple[tuple[str, Identity, graphql.Node, datetime], ...]
    private: tuple[Identity, ...]
    short: str = ""


def repositories(found: Listed | Missed, login: str) -> Repositories | Missed:
    """Part a list of repositories. What is not plainly public is private."""
    if isinstance(found, Missed):
        return found
    public: dict[int, tuple[str, Identity, graphql.Node, datetime]] = {}
    private: dict[int, Identity] = {}
    short = [found.short] if found.short else []
    for node, at in found.nodes:
        identity = node.part(IDENTITY, "databaseId", "nameWithOwner", "visibility")
        asset = None if isinstance(identity, Missed) else identity.asset
        if isinstance(identity, Missed) or asset is None or identity.visibility is None:
            short.append("some repositories came without their number, name or visibility")
        elif not asset.startswith(f"{assets.GITHUB_REPO}/{login.lower()}/"):
            short.append("the list holds what is another owner's")
        elif identity.public:
            public[identity.database_id] = (asset, identity, node, at)
        else:
            private[identity.database_id] = identity
    if not short and len(public) + len(private) != len(found.nodes):
        short.append(TWICE)
    return Repositories(tuple(public.values()), tuple(private.values()), "; ".join(dict.fromkeys(short)))


class _Line(Struct, rename="camel"):
    is_archived: bool
    is_fork: bool


_LINE = msgspec.json.Decoder(_Line)


def repository_list(found: Repositories | Missed) -> tuple[Iterable[OrganizationRepository] | Missed, str]:
    """The public repositories, and why there may be more."""
    if isinstance(found, Missed):
        return found, ""
    facts = []
    short = found.short
    for asset, identity, node, _ in found.public:
        line = node.part(_LINE, "isArchived", "isFork")
        if isinstance(line, Missed):
            short = short or "some repositories came without what they are"
            continue
        facts.append(
            OrganizationRepository(
                id=identity.database_id, asset=asset, archived=line.is_archived, fork=line.is_fork
            )
        )
    return facts, short


def private_list(
    found: Repositories | Missed, private: Repositories | Missed | None, place: Place
) -> tuple[Iterable[PrivateRepository] | Missed, str]:
    """The private repositories, out of their own list (``None``: not asked) and out of the public one."""
    seen = [*(() if private is None or isinstance(private, Missed) else (*private.private, *_both(private)))]
    seen += () if isinstance(found, Missed) else found.private
    facts = [
        PrivateRepository(id=i.database_id, name=told(i.name, 150), advisory_fork=advisory_fork(i.name))
        for i in seen
    ]
    if isinstance(private, Repositories):
        part = "" if sees(PrivateRepository, place) == "all" else "all of it " + lacking(PrivateRepository)
        other = "the list of repositories, which has some of them, did not come whole" if _is_short(found) else ""
        return facts, "; ".join(s for s in (private.short, other, part) if s)
    if facts:
        return facts, "the list of private repositories did not come"
    return private or Missed(Outcome.DENIED, lacking(PrivateRepository)), ""


def _is_short(found: Repositories | Missed) -> bool:
    return isinstance(found, Missed) or bool(found.short)


def _both(private: Repositories) -> Iterable[Identity]:
    """What the private list calls public is kept as private: somebody asked for the private ones alone."""
    return (identity for _, identity, _, _ in private.public)


# ---------------------------------------------------------------- what REST alone tells


def part(answer: Answer, decoder: msgspec.json.Decoder[T], kind: type[Evidence] = GithubOrganization) -> T | Missed:
    """The answer about a part of an organization, or why it tells nothing: a 404 is not the whole's absence."""
    no_content = missed(answer)
    if no_content is not None and no_content.outcome is Outcome.ABSENT:
        return unobservable(f"the organization is there, and this of it answered {answer.status}")
    if no_content is not None and no_content.outcome is Outcome.DENIED and NEEDS[kind].words:
        return Missed(Outcome.DENIED, f"{no_content.detail}: it {lacking(kind)}")
    return read(answer, decoder)


def settings(answer: Answer | None, login: str) -> Iterable[OrganizationSettings] | Missed:
    """What the owners have set; ``None``: not asked, since the right is missing."""
    if answer is None:
        return Missed(Outcome.DENIED, lacking(OrganizationSettings))
    found = part(answer, _SETTINGS, OrganizationSettings)
    if isinstance(found, Missed):
        return found
    if found.login.lower() != login.lower():
        return unreadable("GitHub answered about another organization")
    if found.two_factor_requirement_enabled is None:
        return Missed(Outcome.DENIED, f"GitHub left it out: it {lacking(OrganizationSettings)}")
    base = (found.default_repository_permission or "").lower()
    if base not in _BASE:
        return unreadable("GitHub named no base permission that we know")
    return (
        OrganizationSettings(
            requires_two_factor=found.two_factor_requirement_enabled,
            base_permission=base,
            members_can_create_public_repositories=found.members_can_create_public_repositories,
        ),
    )


def plan(answer: Answer) -> str:
    """GitHub's name of an organization's plan, which it tells some of those who ask; empty: it does not."""
    found = part(answer, _PLANNED)
    return "" if isinstance(found, Missed) or found.plan is None else found.plan.name.lower()


def workflow(answer: Answer | None) -> Iterable[WorkflowPermissions] | Missed:
    """What a workflow's token may do by default; ``None``: not asked, since the right is missing."""
    if answer is None:
        return Missed(Outcome.DENIED, lacking(WorkflowPermissions))
    found = part(answer, _WORKFLOW, WorkflowPermissions)
    if isinstance(found, Missed):
        return found
    if found.default_workflow_permissions not in ("read", "write"):
        return unreadable("GitHub named a default that we do not know")
    return (
        WorkflowPermissions(
            default=found.default_workflow_permissions,
            can_approve_pull_requests=found.can_approve_pull_request_reviews,
        ),
    )


class Properties(Struct, frozen=True):
    """The custom properties by repository's number, and why some may be missing (empty: none is)."""

    of: Mapping[int, tuple[RepositoryProperty, ...]]
    short: str = ""


def properties(answers: Sequence[Answer]) -> Properties | Missed:
    """The custom properties of an organization's repositories, over all pages; none: the right is missing."""
    if not answers:
        return Missed(Outcome.DENIED, lacking(RepositoryProperty))
    of: dict[int, tuple[RepositoryProperty, ...]] = {}
    short = ""
    for answer in answers:
        page = part(answer, _RAWS, RepositoryProperty)
        if isinstance(page, Missed):
            if answer is answers[0]:
                return page
            short = f"a further page did not come: {page.detail}"
            break
        if (wrong := _all_null(page)) is not None:
            if answer is answers[0]:
                return wrong
            short = wrong.detail
            break
        for raw in page:
            one = graphql.decoded(bytes(raw), _VALUES)
            if isinstance(one, Missed):
                short = "some properties came in another shape"
                continue
            of[one.repository_id] = tuple(_property(value) for value in one.properties)
    if not short and next_page(answers[-1]):
        short = "the list goes on, and its next page did not come"
    return Properties(of, short)


def _all_null(page: Sequence[msgspec.Raw]) -> Missed | None:
    """Null says "not set", and also "not told": where nothing at all is set, it is not believed to be the first."""
    found = [one for raw in page if isinstance(one := graphql.decoded(bytes(raw), _VALUES), _Values)]
    values = [value.value for one in found for value in one.properties]
    if values and all(value is None for value in values):
        return unobservable("GitHub gave no value of any property")
    return None


def _property(value: _Value) -> RepositoryProperty:
    stated = value.value if isinstance(value.value, list) else [value.value] if value.value is not None else []
    return RepositoryProperty(
        name=told(value.property_name, 100), values=tuple(told(v, 200) for v in stated[:VALUES])
    )


def property_of(found: Properties | Missed, id: int) -> tuple[Iterable[RepositoryProperty] | Missed, str]:
    """One repository's properties. One that a complete list does not name has none that we know of."""
    if isinstance(found, Missed):
        return found, ""
    if id in found.of:
        return found.of[id], ""
    return unobservable(found.short or "GitHub's list of properties leaves this repository out"), ""
