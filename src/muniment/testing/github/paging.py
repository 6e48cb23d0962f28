"""GraphQL's connections, a page at a time, with cursors that outlast what vanishes between two pages."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from muniment.testing.github.nodes import Trouble


class Item(Struct, frozen=True):
    """One thing of a connection: where it sorts, and what ``node`` and the edge say of it."""

    sort: tuple[object, ...]
    node: object
    edge: object = None


class Page(Struct, frozen=True):
    """Some of a connection: the items from ``start`` on, of ``total``."""

    of: str
    items: tuple[Item, ...]
    start: int
    total: int


class Edge(Struct, frozen=True):
    """An item, as an edge."""

    item: Item
    of: str


class PageInfo(Struct, frozen=True):
    """Where a page lies."""

    page: Page


def paged(name: str, items: Sequence[Item], arguments: Mapping[str, Any], *, descending: bool = False) -> Page:
    """The page that ``first``/``after`` or ``last``/``before`` ask for; a cursor says what it comes after.

    Cursors tell where an item sorts and not how many came before it, as GitHub's do: an item that vanishes
    between two pages takes nothing with it.
    """
    ordered = sorted(items, key=lambda item: item.sort, reverse=descending)
    total = len(ordered)
    start, stop = 0, total
    if (after := arguments.get("after")) is not None:
        mark = _mark(after)
        start = sum(1 for i in ordered if (i.sort >= mark if descending else i.sort <= mark))
    if (before := arguments.get("before")) is not None:
        mark = _mark(before)
        stop = sum(1 for i in ordered if (i.sort > mark if descending else i.sort < mark))
    if (first := arguments.get("first")) is not None:
        stop = min(stop, start + first)
    elif (last := arguments.get("last")) is not None:
        start = max(start, stop - last)
    return Page(name, tuple(ordered[start:stop]), start, total)


def bounded(name: str, arguments: Mapping[str, Any], chosen: frozenset[str]) -> None:
    """``Trouble`` unless one of ``first`` and ``last`` is given, from 1 to 100, where items are asked for."""
    given = {word: arguments[word] for word in ("first", "last") if arguments.get(word) is not None}
    if len(given) == 2:
        raise Trouble(f"Passing both `first` and `last` to paginate the `{name}` connection is not supported.")
    for word, value in given.items():
        if value > 100:
            raise Trouble(
                f"Requesting {value} records on the `{name}` connection exceeds the `{word}` limit of 100 records.",
                "EXCESSIVE_PAGINATION",
            )
        if value < 1:
            raise Trouble(f"`{word}` on the `{name}` connection must be from 1 to 100.", "INVALID_PAGINATION")
    if not given and not chosen.isdisjoint({"nodes", "edges"}):
        raise Trouble(
            f"You must provide a `first` or `last` value to properly paginate the `{name}` connection.",
            "MISSING_PAGINATION_BOUNDARIES",
        )


def cursor(item: Item) -> str:
    """What names an item's place in its order."""
    return base64.b64encode(b"cursor:v2:" + json.dumps(item.sort).encode()).decode()


def _mark(text: str) -> tuple[object, ...]:
    try:
        data = base64.b64decode(text, validate=True)
        if not data.startswith(b"cursor:v2:"):
            raise ValueError
        return tuple(json.loads(data[len(b"cursor:v2:") :]))
    except ValueError:
        raise Trouble(f"`{text}` does not appear to be a valid cursor.", "INVALID_CURSOR_ARGUMENTS") from None
