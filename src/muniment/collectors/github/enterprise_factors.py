"""Second factors as an enterprise tells them of all its organizations at once, asked once of one ``io``.

An enterprise is asked where its list of organizations came in the same run with the token of one of its owners.
Of each organization it gives the members by the strength of their second factor, and how many there are, so that no
list rests on itself alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated
from weakref import WeakKeyDictionary

import msgspec
from msgspec import Meta, Struct, field
from msgspec.structs import replace

from muniment.collectors.addresses import Addresses
from muniment.collectors.github import graphql, questions
from muniment.collectors.github.asking import too_much
from muniment.collectors.github.lists import PAGES, end_of, nested, twice
from muniment.collectors.reading import Missed, Name, told, unobservable, unreadable
from muniment.evidence.kind import encode
from muniment.evidence.member_two_factor import MemberTwoFactor
from muniment.evidence.outside_two_factor import OutsideTwoFactor
from muniment.ports import Answer, Io

ENTERPRISE_OWNER = "a classic token of an owner of the enterprise, with scopes read:enterprise and read:org"
READS_ENTERPRISES = frozenset({"read:enterprise", "admin:enterprise"})
HELD, NOW, LISTS = "enterprise-held", "enterprise-name", "enterprise-lists"
SMALLER = 5
"""The organizations that are asked about at once after GitHub could not answer about more."""

_MEMBERS_ELSEWHERE = "an enterprise may not list as outside who is a member of another of its organizations"
_OTHER = "GitHub's own total is another than what came"
_MEMBERS = {"none": "none", "weak": "insecure", "secure": "secure"}
_OUTSIDE = {"outsideNone": "none", "outsideWeak": "insecure"}


class Held(Struct, frozen=True, kw_only=True):
    """An organization in an enterprise: its number there, and whether the enterprise has others.

    ``apart``: GitHub was seen to tell an organization's accounts from all those of the enterprise. ``credential``
    is the name of the owner's; what is kept of an answer does not say it.
    """

    slug: str
    credential: str
    id: int
    alone: bool
    apart: bool = False


class _Organization(Struct, rename="camel"):
    database_id: int
    login: Name


class _Enterprise(Struct, rename="camel"):
    slug: Name
    viewer_is_admin: bool


class _Count(Struct, rename="camel"):
    total_count: Annotated[int, Meta(ge=0)]


class _User(Struct, rename="camel"):
    database_id: Annotated[int, Meta(ge=1)]
    login: Name


class _Account(Struct):
    user: _User


_NOTHING = graphql.Node(b"null")
_HELD = msgspec.json.Decoder(Held)
_ORGANIZATION = msgspec.json.Decoder(_Organization)
_ENTERPRISE = msgspec.json.Decoder(_Enterprise)
_COUNT = msgspec.json.Decoder(_Count)
_USER = msgspec.json.Decoder(_User)
_ACCOUNT = msgspec.json.Decoder(_Account)


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
            cursor, seen = end_of(_place(_node(first[-1]), name), name), {""}
            while cursor not in seen and len(seen) <= PAGES:
                seen.add(cursor)
                variables: dict[str, object] = {"slug": held.slug, "login": login, "after": cursor}
                document = questions.enterprise_list(name)
                answer = await io.query(self._graphql, document, variables, credential=held.credential)
                answers.append(replace(answer, question=f"enterprise-{name}"))
                cursor = end_of(_place(_node(answer), name), name)
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
    whole = graphql.below(_NOTHING if isinstance(found, Missed) else graphql.root(found), "all")
    parts = {login: graphql.alone(answer, f"o{n}", "enterprise") for n, login in enumerate(logins)}
    most = _count(graphql.below(whole, "members"))
    counts = [_count(graphql.below(_node(part), "everybody")) for part in parts.values()]
    less = most is not None and any(count is not None and 0 < count < most for count in counts)
    shared: dict[str, tuple[Answer, ...]] = {}
    for n, login in enumerate(logins):
        held = replace(run.held[login], apart=less or run.held[login].alone)
        own = Answer("", 200, answer.at, body=encode(replace(held, credential="")), question=HELD)
        name = replace(graphql.alone(answer, f"n{n}", "organization"), question=NOW)
        shared[login] = (own, name, replace(parts[login], question=LISTS))
    return shared


# ---------------------------------------------------------------- reading


class Told(Struct, frozen=True):
    """What an enterprise told of an organization's accounts, and why it is not all (empty: it is)."""

    items: tuple[MemberTwoFactor | OutsideTwoFactor, ...]
    short: str = ""


def members(answers: Sequence[Answer], login: str) -> Told | Missed:
    """Every member with the strength of the second factor."""
    node = _believed(answers, login)
    if isinstance(node, Missed):
        return node
    total = _count(graphql.below(node, "everybody"), node.hit("everybody"))
    if not total:  # each organization has an owner, so that nobody is no answer
        return unobservable("the enterprise does not say how many members the organization has")
    return _told(answers, login, node, _MEMBERS, total, MemberTwoFactor)


