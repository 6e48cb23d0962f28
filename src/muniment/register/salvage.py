"""Keeps what is right in an entry that is wrong: its names are still compared, and all mistakes show at once."""

from __future__ import annotations

import typing
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import FieldInfo

from muniment.register.diagnosis import chosen, fields_of, unwrap
from muniment.register.document import Mapping, Node, Scalar, Sequence, plain

NO_DAY = date.max
"""Stands for a day that could not be read."""


def salvage(node: Node | None, expected: Any) -> Any:
    """A value of the type ``expected`` in which whatever is wrong is replaced by an empty one.

    For comparing alone: the register it comes from is refused.
    """
    base, _ = unwrap(expected)
    if type(None) in typing.get_args(base):
        if node is None or (isinstance(node, Scalar) and node.value is None):
            return None
        return salvage(node, chosen(node, base))
    origin = typing.get_origin(base)
    if origin is not None and typing.get_args(base) and origin not in (dict, tuple, typing.Literal):
        return salvage(node, chosen(node, base)) if node is not None else ""
    if isinstance(base, type) and issubclass(base, Struct):
        values = {f.name: _field(node, f) for f in fields_of(base)}
        return base(**values)
    if origin is dict:
        value_type = typing.get_args(base)[1]
        entries = node.entries if isinstance(node, Mapping) else ()
        return {key.text: salvage(value, value_type) for key, value in entries}
    if origin is tuple:
        items = node.items if isinstance(node, Sequence) else ()
        return tuple(salvage(item, typing.get_args(base)[0]) for item in items)
    return _leaf(node, expected, base)


def _field(node: Node | None, field: FieldInfo) -> Any:
    value = node.get(field.encode_name) if isinstance(node, Mapping) else None
    if value is None and not field.required:
        return field.default_factory() if callable(field.default_factory) else field.default
    return salvage(value, field.type)


def _leaf(node: Node | None, expected: Any, base: Any) -> Any:
    try:
        return msgspec.convert(plain(node) if node is not None else None, expected)
    except msgspec.ValidationError:
        return NO_DAY if base is date else "" if base is str else None
