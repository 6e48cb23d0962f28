"""Reads who maintains a conda recipe: a YAML file, in the older format with Jinja in it, written by strangers.

Nothing of a recipe is run or rendered. Jinja's own lexer tells its tags from the text, YAML's own parser tells what
stands under ``extra``, and where a tag or a platform's selector decides who is named there, nobody is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml
from jinja2 import Environment, TemplateError
from msgspec import Struct

LARGEST = 128 * 1024
"""The characters of a recipe that is read."""

MOST = 1000
"""How many maintainers are read."""

_MOST_EVENTS = 20_000
_DEEPEST = 50

_STANDS_IN = "x7jinja7x"
"""What a computed value is written as before YAML is read."""

_LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,37}[A-Za-z0-9])?\Z", re.ASCII)
_TEAM = re.compile(r"[A-Za-z0-9-]{1,39}/[A-Za-z0-9_.-]{1,100}\Z", re.ASCII)
_SELECTOR = re.compile(r"#[ \t]*\[")
_OPENS = frozenset({"autoescape", "block", "call", "filter", "for", "if", "macro", "trans", "with"})
_LEXER = Environment(autoescape=True)


class Unreadable(Exception):
    """A recipe that does not say who maintains it in a way that can be understood."""


class Maintainers(Struct, frozen=True):
    """The logins that a recipe names, and why there may be more people; empty: they are all."""

    logins: tuple[str, ...]
    short: str = ""


class _Plain(Struct, frozen=True):
    """A recipe without its tags, and where some were taken out, in characters."""

    text: str
    gaps: tuple[int, ...] = ()


def maintainers(text: str, *, jinja: bool) -> Maintainers:
    """Who stands under ``extra: recipe-maintainers``; ``Unreadable`` if that is not plain to see.

    ``jinja``: the older format, ``meta.yaml``. The newer one is YAML throughout.
    """
    if len(text) > LARGEST:
        raise Unreadable(f"the recipe is longer than {LARGEST:,} characters")
    plain = _without_tags(text) if jinja else _Plain(text)
    start, end, items = _listed(plain.text)
    if any(start <= gap <= end for gap in plain.gaps):
        raise Unreadable("a template decides who the maintainers are")
    if _SELECTOR.search(plain.text[start:end]):
        raise Unreadable("who maintains the recipe depends on the platform")
    if any(_STANDS_IN in item or "{{" in item for item in items):
        raise Unreadable("a maintainer's name is computed")
    if not items:
        raise Unreadable("the recipe names no maintainer")
    people = {item.lower(): item for item in reversed(items) if _LOGIN.match(item)}
    teams = sorted({item for item in items if _TEAM.match(item)})
    odd = len([item for item in items if not _LOGIN.match(item) and not _TEAM.match(item)])
    short = [f"teams maintain it, too: {', '.join(teams)}"[:200]] if teams else []
    short += [f"{odd} of the maintainers are no names of accounts"] if odd else []
    return Maintainers(tuple(people[name] for name in sorted(people)), "; ".join(short))


def _without_tags(text: str) -> _Plain:
    """The text outside of all Jinja, with computed values as words; what a tag encloses is left out."""
    if _STANDS_IN in text:
        raise Unreadable("the recipe holds a word that stands for computed values")
    parts: list[str] = []
    gaps: list[int] = []
    length = depth = 0
    try:
        for kind, value in _tokens(text):
            kept = value if kind == "data" and not depth else _STANDS_IN if kind == "value" and not depth else ""
            if kind in ("open", "close") or (kind != "data" and depth):
                gaps.append(length)
            depth += {"open": 1, "close": -1}.get(kind, 0)
            if depth < 0:
                raise Unreadable("the recipe's template ends a block that it did not begin")
            parts.append(kept)
            length += len(kept)
    except (TemplateError, RecursionError) as fault:
        raise Unreadable("the recipe's template cannot be read") from fault
    if depth:
        raise Unreadable("the recipe's template does not end a block")
    return _Plain("".join(parts), tuple(gaps))


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """The recipe as ``data``, ``value`` (a computed one), ``open`` and ``close`` (of what encloses text)."""
    tag: list[tuple[str, str]] | None = None
    for _, kind, value in _LEXER.lex(text):
        match kind:
            case "data":
                yield "data", value
            case "variable_begin":
                yield "value", ""
            case "raw_begin":
                yield "open", ""
            case "raw_end":
                yield "close", ""
            case "block_begin":
                tag = []
            case "block_end":
                yield from _tag(tag or [])
                tag = None
            case _ if tag is not None and kind != "whitespace":
                tag.append((kind, value))


def _tag(words: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    name = words[0][1] if words and words[0][0] == "name" else ""
    assigns = any(kind == "operator" and value == "=" for kind, value in words)
    if name in _OPENS or (name == "set" and not assigns):
        yield "open", ""
    elif name.startswith("end"):
        yield "close", ""


def _listed(text: str) -> tuple[int, int, list[str]]:
    """Where ``extra`` begins, where ``recipe-maintainers`` in it ends, and the texts in that."""
    events = _events(text)
    if sum(isinstance(event, yaml.DocumentStartEvent) for event in events) != 1:
        raise Unreadable("the recipe is not one document")
    extra, _ = _value(events, 2, "extra")
    first, last = _value(events, extra, "recipe-maintainers")
    found = events[first]
    if isinstance(found, yaml.ScalarEvent):
        items: list[Any] = [found]
    elif isinstance(found, yaml.SequenceStartEvent):
        items = events[first + 1 : last]
    else:
        raise Unreadable("recipe-maintainers is no list")
    if len(items) > MOST:
        raise Unreadable(f"the recipe names more than {MOST:,} maintainers")
    begins, ends = events[extra - 1].end_mark.index, events[last].end_mark.index
    return int(begins), int(ends), [_scalar(item) for item in items]


def _events(text: str) -> list[Any]:
    """What YAML's parser says of a text that it need not read to its end to be refused."""
    events: list[Any] = []
    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            events.append(event)
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if len(events) > _MOST_EVENTS or depth > _DEEPEST:
                raise Unreadable("the recipe says too much to be read")
    except (yaml.YAMLError, UnicodeError, ValueError, RecursionError) as fault:
        raise Unreadable("the recipe is not YAML, apart from its template") from fault
    return events


