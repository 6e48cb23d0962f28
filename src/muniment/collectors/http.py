"""Asks over HTTP and never trusts the answer: only reads, bounded time and size, no silent cuts, no secret told."""

from __future__ import annotations

import asyncio
import base64
import logging
import re
import ssl
import zlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import Protocol
from urllib.parse import urljoin, urlsplit, urlunsplit
from weakref import WeakKeyDictionary

import httpx2
import msgspec
from msgspec import Struct

from muniment.collectors.addresses import scrubbed
from muniment.collectors.github_app import Send
from muniment.collectors.meter import Meter, Use
from muniment.collectors.plain_query import refuse_all_but_a_query
from muniment.collectors.retrying import Done, Limits, Stop, Wait, after, graphql_cost
from muniment.collectors.secrecy import Secret, Unavailable, hidden, holds
from muniment.model.errors import UsageError
from muniment.model.text import plain
from muniment.ports import Answer

__all__ = ["Credentials", "Limits", "NoAnswer", "Offline", "Recall", "Remember", "Web", "trust"]

Recall = Callable[[str, str], tuple[Mapping[str, str], bytes] | None]
Remember = Callable[[str, str, datetime, Mapping[str, str], bytes], None]
API_VERSION = "2022-11-28"
"""GitHub's REST API version that is asked for, unless a collector asks for another."""

_KEPT_HEADERS = ("content-type", "etag", "last-modified")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_TOKENS = re.compile(r"/app/installations/\d{1,18}/access_tokens", re.ASCII)
_VERSION = "x-github-api-version"


_Keeping = AsyncGenerator[httpx2.AsyncClient, None]


