"""What a GraphQL query may cost: its possible nodes and its points, by the arithmetic that GitHub documents.

Every connection's request is counted as often as the connections around it are long. The points are the requests
over a hundred, to the nearest whole number and at least one. Source: GitHub's page on rate limits of GraphQL.
"""

from __future__ import annotations

from collections.abc import Iterator

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLIncludeDirective,
    GraphQLNamedType,
    GraphQLSchema,
    GraphQLSkipDirective,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    is_composite_type,
    is_interface_type,
    is_object_type,
    value_from_ast_untyped,
)
from graphql.execution import get_directive_values
from graphql.execution.values import VariableValues
from msgspec import Struct

NODE_LIMIT = 500_000


class Price(Struct, frozen=True):
    """``nodes`` a query may bring at most, the ``requests`` that this takes, and their ``points``."""

    nodes: int
    requests: int

    @property
    def points(self) -> int:
        """What is taken from the hour's allowance."""
        return max(1, (self.requests + 50) // 100)


class Asked(Struct, frozen=True):
    """A field that a query asks for: of which type, and how often at most.

    ``length`` is how long a page of it may get; ``None``: it is no connection.
    """

    parent: str
    node: FieldNode
    times: int
    length: int | None

    @property
    def name(self) -> str:
        """The field's name in the schema."""
        return self.node.name.value


class _Walk:
    """One walk through a query, fragments and all."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, variables: VariableValues) -> None:
        self.schema = schema
        self.variables = variables
        self.fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}

    def of(self, parent: GraphQLNamedType, chosen: SelectionSetNode, times: int) -> Iterator[Asked]:
        for part in chosen.selections:
            if self._left_out(part):
                continue
            if isinstance(part, FieldNode):
                yield from self._field(parent, part, times)
            elif isinstance(part, FragmentSpreadNode):
                fragment = self.fragments[part.name.value]
                yield from self.of(self._type(fragment.type_condition.name.value), fragment.selection_set, times)
            elif isinstance(part, InlineFragmentNode):
                condition = part.type_condition
                inner = self._type(condition.name.value) if condition else parent
                yield from self.of(inner, part.selection_set, times)

    def _field(self, parent: GraphQLNamedType, node: FieldNode, times: int) -> Iterator[Asked]:
        if not (is_object_type(parent) or is_interface_type(parent)) or node.name.value not in parent.fields:
            return  # __typename and introspection are free
        field: GraphQLField = parent.fields[node.name.value]
        length = self._length(field, node)
        yield Asked(parent.name, node, times, length)
        inner = get_named_type(field.type)
        if node.selection_set and is_composite_type(inner):
            yield from self.of(inner, node.selection_set, times * max(1, length or 1))

    def _length(self, field: GraphQLField, node: FieldNode) -> int | None:
        if "first" not in field.args or not get_named_type(field.type).name.endswith("Connection"):
            return None
        given = {
            a.name.value: value_from_ast_untyped(a.value, self.variables.coerced) for a in node.arguments or ()
        }
        lengths = [n for n in (given.get("first"), given.get("last")) if isinstance(n, int)]
        return max(lengths, default=0)

    def _left_out(self, part: object) -> bool:
        if not isinstance(part, FieldNode | FragmentSpreadNode | InlineFragmentNode):
            return False
        skip = get_directive_values(GraphQLSkipDirective, part, self.variables)
        include = get_directive_values(GraphQLIncludeDirective, part, self.variables)
        return bool(skip and skip["if"]) or bool(include and not include["if"])

    def _type(self, name: str) -> GraphQLNamedType:
        return self.schema.type_map[name]


def fields(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: VariableValues,
) -> Iterator[Asked]:
    """Every field that a valid query asks for, its fragments followed."""
    root = schema.get_root_type(operation.operation)
    if root is not None:
        yield from _Walk(schema, document, variables).of(root, operation.selection_set, 1)


def price(asked: Iterator[Asked]) -> Price:
    """What a query may cost."""
    connections = [field for field in asked if field.length is not None]
    return Price(
        nodes=sum(field.times * (field.length or 0) for field in connections),
        requests=sum(field.times for field in connections),
    )
