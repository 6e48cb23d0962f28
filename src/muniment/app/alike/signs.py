"""What may show that two accounts are one person's, each sign with its reason in words and how strong it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import combinations

from msgspec import Struct

from muniment.app.alike.impersonal import Impersonal, folded

_MAIL = re.compile(r"[^@\s:]+@[^@\s:]+\.[^@\s:]+")
_GITHUBS = re.compile(r"(?:([1-9][0-9]{0,17})\+)?([a-z0-9-]+)@users\.noreply\.github\.com")
_SHARED_BY = 3
"""How many accounts of one place make a spelling one that many share, and how many people an address."""
_MOST = 8


class Strength(StrEnum):
    """What a sign is worth."""

    STRONG = "strong"
    FAIR = "fair"
    WEAK = "weak"

    @property
    def rank(self) -> int:
        """The strongest first."""
        return list(Strength).index(self)


class Sign(Struct, frozen=True):
    """``id`` names it for good: the same sign of the same two accounts is written alike on every day."""

    id: str
    strength: Strength
    why: str


class Name(Struct, frozen=True, order=True):
    """An account of somebody by place and login; ``number``: GitHub's, where it was seen. ``told``: where."""

    place: str
    login: str
    number: int = 0
    told: str = ""

    @property
    def id(self) -> str:
        """The account in one word."""
        return f"{self.place}:{self.login.lower()}"

    @property
    def mail(self) -> str:
        """The address that it is; empty: it is none."""
        return self.login.lower() if _MAIL.fullmatch(self.login) else ""


class Somebody(Struct, frozen=True):
    """A person of the register (``handle``) or an account that it does not know, under every name they go by.

    ``key`` tells them from others, as ``publish.shipping.Shipper`` has it. ``number``: GitHub's, if known.
    """

    key: str
    handle: str = ""
    number: int = 0
    names: tuple[Name, ...] = ()

    def words(self, name: Name) -> str:
        """One of their names as a sentence has it."""
        beside = [self.key if self.number and not self.handle else "", name.told]
        told = ", ".join(word for word in beside if word)
        return f"{name.id}{f' ({told})' if told else ''}{f' of {self.handle}' if self.handle else ''}"


Found = tuple[str, str, Sign]
"""The keys of two, in order, and a sign that they may be one."""


def signs(everybody: Iterable[Somebody], impersonal: Impersonal) -> Iterator[Found]:
    """Every sign between any two."""
    people = sorted(everybody, key=lambda one: one.key)
    yield from _spelled(people, impersonal)
    yield from _of_one_login(people)
    yield from _addressed(people)


def _spelled(people: list[Somebody], impersonal: Impersonal) -> Iterator[Found]:
    alike: dict[str, list[tuple[Somebody, Name]]] = {}
    for one in people:
        for name in one.names:
            if "@" not in name.login and not impersonal.covers(name.login):
                alike.setdefault(folded(name.login), []).append((one, name))
    for found in alike.values():
        if _is_shared(found):
            continue
        for (one, own), (other, its) in combinations(found, 2):
            sign = _alike(one, own, other, its) if one.key != other.key else None
            if sign is not None:
                yield one.key, other.key, sign


def _is_shared(found: list[tuple[Somebody, Name]]) -> bool:
    at: dict[str, set[str]] = {}
    for _, name in found:
        at.setdefault(name.place, set()).add(name.id)
    people = {one.key for one, _ in found}
    return len(people) > _MOST or any(len(accounts) >= _SHARED_BY for accounts in at.values())


def _alike(one: Somebody, own: Name, other: Somebody, its: Name) -> Sign | None:
    """The sign that the spelling of two logins is; ``None``: it is none of these two."""
    numbers = own.place == its.place == "github" and own.number and its.number
    if own.id == its.id or not (one.handle or other.handle or numbers):
        return None
    ids = " ".join(sorted((own.id, its.id)))
    said = _both(one, own, other, its)
    if own.place == its.place:
        warned = "They stand at one place, so one may be an imitation of the other"
    else:
        warned = "Two people may use one login in two places"
    return Sign(f"spelling {ids}", Strength.WEAK, f"{said} are spelled alike. {warned}")


def _both(one: Somebody, own: Name, other: Somebody, its: Name) -> str:
    """Two names in a sentence, the one of whom the register knows last."""
    pair = sorted(((one, own), (other, its)), key=lambda two: (two[0].handle, two[0].key))
    return " and ".join(who.words(name) for who, name in pair)


def _of_one_login(people: list[Somebody]) -> Iterator[Found]:
    """A login of GitHub's that is told without a number in one place, and with one in another.

    Where both have a number, one had the login after the other, and that is no sign.
    """
    by: dict[str, list[tuple[Somebody, Name]]] = {}
    for one in people:
        for name in one.names:
            if name.place == "github":
                by.setdefault(name.id, []).append((one, name))
    for id, found in by.items():
        for (one, own), (other, its) in combinations(found, 2):
            if one.key != other.key and bool(own.number) != bool(its.number):
                said = f"{_both(one, own, other, its)} go by one login of GitHub's"
                yield one.key, other.key, Sign(f"login {id}", Strength.FAIR, said)


def _addressed(people: list[Somebody]) -> Iterator[Found]:
    """Addresses of mail that the register gives to one, and that lead to another."""
    mails = [(one, name) for one in people if one.handle for name in one.names if name.mail]
    by_number = {one.number: one for one in people if one.number}
    by_login: dict[str, list[Somebody]] = {}
    for one in people:
        for login in sorted({n.login.lower() for n in one.names if n.place == "github"}):
            by_login.setdefault(login, []).append(one)
    for one, name in mails:
        githubs = _GITHUBS.fullmatch(name.mail)
        if githubs is None:
            continue
        number, login = githubs.groups()
        others = [by_number[int(number)]] if number and int(number) in by_number else []
        if not number and len(by_login.get(login, ())) == 1:
            others = by_login[login]
        for other in others:
            if other.key != one.key:
                leads = f"GitHub's own address of {other.handle or other.key}"
                said = f"{one.words(name)} is {leads}" + ("" if number else ", by its login alone")
                strength = Strength.STRONG if number else Strength.FAIR
                first, last = sorted((one.key, other.key))
                yield first, last, Sign(f"address {name.id} {other.key}", strength, said)
    yield from _shared_mail(mails)


def _shared_mail(mails: list[tuple[Somebody, Name]]) -> Iterator[Found]:
    by: dict[str, list[tuple[Somebody, Name]]] = {}
    for one, name in mails:
        if _GITHUBS.fullmatch(name.mail) is None:
            by.setdefault(_untagged(name.mail), []).append((one, name))
    for found in by.values():
        if len({one.key for one, _ in found}) >= _SHARED_BY:  # a list's, or a team's
            continue
        for (one, own), (other, its) in combinations(found, 2):
            if one.key == other.key:
                continue
            same = own.mail == its.mail
            said = f"{one.words(own)} and {other.words(its)} are one address"
            ids = " ".join(sorted((own.id, its.id)))
            sign = Sign(f"address {ids}", Strength.STRONG, said)
            if not same:
                sign = Sign(f"address {ids}", Strength.FAIR, f"{said} but for what stands after the +")
            yield one.key, other.key, sign


def _untagged(mail: str) -> str:
    local, _, host = mail.partition("@")
    return f"{local.partition('+')[0] or local}@{host}"
