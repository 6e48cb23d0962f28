"""What each GraphQL field answers to a viewer; a field that is not here answers that it is not simulated.

Who sees what is ``sight``'s to say. Where GitHub's schema leaves a null's meaning open, the comments say what was
taken and from where; none of it was checked against a live GitHub.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any, TypeAlias

from graphql import GraphQLResolveInfo
from msgspec import Struct, msgpack

from muniment.testing.github.pricing import Price
from muniment.testing.github.sight import Viewer
from muniment.testing.github.world import (
    BranchRule,
    Membership,
    Organization,
    Person,
    Repository,
    Ruleset,
    World,
)

POLICY_PATHS = ("security.md", ".github/security.md", "docs/security.md")
TEXT_LIMIT = 512_000
GHOST_ID = 10_000_000


class Trouble(Exception):
    """An error in GitHub's form: its ``type`` stands beside the message."""

    def __init__(self, message: str, type: str = "", **extensions: object) -> None:
        super().__init__(message)
        self.type = type
        self.extensions = extensions


class NotSimulated(Exception):
    """A field that GitHub has and this simulation has not."""


class Asking(Struct, frozen=True, kw_only=True):
    """One query being answered: to whom, at which address, at what price, out of what allowance."""

    world: World
    viewer: Viewer
    base: str
    price: Price
    used: int
    limit: int
    resets: datetime

    def url(self, path: str) -> str:
        """The address of a page."""
        return f"{self.base.rstrip('/')}{path}"


# ---------------------------------------------------------------- what fields are asked of


class Placed(Struct, frozen=True):
    """A repository and the organization it is in."""

    org: Organization
    repo: Repository

    @property
    def path(self) -> str:
        """``/ORGANIZATION/REPOSITORY``."""
        return f"/{self.org.login}/{self.repo.name}"


class Branch(Struct, frozen=True):
    """A repository's default branch: the only one there is."""

    place: Placed


class Commit(Struct, frozen=True):
    """The tip of the default branch."""

    place: Placed


class Tree(Struct, frozen=True):
    """A folder at the tip; the root's ``path`` is empty, others end in ``/``."""

    place: Placed
    path: str


class Blob(Struct, frozen=True):
    """A file at the tip."""

    place: Placed
    path: str

    @property
    def data(self) -> bytes:
        """What it holds."""
        return self.place.repo.files[self.path].encode()


class TreeEntry(Struct, frozen=True):
    """A line of a folder."""

    name: str
    path: str
    object: Tree | Blob


class Protection(Struct, frozen=True):
    """A classic rule as a repository has it."""

    place: Placed
    rule: BranchRule


class Rules(Struct, frozen=True):
    """A ruleset and who wrote it: an organization, or (``place``) a repository."""

    ruleset: Ruleset
    org: Organization
    place: Placed | None = None


class Rule(Struct, frozen=True):
    """One rule of a ruleset."""

    rules: Rules
    type: str


class Parameters(Struct, frozen=True):
    """What a rule on pull requests asks for."""

    reviews: int


class MemberEdge(Struct, frozen=True):
    """A membership, and what of it may be seen."""

    membership: Membership
    person: Person
    role: str | None
    two_factor: bool | None


class Item(Struct, frozen=True):
    """One thing of a connection: where it sorts, and what ``node`` and the edge say of it."""

    sort: tuple[object, ...]
    node: object
    edge: object = None


class Page(Struct, frozen=True):
    """Some of a connection: the items from ``start`` on, of ``total``."""

    of: str
    items: tuple[Item, ...]
    start: int
    total: int


class Edge(Struct, frozen=True):
    """An item, as an edge."""

    item: Item
    of: str


class PageInfo(Struct, frozen=True):
    """Where a page lies."""

    page: Page


class Limits(Struct, frozen=True):
    """``rateLimit``."""


# ---------------------------------------------------------------- small words


def node_id(prefix: str, id: int) -> str:
    """GitHub's name for a node in its present form: ``O_…`` organizations, ``R_…`` repositories, ``U_…`` people."""
    return f"{prefix}_{base64.urlsafe_b64encode(msgpack.encode([0, id])).decode().rstrip('=')}"


def oid(*parts: str) -> str:
    """A made-up git object id."""
    return hashlib.sha1("\0".join(parts).encode(), usedforsecurity=False).hexdigest()


def commit_oid(place: Placed) -> str:
    """The id of the tip, which changes when a file does."""
    files = place.repo.files
    return oid("commit", str(place.repo.id), *(f"{path}\0{files[path]}" for path in sorted(files)))


def policy_path(repo: Repository) -> str | None:
    """The file of a repository that GitHub takes for its security policy."""
    found = {path.lower(): path for path in repo.files}
    return next((found[path] for path in POLICY_PATHS if path in found), None)


