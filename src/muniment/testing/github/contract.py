"""Holds what was asked of GitHub to what GitHub publishes: no unknown path, parameter, value or field. ::

with Server(made.world) as github:
    ...
assert not broken(github.log)
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    get_variable_values,
    parse,
    validate,
)

from muniment.testing.github.description import VERSIONS, load
from muniment.testing.github.pricing import NODE_LIMIT, fields, price
from muniment.testing.github.schema import load as schema
from muniment.testing.github.server import Served

TOKENS = "/access_tokens"
"""The end of the one path that is written to: an App asks there for its token of an hour."""


def broken(log: Iterable[Served]) -> tuple[str, ...]:
    """What was wrong with some requests, each thing once and in order. Empty: nothing was."""
    return tuple(dict.fromkeys(trouble for sent in log for trouble in _wrong(sent)))


def wrong_query(document: str, variables: Mapping[str, Any] | None = None) -> tuple[str, ...]:
    """What is wrong with a GraphQL document: what GitHub's schema, its limits or reading alone do not allow."""
    try:
        read = parse(document)
    except GraphQLError as error:
        return (error.message,)
    if errors := validate(schema(), read):
        return tuple(error.message for error in errors)
    return tuple(
        trouble for operation in _operations(read) for trouble in _limits(read, operation, variables or {})
    )


def _operations(document: DocumentNode) -> list[OperationDefinitionNode]:
    return [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]


def _limits(
    document: DocumentNode, operation: OperationDefinitionNode, variables: Mapping[str, Any]
) -> Iterator[str]:
    name = operation.name.value if operation.name else "the query"
    if operation.operation is not OperationType.QUERY:
        yield f"{name} is a {operation.operation.value}"
        return
    given = get_variable_values(schema(), operation.variable_definitions or (), dict(variables))
    if isinstance(given, list):
        yield from (error.message for error in given)
        return
    unknown = set(variables) - {d.variable.name.value for d in operation.variable_definitions or ()}
    yield from (f"{name} has no variable ${variable}" for variable in sorted(unknown))
    asked = tuple(fields(schema(), document, operation, given))
    yield from (
        f"{name}: {field.parent}.{field.name} asks for {field.length} at once"
        for field in asked
        if field.length is not None and field.length > 100
    )
    if (nodes := price(iter(asked)).nodes) > NODE_LIMIT:
        yield f"{name} asks for {nodes:,} nodes"


def _wrong(sent: Served) -> Iterator[str]:
    if sent.path.endswith("/graphql"):
        yield from _graphql(sent)
        return
    version = sent.headers.get("x-github-api-version", VERSIONS[0])
    if version not in VERSIONS:
        yield f"{sent.path}: no API version {version}"
        return
    body = json.loads(sent.body) if sent.body else None
    if sent.method != "GET" and not (sent.method == "POST" and sent.path.endswith(TOKENS)):
        yield f"{sent.method} {sent.path}: not a read"
    yield from load(version).check_request(sent.method, sent.path, sent.query, body)


def _graphql(sent: Served) -> Iterator[str]:
    if sent.method != "POST":
        yield f"GraphQL is asked by POST, not by {sent.method}"
        return
    try:
        asked = json.loads(sent.body)
        document, variables = asked["query"], asked.get("variables") or {}
    except (ValueError, KeyError, TypeError, AttributeError):
        yield "GraphQL was asked something that is no query"
        return
    yield from wrong_query(document, variables)
