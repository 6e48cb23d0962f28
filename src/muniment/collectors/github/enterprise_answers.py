"""Reads second factors out of what enterprises answered: of each organization's accounts, and why it is not all.

Of each organization an enterprise gives the members by the strength of their second factor, and how many there are,
so that no list rests on itself alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from muniment.collectors.github import graphql
from muniment.collectors.github.lists import nested, twice
from muniment.collectors.reading import Missed, Name, told, unobservable, unreadable
from muniment.evidence.member_two_factor import MemberTwoFactor
from muniment.evidence.outside_two_factor import OutsideTwoFactor
from muniment.ports import Answer

ENTERPRISE_OWNER = "a classic token of an owner of the enterprise, with scopes read:enterprise and read:org"
HELD, NOW, LISTS = "enterprise-held", "enterprise-name", "enterprise-lists"
NOTHING = graphql.Node(b"null")

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


_HELD = msgspec.json.Decoder(Held)
_ORGANIZATION = msgspec.json.Decoder(_Organization)
_ENTERPRISE = msgspec.json.Decoder(_Enterprise)
_COUNT = msgspec.json.Decoder(_Count)
_USER = msgspec.json.Decoder(_User)
_ACCOUNT = msgspec.json.Decoder(_Account)


class Told(Struct, frozen=True):
    """What an enterprise told of an organization's accounts, and why it is not all (empty: it is)."""

    items: tuple[MemberTwoFactor | OutsideTwoFactor, ...]
    short: str = ""


def members(answers: Sequence[Answer], login: str) -> Told | Missed:
    """Every member with the strength of the second factor."""
    node = _believed(answers, login)
    if isinstance(node, Missed):
        return node
    total = count_of(graphql.below(node, "everybody"), node.hit("everybody"))
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
    if not count_of(graphql.below(node, "everybody"), node.hit("everybody")):
        return unobservable("the enterprise does not say how many members the organization has")
    owners = graphql.below(node, "ownerInfo")
    if owners.missing:
        return graphql.why(owners.faults) or unobservable(
            f"GitHub left out what owners are shown: it needs {ENTERPRISE_OWNER}"
        )
    total = count_of(graphql.below(owners, "outside"), owners.hit("outside"))
    secure = count_of(graphql.below(owners, "outsideSecure"), owners.hit("outsideSecure"))
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
    node = node_of(by[LISTS])
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
        pages = [node, *(node_of(a) if _is_about(a, held, login) else NOTHING for a in more)]
        found = nested([place_of(page, name) for page in pages], name)
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


def node_of(answer: Answer) -> graphql.Node:
    """The enterprise's part of an answer."""
    found = graphql.reply(answer)
    return graphql.below(NOTHING if isinstance(found, Missed) else graphql.root(found), "enterprise")


def place_of(node: graphql.Node, name: str) -> graphql.Node:
    """Where in the enterprise's part a list stands."""
    return graphql.below(node, "ownerInfo") if name in _OUTSIDE else node


def count_of(node: graphql.Node, wrong: Missed | None = None) -> int | None:
    """How many GitHub says there are; ``None``: it does not say, or ``wrong`` is why it cannot be believed."""
    found = node.part(_COUNT)
    return None if wrong is not None or isinstance(found, Missed) else found.total_count
