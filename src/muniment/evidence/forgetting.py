"""What forgetting a person changes in texts, facts and events. Pure; stores and files only carry it out.

The rules, in one place:

* a name is replaced where it stands as a word of its own: between characters that no name goes on with. ``ada`` is
  found in ``@ada``, ``pypi:ada`` and ``Thanks, Ada.``, and not in ``ada-l``, ``adam`` or ``ada.example.org``, which
  may be somebody else's;
* a name that is also a word of muniment's own, or of something that the register declares (*narrow*), is replaced
  only where the types say that a person is meant;
* GitHub's number of an account is replaced where the types say so, as ``github:NUMBER``, as ``github-id:NUMBER``,
  in GitHub's own addresses of mail, and in texts if it has six digits or more;
* two accounts of one person at one place get two tombstones, so that what is counted stays the same in number.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from muniment.evidence.kind import Evidence, decoder, encode, kinds
from muniment.model.observation import Batch, Item
from muniment.model.party import Account

SHORTEST = 3
"""Characters that a name needs to be looked for in texts; a shorter one stands for too much else."""

LONG_NUMBER = 6
"""Digits from which on a number in a text is taken for the person's."""

_STEP = 100
_BEFORE, _AFTER = r"(?<!\w)(?<!\w[-.])", r"(?!\w)(?![-.]\w)"
_encoder = msgspec.json.Encoder()