def policy_in_effect(org: Organization, repo: Repository) -> bool:
    """True if the repository has a policy, or its organization has a default in a public ``.github``."""
    defaults = next((r for r in org.repositories if r.name == ".github" and r.public), None)
    return policy_path(repo) is not None or (defaults is not None and policy_path(defaults) is not None)


def classic_rule(repo: Repository) -> BranchRule | None:
    """The classic rule on the default branch: one that names it goes before a pattern; ``*`` stops at ``/``."""
    branch = repo.default_branch
    fits = [r for r in repo.branch_rules if fnmatchcase(branch, r.pattern) and _as_deep(r.pattern, branch)]
    return next((r for r in fits if r.pattern == branch), fits[0] if fits else None)


def _as_deep(pattern: str, branch: str) -> bool:
    return "**" in pattern or pattern.count("/") == branch.count("/")


def rulesets_of(place: Placed, *, parents: bool = True) -> list[Rules]:
    """The rulesets on a repository: its own, then its organization's that name it."""
    own = [Rules(r, place.org, place) for r in place.repo.rulesets]
    inherited = [
        Rules(r, place.org)
        for r in place.org.rulesets
        if any(p == "~ALL" or fnmatchcase(place.repo.name, p) for p in r.repositories)
    ]
    return own + (inherited if parents else [])


def in_force(place: Placed) -> list[Rules]:
    """The active rulesets that are upon the default branch."""
    branch = place.repo.default_branch
    return [
        found
        for found in rulesets_of(place)
        if found.ruleset.enforcement == "ACTIVE"
        and found.ruleset.target == "BRANCH"
        and any(
            b in ("~DEFAULT_BRANCH", "~ALL") or fnmatchcase(f"refs/heads/{branch}", b) or fnmatchcase(branch, b)
            for b in found.ruleset.branches
        )
    ]


def viewing(asking: Asking) -> Person:
    """Who asks. An App's installation is the bot that bears the App's name."""
    viewer = asking.viewer
    if viewer.person is not None:
        return viewer.person
    if viewer.app is not None:
        login = f"{viewer.app.slug}[bot]"
        known = asking.world.person(login)
        return known or Person(id=GHOST_ID + viewer.app.id, login=login, name=viewer.app.name, bot=True)
    raise Trouble("This endpoint requires you to be authenticated.", "FORBIDDEN")


def refused(asking: Asking) -> Trouble:
    """What an App or a fine-grained token hears of what it was not granted."""
    whom = "integration" if asking.viewer.kind in ("installation", "app") else "personal access token"
    return Trouble(f"Resource not accessible by {whom}", "FORBIDDEN", saml_failure=False)


# ---------------------------------------------------------------- pages


def paged(name: str, items: Sequence[Item], arguments: Mapping[str, Any], *, descending: bool = False) -> Page:
    """The page that ``first``/``after`` or ``last``/``before`` ask for; a cursor says what it comes after.

    Cursors tell where an item sorts and not how many came before it, as GitHub's do: an item that vanishes
    between two pages takes nothing with it.
    """
    ordered = sorted(items, key=lambda item: item.sort, reverse=descending)
    total = len(ordered)
    start, stop = 0, total
    if (after := arguments.get("after")) is not None:
        mark = _mark(after)
        start = sum(1 for i in ordered if (i.sort >= mark if descending else i.sort <= mark))
    if (before := arguments.get("before")) is not None:
        mark = _mark(before)
        stop = sum(1 for i in ordered if (i.sort > mark if descending else i.sort < mark))
    if (first := arguments.get("first")) is not None:
        stop = min(stop, start + first)
    elif (last := arguments.get("last")) is not None:
        start = max(start, stop - last)
    return Page(name, tuple(ordered[start:stop]), start, total)


def bounded(name: str, arguments: Mapping[str, Any], chosen: frozenset[str]) -> None:
    """``Trouble`` unless one of ``first`` and ``last`` is given, from 1 to 100, where items are asked for."""
    given = {word: arguments[word] for word in ("first", "last") if arguments.get(word) is not None}
    if len(given) == 2:
        raise Trouble(f"Passing both `first` and `last` to paginate the `{name}` connection is not supported.")
    for word, value in given.items():
        if value > 100:
            raise Trouble(
                f"Requesting {value} records on the `{name}` connection exceeds the `{word}` limit of 100 records.",
                "EXCESSIVE_PAGINATION",
            )
        if value < 1:
            raise Trouble(f"`{word}` on the `{name}` connection must be from 1 to 100.", "INVALID_PAGINATION")
    if not given and not chosen.isdisjoint({"nodes", "edges"}):
        raise Trouble(
            f"You must provide a `first` or `last` value to properly paginate the `{name}` connection.",
            "MISSING_PAGINATION_BOUNDARIES",
        )


