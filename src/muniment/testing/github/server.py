"""Serves the simulated GitHub on a loopback port, in a thread of its own.

with SimulatedGithub(world) as github:
    run_something(github.api)
    assert not github.writes
    print(github.points)
"""

from __future__ import annotations

import asyncio
import hashlib
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

import msgspec
import uvicorn
from graphql import GraphQLError, OperationDefinitionNode, OperationType, parse
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from muniment.testing.github import (
    auditing,  # noqa: F401 - its handlers are there once it is imported
    graphql,
    pushing,  # noqa: F401 - likewise
    rest,
    rest_access,  # noqa: F401 - likewise
)
from muniment.testing.github.description import VERSIONS, load
from muniment.testing.github.faults import Fault, Scene, Schedule, Striking, Wire
from muniment.testing.github.prompt import PromptServer
from muniment.testing.github.rest import Reply, error
from muniment.testing.github.schema import load as load_schema
from muniment.testing.github.sight import Refusal, Viewer, viewer
from muniment.testing.github.world import World

LIMITS: Mapping[str, int] = {"core": 5_000, "graphql": 5_000, "anonymous": 60}
"""The points of an hour: of REST, of GraphQL, and of REST for a stranger."""

HOUR = timedelta(hours=1)
TOKENS = "/access_tokens"
UNKEPT = frozenset({"authorization", "cookie"})


class Served(Struct, frozen=True, kw_only=True):
    """A request and what came of it.

    ``path`` is as it was sent, without the query; ``headers`` have lower-case names, and none that holds a secret.
    ``kind`` is the credential's and ``who`` its person's login or App's slug. ``status`` 0: the connection was
    dropped. ``points`` are REST's or GraphQL's, by ``path``. ``fault`` is what befell it. ``question`` is the same
    when the same is asked again.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes
    status: int
    kind: str
    who: str
    points: int
    fault: str = ""
    question: str = ""

    @property
    def is_graphql(self) -> bool:
        """True for a question to GraphQL."""
        return self.path == "/graphql"

    @property
    def is_write(self) -> bool:
        """True for all but reading, and asking for an App's token."""
        if self.is_graphql:
            return _mutates(self.body)
        return self.method not in ("GET", "HEAD") and not (self.method == "POST" and self.path.endswith(TOKENS))


class Points(Struct, frozen=True):
    """What requests took from the hours' allowances."""

    rest: int
    graphql: int


class _Allowance(Struct):
    """One resource of one viewer: how much is used of this hour's."""

    limit: int
    resets: datetime
    used: int = 0

    @property
    def remaining(self) -> int:
        return max(0, self.limit - self.used)

    def body(self) -> dict[str, int]:
        reset = int(self.resets.timestamp())
        return {"limit": self.limit, "used": self.used, "remaining": self.remaining, "reset": reset}

    def headers(self, resource: str) -> dict[str, str]:
        return {f"x-ratelimit-{name}": str(value) for name, value in self.body().items()} | {
            "x-ratelimit-resource": resource
        }


PAGED = frozenset({"page", "per_page", "after", "before", "cursor"})
"""What asks for a page of a list, and not for another list."""


