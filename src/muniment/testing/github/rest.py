"""Answers GitHub's REST requests about the simulated world, each as the viewer may see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from msgspec import Struct

from muniment.testing.github.bodies import Bodies
from muniment.testing.github.description import VERSIONS, Matched
from muniment.testing.github.nodes import Placed, Rules, classic_rule, in_force, rulesets_of
from muniment.testing.github.sight import READS_MEMBERS, Refusal, Viewer, issue
from muniment.testing.github.world import Organization, Person, Repository, World

T = TypeVar("T")


class Refused(Exception):
    """A request that is answered with an error."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        self.message = message
        super().__init__(message)


class Reply(Struct, frozen=True):
    """An answer before it is written. ``body`` ``None``: without one."""

    status: int
    body: object = None
    headers: Mapping[str, str] = {}


class Ask(Struct, frozen=True, kw_only=True):
    """One request, read.

    ``base`` is the server's own address, ``allowances`` the bodies of the viewer's limits, by resource.
    """

    world: World
    viewer: Viewer
    matched: Matched
    path: str
    query: tuple[tuple[str, str], ...] = ()
    base: str
    version: str
    body: object = None
    allowances: Mapping[str, dict[str, Any]] = {}

    @property
    def bodies(self) -> Bodies:
        """Makes the bodies of this answer."""
        return Bodies(self.base, self.version)

    def value(self, name: str) -> str:
        """A parameter of the path."""
        return self.matched.values[name]

    def given(self, name: str, default: str) -> str:
        """A parameter of the query."""
        return dict(self.query).get(name, default)


Handler = Callable[[Ask], Reply]
HANDLERS: dict[tuple[str, str], Handler] = {}


def handles(method: str, *paths: str) -> Callable[[Handler], Handler]:
    """Makes a function the one that answers some described paths."""

    def keep(handler: Handler) -> Handler:
        HANDLERS.update({(method, path): handler for path in paths})
        return handler

    return keep


def answer(ask: Ask) -> Reply:
    """The answer to a described request. What is described but not simulated is refused with a 501 that says so."""
    operation = ask.matched.operation
    handler = HANDLERS.get((operation.method, operation.path))
    try:
        if handler is None:
            raise Refused(501, f"{operation.id} is described, but this simulated GitHub does not do it")
        if ask.viewer.kind == "app" and not operation.path.startswith("/app"):
            raise Refused(401, "A JSON web token is good for an App's own endpoints alone")
        return handler(ask)
    except Refused as refused:
        return error(refused.status, refused.message, operation.documentation)


def error(status: int, message: str, documentation: str = "https://docs.github.com/rest") -> Reply:
    """GitHub's plain error."""
    return Reply(status, {"message": message, "documentation_url": documentation, "status": str(status)})


# ---------------------------------------------------------------- what handlers share


