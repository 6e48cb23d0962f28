"""What a viewer finds by GraphQL: lists and single things, as far as ``sight`` lets them be seen.

Where GitHub's schema leaves a null's meaning open, the docstrings say what was taken and from where; none of it was
checked against a live GitHub.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from muniment.testing.github.nodes import (
    Asking,
    Blob,
    Branch,
    Commit,
    MemberEdge,
    NotSimulated,
    Placed,
    Protection,
    Rule,
    Rules,
    Tree,
    TreeEntry,
    Trouble,
    classic_rule,
    node_id,
    rulesets_of,
)
from muniment.testing.github.paging import Item, Page, paged
from muniment.testing.github.world import Enterprise, Organization, Person, Repository

GHOST_ID = 10_000_000


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


def enterprise(asking: Asking, slug: str) -> Enterprise:
    """An enterprise, for those in it: its owners, and the people of its organizations. To others there is none.

    What Apps and fine-grained tokens hear is not documented; here they are refused.
    """
    viewer = asking.viewer
    if viewer.kind != "classic":
        raise refused(asking)
    for found in asking.world.enterprises:
        if found.slug.lower() == slug.lower() and (
            is_enterprise_owner(found, asking) or enterprise_organizations(found, asking, {}).total
        ):
            return found
    raise Trouble(f"Could not resolve to a Business with the URL slug of '{slug}'.", "NOT_FOUND")


def is_enterprise_owner(found: Enterprise, asking: Asking) -> bool:
    """True if who asks owns the enterprise."""
    return asking.viewer.person is not None and asking.viewer.person.id in found.owners


def enterprise_organizations(found: Enterprise, asking: Asking, arguments: Mapping[str, Any]) -> Page:
    """The organizations in it: all to its owners; to others, as far as is documented, those they belong to."""
    whole = is_enterprise_owner(found, asking)
    items = [
        Item((org.login.lower(), org.id), org)
        for org in asking.world.organizations
        if org.id in found.organizations and (whole or asking.viewer.role(org))
    ]
    return paged("Organization", items, arguments)


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
    mine = {place.repo.direct.get(viewer.person.id, ""), *viewer.team_permissions(place.org, place.repo)}
    if role == "owner" or "admin" in mine:
        return "ADMIN"
    if role == "member":
        mine.add(place.org.base_permission)
    return next((word for word in ("admin", "maintain", "write", "triage") if word in mine), "read").upper()
