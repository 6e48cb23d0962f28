"""What a public repository says of who was given it: collaborators by name, deploy keys, environments.

A list is read from the page of all repositories; else from a question about this one alone; else, where that can
tell it, from REST.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256

import msgspec
from msgspec import Struct

from muniment.collectors.github import graphql
from muniment.collectors.github.lists import Nested, nested, rows, twice
from muniment.collectors.github.repository import Id
from muniment.collectors.github.rights import lacking
from muniment.collectors.github_access.teams import PERMISSIONS
from muniment.collectors.reading import Missed, Name, told, utc
from muniment.evidence.deploy_key import DeployKey
from muniment.evidence.deployment_environment import DeploymentEnvironment
from muniment.evidence.kind import Evidence
from muniment.evidence.repository_collaborator import RepositoryCollaborator
from muniment.model.observation import Outcome
from muniment.ports import Answer

LISTS: Mapping[str, tuple[str, type[Evidence]]] = {
    "collaborators": ("edges", RepositoryCollaborator),
    "deployKeys": ("nodes", DeployKey),
    "environments": ("nodes", DeploymentEnvironment),
}
"""The lists of a repository: what their items stand under, and what they are facts of."""

BY_REST: Mapping[str, str] = {
    "collaborators": "collaborators",
    "environments": "environments",
    "deployKeys": "keys",
}
"""What REST can tell, too, and the last part of its address."""

SPARED = frozenset({"deployKeys"})
"""What REST is asked for where GraphQL failed over a few repositories, and not where it failed over all of them."""

_REVIEWED = "REQUIRED_REVIEWERS"
_OWN = "Repository"
_BEYOND = {"ADMIN": "admin"}

Facts = tuple[Iterable[Evidence] | Missed, str]


class _User(Struct, rename="camel"):
    database_id: Id
    login: Name


class _Granter(Struct, rename={"type": "__typename"}):
    type: Name


class _Source(Struct, rename="camel"):
    permission: Name
    source: _Granter
    role_name: Name | None = None


class _Given(Struct, rename="camel"):
    node: _User
    permission: Name
    permission_sources: list[_Source]


class _Key(Struct, rename="camel"):
    key: str
    title: str
    read_only: bool
    created_at: datetime


class _RestKey(Struct):
    key: str
    title: str
    read_only: bool
    created_at: datetime | None = None


class _Reviewer(Struct):
    login: Name | None = None
    slug: Name | None = None

    @property
    def name(self) -> str:
        """As the evidence has it: a login, or a team's slug behind ``team:``."""
        return told(self.login, 100) if self.login else told(f"team:{self.slug}", 110) if self.slug else ""


class _Reviewers(Struct, rename="camel"):
    total_count: int
    nodes: list[_Reviewer]


class _Gate(Struct, rename="camel"):
    type: Name
    timeout: int
    reviewers: _Reviewers
    prevent_self_review: bool | None = None


class _Gates(Struct, rename="camel"):
    total_count: int
    nodes: list[_Gate]


class _Environment(Struct, rename="camel"):
    name: Name
    protection_rules: _Gates


class _RestCollaborator(Struct):
    id: Id
    login: Name
    role_name: Name


class _RestReviewer(Struct):
    reviewer: _Reviewer


class _RestGate(Struct):
    type: Name
    wait_timer: int | None = None
    prevent_self_review: bool | None = None
    reviewers: list[_RestReviewer] | None = None


class _RestEnvironment(Struct):
    name: Name
    protection_rules: list[_RestGate]


_GIVEN = msgspec.json.Decoder(_Given)
_KEY = msgspec.json.Decoder(_Key)
_ENVIRONMENT = msgspec.json.Decoder(_Environment)
_REST_COLLABORATOR = msgspec.json.Decoder(_RestCollaborator)
_REST_KEY = msgspec.json.Decoder(_RestKey)
_REST_ENVIRONMENT = msgspec.json.Decoder(_RestEnvironment)


class Told(Struct, frozen=True):
    """All answers about one repository: its node in the list (``None``: it did not come), its own pages, REST's."""

    listed: graphql.Node | None
    alone: tuple[graphql.Node, ...] = ()
    rest: Mapping[str, tuple[Answer, ...]] = {}