class _Incoming(Struct, frozen=True, kw_only=True):
    """A request, read off the wire."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes

    @property
    def question(self) -> str:
        """What makes it the same request when it comes again."""
        asked = "&".join(f"{k}={v}" for k, v in self.query)
        return f"{self.method} {self.path}?{asked} {hashlib.blake2b(self.body, digest_size=8).hexdigest()}"

    @property
    def whole(self) -> str:
        """What makes it another page of the same list: by another filter it is another list."""
        if self.path == "/graphql":
            return f"{self.method} {self.path} {_question(self.body).get('query', '')}"
        return f"{self.method} {self.path} {[(k, v) for k, v in self.query if k not in PAGED]}"


class SimulatedGithub:
    """GitHub, made of a world, on 127.0.0.1.

    ``faults`` say what goes wrong. ``clock`` tells the time of the simulated GitHub; without one it stands still
    at ``world.now``. ``limits`` replace some of ``LIMITS``. ``port`` 0 is any that is free. Leaving it raises
    ``AssertionError`` if an answer of its own did not fit GitHub's description: then the simulation is wrong, and
    so is what was tested on it.
    """

    def __init__(
        self,
        world: World,
        *,
        faults: Sequence[Schedule] = (),
        clock: Callable[[], datetime] | None = None,
        limits: Mapping[str, int] | None = None,
        port: int = 0,
    ) -> None:
        self.world = world
        self.requests: list[Served] = []
        self.misfits: list[str] = []
        self._striking = Striking(faults)
        self._clock = clock
        self._limits = {**LIMITS, **(limits or {})}
        self._allowances: dict[tuple[str, str], _Allowance] = {}
        self._before: dict[str, Wire] = {}
        self._port = port
        self._base = ""
        self._server: PromptServer | None = None
        self._thread: threading.Thread | None = None
        self._socket: socket.socket | None = None

    @property
    def api(self) -> str:
        """Its address, as for ``$GITHUB_API_URL``."""
        return self._base

    @property
    def graphql(self) -> str:
        """Where it answers GraphQL."""
        return f"{self._base}/graphql"

    @property
    def points(self) -> Points:
        """What all requests have taken so far."""
        served = tuple(self.requests)
        return Points(
            rest=sum(s.points for s in served if not s.is_graphql),
            graphql=sum(s.points for s in served if s.is_graphql),
        )

    @property
    def writes(self) -> tuple[Served, ...]:
        """The requests that wanted to change something. They were refused."""
        return tuple(served for served in self.requests if served.is_write)

    def __enter__(self) -> Self:
        load_schema()
        # By its protocol's name, or asyncio does not know it for TCP and small answers wait 40 ms for company.
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        if self._port:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", self._port))
        self._base = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        settings = uvicorn.Config(
            self._serve,
            http="h11",
            loop="asyncio",
            ws="none",
            interface="asgi3",
            proxy_headers=False,
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            date_header=True,
        )
        self._server = PromptServer(settings)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, name="simulated-github", daemon=True
        )
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise RuntimeError("the simulated GitHub did not start")
            self._thread.join(0.005)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None and self._thread is not None:
            self._server.stop()
            self._thread.join(10)
        if self._socket is not None:
            self._socket.close()
        if self.misfits and raised is None:
            raise AssertionError("the simulated GitHub misbehaved: " + "; ".join(self.misfits))

    # ---------------------------------------------------------------- one request

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        incoming = await _read(scope, receive)
        if self._clock is not None:
            self.world.now = self._clock()
        fault = self._striking.next(incoming.path, incoming.question)
        try:
            wire = self._answered(incoming, fault)
        except Exception as broken:
            self.misfits.append(f"{incoming.method} {incoming.path}: {broken!r}")
            wire = _written(error(500, "The simulated GitHub failed."), {})
        if wire.delay:
            await self._wait(wire.delay)
        response = Response(wire.body, wire.status, dict(wire.headers))
        await (_cut_off(response, send) if wire.dropped else response(scope, receive, send))

    async def _wait(self, seconds: float) -> None:
        """Let a time pass, or the server stop."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + seconds
        while loop.time() < ends and self._server is not None and not self._server.should_exit:
            await asyncio.sleep(min(0.05, max(0.0, ends - loop.time())))

    def _answered(self, incoming: _Incoming, fault: Fault | None) -> Wire:
        seen = viewer(self.world, incoming.headers.get("authorization"))
        wire, points = self._truth(incoming, seen)
        document = str(_question(incoming.body).get("query", "")) if incoming.path == "/graphql" else ""
        whole = f"{incoming.headers.get('authorization', '')} {incoming.whole}"
        before, self._before[whole] = self._before.get(whole), wire
        if fault is not None:
            scene = Scene(
                method=incoming.method,
                path=incoming.path,
                document=document,
                now=self.world.now,
                described=load(_version(incoming)),
                true=wire,
                before=before,
                asked_etag=incoming.headers.get("if-none-match", ""),
            )
            wire = fault.change(scene)
        self._log(incoming, seen, wire, points, fault)
        return wire

    def _log(
        self, incoming: _Incoming, seen: Viewer | Refusal, wire: Wire, points: int, fault: Fault | None
    ) -> None:
        self.requests.append(
            Served(
                method=incoming.method,
                path=incoming.path,
                query=incoming.query,
                headers={k: v for k, v in incoming.headers.items() if k not in UNKEPT},
                body=incoming.body,
                status=0 if wire.dropped else wire.status,
                kind=seen.kind if isinstance(seen, Viewer) else "refused",
                who=_who(seen),
                points=points,
                fault=fault.name if fault else "",
                question=incoming.question,
            )
        )

    def _truth(self, incoming: _Incoming, seen: Viewer | Refusal) -> tuple[Wire, int]:
        """The answer that nothing befalls, and the points it takes."""
        version = incoming.headers.get("x-github-api-version", VERSIONS[0])
        common = {"X-GitHub-Media-Type": "github.v3; format=json", "X-GitHub-Api-Version-Selected": version}
        if not incoming.headers.get("user-agent"):
            refused = (
                "Request forbidden by administrative rules. Please make sure your request has a User-Agent header"
            )
            return _written(error(403, refused), common), 0
        if version not in VERSIONS:
            return _written(error(400, f"{version} is not a version of this API that is supported."), {}), 0
        if isinstance(seen, Refusal):
            return _written(error(seen.status, seen.message), common), 0
        common |= _credential_headers(seen)
        if incoming.path == "/graphql":
            return self._graphql(incoming, seen, common)
        return self._rest(incoming, seen, version, common)

    # ---------------------------------------------------------------- REST

    def _rest(self, incoming: _Incoming, seen: Viewer, version: str, common: Mapping[str, str]) -> tuple[Wire, int]:
        allowance = self._allowance(seen, "core")
        free = incoming.path == "/rate_limit"
        if not free and allowance.remaining == 0:
            who = f"user ID {seen.person.id}" if seen.person else "127.0.0.1"
            refused = error(403, f"API rate limit exceeded for {who}.", "https://docs.github.com/rest/rate-limit")
            return _written(refused, {**common, **allowance.headers("core")}), 0
        reply = self._reply(incoming, seen, version)
        body = b"" if reply.body is None else msgspec.json.encode(reply.body)
        etag = _etag(seen.credential, reply.headers.get("Link", ""), body)
        headers = {**common, **reply.headers}
        if reply.status == 200:
            headers |= {"ETag": etag, "Cache-Control": "private, max-age=60, s-maxage=60"}
        known = reply.status == 200 and incoming.headers.get("if-none-match", "") == etag
        points = 0 if free or (known and seen.kind != "anonymous") else 1
        allowance.used += points
        headers |= allowance.headers("core")
        if known:
            return Wire(304, {k: v for k, v in headers.items() if k != "Link"}), points
        return _written(reply, headers, body), points

    def _reply(self, incoming: _Incoming, seen: Viewer, version: str) -> Reply:
        """The answer of the handlers, held to the description before it goes out."""
        described = load(version)
        method = "GET" if incoming.method == "HEAD" else incoming.method
        if method != "GET" and not (method == "POST" and incoming.path.endswith(TOKENS)):
            return error(405, "This simulated GitHub changes nothing.")
        matched = described.match(method, incoming.path)
        if matched is None:
            return error(404, "Not Found")
        ask = rest.Ask(
            world=self.world,
            viewer=seen,
            matched=matched,
            path=incoming.path,
            query=incoming.query,
            base=self._base,
            version=version,
            body=_json(incoming.body),
            allowances={name: self._allowance(seen, name).body() for name in ("core", "graphql")},
        )
        reply = rest.answer(ask)
        self.misfits += described.check_response(method, incoming.path, reply.status, reply.body)
        return reply

    # ---------------------------------------------------------------- GraphQL

    def _graphql(self, incoming: _Incoming, seen: Viewer, common: Mapping[str, str]) -> tuple[Wire, int]:
        if incoming.method != "POST":
            return _written(error(404, "Not Found"), common), 0
        if seen.kind in ("anonymous", "app"):
            return _written(error(401, "This endpoint requires you to be authenticated."), common), 0
        asked = _json(incoming.body)
        if not isinstance(asked, dict) or not isinstance(asked.get("query"), str):
            return _written(error(400, "Problems parsing JSON"), common), 0
        variables = asked.get("variables") or {}
        price = graphql.cost(asked["query"], variables, asked.get("operationName"))
        points = price.points if price else 1
        allowance = self._allowance(seen, "graphql")
        if allowance.remaining < points:
            body: object = {
                "errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded for this account."}]
            }
            return _written(Reply(200, body), {**common, **allowance.headers("graphql")}), 0
        body = graphql.execute(
            self.world,
            seen,
            asked["query"],
            variables,
            base=self._base,
            operation=asked.get("operationName"),
            used=allowance.used,
            limit=allowance.limit,
            resets=allowance.resets,
        )
        allowance.used += points
        return _written(Reply(200, body), {**common, **allowance.headers("graphql")}), points

    def _allowance(self, seen: Viewer, resource: str) -> _Allowance:
        """A viewer's allowance of this hour. A person's tokens share one, as do an App's of an installation."""
        limit = self._limits["anonymous" if seen.kind == "anonymous" else resource]
        key = (_holder(seen), resource)
        found = self._allowances.get(key)
        if found is None or found.resets <= self.world.now:
            found = self._allowances[key] = _Allowance(limit=limit, resets=self.world.now + HOUR)
        return found


