"""Every GraphQL document fits GitHub's own schema, asks for nothing that changes anything, and stays small."""

from __future__ import annotations

from importlib.resources import files

import pytest
from graphql import parse, validate
from graphql.language import OperationDefinitionNode, OperationType

from muniment.collectors.github import questions
from muniment.testing.github.graphql import cost
from muniment.testing.github.schema import load

PAGES = {"login": "callisto", "after": None, "first": 50, "opening": True}
STANDING, STANDING_VARIABLES = questions.standing([f"callisto-{n}" for n in range(50)], roles=True)
FACTORS_OF = questions.factors_of([f"callisto-{n}" for n in range(4)])
ALL_OF_IT = dict.fromkeys(("named", "factors", "teams", "repositories", "given", "gates"), True)
ALONE = {"owner": "callisto", "name": "lodestar", "collaborators": True, "keys": True, "environments": True}
ACTIVITY = {
    "ids": [f"U_{n}" for n in range(20)],
    "organization": "O_1",
    "from": "2025-07-01T00:00:00Z",
    "to": "2026-06-15T23:59:59Z",
}
DOCUMENTS = {
    "organization": (questions.organization(), PAGES),
    "repositories": (questions.repositories(), PAGES),
    "members": (questions.members(), PAGES),
    "private_repositories": (questions.private_repositories(), PAGES),
    "factors": (questions.factors(), PAGES),
    "accounts": (questions.accounts(), PAGES),
    "activity": (questions.activity(), ACTIVITY),
    "factors_of": FACTORS_OF,
    "teams": (questions.teams(), PAGES),
    "team": (questions.team(), PAGES | {"slug": "core", "members": True, "repositories": True}),
    "access": (questions.access(), PAGES | ALL_OF_IT),
    "given_repositories": (questions.given_repositories(), PAGES | {"given": True, "gates": True}),
    "given_repository": (questions.given_repository(), ALONE),
    "repository": (questions.repository(), {"owner": "callisto", "name": "lodestar"}),
    "enterprise": (questions.enterprise(), {"slug": "callisto", "after": None}),
    "enterprise_factors": questions.enterprise_factors("callisto", [f"callisto-{n}" for n in range(20)]),
    **{
        f"enterprise_list_{name}": (
            questions.enterprise_list(name),
            {"slug": "callisto", "login": "callisto", "after": "there"},
        )
        for name in questions.ENTERPRISE_LISTS
    },
    "standing": (STANDING, STANDING_VARIABLES),
}


LARGE = {"access": 20_000, "given_repositories": 12_000, "teams": 6_000, "enterprise_factors": 10_001}
DEAR = {"access": 15, "given_repositories": 14}
"""Who was given what is asked of fifty repositories at once: few questions, each of some points."""


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_fits_githubs_own_schema(name):
    document, _ = DOCUMENTS[name]
    assert validate(load(), parse(document)) == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_one_query_and_tells_its_price(name):
    document, _ = DOCUMENTS[name]
    operations = [d for d in parse(document).definitions if isinstance(d, OperationDefinitionNode)]
    assert [o.operation for o in operations] == [OperationType.QUERY]
    assert "rateLimit" in document


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_asks_for_few_nodes(name):
    document, variables = DOCUMENTS[name]
    accepted = {d.variable.name.value for d in parse(document).definitions[0].variable_definitions}
    price = cost(document, {k: v for k, v in variables.items() if k in accepted})
    assert price is not None
    assert price.nodes < LARGE.get(name, 5_000)  # of the 500,000 that GitHub allows
    assert price.points <= DEAR.get(name, 3)


def test_every_document_lies_in_a_file_and_every_file_is_used():
    folder = files("muniment.collectors.github.questions")
    written = {f.name for f in folder.iterdir() if f.name.endswith(".graphql")}
    used = [document for document, _ in DOCUMENTS.values()]
    assert written
    for name in written:
        text = (folder / name).read_text()
        assert any(text in document for document in used), name


def test_one_question_about_standing_names_at_most_fifty_organizations():
    with pytest.raises(ValueError, match="1 to 50"):
        questions.standing([f"o-{n}" for n in range(51)], roles=False)
    with pytest.raises(ValueError, match="1 to 50"):
        questions.standing([], roles=False)
