"""Makes evidence of what people said of accounts that look alike: that they are not one person's."""

from __future__ import annotations

from collections.abc import Iterator

from muniment.evidence.declared_distinction import DeclaredDistinction
from muniment.evidence.kind import Evidence
from muniment.model.verdict import Where
from muniment.register.entrusting import Entrusting
from muniment.register.format import DistinctionEntry
from muniment.register.gathering import Gathered, Placed
from muniment.register.spelling import quoted

SECTION = "not-the-same"


class Distinguishing(Entrusting):
    """The section ``not-the-same``. ``_accounts``: whose each account is, and where that is said."""

    def __init__(self, gathered: Gathered) -> None:
        super().__init__(gathered)
        self._accounts: dict[str, tuple[str, Where]] = {}
        self._numbers: dict[int, tuple[str, Where]] = {}

    def distinctions(self) -> Iterator[Evidence]:
        """What is said in it and right; the people have to be known before."""
        first: dict[tuple[str, ...], Where] = {}
        for place in self._gathered.section(SECTION):
            entry: DistinctionEntry = place.entry
            self._handle(place, place.line("by"), entry.by)
            two = sorted(self._somebody(place, number, word) for number, word in enumerate(entry.who))
            if len(two) != 2:
                said = f"{SECTION}: who names {len(two)}, and it takes two to be told apart"
                self._wrong(place, place.line("who"), said, 'who: [ada, "pypi:ada_l"]')
            if len(two) != 2 or not all(two):
                continue
            one, other = two
            whose = self._person(one)
            if whose == self._person(other):
                said = f"{SECTION}: {quoted(one)} and {quoted(other)} are both {whose}'s by this register"
                self._wrong(place, place.line("who"), said, "take the account from the person, or delete this")
                continue
            signs = tuple(sorted(set(entry.signs)))
            before = first.setdefault((one, other, *signs), place.where)
            if before is not place.where:
                self._twice(place, f"{SECTION}: {quoted(one)} and {quoted(other)}", before)
                continue
            yield DeclaredDistinction(
                one=one,
                other=other,
                by=entry.by,
                reason=entry.reason.strip(),
                signs=signs,
                until=entry.until,
                where=place.where,
            )

    def _somebody(self, place: Placed, number: int, word: str) -> str:
        if ":" not in word:
            self._handle(place, place.line("who", number), word)
        return word.lower()

    def _person(self, word: str) -> str:
        """The handle behind a word, as far as the register knows one; else the word."""
        at, _, number = word.partition(":")
        if at == "github-id" and number.isascii() and number.isdecimal():
            return self._numbers.get(int(number[:18]), (word,))[0]
        return self._accounts.get(word, (word,))[0]