def _holder(seen: Viewer) -> str:
    """Who has one allowance for everything."""
    if seen.person is not None:
        return f"person {seen.person.id}"
    if seen.installation is not None:
        return f"installation {seen.installation.id}"
    return f"app {seen.app.id}" if seen.app else "stranger"


def _who(seen: Viewer | Refusal) -> str:
    if isinstance(seen, Refusal):
        return ""
    if seen.person is not None:
        return seen.person.login
    return seen.app.slug if seen.app else ""


def _credential_headers(seen: Viewer) -> dict[str, str]:
    """What GitHub tells of the credential that was used."""
    headers = {}
    if seen.kind == "classic":
        headers["X-OAuth-Scopes"] = ", ".join(seen.scopes)
    if seen.expires is not None:
        headers["github-authentication-token-expiration"] = seen.expires.strftime("%Y-%m-%d %H:%M:%S UTC")
    return headers


def _etag(credential: str, *parts: str | bytes) -> str:
    """GitHub's ETags are bound to the token: the same body has another one for somebody else."""
    digest = hashlib.sha256(credential.encode())
    for part in parts:
        digest.update(b"\0" + (part.encode() if isinstance(part, str) else part))
    return f'W/"{digest.hexdigest()}"'


def _version(incoming: _Incoming) -> str:
    asked = incoming.headers.get("x-github-api-version", VERSIONS[0])
    return asked if asked in VERSIONS else VERSIONS[0]


