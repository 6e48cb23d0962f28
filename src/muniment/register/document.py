"""Turns the text of one YAML file into a tree that knows where every value stands; refuses the rest of YAML.

PyYAML's C parser gives events with marks; the tree is built from them here, because its own composer follows
aliases, keeps the last of two equal keys and recurses as deep as the text asks. Scalars are resolved by the rules
of YAML 1.2's core schema (``yes`` and ``2026-02-30`` are text), as editors that use the published schema do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml
from msgspec import Struct

from muniment.model.errors import Mistake
from muniment.model.secret import HIDDEN, shaped
from muniment.register.spelling import quoted

MAX_DEPTH = 16
MAX_VALUES = 200_000

_UNSAFE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_LETTER = re.compile(r"[^\s'\"#]")
_MOST_SECRETS = 100
_LONE_RETURN = re.compile("\r(?!\n)")
_INT = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


class Span(Struct, frozen=True):
    """Where a value stands: its line from 1, the offsets of its first character and of the one after its last."""

    line: int
    start: int
    end: int


class Scalar(Struct, frozen=True):
    """A text, number, truth value or nothing. ``text`` is what is written, ``value`` what it means."""

    value: str | int | float | bool | None
    text: str
    span: Span
    block: bool = False


class Sequence(Struct, frozen=True):
    """A list. ``flow``: written in brackets."""

    items: tuple[Node, ...]
    span: Span
    flow: bool


class Mapping(Struct, frozen=True):
    """Keys and values in the order written; of two equal keys the first is kept."""

    entries: tuple[tuple[Scalar, Node], ...]
    span: Span
    flow: bool

    def get(self, key: str) -> Node | None:
        """The value of a key, or ``None``."""
        return next((value for own, value in self.entries if own.text == key), None)


Node = Scalar | Sequence | Mapping


class Document(Struct, frozen=True):
    """A file as read: its tree (``None``: nothing, or nothing that could be read) and what is wrong with it."""

    root: Node | None
    mistakes: tuple[Mistake, ...] = ()
    readable: bool = True
    ends: int | None = None
    """The offset of an explicit end of the document (``...``), where there is one."""


def plain(node: Node) -> Any:
    """The values alone, as ``msgspec.convert`` takes them."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key.text: plain(value) for key, value in node.entries}


