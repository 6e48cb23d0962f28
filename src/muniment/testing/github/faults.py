"""Everything that goes wrong with GitHub, as values that a test aims at requests.

A fault takes the true answer and gives another one, or none. ``FAULTS`` has each by its name::

    SimulatedGithub(world, faults=[Aim(FAULTS["bad-gateway"], path="/graphql", nth=2, times=1)])
    SimulatedGithub(world, faults=[Chance(tuple(FAULTS.values()), share=0.05, seed=7)])

Those whose source is GitHub's documentation are written from it and have not been compared with a live answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime
from fnmatch import fnmatchcase
from typing import Any

import msgspec
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    is_leaf_type,
    is_non_null_type,
    parse,
)
from msgspec import Struct

from muniment.testing.github.description import Description
from muniment.testing.github.schema import load as schema

SECONDARY = (
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. "
    "If you reach out to GitHub Support for help, please include the request ID 0000:0000:000000:000000:00000000."
)
PRIMARY = "API rate limit exceeded for user ID 1."
_LIMITS = "GitHub's documentation of rate limits"
DOCUMENTED = "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api"


class Wire(Struct, frozen=True):
    """An answer as it goes out. ``delay`` is in seconds; ``dropped``: the connection ends in the middle of it."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    delay: float = 0
    dropped: bool = False


class Scene(Struct, frozen=True, kw_only=True):
    """What a fault knows: the request, the true answer, and the one before it to the same question's other page.

    ``document`` is the text of a GraphQL query, empty for REST. ``now`` is the simulated GitHub's time.
    """

    method: str
    path: str
    document: str
    now: datetime
    described: Description
    true: Wire
    before: Wire | None = None
    asked_etag: str = ""


class Fault(Struct, frozen=True):
    """Something that goes wrong. ``source`` says where it is known from."""

    name: str
    source: str
    change: Callable[[Scene], Wire]


class Aim(Struct, frozen=True, kw_only=True):
    """A fault at some of the requests whose path fits a pattern (``/orgs/*/members``; ``*`` crosses slashes).

    It begins with the ``nth`` of them, counted from one, and goes on for ``times`` (0: for ever). With ``question``
    (``Served.question``) it is at one question alone, whenever that is asked.
    """

    fault: Fault
    path: str = "*"
    nth: int = 1
    times: int = 0
    question: str = ""

    def strikes(self, path: str, question: str, matched: int, occurrence: int) -> Fault | None:
        """The fault, if it befalls the ``matched``-th request that fits the pattern."""
        if matched < self.nth or (self.times and matched >= self.nth + self.times):
            return None
        return self.fault if self.question in ("", question) else None


class Chance(Struct, frozen=True, kw_only=True):
    """Faults at random: a ``share`` of the requests gets one of them. The same seed strikes the same requests.

    What a request is does not hang on when it comes, but on its question and how often that was asked before.
    """

    faults: tuple[Fault, ...]
    share: float
    seed: int
    path: str = "*"

    def strikes(self, path: str, question: str, matched: int, occurrence: int) -> Fault | None:
        """The fault that befalls the ``occurrence``-th asking of a question, if one does."""
        digest = hashlib.blake2b(f"{self.seed}\0{question}\0{occurrence}".encode(), digest_size=16).digest()
        if int.from_bytes(digest[:8]) >= self.share * 2**64:
            return None
        return self.faults[int.from_bytes(digest[8:]) % len(self.faults)]


Schedule = Aim | Chance


class Striking:
    """Keeps count of the requests and tells which of them a fault befalls."""

    def __init__(self, schedules: Sequence[Schedule]) -> None:
        self._schedules = tuple(schedules)
        self._matched = [0] * len(self._schedules)
        self._asked: dict[str, int] = {}

    def next(self, path: str, question: str) -> Fault | None:
        """The fault that befalls the next request, the first that is aimed at it."""
        occurrence = self._asked[question] = self._asked.get(question, 0) + 1
        found = None
        for place, schedule in enumerate(self._schedules):
            if fnmatchcase(path, schedule.path):
                self._matched[place] += 1
                found = found or schedule.strikes(path, question, self._matched[place], occurrence)
        return found


# ---------------------------------------------------------------- refusals


def refusal(name: str, source: str, status: int, message: str, headers: Mapping[str, str] | None = None) -> Fault:
    """A fault that is a plain error of GitHub's."""

    def change(scene: Scene) -> Wire:
        body = {"message": message, "documentation_url": DOCUMENTED, "status": str(status)}
        return _json(scene, status, body, headers or {})

    return Fault(name, source, change)


