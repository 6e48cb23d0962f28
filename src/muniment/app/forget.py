"""Who a word names, by everything that evidence knows of them, and what forgetting them would touch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches

import msgspec
from msgspec import Struct

from muniment.app.dossiers import Book, book_at
from muniment.app.find import may_hint
from muniment.campaigns.log import Logged
from muniment.checks.declaration import Check
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.forgetting import NUMBER, Erasure, Person, digest_of, fields, own_words
from muniment.evidence.kind import Evidence, decoder, kind_id, kinds
from muniment.evidence.member_two_factor import MemberTwoFactor
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.outside_collaborator import OutsideCollaborator
from muniment.evidence.outside_two_factor import OutsideTwoFactor
from muniment.ledger.events import Event
from muniment.model.asset import FAMILIES
from muniment.model.errors import UsageError
from muniment.model.party import Account
from muniment.model.verdict import Reason
from muniment.ports import Store, Touched
from muniment.register.inventory import Inventory

GITHUB = "github"

SEEN_AT_GITHUB = (OrganizationMember, MemberTwoFactor, OutsideCollaborator, OutsideTwoFactor)
"""The kinds of evidence that tell an account's number and its name."""


def identify(store: Store, word: str, also: Sequence[str] = (), written: Iterable[Evidence] = ()) -> Person:
    """Everything that names the person whom a word names: a handle, ``PLACE:LOGIN`` or ``github-id:NUMBER``.

    Args:
        store: facts of all times are read.
        word: as people write it.
        also: further spellings, which no evidence ties to them.
        written: what the register says now; it may not have been recorded yet.

    Raises:
        UsageError: the word names a team, nobody, or an account that several people had, one after another.
    """
    parties = [*_ever(store, DeclaredParty), *(fact for fact in written if isinstance(fact, DeclaredParty))]
    members = [fact for kind in SEEN_AT_GITHUB for fact in _ever(store, kind)]
    place, colon, login = word.partition(":")
    if not colon:
        person = _by_handle(word, parties, store)
    elif place == NUMBER:
        if not (login.isascii() and login.isdecimal()):
            raise UsageError(f"{login!r} is not a number of GitHub's", hint="github-id:4711")
        person = _by_account(parties, None, int(login))
    else:
        person = _by_account(parties, Account(place, login), None)
    return msgspec.structs.replace(_followed(person, members), also=tuple(also))


def _ever(store: Store, kind: type[Evidence]) -> Iterator[object]:
    for payload in store.ever(kind_id(kind)):
        yield decoder(kind).decode(payload)


def _by_handle(handle: str, parties: Sequence[object], store: Store) -> Person:
    own = [p for p in parties if isinstance(p, DeclaredParty) and p.handle == handle]
    if not own:
        raise UsageError(
            f"there is no person {handle!r} in the register, nor was there one",
            hint=f"{_near(handle, book_at(store))}Name an account: github:LOGIN, pypi:NAME, github-id:NUMBER",
        )
    if any(p.members for p in own):
        raise UsageError(f"{handle} is a team", hint="only people can be forgotten")
    return _person(own)


def _near(handle: str, book: Book) -> str:
    """Somebody who is nearly called so, if the register lets it be told."""
    near = get_close_matches(handle, [p.handle for p in book.inventory.parties.values() if not p.members], 1)
    label = may_hint(near, book.inventory, book.whole)
    return f"did you mean {near[0]}? ({label}) " if near and label else ""


def _by_account(parties: Sequence[object], account: Account | None, number: int | None) -> Person:
    found = [
        p
        for p in parties
        if isinstance(p, DeclaredParty)
        and (number is not None and p.github_id == number)
        | (account is not None and any(a.id == account.id for a in p.accounts))
    ]
    handles = sorted({p.handle for p in found})
    if len(handles) > 1:
        raise UsageError(
            f"several people of the register had this account: {', '.join(handles)}", hint="name one by the handle"
        )
    person = _person([p for p in parties if isinstance(p, DeclaredParty) and p.handle in handles])
    known = {a.id for a in person.accounts}
    accounts = person.accounts if account is None or account.id in known else (*person.accounts, account)
    numbers = person.numbers if number is None or number in person.numbers else (*person.numbers, number)
    return msgspec.structs.replace(person, accounts=accounts, numbers=numbers)