def cursor(item: Item) -> str:
    """What names an item's place in its order."""
    return base64.b64encode(b"cursor:v2:" + json.dumps(item.sort).encode()).decode()


def _mark(text: str) -> tuple[object, ...]:
    try:
        data = base64.b64decode(text, validate=True)
        if not data.startswith(b"cursor:v2:"):
            raise ValueError
        return tuple(json.loads(data[len(b"cursor:v2:") :]))
    except ValueError:
        raise Trouble(f"`{text}` does not appear to be a valid cursor.", "INVALID_CURSOR_ARGUMENTS") from None


# ---------------------------------------------------------------- lists


def members(org: Organization, asking: Asking, arguments: Mapping[str, Any]) -> Page:
    """The members this viewer may know of: all, or those who show it.

    Roles are seen by whoever sees all members, a second factor by owners alone. An installation without
    ``members`` is refused: that is what GitHub was reported to do, and it takes the organization's other fields
    with it, since the connection is not nullable.
    """
    viewer = asking.viewer
    whole = viewer.sees_members(org)
    if viewer.kind == "installation" and not whole:
        raise refused(asking)
    factors = viewer.sees_two_factor(org)
    items = []
    for membership in org.members:
        person = asking.world.person_of(membership.person)
        if whole or membership.public:
            role = ("ADMIN" if membership.role == "owner" else "MEMBER") if whole else None
            edge = MemberEdge(membership, person, role, person.two_factor != "none" if factors else None)
            items.append(Item((person.id,), person, edge))
    return paged("OrganizationMember", items, arguments)


def repositories(org: Organization, asking: Asking, arguments: Mapping[str, Any]) -> Page:
    """The repositories this viewer sees, filtered and ordered as asked; otherwise by number."""
    owners = arguments.get("ownerAffiliations")
    if (owners is not None and "OWNER" not in owners) or arguments.get("affiliations") is not None:
        raise NotSimulated("Organization.repositories by another affiliation than the owner's")
    tests: dict[str, Callable[[Repository, Any], bool]] = {
        "privacy": lambda r, want: r.public == (want == "PUBLIC"),
        "visibility": lambda r, want: r.visibility == want,
        "isArchived": lambda r, want: (r.archived_at is not None) == want,
        "isFork": lambda r, want: r.fork == want,
        "isLocked": lambda r, want: not want,
        "hasIssuesEnabled": lambda r, want: bool(want),
    }
    wanted = {name: arguments[name] for name in tests if arguments.get(name) is not None}
    order = arguments.get("orderBy") or {"field": "", "direction": "ASC"}
    items = [
        Item((*_order(repo, order["field"]), repo.id), Placed(org, repo))
        for repo in org.repositories
        if asking.viewer.sees_repository(org, repo) and all(tests[n](repo, want) for n, want in wanted.items())
    ]
    return paged("Repository", items, arguments, descending=order["direction"] == "DESC")


def _order(repo: Repository, by: str) -> tuple[object, ...]:
    match by:
        case "NAME":
            return (repo.name.lower(),)
        case "CREATED_AT":
            return (repo.created_at.isoformat(),)
        case "PUSHED_AT" | "UPDATED_AT":
            return (repo.pushed_at.isoformat(),)
        case "STARGAZERS":
            return (0,)
        case _:
            return ()


def organizations(person: Person, asking: Asking, arguments: Mapping[str, Any]) -> Page:
    """The organizations that a person is seen to belong to."""
    items = [
        Item((org.id,), org)
        for org in asking.world.organizations
        for membership in org.members
        if membership.person == person.id
        and (membership.public or asking.viewer.sees_members(org) or _own(person, asking))
    ]
    return paged("Organization", items, arguments)


def _own(person: Person, asking: Asking) -> bool:
    return asking.viewer.kind == "classic" and asking.viewer.person is person


def repository_rulesets(place: Placed, asking: Asking, arguments: Mapping[str, Any]) -> Page:
    """The rulesets: all to who administers the repository, to others the active ones.

    https://docs.github.com (about rulesets): anyone with read access can view the active rulesets.
    """
    whole = asking.viewer.administers(place.org, place.repo)
    parents = arguments.get("includeParents") is not False
    targets = arguments.get("targets")
    found = [
        r
        for r in rulesets_of(place, parents=parents)
        if (whole or r.ruleset.enforcement == "ACTIVE") and (targets is None or r.ruleset.target in targets)
    ]
    return paged("RepositoryRuleset", [Item((r.ruleset.id,), r) for r in found], arguments)