def outsiders(answers: Sequence[Answer], login: str) -> Told | Missed:
    """The outside collaborators whose second factor is weak or missing; all, where there is no other organization.

    Where it has more, GitHub does not say that it lists whoever is a member of another one, and who is not on this
    list would count as well protected.
    """
    node = _believed(answers, login)
    if isinstance(node, Missed):
        return node
    if not _count(graphql.below(node, "everybody"), node.hit("everybody")):
        return unobservable("the enterprise does not say how many members the organization has")
    owners = graphql.below(node, "ownerInfo")
    if owners.missing:
        return graphql.why(owners.faults) or unobservable(
            f"GitHub left out what owners are shown: it needs {ENTERPRISE_OWNER}"
        )
    total = _count(graphql.below(owners, "outside"), owners.hit("outside"))
    secure = _count(graphql.below(owners, "outsideSecure"), owners.hit("outsideSecure"))
    if total is None or secure is None:
        return unobservable("the enterprise does not say how many outside collaborators there are")
    found = _told(answers, login, node, _OUTSIDE, total - secure, OutsideTwoFactor)
    held = next(_HELD.decode(a.body) for a in answers if a.question == HELD)
    if held.alone or isinstance(found, Missed):
        return found
    return replace(found, short="; ".join(filter(None, (found.short, _MEMBERS_ELSEWHERE))))


def _believed(answers: Sequence[Answer], login: str) -> graphql.Node | Missed:
    """The enterprise's part about an organization that is the one it was, asked as an owner."""
    by = {answer.question: answer for answer in answers}
    held = _HELD.decode(by[HELD].body)
    for answer in (by[NOW], by[LISTS]):
        if isinstance(found := graphql.reply(answer), Missed):
            return found
    if not _is_about(by[NOW], held, login):
        return unobservable("the name no longer leads to the organization that the enterprise holds by it")
    node = _node(by[LISTS])
    if (wrong := _unowned(node, held.slug)) is not None:
        return wrong
    if not held.apart:
        return unobservable("GitHub did not tell the organization's accounts from all those of the enterprise")
    return node


def _is_about(answer: Answer, held: Held, login: str) -> bool:
    """True if the name led to the organization when the answer was given."""
    found = graphql.reply(answer)
    if isinstance(found, Missed):
        return False
    now = graphql.below(graphql.root(found), "organization").part(_ORGANIZATION)
    return not isinstance(now, Missed) and (now.database_id, now.login.lower()) == (held.id, login)


def _unowned(node: graphql.Node, slug: str) -> Missed | None:
    if node.missing:
        wrong = graphql.why(f for f in node.faults if f.type != "NOT_FOUND")
        return wrong or unobservable(f"GitHub shows the enterprise no more: it needs {ENTERPRISE_OWNER}")
    face = node.part(_ENTERPRISE, "slug", "viewerIsAdmin")
    if isinstance(face, Missed):
        return face
    if face.slug.lower() != slug.lower():
        return unreadable("GitHub answered about another enterprise")
    return (
        None
        if face.viewer_is_admin
        else unobservable(f"who asked owns the enterprise no more: it needs {ENTERPRISE_OWNER}")
    )


def _told(
    answers: Sequence[Answer],
    login: str,
    node: graphql.Node,
    lists: dict[str, str],
    total: int,
    kind: type[MemberTwoFactor] | type[OutsideTwoFactor],
) -> Told | Missed:
    held = next(_HELD.decode(a.body) for a in answers if a.question == HELD)
    facts: list[MemberTwoFactor | OutsideTwoFactor] = []
    short: dict[str, None] = {}
    missing: list[Missed] = []
    for name, method in lists.items():
        more = [a for a in answers if a.question == f"enterprise-{name}"]
        pages = [node, *(_node(a) if _is_about(a, held, login) else _NOTHING for a in more)]
        found = nested([_place(page, name) for page in pages], name)
        if isinstance(found, Missed):
            missing.append(found)
            short[f"one of the lists did not come: {found.detail}"] = None
            continue
        if found.short:
            short[found.short] = None
        for one in found.nodes:
            user = _user(one)
            if user is None:
                short["some came without their number or name"] = None
                continue
            facts.append(kind(id=user.database_id, login=told(user.login, 100), method=method))
    if len(missing) == len(lists):
        return missing[-1]
    if total != len(facts):
        short[_OTHER] = None
    if doubt := twice([fact.id for fact in facts]):
        short[doubt] = None
    return Told(tuple({fact.id: fact for fact in facts}.values()), "; ".join(short))


def _user(node: graphql.Node) -> _User | None:
    """Somebody in a list: an account of the enterprise with the person behind it, or the person."""
    account = node.part(_ACCOUNT)
    if not isinstance(account, Missed):
        return account.user
    user = node.part(_USER)
    return None if isinstance(user, Missed) else user


def _node(answer: Answer) -> graphql.Node:
    found = graphql.reply(answer)
    return graphql.below(_NOTHING if isinstance(found, Missed) else graphql.root(found), "enterprise")


def _place(node: graphql.Node, name: str) -> graphql.Node:
    return graphql.below(node, "ownerInfo") if name in _OUTSIDE else node


def _count(node: graphql.Node, wrong: Missed | None = None) -> int | None:
    found = node.part(_COUNT)
    return None if wrong is not None or isinstance(found, Missed) else found.total_count
