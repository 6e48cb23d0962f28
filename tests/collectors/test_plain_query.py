"""Only queries are sent: our reader of documents beside graphql-core, somebody else's."""

from __future__ import annotations

import graphql
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from muniment.collectors.plain_query import refuse_all_but_a_query


def sent(document: str) -> bool:
    try:
        refuse_all_but_a_query(document)
    except ValueError:
        return False
    return True


PLAIN = [
    "{ viewer { login } }",
    "query { viewer { login } }",
    "query Organization($login: String!, $first: Int = 50) { organization(login: $login) { id } }",
    "query ($where: In = {a: {b: [1, 2.5e3, -0]}}) @live(if: true, x: {y: 1}) { a(b: {c: $where}) ...F }\n"
    "fragment F on Organization @skip(if: false) { mutation: name subscription query fragment }",
    "query mutation { mutation }",
    '# mutation { a }\n{ a(b: "mutation { c }", d: """ } mutation { "\\""" """) }',
    "\ufeffquery,,,\t{a}\r\n#end",
    '{ a(b: $c, d: ENUM, e: null, f: "\\u00e9\\n") { ... on T { b } ... @include(if: $d) { c } } }',
]
WRITES = [
    "mutation { addStar(input: {starrableId: 1}) { clientMutationId } }",
    "subscription { a }",
    "query { a } mutation { b }",
    "mutation { b } query { a }",
    "{ a } mutation M { b }",
    "fragment F on T { a } mutation { ...F }",
    "# a comment\nmutation { a }",
    "# query {\rmutation { a }",
    "#\u2028mutation { a }",
    "#\u0085mutation { a }",
    ",,,mutation { a }",
    "\ufeff mutation { a }",
    'query { a(b: "\\"") } mutation { c(d: "") }',
    'query { a(b: """ \\""" """) } mutation { c }',
    'query { a(b: """""") } mutation { c }',
    'query { a(b: "" "") } mutation { c }',
    "query ($a: B = {c: {}}) { a } mutation { c }",
    "query @a(b: {}) { a } mutation { c }",
    "query Q mutation { a }",
    "query mutation mutation { a }",
    "query { a } query { b }",
    "query { a } extend schema { mutation: M }",
    "schema { mutation: M }",
    "type Query { a: Int }",
    "fragment on on T { a } { b }",
    "fragment F { a } { b }",
    "fragment F on T { a }",
    '"a description" mutation { a }',
    "Mutation { a }",
    "query",
    "query {",
    "query { a ) }",
    "query { a }}",
    "query { a } }{ mutation",
    "query { a(b: 0x1) }",
    "query { a ; }",
    'query { a(b: "\n") }',
    "query { a \0 }",
    "",
    "   # nothing",
    "x" * 200_000,
]


@pytest.mark.parametrize("document", PLAIN)
def test_a_plain_query_is_sent(document):
    graphql.parse(document)
    refuse_all_but_a_query(document)


@pytest.mark.parametrize("document", WRITES, ids=range(len(WRITES)))
def test_whatever_is_not_one_plain_query_is_not_sent(document):
    with pytest.raises(ValueError, match=r"GraphQL|quer"):
        refuse_all_but_a_query(document)


def test_the_refusal_of_a_mutation_says_so():
    with pytest.raises(ValueError, match="only queries are sent: a definition begins with 'mutation'"):
        refuse_all_but_a_query("mutation { a }")


def only_one_query(document: graphql.DocumentNode) -> bool:
    kinds = [getattr(d, "operation", None) for d in document.definitions]
    queries = [k for k in kinds if k is graphql.OperationType.QUERY]
    fragments = [d for d in document.definitions if isinstance(d, graphql.FragmentDefinitionNode)]
    return len(queries) == 1 and len(queries) + len(fragments) == len(kinds)