def read(told_: Told, name: str, outside: Collection[int] | None) -> Facts:
    """The facts of one of a repository's lists, out of the best answer about it, and why there may be more.

    ``outside`` are the numbers of the organization's outside collaborators, all of them; ``None``: not known.
    """
    best: Facts = (Missed(Outcome.UNREACHABLE, "no answer told of this repository"), "")
    pages = [(told_.listed,)] if told_.listed is not None else []
    for nodes in (*pages, told_.alone):
        if nodes:
            best = _better(best, _of(nested(nodes, name, LISTS[name][0]), name))
    if name in told_.rest and not _whole(best):
        answers = told_.rest[name]
        match name:
            case "collaborators":
                best = _better(best, _by_rest(answers, outside))
            case "deployKeys":
                best = _better(best, _keys_by_rest(answers))
            case _:
                best = _better(best, _environments(answers))
    return best


def _whole(facts: Facts) -> bool:
    return not isinstance(facts[0], Missed) and not facts[1]


def _better(one: Facts, other: Facts) -> Facts:
    """The answer that tells more: a whole one, else one that tells anything, else the later."""
    if _whole(one) or (isinstance(other[0], Missed) and not isinstance(one[0], Missed)):
        return one
    return other


def lacks(node: graphql.Node, name: str) -> bool:
    """True if a list has to be asked for again: it did not come whole, and not for want of a right."""
    found = _of(nested((node,), name, LISTS[name][0]), name)
    if isinstance(found[0], Missed):
        return found[0].outcome is not Outcome.DENIED
    return bool(found[1])


def _of(found: Nested | Missed, name: str) -> Facts:
    if isinstance(found, Missed):
        if found.outcome is Outcome.DENIED:
            return Missed(Outcome.DENIED, f"{found.detail}: it {lacking(LISTS[name][1])}"), ""
        return found, ""
    match name:
        case "collaborators":
            return _collaborators(found)
        case "deployKeys":
            return _keys(found)
        case _:
            return _gated(found)


def _collaborators(found: Nested) -> Facts:
    """Those with a grant of their own. Whoever is listed for another reason alone has none."""
    facts: list[RepositoryCollaborator] = []
    short = dict.fromkeys(filter(None, (found.short,)))
    for node in found.nodes:
        edge = node.part(_GIVEN, "node", "permission", "permissionSources")
        if isinstance(edge, Missed):
            short["some collaborators came without their number, name or grant"] = None
            continue
        own = next((s for s in edge.permission_sources if s.source.type == _OWN), None)
        if own is None:
            continue
        worth = _worth(own, edge.permission)
        if not worth:
            short["of some collaborators GitHub did not tell what their own grant is worth"] = None
            continue
        facts.append(
            RepositoryCollaborator(id=edge.node.database_id, login=told(edge.node.login, 100), permission=worth)
        )
    short.update(dict.fromkeys(filter(None, (twice([fact.id for fact in facts]),))))
    return facts, "; ".join(short)


def _worth(own: _Source, best: str) -> str:
    """What a grant is worth; empty: it was not told.

    GitHub's four words for it do not tell ``maintain`` from ``write``, nor ``triage`` from ``read``. Without the
    role's name they are only told where the most that the person may do is no more than that word.
    """
    name = (own.role_name or "").lower()
    if name in PERMISSIONS.values():
        return name
    if own.permission == "ADMIN":
        return "admin"
    if own.role_name or own.permission == best:
        return PERMISSIONS.get(own.permission, "")
    return ""


def _by_rest(answers: Sequence[Answer], outside: Collection[int] | None) -> Facts:
    """REST's collaborators. It tells the most that each may do, which is their own grant for outsiders alone."""
    found = rows(answers, _REST_COLLABORATOR, RepositoryCollaborator)
    if isinstance(found, Missed):
        return found, ""
    known = outside or ()
    facts = [
        RepositoryCollaborator(id=one.id, login=told(one.login, 100), permission=one.role_name)
        for one in found.items
        if one.id in known and one.role_name in PERMISSIONS.values()
    ]
    left = "" if len(facts) == len(found.items) and found.counted else _MEMBERS
    return facts, "; ".join(filter(None, (found.short, left)))


_MEMBERS = "REST does not tell what members were given by name, and GraphQL did not answer"


