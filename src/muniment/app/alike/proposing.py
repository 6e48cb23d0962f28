"""Puts the signs of each two together, and leaves out those whom the register tells apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType

from msgspec import Struct

from muniment.app.alike.impersonal import Impersonal, is_forgotten, is_machine
from muniment.app.alike.signs import Name, Sign, Somebody, Strength, signs
from muniment.model.party import Account
from muniment.model.text import plain
from muniment.model.tlp import TLP, Marking, join
from muniment.register.inventory import Inventory

GITHUB = "github"
_PLACES = {"github": "GitHub", "pypi": "PyPI", "npm": "npm"}


class Spotted(Struct, frozen=True, kw_only=True):
    """An account as one look shows it: at its ``place``, with what it has (``role``) of an asset."""

    place: str
    login: str
    number: int = 0
    role: str
    asset: str
    kind: str
    source: str
    vantage: str
    at: datetime
    marking: Marking

    @property
    def told(self) -> str:
        """Where it was seen, in words."""
        return f"{self.role} of {self.asset} on {self.at:%Y-%m-%d}"


class MayBe(Struct, frozen=True, kw_only=True):
    """Two that may be one person: their keys, what they are called, and every sign, the strongest first.

    ``one`` is a handle wherever there is one; ``spotted`` are looks that show the accounts that the register does
    not know. Nothing treats the two as one.
    """

    one: str
    other: str
    called: tuple[str, str]
    signs: tuple[Sign, ...]
    spotted: tuple[Spotted, ...]
    marking: Marking

    @property
    def id(self) -> str:
        """The proposal in one word, as it is accepted and refused: ``ada=pypi:ada_l``."""
        return f"{self.one}={self.other}"

    @property
    def strength(self) -> Strength:
        """That of the strongest sign."""
        return self.signs[0].strength

    @property
    def why(self) -> str:
        """Every reason."""
        return "; ".join(sign.why for sign in self.signs)

    def beside(self, key: str) -> str:
        """What the other of the two is called."""
        return self.called[1] if key == self.one else self.called[0]

    def names(self, key: str) -> bool:
        """True if it is about somebody."""
        return key in (self.one, self.other)


def proposals(
    looks: Iterable[Spotted],
    inventory: Inventory,
    today: date,
    *,
    numbers_of: Mapping[str, frozenset[int]] = MappingProxyType({}),
    closed: Callable[[str], Marking],
) -> tuple[MayBe, ...]:
    """Every two that may be one person and that the register does not tell apart, the strongest first.

    ``numbers_of``: GitHub's numbers that each login, in small letters, was ever seen with. ``closed``: the marking
    of what the register says of a person.
    """
    by_account = _least_closed(looks)
    contested = _contested(by_account, numbers_of)
    everybody = {one.key: one for one in _people(by_account, inventory, contested)}
    found: defaultdict[tuple[str, str], dict[str, Sign]] = defaultdict(dict)
    for one, other, sign in signs(everybody.values(), Impersonal(inventory)):
        found[one, other][sign.id] = sign
    made = (
        _made(everybody[one], everybody[other], own, by_account, inventory, closed)
        for (one, other), own in found.items()
        if not _is_apart(everybody[one], everybody[other], own, inventory, today)
    )
    return tuple(sorted(made, key=lambda may: (may.strength.rank, may.id)))


_At = tuple[str, int, str]
"""An account by place, GitHub's number (0: none) and login in small letters."""


def _least_closed(looks: Iterable[Spotted]) -> dict[_At, Spotted]:
    """One look for each account: the least closed, so that nothing is closed for what it is not told from."""
    found: dict[_At, Spotted] = {}
    for look in sorted(looks, key=_order):
        found.setdefault((look.place, look.number, look.login.lower()), look)
    return found


def _order(look: Spotted) -> tuple[int, int, str, str, str, str, str]:
    to = look.marking.to
    return (
        look.marking.level,
        0 if to is None else 1,
        look.asset,
        look.kind,
        look.source,
        look.role,
        f"{look.login} {look.at.isoformat()} {look.vantage} {sorted(to or ())}",
    )


def _contested(accounts: Iterable[_At], ever: Mapping[str, frozenset[int]]) -> frozenset[str]:
    """The logins of GitHub's that more than one account had: who has one is not known by it."""
    numbers: defaultdict[str, set[int]] = defaultdict(set)
    for place, number, login in accounts:
        if place == GITHUB and number:
            numbers[login].add(number)
    for login, before in ever.items():
        numbers[login] |= before
    return frozenset(login for login, own in numbers.items() if len(own) > 1)


