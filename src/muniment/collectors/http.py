"""Asks over HTTP and never trusts the answer: one retry policy, bounded time and size, no silent cuts."""

from __future__ import annotations

import asyncio
import logging
import re
import ssl
import zlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit, urlunsplit
from weakref import WeakKeyDictionary

import httpx2
from msgspec import Struct

from muniment.collectors.addresses import scrubbed
from muniment.model.errors import UsageError
from muniment.model.text import plain
from muniment.ports import Answer

Recall = Callable[[str, str], tuple[Mapping[str, str], bytes] | None]
Remember = Callable[[str, str, datetime, Mapping[str, str], bytes], None]

AGAIN = frozenset({429, 500, 502, 503, 504})
"""The statuses that are worth another try."""

_KEPT_HEADERS = ("content-type", "etag", "last-modified")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Limits(Struct, frozen=True, kw_only=True):
    """The bounds on asking. Times in seconds, sizes in bytes of the decoded body.

    ``tries`` is how often one address is asked at most, ``try_seconds`` how long one try may take from the
    first byte to the last, ``all_seconds`` how long all tries and pauses together, ``at_once`` how many
    requests one host is sent at a time. A host that leaves a request unanswered is asked but once about the
    next ones, and after ``given_up`` of them in a row not at all.
    """

    tries: int = 4
    try_seconds: float = 30.0
    all_seconds: float = 90.0
    first_pause: float = 0.5
    longest_pause: float = 60.0
    body_bytes: int = 64 * 2**20
    at_once: int = 4
    given_up: int = 4
    redirects: int = 5


