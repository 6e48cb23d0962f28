"""Second factors as an enterprise tells them of all its organizations at once, asked once of one ``io``.

An enterprise is asked where its list of organizations came in the same run with the token of one of its owners.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import lru_cache
from weakref import WeakKeyDictionary

from msgspec import Struct, field
from msgspec.structs import replace

from muniment.collectors.addresses import Addresses
from muniment.collectors.github import graphql, questions
from muniment.collectors.github.asking import too_much
from muniment.collectors.github.enterprise_answers import (
    HELD,
    LISTS,
    NOTHING,
    NOW,
    Held,
    count_of,
    node_of,
    place_of,
)
from muniment.collectors.github.lists import PAGES, end_of
from muniment.collectors.reading import Missed
from muniment.evidence.kind import encode
from muniment.ports import Answer, Io

READS_ENTERPRISES = frozenset({"read:enterprise", "admin:enterprise"})
SMALLER = 5
"""The organizations that are asked about at once after GitHub could not answer about more."""


class _Run(Struct):
    """What one run knows: which organizations the enterprises hold, and what was answered about each."""

    held: dict[str, Held] = field(default_factory=dict)
    answers: dict[str, tuple[Answer, ...]] = field(default_factory=dict)


class EnterpriseFactors:
    """The answers of enterprises about second factors, shared by all organizations of a run."""

    def __init__(self, addresses: Addresses) -> None:
        self._graphql = addresses.public.graphql
        self._wanted: dict[str, None] = {}
        self._declared = False
        self._runs: WeakKeyDictionary[Io, _Run] = WeakKeyDictionary()
        self._locks: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()

    @property
    def declared(self) -> bool:
        """True if an enterprise will be asked for its organizations."""
        return self._declared

    def declare(self) -> None:
        """Remember that an enterprise will be asked for its organizations."""
        self._declared = True

    def want(self, login: str) -> None:
        """Remember that an organization's accounts will be asked for."""
        self._wanted[login.lower()] = None

    def tell(
        self, io: Io, slug: str, credential: str, organizations: Sequence[tuple[int, str]], total: int
    ) -> None:
        """Keep what an owner was shown: numbers and names, and of how many by GitHub's count."""
        run = self._runs.setdefault(io, _Run())
        for id, login in organizations:
            run.held[login.lower()] = Held(slug=slug, credential=credential, id=id, alone=total == 1)

    async def ask(self, login: str, io: Io) -> tuple[Answer, ...]:
        """The answers about an organization; none where no enterprise was seen to hold it."""
        run = self._runs.get(io)
        if run is None or login not in run.held:
            return ()
        async with self._locks.setdefault(asyncio.get_running_loop(), asyncio.Lock()):
            if login not in run.answers:
                await self._together(login, run, io)
        return await self._to_the_end(login, run.held[login], run.answers[login], io)

    async def _together(self, login: str, run: _Run, io: Io) -> None:
        """Ask of it and of others that the same enterprise holds and that are wanted too."""
        held = run.held[login]
        others = [o for o in self._wanted if o != login and o not in run.answers and _beside(run.held.get(o), held)]
        logins = [login, *others][: questions.ENTERPRISE_AT_ONCE]
        answer = await self._ask(held, logins, io)
        if not too_much(answer) or len(logins) == 1:
            run.answers |= _shared(run, logins, answer)
            return
        for first in range(0, len(logins), SMALLER):
            some = logins[first : first + SMALLER]
            run.answers |= _shared(run, some, await self._ask(held, some, io))

    async def _ask(self, held: Held, logins: Sequence[str], io: Io) -> Answer:
        document, variables = questions.enterprise_factors(held.slug, logins)
        return await io.query(self._graphql, document, variables, credential=held.credential)

    async def _to_the_end(self, login: str, held: Held, first: Sequence[Answer], io: Io) -> tuple[Answer, ...]:
        answers = list(first)
        for name in questions.ENTERPRISE_LISTS:
            cursor, seen = end_of(place_of(node_of(first[-1]), name), name), {""}
            while cursor not in seen and len(seen) <= PAGES:
                seen.add(cursor)
                variables: dict[str, object] = {"slug": held.slug, "login": login, "after": cursor}
                document = questions.enterprise_list(name)
                answer = await io.query(self._graphql, document, variables, credential=held.credential)
                answers.append(replace(answer, question=f"enterprise-{name}"))
                cursor = end_of(place_of(node_of(answer), name), name)
        return tuple(answers)


@lru_cache(maxsize=8)
def enterprise_factors(addresses: Addresses) -> EnterpriseFactors:
    """The answers that all collectors with the same addresses and credentials ask for together."""
    return EnterpriseFactors(addresses)


def _beside(other: Held | None, held: Held) -> bool:
    return other is not None and (other.slug, other.credential) == (held.slug, held.credential)


def _shared(run: _Run, logins: Sequence[str], answer: Answer) -> dict[str, tuple[Answer, ...]]:
    """Each organization's own part of an answer about many."""
    found = graphql.reply(answer)
    whole = graphql.below(NOTHING if isinstance(found, Missed) else graphql.root(found), "all")
    parts = {login: graphql.alone(answer, f"o{n}", "enterprise") for n, login in enumerate(logins)}
    most = count_of(graphql.below(whole, "members"))
    counts = [count_of(graphql.below(node_of(part), "everybody")) for part in parts.values()]
    less = most is not None and any(count is not None and 0 < count < most for count in counts)
    shared: dict[str, tuple[Answer, ...]] = {}
    for n, login in enumerate(logins):
        held = replace(run.held[login], apart=less or run.held[login].alone)
        own = Answer("", 200, answer.at, body=encode(replace(held, credential="")), question=HELD)
        name = replace(graphql.alone(answer, f"n{n}", "organization"), question=NOW)
        shared[login] = (own, name, replace(parts[login], question=LISTS))
    return shared