def organization_rulesets(org: Organization, asking: Asking, arguments: Mapping[str, Any]) -> Page | None:
    """An organization's rulesets, for its administrators; null to others."""
    if not asking.viewer.may(org, "organization_administration"):
        return None
    found = [Item((r.id,), Rules(r, org)) for r in org.rulesets]
    return paged("RepositoryRuleset", found, arguments)


def rules(found: Sequence[Rules], arguments: Mapping[str, Any]) -> Page:
    """The rules of some rulesets."""
    of = arguments.get("type")
    made = [Rule(r, type) for r in found for type in r.ruleset.rules if of in (None, type)]
    return paged("RepositoryRule", [Item((r.rules.ruleset.id, r.type), r) for r in made], arguments)


def nothing(name: str) -> Callable[[Any, Asking, Mapping[str, Any]], Page]:
    """A connection that is always empty in this world."""
    return lambda _source, _asking, arguments: paged(name, (), arguments)


# ---------------------------------------------------------------- finding one


def organization(asking: Asking, login: str) -> Organization:
    """An organization by the name it goes by now.

    A former name leads nowhere: GitHub documents that requests by an organization's old name are answered 404.
    """
    for org in asking.world.organizations:
        if org.login.lower() == login.lower():
            return org
    raise Trouble(f"Could not resolve to an Organization with the login of '{login}'.", "NOT_FOUND")


def person(asking: Asking, login: str) -> Person:
    """An account by its login."""
    found = asking.world.person(login)
    if found is None or found.login.endswith("[bot]"):
        raise Trouble(f"Could not resolve to a User with the login of '{login}'.", "NOT_FOUND")
    return found


def owner(asking: Asking, login: str) -> Organization | Person:
    """Whoever holds a login."""
    for org in asking.world.organizations:
        if org.login.lower() == login.lower():
            return org
    return person(asking, login)


def repository(asking: Asking, owner: str, name: str, *, follow: bool) -> Placed:
    """A repository by its name; by a former one of it, or of its organization's, if renames are followed."""
    unknown = Trouble(f"Could not resolve to a Repository with the name '{owner}/{name}'.", "NOT_FOUND")
    org = asking.world.organization(owner)
    if org is None or (not follow and org.login.lower() != owner.lower()):
        raise unknown
    wanted = name.lower()
    found = next((r for r in org.repositories if r.name.lower() == wanted), None)
    if found is None and follow:
        found = next((r for r in org.repositories if wanted in {f.lower() for f in r.former_names}), None)
    if found is None or not asking.viewer.sees_repository(org, found):
        raise unknown
    return Placed(org, found)


def node(asking: Asking, id: str) -> object:
    """A node by its id, if the viewer sees it."""
    for org in asking.world.organizations:
        if node_id("O", org.id) == id:
            return org
        for repo in org.repositories:
            if node_id("R", repo.id) == id and asking.viewer.sees_repository(org, repo):
                return Placed(org, repo)
    for known in asking.world.people:
        if node_id("U", known.id) == id:
            return known
    raise Trouble(f"Could not resolve to a node with the global id of '{id}'", "NOT_FOUND")


def enterprise(slug: str) -> object:
    """Nobody here owns an enterprise, and to others there is none."""
    raise Trouble(f"Could not resolve to a Business with the URL slug of '{slug}'.", "NOT_FOUND")


def git_object(place: Placed, asking: Asking, arguments: Mapping[str, Any]) -> object:
    """What an expression such as ``HEAD:pyproject.toml`` names at the tip of the default branch; null: nothing."""
    if arguments.get("oid") is not None or arguments.get("expression") is None:
        raise NotSimulated("Repository.object by oid")
    viewer, repo = asking.viewer, place.repo
    bound = viewer.kind in ("installation", "fine-grained")
    if not repo.public and bound and not viewer.may(place.org, "contents"):
        raise refused(asking)
    tip, colon, path = arguments["expression"].partition(":")
    if not repo.files or tip not in ("HEAD", repo.default_branch, f"refs/heads/{repo.default_branch}"):
        return None
    if not colon:
        return Commit(place)
    path = path.removesuffix("/")
    if path in repo.files:
        return Blob(place, path)
    folder = f"{path}/" if path else ""
    return Tree(place, folder) if any(p.startswith(folder) for p in repo.files) else None


def entries(tree: Tree) -> list[TreeEntry]:
    """A folder's lines, by name."""
    found: dict[str, TreeEntry] = {}
    for path in sorted(tree.place.repo.files):
        if path.startswith(tree.path):
            name, slash, _ = path[len(tree.path) :].partition("/")
            below: Tree | Blob = Tree(tree.place, f"{tree.path}{name}/") if slash else Blob(tree.place, path)
            found[name] = TreeEntry(name, f"{tree.path}{name}", below)
    return list(found.values())