def paged(ask: Ask, items: Sequence[T], body: Callable[[T], object]) -> Reply:
    """One page of a list, and where the others are."""
    size = min(_number(ask.given("per_page", "30"), 30), 100)
    page = _number(ask.given("page", "1"), 1)
    last = max(1, -(-len(items) // size))
    shown = items[(page - 1) * size : page * size]
    links: dict[str, int] = {}
    if page > 1:
        links |= {"prev": min(page - 1, last), "first": 1}
    if page < last:
        links |= {"next": page + 1, "last": last}
    headers = (
        {"Link": ", ".join(f'<{_page_url(ask, n)}>; rel="{rel}"' for rel, n in links.items())} if links else {}
    )
    return Reply(200, [body(item) for item in shown], headers)


def _number(text: str, default: int) -> int:
    return int(text) if text.isdecimal() and int(text) > 0 else default


def _page_url(ask: Ask, page: int) -> str:
    """Another page's address. An organization's is by its number, as GitHub's own is."""
    path = ask.path
    if path.startswith("/orgs/"):
        path = f"/organizations/{organization(ask).id}/{path.split('/', 3)[3]}"
    query = [(name, value) for name, value in ask.query if name != "page"]
    return f"{ask.base}{path}?{urlencode([*query, ('page', str(page))])}"


def organization(ask: Ask) -> Organization:
    """The organization that is asked about. GitHub answers 404 to an organization's former name."""
    wanted = ask.value("org").lower()
    by_number = ask.path.startswith("/organizations/")
    for org in ask.world.organizations:
        if wanted == (str(org.id) if by_number else org.login.lower()):
            return org
    raise Refused(404, "Not Found")


def placed(ask: Ask) -> Placed:
    """The repository that is asked about, by its present name."""
    if ask.path.startswith("/repositories/"):
        for org in ask.world.organizations:
            for repo in org.repositories:
                if str(repo.id) == ask.value("repo") and ask.viewer.sees_repository(org, repo):
                    return Placed(org, repo)
        raise Refused(404, "Not Found")
    found = ask.world.organization(ask.value("owner"))
    if found is None:
        raise Refused(404, "Not Found")
    moved = found.login.lower() != ask.value("owner").lower()
    wanted = ask.value("repo").lower()
    for repo in found.repositories:
        former = wanted in {name.lower() for name in repo.former_names}
        if (repo.name.lower() == wanted or former) and ask.viewer.sees_repository(found, repo):
            if moved or repo.name.lower() != wanted:
                raise Moved(repo)
            return Placed(found, repo)
    raise Refused(404, "Not Found")


class Moved(Exception):
    """A repository that goes by another name now."""

    def __init__(self, repo: Repository) -> None:
        self.repo = repo
        super().__init__(repo.name)


def followed(handler: Handler) -> Handler:
    """A handler of a repository's path, that sends a former name on to the repository's number."""

    def answered(ask: Ask) -> Reply:
        try:
            return handler(ask)
        except Moved as moved:
            rest = ask.path.split("/", 4)[4:]
            url = "/".join([f"{ask.base}/repositories/{moved.repo.id}", *rest])
            url += f"?{urlencode(ask.query)}" if ask.query else ""
            body = {
                "message": "Moved Permanently",
                "url": url,
                "documentation_url": "https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api"
                "#follow-redirects",
            }
            return Reply(301, body, {"Location": url})

    return answered


def forbidden(ask: Ask, words: str) -> Refused:
    """The refusal that fits who asks."""
    match ask.viewer.kind:
        case "anonymous":
            return Refused(401, "Requires authentication")
        case "fine-grained":
            return Refused(403, "Resource not accessible by personal access token")
        case "installation":
            return Refused(403, "Resource not accessible by integration")
        case _:
            return Refused(403, words)


def owned(ask: Ask, permission: str = "organization_administration") -> Organization:
    """The organization, for who may see its settings."""
    org = organization(ask)
    if not ask.viewer.may(org, permission):
        raise forbidden(ask, "Must be an organization owner or have the fine-grained permission for this.")
    return org


def _person(ask: Ask) -> Person:
    """Who asks, where only a person can."""
    if ask.viewer.person is None:
        raise forbidden(ask, "Requires authentication")
    return ask.viewer.person


def permissions(ask: Ask, place: Placed) -> Mapping[str, bool] | None:
    """What the viewer may do in a repository; ``None`` for who is not logged in."""
    if ask.viewer.kind == "anonymous":
        return None
    person = ask.viewer.person
    mine = {ask.viewer.role(place.org), *ask.viewer.team_permissions(place.org, place.repo)}
    if person is not None:
        mine.add(place.repo.direct.get(person.id, ""))
    if "member" in mine:
        mine.add(place.org.base_permission)
    return ask.bodies.permissions(mine)


# ---------------------------------------------------------------- GitHub itself


@handles("GET", "/")
def _root(ask: Ask) -> Reply:
    return Reply(200, ask.bodies.root())


@handles("GET", "/rate_limit")
def _rate_limit(ask: Ask) -> Reply:
    return Reply(200, ask.bodies.rate_limit(ask.allowances["core"], ask.allowances["graphql"]))


@handles("GET", "/versions")
def _versions(ask: Ask) -> Reply:
    return Reply(200, list(VERSIONS))


# ---------------------------------------------------------------- people


@handles("GET", "/user")
def _user(ask: Ask) -> Reply:
    own = ask.viewer.kind == "classic" and "user" in ask.viewer.scopes
    return Reply(200, ask.bodies.profile(_person(ask), own=own))


@handles("GET", "/users/{username}")
def _users(ask: Ask) -> Reply:
    person = ask.world.person(ask.value("username"))
    if person is not None:
        return Reply(200, ask.bodies.profile(person))
    wanted = ask.value("username").lower()
    for org in ask.world.organizations:
        if org.login.lower() == wanted:
            return Reply(200, ask.bodies.owner_profile(org))
    raise Refused(404, "Not Found")


def _own_organizations(ask: Ask) -> list[Organization]:
    _person(ask)
    scopes = READS_MEMBERS | {"user"}
    if ask.viewer.kind == "classic" and scopes.isdisjoint(ask.viewer.scopes):
        raise Refused(403, "You need at least read:org scope or user scope to list your organizations")
    return [org for org in ask.world.organizations if ask.viewer.role(org)]


@handles("GET", "/user/orgs")
def _user_organizations(ask: Ask) -> Reply:
    """A fine-grained token gets an empty list, as GitHub documents."""
    found = [] if ask.viewer.kind == "fine-grained" else _own_organizations(ask)
    return paged(ask, found, ask.bodies.organization)


@handles("GET", "/user/memberships/orgs")
def _memberships(ask: Ask) -> Reply:
    person = _person(ask)
    found = _own_organizations(ask) if ask.given("state", "active") == "active" else []
    if ask.viewer.kind == "fine-grained":
        found = [org for org in found if org.login.lower() == ask.viewer.organization.lower()]
    return paged(ask, found, lambda org: ask.bodies.membership(org, person, ask.viewer.role(org)))


# ---------------------------------------------------------------- organizations


@handles("GET", "/orgs/{org}")
def _org(ask: Ask) -> Reply:
    """The owners' fields are absent for strangers, and null for members where they may be."""
    org = organization(ask)
    page = ask.bodies.organization_page(org)
    if ask.viewer.may(org, "organization_administration"):
        page |= ask.bodies.organization_settings(org)
    elif ask.viewer.role(org):
        page |= {"two_factor_requirement_enabled": None, "default_repository_permission": None}
    return Reply(200, page)


def _two_factor_filter(ask: Ask, org: Organization) -> str:
    """The filter asked for; those by two-factor authentication are for owners."""
    wanted = ask.given("filter", "all")
    if wanted.startswith("2fa_") and not ask.viewer.sees_two_factor(org):
        raise Refused(422, "Only owners can use this filter.")
    return wanted


def _passes(person: Person, filter: str) -> bool:
    kinds = {"2fa_disabled": "none", "2fa_insecure": "insecure"}
    return filter not in kinds or person.two_factor == kinds[filter]


@handles("GET", "/orgs/{org}/members")
def _members(ask: Ask) -> Reply:
    """Who cannot see concealed members gets the public ones."""
    org = organization(ask)
    filter, role = _two_factor_filter(ask, org), ask.given("role", "all")
    roles = {"admin": "owner", "member": "member"}
    all_of_them = ask.viewer.sees_members(org)
    shown = [
        ask.world.person_of(m.person)
        for m in org.members
        if (m.public or all_of_them) and (role == "all" or m.role == roles.get(role))
    ]
    return paged(ask, [p for p in shown if _passes(p, filter)], ask.bodies.user)


@handles("GET", "/orgs/{org}/public_members")
def _public_members(ask: Ask) -> Reply:
    shown = [ask.world.person_of(m.person) for m in organization(ask).members if m.public]
    return paged(ask, shown, ask.bodies.user)


@handles("GET", "/orgs/{org}/members/{username}")
def _is_member(ask: Ask) -> Reply:
    """Yes without a body, or no. Who is not a member is sent on to the public members."""
    org = organization(ask)
    person = ask.world.person(ask.value("username"))
    if not ask.viewer.sees_members(org):
        url = f"{ask.base}/orgs/{org.login}/public_members/{ask.value('username')}"
        return Reply(302, None, {"Location": url})
    if person is None or all(m.person != person.id for m in org.members):
        raise Refused(404, "Not Found")
    return Reply(204)


@handles("GET", "/orgs/{org}/memberships/{username}")
def _membership(ask: Ask) -> Reply:
    org = organization(ask)
    person = ask.world.person(ask.value("username"))
    if not ask.viewer.sees_members(org):
        raise forbidden(ask, "You must be a member of this organization to see its members' roles.")
    found = next((m for m in org.members if person is not None and m.person == person.id), None)
    if found is None or person is None:
        raise Refused(404, "Not Found")
    return Reply(200, ask.bodies.membership(org, person, found.role))


@handles("GET", "/orgs/{org}/outside_collaborators")
def _outside_collaborators(ask: Ask) -> Reply:
    org = organization(ask)
    if not ask.viewer.sees_two_factor(org):
        raise forbidden(ask, "You must be an owner of this organization to see its outside collaborators.")
    filter = _two_factor_filter(ask, org)
    found = [ask.world.person_of(id) for id in org.outside()]
    return paged(ask, [p for p in found if _passes(p, filter)], ask.bodies.user)


@handles("GET", "/orgs/{org}/repos")
def _repos(ask: Ask) -> Reply:
    org = organization(ask)
    kind = ask.given("type", "all")
    wanted: Mapping[str, Callable[[Repository], bool]] = {
        "public": lambda r: r.public,
        "private": lambda r: not r.public,
        "forks": lambda r: r.fork,
        "sources": lambda r: not r.fork,
        "member": lambda r: ask.viewer.role(org) != "",
    }
    found = [r for r in org.repositories if ask.viewer.sees_repository(org, r)]
    if kind in wanted:
        found = [r for r in found if wanted[kind](r)]
    sort = ask.given("sort", "created")
    backwards = ask.given("direction", "asc" if sort == "full_name" else "desc") == "desc"
    keys: Mapping[str, Callable[[Repository], Any]] = {
        "full_name": lambda r: r.name.lower(),
        "pushed": lambda r: (r.pushed_at, r.id),
        "updated": lambda r: (r.pushed_at, r.id),
    }
    found.sort(key=keys.get(sort, lambda r: (r.created_at, r.id)), reverse=backwards)
    return paged(ask, [Placed(org, r) for r in found], lambda p: ask.bodies.repository(p, permissions(ask, p)))


@handles("GET", "/orgs/{org}/actions/permissions")
def _actions(ask: Ask) -> Reply:
    owned(ask)
    return Reply(200, {"enabled_repositories": "all", "allowed_actions": "all", "sha_pinning_required": False})


@handles("GET", "/orgs/{org}/actions/permissions/workflow")
def _workflow(ask: Ask) -> Reply:
    org = owned(ask)
    body = {
        "default_workflow_permissions": org.workflow_default,
        "can_approve_pull_request_reviews": org.workflows_can_approve,
    }
    return Reply(200, body)


def _with_properties(ask: Ask) -> Organization:
    org = organization(ask)
    if not (ask.viewer.is_member(org) or ask.viewer.may(org, "organization_custom_properties")):
        raise forbidden(ask, "You must be a member of this organization to read its custom properties.")
    return org


@handles("GET", "/orgs/{org}/properties/values")
def _property_values(ask: Ask) -> Reply:
    org = _with_properties(ask)
    found = [r for r in org.repositories if ask.viewer.sees_repository(org, r)]
    return paged(ask, found, lambda r: ask.bodies.property_values(org, r))


@handles("GET", "/orgs/{org}/properties/schema")
def _property_schema(ask: Ask) -> Reply:
    org = _with_properties(ask)
    return Reply(200, [ask.bodies.property(org, name) for name in org.properties])


@handles("GET", "/orgs/{org}/rulesets")
def _org_rulesets(ask: Ask) -> Reply:
    org = owned(ask)
    return paged(ask, [Rules(r, org) for r in org.rulesets], ask.bodies.ruleset)


@handles("GET", "/orgs/{org}/rulesets/{ruleset_id}")
def _org_ruleset(ask: Ask) -> Reply:
    org = owned(ask)
    for ruleset in org.rulesets:
        if str(ruleset.id) == ask.value("ruleset_id"):
            return Reply(200, ask.bodies.ruleset(Rules(ruleset, org), whole=True))
    raise Refused(404, "Not Found")


# ---------------------------------------------------------------- repositories


@handles("GET", "/repos/{owner}/{repo}")
@followed
def _repo(ask: Ask) -> Reply:
    place = placed(ask)
    return Reply(200, ask.bodies.repository_page(place, permissions(ask, place)))


@handles("GET", "/repos/{owner}/{repo}/private-vulnerability-reporting")
@followed
def _private_reporting(ask: Ask) -> Reply:
    place = placed(ask)
    if not place.repo.public:
        raise Refused(422, "Private vulnerability reporting is for public repositories.")
    return Reply(200, {"enabled": place.repo.private_reporting})


@handles("GET", "/repos/{owner}/{repo}/properties/values")
@followed
def _repo_properties(ask: Ask) -> Reply:
    place = placed(ask)
    return Reply(200, ask.bodies.values(place.org, place.repo))


def _default_branch(ask: Ask) -> Placed:
    """The repository, if the branch asked about is its default one: the only one there is."""
    place = placed(ask)
    if ask.value("branch") != place.repo.default_branch or not place.repo.files:
        raise Refused(404, "Branch not found")
    return place


@handles("GET", "/repos/{owner}/{repo}/branches/{branch}")
@followed
def _branch(ask: Ask) -> Reply:
    place = _default_branch(ask)
    protected = classic_rule(place.repo) is not None or bool(in_force(place))
    return Reply(200, ask.bodies.branch(place, protected=protected))


@handles("GET", "/repos/{owner}/{repo}/branches/{branch}/protection")
@followed
def _protection(ask: Ask) -> Reply:
    place = _default_branch(ask)
    if not ask.viewer.administers(place.org, place.repo):
        raise forbidden(ask, "Must have admin rights to Repository.")
    rule = classic_rule(place.repo)
    if rule is None:
        raise Refused(404, "Branch not protected")
    return Reply(200, ask.bodies.protection(place, rule))


@handles("GET", "/repos/{owner}/{repo}/rules/branches/{branch}")
@followed
def _rules(ask: Ask) -> Reply:
    place = placed(ask)
    found = in_force(place) if ask.value("branch") == place.repo.default_branch else []
    return paged(ask, ask.bodies.rules(found), lambda rule: rule)


@handles("GET", "/repos/{owner}/{repo}/rulesets")
@followed
def _rulesets(ask: Ask) -> Reply:
    place = placed(ask)
    found = rulesets_of(place, parents=ask.given("includes_parents", "true") == "true")
    return paged(ask, found, ask.bodies.ruleset)


@handles("GET", "/repos/{owner}/{repo}/rulesets/{ruleset_id}")
@followed
def _ruleset(ask: Ask) -> Reply:
    for found in rulesets_of(placed(ask), parents=ask.given("includes_parents", "true") == "true"):
        if str(found.ruleset.id) == ask.value("ruleset_id"):
            return Reply(200, ask.bodies.ruleset(found, whole=True))
    raise Refused(404, "Not Found")


@handles("GET", "/repos/{owner}/{repo}/contents/{path}")
@followed
def _contents(ask: Ask) -> Reply:
    place = placed(ask)
    path = ask.value("path").strip("/")
    if ask.given("ref", place.repo.default_branch) != place.repo.default_branch:
        raise Refused(404, f"No commit found for the ref {ask.given('ref', '')}")
    if path in place.repo.files:
        return Reply(200, ask.bodies.file(place, path))
    inside = f"{path}/" if path else ""
    names: dict[str, str] = {}
    for file in sorted(place.repo.files):
        if file.startswith(inside):
            name, deeper, _ = file[len(inside) :].partition("/")
            names[inside + name] = "dir" if deeper else "file"
    if not names:
        raise Refused(404, "Not Found" if place.repo.files else "This repository is empty.")
    return Reply(200, ask.bodies.folder(place, names))


# ---------------------------------------------------------------- apps


@handles("GET", "/app")
def _app(ask: Ask) -> Reply:
    if ask.viewer.app is None or ask.viewer.kind != "app":
        raise Refused(401, "A JSON web token could not be decoded")
    return Reply(200, ask.bodies.app(ask.viewer.app))


@handles("GET", "/app/installations")
def _installations(ask: Ask) -> Reply:
    app = ask.viewer.app
    if app is None or ask.viewer.kind != "app":
        raise Refused(401, "A JSON web token could not be decoded")
    found = [(i, org) for i in app.installations if (org := ask.world.organization(i.organization))]
    return paged(ask, found, lambda both: ask.bodies.installation(app, *both))


@handles("GET", "/app/installations/{installation_id}")
def _one_installation(ask: Ask) -> Reply:
    app = ask.viewer.app
    if app is None or ask.viewer.kind != "app":
        raise Refused(401, "A JSON web token could not be decoded")
    for installation in app.installations:
        org = ask.world.organization(installation.organization)
        if str(installation.id) == ask.value("installation_id") and org is not None:
            return Reply(200, ask.bodies.installation(app, installation, org))
    raise Refused(404, "Not Found")


@handles("POST", "/app/installations/{installation_id}/access_tokens")
def _access_token(ask: Ask) -> Reply:
    app = ask.viewer.app
    if app is None or ask.viewer.kind != "app":
        raise Refused(401, "A JSON web token could not be decoded")
    for installation in app.installations:
        if str(installation.id) == ask.value("installation_id"):
            asked = ask.body.get("permissions") if isinstance(ask.body, dict) else None
            token = issue(ask.world, app, installation, asked)
            if isinstance(token, Refusal):
                raise Refused(token.status, token.message)
            return Reply(201, ask.bodies.installation_token(token))
    raise Refused(404, "Not Found")