def _people(accounts: Mapping[_At, Spotted], inventory: Inventory, contested: frozenset[str]) -> Iterable[Somebody]:
    names: defaultdict[str, set[Name]] = defaultdict(set)
    numbers: dict[str, int] = {}
    for party in inventory.parties.values():
        if party.members or party.bot or is_forgotten(party.handle):
            continue
        names[party.handle] |= {_declared(account, contested) for account in party.accounts} - {_NOBODY}
        numbers[party.handle] = party.github_id or 0
    for (place, number, _), look in accounts.items():
        if is_forgotten(look.login, number) or is_machine(look.login):
            continue
        if place == GITHUB and (look.login.lower() in contested or _is_of_another(look, inventory)):
            continue
        handle = _whose(look, inventory)
        if handle:
            if number and handle in names:  # under another login than the register has, perhaps
                names[handle].add(Name(place, look.login.lower(), number))
            continue
        key = f"github-id:{number}" if number else f"{place}:{look.login.lower()}"
        names[key].add(Name(place, look.login.lower(), number, look.told))
        numbers[key] = number
    for key, own in names.items():
        handle = key if key in inventory.parties else ""
        yield Somebody(key, handle, numbers[key], _once(own))


_NOBODY = Name("", "")


def _declared(account: Account, contested: frozenset[str]) -> Name:
    login = account.login.lower()
    if is_forgotten(login) or is_machine(login) or (account.place == GITHUB and login in contested):
        return _NOBODY
    return Name(account.place, login)


def _once(names: Iterable[Name]) -> tuple[Name, ...]:
    """Each account once, with its number where one look shows it."""
    found: dict[str, Name] = {}
    for name in sorted(names, key=lambda n: (n.id, -n.number, n.told)):
        found.setdefault(name.id, name)
    return tuple(found.values())


def _whose(look: Spotted, inventory: Inventory) -> str:
    if look.number:
        return inventory.person_at_github(look.number, look.login) or ""
    return inventory.party_of(look.place, look.login) or ""


def _is_of_another(look: Spotted, inventory: Inventory) -> bool:
    """True if the register gives an account's login to another number: it has changed hands."""
    party = inventory.parties.get(inventory.party_of(GITHUB, look.login) or "")
    return party is not None and bool(look.number) and party.github_id not in (None, look.number)


def _is_apart(one: Somebody, other: Somebody, found: Mapping[str, Sign], inventory: Inventory, today: date) -> bool:
    """True if the register says of the two that they are not one, and knew all these signs."""
    known: set[str] = set()
    for said in inventory.distinctions:
        two = (_goes_by(one), _goes_by(other))
        if not said.holds(today) or not any(said.one in a and said.other in b for a, b in (two, two[::-1])):
            continue
        if not said.signs:
            return True
        known.update(said.signs)
    return known >= set(found)


def _goes_by(one: Somebody) -> frozenset[str]:
    number = (f"github-id:{one.number}",) if one.number else ()
    return frozenset((one.key, *number, *(name.id for name in one.names)))


def _made(
    one: Somebody,
    other: Somebody,
    found: Mapping[str, Sign],
    accounts: Mapping[_At, Spotted],
    inventory: Inventory,
    closed: Callable[[str], Marking],
) -> MayBe:
    first, last = sorted((one, other), key=lambda who: (not who.handle, who.key))
    looks = tuple(
        accounts[at]
        for who in (first, last)
        if not who.handle
        for name in who.names
        if (at := (name.place, name.number, name.login)) in accounts
    )
    people = [who.handle for who in (first, last) if who.handle]
    return MayBe(
        one=first.key,
        other=last.key,
        called=(_called(first), _called(last)),
        signs=tuple(sorted(found.values(), key=lambda sign: (sign.strength.rank, sign.id))),
        spotted=looks,
        marking=join(Marking(TLP.AMBER), *(closed(handle) for handle in people), *(look.marking for look in looks)),
    )


def _called(who: Somebody) -> str:
    if who.handle:
        return who.handle
    name = who.names[0]
    number = f" ({who.key})" if who.number else ""
    return plain(f"{name.login} at {_PLACES.get(name.place, name.place)}{number}")
