"""Reads the lists that people keep already: names, ids and addresses, one a line, in tables or in Markdown.

Only what is a name or an address is read. Prose is never interpreted.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence

from muniment.model.asset import canonical
from muniment.model.errors import Mistake, RegisterError, UsageError
from muniment.model.text import plain
from muniment.model.verdict import Where
from muniment.register.discovering.seen import OnList
from muniment.register.files import Text
from muniment.register.governance import naming

Recognise = Callable[[str], str]
"""The asset id of a package that an address or a package URL names; empty for any other."""

MOST = 10_000
"""The items of all lists together."""

_LONGEST = 4_000
_ADDRESS = re.compile(r"(?:https?://|pkg:)[^\s<>()\[\]\"'`|,;]+")
_ID = re.compile(r"(?:github:(?:org|repo)/|pypi:|npm:)[^\s<>()\[\]\"'`|,;]+")
_BARE = re.compile(r"@?[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9._-]+)?")
_ITEM = re.compile(r"(?:[-*+]|[0-9]+[.)])[ \t]+")
_HEADS = frozenset(("name", "package", "repository", "repo", "project", "organization", "org", "asset", "id"))


def on_lists(texts: Sequence[Text], mistakes: Sequence[Mistake], recognise: Recognise) -> tuple[OnList, ...]:
    """What stands on some lists, each thing once; ``RegisterError`` where one cannot be read."""
    found: dict[str, OnList] = {}
    wrong = list(mistakes)
    for text in texts:
        for item in _items(text, recognise):
            found.setdefault(item.asset or item.said.lower(), item)
            if len(found) > MOST:
                told = f"more than {MOST:,} things on the lists"
                wrong.append(Mistake(text.name, item.where.line or 1, told, "give shorter lists"))
                break
    if wrong:
        raise RegisterError(tuple(wrong))
    return tuple(found.values())


def _items(text: Text, recognise: Recognise) -> Iterator[OnList]:
    table = text.name.lower().endswith((".csv", ".tsv"))
    for number, line in enumerate(text.text.split("\n"), start=1):
        if len(line) > _LONGEST or line.lstrip().startswith(("#", "<!--")):
            continue
        where = Where(text.name, number)
        named = [*_ADDRESS.findall(line), *_ID.findall(_ADDRESS.sub(" ", line))]
        if named:
            for word in named:
                yield OnList(plain(word, 200), where, _asset(word.rstrip(".:!?"), recognise))
            continue
        word = _cell(line) if table else _ITEM.sub("", line.strip(), count=1).strip("`*_ ")
        if _BARE.fullmatch(word) and not (table and number == 1 and word.lower() in _HEADS):
            yield OnList(word, where, _asset(f"github:repo/{word}", recognise) if _is_path(word) else "")


def _is_path(word: str) -> bool:
    return "/" in word and not word.startswith("@")


def _cell(line: str) -> str:
    """The first cell of a row that holds anything."""
    try:
        cells = next(csv.reader([line.replace("\t", ",")], strict=True), [])
    except csv.Error:
        return ""
    return next((cell.strip() for cell in cells if cell.strip()), "")


def _asset(word: str, recognise: Recognise) -> str:
    try:
        package = recognise(word)
        if package:
            return canonical(package)
        return canonical(naming.asset(word) if word.startswith("http") else word)
    except UsageError:
        return ""
