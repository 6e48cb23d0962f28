"""Asks over HTTP and never trusts the answer: only reads are sent, no silent cuts are taken, no secret is told."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import msgspec
from msgspec.structs import replace

from muniment.collectors.addresses import scrubbed
from muniment.collectors.exchange import Call, NoAnswer, Wire, origin, trust, without_userinfo
from muniment.collectors.github_app import Send
from muniment.collectors.meter import Meter
from muniment.collectors.plain_query import refuse_all_but_a_query
from muniment.collectors.retrying import Done, Limits, Stop, Wait, after
from muniment.model.secrecy import Secret, Unavailable, hidden, holds, parts
from muniment.model.text import plain
from muniment.ports import Answer

__all__ = ["Credentials", "Limits", "Offline", "Recall", "Remember", "Web", "trust"]

Recall = Callable[[str, str], tuple[Mapping[str, str], bytes] | None]
Remember = Callable[[str, str, datetime, Mapping[str, str], bytes], None]

API_VERSION = "2022-11-28"
"""GitHub's REST API version that is asked for, unless a collector asks for another."""

_KEPT_HEADERS = ("content-type", "etag", "last-modified", "link")
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_TOKENS = re.compile(r"/app/installations/\d{1,18}/access_tokens", re.ASCII)
_VERSION = "x-github-api-version"


class Credentials(Protocol):
    """The credentials at hand, by name. Fulfilled by ``credentials.Ring``."""

    async def header(self, name: str, send: Send) -> Secret:
        """The Authorization header of a credential; ``Unavailable`` says why there is none."""
        ...

    def fingerprint(self, name: str) -> str:
        """What tells a credential from others and gives nothing of it away; empty: there is none of that name."""
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


