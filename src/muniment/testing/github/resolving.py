"""What each GraphQL field answers to a viewer; a field that is not here answers that it is not simulated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeAlias

from graphql import GraphQLResolveInfo

from muniment.testing.github import access, contributing, owning
from muniment.testing.github.nodes import (
    Asking,
    Blob,
    Branch,
    Commit,
    Limits,
    NotSimulated,
    Parameters,
    Placed,
    Protection,
    Rules,
    Tree,
    classic_rule,
    commit_oid,
    git_oid,
    in_force,
    node_id,
    policy_in_effect,
)
from muniment.testing.github.paging import Edge, PageInfo, bounded, cursor
from muniment.testing.github.seeing import (
    enterprise,
    enterprise_organizations,
    entries,
    git_object,
    is_enterprise_owner,
    members,
    node,
    nothing,
    organization,
    organization_rulesets,
    organizations,
    owner,
    permission,
    person,
    protection,
    repositories,
    repository,
    repository_rulesets,
    rules,
    viewing,
)
from muniment.testing.github.world import Organization, Person

TEXT_LIMIT = 512_000


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
    "nodes": lambda _, k, a: contributing.nodes(k, a["ids"]),
    "enterprise": lambda _, k, a: enterprise(k, a["slug"]),
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
    "contributionsCollection": contributing.collection,
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
    **access.OF_ORGANIZATION,
}

ENTERPRISE: dict[str, Field] = {
    "id": lambda e, k, a: node_id("E", e.id),
    "databaseId": lambda e, k, a: e.id,
    "slug": lambda e, k, a: e.slug,
    "name": lambda e, k, a: e.name or e.slug,
    "url": lambda e, k, a: k.url(f"/enterprises/{e.slug}"),
    "resourcePath": lambda e, k, a: f"/enterprises/{e.slug}",
    "viewerIsAdmin": lambda e, k, a: is_enterprise_owner(e, k),
    "organizations": enterprise_organizations,
    **owning.OF_ENTERPRISE,
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
    **access.OF_REPOSITORY,
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
    "Enterprise": ENTERPRISE,
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

for _of in (
    *("OrganizationMember", "Repository", "Organization", "RepositoryRuleset", "RepositoryRule"),
    *owning.CONNECTIONS,
):
    FIELDS.setdefault(f"{_of}Connection", PAGE)
    FIELDS.setdefault(f"{_of}Edge", EDGE)
for _of, _beside in access.EDGES.items():
    FIELDS.setdefault(f"{_of}Connection", PAGE)
    FIELDS.setdefault(f"{_of}Edge", EDGE | _beside)
FIELDS |= access.FIELDS | contributing.FIELDS | owning.FIELDS
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
    **access.TYPES,
    **owning.TYPES,
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