class NoAnswer(Exception):
    """One try failed; ``again``: another one may not. ``host``: it is the host that is not there."""

    def __init__(self, why: str, *, again: bool, host: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.again = again
        self.host = host


class Web:
    """Fulfils ``ports.Io`` over a network.

    Args:
        now: the time, in UTC.
        sleep: waits for some seconds.
        jitter: a random number in [0, 1); pauses are spread by it so that many askers do not meet.
        limits: the bounds.
        authorization: the Authorization header for an address, or nothing (``Addresses.authorization``).
        recall: an earlier answer's validators and body by address and credential (``Store.recall``).
        remember: keeps an answer that came with a validator (``Store.remember``).
        trust: which certificates are trusted (``trust`` of this module).
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
    ) -> None:
        self._now = now
        self._sleep = sleep
        self._jitter = jitter
        self._limits = limits or Limits()
        self._authorization = authorization
        self._recall = recall
        self._remember = remember
        self._trust = trust
        # Its debugging log repeats answers' headers, and a hostile redirect repeats a password.
        logging.getLogger("httpcore2").setLevel(logging.INFO)
        self._unanswered: dict[str, int] = {}
        self._gates: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, asyncio.Semaphore]]
        self._gates = WeakKeyDictionary()

    async def get(
        self, url: str, *, accept: str = "application/json", credential: str = "", headers: Mapping[str, str] = {}
    ) -> Answer:
        """The answer to one GET; never raises for what the network or the server does."""
        return await self._ask(url, accept)

    async def query(
        self, url: str, document: str, variables: Mapping[str, object], *, credential: str = ""
    ) -> Answer:
        """Refused: no credential is at hand, and GraphQL is not asked without one."""
        return Answer(scrubbed(url), 0, self._now(), detail="no credential at hand")

    async def _ask(self, url: str, accept: str) -> Answer:
        clean = _without_userinfo(url)
        if clean is None:
            return Answer(scrubbed(url), 0, self._now(), detail="this is not an http or https address")
        host = urlsplit(clean).netloc
        async with self._gate(host):
            if self._unanswered.get(host, 0) >= self._limits.given_up:
                why = f"not asked: the host left {self._limits.given_up} requests in a row unanswered"
                return Answer(clean, 0, self._now(), detail=why)
            answer, there = await self._persist(
                clean, accept, 1 if host in self._unanswered else self._limits.tries
            )
            if there:
                self._unanswered.pop(host, None)
            else:
                self._unanswered[host] = self._unanswered.get(host, 0) + 1
            return answer

    def _gate(self, host: str) -> asyncio.Semaphore:
        gates = self._gates.setdefault(asyncio.get_running_loop(), {})
        return gates.setdefault(host, asyncio.Semaphore(self._limits.at_once))

    async def _persist(self, url: str, accept: str, tries: int) -> tuple[Answer, bool]:
        """Ask until there is an answer or no try is left; also, whether the host was there at the last."""
        limits = self._limits
        there = True
        began = self._now()
        answer = Answer(url, 0, began, detail="not asked")
        for nth in range(1, tries + 1):
            at = self._now()
            left = limits.all_seconds - (at - began).total_seconds()
            seconds = min(limits.try_seconds, left)
            asked: float | None = None
            there = True
            try:
                async with asyncio.timeout(seconds):
                    answer = await self._once(url, accept, at)
                if answer.status not in AGAIN:
                    return answer, True
                asked = _asked_to_wait(answer.headers.get("retry-after", ""), self._now())
                answer = _said(answer, f"answered {answer.status}", nth)
            except TimeoutError:
                answer, there = _said(Answer(url, 0, at), f"timed out after {seconds:g} s", nth), False
            except NoAnswer as fault:
                answer, there = _said(Answer(url, 0, at), fault.why, nth), not fault.host
                if not fault.again:
                    return answer, there
            if nth == tries:
                break
            pause = self._pause(nth) if asked is None else asked
            spent = (self._now() - began).total_seconds()
            if spent + pause >= limits.all_seconds:
                return _said(answer, f"{answer.detail}; the next try would have been too late", 1), there
            await self._sleep(pause)
        return answer, there

    def _pause(self, nth: int) -> float:
        longest = min(self._limits.longest_pause, self._limits.first_pause * 2.0 ** (nth - 1))
        return longest * (0.5 + self._jitter() / 2)

    async def _once(self, url: str, accept: str, at: datetime) -> Answer:
        authorization = self._authorization(url)
        credential = "configured" if authorization else "anonymous"
        known = self._recall(url, credential)
        headers = {"accept": accept, "accept-encoding": "gzip", "user-agent": "muniment"}
        if authorization:
            headers["authorization"] = authorization
        if known is not None:
            headers |= _conditions(known[0])
        try:
            status, got, body = await self._follow(url, headers)
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
            return Answer(url, 200, at, {**known[0], **got}, known[1])
        if status == 200 and ("etag" in got or "last-modified" in got):
            kept = {name: got[name] for name in _KEPT_HEADERS if name in got}
            self._remember(url, credential, at, kept, body)
        return Answer(url, status, at, got, body)

    async def _follow(self, url: str, headers: Mapping[str, str]) -> tuple[int, dict[str, str], bytes]:
        """Ask, following redirects within the origin alone: a credential never goes elsewhere."""
        here = url
        async with httpx2.AsyncClient(
            verify=self._trust if self._trust is not None else True,
            timeout=self._limits.try_seconds,
            follow_redirects=False,
        ) as client:
            for _ in range(self._limits.redirects + 1):
                async with client.stream("GET", here, headers=dict(headers)) as response:
                    got = {name.lower(): value for name, value in response.headers.items()}
                    if response.status_code not in _REDIRECTS:
                        return response.status_code, got, await self._body(response)
                    here = _next_place(here, got.get("location", ""))
        raise NoAnswer(f"redirected more than {self._limits.redirects} times", again=False)

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


def _asked_to_wait(value: str, now: datetime) -> float | None:
    """``Retry-After`` in seconds from now, written as seconds or as a date; ``None``: not or wrongly stated."""
    value = value.strip()
    if re.fullmatch(r"\d{1,9}", value, re.ASCII):
        return float(value)
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - now) / timedelta(seconds=1))


def _said(answer: Answer, why: str, times: int) -> Answer:
    tail = f", {times} times" if times > 1 else ""
    return Answer(answer.url, answer.status, answer.at, answer.headers, answer.body, why + tail)


def _reason(what: str, fault: Exception) -> str:
    told = plain(scrubbed(str(fault)), 200).strip()
    return f"{what}: {told}" if told else what