def secondary_limit(status: int, retry_after: str | None) -> Fault:
    """A secondary limit: 403 or 429, with seconds to wait (``Retry-After``) or without a word on them."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    name = f"secondary-limit-{status}" + ("" if retry_after is not None else "-silent")
    source = f"{_LIMITS}: 403 or 429, with Retry-After or without"
    return refusal(name, source, status, SECONDARY, headers)


def primary_limit(status: int = 403, resets_in: timedelta = timedelta(minutes=1)) -> Fault:
    """The allowance is used up until the reset. GraphQL says so with status 200."""

    def change(scene: Scene) -> Wire:
        headers = {
            "x-ratelimit-remaining": "0",
            "x-ratelimit-reset": str(int((scene.now + resets_in).timestamp())),
        }
        body = {"message": PRIMARY, "documentation_url": DOCUMENTED, "status": str(status)}
        return _json(scene, status, body, headers)

    name = "primary-limit" if status == 403 else f"primary-limit-{status}"
    return Fault(name, f"{_LIMITS}: nothing remains until the reset", change)


def _retry_date(scene: Scene) -> Wire:
    """RFC 9110 lets Retry-After be a date too."""
    body = {"message": SECONDARY, "documentation_url": DOCUMENTED, "status": "429"}
    when = format_datetime(scene.now + timedelta(seconds=2), usegmt=True)
    return _json(scene, 429, body, {"Retry-After": when})


def _gateway(status: int) -> Callable[[Scene], Wire]:
    """GitHub's front answers in HTML when what is behind it does not."""

    def change(scene: Scene) -> Wire:
        page = f"<html><head><title>{status}</title></head><body>Unicorn! We had issues.</body></html>"
        return Wire(status, {"Content-Type": "text/html; charset=utf-8"}, page.encode())

    return change


# ---------------------------------------------------------------- answers that are not what they seem


def slow(seconds: float) -> Fault:
    """The true answer, late."""

    def change(scene: Scene) -> Wire:
        return msgspec.structs.replace(scene.true, delay=seconds)

    return Fault("slow", "clients without a timeout, that wait for ever", change)


def _dropped(scene: Scene) -> Wire:
    return msgspec.structs.replace(scene.true, dropped=True)


