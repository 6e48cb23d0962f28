"""The JSON bodies of GitHub's REST API: what a user, an organization or a repository looks like in an answer."""

from __future__ import annotations

import base64
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from muniment.testing.github.nodes import Placed, Rules, classic_rule, commit_oid, node_id, oid
from muniment.testing.github.world import (
    App,
    BranchRule,
    DeployKey,
    Environment,
    Installation,
    InstallationToken,
    Installed,
    Invitation,
    Organization,
    OrganizationRole,
    Person,
    Repository,
    Team,
)

Body = dict[str, Any]
LATER = "2026-03-10"

USER_PAGES = (
    "followers",
    "following{/other_user}",
    "gists{/gist_id}",
    "starred{/owner}{/repo}",
    "subscriptions",
    "repos",
    "events{/privacy}",
    "received_events",
)

REPOSITORY_PAGES: Mapping[str, str] = {
    "archive_url": "/{archive_format}{/ref}",
    "assignees_url": "/assignees{/user}",
    "blobs_url": "/git/blobs{/sha}",
    "branches_url": "/branches{/branch}",
    "collaborators_url": "/collaborators{/collaborator}",
    "comments_url": "/comments{/number}",
    "commits_url": "/commits{/sha}",
    "compare_url": "/compare/{base}...{head}",
    "contents_url": "/contents/{+path}",
    "contributors_url": "/contributors",
    "deployments_url": "/deployments",
    "downloads_url": "/downloads",
    "events_url": "/events",
    "forks_url": "/forks",
    "git_commits_url": "/git/commits{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "hooks_url": "/hooks",
    "issue_comment_url": "/issues/comments{/number}",
    "issue_events_url": "/issues/events{/number}",
    "issues_url": "/issues{/number}",
    "keys_url": "/keys{/key_id}",
    "labels_url": "/labels{/name}",
    "languages_url": "/languages",
    "merges_url": "/merges",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "pulls_url": "/pulls{/number}",
    "releases_url": "/releases{/id}",
    "stargazers_url": "/stargazers",
    "statuses_url": "/statuses/{sha}",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "tags_url": "/tags",
    "teams_url": "/teams",
    "trees_url": "/git/trees{/sha}",
}

ROOT_PAGES: Mapping[str, str] = {
    "current_user_url": "/user",
    "current_user_authorizations_html_url": "/settings/connections/applications{/client_id}",
    "code_search_url": "/search/code?q={query}{&page,per_page,sort,order}",
    "commit_search_url": "/search/commits?q={query}{&page,per_page,sort,order}",
    "emails_url": "/user/emails",
    "emojis_url": "/emojis",
    "events_url": "/events",
    "feeds_url": "/feeds",
    "followers_url": "/user/followers",
    "following_url": "/user/following{/target}",
    "gists_url": "/gists{/gist_id}",
    "issue_search_url": "/search/issues?q={query}{&page,per_page,sort,order}",
    "issues_url": "/issues",
    "keys_url": "/user/keys",
    "label_search_url": "/search/labels?q={query}&repository_id={repository_id}{&page,per_page}",
    "notifications_url": "/notifications",
    "organization_url": "/orgs/{org}",
    "organization_repositories_url": "/orgs/{org}/repos{?type,page,per_page,sort}",
    "organization_teams_url": "/orgs/{org}/teams",
    "public_gists_url": "/gists/public",
    "rate_limit_url": "/rate_limit",
    "repository_url": "/repos/{owner}/{repo}",
    "repository_search_url": "/search/repositories?q={query}{&page,per_page,sort,order}",
    "current_user_repositories_url": "/user/repos{?type,page,per_page,sort}",
    "starred_url": "/user/starred{/owner}{/repo}",
    "starred_gists_url": "/gists/starred",
    "user_url": "/users/{user}",
    "user_organizations_url": "/user/orgs",
    "user_repositories_url": "/users/{user}/repos{?type,page,per_page,sort}",
    "user_search_url": "/search/users?q={query}{&page,per_page,sort,order}",
}