class NoAnswer(Exception):
    """One try failed; ``again``: another one may not. ``host``: it is the host that is not there."""

    def __init__(self, why: str, *, again: bool, host: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.again = again
        self.host = host


class Credentials(Protocol):
    """The credentials at hand, by name. Fulfilled by ``credentials.Ring``."""

    async def header(self, name: str, send: Send) -> Secret:
        """The Authorization header of a credential; ``Unavailable`` says why there is none."""
        ...

    def fingerprint(self, name: str) -> str:
        """What tells a credential from another and gives nothing of it away; empty: there is none of that name."""
        ...

    def secrets(self) -> tuple[Secret, ...]:
        """Everything that must not be shown, tokens that were only lent included."""
        ...


class Nobody:
    """No credential at all."""

    async def header(self, name: str, send: Send) -> Secret:
        """None."""
        raise Unavailable(f"no credential {name} is at hand", 0)

    def fingerprint(self, name: str) -> str:
        """None."""
        return ""

    def secrets(self) -> tuple[Secret, ...]:
        """None."""
        return ()


class Call(Struct, frozen=True):
    """One thing to ask. ``content``: it is a POST; ``word``: with this header in place of a credential's."""

    url: str
    accept: str
    credential: str = ""
    headers: Mapping[str, str] = {}
    content: bytes | None = None
    github: bool = False
    query: bool = False
    word: Secret | None = None

    @property
    def limited_as(self) -> str:
        """Whose rate limit it counts in; empty: a host's that is not GitHub."""
        return self.credential or ("nobody" if self.github else "")


class Web:
    """Fulfils ``ports.Io`` over a network.

    Only reads are sent: GET, GraphQL queries, and the one POST by which a GitHub App gets its token of an hour.

    Args:
        now: the time, in UTC.
        sleep: waits for some seconds.
        jitter: a random number in [0, 1); pauses are spread by it so that many askers do not meet.
        limits: the bounds.
        authorization: the Authorization header for an address, or nothing (``Addresses.authorization``).
        recall: an earlier answer's validators and body by address and credential (``Store.recall``).
        remember: keeps an answer that came with a validator (``Store.remember``).
        trust: which certificates are trusted (``trust`` of this module).
        github: the base address of GitHub's REST API; credentials by name go there and to ``graphql`` alone.
        graphql: the address of GitHub's GraphQL API.
        credentials: those at hand, by name.
    """

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = lambda: 1.0,
        limits: Limits | None = None,
        authorization: Callable[[str], str] = lambda url: "",
        recall: Recall = lambda url, credential: None,
        remember: Remember = lambda url, credential, at, headers, body: None,
        trust: ssl.SSLContext | None = None,
        github: str = "",
        graphql: str = "",
        credentials: Credentials | None = None,
    ) -> None:
        self._now = now
        self._sleep = sleep
        self._jitter = jitter
        self._limits = limits or Limits()
        self._authorization = authorization
        self._recall = recall
        self._remember = remember
        self._trust = trust
        self._github = github
        self._graphql = graphql
        self._credentials = credentials or Nobody()
        self.meter = Meter()
        _silence()
        self._unanswered: dict[str, int] = {}
        self._held: dict[str, datetime] = {}
        self._barred: dict[str, tuple[int, str]] = {}
        self._gates: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, asyncio.Semaphore]]
        self._gates = WeakKeyDictionary()
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, tuple[_Keeping, httpx2.AsyncClient]]
        self._clients = WeakKeyDictionary()

    async def get(
        self, url: str, *, accept: str = "application/json", credential: str = "", headers: Mapping[str, str] = {}
    ) -> Answer:
        """The answer to one GET; never raises for what the network or the server does.

        ``headers`` may hold GitHub's own (``x-github-…``) alone, else ``ValueError``.
        """
        return await self._ask(Call(url, accept, credential, _own(headers)))

    async def query(
        self, url: str, document: str, variables: Mapping[str, object], *, credential: str = ""
    ) -> Answer:
        """The answer to one GraphQL query, as ``get``'s; ``ValueError`` if the document is not a plain query.

        It is never kept, and asked of GitHub's GraphQL address alone.
        """
        refuse_all_but_a_query(document)
        content = msgspec.json.encode({"query": document, "variables": dict(variables)})
        headers = {"content-type": "application/json"}
        return await self._ask(Call(url, "application/json", credential, headers, content, query=True))

    async def _ask(self, call: Call) -> Answer:
        clean = _without_userinfo(call.url)
        if clean is None:
            refused = Answer(scrubbed(call.url), 0, self._now(), detail="this is not an http or https address")
            return self._shown(call, refused)
        call = msgspec.structs.replace(call, url=clean, github=self._is_github(clean))
        refusal = self._refusal(call)
        if refusal:
            return self._shown(call, Answer(clean, 0, self._now(), detail=refusal))
        host = urlsplit(clean).netloc
        async with self._gate(host):
            if self._unanswered.get(host, 0) >= self._limits.given_up:
                why = f"not asked: the host left {self._limits.given_up} requests in a row unanswered"
                return self._shown(call, Answer(clean, 0, self._now(), detail=why))
            answer, there = await self._persist(call, 1 if host in self._unanswered else self._limits.tries)
            if there:
                self._unanswered.pop(host, None)
            else:
                self._unanswered[host] = self._unanswered.get(host, 0) + 1
            return self._shown(call, answer)

    def _refusal(self, call: Call) -> str:
        """Why something is not asked at all; empty: it may be."""
        if call.query and call.url != self._graphql:
            return "not asked: this is not GitHub's GraphQL address"
        if not call.credential:
            return ""
        if not call.github:
            return f"not asked: the credential {call.credential} goes to GitHub alone"
        if urlsplit(call.url).scheme != "https" and urlsplit(call.url).hostname not in _LOOPBACK:
            return f"not asked: the credential {call.credential} does not go over a line that anybody can read"
        if not self._credentials.fingerprint(call.credential):
            return f"not asked: no credential {call.credential} is at hand"
        return ""

    def _is_github(self, url: str) -> bool:
        own = {_origin(base) for base in (self._github, self._graphql) if base}
        return _origin(url) in own

    def _gate(self, host: str) -> asyncio.Semaphore:
        gates = self._gates.setdefault(asyncio.get_running_loop(), {})
        return gates.setdefault(host, asyncio.Semaphore(self._limits.at_once))

    async def _persist(self, call: Call, tries: int) -> tuple[Answer, bool]:
        """Ask until there is an answer or no try is left; also, whether the host was there at the last."""
        limits = self._limits
        there = True
        began = self._now()
        waited = 0.0  # for the end of a rate limit
        held = 0.0  # for one that another request met
        answer = Answer(call.url, 0, began, detail="not asked")
        for nth in range(1, tries + 1):
            held += await self._wait_while_held(call)
            barred = self._barred.get(call.limited_as)
            if barred:
                return Answer(call.url, barred[0], self._now(), detail=barred[1]), True
            try:
                authorization = await self._authorized(call)
            except Unavailable as fault:
                return self._without_token(call, fault), True
            at = self._now()
            left = limits.all_seconds + waited + held - (at - began).total_seconds()
            seconds = min(limits.try_seconds, left)
            pause: float | None = None
            there = True
            try:
                async with asyncio.timeout(seconds):
                    answer = await self._once(call, at, authorization)
                step = after(
                    answer.status,
                    answer.headers,
                    answer.body,
                    self._now(),
                    nth=nth,
                    graphql=call.query,
                    patience=limits.longest_reset - waited,
                )
                if isinstance(step, Done):
                    return self._stands(call, answer), True
                if isinstance(step, Wait) and step.limited and nth == tries and step.seconds is not None:
                    step = Stop(self._now() + timedelta(seconds=step.seconds))
                if isinstance(step, Stop):
                    return self._stopped(call, answer, step.until), True
                answer = _said(answer, f"answered {answer.status}", nth)
                if step.limited and step.seconds is not None:
                    waited += step.seconds
                    await self._hold(call, step.seconds)
                    continue
                pause = step.seconds
            except TimeoutError:
                answer, there = _said(Answer(call.url, 0, at), f"timed out after {seconds:g} s", nth), False
            except NoAnswer as fault:
                answer, there = _said(Answer(call.url, 0, at), fault.why, nth), not fault.host
                if not fault.again:
                    return answer, there
            if nth == tries:
                break
            if pause is None:
                pause = self._pause(nth)
            spent = (self._now() - began).total_seconds() - waited - held
            if spent + pause >= limits.all_seconds:
                return _said(answer, f"{answer.detail}; the next try would have been too late", 1), there
            await self._sleep(pause)
        return answer, there

    def _pause(self, nth: int) -> float:
        longest = min(self._limits.longest_pause, self._limits.first_pause * 2.0 ** (nth - 1))
        return longest * (0.5 + self._jitter() / 2)

    # ------------------------------------------------------------ rate limits and refusals

    async def _hold(self, call: Call, seconds: float) -> None:
        """Wait for the end of a limit, and let everything else that counts in it wait as well."""
        who = call.limited_as
        if who:
            self._held[who] = max(self._held.get(who, self._now()), self._now() + timedelta(seconds=seconds))
            await self._wait_while_held(call)
        else:
            await self._sleep(seconds)

    async def _wait_while_held(self, call: Call) -> float:
        """Wait for the end of a limit that was met before; how many seconds it took."""
        began = self._now()
        while (until := self._held.get(call.limited_as)) is not None and until > (now := self._now()):
            await self._sleep((until - now) / timedelta(seconds=1))
        return (self._now() - began).total_seconds()

    def _stopped(self, call: Call, answer: Answer, until: datetime) -> Answer:
        """The answer where a limit ends too late. The credential is not asked again; other hosts may be."""
        if not call.limited_as:
            why = f"answered {answer.status}; the next try would have been too late"
        else:
            day = "" if until.date() == self._now().date() else f"{until:%Y-%m-%d} "
            why = f"rate limit of {call.limited_as} until {day}{until:%H:%M} UTC"
            self._barred[call.limited_as] = (429, why)
        return Answer(answer.url, 429, answer.at, answer.headers, answer.body, why)

    def _stands(self, call: Call, answer: Answer) -> Answer:
        if answer.status == 401 and call.credential:
            why = f"credential {call.credential} is refused"
            self._barred[call.credential] = (401, why)
            return _said(answer, why, 1)
        return answer

    def _without_token(self, call: Call, fault: Unavailable) -> Answer:
        if fault.status == 401:
            self._barred[call.credential] = (401, fault.why)
        return Answer(call.url, fault.status, self._now(), detail=fault.why)

    # ------------------------------------------------------------ credentials

    async def _authorized(self, call: Call) -> Secret:
        """The Authorization header; empty: ask as anybody would."""
        if call.word is not None:
            return call.word
        if call.credential:
            return await self._credentials.header(call.credential, self._send)
        return Secret(self._authorization(call.url))

    async def _send(self, path: str, word: Secret, rights: Mapping[str, str] | None) -> Answer:
        """Ask GitHub about an App itself; with ``rights``, for a token that may read, and nothing else.

        ``ValueError`` for every other POST and every other right.
        """
        content = None
        if rights is not None:
            if not _TOKENS.fullmatch(path) or not rights or set(rights.values()) != {"read"}:
                raise ValueError("only a token that reads is asked for")
            content = msgspec.json.encode({"permissions": dict(rights)})
        headers = {_VERSION: API_VERSION}
        if content is not None:
            headers["content-type"] = "application/json"
        url = self._github + path
        call = Call(url, "application/json", "", headers, content, github=True, word=word)
        answer, _ = await self._persist(call, self._limits.tries)
        return answer

    def _shown(self, call: Call, answer: Answer) -> Answer:
        """The answer as a collector gets it: no secret in its address, its headers or its words."""
        secrets = self._secrets(Secret(self._authorization(answer.url)))
        headers = {
            name: hidden(value, secrets) for name, value in answer.headers.items() if name == hidden(name, secrets)
        }
        detail = hidden(plain(hidden(answer.detail, secrets), 300), secrets)
        return Answer(
            hidden(answer.url, secrets), answer.status, answer.at, headers, answer.body, detail, answer.question
        )

    def _secrets(self, authorization: Secret) -> tuple[Secret, ...]:
        return (*self._credentials.secrets(), *_parts(authorization))

    def _kept_as(self, call: Call, authorization: Secret) -> str:
        """Under whose name an answer is kept: one credential's answers confirm no other's."""
        version = call.headers.get(_VERSION, "")
        if call.credential:
            return f"{self._credentials.fingerprint(call.credential)}|{version}"
        who = "configured" if authorization.reveal() else "anonymous"
        return f"{who}|{version}" if version else who

    # ------------------------------------------------------------ one try

    async def _once(self, call: Call, at: datetime, authorization: Secret) -> Answer:
        headers = {"accept": call.accept, "accept-encoding": "gzip", "user-agent": "muniment", **call.headers}
        if call.github:
            headers.setdefault(_VERSION, API_VERSION)
            call = msgspec.structs.replace(call, headers=headers)
        key = self._kept_as(call, authorization)
        known = self._recall(call.url, key) if call.content is None and call.word is None else None
        if known is not None:
            headers |= _conditions(known[0])
        try:
            status, got, body = await self._follow(call, headers, authorization)
        except httpx2.TimeoutException:
            raise NoAnswer(f"timed out after {self._limits.try_seconds:g} s", again=True, host=True) from None
        except httpx2.RemoteProtocolError as fault:
            raise NoAnswer(_reason("the answer broke off", fault), again=True) from None
        except (httpx2.TransportError, OSError) as fault:
            raise NoAnswer(_reason("no connection", fault), again=True, host=True) from None
        except (httpx2.InvalidURL, httpx2.HTTPError, ValueError) as fault:
            raise NoAnswer(_reason("the exchange failed", fault), again=False) from None
        if status == 304:
            if known is None:
                raise NoAnswer("answered 304 though nothing was kept", again=False)
            return Answer(call.url, 200, at, {**known[0], **got}, known[1])
        if status == 200 and ("etag" in got or "last-modified" in got):
            self._keep(call, key, at, got, body, authorization)
        return Answer(call.url, status, at, got, body)

    def _keep(
        self, call: Call, key: str, at: datetime, got: Mapping[str, str], body: bytes, authorization: Secret
    ) -> None:
        """Keep an answer for a conditional request, unless it repeats a secret."""
        if call.content is not None or call.word is not None:
            return
        kept = {name: got[name] for name in _KEPT_HEADERS if name in got}
        secrets = self._secrets(authorization)
        if not any(
            holds(data, secrets) for data in (body, call.url.encode(), *(v.encode() for v in kept.values()))
        ):
            self._remember(call.url, key, at, kept, body)

    async def _follow(
        self, call: Call, headers: Mapping[str, str], authorization: Secret
    ) -> tuple[int, dict[str, str], bytes]:
        """Ask, following redirects within the origin alone: a credential never goes elsewhere."""
        here = call.url
        client = await self._client()
        for _ in range(self._limits.redirects + 1):
            sent = dict(headers)
            if authorization.reveal():
                sent["authorization"] = authorization.reveal()
            self._count(call, Use("", requests=1))
            method = "GET" if call.content is None else "POST"
            async with client.stream(method, here, headers=sent, content=call.content) as response:
                got = {name.lower(): value for name, value in response.headers.items()}
                if response.status_code not in _REDIRECTS:
                    body = await self._body(response)
                    self._price(call, response.status_code, body)
                    return response.status_code, got, body
                self._price(call, response.status_code, b"")
                if call.content is not None:
                    raise NoAnswer("redirected, which is not followed with a question in hand", again=False)
                here = _next_place(here, got.get("location", ""))
        raise NoAnswer(f"redirected more than {self._limits.redirects} times", again=False)

    def _price(self, call: Call, status: int, body: bytes) -> None:
        if status == 304:
            self._count(call, Use("", not_modified=1))
        elif call.query:
            cost = graphql_cost(body)
            self._count(call, Use("", graphql_points=int(status == 200) if cost is None else cost))
        elif call.github:
            self._count(call, Use("", points=1))

    def _count(self, call: Call, use: Use) -> None:
        who = call.credential if call.word is None else "app"
        self.meter.count(msgspec.structs.replace(use, host=urlsplit(call.url).netloc, credential=who))

    async def _client(self) -> httpx2.AsyncClient:
        """One client for each event loop, so that a thousand requests do not shake a thousand hands."""
        loop = asyncio.get_running_loop()
        if loop not in self._clients:
            keeping = self._keeping()
            self._clients[loop] = (keeping, await anext(keeping))
        return self._clients[loop][1]

    async def _keeping(self) -> _Keeping:
        """Holds a client open; the loop closes its generators when it ends, and with this one the client."""
        limits = httpx2.Limits(max_connections=None, max_keepalive_connections=20, keepalive_expiry=4.0)
        client = httpx2.AsyncClient(
            verify=self._trust if self._trust is not None else True,
            timeout=self._limits.try_seconds,
            limits=limits,
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),  # what one asker is given, none takes on
        )
        try:
            yield client
        finally:
            self._clients.pop(asyncio.get_running_loop(), None)
            await client.aclose()

    async def _body(self, response: httpx2.Response) -> bytes:
        """The whole body, decoded, or ``NoAnswer``: it is too big, cut short, or not in the coding stated."""
        limit = self._limits.body_bytes
        coding = response.headers.get("content-encoding", "identity").strip().lower()
        if coding not in ("identity", "", "gzip", "x-gzip"):
            raise NoAnswer("answered in a content coding that was not asked for", again=False)
        zipped = zlib.decompressobj(zlib.MAX_WBITS | 16) if coding.endswith("gzip") else None
        body = bytearray()
        async for piece in response.aiter_raw():
            if zipped is not None:
                try:
                    piece = zipped.decompress(piece, limit - len(body) + 1)
                except zlib.error:
                    raise NoAnswer("the compressed answer is damaged", again=True) from None
            body += piece
            if len(body) > limit:
                raise NoAnswer(f"answered more than {limit} bytes", again=False)
        if zipped is not None and not zipped.eof:
            raise NoAnswer("the compressed answer broke off", again=True)
        return bytes(body)


