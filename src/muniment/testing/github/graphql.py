"""Answers GraphQL queries about the simulated world, on GitHub's own schema and in GitHub's own form.

What a query asks of a type or a field that this world has not is told as an error, never as null. Mutations and
subscriptions are refused. Scopes, bounds, node limits and prices are judged before anything is looked up, as
GitHub judges them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLAbstractType,
    GraphQLError,
    GraphQLResolveInfo,
    OperationDefinitionNode,
    OperationType,
    execute_sync,
    get_variable_values,
    parse,
    validate,
)

from muniment.testing.github.nodes import Asking, NotSimulated, Trouble
from muniment.testing.github.pricing import NODE_LIMIT, Asked, Price, fields, price
from muniment.testing.github.resolving import TYPES, resolve
from muniment.testing.github.schema import load
from muniment.testing.github.sight import READS_ENTERPRISES, READS_MEMBERS, Viewer
from muniment.testing.github.world import World

LIMIT = 5_000
"""The points of an hour."""

FREE_TO_READ = frozenset({"id", "repositories", "repository"})
"""What of an organization a classic token without ``read:org`` may ask for; every other field is refused it.

From answers that people have published; GitHub does not document which fields want the scope.
"""


def execute(
    world: World,
    viewer: Viewer,
    document: str,
    variables: Mapping[str, Any] | None = None,
    *,
    base: str,
    operation: str | None = None,
    used: int = 0,
    limit: int = LIMIT,
    resets: datetime | None = None,
) -> dict[str, Any]:
    """The body of GitHub's answer (its status is 200) to a query.

    ``base`` is the server's own address, for the URLs in the answer. ``used`` are the points spent in this hour of
    ``limit``, without this query's; ``resets`` is when it ends (UTC; an hour from the world's now).
    """
    if viewer.kind in ("anonymous", "app"):
        return _errors([_plain("This endpoint requires you to be authenticated.")])
    read = _read(document)
    if not isinstance(read, DocumentNode):
        return _errors(read)
    chosen = _operation(read, operation)
    if isinstance(chosen, str):
        return _errors([_plain(chosen)])
    coerced = get_variable_values(load(), chosen.variable_definitions or (), dict(variables or {}))
    if isinstance(coerced, list):
        return _errors([_written(error) for error in coerced])
    asked = tuple(fields(load(), read, chosen, coerced))
    if lacking := _lacking_scopes(viewer, asked):
        return _errors(lacking)
    cost = price(iter(asked))
    if cost.nodes > NODE_LIMIT:
        return _errors([_too_many(cost)])
    result = execute_sync(
        load(),
        read,
        context_value=Asking(
            world=world,
            viewer=viewer,
            base=base,
            price=cost,
            used=used,
            limit=limit,
            resets=resets or world.now + timedelta(hours=1),
        ),
        variable_values=dict(variables or {}),
        operation_name=operation,
        field_resolver=resolve,
        type_resolver=_type,
    )
    answer: dict[str, Any] = {"data": result.data}
    if result.errors:
        answer["errors"] = [_written(error) for error in result.errors]
    return answer


def cost(document: str, variables: Mapping[str, Any] | None = None, operation: str | None = None) -> Price | None:
    """What a query would cost; ``None`` for one that is not answered at all."""
    read = _read(document)
    chosen = _operation(read, operation) if isinstance(read, DocumentNode) else ""
    if not isinstance(read, DocumentNode) or isinstance(chosen, str):
        return None
    coerced = get_variable_values(load(), chosen.variable_definitions or (), dict(variables or {}))
    return None if isinstance(coerced, list) else price(fields(load(), read, chosen, coerced))


@lru_cache(maxsize=256)
def _read(document: str) -> DocumentNode | Sequence[dict[str, Any]]:
    """A document that fits the schema, or what is wrong with it."""
    try:
        read = parse(document)
    except GraphQLError as error:
        return [_written(error)]
    wrong = validate(load(), read)
    return [_written(error) for error in wrong] if wrong else read


def _operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode | str:
    """The operation to answer, or why there is none."""
    found = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    if name is not None:
        found = [d for d in found if d.name is not None and d.name.value == name]
    if len(found) != 1:
        return "An operation name is required" if len(found) > 1 else f"No operation named {name!r}"
    if found[0].operation is not OperationType.QUERY:
        return f"not simulated: {found[0].operation.value}"
    return found[0]


def _lacking_scopes(viewer: Viewer, asked: Sequence[Asked]) -> list[dict[str, Any]]:
    if viewer.kind != "classic":
        return []
    has = ", ".join(f"'{scope}'" for scope in sorted(viewer.scopes))
    return [
        {
            "type": "INSUFFICIENT_SCOPES",
            "locations": _locations(GraphQLError("", field.node)),
            "message": "Your token has not been granted the required scopes to execute this query. "
            f"The '{field.name}' field requires one of the following scopes: ['{wanted}'], "
            f"but your token has only been granted the: [{has}] scopes. "
            "Please modify your token's scopes at: https://github.com/settings/tokens.",
        }
        for field in asked
        if (wanted := _scope_lacking(viewer, field))
    ]


def _scope_lacking(viewer: Viewer, field: Asked) -> str:
    """The scope that a field wants and a token has not; empty: none."""
    if field.parent == "Enterprise" and READS_ENTERPRISES.isdisjoint(viewer.scopes):
        return "read:enterprise"
    of_members = field.parent == "Organization" and field.name not in FREE_TO_READ
    return "read:org" if of_members and READS_MEMBERS.isdisjoint(viewer.scopes) else ""


def _too_many(cost: Price) -> dict[str, Any]:
    return {
        "type": "MAX_NODE_LIMIT_EXCEEDED",
        "message": f"This query requests up to {cost.nodes:,} possible nodes "
        f"which exceeds the maximum limit of {NODE_LIMIT:,}.",
    }


def _type(value: Any, _info: GraphQLResolveInfo[Any], _of: GraphQLAbstractType) -> str | None:
    return TYPES.get(type(value))


def _errors(errors: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {"errors": list(errors)}


def _plain(message: str) -> dict[str, Any]:
    return {"message": message}


def _locations(error: GraphQLError) -> list[dict[str, int]]:
    return [{"line": place.line, "column": place.column} for place in error.locations or ()]


def _written(error: GraphQLError) -> dict[str, Any]:
    """An error in GitHub's form, in which the ``type`` stands beside the message."""
    written: dict[str, Any] = {}
    message = error.message
    match error.original_error:
        case Trouble(type=type, extensions=extensions):
            if type:
                written["type"] = type
            if extensions:
                written["extensions"] = dict(extensions)
        case NotSimulated():
            message = f"not simulated: {message}"
    if error.path is not None:
        written["path"] = list(error.path)
    written["locations"] = _locations(error)
    written["message"] = message
    return written
