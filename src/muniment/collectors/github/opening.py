"""The first question about who may do what in an organization, asked once for all who want a part of the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import lru_cache
from weakref import WeakKeyDictionary

from msgspec import Struct, field

from muniment.collectors.addresses import Addresses
from muniment.collectors.github import graphql, questions
from muniment.collectors.github.asking import too_much
from muniment.collectors.github.rights import OF_TEAMS, Place, sees
from muniment.collectors.github.standing import Choice, choose, shared
from muniment.evidence.member_two_factor import MemberTwoFactor
from muniment.evidence.repository_collaborator import RepositoryCollaborator
from muniment.ports import Answer, Io

FACTORS = "factors"
ACCESS = "access"

PAGE = 50
"""The repositories of the first page."""

TOGETHER = 4
"""The organizations whose members are asked for at once, where nothing else is wanted of them."""

NAMES = 100
"""Those of a page that has their names alone."""


class Opened(Struct, frozen=True):
    """The first answer: ``people`` has second factors and teams, ``given`` who was given repositories.

    The two are one, unless all of it was too much for GitHub. Then ``people`` has the repositories' names, too.
    """

    people: Answer
    given: Answer


class _Run(Struct):
    """What one run has asked, by organization, and which parts each answer has."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    asked: dict[str, asyncio.Task[Opened]] = field(default_factory=dict)
    parts: dict[str, frozenset[str]] = field(default_factory=dict)


class Openings:
    """The first answers about organizations: second factors and access in one, where both are wanted."""

    def __init__(self, addresses: Addresses) -> None:
        self._graphql = addresses.public.graphql
        self._standings = shared(addresses)
        self._wanted: dict[str, frozenset[str]] = {}
        self._runs: WeakKeyDictionary[asyncio.AbstractEventLoop, _Run] = WeakKeyDictionary()

    def want(self, login: str, part: str) -> None:
        """Remember that a part will be asked for."""
        self._wanted[login] = self._wanted.get(login, frozenset()) | {part}

    def spare(self, login: str, part: str) -> None:
        """Forget that a part was wanted: it was told otherwise."""
        left = self._wanted.pop(login, frozenset()) - {part}
        if left:
            self._wanted[login] = left

    async def ask(self, login: str, part: str, choice: Choice, io: Io) -> Opened:
        """The answer with a part, and with all other parts that are wanted; each organization is asked once."""
        run = self._runs.setdefault(asyncio.get_running_loop(), _Run())
        async with run.lock:
            if part not in run.parts.get(login, frozenset()):
                parts = self._wanted.pop(login, frozenset()) | {part}
                also = await self._alike(login, choice, io) if parts == {FACTORS} else []
                if also:
                    whole = asyncio.create_task(self._factors([login, *also], choice, io))
                    for place, each in enumerate((login, *also)):
                        self._wanted.pop(each, None)
                        run.asked[each] = asyncio.create_task(_share(whole, place))
                        run.parts[each] = parts
                else:
                    run.asked[login] = asyncio.create_task(self._ask(_variables(login, parts, choice), choice, io))
                    run.parts[login] = parts
            asked = run.asked[login]
        return await asked

    async def _alike(self, login: str, choice: Choice, io: Io) -> list[str]:
        """Other organizations of which second factors alone are wanted, with the same credential."""
        holders = await self._standings.holders((login,), io)
        wanted = [other for other, parts in self._wanted.items() if parts == {FACTORS} and other != login]
        found = []
        for other in wanted:
            its = choose(holders, other)
            known = not its.trouble and its.credential == choice.credential
            if known and sees(MemberTwoFactor, its.place) != "none":
                found.append(other)
        return found[: TOGETHER - 1]

    async def _factors(self, logins: Sequence[str], choice: Choice, io: Io) -> list[Answer]:
        document, variables = questions.factors_of(logins)
        answer = await io.query(self._graphql, document, variables, credential=choice.credential)
        return [graphql.alone(answer, f"o{n}", "organization") for n in range(len(logins))]

    async def _ask(self, variables: dict[str, object], choice: Choice, io: Io) -> Opened:
        first = await io.query(self._graphql, questions.access(), variables, credential=choice.credential)
        if not too_much(first) or not variables["repositories"]:
            return Opened(first, first)
        less = variables | {"given": False, "gates": False, "first": NAMES}
        again = await io.query(self._graphql, questions.access(), less, credential=choice.credential)
        return Opened(again, first)


@lru_cache(maxsize=8)
def opening(addresses: Addresses) -> Openings:
    """The openings that all collectors with the same addresses and credentials ask for together."""
    return Openings(addresses)


async def _share(whole: asyncio.Task[list[Answer]], place: int) -> Opened:
    answer = (await whole)[place]
    return Opened(answer, answer)


def sees_teams(place: Place) -> bool:
    """True if a place shows some teams."""
    return any(sees(kind, place) != "none" for kind in OF_TEAMS) and place.level != "outside"


def sees_given(place: Place) -> bool:
    """True if a place may show who was given a repository."""
    return sees(RepositoryCollaborator, place) != "none"


def _variables(login: str, parts: frozenset[str], choice: Choice) -> dict[str, object]:
    access = ACCESS in parts
    return {
        "login": login,
        "first": PAGE,
        "named": not choice.narrow,
        "factors": FACTORS in parts and sees(MemberTwoFactor, choice.place) != "none",
        "teams": access and sees_teams(choice.place) and not choice.narrow,
        "repositories": access,
        "given": access and sees_given(choice.place),
        "gates": access,
    }
