"""Where everything in a YAML text stands, found fast enough to edit a big file: one pass, and no tree of nodes.

``document`` builds the tree that a register is read from. An edit needs less: the parser's events in their order,
what each says, and its offsets. Two outlines also show whether an edit changed anything that it was not meant to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import yaml

from muniment.model.errors import UsageError
from muniment.register.document import resolve, unsafe

_LONE_RETURN = re.compile("\r(?!\n)")


class Mark:
    """What an event says that is no scalar: the start or end of a collection, a document or the stream."""

    __slots__ = ("flow", "name")

    def __init__(self, name: str, flow: bool = False) -> None:
        self.name = name
        self.flow = flow

    def __repr__(self) -> str:
        return self.name


MAP, SEQ, END = Mark("map"), Mark("seq"), Mark("end")
FLOW_MAP, FLOW_SEQ, FLOW_END = Mark("{", True), Mark("[", True), Mark("}", True)
_OTHER = Mark("other")

Said = str | tuple[str] | Mark
"""An event: the text of a plain scalar; the text of a quoted or block scalar, in a tuple of one; or a mark."""


class Outline:
    """The events of a text in their order: what each says, its first offset and the one after its last.

    ``closes`` leads from the start of a collection to its end, ``block`` holds the scalars written with ``|`` or
    ``>``, ``root`` is the first event of the document's value (``None``: there is no document), ``ends`` the offset
    of an explicit end of the document (``...``). ``keyed`` remembers the entries of mappings by their keys.
    """

    __slots__ = ("_entries", "block", "closes", "ends", "keyed", "root", "said", "starts", "stops", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.said: list[Said] = []
        self.starts: list[int] = []
        self.stops: list[int] = []
        self.closes: dict[int, int] = {}
        self.block: set[int] = set()
        self.root: int | None = None
        self.ends: int | None = None
        self.keyed: dict[int, dict[str | None, tuple[int, int]]] = {}
        self._entries: dict[int, list[tuple[int, int]]] = {}

    # ------------------------------------------------------------ walking

    def after(self, at: int) -> int:
        """The event after a whole value."""
        return self.closes.get(at, at) + 1

    def is_scalar(self, at: int) -> bool:
        """True if a text, number, truth value or nothing is written there."""
        return not isinstance(self.said[at], Mark)

    def is_map(self, at: int) -> bool:
        """True if keys and values are written there."""
        return self.said[at] is MAP or self.said[at] is FLOW_MAP

    def is_seq(self, at: int) -> bool:
        """True if a list is written there."""
        return self.said[at] is SEQ or self.said[at] is FLOW_SEQ

    def is_flow(self, at: int) -> bool:
        """True if a collection is written in brackets or braces."""
        return self.said[at] is FLOW_SEQ or self.said[at] is FLOW_MAP

    def is_nothing(self, at: int) -> bool:
        """True if a plain scalar that means nothing stands there: ``null``, ``~``, or no character at all."""
        own = self.said[at]
        return isinstance(own, str) and resolve(own) is None

    def word(self, at: int) -> str | None:
        """What a scalar says, ``None`` for a collection."""
        own = self.said[at]
        return None if isinstance(own, Mark) else own if isinstance(own, str) else own[0]

    def entries(self, at: int) -> list[tuple[int, int]]:
        """The keys and values of a mapping, the items of a list (as their own keys), by their events."""
        if at not in self._entries:
            found, child, end, mapping = [], at + 1, self.closes[at], self.is_map(at)
            while child < end:
                value = self.after(child) if mapping else child
                found.append((child, value))
                child = self.after(value)
            self._entries[at] = found
        return self._entries[at]

    def stop(self, at: int) -> int:
        """The offset after the last thing written of a value: the parser's own end lies beyond comments."""
        if self.said[at] is MAP or self.said[at] is SEQ:
            last = self.closes[at] - 1
            while self.said[last] is END:
                last -= 1
            return self.stops[last]
        return self.stops[self.closes.get(at, at)]

    def value(self, at: int) -> Any:
        """What a value means, in Python's own types."""
        own = self.said[at]
        if isinstance(own, str):
            return resolve(own)
        if isinstance(own, tuple):
            return own[0]
        if self.is_seq(at):
            return [self.value(item) for item, _ in self.entries(at)]
        return {self.word(key): self.value(value) for key, value in self.entries(at)}

    def line(self, offset: int) -> int:
        """The line, from 1, of an offset."""
        return self.text.count("\n", 0, offset) + 1


def outline(text: str) -> Outline:
    """The outline of a text without byte order mark; ``UsageError`` with the line if a register refuses it."""
    found = Outline(text)
    if unsafe(text) or _LONE_RETURN.search(text):
        raise UsageError("the file holds control characters", hint="mend the register first: muniment plan")
    try:
        _follow(found, yaml.parse(text, Loader=yaml.CSafeLoader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        said = getattr(error, "problem", None) or "it cannot be read"
        hint = "mend the register first: muniment plan"
        raise UsageError(f"line {line}: this is not YAML: {said}", hint=hint) from None
    return found


def _follow(found: Outline, events: Iterable[Any]) -> None:
    said, starts, stops, closes = found.said, found.starts, found.stops, found.closes
    opened: list[int] = []
    for event in events:
        kind = event.__class__
        if kind is yaml.ScalarEvent:
            said.append(event.value if event.implicit[0] else (event.value,))
            if event.style == "|" or event.style == ">":
                found.block.add(len(starts))
            _untagged(event)
        elif kind is yaml.MappingStartEvent:
            opened.append(len(said))
            said.append(FLOW_MAP if event.flow_style else MAP)
            _untagged(event)
        elif kind is yaml.SequenceStartEvent:
            opened.append(len(said))
            said.append(FLOW_SEQ if event.flow_style else SEQ)
            _untagged(event)
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            first = opened.pop()
            closes[first] = len(said)
            said.append(FLOW_END if found.is_flow(first) else END)
        else:
            _document(found, event)
            said.append(_OTHER)
        starts.append(event.start_mark.index)
        stops.append(event.end_mark.index)


def _document(found: Outline, event: Any) -> None:
    start: Any = event.start_mark
    if isinstance(event, yaml.AliasEvent):
        _refused(event, "an alias: aliases are refused")
    elif isinstance(event, yaml.DocumentStartEvent):
        if found.root is not None:
            _refused(event, "a second document begins here")
        found.root = len(found.said) + 1
    elif isinstance(event, yaml.DocumentEndEvent) and event.explicit:
        found.ends = start.index


def _untagged(event: Any) -> None:
    if event.anchor is not None or event.tag is not None:
        _refused(event, "an anchor or a tag: both are refused")


def _refused(event: Any, said: str) -> None:
    raise UsageError(f"line {event.start_mark.line + 1}: {said}", hint="mend the register first: muniment plan")