def protection(branch: Branch, asking: Asking, _arguments: Mapping[str, Any]) -> Protection | None:
    """The classic rule, for who administers the repository.

    To others it is null; to an App or a fine-grained token without ``administration`` refused.
    """
    place, viewer = branch.place, asking.viewer
    if not viewer.administers(place.org, place.repo):
        if viewer.kind in ("installation", "fine-grained"):
            raise refused(asking)
        return None
    rule = classic_rule(place.repo)
    return Protection(place, rule) if rule else None


def permission(place: Placed, asking: Asking) -> str | None:
    """What the viewer may do; null for an App, as the schema says."""
    viewer = asking.viewer
    if viewer.person is None:
        return None
    role = viewer.role(place.org)
    if viewer.person.id in place.repo.admins or role == "owner":
        return "ADMIN"
    if role == "member" and place.org.base_permission != "none":
        return place.org.base_permission.upper()
    return "READ"


# ---------------------------------------------------------------- the fields

Field: TypeAlias = Callable[[Any, Asking, Mapping[str, Any]], object]


def _just(value: object) -> Field:
    return lambda _source, _asking, _arguments: value


def _time(value: datetime | None) -> str | None:
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if value else None


_NONE, _FALSE, _TRUE, _ZERO = _just(None), _just(False), _just(True), _just(0)

QUERY: dict[str, Field] = {
    "viewer": lambda _, k, a: viewing(k),
    "organization": lambda _, k, a: organization(k, a["login"]),
    "user": lambda _, k, a: person(k, a["login"]),
    "repositoryOwner": lambda _, k, a: owner(k, a["login"]),
    "repository": lambda _, k, a: repository(k, a["owner"], a["name"], follow=a.get("followRenames") is not False),
    "node": lambda _, k, a: node(k, a["id"]),
    "enterprise": lambda _, k, a: enterprise(a["slug"]),
    "rateLimit": lambda _, k, a: Limits(),
}

LIMITS: dict[str, Field] = {
    "cost": lambda _, k, a: k.price.points,
    "nodeCount": lambda _, k, a: k.price.nodes,
    "limit": lambda _, k, a: k.limit,
    "used": lambda _, k, a: k.used + k.price.points,
    "remaining": lambda _, k, a: max(0, k.limit - k.used - k.price.points),
    "resetAt": lambda _, k, a: _time(k.resets),
}

USER: dict[str, Field] = {
    "id": lambda p, k, a: node_id("BOT" if p.login.endswith("[bot]") else "U", p.id),
    "databaseId": lambda p, k, a: p.id,
    "login": lambda p, k, a: p.login,
    "name": lambda p, k, a: p.name or None,
    "createdAt": lambda p, k, a: _time(p.created_at),
    "updatedAt": lambda p, k, a: _time(p.created_at),
    "url": lambda p, k, a: k.url(f"/{p.login}"),
    "resourcePath": lambda p, k, a: f"/{p.login}",
    "avatarUrl": lambda p, k, a: k.url(f"/avatars/{p.id}"),
    "isViewer": lambda p, k, a: k.viewer.person is p,
    "bio": _NONE,
    "company": _NONE,
    "location": _NONE,
    "websiteUrl": _NONE,
    "twitterUsername": _NONE,
    "pronouns": _NONE,
    "isSiteAdmin": _FALSE,
    "isEmployee": _FALSE,
    "organization": lambda p, k, a: next(
        (o.node for o in organizations(p, k, {}).items if o.node.login.lower() == a["login"].lower()),  # type: ignore[attr-defined]
        None,
    ),
    "organizations": organizations,
}

ORGANIZATION: dict[str, Field] = {
    "id": lambda o, k, a: node_id("O", o.id),
    "databaseId": lambda o, k, a: o.id,
    "login": lambda o, k, a: o.login,
    "name": lambda o, k, a: o.name,
    "description": lambda o, k, a: o.description,
    "descriptionHTML": lambda o, k, a: f"<div>{o.description or ''}</div>",
    "websiteUrl": lambda o, k, a: o.website,
    "createdAt": lambda o, k, a: _time(o.created_at),
    "updatedAt": lambda o, k, a: _time(o.created_at),
    "archivedAt": lambda o, k, a: _time(o.archived_at),
    "url": lambda o, k, a: k.url(f"/{o.login}"),
    "resourcePath": lambda o, k, a: f"/{o.login}",
    "avatarUrl": lambda o, k, a: k.url(f"/avatars/{o.id}"),
    "email": _NONE,
    "location": _NONE,
    "twitterUsername": _NONE,
    "isVerified": _FALSE,
    "requiresTwoFactorAuthentication": lambda o, k, a: (
        o.requires_two_factor if k.viewer.may(o, "organization_administration") else None
    ),
    "viewerCanAdminister": lambda o, k, a: k.viewer.may(o, "organization_administration"),
    "viewerIsAMember": lambda o, k, a: k.viewer.role(o) != "",
    "membersWithRole": members,
    "repositories": repositories,
    "repository": lambda o, k, a: repository(k, o.login, a["name"], follow=a.get("followRenames") is not False),
    "rulesets": organization_rulesets,
}

