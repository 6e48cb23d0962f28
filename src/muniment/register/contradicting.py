"""Finds rules that contradict one another, or that nothing can reach, where their words alone show it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice, permutations, product

from msgspec import Struct

from muniment.evidence.declared_rule import DeclaredRule
from muniment.model.asset import GITHUB_ORG, GITHUB_REPO
from muniment.register.selecting import is_inside, is_literal, prefix

_MOST_COMPARISONS = 500_000
"""Of patterns with one another; what lies beyond, evidence shows."""


class Clash(Struct, frozen=True):
    """What is wrong with ``rule``, and what it is wrong beside: another rule, or entries of these ids."""

    rule: DeclaredRule
    said: str
    hint: str
    beside: DeclaredRule | str


def clashes(rules: Collection[DeclaredRule], entries: Collection[str]) -> Iterator[Clash]:
    """Each pair of rules that the words alone show to be at odds, and each rule that nothing can reach, once.

    ``rules`` in the order in which they stand; of two it is the later that is told of. ``entries`` are the ids of
    the assets that have an entry of their own.
    """
    entries = frozenset(entries)
    told: set[tuple[str, str]] = set()
    for own in _by_organization(rules).values():
        for earlier, later, what in (*_wholes(own), *_names(own), *_selections(own)):
            pair = (earlier.id, later.id)
            if pair not in told:
                told.add(pair)
                yield _clash(earlier, later, what)
    for rule in rules:
        shadow = _shadow(rule, entries)
        if shadow:
            yield shadow


def _clash(earlier: DeclaredRule, later: DeclaredRule, what: str) -> Clash:
    if _says(earlier) != _says(later):
        said = f"{what}, and they disagree: {_words(earlier)}, and {_words(later)}"
        return Clash(later, said, "keep one, or write 'except' into the wider one", earlier)
    return Clash(later, f"{what}, which says the same: this rule is shadowed", "delete one of them", earlier)


def _says(rule: DeclaredRule) -> tuple[str, str]:
    return rule.status.value, rule.subproject


def _words(rule: DeclaredRule) -> str:
    return f"{rule.status.value} of {rule.subproject or 'nobody in particular'}"


def _by_organization(rules: Iterable[DeclaredRule]) -> Mapping[str, list[DeclaredRule]]:
    by: dict[str, list[DeclaredRule]] = {}
    for rule in rules:
        for organization in rule.organizations:
            by.setdefault(organization, []).append(rule)
    return by


Pair = tuple[DeclaredRule, DeclaredRule, str]


def _wholes(rules: list[DeclaredRule]) -> Iterator[Pair]:
    """A second rule about the organization as a whole."""
    wholes = [rule for rule in rules if rule.whole]
    for rule in wholes[1:]:
        yield wholes[0], rule, "a second rule about the whole organization"


def _names(rules: list[DeclaredRule]) -> Iterator[Pair]:
    """A name written in full in two rules that are not kept apart by the properties they ask for."""
    first: dict[str, list[DeclaredRule]] = {}
    for rule in rules:
        for name in rule.names:
            if is_literal(name) and not _excepts(rule, name):
                for other in first.get(name, ())[:20]:
                    if _asks_inside(rule, other) or _asks_inside(other, rule):
                        yield other, rule, f"the name {name} stands in two rules"
                first.setdefault(name, []).append(rule)


class _Try(Struct, frozen=True):
    """Two selections to compare: a pattern of each rule, or ``None`` where it asks for properties alone."""

    inner: DeclaredRule
    word: str | None
    outer: DeclaredRule
    wider: str | None


def _selections(rules: list[DeclaredRule]) -> Iterator[Pair]:
    """Selections by pattern or property of which one lies inside the other."""
    place = {rule.id: number for number, rule in enumerate(rules)}
    for pair in islice(_tries(rules), _MOST_COMPARISONS):
        inner, outer = pair.inner, pair.outer
        if inner is outer or not _lies_inside(pair) or (_says(inner) == _says(outer) and _adds(inner, outer)):
            continue
        first, second = (inner, outer) if place[inner.id] < place[outer.id] else (outer, inner)
        if pair.word is None or pair.wider is None:
            yield first, second, "a rule asks for properties that another asks for, too"
        elif pair.word == pair.wider:
            yield first, second, f"the pattern {pair.word} stands in two rules"
        else:
            yield first, second, f"the pattern {pair.word} is inside {pair.wider}"


def _tries(rules: list[DeclaredRule]) -> Iterator[_Try]:
    bare = [rule for rule in rules if not rule.names and rule.conditions]
    patterns = [(word, rule) for rule in rules for word in rule.names if not is_literal(word)]
    by_prefix: dict[str, list[tuple[str, DeclaredRule]]] = {}
    for word, rule in patterns:
        by_prefix.setdefault(prefix(word), []).append((word, rule))
    for inner, outer in permutations(bare, 2):
        yield _Try(inner, None, outer, None)
    for word, rule in patterns:
        head = prefix(word)  # what a wider pattern begins with is the beginning of it
        for end in range(len(head) + 1):
            for wider, outer in by_prefix.get(head[:end], ()):
                yield _Try(rule, word, outer, wider)
    for (word, rule), outer in product(patterns, bare):
        yield _Try(rule, word, outer, None)


def _lies_inside(pair: _Try) -> bool:
    if not _asks_inside(pair.inner, pair.outer):
        return False
    if pair.word is None:
        return _leaves_no_less(pair.inner, pair.outer)
    if pair.wider is not None and not is_inside(pair.word, pair.wider):
        return False
    return not _excepts(pair.outer, pair.word) and not _excepts(pair.inner, pair.word)


def _asks_inside(inner: DeclaredRule, outer: DeclaredRule) -> bool:
    """True if whatever has the properties that ``inner`` asks for has those of ``outer``."""
    asked = {c.property: set(c.values) for c in inner.conditions}
    return all(c.property in asked and asked[c.property] <= set(c.values) for c in outer.conditions)


def _leaves_no_less(inner: DeclaredRule, outer: DeclaredRule) -> bool:
    """True if ``outer`` leaves nothing alone that ``inner`` does not."""
    return all(any(is_inside(word, own) for own in inner.excepted) for word in outer.excepted)


def _excepts(rule: DeclaredRule, word: str) -> bool:
    return any(is_inside(word, own) for own in rule.excepted)


def _adds(inner: DeclaredRule, outer: DeclaredRule) -> bool:
    """True if ``inner``, which agrees with ``outer``, selects something beyond it or says more of packages."""
    beyond = any(
        is_literal(word) or (outer.names and not any(is_inside(word, own) for own in outer.names))
        for word in inner.names
    )
    elsewhere = not set(inner.organizations) <= set(outer.organizations)
    return beyond or elsewhere or inner.packages not in (None, outer.packages) or not _leaves_no_less(inner, outer)


def _shadow(rule: DeclaredRule, entries: frozenset[str]) -> Clash | None:
    """What shows that nothing can reach a rule: itself, or entries of its own for all that it names."""
    if rule.names and all(_excepts(rule, word) for word in rule.names):
        return Clash(
            rule, "it leaves alone every name that it selects, so that nothing can reach it", "delete it", ""
        )
    if rule.packages:
        return None  # of what has an entry it may still bring the packages
    if rule.whole:
        named = list(rule.organizations)
        if not all(name in entries for name in named):
            return None
    else:
        if not rule.names or not all(is_literal(word) for word in rule.names):
            return None
        named = [
            f"{GITHUB_REPO}/{organization.removeprefix(f'{GITHUB_ORG}/')}/{name}"
            for organization in rule.organizations
            for name in rule.names
            if not _excepts(rule, name)
        ]
        if not all(name in entries for name in named):
            return None
    said = "every one that it names has an entry of its own, so that nothing can reach it: this rule is shadowed"
    return Clash(rule, said, "delete the rule or the entries", named[0])
