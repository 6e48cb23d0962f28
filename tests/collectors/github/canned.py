"""Answers of GitHub made by hand, and something that gives them as a network would. Not live."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from muniment.collectors.addresses import Addresses, addresses
from muniment.collectors.github import collector
from muniment.evidence.kind import decoder, kinds
from muniment.model.observation import Batch
from muniment.ports import Answer, Key

AT = datetime(2026, 6, 15, 6, tzinfo=UTC)
API = "https://api.github.com"
SCOPE = "github:org/callisto"
ADA = Key("ada", "classic", "$GH_TOKEN")
OWNER_SCOPES = "admin:org, repo"


def at_hand(*keys: Key) -> Addresses:
    return replace(addresses("https://index.example/simple", "https://npm.example"), keys=keys)


def blob(text: str) -> dict[str, Any]:
    return {"text": text, "isTruncated": False, "byteSize": len(text.encode())}


def repository(number: int, name: str, **changes: Any) -> dict[str, Any]:
    """A public repository's node, as an owner gets it: nothing set, nothing there."""
    node: dict[str, Any] = {
        "databaseId": number,
        "nameWithOwner": f"Callisto/{name}",
        "visibility": "PUBLIC",
        "description": None,
        "homepageUrl": "",
        "isArchived": False,
        "archivedAt": None,
        "isFork": False,
        "isEmpty": False,
        "viewerCanAdminister": True,
        "defaultBranchRef": {
            "name": "main",
            "branchProtectionRule": None,
            "refUpdateRule": None,
            "rules": {"totalCount": 0, "nodes": []},
        },
        "rulesets": {"totalCount": 0, "nodes": []},
        "isSecurityPolicyEnabled": False,
        "securityPolicyUrl": None,
        "policyAtRoot": None,
        "policyInGithub": None,
        "policyInDocs": None,
        "pyproject": None,
        "setupCfg": None,
        "setupPy": None,
        "packageJson": None,
    }
    return node | changes


def member(number: int, login: str, role: str | None = "MEMBER") -> dict[str, Any]:
    return {"role": role, "node": {"databaseId": number, "login": login}}


def page(
    nodes: Sequence[Any], *, field: str = "nodes", total: int | None = None, cursor: str = ""
) -> dict[str, Any]:
    return {
        "totalCount": len(nodes) if total is None else total,
        "pageInfo": {"hasNextPage": bool(cursor), "endCursor": cursor or None},
        field: list(nodes),
    }


class Callisto:
    """An organization that answers. A test changes what it holds, or what one question is answered with.

    ``instead`` takes a question's name (``Organization``, ``/user`` …) and gives an answer to use in its place.
    """

    def __init__(self) -> None:
        self.scopes = OWNER_SCOPES
        self.member = True
        self.owner = True
        self.repositories: list[dict[str, Any]] = [repository(1, "Lodestar"), repository(2, "quill")]
        self.private: list[dict[str, Any]] = []
        self.members = [member(11, "ada", "ADMIN"), member(12, "grace")]
        self.defaults: dict[str, Any] | None = None
        self.settings: Any = {
            "login": "Callisto",
            "id": 7,
            "two_factor_requirement_enabled": True,
            "default_repository_permission": "read",
            "members_can_create_public_repositories": True,
        }
        self.workflow: Any = {"default_workflow_permissions": "read", "can_approve_pull_request_reviews": False}
        self.properties: Any = []
        self.alone: dict[str, dict[str, Any]] = {}
        self.known = True
        self.errors: list[dict[str, Any]] = []
        self.instead: Callable[[str, Mapping[str, object]], Answer | None] = lambda question, variables: None
        self.asked: list[tuple[str, str]] = []

    async def get(
        self, url: str, *, accept: str = "application/json", credential: str = "", headers: Mapping[str, str] = {}
    ) -> Answer:
        path = url.removeprefix(API)
        self.asked.append((path, credential))
        other = self.instead(path, {})
        if other is not None:
            return other
        match path.partition("?")[0]:
            case "/user":
                return answer({"login": "ada", "type": "User"}, headers={"x-oauth-scopes": self.scopes})
            case "/orgs/callisto" if self.known:
                return answer(self.settings)
            case "/orgs/callisto/actions/permissions/workflow":
                return answer(self.workflow)
            case "/orgs/callisto/properties/values":
                return answer(self.properties)
        return answer({"message": "Not Found"}, status=404)

    async def query(
        self, url: str, document: str, variables: Mapping[str, object], *, credential: str = ""
    ) -> Answer:
        question = next(word.partition("(")[0] for word in document.split("query ", 1)[1].split())
        self.asked.append((question, credential))
        other = self.instead(question, variables)
        return other if other is not None else answer({"data": self.data(question, variables), **self.wrong()})

    def wrong(self) -> dict[str, Any]:
        return {"errors": self.errors} if self.errors else {}

    def data(self, question: str, variables: Mapping[str, object]) -> Any:
        face = {"databaseId": 7, "login": "Callisto", "name": "Callisto", "websiteUrl": None, "archivedAt": None}
        match question:
            case "Standing":
                stands = {"login": "Callisto", "viewerIsAMember": self.member, "viewerCanAdminister": self.owner}
                return {name: copy.deepcopy(stands) for name in variables if name != "roles"}
            case "Organization" | "Repositories" if self.known:
                held: dict[str, Any] = {"repositories": page(self.repositories)}
                if variables.get("opening", True):
                    held["defaults"] = self.defaults
                if question == "Organization":
                    held |= {**face, "membersWithRole": page(self.members, field="edges")}
                return {"organization": copy.deepcopy(held)}
            case "Organization" | "Repositories":
                self.errors = [{"type": "NOT_FOUND", "path": ["organization"], "message": "Could not resolve"}]
                return {"organization": None}
            case "PrivateRepositories":
                return {"organization": {"repositories": page(self.private)}}
            case "Repository":
                found = self.alone.get(str(variables["name"]))
                if found is None:
                    self.errors = [{"type": "NOT_FOUND", "path": ["repository"], "message": "Could not resolve"}]
                return {"repository": found, "defaults": self.defaults}
        raise AssertionError(question)


def answer(body: Any, *, status: int = 200, headers: Mapping[str, str] = {}, at: datetime = AT) -> Answer:
    return Answer("", status, at, headers, body if isinstance(body, bytes) else msgspec.json.encode(body))


def read(world: Callisto, scope: str = SCOPE, *keys: Key) -> dict[tuple[str, str], Batch]:
    """The batches of one look, by scope and kind."""
    made = collector(at_hand(*(keys or (ADA,))))
    batches = made.parse(asyncio.run(made.fetch(scope, world)))
    found = {(b.cell.scope, b.cell.kind): b for b in batches}
    assert len(found) == len(batches)
    return found


def facts(batch: Batch) -> list[Any]:
    return [decoder(kinds()[batch.cell.kind]).decode(item.payload) for item in batch.items]
