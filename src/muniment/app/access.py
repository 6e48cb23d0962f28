"""What one person holds everywhere: by evidence, by the register, and where nobody could see whether they do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from difflib import get_close_matches

from msgspec import Struct
from msgspec.structs import replace

from muniment.app.activity import Lives, activities, is_machine
from muniment.app.alike import MayBe, proposed
from muniment.app.dossiers import Book, book_at, dossiers, records_at
from muniment.app.find import begun, may_hint, unread
from muniment.app.granting import GRANTING, granted
from muniment.app.holding import TELLING, held
from muniment.app.second_factors import second_factors
from muniment.app.shipping.deriving import READ
from muniment.app.signs_of_life import Account
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.forgetting import NUMBER
from muniment.evidence.kind import kind_id
from muniment.model.asset import NPM, PROJECT, PYPI, Status, family
from muniment.model.errors import UsageError
from muniment.model.tlp import TLP, Marking, join
from muniment.ports import Store
from muniment.publish.council import Secured
from muniment.publish.held import Held
from muniment.publish.holding import teams_of
from muniment.register.inventory import Inventory, parent_of

NO_SOURCE = "no source that muniment asks tells who holds them"
"""Of the assets about which nobody can be asked."""

NAMED = 3
"""How many assets a line names before it counts the rest."""


class Whom(Struct, frozen=True):
    """Who is asked about: a person of the register (``handle``), or an account that it does not know.

    ``account`` is ``PLACE:LOGIN`` in lower case, ``number`` GitHub's; both are empty for a person of the register.
    """

    handle: str = ""
    account: str = ""
    number: int = 0

    @property
    def key(self) -> str:
        """What tells them from others, as ``publish.shipping.Shipper`` has it."""
        return self.handle or (f"{NUMBER}:{self.number}" if self.number else self.account)

    def is_of(self, row: Held) -> bool:
        """True if a path is this person's."""
        if self.handle:
            return row.party == self.handle
        if self.number:
            return row.number == self.number
        return bool(row.who) and f"{row.place}:{row.who}".lower() == self.account


class Access(Struct, frozen=True):
    """What somebody holds (``state`` ``seen``) or should hold (the others), by asset, and what nobody could see."""

    whom: Whom
    name: str
    accounts: tuple[str, ...]
    teams: tuple[str, ...]
    roles: tuple[str, ...]
    rows: tuple[Held, ...]
    unseen: tuple[str, ...]
    marking: Marking
    secured: tuple[Secured, ...] = ()
    """How the second factor of each account of a person of the register is known."""
    activity: str = ""
    """Whether they are active, and by what that is known; empty: nobody was ever asked for it."""
    meant: str = ""
    """What else the word could mean, where nothing was found under it; empty: nothing comes near."""
    maybe: tuple[MayBe, ...] = ()
    """Who else may be the same person: what those hold is not in ``rows``."""

    @property
    def maybe_lines(self) -> tuple[str, ...]:
        """Each account that may be theirs as well, with the reason."""
        return tuple(
            f"{one.beside(self.whom.key)} may also be theirs ({one.strength.value}): {one.why}"
            for one in self.maybe
        )


def access(store: Store, word: str, *, at: datetime | None, now: datetime) -> Access:
    """Everything known of what a person holds at an instant.

    ``word`` is a handle, a name, ``PLACE:LOGIN`` or ``github-id:NUMBER``; ``UsageError`` if it names a team,
    several people or nobody.
    """
    begun(store, at)
    book = book_at(store, at)
    inventory = book.inventory
    whom = named(inventory, word, book.whole)
    kinds = tuple(kind_id(kind) for kind in dict.fromkeys((*TELLING, *GRANTING, *READ)))
    near = {d.asset: d for d in dossiers(records_at(store, at, None, kinds), book, now=now)}
    mine: list[Held] = []
    blind: defaultdict[str, list[Held]] = defaultdict(list)
    for asset, dossier in near.items():
        above = near.get(parent_of(asset) or "")
        for row in (*held(dossier, inventory, above), *granted(dossier, inventory)):
            if whom.is_of(row):
                mine.append(_vouched(row, inventory))
            elif dossier.entry.status is not Status.EXTERNAL and (why := _blind(row)):
                blind[why].append(row)
    party = inventory.parties.get(whom.handle)
    secured = second_factors(store, book, [whom.handle], near, at=at, now=now) if party is not None else ()
    lives = activities(store, inventory, at=at, now=now)
    active = _activity(lives, inventory, whom, mine)
    found = Access(
        whom=whom,
        name=(party.name or party.handle) if party is not None else "",
        accounts=tuple(_accounts(party)) if party is not None else (),
        teams=teams_of(inventory)[whom.handle],
        roles=tuple(f"{r.role} of {r.subproject}" if r.subproject else r.role for r in party.public_roles)
        if party is not None
        else (),
        rows=tuple(mine),
        unseen=(*_lines(blind), *unread(inventory)),
        marking=join(
            _marking(book, (*mine, *(row for rows in blind.values() for row in rows))),
            *(one.marking for one in secured),
            *((lives.marking,) if lives is not None and active else ()),
        ),
        secured=secured,
        activity=active,
        meant="" if mine else _meant(inventory, whom, book.whole),
    )
    maybe = tuple(one for one in proposed(store, book, at=at, now=now) if one.names(whom.key))
    return replace(found, maybe=maybe, marking=join(found.marking, *(one.marking for one in maybe)))