class Offline:
    """Fulfils ``ports.Io`` without a network: nothing is asked."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now

    async def get(
        self, url: str, *, accept: str = "application/json", credential: str = "", headers: Mapping[str, str] = {}
    ) -> Answer:
        """No answer, and why."""
        return Answer(_without_userinfo(url) or scrubbed(url), 0, self._now(), detail="offline")

    async def query(
        self, url: str, document: str, variables: Mapping[str, object], *, credential: str = ""
    ) -> Answer:
        """No answer, and why."""
        refuse_all_but_a_query(document)
        return await self.get(url)


def trust(certificates: str = "") -> ssl.SSLContext:
    """What TLS trusts: the system's certificates (or ``SSL_CERT_FILE``), and pip's own beside them.

    ``certificates`` is a file or a folder; ``UsageError`` if it cannot be read as one.
    """
    context = httpx2.create_ssl_context()
    if certificates:
        folder = Path(certificates).is_dir()
        try:
            context.load_verify_locations(**{"capath" if folder else "cafile": certificates})
        except OSError as fault:
            raise UsageError(
                f"the certificates that pip is configured for cannot be read: {fault.strerror or fault.args[-1]}",
                hint="pip config list shows cert; PIP_CERT overrides it",
            ) from None
    return context


def _without_userinfo(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return None
        return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment=""))
    except ValueError:
        return None


def _next_place(here: str, location: str) -> str:
    try:
        there = urlsplit(urljoin(here, location))
        same = (there.scheme, there.netloc) == urlsplit(here)[:2]
    except ValueError:
        same = False
    if not location or not same:
        raise NoAnswer("redirected to another place, which was not followed", again=False)
    return urlunsplit(there)


def _conditions(kept: Mapping[str, str]) -> dict[str, str]:
    asked = {}
    if "etag" in kept:
        asked["if-none-match"] = kept["etag"]
    if "last-modified" in kept:
        asked["if-modified-since"] = kept["last-modified"]
    return asked


def _said(answer: Answer, why: str, times: int) -> Answer:
    tail = f", {times} times" if times > 1 else ""
    return Answer(answer.url, answer.status, answer.at, answer.headers, answer.body, why + tail)


def _reason(what: str, fault: Exception) -> str:
    told = scrubbed(str(fault)).strip()  # cut only once no secret is in it: half a secret is not known as one
    return f"{what}: {told}" if told else what


def _own(headers: Mapping[str, str]) -> dict[str, str]:
    """GitHub's own headers; ``ValueError`` for others, by which a request could become another one."""
    own = {name.lower(): value for name, value in headers.items()}
    if odd := sorted(name for name in own if not name.startswith("x-github-")):
        raise ValueError(f"a collector does not set the header {odd[0]}")
    return own


