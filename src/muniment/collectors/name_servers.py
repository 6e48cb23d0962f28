"""Asks name servers, and takes only answers to its own question: no answer is never "there is no record".

A question is an address as RFC 4501 writes it, ``dns:callisto.example?type=TXT``, and the answer's body is the
message as it came. Servers that fail or refuse are asked once more, after the others.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit

import dns.asyncquery
import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.resolver
from msgspec import Struct

from muniment.collectors.plain_query import refuse_all_but_a_query
from muniment.collectors.reading import said
from muniment.model.errors import UsageError
from muniment.ports import Answer

VARIABLE = "MUNIMENT_DNS"
PORT = 53
AT_ONCE = 8
PAYLOAD = 1232
"""The bytes that a datagram may have; a longer answer comes over TCP."""

GIVEN_UP = 3
"""The questions in a row that all servers left unanswered, after which none is asked any more."""

_QUESTION = re.compile(r"dns:([A-Za-z0-9_.-]{1,253})\?type=([A-Z]{1,8})", re.ASCII)
_FAILS = frozenset({dns.rcode.SERVFAIL, dns.rcode.REFUSED, dns.rcode.NOTIMP, dns.rcode.FORMERR})


class Server(Struct, frozen=True):
    """A name server by its number, never by a name."""

    host: str
    port: int = PORT


def stated(environ: Mapping[str, str]) -> tuple[Server, ...]:
    """The servers that ``MUNIMENT_DNS`` names (``192.0.2.53, [2001:db8::53]:5353``); none: the system's."""
    return tuple(_server(word) for word in environ.get(VARIABLE, "").replace(",", " ").split())


def _server(word: str) -> Server:
    bare = word if word.count(":") < 2 or word.startswith("[") else f"[{word}]"
    try:
        parts = urlsplit(f"//{bare}")
        return Server(str(ipaddress.ip_address(parts.hostname or "")), parts.port or PORT)
    except ValueError:
        hint = f"{VARIABLE}='192.0.2.53 [2001:db8::53]:5353'"
        raise UsageError(f"{VARIABLE}: a name server is given by its number", hint=hint) from None


def of_the_system() -> tuple[Server, ...]:
    """The servers that the system asks; none: it names none."""
    try:
        found = dns.resolver.Resolver()
    except dns.exception.DNSException:
        return ()
    return tuple(Server(host, found.port) for host in found.nameservers if isinstance(host, str) and _is_ip(host))


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


class NameServers:
    """Fulfils ``ports.Io`` for questions to name servers; everything else is left unasked.

    Args:
        servers: gives the servers, when the first question comes.
        now: the time, in UTC.
        seconds: how long one server has for one answer.
        tries: how often each of them is asked.
    """

    def __init__(
        self,
        servers: Callable[[], Sequence[Server]],
        *,
        now: Callable[[], datetime],
        seconds: float = 3.0,
        tries: int = 2,
    ) -> None:
        self._find = servers
        self._servers: Sequence[Server] | None = None
        self._now = now
        self._seconds = seconds
        self._tries = tries
        self._unanswered = 0
        self._gate: tuple[asyncio.AbstractEventLoop, asyncio.Semaphore] | None = None

    async def get(
        self, url: str, *, accept: str = "application/json", credential: str = "", headers: Mapping[str, str] = {}
    ) -> Answer:
        """The answer to one question; never raises for what the network or a server does."""
        asked = _QUESTION.fullmatch(url)
        if asked is None:
            return Answer("dns:", 0, self._now(), detail="this is no question to a name server")
        async with self._semaphore():
            return await self._ask(url, asked[1], asked[2])

    async def query(
        self, url: str, document: str, variables: Mapping[str, object], *, credential: str = ""
    ) -> Answer:
        """No answer: name servers know no GraphQL; ``ValueError`` if the document is not a plain query."""
        refuse_all_but_a_query(document)
        return Answer("dns:", 0, self._now(), detail="this is no question to a name server")

    def _semaphore(self) -> asyncio.Semaphore:
        loop = asyncio.get_running_loop()
        if self._gate is None or self._gate[0] is not loop:
            self._gate = (loop, asyncio.Semaphore(AT_ONCE))
        return self._gate[1]

    async def _ask(self, url: str, name: str, record: str) -> Answer:
        at = self._now()
        if self._servers is None:
            self._servers = tuple(self._find())
        if not self._servers:
            return Answer(url, 0, at, detail=f"this system names no name server: set {VARIABLE}")
        if self._unanswered >= GIVEN_UP:
            return Answer(url, 0, at, detail=f"not asked: {GIVEN_UP} questions in a row were left unanswered")
        try:
            asked = dns.message.make_query(f"{name}.", record, payload=PAYLOAD, use_edns=0)
        except (dns.exception.DNSException, ValueError):
            return Answer(url, 0, at, detail="this is no name that can be asked for")
        why, failed = "", b""
        for _ in range(self._tries):
            for server in self._servers:
                came = await self._one(asked, server)
                if isinstance(came, str):
                    why = came
                elif came.rcode() in _FAILS:
                    failed = came.wire or b""
                else:
                    self._unanswered = 0
                    return Answer(url, 200, at, body=came.wire or b"")
        if failed:
            self._unanswered = 0
            return Answer(url, 200, at, body=failed)
        self._unanswered += 1
        return Answer(url, 0, at, detail=said(why))

    async def _one(self, asked: dns.message.Message, server: Server) -> dns.message.Message | str:
        """What one server answers, or why it did not. What is no answer to the question is not waited by."""
        try:
            async with asyncio.timeout(2 * self._seconds):
                came, _ = await dns.asyncquery.udp_with_fallback(
                    asked,
                    server.host,
                    timeout=self._seconds,
                    port=server.port,
                    ignore_unexpected=True,
                    ignore_errors=True,
                )
        except (TimeoutError, dns.exception.Timeout):
            return "the name server did not answer in time"
        except (OSError, EOFError):
            return "the name server could not be reached"
        except (dns.exception.DNSException, ValueError):
            return "the name server's answer was none to the question"
        return came
