"""What a credential sees of the world, decided in one place for REST and GraphQL alike."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Literal

import jwt
from msgspec import Struct

from muniment.testing.github.world import (
    App,
    Installation,
    InstallationToken,
    Organization,
    Person,
    Repository,
    Team,
    Token,
    World,
)

Kind = Literal["anonymous", "classic", "fine-grained", "app", "installation"]

READS_MEMBERS = frozenset({"read:org", "write:org", "admin:org"})
READS_ENTERPRISES = frozenset({"read:enterprise", "admin:enterprise"})
OWNERS_ALONE = frozenset(
    {
        "administration",
        "organization_administration",
        "organization_custom_roles",
        "organization_custom_org_roles",
    }
)
"""Permissions that a person's token is only good for where the person owns the organization or the repository."""

JWT_LASTS = timedelta(minutes=10)
TOKEN_LASTS = timedelta(hours=1)


class Refusal(Struct, frozen=True):
    """A credential that is not accepted: the status and the words of GitHub's answer."""

    status: int
    message: str


class Viewer(Struct, frozen=True, kw_only=True):
    """Somebody who looks, with what they hold.

    ``person`` is whose token it is (``None``: a stranger, an App, an installation). ``scopes`` are a classic
    token's; ``organization`` (its login) and ``permissions`` bound a fine-grained token and an installation.
    ``credential`` identifies the token without telling it; ETags and rate limits are bound to it.
    """

    world: World
    kind: Kind = "anonymous"
    credential: str = ""
    person: Person | None = None
    scopes: tuple[str, ...] = ()
    organization: str = ""
    permissions: Mapping[str, str] = {}
    expires: datetime | None = None
    app: App | None = None
    installation: Installation | None = None

    def role(self, org: Organization) -> Literal["owner", "member", ""]:
        """The person's role, whatever the token was given; empty for outsiders and for Apps."""
        if self.person is None:
            return ""
        return next((m.role for m in org.members if m.person == self.person.id), "")

    def is_owner(self, org: Organization) -> bool:
        """True for an owner's classic token with ``admin:org``. Grants of other kinds: see ``may``."""
        return self.kind == "classic" and "admin:org" in self.scopes and self.role(org) == "owner"

    def is_member(self, org: Organization) -> bool:
        """True for an owner's or a member's classic token that may read organizations."""
        return self.kind == "classic" and not READS_MEMBERS.isdisjoint(self.scopes) and self.role(org) != ""

    def may(self, org: Organization, permission: str) -> bool:
        """True if it may read what needs a permission: by a grant, or as the owner.

        ``permission`` is GitHub's name, such as ``members`` or ``organization_administration``. A person's
        fine-grained token cannot do more than the person: what only owners may, it may for an owner alone.
        """
        if self.kind == "classic":
            return self.is_owner(org)
        if not self._granted(org, permission):
            return False
        if self.kind == "installation":
            return True
        return self.role(org) == "owner" if permission in OWNERS_ALONE else self.role(org) != ""

    def sees_members(self, org: Organization) -> bool:
        """True if it sees concealed members and everybody's role too."""
        return self.is_member(org) or self.may(org, "members")

    def sees_two_factor(self, org: Organization) -> bool:
        """True if it sees who has no second factor: owners, and what was granted reading members for an owner."""
        if self.kind == "fine-grained":
            return self.role(org) == "owner" and self._granted(org, "members")
        return self.may(org, "members")

    def sees_team(self, org: Organization, team: Team) -> bool:
        """True if the team exists for this viewer: all teams for owners, the open ones and its own for a member."""
        if self.may(org, "members") or self.is_owner(org):
            return self.kind == "installation" or self.role(org) == "owner" or not team.secret or self._in(team)
        return self.is_member(org) and (not team.secret or self._in(team))

    def _in(self, team: Team) -> bool:
        return self.person is not None and self.person.id in team.members

    def pushes(self, org: Organization, repo: Repository) -> bool:
        """True if it may write to a repository, and so sees who else was given it."""
        if self.administers(org, repo):
            return True
        if self.kind != "classic" or self.person is None or not {"repo", "public_repo"} & set(self.scopes):
            return False
        by_default = self.role(org) == "member" and org.base_permission == "write"
        mine = {repo.direct.get(self.person.id, ""), *self.team_permissions(org, repo)}
        return by_default or not mine.isdisjoint({"write", "maintain"})

    def sees_repository(self, org: Organization, repo: Repository) -> bool:
        """True if the repository exists for this viewer."""
        if repo.public:
            return self.kind != "app"
        if self.kind == "installation":
            return self._bound_to(org)
        if self.kind == "fine-grained" and not self._bound_to(org):
            return False
        if self.kind == "classic" and "repo" not in self.scopes:
            return False
        return self._person_reads(org, repo)

    def administers(self, org: Organization, repo: Repository) -> bool:
        """True if it sees a repository's settings, such as classic branch protection.

        A classic token needs the scope ``repo``, or ``public_repo`` where everybody sees the repository.
        """
        if self.kind in ("installation", "fine-grained"):
            if not self._granted(org, "administration"):
                return False
            return self.kind == "installation" or self._person_administers(org, repo)
        if self.kind != "classic" or not self._person_administers(org, repo):
            return False
        return "repo" in self.scopes or (repo.public and "public_repo" in self.scopes)

    def _bound_to(self, org: Organization) -> bool:
        return self.organization.lower() == org.login.lower()

    def _granted(self, org: Organization, permission: str) -> bool:
        return self._bound_to(org) and self.permissions.get(permission) in ("read", "write", "admin")

    def _person_reads(self, org: Organization, repo: Repository) -> bool:
        if self.person is None:
            return False
        if self.person.id in repo.direct or self.team_permissions(org, repo):
            return True
        match self.role(org):
            case "owner":
                return True
            case "member":
                return repo.visibility == "INTERNAL" or org.base_permission != "none"
            case _:
                return False

    def _person_administers(self, org: Organization, repo: Repository) -> bool:
        if self.person is None:
            return False
        role = self.role(org)
        by_default = role == "member" and org.base_permission == "admin"
        mine = {repo.direct.get(self.person.id), *self.team_permissions(org, repo)}
        return role == "owner" or by_default or "admin" in mine

    def team_permissions(self, org: Organization, repo: Repository) -> frozenset[str]:
        """What the person may do in a repository through teams."""
        if self.person is None:
            return frozenset()
        own = (t.repositories.get(repo.name, "") for t in org.teams if self.person.id in t.members)
        return frozenset(permission for permission in own if permission)