def time(value: datetime) -> str:
    """A time as GitHub writes it."""
    return value.strftime("%Y-%m-%dT%H:%M:%SZ")


class Bodies(Struct, frozen=True):
    """Makes bodies: with a server's own address in their URLs, in one API version."""

    base: str
    version: str

    def root(self) -> Body:
        """What GitHub's API offers, at its root."""
        gone = {"authorizations_url": "/authorizations", "hub_url": "/hub"} if self.version < LATER else {}
        return {name: f"{self.base}{path}" for name, path in {**ROOT_PAGES, **gone}.items()}

    def rate_limit(self, core: Body, graphql: Body) -> Body:
        """The allowances."""
        rest = {"rate": core} if self.version < LATER else {}
        return {"resources": {"core": core, "graphql": graphql, "search": core}, **rest}

    # ---------------------------------------------------------------- accounts

    def account(self, id: int, login: str, kind: str) -> Body:
        """What every account shows of itself, a person's or an organization's."""
        api = f"{self.base}/users/{login}"
        prefix = {"Organization": "O", "Bot": "BOT"}.get(kind, "U")
        return {
            "login": login,
            "id": id,
            "node_id": node_id(prefix, id),
            "avatar_url": f"{self.base}/avatars/{id}",
            "gravatar_id": "",
            "url": api,
            "html_url": f"{self.base}/{login}",
            "organizations_url": f"{api}/orgs",
            "type": kind,
            "user_view_type": "public",
            "site_admin": False,
            **{f"{page.partition('{')[0]}_url": f"{api}/{page}" for page in USER_PAGES},
        }

    def user(self, person: Person) -> Body:
        """A person, in lists."""
        return self.account(person.id, person.login, "Bot" if person.bot else "User")

    def owner(self, org: Organization) -> Body:
        """An organization where a user could stand."""
        return self.account(org.id, org.login, "Organization")

    def profile(self, person: Person, *, own: bool = False) -> Body:
        """A person, on their own page; ``own``: as they see it themselves."""
        private = {
            "user_view_type": "private",
            "private_gists": 0,
            "total_private_repos": 0,
            "owned_private_repos": 0,
            "disk_usage": 0,
            "collaborators": 0,
            "two_factor_authentication": person.two_factor != "none",
        }
        return {**self.user(person), **self._profile(person.name, person.created_at), **(private if own else {})}

    def owner_profile(self, org: Organization) -> Body:
        """An organization, on its page as an account."""
        return {**self.owner(org), **self._profile(org.name or "", org.created_at)}

    def _profile(self, name: str, created: datetime) -> Body:
        nothing = dict.fromkeys(("company", "location", "email", "hireable", "bio", "twitter_username"))
        none = dict.fromkeys(("public_repos", "public_gists", "followers", "following"), 0)
        dates = {"created_at": time(created), "updated_at": time(created)}
        return {"name": name or None, "blog": "", **nothing, **none, **dates}

    # ---------------------------------------------------------------- organizations

    def organization(self, org: Organization) -> Body:
        """An organization, in lists."""
        api = f"{self.base}/orgs/{org.login}"
        return {
            "login": org.login,
            "id": org.id,
            "node_id": node_id("O", org.id),
            "url": api,
            "repos_url": f"{api}/repos",
            "events_url": f"{api}/events",
            "hooks_url": f"{api}/hooks",
            "issues_url": f"{api}/issues",
            "members_url": f"{api}/members{{/member}}",
            "public_members_url": f"{api}/public_members{{/member}}",
            "avatar_url": f"{self.base}/avatars/{org.id}",
            "description": org.description,
        }

    def organization_page(self, org: Organization) -> Body:
        """An organization, as everybody sees it."""
        return {
            **self.organization(org),
            "name": org.name or org.login,
            "blog": org.website or "",
            "is_verified": False,
            "has_organization_projects": True,
            "has_repository_projects": True,
            "public_repos": sum(r.public for r in org.repositories),
            "public_gists": 0,
            "followers": 0,
            "following": 0,
            "html_url": f"{self.base}/{org.login}",
            "type": "Organization",
            "created_at": time(org.created_at),
            "updated_at": time(org.created_at),
            "archived_at": None if org.archived_at is None else time(org.archived_at),
        }

    def organization_settings(self, org: Organization) -> Body:
        """What of an organization its owners see beside."""
        private = sum(not r.public for r in org.repositories)
        later = {} if self.version >= LATER else {"secret_scanning_push_protection_custom_link_enabled": False}
        plan = {"plan": {"name": org.plan, "space": 0, "private_repos": 0}} if org.plan else {}
        return {
            **plan,
            "total_private_repos": private,
            "owned_private_repos": private,
            "private_gists": 0,
            "disk_usage": 0,
            "collaborators": 0,
            "billing_email": None,
            "default_repository_permission": org.base_permission,
            "members_can_create_repositories": org.members_can_create_public_repositories,
            "members_can_create_public_repositories": org.members_can_create_public_repositories,
            "members_can_create_private_repositories": False,
            "two_factor_requirement_enabled": org.requires_two_factor,
            "members_can_create_pages": True,
            "members_can_fork_private_repositories": False,
            "web_commit_signoff_required": False,
            **later,
        }

    def membership(self, org: Organization, person: Person, role: str) -> Body:
        """A person's place in an organization."""
        return {
            "url": f"{self.base}/orgs/{org.login}/memberships/{person.login}",
            "state": "active",
            "role": "admin" if role == "owner" else "member",
            "organization_url": f"{self.base}/orgs/{org.login}",
            "user": self.user(person),
            "organization": self.organization(org),
        }

    def property(self, org: Organization, name: str) -> Body:
        """A custom property that an organization keeps."""
        return {
            "property_name": name,
            "url": f"{self.base}/orgs/{org.login}/properties/schema/{name}",
            "source_type": "organization",
            "value_type": "multi_select" if _several(org, name) else "string",
            "required": False,
            "default_value": None,
            "description": None,
            "allowed_values": None,
            "values_editable_by": "org_actors",
        }

    def property_values(self, org: Organization, repo: Repository) -> Body:
        """A repository with the value of every custom property of its organization."""
        return {
            "repository_id": repo.id,
            "repository_name": repo.name,
            "repository_full_name": f"{org.login}/{repo.name}",
            "properties": self.values(org, repo),
        }

    def values(self, org: Organization, repo: Repository) -> list[Body]:
        """The value of every custom property, ``null`` for one without."""
        return [{"property_name": name, "value": _value(repo, name)} for name in org.properties]

    # ---------------------------------------------------------------- repositories

    def repository(self, place: Placed, permissions: Mapping[str, bool] | None) -> Body:
        """A repository, in lists. ``permissions``: what the viewer may do in it; ``None`` for a stranger."""
        org, repo = place.org, place.repo
        api = f"{self.base}/repos/{org.login}/{repo.name}"
        html = f"{self.base}/{org.login}/{repo.name}"
        more: Body = {} if permissions is None else {"permissions": dict(permissions)}
        if self.version < LATER:
            more["has_downloads"] = True
        return {
            "id": repo.id,
            "node_id": node_id("R", repo.id),
            "name": repo.name,
            "full_name": f"{org.login}/{repo.name}",
            "private": not repo.public,
            "owner": self.owner(org),
            "html_url": html,
            "description": repo.description,
            "fork": repo.fork,
            "url": api,
            **{name: f"{api}{path}" for name, path in REPOSITORY_PAGES.items()},
            "git_url": f"git:{html.partition(':')[2]}.git",
            "ssh_url": f"git@{html.partition('://')[2]}.git",
            "clone_url": f"{html}.git",
            "svn_url": html,
            "mirror_url": None,
            "homepage": repo.homepage,
            "language": None,
            "license": None,
            "size": 0 if not repo.files else 1,
            "default_branch": repo.default_branch,
            "is_template": False,
            "topics": [],
            "has_issues": True,
            "has_projects": False,
            "has_wiki": False,
            "has_pages": False,
            "has_discussions": False,
            "archived": repo.archived_at is not None,
            "disabled": False,
            "visibility": repo.visibility.lower(),
            **dict.fromkeys(("forks", "forks_count", "open_issues", "open_issues_count"), 0),
            **dict.fromkeys(("stargazers_count", "watchers", "watchers_count"), 0),
            "allow_forking": True,
            "web_commit_signoff_required": False,
            "pushed_at": time(repo.pushed_at),
            "created_at": time(repo.created_at),
            "updated_at": time(repo.pushed_at),
            **more,
        }

    def permissions(self, given: Collection[str]) -> dict[str, bool]:
        """What some grants, or the role of an owner, come to; whoever sees a repository may read it."""
        order = ("admin", "maintain", "write", "triage")
        best = min((order.index(word) for word in order if word in given), default=len(order))
        best = 0 if "owner" in given else best
        names = ("admin", "maintain", "push", "triage")
        return {**{name: place >= best for place, name in enumerate(names)}, "pull": True}

    def repository_page(self, place: Placed, permissions: Mapping[str, bool] | None) -> Body:
        """A repository, on its own page."""
        org, repo = place.org, place.repo
        return {
            **self.repository(place, permissions),
            "organization": self.owner(org),
            "custom_properties": {v["property_name"]: v["value"] for v in self.values(org, repo)},
            "network_count": 0,
            "subscribers_count": 0,
        }

    def branch(self, place: Placed, *, protected: bool) -> Body:
        """The default branch, with what everybody may know of its protection."""
        api = f"{self.base}/repos/{place.org.login}/{place.repo.name}/branches/{place.repo.default_branch}"
        rule = classic_rule(place.repo)
        checks = list(rule.status_checks) if rule else []
        return {
            "name": place.repo.default_branch,
            "commit": self._commit(place),
            "_links": {"self": api, "html": f"{self.base}{place.path}/tree/{place.repo.default_branch}"},
            "protected": protected,
            "protection": {
                "enabled": rule is not None,
                "required_status_checks": {
                    "enforcement_level": "non_admins" if checks else "off",
                    "contexts": checks,
                    "checks": [{"context": check, "app_id": None} for check in checks],
                },
            },
            "protection_url": f"{api}/protection",
        }

    def protection(self, place: Placed, rule: BranchRule) -> Body:
        """A classic rule, as who administers the repository sees it."""
        api = (
            f"{self.base}/repos/{place.org.login}/{place.repo.name}/branches/{place.repo.default_branch}/protection"
        )
        body: Body = {
            "url": api,
            "enforce_admins": {"url": f"{api}/enforce_admins", "enabled": rule.binds_admins},
            "required_linear_history": {"enabled": False},
            "allow_force_pushes": {"enabled": rule.allows_force_pushes},
            "allow_deletions": {"enabled": rule.allows_deletions},
        }
        if rule.reviews is not None:
            body["required_pull_request_reviews"] = {
                "url": f"{api}/required_pull_request_reviews",
                "dismiss_stale_reviews": False,
                "require_code_owner_reviews": False,
                "required_approving_review_count": rule.reviews,
                "require_last_push_approval": False,
            }
        if rule.status_checks:
            body["required_status_checks"] = {
                "url": f"{api}/required_status_checks",
                "strict": False,
                "contexts": list(rule.status_checks),
                "contexts_url": f"{api}/required_status_checks/contexts",
                "checks": [{"context": check, "app_id": None} for check in rule.status_checks],
            }
        return body

    def _commit(self, place: Placed) -> Body:
        sha = commit_oid(place)
        api = f"{self.base}/repos/{place.org.login}/{place.repo.name}"
        author = {"name": "Somebody", "email": "somebody@example.org", "date": time(place.repo.pushed_at)}
        return {
            "sha": sha,
            "node_id": node_id("C", place.repo.id),
            "url": f"{api}/commits/{sha}",
            "html_url": f"{self.base}{place.path}/commit/{sha}",
            "comments_url": f"{api}/commits/{sha}/comments",
            "commit": {
                "author": author,
                "committer": author,
                "message": "Made up.",
                "comment_count": 0,
                "tree": {"sha": oid("tree", sha), "url": f"{api}/git/trees/{oid('tree', sha)}"},
                "url": f"{api}/git/commits/{sha}",
            },
            "author": None,
            "committer": None,
            "parents": [],
        }

    def file(self, place: Placed, path: str) -> Body:
        """A file, with what it holds."""
        data = place.repo.files[path].encode()
        text = base64.encodebytes(data).decode()
        return {**self._entry(place, path, "file", len(data)), "content": text, "encoding": "base64"}

    def folder(self, place: Placed, names: Mapping[str, str]) -> list[Body]:
        """What is in a folder: paths and, of each, ``file`` or ``dir``."""
        files = place.repo.files
        return [
            self._entry(place, p, kind, len(files[p].encode()) if kind == "file" else 0)
            for p, kind in names.items()
        ]

    def _entry(self, place: Placed, path: str, kind: str, size: int) -> Body:
        ref = place.repo.default_branch
        sha = oid(kind, path, place.repo.files.get(path, ""))
        api = f"{self.base}/repos/{place.org.login}/{place.repo.name}"
        own = f"{api}/contents/{path}?ref={ref}"
        html = f"{self.base}{place.path}/{'blob' if kind == 'file' else 'tree'}/{ref}/{path}"
        git = f"{api}/git/{'blobs' if kind == 'file' else 'trees'}/{sha}"
        return {
            "name": path.rpartition("/")[2],
            "path": path,
            "sha": sha,
            "size": size,
            "url": own,
            "html_url": html,
            "git_url": git,
            "download_url": f"{self.base}/raw{place.path}/{ref}/{path}" if kind == "file" else None,
            "type": kind,
            "_links": {"self": own, "git": git, "html": html},
        }

    # ---------------------------------------------------------------- rulesets

    def ruleset(self, found: Rules, *, whole: bool = False) -> Body:
        """A ruleset, in lists; ``whole``: with its conditions and rules."""
        ruleset, place = found.ruleset, found.place
        source = found.org.login if place is None else f"{found.org.login}/{place.repo.name}"
        where = f"orgs/{source}" if place is None else f"repos/{source}"
        body: Body = {
            "id": ruleset.id,
            "name": ruleset.name,
            "target": ruleset.target.lower(),
            "source_type": "Organization" if place is None else "Repository",
            "source": source,
            "enforcement": ruleset.enforcement.lower(),
            "node_id": node_id("RRS", ruleset.id),
            "_links": {"self": {"href": f"{self.base}/{where}/rulesets/{ruleset.id}"}},
            "created_at": time(found.org.created_at),
            "updated_at": time(found.org.created_at),
        }
        if whole:
            refs = [b if b.startswith(("~", "refs/")) else f"refs/heads/{b}" for b in ruleset.branches]
            conditions: Body = {"ref_name": {"include": refs, "exclude": []}}
            if place is None:
                conditions["repository_name"] = {"include": list(ruleset.repositories), "exclude": []}
            body |= {"conditions": conditions, "rules": [_rule(ruleset.reviews, r) for r in ruleset.rules]}
        return body

    def rules(self, found: Sequence[Rules]) -> list[Body]:
        """The rules upon a branch, each with the ruleset that it is from."""
        return [
            {
                **_rule(rules.ruleset.reviews, rule),
                "ruleset_source_type": "Organization" if rules.place is None else "Repository",
                "ruleset_source": rules.org.login if rules.place is None else rules.place.path[1:],
                "ruleset_id": rules.ruleset.id,
            }
            for rules in found
            for rule in rules.ruleset.rules
        ]

    # ---------------------------------------------------------------- who may do what

    def team(self, org: Organization, team: Team, permission: str = "read") -> Body:
        """A team, in lists."""
        api = f"{self.base}/organizations/{org.id}/team/{team.id}"
        parent = org.team(team.parent) if team.parent else None
        return {
            "id": team.id,
            "node_id": node_id("T", team.id),
            "name": team.name or team.slug,
            "slug": team.slug,
            "description": None,
            "privacy": "secret" if team.secret else "closed",
            "notification_setting": "notifications_enabled",
            "permission": {"read": "pull", "write": "push"}.get(permission, permission),
            "url": api,
            "html_url": f"{self.base}/orgs/{org.login}/teams/{team.slug}",
            "members_url": f"{api}/members{{/member}}",
            "repositories_url": f"{api}/repos",
            "type": "organization",
            "organization_id": org.id,
            "parent": None if parent is None else _without_parent(self.team(org, parent)),
        }

    def invitation(self, org: Organization, found: Invitation, person: Person | None, inviter: Person) -> Body:
        """A pending invitation; without a person it went to an address."""
        api = f"{self.base}/organizations/{org.id}/invitations/{found.id}"
        return {
            "id": found.id,
            "node_id": node_id("OI", found.id),
            "login": None if person is None else person.login,
            "email": None if person is not None else f"invited-{found.id}@example.org",
            "role": found.role,
            "created_at": time(found.at),
            "failed_at": None,
            "failed_reason": None,
            "inviter": self.user(inviter),
            "team_count": 0,
            "invitation_teams_url": f"{api}/teams",
            "invitation_source": "member",
        }

    def role(self, org: Organization, role: OrganizationRole) -> Body:
        """An organization's role."""
        dates = {"created_at": time(org.created_at), "updated_at": time(org.created_at)}
        return {
            "id": role.id,
            "name": role.name,
            "description": None,
            "base_role": role.base_role,
            "source": role.source,
            "permissions": list(role.permissions),
            "organization": None if role.source == "Predefined" else self.owner(org),
            **dates,
        }

    def collaborator(self, person: Person, best: str) -> Body:
        """Somebody in a repository, with all that they may do in it, however they came by it."""
        return {**self.user(person), "role_name": best, "permissions": self.permissions({best})}

    def deploy_key(self, place: Placed, key: DeployKey) -> Body:
        """A deploy key."""
        return {
            "id": key.id,
            "key": key.text,
            "url": f"{self.base}/repos{place.path}/keys/{key.id}",
            "title": key.title,
            "verified": True,
            "created_at": time(key.created_at),
            "read_only": not key.writes,
        }

    def environment(self, place: Placed, found: Environment, reviewers: Sequence[Body]) -> Body:
        """An environment with its rules; ``reviewers`` are bodies with their type."""
        rules: list[Body] = []
        if reviewers:
            rules.append(
                {
                    "id": found.id * 10,
                    "node_id": node_id("GA", found.id * 10),
                    "type": "required_reviewers",
                    "prevent_self_review": not found.self_review,
                    "reviewers": list(reviewers),
                }
            )
        if found.wait:
            wait = {"type": "wait_timer", "wait_timer": found.wait}
            rules.append({"id": found.id * 10 + 1, "node_id": node_id("GA", found.id * 10 + 1), **wait})
        return {
            "id": found.id,
            "node_id": node_id("EN", found.id),
            "name": found.name,
            "url": f"{self.base}/repos{place.path}/environments/{found.name}",
            "html_url": f"{self.base}{place.path}/deployments/activity_log?environments_filter={found.name}",
            "created_at": time(place.repo.created_at),
            "updated_at": time(place.repo.created_at),
            "protection_rules": rules,
            "deployment_branch_policy": None,
        }

    # ---------------------------------------------------------------- apps

    def app(self, app: App) -> Body:
        """An App, as it sees itself."""
        granted: dict[str, str] = {}
        for installation in app.installations:
            granted |= installation.permissions
        return {
            "id": app.id,
            "slug": app.slug,
            "client_id": app.client_id,
            "node_id": node_id("A", app.id),
            "owner": self.account(app.id, f"{app.slug}-owner", "User"),
            "name": app.name,
            "description": None,
            "external_url": f"{self.base}/apps/{app.slug}",
            "html_url": f"{self.base}/apps/{app.slug}",
            "created_at": "2019-05-01T00:00:00Z",
            "updated_at": "2019-05-01T00:00:00Z",
            "permissions": granted,
            "events": [],
            "installations_count": len(app.installations),
        }

    def installation(self, app: App, installation: Installation, org: Organization) -> Body:
        """An App on an organization.

        The account has more than GitHub really sends: the description asks for a user's fields and an
        enterprise's at once.
        """
        dates = {"created_at": time(org.created_at), "updated_at": time(org.created_at)}
        account = {**self.owner(org), **dates, "name": org.name or org.login, "slug": org.login.lower()}
        return {
            "id": installation.id,
            "account": account | {"description": org.description},
            "access_tokens_url": f"{self.base}/app/installations/{installation.id}/access_tokens",
            "repositories_url": f"{self.base}/installation/repositories",
            "html_url": f"{self.base}/organizations/{org.login}/settings/installations/{installation.id}",
            "app_id": app.id,
            "app_slug": app.slug,
            "target_id": org.id,
            "target_type": "Organization",
            "repository_selection": "all",
            "permissions": dict(installation.permissions),
            "events": [],
            "single_file_name": None,
            "has_multiple_single_files": False,
            "single_file_paths": [],
            "suspended_by": None,
            "suspended_at": None,
            **dates,
        }

    def installed(self, found: Installed, org: Organization) -> Body:
        """Somebody else's App on an organization."""
        app = App(id=found.id, slug=found.slug, name=found.slug, client_id="", public_key="")
        body = self.installation(
            app, Installation(id=found.id, organization=org.login, permissions=found.permissions), org
        )
        return body | {
            "repository_selection": "all" if found.everywhere else "selected",
            "suspended_at": None if found.suspended_at is None else time(found.suspended_at),
        }

    def installation_token(self, token: InstallationToken) -> Body:
        """A token, the one time that it is told."""
        return {
            "token": token.secret,
            "expires_at": time(token.expires),
            "permissions": dict(token.permissions),
            "repository_selection": "all",
        }


def _without_parent(team: Body) -> Body:
    return {name: value for name, value in team.items() if name != "parent"}


def _several(org: Organization, name: str) -> bool:
    return any(isinstance(r.properties.get(name), tuple) for r in org.repositories)


def _value(repo: Repository, name: str) -> str | list[str] | None:
    value = repo.properties.get(name)
    return list(value) if isinstance(value, tuple) else value


def _rule(reviews: int, name: str) -> Body:
    """One rule, with the parameters that its kind cannot be without."""
    rule: Body = {"type": name.lower()}
    if name == "PULL_REQUEST":
        rule["parameters"] = {
            "dismiss_stale_reviews_on_push": False,
            "require_code_owner_review": False,
            "require_last_push_approval": False,
            "required_approving_review_count": reviews,
            "required_review_thread_resolution": False,
        }
    if name == "REQUIRED_STATUS_CHECKS":
        rule["parameters"] = {
            "required_status_checks": [{"context": "tests"}],
            "strict_required_status_checks_policy": False,
        }
    return rule