def resolve(text: str) -> str | int | float | bool | None:
    """What an unquoted scalar means in YAML 1.2's core schema. Dates stay text."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in "-+.0123456789":
        if _INT.fullmatch(text):
            return int(text)
        if _FLOAT.fullmatch(text):
            return float(text.replace(".inf", "inf").replace(".Inf", "inf").replace(".INF", "inf").lstrip("+"))
    return text


def unsafe(text: str) -> bool:
    """True if a text holds characters that steer a terminal or hide what is written."""
    return _UNSAFE.search(text) is not None


def parse(text: str, file: str = "") -> Document:
    """The tree of ``text``; mistakes name ``file``. A byte order mark must be taken off before.

    What has the shape of a secret, in a comment too, is a mistake, and nothing of it is in the tree.
    """
    text, told = _without_secrets(text, file)
    bad = tuple(_unsafe_lines(text, file))
    if bad:
        return Document(None, (*told, *bad), readable=False)
    builder = _Builder(file)
    builder.mistakes.extend(told)
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            builder.take(event)
    except Mistake as mistake:
        return Document(None, (*builder.mistakes, mistake), readable=False)
    except yaml.YAMLError as error:
        return Document(None, (*builder.mistakes, _syntax(error, file)), readable=False)
    return Document(builder.root, tuple(builder.mistakes), ends=builder.ends)


def secret(file: str, line: int, what: str) -> Mistake:
    """The mistake of writing a secret down, which says where it stands and nothing of it."""
    hint = "take it out, and out of git's history, and make a new one: whoever has read this file knows it"
    return Mistake(file, line, f"what looks like {what} stands here", hint)


def _without_secrets(text: str, file: str) -> tuple[str, list[Mistake]]:
    """The text with all that has the shape of a secret overwritten, in its length, and a mistake for each."""
    mistakes: list[Mistake] = []
    parts: list[str] = []
    last, line = 0, 1
    for found in shaped(text):
        if found.start < last:
            continue
        line += text.count("\n", last, found.start)
        if len(mistakes) < _MOST_SECRETS:
            mistakes.append(secret(file, line, found.what))
        hidden = text[found.start : found.end]
        line += hidden.count("\n")
        parts += [text[last : found.start], _LETTER.sub("x", hidden)]
        last = found.end
    return "".join((*parts, text[last:])), mistakes


def _unsafe_lines(text: str, file: str) -> Iterator[Mistake]:
    if not _UNSAFE.search(text) and not _LONE_RETURN.search(text):
        return
    found = 0
    for number, line in enumerate(text.split("\n"), start=1):
        match = _UNSAFE.search(line) or _LONE_RETURN.search(line + "\n")
        if match is None:
            continue
        found += 1
        yield Mistake(file, number, f"an invisible control character, U+{ord(match[0]):04X}", "delete it")
        if found == 20:
            return


def _syntax(error: yaml.YAMLError, file: str) -> Mistake:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    said = [str(part) for part in (getattr(error, "context", None), getattr(error, "problem", None)) if part]
    line = mark.line + 1 if mark is not None else 1
    message = "this is not YAML: " + (", ".join(said) or "it cannot be read")
    return Mistake(file, line, message, "check the indentation, the colons and the quotes near here")


def _start(event: Any) -> int:
    return int(event.start_mark.index)


class _Open:
    """A list or mapping whose end has not come yet."""

    __slots__ = ("children", "flow", "key", "keys", "line", "mapping", "start")

    def __init__(self, event: Any, mapping: bool) -> None:
        self.mapping = mapping
        self.flow = bool(event.flow_style)
        self.line = event.start_mark.line + 1
        self.start = event.start_mark.index
        self.children: list[Any] = []
        self.keys: dict[str, int] = {}
        self.key: Scalar | None = None


class _Builder:
    """Takes events one by one and holds what they have built."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.root: Node | None = None
        self.mistakes: list[Mistake] = []
        self.ends: int | None = None
        self._stack: list[_Open] = []
        self._documents = 0
        self._values = 0

    def take(self, event: Any) -> None:
        """One event; raises ``Mistake`` where reading on would make no sense."""
        if isinstance(event, yaml.ScalarEvent):
            self._plain_yaml(event)
            self._scalar(event)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._plain_yaml(event)
            if len(self._stack) >= MAX_DEPTH:
                said = f"nested more than {MAX_DEPTH} levels deep"
                raise self._mistake(event, said, "a register needs far fewer")
            self._stack.append(_Open(event, isinstance(event, yaml.MappingStartEvent)))
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close(event)
        elif isinstance(event, yaml.AliasEvent):
            said = f"an alias, *{quoted(str(event.anchor))[1:-1]}"
            raise self._mistake(event, said, "write the value out: aliases are refused")
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                hint = "one file holds one document; drop '---'"
                raise self._mistake(event, "a second document begins here", hint)
        elif isinstance(event, yaml.DocumentEndEvent) and event.explicit:
            self.ends = _start(event)

    def _plain_yaml(self, event: Any) -> None:
        self._values += 1
        if self._values > MAX_VALUES:
            raise self._mistake(event, f"more than {MAX_VALUES:,} values in one file", "split the file")
        if event.anchor is not None:
            raise self._mistake(
                event, f"an anchor, &{quoted(event.anchor)[1:-1]}", "anchors and aliases are refused"
            )
        if event.tag is not None:
            self.mistakes.append(self._mistake(event, f"a tag, {quoted(event.tag)}", "tags are refused: delete it"))

    def _scalar(self, event: Any) -> None:
        text = event.value
        span = Span(event.start_mark.line + 1, event.start_mark.index, event.end_mark.index)
        if _UNSAFE.search(text):
            self.mistakes.append(self._mistake(event, f"a control character in {quoted(text)}", "delete it"))
        if event.style and (found := shaped(text)):  # spelt with escapes, or over several lines
            self.mistakes.append(secret(self.file, span.line, found[0].what))
            text = HIDDEN
        value = resolve(text) if event.implicit[0] else text
        self._add(Scalar(value, text, span, event.style in ("|", ">")))

    def _add(self, node: Node) -> None:
        if not self._stack:
            self.root = node
            return
        parent = self._stack[-1]
        if not parent.mapping:
            parent.children.append(node)
        elif parent.key is None:
            if not isinstance(node, Scalar):
                raise Mistake(self.file, node.span.line, "a list or mapping used as a key", "keys are plain words")
            parent.key = node
        else:
            self._pair(parent, parent.key, node)
            parent.key = None

    def _pair(self, parent: _Open, key: Scalar, node: Node) -> None:
        if key.text == "<<":
            self.mistakes.append(Mistake(self.file, key.span.line, "a merge key, <<", "write the keys out"))
            return
        first = parent.keys.get(key.text)
        if first is not None:
            said = f"the key {quoted(key.text)} stands twice"
            self.mistakes.append(Mistake(self.file, key.span.line, said, f"first on line {first}"))
            return
        parent.keys[key.text] = key.span.line
        parent.children.append((key, node))

    def _close(self, event: Any) -> None:
        done = self._stack.pop()
        span = Span(done.line, done.start, event.end_mark.index)
        children = tuple(done.children)
        self._add(Mapping(children, span, done.flow) if done.mapping else Sequence(children, span, done.flow))

    def _mistake(self, event: Any, message: str, hint: str) -> Mistake:
        return Mistake(self.file, event.start_mark.line + 1, message, hint)
