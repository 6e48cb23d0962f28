"""Holds real answers of GitHub's to what GitHub publishes, and tells of drift by paths and types alone.

What is told can go into a public issue: a path holds no word that GitHub's description does not, and no value, name
or number of an answer is repeated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLOutputType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    is_enum_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
    is_scalar_type,
    parse,
)
from msgspec import Struct

from muniment.app.repositories import listed_in
from muniment.model.asset import GITHUB_REPO
from muniment.model.observation import Batch
from muniment.ports import Answer, Collector, Io
from muniment.register.inventory import Inventory
from muniment.testing.github.contract import wrong_query
from muniment.testing.github.description import load, text
from muniment.testing.github.schema import load as schema

_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_SCALARS: Mapping[str, tuple[type, ...]] = {
    "String": (str,),
    "ID": (str,),
    "Boolean": (bool,),
    "Int": (int,),
    "Float": (int, float),
    "URI": (str,),
    "DateTime": (str,),
    "GitObjectID": (str,),
}


class Heard(Struct, frozen=True):
    """A question and its answer. ``document`` is a GraphQL question's; empty: it was a GET."""

    url: str
    answer: Answer
    document: str = ""
    variables: Mapping[str, Any] = {}


class Drift(Struct, frozen=True, order=True):
    """How an answer differs from what is published: the operation, where in the answer, and how."""

    operation: str
    where: str
    what: str


class Verified(Struct, frozen=True):
    """``asked`` counts the answers by operation; ``silent`` those questions that no answer came to."""

    asked: Mapping[str, int]
    drift: tuple[Drift, ...]
    silent: int


class Overhearing:
    """Asks through another ``Io`` and keeps what was said."""

    def __init__(self, io: Io) -> None:
        self._io = io
        self.heard: list[Heard] = []

    async def get(
        self, url: str, *, accept: str = "application/json", credential: str = "", headers: Mapping[str, str] = {}
    ) -> Answer:
        """As ``Io.get``."""
        answer = await self._io.get(url, accept=accept, credential=credential, headers=headers)
        self.heard.append(Heard(url, answer))
        return answer

    async def query(
        self, url: str, document: str, variables: Mapping[str, object], *, credential: str = ""
    ) -> Answer:
        """As ``Io.query``."""
        answer = await self._io.query(url, document, variables, credential=credential)
        self.heard.append(Heard(url, answer, document, variables))
        return answer


async def overhear(collectors: Sequence[Collector], io: Io, organization: str) -> tuple[Heard, ...]:
    """Ask what the collectors would ask of an organization, and of one repository where each takes a question."""
    listening = Overhearing(io)
    batches: list[Batch] = []
    for collector in sorted(collectors, key=lambda c: c.rank):
        known = listed_in(batches, Inventory.of(()))
        for scope in known[:1] if collector.families == (GITHUB_REPO,) else (organization,):
            list(collector.requests(scope))  # a collector that asks for several at once notes them here
            batches += collector.parse(await collector.fetch(scope, listening))
    return tuple(listening.heard)


def verify(heard: Iterable[Heard], rest: str, graphql: str) -> Verified:
    """What is wrong with some answers. ``rest`` and ``graphql`` are the addresses that were asked."""
    asked: dict[str, int] = {}
    drift: set[Drift] = set()
    silent = 0
    for one in heard:
        if one.answer.status == 0:
            silent += 1
            continue
        operation = _operation(one, rest)
        asked[operation] = asked.get(operation, 0) + 1
        drift.update(_graphql(one, operation) if one.document else _rest(one, rest, operation))
    return Verified(dict(sorted(asked.items())), tuple(sorted(drift)), silent)


def _path(one: Heard, rest: str) -> str:
    return urlsplit(one.url).path.removeprefix(urlsplit(rest).path.rstrip("/"))


def _operation(one: Heard, rest: str) -> str:
    if one.document:
        return next((n for n in _names(one.document)), "GraphQL")
    matched = load().match("GET", _path(one, rest))
    return matched.operation.id if matched else "not described"


