"""Says everything that is wrong with one entry, where msgspec stops at the first mistake."""

from __future__ import annotations

import enum
import types
import typing
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import FieldInfo

from muniment.model.errors import Mistake
from muniment.register.document import Mapping, Node, Scalar, Sequence, plain
from muniment.register.spelling import did_you_mean, quoted


def diagnose(node: Node, expected: Any, *, file: str, line: int, path: tuple[str, ...]) -> Iterator[Mistake]:
    """Every mistake in ``node``, which stands under the key on ``line`` and should be of the type ``expected``.

    ``path`` are the keys that lead to it. Nothing is given for a node that ``msgspec.convert`` would accept.
    """
    base, metas = unwrap(expected)
    if typing.get_origin(base) in (typing.Union, types.UnionType):
        if isinstance(node, Scalar) and node.value is None:
            return
        yield from diagnose(node, chosen(node, base), file=file, line=line, path=path)
    elif isinstance(base, type) and issubclass(base, Struct):
        yield from _struct(node, base, file, line, path)
    elif typing.get_origin(base) is dict:
        yield from _dict(node, base, file, line, path)
    elif typing.get_origin(base) is tuple:
        yield from _tuple(node, base, file, line, path)
    else:
        yield from _leaf(node, expected, base, metas, file, line, path)


@cache
def fields_of(struct: type[Struct]) -> tuple[FieldInfo, ...]:
    """A type's fields; asked once, since msgspec evaluates the annotations anew each time."""
    return msgspec.structs.fields(struct)


def unwrap(expected: Any) -> tuple[Any, tuple[Meta, ...]]:
    """A type without its annotations, and those."""
    if typing.get_origin(expected) is Annotated:
        base, *metas = typing.get_args(expected)
        return base, tuple(m for m in metas if isinstance(m, Meta))
    return expected, ()


def chosen(node: Node, union: Any) -> Any:
    """Which of a union's types a node means to be: the list if it is one, else the other."""
    options = [option for option in typing.get_args(union) if option is not type(None)]
    wants_list = isinstance(node, Sequence)
    return next((o for o in options if (typing.get_origin(unwrap(o)[0]) is tuple) == wants_list), options[0])


def _struct(node: Node, expected: type[Struct], file: str, line: int, path: tuple[str, ...]) -> Iterator[Mistake]:
    fields = {field.encode_name: field for field in fields_of(expected)}
    if not isinstance(node, Mapping):
        names = ", ".join(list(fields)[:4])
        yield _mistake(file, node.span.line, path, f"expected keys such as {names}; got {_got(node)}")
        return
    for key, value in node.entries:
        field = fields.get(key.text)
        if field is None:
            hint = did_you_mean(key.text, fields, "known keys: " + ", ".join(fields))
            yield _mistake(file, key.span.line, path, f"unknown key {quoted(key.text)}", hint)
        else:
            yield from diagnose(value, field.type, file=file, line=key.span.line, path=(*path, key.text))
    for name, field in fields.items():
        if field.required and node.get(name) is None:
            _, metas = unwrap(field.type)
            yield _mistake(file, line, path, f"the key {name!r} is missing", _description(metas))


def _dict(node: Node, expected: Any, file: str, line: int, path: tuple[str, ...]) -> Iterator[Mistake]:
    key_type, value_type = typing.get_args(expected)
    if not isinstance(node, Mapping):
        yield _mistake(file, node.span.line, path, f"expected keys and values; got {_got(node)}")
        return
    for key, value in node.entries:
        yield from bad_key(key, key_type, file=file, path=path)
        yield from diagnose(value, value_type, file=file, line=key.span.line, path=(*path, key.text))


def bad_key(key: Scalar, expected: Any, *, file: str, path: tuple[str, ...]) -> Iterator[Mistake]:
    """The mistake in a key that does not have its shape, if so."""
    try:
        msgspec.convert(key.text, expected)
    except msgspec.ValidationError:
        _, metas = unwrap(expected)
        yield _mistake(file, key.span.line, path, f"{quoted(key.text)} will not do as a key", _description(metas))


def _tuple(node: Node, expected: Any, file: str, line: int, path: tuple[str, ...]) -> Iterator[Mistake]:
    item_type = typing.get_args(expected)[0]
    if not isinstance(node, Sequence):
        yield _mistake(file, node.span.line, path, f"expected a list; got {_got(node)}", "write [one, two]")
        return
    for number, item in enumerate(node.items, start=1):
        yield from diagnose(item, item_type, file=file, line=item.span.line, path=(*path, f"item {number}"))


def _leaf(
    node: Node, expected: Any, base: Any, metas: tuple[Meta, ...], file: str, line: int, path: tuple[str, ...]
) -> Iterator[Mistake]:
    try:
        msgspec.convert(plain(node), expected)
    except msgspec.ValidationError as error:
        wanted, hint = _wanted(node, base, metas, str(error))
        yield _mistake(file, line, path, f"expected {wanted}; got {_got(node)}", hint)


def _wanted(node: Node, base: Any, metas: tuple[Meta, ...], said: str) -> tuple[str, str]:
    text = node.text if isinstance(node, Scalar) else ""
    words = _words(base)
    if words:
        return "one of " + ", ".join(words), did_you_mean(text, words)
    if base is date:
        return "a day that exists, written YYYY-MM-DD", ""
    if base is bool:
        return "true or false", "write it without quotes" if text.lower() in ("true", "false") else ""
    if base is int:
        bounds = [
            f"{word} {limit}" for m in metas for word, limit in (("from", m.ge), ("to", m.le)) if limit is not None
        ]
        return " ".join(["a whole number", *bounds]), ""
    if base is str and isinstance(node, Scalar) and node.value is not None and not isinstance(node.value, str):
        return "text", "put it in quotes"
    if base is str:
        longest = next((m.max_length for m in metas if m.max_length is not None), None)
        if longest is not None and len(text) > longest:
            return f"at most {longest} characters", ""
        return next((m.description for m in metas if m.description), "text"), ""
    return said, ""


def _words(base: Any) -> list[str]:
    if isinstance(base, type) and issubclass(base, enum.Enum):
        return [str(member.value) for member in base]
    return [str(word) for word in typing.get_args(base)] if typing.get_origin(base) is Literal else []


def _description(metas: tuple[Meta, ...]) -> str:
    return next((m.description for m in reversed(metas) if m.description), "")


def _got(node: Node) -> str:
    if isinstance(node, Sequence):
        return "a list"
    if isinstance(node, Mapping):
        return "keys and values"
    if node.value is None:
        return "nothing"
    if isinstance(node.value, bool):
        return f"the truth value {node.text}"
    if isinstance(node.value, int | float):
        return f"the number {quoted(node.text)[1:-1]}"
    return quoted(node.text)


def _mistake(file: str, line: int, path: tuple[str, ...], said: str, hint: str = "") -> Mistake:
    place = " › ".join(quoted(part)[1:-1] for part in path)
    return Mistake(file, line, f"{place}: {said}" if place else said, hint)