REPOSITORY: dict[str, Field] = {
    "id": lambda p, k, a: node_id("R", p.repo.id),
    "databaseId": lambda p, k, a: p.repo.id,
    "name": lambda p, k, a: p.repo.name,
    "nameWithOwner": lambda p, k, a: p.path[1:],
    "owner": lambda p, k, a: p.org,
    "url": lambda p, k, a: k.url(p.path),
    "resourcePath": lambda p, k, a: p.path,
    "description": lambda p, k, a: p.repo.description,
    "homepageUrl": lambda p, k, a: p.repo.homepage,
    "visibility": lambda p, k, a: p.repo.visibility,
    "isPrivate": lambda p, k, a: not p.repo.public,
    "isArchived": lambda p, k, a: p.repo.archived_at is not None,
    "archivedAt": lambda p, k, a: _time(p.repo.archived_at),
    "isFork": lambda p, k, a: p.repo.fork,
    "isEmpty": lambda p, k, a: not p.repo.files,
    "isInOrganization": _TRUE,
    "isTemplate": _FALSE,
    "isMirror": _FALSE,
    "mirrorUrl": _NONE,
    "isDisabled": _FALSE,
    "isLocked": _FALSE,
    "lockReason": _NONE,
    "createdAt": lambda p, k, a: _time(p.repo.created_at),
    "updatedAt": lambda p, k, a: _time(p.repo.pushed_at),
    "pushedAt": lambda p, k, a: _time(p.repo.pushed_at),
    "forkCount": _ZERO,
    "stargazerCount": _ZERO,
    "hasIssuesEnabled": _TRUE,
    "hasWikiEnabled": _FALSE,
    "hasProjectsEnabled": _FALSE,
    "hasDiscussionsEnabled": _FALSE,
    "licenseInfo": _NONE,
    "primaryLanguage": _NONE,
    "repositoryTopics": nothing("RepositoryTopic"),
    "viewerCanAdminister": lambda p, k, a: k.viewer.administers(p.org, p.repo),
    "viewerPermission": lambda p, k, a: permission(p, k),
    "defaultBranchRef": lambda p, k, a: Branch(p) if p.repo.files else None,
    "object": git_object,
    "rulesets": repository_rulesets,
    "isSecurityPolicyEnabled": lambda p, k, a: policy_in_effect(p.org, p.repo),
    "securityPolicyUrl": lambda p, k, a: (
        k.url(f"{p.path}/security/policy") if policy_in_effect(p.org, p.repo) else None
    ),
}

REF: dict[str, Field] = {
    "id": lambda b, k, a: node_id("REF", b.place.repo.id),
    "name": lambda b, k, a: b.place.repo.default_branch,
    "prefix": _just("refs/heads/"),
    "repository": lambda b, k, a: b.place,
    "target": lambda b, k, a: Commit(b.place),
    "branchProtectionRule": protection,
    "refUpdateRule": lambda b, k, a: (
        Protection(b.place, rule) if (rule := classic_rule(b.place.repo)) is not None else None
    ),
    "rules": lambda b, k, a: rules(in_force(b.place), a),
}

PROTECTION: dict[str, Field] = {
    "id": lambda p, k, a: node_id("BPR", p.place.repo.id),
    "databaseId": lambda p, k, a: p.place.repo.id,
    "pattern": lambda p, k, a: p.rule.pattern,
    "repository": lambda p, k, a: p.place,
    "allowsForcePushes": lambda p, k, a: p.rule.allows_force_pushes,
    "allowsDeletions": lambda p, k, a: p.rule.allows_deletions,
    "isAdminEnforced": lambda p, k, a: p.rule.binds_admins,
    "requiresApprovingReviews": lambda p, k, a: p.rule.reviews is not None,
    "requiredApprovingReviewCount": lambda p, k, a: p.rule.reviews,
    "requiresStatusChecks": lambda p, k, a: bool(p.rule.status_checks),
    "requiredStatusCheckContexts": lambda p, k, a: list(p.rule.status_checks),
    "requiresCodeOwnerReviews": _FALSE,
    "requiresConversationResolution": _FALSE,
    "requiresLinearHistory": _FALSE,
    "blocksCreations": _FALSE,
    "requiresCommitSignatures": _FALSE,
    "requiresDeployments": _FALSE,
    "requiresStrictStatusChecks": _FALSE,
    "restrictsPushes": _FALSE,
    "restrictsReviewDismissals": _FALSE,
    "dismissesStaleReviews": _FALSE,
    "requireLastPushApproval": _FALSE,
    "lockBranch": _FALSE,
    "lockAllowsFetchAndMerge": _FALSE,
}

