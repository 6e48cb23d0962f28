"""How the second factor of each account of a person is known: seen, enforced by the platform, attested, or not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from msgspec.structs import replace

from muniment.app.dossiers import Book, decoded, records_at
from muniment.app.shipping.factors import Factors
from muniment.checks.assessment import Dossier
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.factor_answer import FactorAnswer
from muniment.evidence.kind import encode, kind_id
from muniment.model.asset import GITHUB_ORG, PROJECT, family
from muniment.model.errors import UsageError
from muniment.model.observation import Batch, Cell, Item, Outcome
from muniment.model.text import plain
from muniment.model.tlp import TLP, Marking, join
from muniment.ports import Store
from muniment.publish.council import Secured, State
from muniment.publish.held import Held
from muniment.publish.shipping import Factor
from muniment.register.inventory import Inventory

SOURCE = "answers"
"""The source of what people say of people. No collector has that name, so that no bundle can bring it."""

NPM_ENFORCES_FOR_SOME = "npm asks it of publishers of packages of high impact, and does not tell whose these are"

TOLD = frozenset({"pypi"})
"""Platforms of which nobody needs to be asked."""

Words = Mapping[tuple[str, str], FactorAnswer]


def second_factors(
    store: Store,
    book: Book,
    people: Iterable[str],
    near: Mapping[str, Dossier],
    *,
    at: datetime | None,
    now: datetime,
) -> tuple[Secured, ...]:
    """The accounts of some people, by handle, as they were known at an instant.

    ``near`` are the dossiers of that instant, with every kind of ``shipping.factors.READ`` in them.
    """
    factors = Factors(dossier for dossier in near.values() if family(dossier.asset) == GITHUB_ORG)
    words = answers(store, book.inventory, at=at)
    return tuple(secured_of(people, book.inventory, factors, words, now.date()))


def answers(store: Store, inventory: Inventory, *, at: datetime | None) -> Words:
    """What people were said to have, by handle and platform."""
    found: dict[tuple[str, str], FactorAnswer] = {}
    for record in records_at(store, at, [f"{PROJECT}:{inventory.project}"], [kind_id(FactorAnswer)]):
        if record.standing is not None and record.cell.source == SOURCE:
            for fact in decoded(record, FactorAnswer):
                if isinstance(fact, FactorAnswer):
                    found[fact.handle, fact.platform] = fact
    return found


def answered(
    inventory: Inventory,
    *,
    handle: str,
    platform: str,
    has: bool,
    by: str,
    now: datetime,
    until: date,
) -> Batch:
    """One answer as it is kept; ``UsageError`` if it cannot be one."""
    party = inventory.parties.get(handle)
    if party is None or party.members:
        raise UsageError(
            f"there is no person {plain(handle, 100)!r} in the register", hint="name them by the handle"
        )
    if by not in inventory.parties:
        raise UsageError(f"the register knows nobody called {plain(by, 100)!r}", hint="--by names a handle")
    if by == handle:
        raise UsageError(f"{by} cannot answer for themselves", hint="ask somebody who saw how they sign in")
    places = sorted({account.place for account in party.accounts} - {"email"})
    if platform in TOLD:
        raise UsageError(f"{platform} enforces it, so nobody needs to say so", hint="muniment access shows it")
    if platform not in places:
        hint = f"the register names accounts of theirs at: {', '.join(places)}" if places else "it names none"
        raise UsageError(f"{handle} has no account at {plain(platform, 100)!r}", hint=hint)
    if until < now.date():
        raise UsageError(f"an answer cannot end on {until}, before it is given", hint="--until a day to come")
    fact = FactorAnswer(handle=handle, platform=platform, has=has, by=by, seen=now.date(), until=until)
    return Batch(
        cell=Cell(SOURCE, f"{PROJECT}:{inventory.project}", kind_id(FactorAnswer)),
        vantage=frozenset({SOURCE}),
        outcome=Outcome.PARTIAL,  # of one person: the words about the others stay
        observed_at=now,
        parser="answers/1",
        marking=Marking(TLP.AMBER),
        items=(Item(fact.key, encode(fact)),),
    )


def secured_of(
    people: Iterable[str], inventory: Inventory, factors: Factors, words: Words, today: date
) -> Iterator[Secured]:
    """Every account of these people with how its second factor is known."""
    for handle in people:
        party = inventory.parties.get(handle)
        for place, login, number in _accounts(party):
            seen = _seen(handle, party, place, login, number, factors)
            yield _attested(seen, inventory, words, today) if seen.state is State.UNKNOWN else seen


def _accounts(party: DeclaredParty | None) -> Iterator[tuple[str, str, int]]:
    if party is None:
        return
    logins: Mapping[str, list[str]] = defaultdict(list)
    for account in sorted(party.accounts, key=lambda a: a.id):
        if account.place != "email":  # where a message reaches them is no platform that they sign in to
            logins[account.place].append(account.login)
    for place, own in logins.items():
        for login in own:
            yield place, login, (party.github_id or 0) if place == "github" and len(own) == 1 else 0


def _seen(
    handle: str, party: DeclaredParty | None, place: str, login: str, number: int, factors: Factors
) -> Secured:
    """What the platform shows or enforces."""
    marking = Marking(TLP.AMBER)
    found = factors.of(Held(asset="", place=place, who=login, number=number, state="seen", marking=marking))
    known = {Factor.ENFORCED: State.ENFORCED, Factor.UNSEEN: State.UNKNOWN}.get(found.factor, State.OBSERVED)
    why = NPM_ENFORCES_FOR_SOME if place == "npm" else found.detail
    if known is State.UNKNOWN and place not in ("github", "npm"):
        why = f"no source tells how people sign in to {place}"
    return Secured(
        handle=handle,
        name=party.name if party is not None else "",
        platform=place,
        login=login,
        state=known,
        factor=found.factor.value if known is State.OBSERVED else "",
        why=why,
        observed_at=found.observed_at,
        marking=join(marking, found.marking),
    )


def _attested(seen: Secured, inventory: Inventory, words: Words, today: date) -> Secured:
    """What somebody said of the person, else of the whole platform, as long as it holds."""
    own = words.get((seen.handle, seen.platform))
    if own is not None and own.seen <= today <= own.until:
        has = "has one" if own.has else "has none"
        why = f"{own.by} on {own.seen}, until {own.until}: {has}"
        factor = "" if own.has else Factor.NONE.value
        return replace(seen, state=State.ATTESTED, factor=factor, why=why)
    whole = inventory.attestations.get(f"service:{seen.platform}")
    if whole is not None and whole.seen <= today <= whole.until:
        why = f"{whole.by} on {whole.seen} of the whole platform: {whole.statement}"
        return replace(seen, state=State.ATTESTED, factor="", why=why)
    if own is not None and own.until < today:
        return replace(seen, why=f"{seen.why}; what {own.by} said of it held until {own.until}")
    return seen


def in_words(one: Secured) -> str:
    """One account in a line: ``npm:kofi-e: unknown (npm asks it of ...)``."""
    state = f"{one.state.value}: {one.factor}" if one.factor else one.state.value
    day = f", {one.observed_at:%Y-%m-%d}" if one.observed_at is not None else ""
    return f"{one.platform}:{one.login}: {state} ({one.why}{day})"