def _truncated(scene: Scene) -> Wire:
    """A complete HTTP answer whose JSON stops in the middle."""
    return msgspec.structs.replace(scene.true, body=scene.true.body[: len(scene.true.body) * 2 // 3])


def _not_json(scene: Scene) -> Wire:
    """Status 200 and GitHub's own content type, but a page for people."""
    return msgspec.structs.replace(scene.true, body=b"<html><body>Something went wrong.</body></html>")


def _wrong_type(scene: Scene) -> Wire:
    return _headed(scene.true, {"Content-Type": "text/html; charset=utf-8"})


def _etag_lie(scene: Scene) -> Wire:
    """ "Not modified", whether it is or not, and whether or not that was the question."""
    headers = {k: v for k, v in scene.true.headers.items() if k not in ("Content-Type", "Link")}
    return Wire(304, headers | {"ETag": scene.asked_etag or headers.get("ETag", 'W/"made-up"')})


def _null_fields(scene: Scene) -> Wire:
    body = _decoded(scene.true)
    if scene.document:
        return _body(scene.true, _graphql_nulled(scene.document, body, connections=False))
    return _body(scene.true, scene.described.nulled(scene.method, scene.path, scene.true.status, body))


def _null_nodes(scene: Scene) -> Wire:
    if not scene.document:
        return scene.true
    return _body(scene.true, _graphql_nulled(scene.document, _decoded(scene.true), connections=True))


def _vanished(scene: Scene) -> Wire:
    body = _decoded(scene.true)
    if scene.document:
        for connection in _connections(body):
            for name in ("nodes", "edges"):
                if name in connection:
                    connection[name] = []
            connection["pageInfo"] |= {
                k: v for k, v in {"hasNextPage": False, "endCursor": None}.items() if k in connection["pageInfo"]
            }
        return _body(scene.true, body)
    if not isinstance(body, list):
        return scene.true
    headers = {k: v for k, v in scene.true.headers.items() if k != "Link"}
    return _body(msgspec.structs.replace(scene.true, headers=headers), [])


def _repeated(scene: Scene) -> Wire:
    return scene.before or scene.true


# ---------------------------------------------------------------- GraphQL's own


def graphql_errors(
    name: str, source: str, error: Mapping[str, object], *, headers: Mapping[str, str] | None = None
) -> Fault:
    """Status 200, no data, and one error. A REST request gets that too: a body of another shape."""

    def change(scene: Scene) -> Wire:
        return _json(scene, 200, {"data": None, "errors": [dict(error)]}, headers or {})

    return Fault(name, source, change)


def _partial(scene: Scene, error: Mapping[str, object]) -> Wire:
    """The last item of every list of nodes is null, and there are errors that say where."""
    body = _decoded(scene.true)
    if not scene.document or not isinstance(body, dict) or not isinstance(body.get("data"), dict):
        return _json(scene, 200, {"data": None, "errors": [dict(error)]}, {})
    errors = []
    for path, nodes in _lists(body["data"], ()):
        nodes[-1] = None
        errors.append({**error, "path": [*path, len(nodes) - 1]})
    if not errors:
        first = next(iter(body["data"]))
        body["data"][first] = None
        errors = [{**error, "path": [first]}]
    return _body(scene.true, {**body, "errors": errors})


def _timed_out(scene: Scene) -> Wire:
    return _partial(
        scene,
        {"message": "Something went wrong while executing your query. This may be the result of a timeout."},
    )


def _out_of_resources(scene: Scene) -> Wire:
    return _partial(
        scene, {"type": "RESOURCE_LIMITS_EXCEEDED", "message": "Resource limits for this query exceeded."}
    )


# ---------------------------------------------------------------- bodies


def _json(scene: Scene, status: int, body: object, headers: Mapping[str, str]) -> Wire:
    """An error's body under the true answer's own rate-limit headers."""
    kept = {k: v for k, v in scene.true.headers.items() if k.lower().startswith("x-")}
    own = {"Content-Type": "application/json; charset=utf-8", **headers}
    return Wire(status, {**kept, **own}, msgspec.json.encode(body))


def _headed(wire: Wire, headers: Mapping[str, str]) -> Wire:
    return msgspec.structs.replace(wire, headers={**wire.headers, **headers})


def _decoded(wire: Wire) -> Any:
    return msgspec.json.decode(wire.body) if wire.body else None


def _body(wire: Wire, body: object) -> Wire:
    return msgspec.structs.replace(wire, body=b"" if body is None else msgspec.json.encode(body))


def _connections(part: Any) -> Iterator[dict[str, Any]]:
    """Every connection of an answer whose place in its pages was asked for."""
    if isinstance(part, dict):
        if isinstance(part.get("pageInfo"), dict):
            yield part
        for value in part.values():
            yield from _connections(value)
    elif isinstance(part, list):
        for item in part:
            yield from _connections(item)


def _lists(part: Any, path: tuple[object, ...]) -> Iterator[tuple[tuple[object, ...], list[Any]]]:
    """The outermost lists of nodes and edges, with their paths."""
    if not isinstance(part, dict):
        return
    for name, value in part.items():
        if name in ("nodes", "edges") and isinstance(value, list):
            if value:
                yield (*path, name), value
        else:
            yield from _lists(value, (*path, name))


def _graphql_nulled(document: str, body: Any, *, connections: bool) -> Any:
    """A GraphQL answer with what may be null set to null, as far down as there is something to null.

    What the query asks for itself and the lists of nodes stay, unless it is ``connections`` that are nulled:
    then the lists alone are.
    """
    if not isinstance(body, dict) or not isinstance(body.get("data"), dict):
        return body
    definitions = parse(document).definitions
    operation = next(d for d in definitions if isinstance(d, OperationDefinitionNode))
    fragments = {d.name.value: d for d in definitions if isinstance(d, FragmentDefinitionNode)}
    root = schema().query_type
    if root is None:
        return body
    nulling = _Nulling(fragments, connections)
    return {**body, "data": nulling.object(root, [operation.selection_set], body["data"], top=True)}


class _Nulling:
    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode], connections: bool) -> None:
        self._fragments = fragments
        self._connections = connections

    def object(
        self, parent: Any, sets: Sequence[SelectionSetNode], value: Mapping[str, Any], *, top: bool = False
    ) -> dict[str, Any]:
        asked: dict[str, tuple[Any, list[SelectionSetNode]]] = {}
        for selections in sets:
            for owner, field in self._fields(parent, selections):
                name = field.alias.value if field.alias else field.name.value
                if field.name.value.startswith("__"):
                    continue
                kind = owner.fields[field.name.value].type
                below = asked.setdefault(name, (kind, []))[1]
                if field.selection_set:
                    below.append(field.selection_set)
        return {
            name: self._value(name, *asked[name], item, top=top) if name in asked else item
            for name, item in value.items()
        }

    def _value(self, name: str, kind: Any, below: list[SelectionSetNode], value: Any, *, top: bool) -> Any:
        listed = name in ("nodes", "edges")
        nullable = not is_non_null_type(kind) and not top
        if nullable and listed == self._connections:
            return None
        named = get_named_type(kind)
        if is_leaf_type(named) or value is None:
            return value
        if isinstance(value, list):
            return [self.object(named, below, v) if isinstance(v, dict) else v for v in value]
        return self.object(named, below, value)

    def _fields(self, parent: Any, selections: SelectionSetNode) -> Iterator[tuple[Any, FieldNode]]:
        for selection in selections.selections:
            if isinstance(selection, FieldNode):
                if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
                    yield parent, selection
                continue
            fragment: InlineFragmentNode | FragmentDefinitionNode
            if isinstance(selection, FragmentSpreadNode):
                fragment = self._fragments[selection.name.value]
            else:
                assert isinstance(selection, InlineFragmentNode)
                fragment = selection
            condition = fragment.type_condition
            owner = parent if condition is None else schema().type_map[condition.name.value]
            yield from self._fields(owner, fragment.selection_set)


