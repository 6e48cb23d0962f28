"""Writes values as YAML that reads the same in versions 1.1 and 1.2, in lines or in brackets."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from muniment.model.errors import UsageError
from muniment.register.document import resolve, unsafe

Value: TypeAlias = "str | int | float | bool | Sequence[Value] | Mapping[str, Value] | None"
"""What an entry of a register can be."""

_SIMPLE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[A-Za-z](?:(?:[A-Za-z0-9 ._/@+-]|:(?=[A-Za-z0-9@]))*[A-Za-z0-9._/@+-])?"
)
_TRUTH = ("yes", "no", "on", "off", "y", "n")
_LONGEST_KEY = 500


def scalar(value: str | int | float | bool | None, quote: str = "") -> str:
    """A scalar on one line that reads as this value. ``quote``: the quotes for a text, if they can hold it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value, quote)
    written = _number(value)
    if repr(resolve(written)) != repr(value):
        raise UsageError(f"the number {written[:40]} cannot be written so that it reads the same")
    return written


def key(word: str) -> str:
    """A key; ``UsageError`` if it cannot be one."""
    if word == "<<" or len(word) > _LONGEST_KEY:
        raise UsageError(f"{word[:40]!r} will not do as a key", hint="choose another")
    return scalar(word)


def inline(value: Value) -> str:
    """A value on one line, collections in brackets and braces."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key(word)}: {inline(own)}" for word, own in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(inline(item) for item in value) + "]"
    return scalar(value)


def entry(word: str, value: Value, indent: int) -> list[str]:
    """The lines of a key and its value, without line ends."""
    head = " " * indent + key(word) + ":"
    return [head, *block(value, indent + 2)] if full(value) else [f"{head} {inline(value)}"]


def item(value: Value, indent: int) -> list[str]:
    """The lines of an item of a list, without line ends."""
    margin = " " * indent
    if isinstance(value, Mapping) and value:
        first, *rest = block(value, indent + 2)
        return [f"{margin}- {first.lstrip(' ')}", *rest]
    return [f"{margin}- {inline(value)}"]


def block(value: Value, indent: int) -> list[str]:
    """The lines of a collection that is not empty."""
    if isinstance(value, Mapping):
        return [line for word, own in value.items() for line in entry(word, own, indent)]
    assert isinstance(value, Sequence) and not isinstance(value, str)
    return [line for own in value for line in item(own, indent)]


def full(value: Value) -> bool:
    """True for a collection that holds something."""
    return not isinstance(value, str) and isinstance(value, Mapping | Sequence) and len(value) > 0


def plain(value: Value) -> Any:
    """A value in Python's own lists and dictionaries."""
    if isinstance(value, Mapping):
        return {word: plain(own) for word, own in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(own) for own in value]
    return value


def same(one: object, other: object) -> bool:
    """True if two values are equal, their types (``1``, ``1.0`` and ``true`` are three) and their order too."""
    return repr(one) == repr(other)


def _text(text: str, quote: str) -> str:
    if unsafe(text) or "\r" in text:
        raise UsageError("the text holds a control character", hint="type it again without")
    if quote == "'" and "\n" not in text and "\t" not in text:
        return "'" + text.replace("'", "''") + "'"
    if quote != '"' and _SIMPLE.fullmatch(text) and resolve(text) == text and text.lower() not in _TRUTH:
        return text
    return json.dumps(text, ensure_ascii=False)


def _number(value: int | float) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return ".nan" if math.isnan(value) else ".inf" if value > 0 else "-.inf"
    return repr(value)