def _person(own: Sequence[DeclaredParty]) -> Person:
    return Person(
        handles=tuple(sorted({p.handle for p in own})),
        names=tuple(sorted({p.name for p in own if p.name})),
        accounts=tuple(sorted({a for p in own for a in p.accounts})),
        numbers=tuple(sorted({p.github_id for p in own if p.github_id is not None})),
    )


def _followed(person: Person, members: Sequence[object]) -> Person:
    """The person with the numbers and names that GitHub told: a number keeps its person, a name need not."""
    seen = [m for m in members if isinstance(m, SEEN_AT_GITHUB)]
    logins = {a.login.casefold() for a in person.accounts if a.place == GITHUB}
    numbers = set(person.numbers)
    if not numbers:
        numbers = {m.id for m in seen if m.login.casefold() in logins}
        if len(numbers) > 1:
            told = " or ".join(f"{NUMBER}:{n}" for n in sorted(numbers))
            raise UsageError("several accounts of GitHub went by this name, one after another", hint=told)
    accounts = {*person.accounts, *(Account(GITHUB, m.login) for m in seen if m.id in numbers)}
    return msgspec.structs.replace(person, accounts=tuple(sorted(accounts)), numbers=tuple(sorted(numbers)))


def own_of(inventory: Inventory, checks: Mapping[str, Check]) -> frozenset[str]:
    """The words that stand for other things than people: muniment's own, and the names of what is declared."""
    assets = [asset.partition(":")[2] for asset in inventory.known]
    teams = [p.handle for p in inventory.parties.values() if p.members]
    told = [text for c in checks.values() for text in (c.id, c.title, c.text)]
    types: list[object] = [*kinds().values(), Event, Logged]
    own = [*kinds(), *FAMILIES, *(r.value for r in Reason), *fields(types), inventory.project]
    parts = [part for asset in assets for part in asset.split("/")]
    return own_words((*own, *assets, *parts, *inventory.subprojects, *teams, *told))


def judged(checks: Mapping[str, Check]) -> dict[str, frozenset[str]]:
    """By check, under old ids too, the kinds whose facts it judges."""
    return {id: frozenset(map(kind_id, c.kinds)) for c in checks.values() for id in (c.id, *c.aliases)}


class Prepared(Struct, frozen=True):
    """An act of forgetting, ready to be shown or carried out."""

    erasure: Erasure
    touched: Touched


def prepare(
    store: Store,
    person: Person,
    inventory: Inventory,
    checks: Mapping[str, Check],
    written: Iterable[Evidence] = (),
) -> Prepared:
    """What forgetting somebody would touch; nothing is written. ``written``: what the register says now."""
    own = own_of(inventory, checks) | own_of(Inventory.of(written), {})
    erasure = Erasure(person, store.next_act(), own)
    return Prepared(erasure, store.forget(erasure, judged(checks), at=None))


def carry_out(
    store: Store, prepared: Prepared, checks: Mapping[str, Check], *, now: datetime, elsewhere: bool = False
) -> Touched:
    """Forget, and make the database anew. If nothing names the person no act is recorded.

    ``elsewhere``: a bundle names them, so the tombstone is taken even if no row does.
    """
    touched = prepared.touched
    if touched.anything or elsewhere:
        touched = store.forget(prepared.erasure, judged(checks), at=now)
    if not store.is_clean():
        store.scrub()
    return touched


def digests(erasure: Erasure) -> dict[str, str]:
    """What the register may say so that later looks write tombstones: a digest of each account, and its stone."""
    found = {digest_of(a.place, a.login): erasure.stone(a.login) for a in erasure.person.accounts}
    return found | {digest_of(NUMBER, str(n)): str(stone) for n, stone in erasure.numbers.items()}