class Person(Struct, frozen=True, kw_only=True):
    """Somebody by all names that evidence has of them.

    ``numbers`` are GitHub's; ``also`` what was added by hand.
    """

    handles: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    accounts: tuple[Account, ...] = ()
    numbers: tuple[int, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """Every name, once, sorted."""
        return tuple(
            sorted(
                {*self.handles, *self.names, *(a.login for a in self.accounts), *self.also}, key=lambda w: (w, w)
            )
        )


class Erasure:
    """The names of one person, each with its tombstone.

    Args:
        person: who is forgotten.
        act: the number of this act of forgetting; the tombstones carry it.
        own: words, folded, that stand for other things: names equal to one of them are narrow.
    """

    def __init__(self, person: Person, act: int, own: frozenset[str] = frozenset()) -> None:
        self.person = person
        self.main = f"forgotten-{act}"
        self.stones = _stones(person, self.main)
        self.numbers = {number: -(act * _STEP + i) for i, number in enumerate(sorted(set(person.numbers)))}
        narrow = {w for w in self.stones if w in own or len(w) < SHORTEST or w.isdigit()}
        self.narrow = tuple(sorted(narrow))
        self._words = _pattern((w for w in self.stones if w not in narrow), _BEFORE, _AFTER)
        self._narrow = _pattern(narrow, _BEFORE, _AFTER)
        self._loose = _pattern((*self.stones, *map(str, self.numbers)), "", "")
        long = "|".join(str(n) for n in self.numbers if len(str(n)) >= LONG_NUMBER)
        every = "|".join(map(str, self.numbers))
        parts = [
            rf"(?:(?<=github:)|(?<=github-id:))(?:{every})(?!\d)",
            rf"(?<!\w)(?:{every})(?=\+[^@\s]*@users\.noreply\.github\.com)",
            *([rf"{_BEFORE}(?:{long}){_AFTER}"] if long else []),
        ]
        self._number = re.compile("|".join(parts)) if every else None

    # ------------------------------------------------------------ texts

    def may_touch(self, text: str) -> bool:
        """False if a text can hold nothing of the person; quick."""
        return "\\" in text or (self._loose is not None and self._loose.search(text) is not None)

    def found(self, text: str) -> bool:
        """True if a text names the person, narrow names included."""
        return self.text(text) != text or (self._narrow is not None and self._narrow.search(text) is not None)

    def text(self, text: str, variant: int = 0) -> str:
        """A text with every wide name and number replaced. ``variant``: a tombstone that is not taken yet."""
        if self._words is not None:
            text = self._words.sub(lambda m: _varied(self.stone(m[0]), variant), text)
        if self._number is not None:
            text = self._number.sub(lambda m: str(self.numbers[int(m[0])]), text)
        return text

    def left(self, text: str) -> bool:
        """True if a narrow name stays in a text."""
        return self._narrow is not None and self._narrow.search(self.text(text)) is not None

    def account(self, text: str, variant: int = 0) -> str:
        """A text that names one person as a whole: ``ada``, ``pypi:ada`` or ``github:4711``."""
        place, colon, login = text.rpartition(":")
        stone = self.stones.get(_folded(login))
        if stone is not None:
            return f"{place}{colon}{_varied(stone, variant)}"
        if login.isascii() and login.isdecimal() and int(login) in self.numbers:
            return f"{place}{colon}{self.numbers[int(login)]}"
        return self.text(text, variant)

    def value(self, value: Any, variant: int = 0) -> Any:
        """A value as JSON has it, with all texts in it replaced, and the names of its members."""
        if isinstance(value, str):
            return self.text(value, variant)
        if isinstance(value, list):
            return [self.value(item, variant) for item in value]
        if isinstance(value, dict):
            return {self.text(k, variant): self.value(v, variant) for k, v in value.items()}
        return value

    # ------------------------------------------------------------ facts

    def payload(self, kind: str, payload: bytes, variant: int = 0) -> bytes:
        """A fact's payload without the person; the same bytes if it does not name them."""
        if not self.may_touch(payload.decode()):
            return payload
        before = msgspec.json.decode(payload)
        after = self.value(before, variant)
        type_ = kinds().get(kind)
        for path in type_.people if type_ is not None else ():
            after = self._people(after, path.split("."), variant)
        if after == before:
            return payload
        written = _encoder.encode(after)
        return _canonical(type_, payload, written) if type_ is not None else written

    def key(self, kind: str, key: str, before: bytes, after: bytes, variant: int = 0) -> str:
        """A fact's key once its payload changed from ``before`` to ``after``."""
        type_ = kinds().get(kind)
        if type_ is not None:
            try:
                if _read(type_, before).key == key:
                    return _read(type_, after).key
            except (msgspec.DecodeError, UnicodeDecodeError):
                pass
        return self.text(key, variant)

    def _people(self, value: Any, path: list[str], variant: int) -> Any:
        if isinstance(value, list):
            return [self._people(item, path, variant) for item in value]
        if path:
            if not isinstance(value, dict) or path[0] not in value:
                return value
            return {**value, path[0]: self._people(value[path[0]], path[1:], variant)}
        if isinstance(value, str):
            return self.account(value, variant)
        return self.numbers.get(value, value) if type(value) is int else value

    # ------------------------------------------------------------ events

    def event(self, data: str, *, of_people: bool, variant: int = 0) -> str:
        """An event's JSON without the person. ``of_people``: its check judges accounts, so its cause may be one."""
        if not self.may_touch(data):
            return data
        before = msgspec.json.decode(data)
        after = self.value(before, variant)
        for field in ("by", "cause") if of_people else ("by",):
            if isinstance(after.get(field), str):
                after[field] = self.account(after[field], variant)
        return data if after == before else _encoder.encode(after).decode()

    # ------------------------------------------------------------ campaigns

    def decision(self, data: str) -> str:
        """A line of a campaign's log without the person, be they who decided, whom it is about, or named in it."""
        if not self.may_touch(data):
            return data
        before = msgspec.json.decode(data)
        after = self.value(before)
        for field in ("by", "subject", "to"):
            if isinstance(after.get(field), str):
                after[field] = self.account(before[field])
        return data if after == before else _encoder.encode(after).decode()

    # ------------------------------------------------------------ bundles

    def line(self, line: bytes) -> bytes:
        """One line of a bundle without the person; the same bytes if it does not name them."""
        if not self.may_touch(line.decode()):
            return line
        before = msgspec.json.decode(line, type=dict[str, msgspec.Raw])
        after: dict[str, Any] = {}
        kind = str(msgspec.json.decode(before["kind"])) if "kind" in before else ""
        for name, raw in before.items():
            if name == "items":
                facts = msgspec.json.decode(raw, type=list[msgspec.Raw])
                after[name] = [msgspec.Raw(fact) for fact in self._facts(kind, [bytes(fact) for fact in facts])]
            elif name == "kind":
                after[name] = raw
            else:
                value = msgspec.json.decode(raw)
                replaced = self.value(value)
                after[name] = raw if replaced == value else replaced
        written = _encoder.encode(after)
        return line if msgspec.json.decode(written) == msgspec.json.decode(line) else written

    def _facts(self, kind: str, facts: list[bytes]) -> Iterator[bytes]:
        """A batch's facts; no two of them get one key, so a tombstone that is taken is varied."""
        after = [self.payload(kind, fact) for fact in facts]
        type_ = kinds().get(kind)
        if type_ is None:
            yield from after
            return
        taken = {_key(type_, fact) for fact, written in zip(facts, after, strict=True) if fact == written}
        for before, written in zip(facts, after, strict=True):
            variant, free = 0, written
            while before != free and _key(type_, free) in taken and variant < _STEP:
                variant += 1
                free = self.payload(kind, before, variant)
            taken.add(_key(type_, free))
            yield free

    def stone(self, word: str) -> str:
        """The tombstone of one of the person's names."""
        return self.stones.get(_folded(word), self.main)


NUMBER = "github-id"
"""The place of GitHub's numbers, as people write it: ``github-id:4711``."""


def digest_of(place: str, login: str) -> str:
    """The digest of an account. It hides a name from a glance, not from somebody who guesses the name."""
    return hashlib.blake2b(f"muniment {place}:{login.lower()}".encode(), digest_size=12).hexdigest()


def with_tombstones(batch: Batch, forgotten: Mapping[str, str]) -> Batch:
    """A look whose forgotten accounts are their tombstones: ``forgotten`` has these by the accounts' digests.

    Only the fields that name accounts are read; texts are kept as the source gives them.
    """
    type_ = kinds().get(batch.cell.kind)
    if not forgotten or type_ is None or not type_.people or type_.keyed_by_asset:
        return batch
    place = batch.cell.scope.partition(":")[0]
    return replace(batch, items=tuple(_tombstoned(item, type_, place, forgotten) for item in batch.items))


def _tombstoned(item: Item, type_: type[Evidence], place: str, forgotten: Mapping[str, str]) -> Item:
    before = decoder(type_).decode(item.payload)
    changes: dict[str, str | int] = {}
    for field in type_.people:
        value = getattr(before, field)
        own = digest_of(NUMBER if isinstance(value, int) else place, str(value))
        stone = forgotten.get(own)
        if stone is not None:
            changes[field] = int(stone) if isinstance(value, int) else stone
    if not changes:
        return item
    numbers = [stone for stone in changes.values() if isinstance(stone, int)]
    for field in type_.people:  # an account that took another name since is still theirs
        if numbers and field not in changes and isinstance(getattr(before, field), str):
            changes[field] = f"forgotten-{-numbers[0] // _STEP}"
    after = replace(before, **changes)
    return Item(after.key, encode(after))


def _stones(person: Person, main: str) -> dict[str, str]:
    """A tombstone for each name, folded: different ones for the accounts that one place tells apart."""
    taken: dict[str, set[int]] = {}
    number: dict[str, int] = {}
    places: dict[str, set[str]] = {}
    for account in person.accounts:
        places.setdefault(_folded(account.login), set()).add(account.place)
    for login in sorted(places):
        used = {n for place in places[login] for n in taken.get(place, ())}
        number[login] = next(n for n in range(1, len(places) + 2) if n not in used)
        for place in places[login]:
            taken.setdefault(place, set()).add(number[login])
    stones = {_folded(word): main for word in person.words if word.strip()}
    return stones | {login: main if n == 1 else f"{main}-{n}" for login, n in number.items() if login}


def _varied(stone: str, variant: int) -> str:
    return f"{stone}.{variant + 1}" if variant else stone


def _folded(word: str) -> str:
    return " ".join(unicodedata.normalize("NFC", word).split()).casefold()


def _pattern(words: Iterable[str], before: str, after: str) -> re.Pattern[str] | None:
    forms = {form for w in words for form in (w, unicodedata.normalize("NFD", w)) if form}
    if not forms:
        return None
    longest = sorted(forms, key=lambda w: (-len(w), w))
    spelt = "|".join(r"\s+".join(map(re.escape, form.split())) for form in longest)
    return re.compile(f"{before}(?:{spelt}){after}", re.IGNORECASE)


def _canonical(type_: type[Evidence], before: bytes, after: bytes) -> bytes:
    """A payload as its type writes it, so that the next look finds it unchanged; if it was so before."""
    try:
        if encode(decoder(type_).decode(before)) == before:
            return encode(decoder(type_).decode(after))
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    return after


def _read(type_: type[Evidence], payload: bytes) -> Evidence:
    evidence: Evidence = decoder(type_).decode(payload)
    return evidence


def _key(type_: type[Evidence], payload: bytes) -> str:
    try:
        return _read(type_, payload).key
    except (msgspec.DecodeError, UnicodeDecodeError):
        return payload.decode()


def own_words(words: Iterable[str]) -> frozenset[str]:
    """The words of some texts and ids, folded: what a name may not be if it is to be looked for everywhere."""
    return frozenset(_folded(part) for word in words for part in re.findall(r"[\w.-]*\w", word))


def fields(types: Iterable[object]) -> Iterator[str]:
    """The names of all fields of some types, and the words of those values that are one of a few."""
    for type_ in types:
        yield from _fields(msgspec.inspect.type_info(type_))


def _fields(type_: msgspec.inspect.Type) -> Iterator[str]:
    inspect = msgspec.inspect
    if isinstance(type_, inspect.StructType):
        for field in type_.fields:
            yield field.encode_name
            yield from _fields(field.type)
    elif isinstance(type_, inspect.Metadata):
        yield from _fields(type_.type)
    elif isinstance(type_, inspect.UnionType):
        for part in type_.types:
            yield from _fields(part)
    elif isinstance(type_, inspect.VarTupleType | inspect.FrozenSetType):
        yield from _fields(type_.item_type)
    elif isinstance(type_, inspect.TupleType):
        for part in type_.item_types:
            yield from _fields(part)
    elif isinstance(type_, inspect.DictType):
        yield from _fields(type_.key_type)
        yield from _fields(type_.value_type)
    elif isinstance(type_, inspect.EnumType):
        yield from (str(member.value) for member in type_.cls)
    elif isinstance(type_, inspect.LiteralType):
        yield from map(str, type_.values)