def _keys(found: Nested) -> Facts:
    facts: list[DeployKey] = []
    short = dict.fromkeys(filter(None, (found.short,)))
    for node in found.nodes:
        key = node.part(_KEY, "key", "title", "readOnly", "createdAt")
        fact = None if isinstance(key, Missed) else _key(key)
        if fact is None:
            short[_NO_KEY] = None
            continue
        facts.append(fact)
    short.update(dict.fromkeys(filter(None, (twice([fact.id for fact in facts]),))))
    return facts, "; ".join(short)


_NO_KEY = "some deploy keys came without the key or what they may do"


def _keys_by_rest(answers: Sequence[Answer]) -> Facts:
    """REST's deploy keys. An empty list of its has no length that could be held against it."""
    found = rows(answers, _REST_KEY, DeployKey)
    if isinstance(found, Missed):
        return found, ""
    facts = [fact for one in found.items if (fact := _key(one)) is not None]
    lost = "" if len(facts) == len(found.items) else _NO_KEY
    empty = "" if found.counted else "the list came empty, and GitHub did not say how long it is"
    return facts, "; ".join(filter(None, (found.short, lost, empty, twice([fact.id for fact in facts]))))


def _key(one: _Key | _RestKey) -> DeployKey | None:
    """A deploy key by its fingerprint; ``None``: the text is no key."""
    words = one.key.split()
    try:
        blob = b64decode(words[1], validate=True) if len(words) > 1 else b""
    except ValueError:
        return None
    if not blob:
        return None
    fingerprint = b64encode(sha256(blob).digest()).decode().rstrip("=")
    return DeployKey(
        id=f"SHA256:{fingerprint}",
        title=told(one.title, 200),
        writes=not one.read_only,
        created_at=utc(one.created_at) if one.created_at is not None else None,
    )


def _gated(found: Nested) -> Facts:
    facts: list[DeploymentEnvironment] = []
    short = dict.fromkeys(filter(None, (found.short,)))
    for node in found.nodes:
        one = node.part(_ENVIRONMENT, "name", "protectionRules")
        fact = None if isinstance(one, Missed) else _environment(one)
        if fact is None:
            short["some environments came without their name, rules or reviewers"] = None
            continue
        facts.append(fact)
    short.update(dict.fromkeys(filter(None, (twice([fact.name for fact in facts]),))))
    return facts, "; ".join(short)


def _environment(one: _Environment) -> DeploymentEnvironment | None:
    """An environment; ``None`` if its rules or reviewers did not come whole."""
    if one.protection_rules.total_count != len(one.protection_rules.nodes):
        return None
    reviewers: list[str] = []
    self_review, wait = True, 0
    for gate in one.protection_rules.nodes:
        if gate.type == _REVIEWED:
            names = [reviewer.name for reviewer in gate.reviewers.nodes]
            if gate.prevent_self_review is None or "" in names or gate.reviewers.total_count != len(names):
                return None
            reviewers += names
            self_review = not gate.prevent_self_review
        wait = max(wait, gate.timeout)
    return DeploymentEnvironment(
        name=told(one.name, 200), reviewers=tuple(sorted(reviewers)), self_review=self_review, wait=wait
    )


def _environments(answers: Sequence[Answer]) -> Facts:
    """REST's environments."""
    found = rows(answers, _REST_ENVIRONMENT, DeploymentEnvironment, below="environments")
    if isinstance(found, Missed):
        return found, ""
    facts: list[DeploymentEnvironment] = []
    short = dict.fromkeys(filter(None, (found.short,)))
    for one in found.items:
        gates = [gate for gate in one.protection_rules if gate.type == _REVIEWED.lower()]
        names = [reviewer.reviewer.name for gate in gates for reviewer in gate.reviewers or ()]
        if "" in names or any(gate.prevent_self_review is None or gate.reviewers is None for gate in gates):
            short["some environments came without their rules or reviewers"] = None
            continue
        facts.append(
            DeploymentEnvironment(
                name=told(one.name, 200),
                reviewers=tuple(sorted(names)),
                self_review=not any(gate.prevent_self_review for gate in gates),
                wait=max((gate.wait_timer or 0 for gate in one.protection_rules), default=0),
            )
        )
    return facts, "; ".join(short)