UPDATE_RULE: dict[str, Field] = {
    name: PROTECTION[name]
    for name in (
        "pattern",
        "allowsForcePushes",
        "allowsDeletions",
        "requiredApprovingReviewCount",
        "requiredStatusCheckContexts",
        "requiresCodeOwnerReviews",
        "requiresConversationResolution",
        "requiresLinearHistory",
        "blocksCreations",
    )
} | {
    "requiresSignatures": _FALSE,
    "viewerAllowedToDismissReviews": lambda p, k, a: permission(p.place, k) in ("ADMIN", "WRITE"),
    "viewerCanPush": lambda p, k, a: permission(p.place, k) in ("ADMIN", "WRITE"),
}

RULESET: dict[str, Field] = {
    "id": lambda r, k, a: node_id("RRS", r.ruleset.id),
    "databaseId": lambda r, k, a: r.ruleset.id,
    "name": lambda r, k, a: r.ruleset.name,
    "enforcement": lambda r, k, a: r.ruleset.enforcement,
    "target": lambda r, k, a: r.ruleset.target,
    "source": lambda r, k, a: r.place or r.org,
    "createdAt": lambda r, k, a: _time(r.org.created_at),
    "updatedAt": lambda r, k, a: _time(r.org.created_at),
    "conditions": lambda r, k, a: r,
    "rules": lambda r, k, a: rules([r], a),
}

RULE: dict[str, Field] = {
    "id": lambda r, k, a: node_id("RR", r.rules.ruleset.id * 100 + r.rules.ruleset.rules.index(r.type)),
    "type": lambda r, k, a: r.type,
    "repositoryRuleset": lambda r, k, a: r.rules,
    "parameters": lambda r, k, a: Parameters(r.rules.ruleset.reviews) if r.type == "PULL_REQUEST" else None,
}

PULL_REQUESTS: dict[str, Field] = {
    "requiredApprovingReviewCount": lambda p, k, a: p.reviews,
    "allowedMergeMethods": _NONE,
    "dismissStaleReviewsOnPush": _FALSE,
    "requireCodeOwnerReview": _FALSE,
    "requireLastPushApproval": _FALSE,
    "requiredReviewThreadResolution": _FALSE,
}

CONDITIONS: dict[str, Field] = {
    "refName": lambda r, k, a: r,
    "repositoryName": lambda r, k, a: None if r.place else r,
    "repositoryId": _NONE,
    "repositoryProperty": _NONE,
}

GIT: dict[str, Field] = {
    "id": lambda o, k, a: node_id("GIT", int(git_oid(o)[:12], 16)),
    "oid": lambda o, k, a: git_oid(o),
    "abbreviatedOid": lambda o, k, a: git_oid(o)[:7],
    "repository": lambda o, k, a: o.place,
    "commitUrl": lambda o, k, a: k.url(f"{o.place.path}/commit/{commit_oid(o.place)}"),
    "commitResourcePath": lambda o, k, a: f"{o.place.path}/commit/{commit_oid(o.place)}",
}


def git_oid(found: Commit | Tree | Blob) -> str:
    """The made-up id of something in a repository; files of the same text share one, as in git."""
    match found:
        case Commit(place):
            return commit_oid(place)
        case Tree(place, path):
            return oid("tree", commit_oid(place), path)
        case Blob():
            return oid("blob", found.data.decode())


def _text(blob: Blob) -> str | None:
    return None if _binary(blob) else blob.data[:TEXT_LIMIT].decode(errors="ignore")


def _binary(blob: Blob) -> bool:
    return b"\0" in blob.data