def _origin(url: str) -> tuple[str, str, int | None] | None:
    """Scheme, host and port, as the client that sends reads them; ``None``: it is no address."""
    try:
        there = httpx2.URL(url)
        if (there.scheme, there.host) != (urlsplit(url).scheme, urlsplit(url).hostname):
            return None
    except (httpx2.InvalidURL, ValueError):
        return None
    port = there.port or {"http": 80, "https": 443}.get(there.scheme)
    return there.scheme, there.host, port


def _parts(authorization: Secret) -> tuple[Secret, ...]:
    """A header, and what stands in it: a token, or a password in its wrapping."""
    kind, _, word = authorization.reveal().partition(" ")
    found = [word]
    if kind.lower() == "basic":
        with suppress(ValueError):
            found.append(base64.b64decode(word, validate=True).decode().partition(":")[2])
    return tuple(Secret(part) for part in found if part)


class _Quiet(logging.Filter):
    """Stops what is below a warning: debugging logs repeat headers, and a hostile redirect repeats a password."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.WARNING


_quiet = _Quiet()


def _silence() -> None:
    """Whatever level a log is set to afterwards."""
    for part in ("", ".connection", ".http11", ".http2", ".proxy", ".socks"):
        logging.getLogger("httpcore2" + part).addFilter(_quiet)
    logging.getLogger("httpx2").addFilter(_quiet)