def _json(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body) if body else None
    except msgspec.DecodeError:
        return None


def _question(body: bytes) -> Mapping[str, Any]:
    found = _json(body)
    return found if isinstance(found, dict) else {}


def _mutates(body: bytes) -> bool:
    """True for a document with anything but queries in it."""
    try:
        read = parse(str(_question(body).get("query", "")))
    except GraphQLError:
        return False
    kinds = {d.operation for d in read.definitions if isinstance(d, OperationDefinitionNode)}
    return bool(kinds - {OperationType.QUERY})


def _written(reply: Reply, headers: Mapping[str, str], body: bytes | None = None) -> Wire:
    if body is None:
        body = b"" if reply.body is None else msgspec.json.encode(reply.body)
    own = {"Content-Type": "application/json; charset=utf-8"} if body else {}
    return Wire(reply.status, {**own, **headers, **reply.headers}, body)


async def _read(scope: Scope, receive: Receive) -> _Incoming:
    request = Request(scope, receive)
    return _Incoming(
        method=request.method,
        path=scope["raw_path"].decode("ascii"),
        query=tuple(request.query_params.multi_items()),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=await request.body(),
    )


async def _cut_off(response: Response, send: Send) -> None:
    """Begin an answer, and leave in the middle of it: the server then closes the connection."""
    promised = max(len(response.body), 2)
    headers = [(k, v) for k, v in response.raw_headers if k != b"content-length"]
    headers.append((b"content-length", str(promised).encode()))
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": bytes(response.body[: promised // 2]), "more_body": True})