def _names(document: str) -> Iterator[str]:
    for definition in parse(document).definitions:
        if isinstance(definition, OperationDefinitionNode):
            yield f"GraphQL {definition.name.value}" if definition.name else "GraphQL"


# ---------------------------------------------------------------- REST


def _rest(one: Heard, rest: str, operation: str) -> Iterator[Drift]:
    path, query = _path(one, rest), parse_qsl(urlsplit(one.url).query, keep_blank_values=True)
    described = load()
    for wrong in described.check_request("GET", path, query):
        yield Drift(operation, "request", redacted(wrong.rpartition(": ")[2]))
    if one.answer.status == 304:
        return
    try:
        body = json.loads(one.answer.body) if one.answer.body else None
    except ValueError:
        yield Drift(operation, f"{one.answer.status}", "the body is not JSON")
        return
    for wrong in described.check_response("GET", path, one.answer.status, body):
        _, _, rest_of_it = wrong.partition(": ")
        status, _, told = rest_of_it.partition(": ")
        where, _, what = told.partition(": ")
        if not what:
            where, what = "", told or rest_of_it
        yield Drift(operation, f"{status} {_place(where)}".strip(), redacted(what))


def _place(path: str) -> str:
    """A path through an answer: numbers as ``[]``, and keys that are not GitHub's own words as ``…``."""
    steps = [s for s in path.split("/") if s]
    return "/" + "/".join("[]" if s.isdecimal() else s if s in _words() else "…" for s in steps)


def redacted(message: str) -> str:
    """A message without any quoted word that is not of GitHub's own description."""
    return _QUOTED.sub(lambda m: m[0] if m[0][1:-1] in _words() else "…", message)


@cache
def _words() -> frozenset[str]:
    """The names of fields, values of enumerations, types and formats that the description has."""
    found: set[str] = {"string", "integer", "number", "boolean", "null", "object", "array"}
    left: list[Any] = [msgspec.json.decode(text())]
    while left:
        part = left.pop()
        if isinstance(part, dict):
            found.update(part.get("properties", {}))
            found.update(v for v in part.get("enum", ()) if isinstance(v, str))
            found.update(v for v in (part.get("format"),) if isinstance(v, str))
            left += part.values()
        elif isinstance(part, list):
            left += part
    return frozenset(found)


# ---------------------------------------------------------------- GraphQL


def _graphql(one: Heard, operation: str) -> Iterator[Drift]:
    for _ in wrong_query(one.document, one.variables):
        yield Drift(operation, "request", "the published schema does not allow the question")
    if one.answer.status != 200:
        yield from (
            ()
            if one.answer.status in (401, 403, 429, 502, 503)
            else (Drift(operation, "answer", "a status that GraphQL does not answer with"),)
        )
        return
    try:
        body = json.loads(one.answer.body)
    except ValueError:
        yield Drift(operation, "answer", "the body is not JSON")
        return
    if not isinstance(body, dict) or not isinstance(body.get("data"), dict | None):
        yield Drift(operation, "answer", "not an object with data")
        return
    failed = {tuple(e["path"]) for e in _errors(body) if isinstance(e.get("path"), list)}
    if body.get("data") is None:
        return
    document = parse(one.document)
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    query = schema().query_type
    assert query is not None
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            walk = _Walk(operation, fragments, dict(one.variables), failed)
            yield from walk.object(query, definition.selection_set, body["data"], (), ())


