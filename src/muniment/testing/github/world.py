"""What the simulated GitHub holds: people, organizations, repositories, and who was given which key.

The world is plain data and mutable, so that a test can change it between two runs as people change theirs. What a
credential sees of it is not decided here but in ``sight``.
"""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, date, datetime
from typing import Literal

from msgspec import Struct, field

BEGAN = datetime(2019, 5, 1, tzinfo=UTC)
TwoFactor = Literal["none", "insecure", "secure"]
Role = Literal["owner", "member"]
Permission = Literal["read", "triage", "write", "maintain", "admin"]


class Person(Struct, kw_only=True):
    """An account of a person or of a machine. ``id`` outlives a change of ``login``.

    ``counts_private``: it shows how much it contributes where the asker sees nothing.
    """

    id: int
    login: str
    name: str = ""
    two_factor: TwoFactor = "secure"
    bot: bool = False
    counts_private: bool = False
    created_at: datetime = BEGAN


class Membership(Struct, kw_only=True):
    """A person's place in an organization. ``public``: the person shows it to everybody."""

    person: int
    role: Role = "member"
    public: bool = False


class BranchRule(Struct, kw_only=True):
    """A classic branch protection rule on one pattern."""

    pattern: str
    reviews: int | None = None  # None: no pull request is needed
    allows_force_pushes: bool = False
    allows_deletions: bool = False
    binds_admins: bool = False
    status_checks: tuple[str, ...] = ()


class Ruleset(Struct, kw_only=True):
    """A ruleset. ``rules`` are GitHub's names: ``DELETION``, ``NON_FAST_FORWARD``, ``PULL_REQUEST`` …

    ``repositories`` (of an organization's ruleset) are patterns of names; ``branches`` patterns, or
    ``~DEFAULT_BRANCH``, ``~ALL``.
    """

    id: int
    name: str
    enforcement: Literal["ACTIVE", "EVALUATE", "DISABLED"] = "ACTIVE"
    target: Literal["BRANCH", "TAG", "PUSH"] = "BRANCH"
    branches: tuple[str, ...] = ("~DEFAULT_BRANCH",)
    repositories: tuple[str, ...] = ("*",)
    rules: tuple[str, ...] = ("DELETION", "NON_FAST_FORWARD")
    reviews: int = 0


class DeployKey(Struct, kw_only=True):
    """A key by which a machine reaches one repository."""

    id: int
    title: str
    writes: bool = False
    created_at: datetime = BEGAN

    @property
    def text(self) -> str:
        """A made-up public key."""
        return f"ssh-ed25519 {b64encode(f'made up {self.id}'.encode()).decode()}"


class Environment(Struct, kw_only=True):
    """An environment of a repository.

    ``people`` (ids) and ``teams`` (slugs) are its reviewers, ``wait`` is in minutes.
    """

    id: int
    name: str
    people: tuple[int, ...] = ()
    teams: tuple[str, ...] = ()
    self_review: bool = True
    wait: int = 0


class Push(Struct, kw_only=True):
    """A branch was moved, made or deleted. ``by`` is a person (id); 0: an account that is no more."""

    id: int
    at: datetime
    by: int = 0
    what: Literal["push", "force_push", "branch_creation", "branch_deletion", "pr_merge", "merge_queue_merge"] = (
        "push"
    )
    ref: str = "refs/heads/main"


