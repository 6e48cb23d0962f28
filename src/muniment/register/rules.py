"""Which rules of a register speak for a repository: the narrowest that select it, whatever their order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import IntEnum

from msgspec import Struct

from muniment.evidence.declared_rule import Condition, DeclaredRule
from muniment.register.selecting import is_literal, matcher

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
        top = max((rank for rank, _ in self.surely if rank is not Rank.ORGANIZATION), default=None)
        return top, tuple(rule for rank, rule in self.surely if rank is top and top is not None)

    @property
    def whole(self) -> tuple[DeclaredRule, ...]:
        """Those about its organization as a whole."""
        return tuple(rule for rank, rule in self.surely if rank is Rank.ORGANIZATION)

    @property
    def packages(self) -> DeclaredRule | None:
        """The rule that makes what the repository publishes the project's: of the narrowest that say anything."""
        said = [(rank, rule) for rank, rule in self.surely if rule.packages is not None]
        top = max((rank for rank, _ in said), default=None)
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
    """The rules about one organization: by names in full, by patterns, and those for whatever is in it."""

    literal: Mapping[str, tuple[Ready, ...]]
    patterned: tuple[Ready, ...]
    patterns: re.Pattern[str] | None
    bare: tuple[Ready, ...]
    asks: bool

    def about(self, name: str) -> Iterator[Ready]:
        """The rules that may select a name."""
        literal = self.literal.get(name, ())
        yield from literal
        if self.patterns is not None and self.patterns.match(name):
            yield from (ready for ready in self.patterned if ready not in literal)
        yield from self.bare


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
        asked: Rank | None = None
        for ready in chapter.about(name):
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
    literal: dict[str, tuple[Ready, ...]] = {}
    for ready in own:
        for name in ready.names:
            literal[name] = (*literal.get(name, ()), ready)
    patterned = tuple(ready for ready in own if ready.patterns is not None)
    return Chapter(
        literal=literal,
        patterned=patterned,
        patterns=matcher(name for ready in patterned for name in ready.rule.names if not is_literal(name)),
        bare=tuple(ready for ready in own if not ready.rule.names),
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
