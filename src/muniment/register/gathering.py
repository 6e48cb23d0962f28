"""Collects the entries of all files, each with the place it stands in, before anything is compared."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable
from typing import Annotated, Any

import msgspec
from msgspec import Struct

from muniment.model.errors import Mistake
from muniment.model.verdict import Where
from muniment.register.diagnosis import bad_key, diagnose
from muniment.register.document import Document, Mapping, Node, Scalar, Sequence, plain
from muniment.register.format import RegisterFile
from muniment.register.guarding import CREDENTIALS, GUARDED, guarded, hushed
from muniment.register.salvage import salvage
from muniment.register.spelling import did_you_mean, nearest, quoted


class Placed(Struct, frozen=True):
    """An entry where it stands. ``key`` is its key, or its number in a list; what is wrong in it is left empty.

    ``tree`` is the included tree that it stands in (empty: the first one), ``owner`` the subproject that keeps it
    (empty: the council).
    """

    key: str
    entry: Any
    node: Node
    where: Where
    subproject: str = ""
    tree: str = ""
    owner: str = ""

    def line(self, *path: str | int) -> int:
        """The line of a value within the entry, by keys and numbers in lists; of the entry if there is none."""
        node, line = self.node, self.where.line
        for step in path:
            if isinstance(node, Mapping) and isinstance(step, str):
                found = next(((key, value) for key, value in node.entries if key.text == step), None)
                if found is None:
                    return line
                line, node = found[0].span.line, found[1]
            elif isinstance(node, Sequence) and isinstance(step, int):
                node = node.items[step]
                line = node.span.line
        return line

    def writes(self, key: str) -> bool:
        """True if the entry has a key, whatever its value."""
        return isinstance(self.node, Mapping) and self.node.get(key) is not None


class Gathered(Struct):
    """The entries of every section, in the order of the files. ``complete``: no file or tree is unread."""

    sections: dict[str, list[Placed]]
    mistakes: list[Mistake]
    complete: bool = True

    def section(self, name: str) -> list[Placed]:
        """All entries under a top-level key."""
        return self.sections.get(name, [])


def gather(
    documents: Iterable[tuple[str, Document]], into: Gathered | None = None, *, tree: str = "", owner: str = ""
) -> Gathered:
    """The entries of a tree's files, given by name, added to those of other trees."""
    gathered = into or Gathered({}, [])
    for name, document in documents:
        gathered.mistakes.extend(document.mistakes)
        gathered.complete = gathered.complete and document.readable
        if document.root is not None and not _nothing(document.root):
            _file(gathered, name, document.root, tree, owner)
    return gathered


def _nothing(node: Node) -> bool:
    return isinstance(node, Scalar) and node.value is None


_SECTIONS = {field.encode_name: field.type for field in msgspec.structs.fields(RegisterFile)}


def _file(gathered: Gathered, file: str, root: Node, tree: str, owner: str) -> None:
    if not isinstance(root, Mapping):
        said = "expected keys such as " + ", ".join(_SECTIONS)
        gathered.mistakes.append(Mistake(file, root.span.line, said, "begin with 'assets:'"))
        gathered.complete = False
        return
    default = root.get("subproject")
    subproject = default.text if isinstance(default, Scalar) and isinstance(default.value, str) else ""
    home = _Home(file, owner or subproject, tree, owner)
    for key, node in root.entries:
        section = key.text
        if section not in _SECTIONS:
            hint = did_you_mean(section, _SECTIONS, "known keys: " + ", ".join(_SECTIONS))
            gathered.mistakes.append(Mistake(file, key.span.line, f"unknown key {quoted(section)}", hint))
            section = nearest(section, _SECTIONS)  # read on as if it were right, so that all mistakes show
        if section and not _nothing(node):
            placed = gathered.sections.setdefault(section, [])
            placed.extend(_section(gathered.mistakes, home, section, key.span.line, node))


class _Home(Struct, frozen=True):
    """What the entries of a file have in common."""

    file: str
    subproject: str
    tree: str
    owner: str


def _section(mistakes: list[Mistake], home: _Home, section: str, line: int, node: Node) -> Iterable[Placed]:
    file, common = home.file, (home.subproject, home.tree, home.owner)
    if section in GUARDED:
        node, told = guarded(node, section, file)
        mistakes.extend(told)
    expected = _bare(_SECTIONS[section])
    origin = typing.get_origin(expected)
    if origin is dict and isinstance(node, Mapping):
        key_type, value_type = typing.get_args(expected)
        for own, value in node.entries:
            mistakes.extend(bad_key(own, key_type, file=file, path=(section,)))
            where = Where(file, own.span.line)
            entry = _entry(mistakes, value, value_type, where, (section, own.text))
            yield Placed(own.text, entry, value, where, *common)
    elif origin is tuple and isinstance(node, Sequence):
        for number, item in enumerate(node.items, start=1):
            where = Where(file, item.span.line)
            entry = _entry(mistakes, item, typing.get_args(expected)[0], where, (section, f"item {number}"))
            yield Placed(str(number), entry, item, where, *common)
    else:
        where = Where(file, line)
        entry = _entry(mistakes, node, expected, where, (section,))
        if origin not in (dict, tuple):
            yield Placed(section, entry, node, where, *common)


def _bare(expected: Any) -> Any:
    """A section's type without its description and without ``None``."""
    if typing.get_origin(expected) is Annotated:
        expected = typing.get_args(expected)[0]
    if typing.get_origin(expected) in (typing.Union, types.UnionType):
        return next(option for option in typing.get_args(expected) if option is not type(None))
    return expected


def _entry(mistakes: list[Mistake], node: Node, expected: Any, where: Where, path: tuple[str, ...]) -> Any:
    try:
        return msgspec.convert(plain(node), expected)
    except msgspec.ValidationError as error:
        shown = hushed(node) if path[0] == CREDENTIALS else node
        found = list(diagnose(shown, expected, file=where.file, line=where.line, path=path))
        said = "" if path[0] == CREDENTIALS else str(error)
        otherwise = f"{' › '.join(path)}: {said or 'it cannot be read as a credential'}"
        mistakes.extend(found or [Mistake(where.file, where.line, otherwise)])
        return salvage(node, expected)
