"""Reads a list of subprojects in Markdown: under each heading items that are names with links, their parts below.

Only an item that is nothing but a name and a link is acted on. Prose is never interpreted, whatever links it has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from muniment.model.errors import UsageError
from muniment.model.text import plain
from muniment.model.verdict import Where
from muniment.register.governance import naming
from muniment.register.governance.understood import Link, Listed, Understood, Unread
from muniment.register.spelling import quoted

_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(?=\S)")
_ITEM = re.compile(r"([ \t]*)[-*+][ \t]+(\S.*)")
_FENCE = re.compile(r"[ \t]*(```|~~~)")
_LINKED = re.compile(r"\[([^\[\]\n]*)\]\(([^\s()]+)(?:\s+\"[^\"]*\")?\)[.,;]?")
_NAMED = re.compile(r"([^()\[\]]{1,80}?)\s+\(<?(https?://[^\s()>]+)>?\)[.,;]?")
_ABOUT = re.compile(r"\b(?:sub-?)?projects?\b", re.IGNORECASE)
_SEAT = re.compile(r"\b(with|without)\b.*\b(?:representation|representatives?|seats?|council|delegates?)\b", re.I)
_COMMENT = re.compile(r"<!--.*?-->")
_LONGEST = 4_000
_SCHEME = re.compile(r"(?!https?:|mailto:)[A-Za-z][A-Za-z0-9+.-]*:")


class _Item(Struct):
    """An item of a list: its depth in columns, its text over all its lines, its heading and its place."""

    column: int
    text: str
    headings: tuple[str, ...]
    where: Where


def told_by(text: str) -> bool:
    """True if a text has the form of such a list."""
    return any(_subproject(item) for item in _items("", text))


def take(found: Understood, file: str, text: str) -> None:
    """What one file says, or what is wrong with it."""
    items = list(_items(file, text))
    at = 0
    while at < len(items):
        item = items[at]
        below = at + 1
        while below < len(items) and items[below].column > item.column:
            below += 1
        if _subproject(item) and (link := _link(found, item)) is not None:
            parts = tuple(_parts(found, items[at + 1 : below]))
            found.subprojects.append(Listed(link, item.headings[-1], _seat(item.headings[-1]), parts))
        else:
            found.unread.extend(Unread(own.text, own.where) for own in items[at:below])
        at = below


def _parts(found: Understood, items: list[_Item]) -> Iterator[Link]:
    for item in items:
        link = _link(found, item) if _named(item.text) and item.column == items[0].column else None
        if link is None:
            found.unread.append(Unread(item.text, item.where))
        else:
            yield link


def _subproject(item: _Item) -> bool:
    return any(_ABOUT.search(heading) for heading in item.headings) and _named(item.text) is not None


def _named(text: str) -> tuple[str, str] | None:
    """The name and the address of an item that is nothing else."""
    match = _LINKED.fullmatch(text) or _NAMED.fullmatch(text)
    return (match[1], match[2]) if match else None


def _link(found: Understood, item: _Item) -> Link | None:
    named = _named(item.text)
    assert named is not None
    name, address = _bare(named[0]), named[1]
    bad = naming.bad_name(name)
    if bad:
        found.wrong(item.where, f"{bad}: {quoted(name)}", "write the name as plain text")
    if _SCHEME.match(address):
        found.wrong(item.where, f"{quoted(address)} leads to no page", "write an address that begins with https://")
        return None
    if not address.startswith(("http://", "https://")):
        return None
    try:
        naming.asset(address)
    except UsageError:
        found.wrong(item.where, f"{quoted(address)} names no repository, organization or site", "mend the address")
        return None
    return Link(name, address, item.where)


def _bare(name: str) -> str:
    """A name without the emphasis around the whole of it."""
    for sign in ("**", "__", "*", "_", "`"):
        if len(name) > 2 * len(sign) and name.startswith(sign) and name.endswith(sign):
            return name.removeprefix(sign).removesuffix(sign)
    return name


def _seat(heading: str) -> bool | None:
    told = _SEAT.search(heading)
    return None if told is None else told[1].lower() == "with"


def _items(file: str, text: str) -> Iterator[_Item]:
    headings: list[tuple[int, str]] = []
    fence, hidden = "", False
    item: _Item | None = None
    for number, whole in enumerate(text.split("\n"), start=1):
        if len(whole) > _LONGEST:
            yield _Item(0, f"a line of {len(whole):,} characters", (), Where(file, number))
            hidden = whole.rfind("<!--") > whole.rfind("-->")
            continue
        line = _COMMENT.sub("", whole).rstrip()
        mark = _FENCE.match(line)
        if fence or mark:
            if mark and fence in ("", mark[1]):
                fence = "" if fence else mark[1]
            continue
        if hidden or "<!--" in line:
            hidden = "-->" not in line
            continue
        heading, begun = _HEADING.match(line), _ITEM.fullmatch(line)
        if item is not None and (heading or begun or not line or line[0] not in " \t"):
            yield item
            item = None
        if heading:
            depth = len(heading[1])
            title = plain(line[heading.end() :].rstrip("# \t"), 200)
            headings = [*(own for own in headings if own[0] < depth), (depth, title)]
        elif begun:
            column = len(begun[1].expandtabs(4))
            item = _Item(column, begun[2], tuple(own for _, own in headings), Where(file, number))
        elif item is not None and len(item.text) < _LONGEST:
            item.text += " " + line.strip()
    if item is not None:
        yield item