def viewer(world: World, authorization: str | None) -> Viewer | Refusal:
    """Who looks, by the header ``Authorization`` (``Bearer …`` or ``token …``); none at all: a stranger."""
    if not authorization:
        return Viewer(world=world)
    scheme, _, secret = authorization.partition(" ")
    secret = secret.strip()
    if scheme.lower() not in ("bearer", "token") or not secret:
        return Refusal(401, "Bad credentials")
    if secret.count(".") == 2:
        return _app(world, secret)
    for token in world.tokens:
        if token.secret == secret:
            return _personal(world, token)
    for issued in world.issued:
        if issued.secret == secret:
            return _installation(world, issued)
    return Refusal(401, "Bad credentials")


def issue(
    world: World, app: App, installation: Installation, permissions: Mapping[str, str] | None = None
) -> InstallationToken | Refusal:
    """A token of an hour for an installation, with some or (``None``, or none named) all of its permissions."""
    asked = dict(permissions or installation.permissions)
    rank = {"read": 1, "write": 2, "admin": 3}
    for name, level in asked.items():
        if rank.get(level, 9) > rank.get(installation.permissions.get(name, ""), 0):
            return Refusal(422, "The permissions requested are not granted to this installation.")
    token = InstallationToken(
        secret=f"ghs_madeUpInstallationToken{installation.id:04d}x{len(world.issued):04d}",
        app=app.id,
        installation=installation.id,
        permissions=asked,
        expires=world.now + TOKEN_LASTS,
    )
    world.issued.append(token)
    return token


def _fingerprint(secret: str) -> str:
    return hashlib.blake2b(secret.encode(), digest_size=8).hexdigest()


def _personal(world: World, token: Token) -> Viewer | Refusal:
    if token.revoked or (token.expires is not None and token.expires <= world.now):
        return Refusal(401, "Bad credentials")
    return Viewer(
        world=world,
        kind=token.kind,
        credential=_fingerprint(token.secret),
        person=world.person_of(token.person),
        scopes=token.scopes,
        organization=token.organization,
        permissions=token.permissions,
        expires=token.expires,
    )


def _installation(world: World, issued: InstallationToken) -> Viewer | Refusal:
    app = next((a for a in world.apps if a.id == issued.app), None)
    place = next((i for i in app.installations if i.id == issued.installation), None) if app else None
    if app is None or place is None or issued.revoked or issued.expires <= world.now:
        return Refusal(401, "Bad credentials")
    return Viewer(
        world=world,
        kind="installation",
        credential=_fingerprint(issued.secret),
        organization=place.organization,
        permissions={k: v for k, v in issued.permissions.items() if k in place.permissions},
        app=app,
        installation=place,
    )


def _app(world: World, signed: str) -> Viewer | Refusal:
    """An App by its signed word, its times judged by the world's clock."""
    unreadable = Refusal(401, "A JSON web token could not be decoded")
    try:
        issuer = str(jwt.decode(signed, options={"verify_signature": False}).get("iss"))
    except jwt.PyJWTError:
        return unreadable
    app = next((a for a in world.apps if issuer in (str(a.id), a.client_id)), None)
    if app is None:
        return Refusal(404, "Integration not found")
    unchecked = {"verify_exp": False, "verify_iat": False, "verify_nbf": False}
    try:
        claims = jwt.decode(signed, app.public_key, algorithms=["RS256"], options=unchecked)  # type: ignore[arg-type]
        begins = datetime.fromtimestamp(int(claims["iat"]), UTC)
        ends = datetime.fromtimestamp(int(claims["exp"]), UTC)
    except (jwt.PyJWTError, KeyError, TypeError, ValueError, OverflowError):
        return unreadable
    if begins > world.now:
        return Refusal(401, "'Issued at' claim ('iat') must be an Integer representing the time of issue")
    if ends <= world.now:
        return Refusal(401, "'Expiration time' claim ('exp') must be a numeric value representing the future time")
    if ends > world.now + JWT_LASTS:
        return Refusal(401, "'Expiration time' claim ('exp') is too far in the future")
    return Viewer(world=world, kind="app", credential=f"app-{app.id}", app=app)
