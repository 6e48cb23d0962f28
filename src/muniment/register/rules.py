"""Which rules of a register speak for a repository: the narrowest that select it, whatever their order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from enum import IntEnum

from msgspec import Struct

from muniment.evidence.declared_rule import Condition, DeclaredRule
from muniment.register.selecting import is_literal, matcher, prefix

Properties = Mapping[str, tuple[str, ...]]
"""The custom properties of a repository: values by name in lower case."""


class Rank(IntEnum):
    """How narrowly a rule selects; an entry of its own comes before all of them."""

    ORGANIZATION = 1
    SELECTED = 2
    NAMED = 3


class Matched(Struct, frozen=True):
    """The rules that select a repository, and those that may: it takes properties to know, which were not seen.

    ``asked`` is the rank of the narrowest that ask for a property of it, whether they select it or not.
    """

    surely: tuple[tuple[Rank, DeclaredRule], ...] = ()
    perhaps: tuple[tuple[Rank, DeclaredRule], ...] = ()
    asked: Rank | None = None

    @property
    def narrow(self) -> tuple[Rank | None, tuple[DeclaredRule, ...]]:
        """Of those that surely select some repositories, and this one among them, the narrowest, and their rank."""
        some = [(rank, rule) for rank, rule in self.surely if rank is not Rank.ORGANIZATION]
        if not some:
            return None, ()
        top = some[0][0] if len(some) == 1 else max(rank for rank, _ in some)
        return top, tuple(rule for rank, rule in some if rank is top)

    @property
    def whole(self) -> tuple[DeclaredRule, ...]:
        """Those about its organization as a whole."""
        return tuple(rule for rank, rule in self.surely if rank is Rank.ORGANIZATION)

    @property
    def packages(self) -> DeclaredRule | None:
        """The rule that makes what the repository publishes the project's: of the narrowest that say anything."""
        said = [(rank, rule) for rank, rule in self.surely if rule.packages is not None]
        if not said:
            return None
        top = said[0][0] if len(said) == 1 else max(rank for rank, _ in said)
        return next((rule for rank, rule in said if rank is top and rule.packages), None)


NOTHING = Matched()


class Ready(Struct, frozen=True):
    """A rule made ready to be asked."""

    rule: DeclaredRule
    names: frozenset[str]
    patterns: re.Pattern[str] | None
    excepted: Callable[[str], bool]

    def rank(self, name: str) -> Rank | None:
        """How narrowly it selects a name, properties apart; ``None``: not at all."""
        if self.excepted(name):
            return None
        if name in self.names:
            return Rank.NAMED
        if self.rule.names:
            return Rank.SELECTED if self.patterns is not None and self.patterns.match(name) else None
        return Rank.SELECTED if self.rule.conditions else Rank.ORGANIZATION


class Chapter(Struct, frozen=True):
    """The rules about one organization, laid out so that few of them have to be asked about a repository.

    ``literal`` by names in full, ``patterned`` by what their patterns begin with (of these ``lengths``), ``whole``
    for whatever is in it. ``asking`` are those by property alone; ``by_value`` has them by each property and value
    of their first condition. ``freely``: one of them leaves no name alone.
    """

    literal: Mapping[str, tuple[Ready, ...]]
    patterned: Mapping[str, tuple[Ready, ...]]
    lengths: tuple[int, ...]
    whole: tuple[Ready, ...]
    asking: tuple[Ready, ...]
    by_value: Mapping[tuple[str, str], tuple[Ready, ...]]
    freely: bool
    asks: bool

    def about(self, name: str, properties: Properties | None) -> Iterable[Ready]:
        """The rules that may select a repository, each once."""
        found = list(self.literal.get(name, ()))
        for length in self.lengths:
            found.extend(self.patterned.get(name[:length], ()))
        if properties is None or not self.freely:
            found.extend(self.asking)
        else:
            for property, values in properties.items():
                for value in values:
                    found.extend(self.by_value.get((property, value), ()))
        if len(found) > 1:
            found = list({id(ready): ready for ready in found}.values())
        found.extend(self.whole)
        return found