def _activity(lives: Lives | None, inventory: Inventory, whom: Whom, mine: Iterable[Held]) -> str:
    """Whether a person is active, in words; empty: nobody was ever asked for it, or it is a machine."""
    number = whom.number or next((row.number for row in mine if row.number and row.place == "github"), 0)
    who = Account(number, "", whom.handle)
    if lives is None or is_machine(who, inventory) or not (whom.handle or number):
        return ""
    return lives(who).told


def named(inventory: Inventory, word: str, whole: Marking) -> Whom:
    """Whom a word names; an account that the register does not know stands for itself.

    ``whole`` is the marking of the register with its people: an error names some of them if that allows it.
    """
    party = inventory.parties.get(word)
    if party is not None and party.members:
        own = party.members[:8]
        label = may_hint(own, inventory, whole)
        hint = f"one of its people: {', '.join(own)} ({label})" if label else "name one of its people by the handle"
        raise UsageError(f"{word} is a team", hint=hint)
    if party is not None:
        return Whom(party.handle)
    place, colon, login = word.partition(":")
    if colon and place == NUMBER:
        if not (login.isascii() and login.isdecimal()) or int(login) == 0:
            raise UsageError(f"{login!r} is not a number of GitHub's", hint="github-id:4711")
        handle = inventory.by_github_id.get(int(login))
        return Whom(handle) if handle else Whom(number=int(login))
    if colon and place not in (places := _places(inventory)):
        raise UsageError(
            f"{place!r} is no place where people have accounts",
            hint=f"{' · '.join(f'{p}:NAME' for p in sorted(places))} · {NUMBER}:NUMBER",
        )
    if colon and not login.strip():
        raise UsageError(f"{word!r} names no account", hint=f"{place}:NAME")
    if colon:
        handle = inventory.party_of(place, login)
        return Whom(handle) if handle else Whom(account=word.lower())
    return _by_name(inventory, word, whole)


def _places(inventory: Inventory) -> frozenset[str]:
    """Where anybody's account can be: what the sources tell of, and what the register names."""
    named = {account.place for party in inventory.parties.values() for account in party.accounts}
    return frozenset({"github", PYPI, NPM} | named)


def _meant(inventory: Inventory, whom: Whom, whole: Marking) -> str:
    """What else the name of an unknown account could be: an account that is nearly called so, or an asset."""
    if whom.account in inventory.known:
        return f"{whom.account} is an asset too: muniment who {whom.account}"
    near = get_close_matches(whom.account, inventory.by_account, 1) if whom.account else []
    if near and not may_hint([inventory.by_account[near[0]]], inventory, whole):
        return ""
    return f"did you mean {near[0]} ({inventory.by_account[near[0]]})?" if near else ""


def _by_name(inventory: Inventory, word: str, whole: Marking) -> Whom:
    people = [p for p in inventory.parties.values() if not p.members]
    wanted = word.casefold()
    found = sorted(
        {
            p.handle
            for p in people
            if p.name.casefold() == wanted or any(a.login.casefold() == wanted for a in p.accounts)
        }
    )
    if len(found) == 1:
        return Whom(found[0])
    if found:
        label = may_hint(found, inventory, whole)
        several = f"{', '.join(found)} ({label})" if label else f"{len(found)} people"
        raise UsageError(f"{word!r} could be {several}", hint="name one by the handle")
    near = get_close_matches(word, [p.handle for p in people], 1)
    label = may_hint(near, inventory, whole)
    asked = f"did you mean {near[0]}? ({label}) " if near and label else ""
    asked = "; ".join((*unread(inventory), asked))
    raise UsageError(
        f"there is no person {word!r} in the register",
        hint=f"{asked}An account that it does not know is named as github:LOGIN, pypi:NAME, npm:NAME",
    )


def _accounts(party: DeclaredParty) -> Iterator[str]:
    yield from sorted(f"{a.place}:{a.login}" for a in party.accounts)
    if party.github_id is not None:
        yield f"{NUMBER}:{party.github_id}"


def _vouched(row: Held, inventory: Inventory) -> Held:
    """A path that no source tells of, with what a person saw of the asset, if one did."""
    attested = inventory.attestations.get(row.asset)
    if row.state == "seen" or attested is None:
        return row
    told = f"attested by {attested.by} on {attested.seen}, until {attested.until}: {attested.statement}"
    return replace(row, detail="; ".join(filter(None, (row.detail, told))))


def _blind(row: Held) -> str:
    """Why a row leaves open who holds its asset; empty: it does not, or there is nothing to hold."""
    if row.role == "organization":
        return f"held through the organization {row.who}, whose people the registry does not list"
    if row.state != "unseen" or row.party or family(row.asset) == PROJECT:
        return ""
    return row.detail.partition(": ")[2] or NO_SOURCE


def _lines(blind: dict[str, list[Held]]) -> Iterator[str]:
    """What could not be seen, a line for each reason, the one that hides most first."""
    for why, rows in sorted(blind.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        kinds = ", ".join(sorted({row.detail.partition(": ")[0] for row in rows if ": " in row.detail}))
        assets = list(dict.fromkeys(row.asset for row in rows))
        more = f" and {len(assets) - NAMED} more" if len(assets) > NAMED else ""
        yield f"{kinds}{', ' if kinds else ''}{why}: {', '.join(assets[:NAMED])}{more}"


def _marking(book: Book, rows: Iterable[Held]) -> Marking:
    """The join of the register's, and of everything told: what is not seen of a closed asset tells that it is."""
    of_rows = [m for r in rows for m in (r.marking, book.inventory.marking(r.asset, book.whole))]
    trees = (tree.marking for tree in book.inventory.unread.values())
    return join(Marking(TLP.AMBER), book.whole, *of_rows, *trees)