def _value(events: list[Any], at: int, wanted: str) -> tuple[int, int]:
    """The first and the last event of the value of a key in the mapping that begins at an event."""
    if not isinstance(events[at], yaml.MappingStartEvent):
        raise Unreadable(f"the recipe has no mapping in which {wanted} could stand")
    found: list[tuple[int, int]] = []
    place = at + 1
    while not isinstance(events[place], yaml.MappingEndEvent):
        key, end = events[place], _end(events, place)
        if isinstance(key, yaml.AliasEvent) or (isinstance(key, yaml.ScalarEvent) and key.value == "<<"):
            raise Unreadable("the recipe puts one mapping into another")
        last = _end(events, end + 1)
        if isinstance(key, yaml.ScalarEvent) and key.value == wanted:
            found.append((end + 1, last))
        place = last + 1
    if len(found) != 1:
        raise Unreadable(f"the recipe says {wanted} {len(found)} times" if found else f"the recipe has no {wanted}")
    return found[0]


def _end(events: list[Any], at: int) -> int:
    """The last event of the value that begins at an event."""
    depth = 0
    for place in range(at, len(events)):
        if isinstance(events[place], yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(events[place], yaml.CollectionEndEvent):
            depth -= 1
        if depth == 0:
            return place
    raise Unreadable("the recipe ends in the middle")


def _scalar(event: Any) -> str:
    if not isinstance(event, yaml.ScalarEvent):
        raise Unreadable("a maintainer is not written as a name")
    return str(event.value).strip()