class Repository(Struct, kw_only=True):
    """A repository. ``files`` are the texts on its default branch, by path; none: it is empty.

    ``grants`` are what persons (ids) were given by name, ``admins`` those who were given all; its organization's
    owners need neither. ``former_names`` still lead here.
    """

    id: int
    name: str
    visibility: Literal["PUBLIC", "PRIVATE", "INTERNAL"] = "PUBLIC"
    description: str | None = None
    homepage: str | None = None
    default_branch: str = "main"
    files: dict[str, str] = field(default_factory=dict)
    fork: bool = False
    archived_at: datetime | None = None
    created_at: datetime = BEGAN
    pushed_at: datetime = BEGAN
    private_reporting: bool = False
    branch_rules: list[BranchRule] = field(default_factory=list)
    rulesets: list[Ruleset] = field(default_factory=list)
    properties: dict[str, str | tuple[str, ...]] = field(default_factory=dict)
    admins: set[int] = field(default_factory=set)
    grants: dict[int, Permission] = field(default_factory=dict)
    deploy_keys: list[DeployKey] = field(default_factory=list)
    environments: list[Environment] = field(default_factory=list)
    former_names: set[str] = field(default_factory=set)
    pushes: list[Push] = field(default_factory=list)

    @property
    def direct(self) -> dict[int, Permission]:
        """What each person was given by name."""
        return self.grants | dict.fromkeys(sorted(self.admins), "admin")

    @property
    def public(self) -> bool:
        """True if a stranger may see it."""
        return self.visibility == "PUBLIC"


class Team(Struct, kw_only=True):
    """A team: its members (ids) with their role in it, and by name the repositories that it was given.

    ``parent`` is the slug of the team that it is a part of.
    """

    id: int
    slug: str
    name: str = ""
    parent: str = ""
    secret: bool = False
    members: dict[int, Literal["maintainer", "member"]] = field(default_factory=dict)
    repositories: dict[str, Permission] = field(default_factory=dict)


class Invitation(Struct, kw_only=True):
    """An invitation into an organization that nobody has answered. ``person`` 0: it went to an address."""

    id: int
    person: int = 0
    role: Literal["admin", "direct_member", "billing_manager", "reinstate"] = "direct_member"
    by: int = 0
    at: datetime = BEGAN


class OrganizationRole(Struct, kw_only=True):
    """A role of an organization, and who holds it: persons (ids), and teams (slugs)."""

    id: int
    name: str
    source: Literal["Organization", "Enterprise", "Predefined"] = "Predefined"
    base_role: Permission | None = None
    permissions: tuple[str, ...] = ()
    people: set[int] = field(default_factory=set)
    teams: set[str] = field(default_factory=set)


class Installed(Struct, kw_only=True):
    """Somebody else's App that was let into an organization; one whose key is at hand stands in ``apps``."""

    id: int
    slug: str
    permissions: dict[str, str] = field(default_factory=dict)
    everywhere: bool = True
    suspended_at: datetime | None = None


class Contributions(Struct, kw_only=True):
    """The days on which a person contributed, to public repositories and to private ones."""

    public: tuple[date, ...] = ()
    private: tuple[date, ...] = ()


class AuditEvent(Struct, kw_only=True):
    """One line of an organization's audit log, by GitHub's name for what was done: ``org.remove_member``.

    ``by`` and ``whom`` are persons (ids); 0: nobody. ``repository`` is the name of one of the organization's;
    ``more`` are further fields of the line, such as ``visibility``.
    """

    id: str
    at: datetime
    action: str
    by: int = 0
    whom: int = 0
    repository: str = ""
    more: dict[str, str | bool] = field(default_factory=dict)


class Organization(Struct, kw_only=True):
    """An organization and what its owners set. ``contributions`` are by person (id).

    ``plan`` is GitHub's name of it; empty: it is not told, and is none that has an audit log to be read.
    """

    id: int
    login: str
    name: str | None = None
    description: str | None = None
    website: str | None = None
    created_at: datetime = BEGAN
    archived_at: datetime | None = None
    requires_two_factor: bool = True
    base_permission: Literal["none", "read", "write", "admin"] = "read"
    members_can_create_public_repositories: bool = True
    workflow_default: Literal["read", "write"] = "read"
    workflows_can_approve: bool = False
    members: list[Membership] = field(default_factory=list)
    repositories: list[Repository] = field(default_factory=list)
    rulesets: list[Ruleset] = field(default_factory=list)
    properties: tuple[str, ...] = ()  # the names of the custom properties it keeps
    teams: list[Team] = field(default_factory=list)
    invitations: list[Invitation] = field(default_factory=list)
    roles: list[OrganizationRole] = field(default_factory=list)
    installed: list[Installed] = field(default_factory=list)
    contributions: dict[int, Contributions] = field(default_factory=dict)
    plan: Literal["", "free", "team", "enterprise"] = ""
    audit: list[AuditEvent] = field(default_factory=list)
    former_logins: set[str] = field(default_factory=set)

    def team(self, slug: str) -> Team | None:
        """The team of a slug."""
        return next((t for t in self.teams if t.slug == slug), None)

    def outside(self) -> list[int]:
        """The persons who belong to no part of it but were given something in one of its repositories."""
        inside = {m.person for m in self.members}
        return sorted({id for repo in self.repositories for id in repo.direct} - inside)


