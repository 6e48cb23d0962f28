"""A small world by hand, in which everybody sees something else, and a way to ask it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import jwt
import pytest

from muniment.testing.github.made import keys
from muniment.testing.github.server import SimulatedGithub
from muniment.testing.github.world import (
    App,
    AuditEvent,
    BranchRule,
    DeployKey,
    Environment,
    Installation,
    Installed,
    Invitation,
    Membership,
    Organization,
    OrganizationRole,
    Person,
    Repository,
    Ruleset,
    Team,
    Token,
    World,
)

NOW = datetime(2026, 6, 15, 6, tzinfo=UTC)
SECRETS = {
    "owner": "ghp_madeUpOwner",
    "member": "ghp_madeUpMember",
    "scopeless": "ghp_madeUpScopeless",
    "stranger": "ghp_madeUpStranger",
    "fine": "github_pat_madeUpFine",
    "fine-member": "github_pat_madeUpFineMember",
    "expired": "ghp_madeUpExpired",
    "revoked": "ghp_madeUpRevoked",
}
GRANTED = {"metadata": "read", "members": "read", "organization_administration": "read"}


def people() -> list[Person]:
    return [
        Person(id=1, login="ada", name="Ada"),
        Person(id=2, login="ben", two_factor="insecure"),
        Person(id=3, login="cy", two_factor="none"),
        Person(id=4, login="dora", two_factor="none"),
        Person(id=5, login="robot", bot=True),
    ]


def rover() -> Repository:
    return Repository(
        id=201,
        name="rover",
        files={"README.md": "# Rover\n", "docs/map.md": "Here.\n", "docs/deep/sea.md": "Fish.\n"},
        former_names={"buggy"},
        private_reporting=True,
        branch_rules=[BranchRule(pattern="main", reviews=1, status_checks=("tests",))],
        rulesets=[Ruleset(id=9, name="calm", rules=("PULL_REQUEST", "DELETION"), reviews=2)],
        properties={"tier": "gold", "teams": ("red", "blue")},
        admins={4},
        grants={2: "triage"},
        deploy_keys=[DeployKey(id=71, title="publisher", writes=True)],
        environments=[Environment(id=81, name="release", people=(1,), teams=("crew",), self_review=False, wait=5)],
    )


def lunar() -> Organization:
    return Organization(
        id=101,
        login="Lunar",
        name="The Lunar Works",
        former_logins={"luna"},
        plan="enterprise",
        audit=[AuditEvent(id="line-1", at=NOW - timedelta(days=3), action="org.create", by=1)],
        workflow_default="write",
        properties=("tier", "teams"),
        teams=[
            Team(id=31, slug="crew", members={1: "maintainer", 2: "member"}, repositories={"rover": "maintain"}),
            Team(id=32, slug="night", parent="crew", secret=True, members={3: "member"}),
        ],
        roles=[OrganizationRole(id=41, name="security_manager", people={2}, teams={"crew"})],
        invitations=[Invitation(id=51, person=4, by=1), Invitation(id=52, role="reinstate")],
        installed=[Installed(id=61, slug="tester-example", permissions={"contents": "write"}, everywhere=False)],
        rulesets=[Ruleset(id=8, name="no rewriting", repositories=("r*",))],
        members=[
            Membership(person=1, role="owner"),
            Membership(person=2, public=True),
            Membership(person=3),
            Membership(person=5),
        ],
        repositories=[
            rover(),
            Repository(id=202, name="hidden", visibility="PRIVATE", files={"a": "b"}),
            Repository(id=203, name="old", archived_at=NOW - timedelta(days=400)),
        ],
    )


def solar() -> Organization:
    repositories = [
        Repository(id=301, name="sun"),
        Repository(id=302, name="corona", visibility="PRIVATE"),
    ]
    members = [Membership(person=2, role="owner", public=True), Membership(person=1)]
    return Organization(id=102, login="solar", base_permission="none", members=members, repositories=repositories)


def tokens() -> list[Token]:
    return [
        Token(secret=SECRETS["owner"], kind="classic", person=1, scopes=("admin:org", "read:audit_log", "repo")),
        Token(secret=SECRETS["member"], kind="classic", person=2, scopes=("read:org",)),
        Token(secret=SECRETS["scopeless"], kind="classic", person=1),
        Token(secret=SECRETS["stranger"], kind="classic", person=4, scopes=("read:org", "repo")),
        Token(
            secret=SECRETS["fine"],
            kind="fine-grained",
            person=1,
            organization="lunar",
            permissions=GRANTED,
            expires=NOW + timedelta(days=30),
        ),
        Token(
            secret=SECRETS["fine-member"], kind="fine-grained", person=2, organization="lunar", permissions=GRANTED
        ),
        Token(secret=SECRETS["expired"], kind="classic", person=1, expires=NOW),
        Token(secret=SECRETS["revoked"], kind="classic", person=1, revoked=True),
    ]


@pytest.fixture
def world() -> World:
    app = App(
        id=77,
        slug="watcher",
        name="Watcher",
        client_id="Iv1.madeup",
        public_key=keys()[1],
        installations=[Installation(id=501, organization="Lunar", permissions=GRANTED)],
    )
    return World(now=NOW, people=people(), organizations=[lunar(), solar()], tokens=tokens(), apps=[app])


def signed(issuer: object = "77", *, now: datetime = NOW, lasts: timedelta = timedelta(minutes=9)) -> str:
    """An App's word."""
    claims: dict[str, Any] = {"iss": issuer, "iat": now - timedelta(seconds=60), "exp": now + lasts}
    return jwt.encode(claims, keys()[0], algorithm="RS256")


class Client:
    """Asks one simulated GitHub as whoever is named."""

    def __init__(self, github: SimulatedGithub) -> None:
        self.github = github
        self._http = httpx2.Client(base_url=github.api, timeout=5)
        self._secrets = dict(SECRETS)

    def secret(self, who: str) -> str:
        """A secret; an App's and an installation's are got once."""
        if who == "app" and who not in self._secrets:
            self._secrets[who] = signed()
        if who == "installation" and who not in self._secrets:
            token = self._http.post("/app/installations/501/access_tokens", headers=_bearer(self.secret("app")))
            self._secrets[who] = str(token.json()["token"])
        return self._secrets[who]

    def get(self, path: str, who: str = "", **headers: str) -> httpx2.Response:
        given = _bearer(self.secret(who)) if who else {}
        return self._http.get(path, headers={**given, **{k.replace("_", "-"): v for k, v in headers.items()}})

    def send(self, method: str, path: str, who: str = "", json: object = None) -> httpx2.Response:
        return self._http.request(method, path, json=json, headers=_bearer(self.secret(who)) if who else {})

    def query(
        self, document: str, variables: Mapping[str, object] | None = None, who: str = "owner"
    ) -> httpx2.Response:
        return self.send("POST", "/graphql", who, {"query": document, "variables": dict(variables or {})})

    def close(self) -> None:
        self._http.close()


def _bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


Serve = Callable[..., Client]


@pytest.fixture
def serve(world: World) -> Iterator[Serve]:
    """Starts servers of the world, with the faults and limits given, and stops them after the test."""
    running: list[tuple[SimulatedGithub, Client]] = []

    def start(**settings: Any) -> Client:
        github = SimulatedGithub(world, **settings)
        github.__enter__()
        client = Client(github)
        running.append((github, client))
        return client

    yield start
    for github, client in running:
        client.close()
        github.__exit__(None, None, None)


@pytest.fixture
def github(serve: Serve) -> Client:
    return serve()