class Rulebook(Struct, frozen=True):
    """The rules, by organization."""

    rules: Mapping[str, DeclaredRule] = {}
    chapters: Mapping[str, Chapter] = {}

    @classmethod
    def of(cls, rules: Iterable[DeclaredRule]) -> Rulebook:
        """The rules in the order of their ids, so that the order of files does not matter."""
        ordered = sorted(rules, key=lambda rule: rule.id)
        by: dict[str, list[Ready]] = {}
        for rule in ordered:
            ready = _ready(rule)
            for organization in rule.organizations:
                by.setdefault(organization, []).append(ready)
        return cls({rule.id: rule for rule in ordered}, {o: _chapter(own) for o, own in by.items()})

    def matching(self, organization: str, name: str, properties: Properties | None) -> Matched:
        """The rules that select the repository ``name`` (in lower case). ``properties`` ``None``: not seen."""
        chapter = self.chapters.get(organization)
        if chapter is None:
            return NOTHING
        surely: list[tuple[Rank, DeclaredRule]] = []
        perhaps: list[tuple[Rank, DeclaredRule]] = []
        asked = Rank.SELECTED if chapter.freely else None
        for ready in chapter.about(name, properties):
            rank = ready.rank(name)
            if rank is None:
                continue
            conditions = ready.rule.conditions
            if not conditions:
                surely.append((rank, ready.rule))
                continue
            asked = rank if asked is None else max(asked, rank)
            if properties is None:
                perhaps.append((rank, ready.rule))
            elif has(properties, conditions):
                surely.append((rank, ready.rule))
        return Matched(tuple(surely), tuple(perhaps), asked)

    def asks_properties(self, organization: str) -> bool:
        """True if a rule about the organization asks for a custom property."""
        chapter = self.chapters.get(organization)
        return chapter is not None and chapter.asks


def has(properties: Properties, conditions: Iterable[Condition]) -> bool:
    """True if a repository with these properties fulfils every condition."""
    return all(not set(c.values).isdisjoint(properties.get(c.property, ())) for c in conditions)


def _chapter(own: list[Ready]) -> Chapter:
    literal: dict[str, list[Ready]] = {}
    patterned: dict[str, list[Ready]] = {}
    by_value: dict[tuple[str, str], list[Ready]] = {}
    asking = [ready for ready in own if ready.rule.conditions and not ready.rule.names]
    for ready in own:
        for name in ready.names:
            literal.setdefault(name, []).append(ready)
        for head in {prefix(word) for word in ready.rule.names if not is_literal(word)}:
            patterned.setdefault(head, []).append(ready)
    for ready in asking:
        first = ready.rule.conditions[0]
        for value in first.values:
            by_value.setdefault((first.property, value), []).append(ready)
    return Chapter(
        literal={name: tuple(some) for name, some in literal.items()},
        patterned={head: tuple(some) for head, some in patterned.items()},
        lengths=tuple(sorted({len(head) for head in patterned})),
        whole=tuple(ready for ready in own if ready.rule.whole),
        asking=tuple(asking),
        by_value={key: tuple(some) for key, some in by_value.items()},
        freely=any(not ready.rule.excepted for ready in asking),
        asks=any(ready.rule.conditions for ready in own),
    )


def _ready(rule: DeclaredRule) -> Ready:
    return Ready(
        rule,
        frozenset(name for name in rule.names if is_literal(name)),
        matcher(name for name in rule.names if not is_literal(name)),
        _leaving(rule.excepted),
    )


def _leaving(words: Iterable[str]) -> Callable[[str], bool]:
    """What tells whether a name is one of those that a rule leaves alone."""
    words = tuple(words)
    literal = frozenset(word for word in words if is_literal(word))
    pattern = matcher(word for word in words if not is_literal(word))
    if pattern is None:
        return literal.__contains__
    match = pattern.match
    return lambda name: name in literal or match(name) is not None
