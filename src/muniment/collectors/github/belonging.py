"""Who belongs to an organization, asked once in a run for all who look at what these people do."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Annotated
from weakref import WeakKeyDictionary

import msgspec
from msgspec import Meta, Struct, field
from msgspec.structs import replace

from muniment.collectors.addresses import Addresses
from muniment.collectors.github import organization, questions
from muniment.collectors.github.lists import PAGES, followed, rows, twice
from muniment.collectors.github.standing import Choice
from muniment.collectors.reading import Label, Missed, Name
from muniment.evidence.outside_collaborator import OutsideCollaborator
from muniment.ports import Answer, Io

Id = Annotated[int, Meta(ge=1)]

MEMBERS = "members"
OUTSIDE = "outside"
AGAIN = "outside-again"
"""The questions, as the answers to them are marked."""


class _Account(Struct, frozen=True, rename="camel"):
    """A member in GraphQL."""

    id: Label
    database_id: Id
    login: Name


class _Edge(Struct):
    node: _Account


class _Outsider(Struct):
    id: Id
    login: Name
    node_id: Label


class _Organization(Struct):
    id: Label


_EDGE = msgspec.json.Decoder(_Edge)
_OUTSIDER = msgspec.json.Decoder(_Outsider)
_ORGANIZATION = msgspec.json.Decoder(_Organization)


class Who(Struct, frozen=True):
    """An account by GitHub's number, and its name."""

    number: int
    login: str


class Everybody(Struct, frozen=True):
    """Members and outside collaborators by their nodes, and why they are not all (empty: they are).

    ``counted``: something vouches for how many there are.
    """

    people: Mapping[str, Who]
    short: str = ""
    counted: bool = True


class _Run(Struct):
    """What one run has asked, by organization and credential."""

    asked: dict[tuple[str, str], asyncio.Task[tuple[Answer, ...]]] = field(default_factory=dict)


class Belonging:
    """The answers about who belongs to organizations: each is asked once in a run."""

    def __init__(self, addresses: Addresses) -> None:
        self._rest = addresses.public.github
        self._graphql = addresses.public.graphql
        self._runs: WeakKeyDictionary[asyncio.AbstractEventLoop, _Run] = WeakKeyDictionary()

    def outside(self, login: str) -> str:
        """The address of an organization's outside collaborators."""
        return f"{self._rest}/orgs/{login}/outside_collaborators?per_page=100"

    async def ask(self, login: str, choice: Choice, io: Io) -> tuple[Answer, ...]:
        """The pages of members and of outside collaborators, marked with what they answer.

        A list of outside collaborators that comes empty is asked for again: nobody says how long it is.
        """
        run = self._runs.setdefault(asyncio.get_running_loop(), _Run())
        place = login, choice.credential
        if place not in run.asked:
            run.asked[place] = asyncio.create_task(self._ask(login, choice, io))
        return await run.asked[place]

    async def _ask(self, login: str, choice: Choice, io: Io) -> tuple[Answer, ...]:
        answers: list[Answer] = []
        cursor, seen = "", {""}
        while (cursor not in seen or not answers) and len(answers) < PAGES:
            seen.add(cursor)
            variables: dict[str, object] = {"login": login, "after": cursor or None}
            answer = await io.query(self._graphql, questions.accounts(), variables, credential=choice.credential)
            answers.append(replace(answer, question=MEMBERS))
            cursor = organization.next_cursor(answer, "membersWithRole")
        url, credential = self.outside(login), choice.credential
        outside = await followed(io, OUTSIDE, url, credential=credential, within=self._rest)
        found = rows(outside, _OUTSIDER, OutsideCollaborator)
        if not isinstance(found, Missed) and not found.counted:
            again = await io.get(url.replace("per_page=100", "per_page=1"), credential=credential)
            outside.append(replace(again, question=AGAIN))
        return (*answers, *outside)


@lru_cache(maxsize=8)
def belonging(addresses: Addresses) -> Belonging:
    """Who belongs, as all collectors with the same addresses and credentials ask for together."""
    return Belonging(addresses)


def node_of(answers: Sequence[Answer]) -> str:
    """GitHub's name for the organization's node; empty: it was not told."""
    for answer in marked(answers, MEMBERS):
        node = organization.opened(answer)
        if isinstance(node, Missed):
            continue
        found = node.part(_ORGANIZATION, "id")
        if not isinstance(found, Missed):
            return found.id
    return ""


def everybody(login: str, answers: Sequence[Answer]) -> Everybody | Missed:
    """Everybody whom the answers name; ``Missed`` if members were not told at all."""
    found = organization.listed(marked(answers, MEMBERS), "membersWithRole", login)
    if isinstance(found, Missed):
        return found
    short = dict.fromkeys(filter(None, (found.short,)))
    people: dict[str, Who] = {}
    numbers: list[int] = []
    for node, _ in found.nodes:
        edge = node.part(_EDGE, "node")
        if isinstance(edge, Missed):
            short["some members came without their number or name"] = None
            continue
        numbers.append(edge.node.database_id)
        people[edge.node.id] = Who(edge.node.database_id, edge.node.login)
    outside = rows(marked(answers, OUTSIDE), _OUTSIDER, OutsideCollaborator)
    if isinstance(outside, Missed):
        short[f"outside collaborators were not told: {outside.detail}"] = None
    else:
        short.update(dict.fromkeys(filter(None, (outside.short,))))
        numbers += [one.id for one in outside.items]
        people |= {one.node_id: Who(one.id, one.login) for one in outside.items}
    again = rows(marked(answers, AGAIN), _OUTSIDER, OutsideCollaborator)
    seconded = not isinstance(again, Missed) and not again.items
    if not isinstance(again, Missed) and again.items:
        short["that nobody is an outside collaborator was said once, and not again"] = None
    short.update(dict.fromkeys(filter(None, (twice(numbers),))))
    counted = isinstance(outside, Missed) or outside.counted or seconded
    return Everybody(people, "; ".join(short), counted)


def marked(answers: Sequence[Answer], question: str) -> list[Answer]:
    """The answers to one question."""
    return [a for a in answers if a.question == question]
