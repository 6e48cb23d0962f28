"""Reads GraphQL's answers, in which data and errors come together: an error spoils what it points at, no more.

GitHub's error texts name things, private repositories among them. Only an error's type is ever repeated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import replace

from muniment.collectors.reading import Label, Missed, missed, said, unreadable
from muniment.model.observation import Outcome
from muniment.ports import Answer

T = TypeVar("T")
Path = tuple[str | int, ...]

_DENIES = frozenset({"FORBIDDEN", "INSUFFICIENT_SCOPES", "UNAUTHORIZED"})
_NO_TYPE = "an error without a type"
_TYPE = re.compile(r"[A-Z][A-Z_]{0,60}")
NULL = Raw(b"null")


class _Error(Struct):
    type: str | None = None
    path: list[str | int] | None = None


class _Envelope(Struct):
    data: Raw = NULL
    errors: Raw = NULL


class PageInfo(Struct, rename="camel"):
    """Where a page of a list ends."""

    has_next_page: bool
    end_cursor: Label | None = None


class Connection(Struct, rename="camel"):
    """What every list has beside its items."""

    total_count: int
    page_info: PageInfo


class Fault(Struct, frozen=True):
    """One error of an answer: GitHub's word for its type, and what it points at (empty: all of it)."""

    type: str
    path: Path = ()

    @property
    def outcome(self) -> Outcome:
        """What a look that met this error comes to."""
        if self.type in _DENIES:
            return Outcome.DENIED
        return Outcome.UNREADABLE if self.type == _NO_TYPE else Outcome.UNREACHABLE


class Reply(Struct, frozen=True):
    """An answer that carries data, whole or in part."""

    data: bytes
    faults: tuple[Fault, ...]
    at: datetime


class Node(Struct, frozen=True):
    """A part of an answer, undecoded, with the errors at, above or below it; their paths begin at the node."""

    raw: bytes
    faults: tuple[Fault, ...] = ()

    @property
    def missing(self) -> bool:
        """True if there is nothing: ``null``."""
        return self.raw.strip() in (b"", b"null")

    def hit(self, *fields: str) -> Missed | None:
        """Why these fields cannot be believed; ``None``: no error points at, above or below them.

        A field below another is written with a dot: ``defaultBranchRef.name``.
        """
        asked = [tuple(field.split(".")) for field in fields]
        return why(f for f in self.faults if not f.path or any(_meet(f.path, path) for path in asked))

    def part(self, decoder: msgspec.json.Decoder[T], *fields: str) -> T | Missed:
        """The node as a typed value, or why its ``fields`` cannot be read."""
        hit = self.hit(*fields)
        if hit is not None:
            return hit
        return decoded(self.raw, decoder)


def why(faults: Iterable[Fault]) -> Missed | None:
    """What errors come to, the worst of them first; ``None``: there are none."""
    found = sorted({(f.outcome is not Outcome.DENIED, f.type, f.outcome.value) for f in faults})
    if not found:
        return None
    types = ", ".join(dict.fromkeys(type for _, type, _ in found))
    return Missed(Outcome(found[0][2]), said(f"GitHub answered with errors: {types}"))


def decoded(raw: bytes, decoder: msgspec.json.Decoder[T]) -> T | Missed:
    """A typed value, or why there is none. What stands in the text is not repeated."""
    try:
        return decoder.decode(raw)
    except msgspec.ValidationError as fault:
        return unreadable(f"the answer has another shape: {fault}")
    except (msgspec.DecodeError, UnicodeDecodeError):
        return unreadable("the answer is not JSON")
    except RecursionError:
        return unreadable("the answer is nested too deeply")


_ENVELOPE = msgspec.json.Decoder(_Envelope)
_ERRORS = msgspec.json.Decoder(list[Raw])
_ERROR = msgspec.json.Decoder(_Error)
_FIELDS = msgspec.json.Decoder(dict[str, Raw])
_LIST = msgspec.json.Decoder(list[Raw])


def reply(answer: Answer) -> Reply | Missed:
    """An answer's data and errors, or why it has no data at all."""
    no_content = missed(answer)
    if no_content is not None:
        if no_content.outcome is Outcome.ABSENT:  # the address of all questions is not the thing asked about
            return Missed(Outcome.UNREACHABLE, no_content.detail)
        return no_content
    envelope = decoded(answer.body, _ENVELOPE)
    if isinstance(envelope, Missed):
        return envelope
    faults = _faults(bytes(envelope.errors))
    data = bytes(envelope.data)
    if data.strip() == b"null":
        return why(faults) or unreadable("GitHub answered without data")
    return Reply(data, faults, answer.at)


def below(node: Node, *path: str) -> Node:
    """The part of a node that a path of names leads to; a missing one where there is nothing."""
    for name in path:
        fields = decoded(node.raw, _FIELDS)
        raw = NULL if isinstance(fields, Missed) else fields.get(name, NULL)
        node = Node(bytes(raw), _at(node.faults, name))
    return node


def alone(answer: Answer, alias: str, name: str) -> Answer:
    """The part of an answer that stands under an alias, as an answer to a question about it alone, under its name.

    Errors that point at other parts are left out; those that point at nothing are everybody's.
    """
    found = reply(answer)
    if isinstance(found, Missed):
        return answer
    errors = [
        {"type": None if f.type == _NO_TYPE else f.type, "path": [name, *f.path[1:]] if f.path else None}
        for f in found.faults
        if not f.path or f.path[0] == alias
    ]
    part = Raw(below(root(found), alias).raw)
    return replace(answer, body=msgspec.json.encode({"data": {name: part}, "errors": errors or None}))


def refusals(answer: Answer) -> frozenset[str]:
    """The types of the errors of an answer; none if it is no GraphQL answer."""
    if answer.status != 200:
        return frozenset()
    envelope = decoded(answer.body, _ENVELOPE)
    if isinstance(envelope, Missed):
        return frozenset()
    return frozenset(f.type for f in _faults(bytes(envelope.errors)))


def root(found: Reply) -> Node:
    """An answer's data as a node."""
    return Node(found.data, found.faults)


def each(node: Node) -> list[Node]:
    """The nodes of a list; none if it is not one."""
    listed = decoded(node.raw, _LIST)
    if isinstance(listed, Missed):
        return []
    return [Node(bytes(raw), _at(node.faults, n)) for n, raw in enumerate(listed)]


def _meet(one: Path, other: Path) -> bool:
    """True if one path leads to the other, or on from it."""
    return all(a == b for a, b in zip(one, other, strict=False))


def _at(faults: Iterable[Fault], step: str | int) -> tuple[Fault, ...]:
    return tuple(Fault(f.type, f.path[1:]) if f.path else f for f in faults if not f.path or f.path[0] == step)


def _faults(raw: bytes) -> tuple[Fault, ...]:
    if raw.strip() == b"null":
        return ()
    listed = decoded(raw, _ERRORS)
    if isinstance(listed, Missed):
        return (Fault(_NO_TYPE),)
    return tuple(_fault(bytes(one)) for one in listed)


def _fault(raw: bytes) -> Fault:
    error = decoded(raw, _ERROR)
    if isinstance(error, Missed):
        return Fault(_NO_TYPE)
    type = error.type or ""
    return Fault(type if _TYPE.fullmatch(type) else _NO_TYPE, tuple(error.path or ()))
