"""Who may be one person: asked apart from all changes, and a change of the register for what somebody accepts."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from muniment.app.alike import MayBe, Spotted, proposals, spotted
from muniment.app.alike.spotting import numbers_ever_seen
from muniment.app.sync.drifting import Found, Proof, Question
from muniment.app.sync.looking import Looking
from muniment.app.sync.people import PARTIES
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.kind import kinds
from muniment.model.errors import UsageError
from muniment.model.tlp import CLEAR, Marking, join
from muniment.ports import Store
from muniment.register.changing import Edit, Put, Set
from muniment.register.document import unsafe
from muniment.register.reading import Register
from muniment.register.writing import Value

GITHUB = "github"


def proposed(store: Store, looking: Looking, *, now: datetime) -> tuple[MayBe, ...]:
    """Who may be one person, by the register's files as they stand now."""
    places, inventory = looking.places, looking.inventory

    def said_of(handle: str) -> Marking:
        where = inventory.parties[handle].where
        return places.marking_of(where.file) if where is not None else CLEAR

    looks = spotted(store, inventory, places.told_in, at=None, now=now)
    return proposals(looks, inventory, now.date(), numbers_of=numbers_ever_seen(store), closed=said_of)


def named(found: Collection[MayBe], wishes: Collection[str]) -> list[MayBe]:
    """The proposals that were named, exactly and each once."""
    by_id = {may.id: may for may in found}
    for wish in wishes:
        if wish not in by_id:
            raise UsageError(
                f"nobody proposes {wish!r}",
                hint="muniment sync lists the proposals; one is named exactly, as there",
            )
    return [by_id[wish] for wish in dict.fromkeys(wishes)]


def evidence_of(may: MayBe, register: Register) -> Marking:
    """The marking of what shows that two look alike: the looks at their accounts, and the trees that name them."""
    trees = {text.name: tree.marking for tree in register.trees for text in tree.texts}
    parties = (fact for fact in register.evidence if isinstance(fact, DeclaredParty) and may.names(fact.handle))
    named = (trees[one.where.file] for one in parties if one.where is not None and one.where.file in trees)
    return join(CLEAR, *(_proof(look).marking for look in may.spotted), *named)


def accepted(may: MayBe, looking: Looking) -> Found:
    """The change that says in the register that two are one; a question where it has no place for that."""
    about = f"same:{may.id}"
    party = looking.inventory.parties.get(may.one)
    if party is None or party.where is None or may.other in looking.inventory.parties:
        two = (
            "two people of the register are made one by hand" if party is not None else "neither is in the register"
        )
        return Question(about, f"{two}: {may.why}", may.marking)
    look = may.spotted[0]
    told = f"{may.called[1]} is {party.handle}'s, as somebody decided who accepted it. {may.why}"
    edits = tuple(_adding(party, look))
    if not edits:
        said = f"a person has one account of GitHub's with a number here. Write by hand which is theirs: {may.why}"
        return Question(about, said, may.marking)
    if unsafe(look.login) or not look.login.strip() or any(c.isspace() for c in look.login):
        return Question(about, f"the account cannot be written into a register: {may.why}", may.marking)
    return looking.changed(about, told, tuple(_proof(one) for one in may.spotted), *edits)


def _adding(party: DeclaredParty, look: Spotted) -> Iterator[Edit]:
    """The edits that give a person an account; none where that is for a person to write."""
    assert party.where is not None
    file, path = party.where.file, (PARTIES, party.handle)
    before = [account.login for account in party.accounts if account.place == look.place]
    if look.place == GITHUB and (before or party.github_id is not None):
        return
    if before:
        value: Value = [*before, look.login]
        yield Set(file, (*path, "accounts", look.place), value)
    else:
        yield Put(file, (*path, "accounts"), look.place, look.login)
    if look.number:
        yield Put(file, path, "github-id", look.number)


def _proof(look: Spotted) -> Proof:
    own = join(look.marking, Marking(kinds()[look.kind].marking))
    return Proof(look.kind, look.asset, look.source, look.vantage, look.at, own)