PIECES = st.sampled_from(
    [
        *'{}()[]:=@$!|&,#\n\r\t "\\',
        '"""',
        '\\"""',
        '""',
        "...",
        "query",
        "mutation",
        "subscription",
        "fragment",
        "on",
        "a",
        "F",
        "schema",
        "extend",
        "type",
        "1",
        "-2.5e3",
        "\ufeff",
        "\u2028",
        "query{a}",
        "mutation{a}",
        "{a}",
        "(a:1)",
        "($a:B={c:1})",
        "@d",
        "fragment F on T{a}",
        '(a:"',
        '")',
        '(a:"""',
        '""")',
        "# ",
    ]
)


@settings(max_examples=600)
@given(st.lists(PIECES, max_size=14).map("".join))
@example('query{a(a:"""\\"""")}mutation{a}')
@example('{a(a:"""""")}mutation{a}')
@example("#\rmutation{a}")
def test_what_is_sent_is_one_query_to_another_reader_too(document):
    """If it reads it at all: what it cannot read no server can run."""
    if not sent(document):
        return
    try:
        read = graphql.parse(document)
    except graphql.GraphQLSyntaxError:
        return
    assert only_one_query(read), document


NAMES = st.sampled_from(["a", "query", "mutation", "subscription", "on", "fragment", "_x1", "schema"])
STRINGS = st.text(
    alphabet=st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_categories=["Cc"]), max_size=20
).map(lambda text: graphql.print_ast(graphql.StringValueNode(value=text)))
BLOCKS = st.text(alphabet='ab"\\ {}#\n', max_size=12).map(
    lambda text: graphql.print_ast(graphql.StringValueNode(value=text, block=True))
)
VALUES = st.recursive(
    st.one_of(STRINGS, BLOCKS, NAMES, st.integers(-9, 99).map(str), st.just("1.5e-3"), NAMES.map("${}".format)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda v: f"[{' '.join(v)}]"),
        st.lists(st.tuples(NAMES, inner), max_size=3).map(lambda v: f"{{{','.join(f'{n}:{x}' for n, x in v)}}}"),
    ),
    max_leaves=4,
)
BLANKS = st.sampled_from([" ", "\n", ",", " # mutation { a }\n", "\r", "\t"])


@st.composite
def fields(draw: st.DrawFn, depth: int = 2) -> str:
    name = draw(NAMES)
    arguments = draw(st.lists(st.tuples(NAMES, VALUES), max_size=2))
    inside = f"({','.join(f'{n}:{v}' for n, v in arguments)})" if arguments else ""
    below = draw(selections(depth - 1)) if depth and draw(st.booleans()) else ""
    return f"{name}{inside}{draw(BLANKS)}{below}"


@st.composite
def selections(draw: st.DrawFn, depth: int = 2) -> str:
    return "{" + draw(BLANKS).join(draw(st.lists(fields(depth), min_size=1, max_size=2))) + "}"


@st.composite
def definitions(draw: st.DrawFn, words: tuple[str, ...]) -> str:
    word = draw(st.sampled_from(words))
    if word == "fragment":
        name = draw(NAMES.filter(lambda n: n != "on"))
        return f"fragment {name} on T{draw(BLANKS)}{draw(selections())}"
    name = draw(st.one_of(st.just(""), NAMES))
    variables = draw(st.sampled_from(["", "($a: B)", "($a: [B!]! = [{c: 1}], $b: C)"]))
    return f"{word} {name}{variables}{draw(BLANKS)}{draw(selections())}"


@settings(max_examples=150)
@given(definitions(("query",)), st.lists(definitions(("fragment",)), max_size=2), st.integers(0, 2), BLANKS)
def test_every_query_that_another_reader_takes_is_sent(query, fragments, place, blank):
    whole = [*fragments[:place], query, *fragments[place:]]
    document = blank.join(whole)
    assert only_one_query(graphql.parse(document))
    refuse_all_but_a_query(document)


@settings(max_examples=150)
@given(
    st.lists(definitions(("query", "fragment")), max_size=2),
    definitions(("mutation", "subscription")),
    st.lists(definitions(("query", "fragment")), max_size=2),
    BLANKS,
)
def test_no_write_is_sent_in_whatever_company(before, write, after, blank):
    document = blank.join([*before, write, *after])
    graphql.parse(document)
    assert not sent(document)