def predefined_roles(id: int) -> list[OrganizationRole]:
    """The roles that every organization has, with numbers from ``id`` on; nobody holds one."""
    base: dict[str, Permission] = {"all_repo_read": "read", "all_repo_admin": "admin"}
    named = ("security_manager", "ci_cd_admin", *base)
    return [OrganizationRole(id=id + n, name=name, base_role=base.get(name)) for n, name in enumerate(named)]


class Token(Struct, kw_only=True):
    """A personal credential.

    ``scopes`` are a classic token's; ``organization`` and ``permissions`` (``{"members": "read"}``) a fine-grained
    one's. ``expires`` is UTC.
    """

    secret: str
    kind: Literal["classic", "fine-grained"]
    person: int
    scopes: tuple[str, ...] = ()
    organization: str = ""
    permissions: dict[str, str] = field(default_factory=dict)
    expires: datetime | None = None
    revoked: bool = False


class Installation(Struct, kw_only=True):
    """An App installed on an organization, with the permissions that its owners granted."""

    id: int
    organization: str
    permissions: dict[str, str]


class App(Struct, kw_only=True):
    """A GitHub App. ``public_key`` is PEM; the App signs its requests with the other half."""

    id: int
    slug: str
    name: str
    client_id: str
    public_key: str
    installations: list[Installation] = field(default_factory=list)


class InstallationToken(Struct, kw_only=True):
    """A token of an hour that the simulated GitHub gave to an App for one of its installations."""

    secret: str
    app: int
    installation: int
    permissions: dict[str, str]
    expires: datetime
    revoked: bool = False


class Enterprise(Struct, kw_only=True):
    """An enterprise account: who owns it (persons' ids), and the organizations in it (theirs)."""

    id: int
    slug: str
    name: str = ""
    owners: set[int] = field(default_factory=set)
    organizations: set[int] = field(default_factory=set)


class World(Struct, kw_only=True):
    """Everything there is. ``now`` is the simulated GitHub's clock (UTC).

    ``issued`` are the installation tokens given out so far.
    """

    now: datetime = datetime(2026, 6, 15, 6, tzinfo=UTC)
    people: list[Person] = field(default_factory=list)
    organizations: list[Organization] = field(default_factory=list)
    tokens: list[Token] = field(default_factory=list)
    apps: list[App] = field(default_factory=list)
    issued: list[InstallationToken] = field(default_factory=list)
    enterprises: list[Enterprise] = field(default_factory=list)

    def organization(self, login: str) -> Organization | None:
        """The organization of a name, present or former, in any case."""
        wanted = login.lower()
        for organization in self.organizations:
            if organization.login.lower() == wanted:
                return organization
        return next((o for o in self.organizations if wanted in {f.lower() for f in o.former_logins}), None)

    def person(self, login: str) -> Person | None:
        """The account of a login, in any case."""
        return next((p for p in self.people if p.login.lower() == login.lower()), None)

    def person_of(self, id: int) -> Person:
        """The account of a number; ``KeyError`` if there is none."""
        for person in self.people:
            if person.id == id:
                return person
        raise KeyError(id)