# ---------------------------------------------------------------- all of them

_LIMITED = {"type": "RATE_LIMITED", "code": "graphql_rate_limit", "message": PRIMARY}
_NODES = {
    "type": "MAX_NODE_LIMIT_EXCEEDED",
    "message": "This query requests up to 1,000,000 possible nodes which exceeds the maximum limit of 500,000.",
}
_CLIENTS = "client libraries that give up at it, though it passes"

_ALL = (
    refusal(
        "unauthorized",
        "GitHub's documentation, authentication: a token that is unknown, expired or revoked",
        401,
        "Bad credentials",
    ),
    refusal(
        "forbidden",
        "GitHub's description: 403, where the right is lacking",
        403,
        "Must have admin rights to Repository.",
    ),
    secondary_limit(403, "1"),
    secondary_limit(403, None),
    secondary_limit(429, "1"),
    secondary_limit(429, None),
    Fault("secondary-limit-429-date", "RFC 9110, 10.2.3: Retry-After may be a date", _retry_date),
    primary_limit(),
    primary_limit(429),
    refusal(
        "not-found", "GitHub's description: 404, also where the right to know of it is lacking", 404, "Not Found"
    ),
    refusal(
        "unprocessable", "GitHub's description: 422, as where only owners may filter", 422, "Validation Failed"
    ),
    refusal("too-many-requests", f"{_LIMITS}: 429", 429, "Too Many Requests", {"Retry-After": "1"}),
    refusal("server-error", _CLIENTS, 500, "Server Error"),
    Fault("bad-gateway", _CLIENTS, _gateway(502)),
    Fault("unavailable", _CLIENTS, _gateway(503)),
    Fault("truncated-json", "proxies that end a long answer early", _truncated),
    Fault("not-json", "proxies and sign-in pages that answer in GitHub's place", _not_json),
    Fault("wrong-content-type", "proxies and sign-in pages that answer in GitHub's place", _wrong_type),
    Fault(
        "null-fields",
        "GitHub's description and schema: what may be null; recorded answers have more of it than examples",
        _null_fields,
    ),
    Fault(
        "null-nodes",
        "GitHub's schema: a list of nodes may be null, and is where a part of the answer failed",
        _null_nodes,
    ),
    Fault(
        "vanished-page", "tools that took a failed read for an empty list, and removed teams and members", _vanished
    ),
    Fault("repeated-page", "pages by number, which shift while somebody adds something", _repeated),
    Fault("etag-lie", "caches that kept an ETag across tokens, to which GitHub binds it", _etag_lie),
    slow(30),
    Fault("dropped", "networks", _dropped),
    Fault(
        "graphql-partial", "GitHub's documentation of GraphQL: 200 with errors and what data there is", _timed_out
    ),
    Fault(
        "graphql-resources", "GitHub's documentation of GraphQL: resource limits, since 2025-09", _out_of_resources
    ),
    graphql_errors(
        "graphql-rate-limited",
        "GitHub's documentation of GraphQL: 200 with RATE_LIMITED",
        _LIMITED,
        headers={"x-ratelimit-remaining": "0"},
    ),
    graphql_errors("graphql-node-limit", "GitHub's documentation of GraphQL: 500,000 nodes", _NODES),
)

FAULTS: Mapping[str, Fault] = {fault.name: fault for fault in _ALL}
"""Every fault, by its name."""


def aimed(text: str) -> Aim:
    """A fault and what it is aimed at, as on the command line: ``NAME``, ``NAME@3``, ``NAME@/orgs/*/members``.

    ``NAME@3`` is the third request; a path is every request to it. ``ValueError`` for a name that there is not.
    """
    name, _, target = text.partition("@")
    if name not in FAULTS:
        raise ValueError(f"no fault is called {name}; there are: {', '.join(FAULTS)}")
    fault = FAULTS[name]
    if not target:
        return Aim(fault=fault)
    return Aim(fault=fault, nth=int(target), times=1) if target.isdecimal() else Aim(fault=fault, path=target)