def _errors(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    errors = body.get("errors")
    return [e for e in errors if isinstance(e, dict)] if isinstance(errors, list) else []


class _Walk:
    """Goes through an answer along the question. ``failed`` are the places that an error speaks for."""

    def __init__(
        self,
        operation: str,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Mapping[str, Any],
        failed: set[tuple[Any, ...]],
    ) -> None:
        self._operation = operation
        self._fragments = fragments
        self._variables = variables
        self._failed = failed

    def object(
        self,
        type: GraphQLObjectType,
        asked: SelectionSetNode,
        value: Any,
        shown: tuple[str, ...],
        at: tuple[Any, ...],
    ) -> Iterator[Drift]:
        if not isinstance(value, dict):
            yield self._drift(shown, f"{_kind(value)}, and {type.name} is an object")
            return
        for field in self._fields(type, asked):
            name = field.alias.value if field.alias else field.name.value
            if field.name.value == "__typename":
                continue
            here, there = (*shown, name), (*at, name)
            if name not in value:
                yield self._drift(here, "missing")
                continue
            definition = type.fields.get(field.name.value)
            if definition is not None:
                yield from self._value(definition.type, field, value[name], here, there)

    def _value(
        self, type: GraphQLOutputType, field: FieldNode, value: Any, shown: tuple[str, ...], at: tuple[Any, ...]
    ) -> Iterator[Drift]:
        if is_non_null_type(type):
            if value is None:
                if at not in self._failed:
                    yield self._drift(shown, f"null, and {type} never is")
                return
            type = type.of_type
        if value is None:
            return
        if is_list_type(type):
            if not isinstance(value, list):
                yield self._drift(shown, f"{_kind(value)}, and {type} is a list")
                return
            for number, item in enumerate(value):
                yield from self._value(type.of_type, field, item, (*shown, "[]"), (*at, number))
        elif is_scalar_type(type):
            kinds = _SCALARS.get(type.name)
            if kinds and (not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds)):
                yield self._drift(shown, f"{_kind(value)}, and it is {type.name}")
        elif is_enum_type(type):
            if value not in type.values:
                yield self._drift(shown, f"a value that {type.name} does not have")
        elif field.selection_set is not None:
            yield from self._composite(type, field.selection_set, value, shown, at)

    def _composite(
        self, type: Any, asked: SelectionSetNode, value: Any, shown: tuple[str, ...], at: tuple[Any, ...]
    ) -> Iterator[Drift]:
        if is_object_type(type):
            yield from self.object(type, asked, value, shown, at)
            return
        named = value.get("__typename") if isinstance(value, dict) else None
        concrete = schema().get_type(named) if isinstance(named, str) else None
        if isinstance(named, str) and not isinstance(concrete, GraphQLObjectType):
            yield self._drift(shown, f"a type that the published schema does not have as {type.name}")
        elif isinstance(concrete, GraphQLObjectType):
            yield from self.object(concrete, asked, value, shown, at)
        elif not isinstance(value, dict):
            yield self._drift(shown, f"{_kind(value)}, and {type.name} is an object")

    def _fields(self, type: GraphQLObjectType, asked: SelectionSetNode) -> Iterator[FieldNode]:
        for node in asked.selections:
            if not self._included(node):
                continue
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, InlineFragmentNode):
                if node.type_condition is None or self._is(type, node.type_condition.name.value):
                    yield from self._fields(type, node.selection_set)
            elif isinstance(node, FragmentSpreadNode):
                fragment = self._fragments[node.name.value]
                if self._is(type, fragment.type_condition.name.value):
                    yield from self._fields(type, fragment.selection_set)

    def _included(self, node: Any) -> bool:
        for directive in node.directives or ():
            for argument in directive.arguments:
                given = argument.value
                word = getattr(getattr(given, "name", None), "value", None)
                on = bool(self._variables.get(word)) if word else bool(getattr(given, "value", True))
                if on is (directive.name.value == "skip"):
                    return False
        return True

    @staticmethod
    def _is(type: GraphQLObjectType, condition: str) -> bool:
        return condition in {type.name, *(i.name for i in type.interfaces)} or any(
            type in schema().get_possible_types(union)  # type: ignore[arg-type]
            for union in (schema().get_type(condition),)
            if union is not None and hasattr(union, "types")
        )

    def _drift(self, shown: tuple[str, ...], what: str) -> Drift:
        return Drift(self._operation, "/" + "/".join(shown), what)


def _kind(value: Any) -> str:
    """The JSON type of a value: never the value."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"
