"""One request and its answer over the wire: bounded in size, complete or none, never led to another place."""

from __future__ import annotations

import asyncio
import logging
import re
import ssl
import zlib
from collections.abc import AsyncGenerator, Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from urllib.parse import urljoin, urlsplit, urlunsplit
from weakref import WeakKeyDictionary

import httpx2
from msgspec import Struct
from msgspec.structs import replace

from muniment.collectors.addresses import scrubbed
from muniment.collectors.meter import Meter, Use
from muniment.collectors.retrying import Limits, graphql_cost
from muniment.model.errors import UsageError
from muniment.model.secrecy import Secret

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LOGS = ("httpx2", *("httpcore2" + part for part in ("", ".connection", ".http11", ".http2", ".proxy", ".socks")))

_Keeping = AsyncGenerator[httpx2.AsyncClient, None]
Got = tuple[int, dict[str, str], bytes]
"""Status, headers by lower-case name, decoded body."""


class NoAnswer(Exception):
    """One try failed; ``again``: another one may not. ``host``: it is the host that is not there."""

    def __init__(self, why: str, *, again: bool, host: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.again = again
        self.host = host


class Call(Struct, frozen=True):
    """One thing to ask, without the secret it is asked with.

    ``content`` makes a POST of it, ``query`` says that this is a GraphQL query. ``github``: it goes to GitHub.
    ``word``: it is sent with this header in place of its credential's own.
    """

    url: str
    accept: str = "application/json"
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

    @property
    def conditional(self) -> bool:
        """True if an earlier answer may be confirmed."""
        return self.content is None and self.word is None


class Wire:
    """Sends what it is given, over one client for each event loop, and counts it."""

    def __init__(self, limits: Limits, trusted: ssl.SSLContext | None) -> None:
        self._limits = limits
        self._trusted = trusted
        self.meter = Meter()
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, tuple[_Keeping, httpx2.AsyncClient]]
        self._clients = WeakKeyDictionary()
        for log in _LOGS:
            logging.getLogger(log).addFilter(_quiet)

    async def exchange(self, call: Call, headers: Mapping[str, str], authorization: Secret) -> Got:
        """One answer, or ``NoAnswer``."""
        try:
            return await self._follow(call, headers, authorization)
        except httpx2.TimeoutException:
            raise NoAnswer(f"timed out after {self._limits.try_seconds:g} s", again=True, host=True) from None
        except httpx2.RemoteProtocolError as fault:
            raise NoAnswer(_reason("the answer broke off", fault), again=True) from None
        except (httpx2.TransportError, OSError) as fault:
            raise NoAnswer(_reason("no connection", fault), again=True, host=True) from None
        except (httpx2.InvalidURL, httpx2.HTTPError, ValueError) as fault:
            raise NoAnswer(_reason("the exchange failed", fault), again=False) from None

    async def _follow(self, call: Call, headers: Mapping[str, str], authorization: Secret) -> Got:
        """Ask, following redirects within the origin alone: a credential never goes elsewhere."""
        here = call.url
        client = await self._client()
        for _ in range(self._limits.redirects + 1):
            sent = dict(headers)
            if authorization:
                sent["authorization"] = authorization.reveal()
            self._count(call, Use("", requests=1))
            method = "GET" if call.content is None else "POST"
            async with client.stream(method, here, headers=sent, content=call.content) as response:
                got = {name.lower(): value for name, value in response.headers.items()}
                led = response.status_code in _REDIRECTS
                body = b"" if led else await self._body(response)
                self._price(call, response.status_code, body)
                if not led:
                    return response.status_code, got, body
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
        self.meter.count(replace(use, host=urlsplit(call.url).netloc, credential=call.credential))

    async def _client(self) -> httpx2.AsyncClient:
        """One client for each event loop, so that a thousand requests do not shake a thousand hands."""
        loop = asyncio.get_running_loop()
        if loop not in self._clients:
            keeping = self._keeping()
            self._clients[loop] = (keeping, await anext(keeping))
        return self._clients[loop][1]

    async def _keeping(self) -> _Keeping:
        """Holds a client open. A loop that ends closes its generators, and with this one the client."""
        # A server that ends idle lines does so after five seconds or more: one older than four is not used again.
        limits = httpx2.Limits(max_connections=None, max_keepalive_connections=20, keepalive_expiry=4.0)
        client = httpx2.AsyncClient(
            verify=self._trusted if self._trusted is not None else True,
            timeout=self._limits.try_seconds,
            limits=limits,
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),  # what one asker is given, no other brings
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
        if zipped is not None and not zipped.eof and (body or response.status_code != 304):
            raise NoAnswer("the compressed answer broke off", again=True)
        return bytes(body)


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


def without_userinfo(url: str) -> str | None:
    """The address without user, password and fragment; ``None``: it is not an http or https address."""
    try:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return None
        return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment=""))
    except ValueError:
        return None


def origin(url: str) -> tuple[str, str, int | None] | None:
    """Scheme, host and port of an address; ``None``: it is none, or may be read in two ways."""
    try:
        there = httpx2.URL(url)  # as the client that sends reads it
        if (there.scheme, there.host) != (urlsplit(url).scheme, urlsplit(url).hostname):
            return None
    except (httpx2.InvalidURL, ValueError):
        return None
    return there.scheme, there.host, there.port or {"http": 80, "https": 443}.get(there.scheme)


def _next_place(here: str, location: str) -> str:
    try:
        there = urlsplit(urljoin(here, location))
        same = (there.scheme, there.netloc) == urlsplit(here)[:2]
    except ValueError:
        same = False
    if not location or not same or origin(urlunsplit(there)) != origin(here):
        raise NoAnswer("redirected to another place, which was not followed", again=False)
    return urlunsplit(there)


def _reason(what: str, fault: Exception) -> str:
    told = scrubbed(re.sub(r"\s+", " ", str(fault))).strip()  # not cut yet: half a secret is not known as one
    return f"{what}: {told}" if told else what


class _Quiet(logging.Filter):
    """Stops what is below a warning: debugging logs repeat headers, and hostile headers repeat secrets."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.WARNING


_quiet = _Quiet()
"""On every log of the client, whatever level that log is set to afterwards."""