BLOB: dict[str, Field] = GIT | {
    "text": lambda b, k, a: _text(b),
    "byteSize": lambda b, k, a: len(b.data),
    "isBinary": lambda b, k, a: _binary(b),
    "isTruncated": lambda b, k, a: len(b.data) > TEXT_LIMIT,
}
TREE: dict[str, Field] = GIT | {"entries": lambda t, k, a: entries(t)}
COMMIT: dict[str, Field] = GIT | {
    "tree": lambda c, k, a: Tree(c.place, ""),
    "committedDate": lambda c, k, a: _time(c.place.repo.pushed_at),
    "authoredDate": lambda c, k, a: _time(c.place.repo.pushed_at),
}
ENTRY: dict[str, Field] = {
    "name": lambda e, k, a: e.name,
    "path": lambda e, k, a: e.path,
    "type": lambda e, k, a: "blob" if isinstance(e.object, Blob) else "tree",
    "mode": lambda e, k, a: 0o100644 if isinstance(e.object, Blob) else 0o040000,
    "oid": lambda e, k, a: git_oid(e.object),
    "size": lambda e, k, a: len(e.object.data) if isinstance(e.object, Blob) else 0,
    "object": lambda e, k, a: e.object,
    "repository": lambda e, k, a: e.object.place,
}

PAGE: dict[str, Field] = {
    "totalCount": lambda p, k, a: p.total,
    "nodes": lambda p, k, a: [item.node for item in p.items],
    "edges": lambda p, k, a: [Edge(item, p.of) for item in p.items],
    "pageInfo": lambda p, k, a: PageInfo(p),
}
EDGE: dict[str, Field] = {
    "cursor": lambda e, k, a: cursor(e.item),
    "node": lambda e, k, a: e.item.node,
}
PAGE_INFO: dict[str, Field] = {
    "hasNextPage": lambda i, k, a: i.page.start + len(i.page.items) < i.page.total,
    "hasPreviousPage": lambda i, k, a: i.page.start > 0,
    "startCursor": lambda i, k, a: cursor(i.page.items[0]) if i.page.items else None,
    "endCursor": lambda i, k, a: cursor(i.page.items[-1]) if i.page.items else None,
}

FIELDS: dict[str, dict[str, Field]] = {
    "Query": QUERY,
    "RateLimit": LIMITS,
    "User": USER,
    "Organization": ORGANIZATION,
    "Repository": REPOSITORY,
    "Ref": REF,
    "BranchProtectionRule": PROTECTION,
    "RefUpdateRule": UPDATE_RULE,
    "RepositoryRuleset": RULESET,
    "RepositoryRule": RULE,
    "PullRequestParameters": PULL_REQUESTS,
    "RepositoryRuleConditions": CONDITIONS,
    "RefNameConditionTarget": {
        "include": lambda r, k, a: list(r.ruleset.branches),
        "exclude": _just(()),
    },
    "RepositoryNameConditionTarget": {
        "include": lambda r, k, a: list(r.ruleset.repositories),
        "exclude": _just(()),
        "protected": _FALSE,
    },
    "Commit": COMMIT,
    "Tree": TREE,
    "Blob": BLOB,
    "TreeEntry": ENTRY,
    "PageInfo": PAGE_INFO,
    "OrganizationMemberEdge": EDGE
    | {
        "role": lambda e, k, a: e.item.edge.role,
        "hasTwoFactorEnabled": lambda e, k, a: e.item.edge.two_factor,
    },
}

for _of in ("OrganizationMember", "Repository", "Organization", "RepositoryRuleset", "RepositoryRule"):
    FIELDS.setdefault(f"{_of}Connection", PAGE)
    FIELDS.setdefault(f"{_of}Edge", EDGE)
FIELDS["RepositoryTopicConnection"] = PAGE
FIELDS["RepositoryConnection"] = PAGE | {"totalDiskUsage": _ZERO}

TYPES: dict[type, str] = {
    Organization: "Organization",
    Placed: "Repository",
    Person: "User",
    Commit: "Commit",
    Tree: "Tree",
    Blob: "Blob",
    Rules: "RepositoryRuleset",
    Parameters: "PullRequestParameters",
}
"""Which of GitHub's types stands for which of ours, where a field may give several."""


def resolve(source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> object:
    """The answer to any field; ``NotSimulated`` if there is none."""
    parent, name = info.parent_type.name, info.field_name
    field = FIELDS.get(parent, {}).get(name)
    if field is None:
        raise NotSimulated(f"{parent}.{name}")
    if "first" in info.parent_type.fields[name].args:
        chosen = {n.name.value for node in info.field_nodes for n in _chosen(info, node.selection_set)}
        bounded(name, arguments, frozenset(chosen))
    return field(source, info.context, arguments)


def _chosen(info: GraphQLResolveInfo[Any], selection: Any) -> list[Any]:
    found: list[Any] = []
    for part in selection.selections if selection else ():
        match part.kind:
            case "field":
                found.append(part)
            case "fragment_spread":
                found += _chosen(info, info.fragments[part.name.value].selection_set)
            case _:
                found += _chosen(info, part.selection_set)
    return found