class Web:
    """Fulfils ``ports.Io`` over a network.

    Only reads are sent: GET, GraphQL queries, and the one POST by which a GitHub App gets its token of an hour.
    ``meter`` counts what was sent.

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
        api_version: which version of GitHub's REST API is asked for.
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
        api_version: str = API_VERSION,
    ) -> None:
        self._now = now
        self._sleep = sleep
        self._jitter = jitter
        self._limits = limits or Limits()
        self._authorization = authorization
        self._recall = recall
        self._remember = remember
        self._github = github
        self._graphql = graphql
        self._credentials = credentials or Nobody()
        self._api_version = api_version
        self._wire = Wire(self._limits, trust)
        self._unanswered: dict[str, int] = {}
        self._held: dict[str, datetime] = {}
        self._barred: dict[str, tuple[int, str]] = {}
        self._gates: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, asyncio.Semaphore]]
        self._gates = WeakKeyDictionary()

    @property
    def meter(self) -> Meter:
        """What was sent so far."""
        return self._wire.meter

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
        return await self._ask(Call(url, credential=credential, headers=headers, content=content, query=True))

    async def _ask(self, call: Call) -> Answer:
        clean = without_userinfo(call.url)
        if clean is None:
            return self._unasked(replace(call, url=scrubbed(call.url)), "this is not an http or https address")
        call = replace(call, url=clean, github=self._is_github(clean))
        if refusal := self._refusal(call):
            return self._unasked(call, f"not asked: {refusal}")
        host = urlsplit(clean).netloc
        async with self._gate(host):
            if self._unanswered.get(host, 0) >= self._limits.given_up:
                many = self._limits.given_up
                return self._unasked(call, f"not asked: the host left {many} requests in a row unanswered")
            answer, there = await self._persist(call, 1 if host in self._unanswered else self._limits.tries)
            if there:
                self._unanswered.pop(host, None)
            else:
                self._unanswered[host] = self._unanswered.get(host, 0) + 1
            return self._shown(answer)

    def _unasked(self, call: Call, why: str) -> Answer:
        return self._shown(Answer(call.url, 0, self._now(), detail=why))

    def _refusal(self, call: Call) -> str:
        """Why something is not asked at all; empty: it may be."""
        if call.query and call.url != self._graphql:
            return "this is not GitHub's GraphQL address"
        if not call.credential:
            return ""
        if not call.github:
            return f"the credential {call.credential} goes to GitHub alone"
        if urlsplit(call.url).scheme != "https" and urlsplit(call.url).hostname not in _LOOPBACK:
            return f"the credential {call.credential} does not go over a line that anybody can read"
        if not self._credentials.fingerprint(call.credential):
            return f"no credential {call.credential} is at hand"
        return ""

    def _is_github(self, url: str) -> bool:
        here = origin(url)
        return here is not None and here in {origin(base) for base in (self._github, self._graphql) if base}

    def _gate(self, host: str) -> asyncio.Semaphore:
        gates = self._gates.setdefault(asyncio.get_running_loop(), {})
        return gates.setdefault(host, asyncio.Semaphore(self._limits.at_once))

    # ------------------------------------------------------------ trying

    async def _persist(self, call: Call, tries: int) -> tuple[Answer, bool]:
        """Ask until there is an answer or no try is left; also, whether the host was there at the last."""
        limits = self._limits
        there = True
        began = self._now()
        idle = 0.0  # spent on waiting for limits and tokens: it is not held against the host
        waited = 0.0  # of that, for limits that were met here
        answer = Answer(call.url, 0, began, detail="not asked")
        for nth in range(1, tries + 1):
            before = self._now()
            try:
                authorization = await self._admitted(call)
            except Unavailable as fault:
                return self._without(call, fault), True
            at = self._now()
            idle += (at - before).total_seconds()
            seconds = min(limits.try_seconds, limits.all_seconds + idle - (at - began).total_seconds())
            pause: float | None = None
            there = True
            try:
                async with asyncio.timeout(seconds):
                    answer = await self._once(call, at, authorization)
                match self._step(call, answer, nth, tries, limits.longest_reset - waited):
                    case Done():
                        return self._standing(call, answer), True
                    case Stop(until=until):
                        return self._stopped(call, answer, until), True
                    case Wait(seconds=float(asked), limited=True):
                        waited += asked
                        idle += await self._hold(call, asked)
                        continue
                    case Wait(seconds=pause):
                        answer = _said(answer, f"answered {answer.status}", nth)
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
            if (self._now() - began).total_seconds() - idle + pause >= limits.all_seconds:
                return _said(answer, f"{answer.detail}; the next try would have been too late", 1), there
            await self._sleep(pause)
        return answer, there

    def _step(self, call: Call, answer: Answer, nth: int, tries: int, patience: float) -> Done | Wait | Stop:
        """What the policy says; a limit that the last try met is as good as one that ends too late."""
        now = self._now()
        step = after(
            answer.status, answer.headers, answer.body, now, nth=nth, graphql=call.query, patience=patience
        )
        if nth == tries and isinstance(step, Wait) and step.limited and step.seconds is not None:
            return Stop(now + timedelta(seconds=step.seconds))
        return step

    def _pause(self, nth: int) -> float:
        longest = min(self._limits.longest_pause, self._limits.first_pause * 2.0 ** (nth - 1))
        return longest * (0.5 + self._jitter() / 2)

    async def _once(self, call: Call, at: datetime, authorization: Secret) -> Answer:
        headers = {"accept": call.accept, "accept-encoding": "gzip", "user-agent": "muniment", **call.headers}
        if call.github:
            headers.setdefault(_VERSION, self._api_version)
        key = self._kept_as(call, headers, authorization)
        conditional = call.conditional and call.url != f"{self._github}/user"  # its headers tell of the asker
        known = self._recall(call.url, key) if conditional else None
        if known is not None:
            headers |= _conditions(known[0])
        status, got, body = await self._wire.exchange(call, headers, authorization)
        if status == 304:
            if known is None:
                raise NoAnswer("answered 304 though nothing was kept", again=False)
            return Answer(call.url, 200, at, {**known[0], **got}, known[1])
        if status == 200 and conditional and ("etag" in got or "last-modified" in got):
            told = self._secrets(authorization) if call.github else parts(authorization)
            self._keep(call.url, key, at, got, body, told)
        return Answer(call.url, status, at, got, body)

    def _keep(
        self, url: str, key: str, at: datetime, got: Mapping[str, str], body: bytes, secrets: tuple[Secret, ...]
    ) -> None:
        """Keep an answer for a conditional request, unless it repeats a secret."""
        kept = {name: got[name] for name in _KEPT_HEADERS if name in got}
        if not any(holds(data, secrets) for data in (body, *(text.encode() for text in (url, *kept.values())))):
            self._remember(url, key, at, kept, body)

    def _kept_as(self, call: Call, headers: Mapping[str, str], authorization: Secret) -> str:
        """Under whose name an answer is kept: one credential's answers confirm no other's."""
        who = "configured" if authorization else "anonymous"
        if call.credential:
            who = self._credentials.fingerprint(call.credential)
        version = headers.get(_VERSION, "")
        return f"{who}|{version}" if version else who

    # ------------------------------------------------------------ rate limits and refusals

    async def _hold(self, call: Call, seconds: float) -> float:
        """Wait for the end of a limit, and let all else that counts in it wait as well; how long it took."""
        began = self._now()
        who = call.limited_as
        if who:
            self._held[who] = max(self._held.get(who, began), began + timedelta(seconds=seconds))
            await self._wait_while_held(who)
        else:
            await self._sleep(seconds)
        return (self._now() - began).total_seconds()

    async def _wait_while_held(self, who: str) -> None:
        while (until := self._held.get(who)) is not None and until > (now := self._now()):
            await self._sleep((until - now) / timedelta(seconds=1))

    async def _admitted(self, call: Call) -> Secret:
        """The header to ask with (empty: as anybody would), once no limit is in the way; else ``Unavailable``."""
        await self._wait_while_held(call.limited_as)
        if barred := self._barred.get(call.limited_as):
            raise Unavailable(barred[1], barred[0])
        if call.word is not None:
            return call.word
        if call.credential:
            return await self._credentials.header(call.credential, self._send)
        return Secret(self._authorization(call.url))

    def _stopped(self, call: Call, answer: Answer, until: datetime) -> Answer:
        """The answer where a limit ends too late. The credential is not asked again; another host may be."""
        why = f"answered {answer.status}; the next try would have been too late"
        if call.limited_as:
            day = "" if until.date() == self._now().date() else f"{until:%Y-%m-%d} "
            why = f"rate limit of {call.limited_as} until {day}{until:%H:%M} UTC"
            self._barred[call.limited_as] = (429, why)
        return Answer(answer.url, 429, answer.at, answer.headers, answer.body, why)

    def _standing(self, call: Call, answer: Answer) -> Answer:
        if answer.status != 401 or not call.credential:
            return answer
        why = f"credential {call.credential} is refused"
        self._barred[call.credential] = (401, why)
        return _said(answer, why, 1)

    def _without(self, call: Call, fault: Unavailable) -> Answer:
        """The answer where a credential gives no header; refused or limited, it is not asked for again."""
        if fault.status and call.credential:
            self._barred[call.credential] = (fault.status, fault.why)
        return Answer(call.url, fault.status, self._now(), detail=fault.why)

    # ------------------------------------------------------------ secrets

    async def _send(self, name: str, path: str, word: Secret, rights: Mapping[str, str] | None) -> Answer:
        """Ask GitHub about an App itself; with ``rights``, for a token that may read, and nothing else.

        ``ValueError`` for every other POST and every other right.
        """
        headers, content = {}, None
        if rights is not None:
            if not _TOKENS.fullmatch(path) or not rights or set(rights.values()) != {"read"}:
                raise ValueError("only a token that reads is asked for")
            headers, content = {"content-type": "application/json"}, _permissions(rights)
        call = Call(self._github + path, credential=name, headers=headers, content=content, github=True, word=word)
        answer, _ = await self._persist(call, self._limits.tries)
        return answer

    def _shown(self, answer: Answer) -> Answer:
        """The answer as a collector gets it: no secret in its address, its headers or its words."""
        secrets = self._secrets(Secret(self._authorization(answer.url)))
        if not secrets:
            return replace(answer, detail=plain(answer.detail, 300))
        headers = {n: hidden(v, secrets) for n, v in answer.headers.items() if n == hidden(n, secrets)}
        detail = hidden(plain(hidden(answer.detail, secrets), 300), secrets)
        return replace(answer, url=hidden(answer.url, secrets), headers=headers, detail=detail)

    def _secrets(self, authorization: Secret) -> tuple[Secret, ...]:
        return (*self._credentials.secrets(), *parts(authorization))


class Offline:
    """Fulfils ``ports.Io`` without a network: nothing is asked."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now

    async def get(
        self, url: str, *, accept: str = "application/json", credential: str = "", headers: Mapping[str, str] = {}
    ) -> Answer:
        """No answer, and why."""
        return Answer(without_userinfo(url) or scrubbed(url), 0, self._now(), detail="offline")

    async def query(
        self, url: str, document: str, variables: Mapping[str, object], *, credential: str = ""
    ) -> Answer:
        """No answer, and why; ``ValueError`` if the document is not a plain query."""
        refuse_all_but_a_query(document)
        return await self.get(url)


def _permissions(rights: Mapping[str, str]) -> bytes:
    return msgspec.json.encode({"permissions": dict(rights)})


def _conditions(kept: Mapping[str, str]) -> dict[str, str]:
    asked = {}
    if "etag" in kept:
        asked["if-none-match"] = kept["etag"]
    if "last-modified" in kept:
        asked["if-modified-since"] = kept["last-modified"]
    return asked


def _said(answer: Answer, why: str, times: int) -> Answer:
    return replace(answer, detail=f"{why}, {times} times" if times > 1 else why)


def _own(headers: Mapping[str, str]) -> dict[str, str]:
    """GitHub's own headers; ``ValueError`` for others, by which a request could become another one."""
    own = {name.lower(): value for name, value in headers.items()}
    if odd := sorted(name for name in own if not name.startswith("x-github-")):
        raise ValueError(f"a collector does not set the header {odd[0]}")
    return own
