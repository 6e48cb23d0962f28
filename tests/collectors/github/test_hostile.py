"""Whatever an answer holds, reading it ends: a batch for every cell, no claim that it does not bear. Not live."""

from __future__ import annotations

import asyncio
import copy
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from muniment.collectors.github import collector
from muniment.evidence.kind import decoder, kinds
from muniment.model.asset import canonical
from muniment.model.observation import Batch, Outcome
from muniment.ports import Answer, Raw
from tests.collectors.github.canned import ADA, SCOPE, Callisto, at_hand, blob, repository

GITHUB = collector(at_hand(ADA))
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from(
        ["x" * 3000, "\x1b[31m", "../..", "Callisto/../x", "9999-99-99T00:00:00Z", "PUBLIC", "NOT_FOUND"]
    ),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=6,
)


def world() -> Callisto:
    made = Callisto()
    rules = {
        "totalCount": 1,
        "nodes": [{"type": "DELETION", "parameters": None, "repositoryRuleset": {"name": "r"}}],
    }
    made.repositories[0] = repository(
        1,
        "Lodestar",
        pyproject=blob('[project]\nname = "moon"'),
        packageJson=blob('{"name": "moon"}'),
        defaultBranchRef={"name": "main", "branchProtectionRule": None, "refUpdateRule": None, "rules": rules},
    )
    made.alone["lodestar"] = made.repositories[0]
    made.properties = [
        {
            "repository_id": 1,
            "repository_name": "Lodestar",
            "repository_full_name": "Callisto/Lodestar",
            "properties": [{"property_name": "owner", "value": "harbour"}],
        }
    ]
    return made


LOOKS = {scope: asyncio.run(GITHUB.fetch(scope, world())) for scope in (SCOPE, "github:repo/callisto/lodestar")}


def places(part: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value."""
    inside = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    return [path, *(deeper for key, value in inside for deeper in places(value, (*path, key)))]


def put(part: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    made = copy.copy(part)
    made[path[0]] = put(made[path[0]], path[1:], value)
    return made


@st.composite
def spoilt(draw: st.DrawFn) -> Raw:
    """A look of which one answer is another: some part of it, its bytes or its status."""
    raw = draw(st.sampled_from(list(LOOKS.values())))
    n = draw(st.integers(1, len(raw.answers) - 1))
    answer = raw.answers[n]
    how = draw(st.sampled_from(["part", "part", "part", "bytes", "cut", "status"]))
    if how == "part":
        body = msgspec.json.decode(answer.body)
        for _ in range(draw(st.integers(1, 3))):
            body = put(body, draw(st.sampled_from(places(body))), draw(JSON))
        answer = replace(answer, body=msgspec.json.encode(body))
    elif how == "bytes":
        answer = replace(answer, body=draw(st.binary(max_size=40)))
    elif how == "cut":
        answer = replace(answer, body=answer.body[: draw(st.integers(0, len(answer.body)))])
    else:
        answer = replace(answer, status=draw(st.integers(0, 599)))
    answers: list[Answer] = list(raw.answers)
    answers[n] = answer
    return replace(raw, answers=tuple(answers))


@settings(max_examples=400, deadline=None)
@given(raw=spoilt())
def test_any_answer_is_read_to_an_end(raw):
    batches = GITHUB.parse(raw)
    cells = [batch.cell for batch in batches]
    assert len(set(cells)) == len(cells)
    assert {c.kind for c in cells if c.scope == raw.scope}
    for batch in batches:
        is_well_formed(batch)


def is_well_formed(batch: Batch) -> None:
    assert canonical(batch.cell.scope) == batch.cell.scope
    kind = kinds()[batch.cell.kind]
    for item in batch.items:
        assert decoder(kind).decode(item.payload).key == item.key
    if batch.outcome is not Outcome.COLLECTED:
        assert batch.detail
    assert len(batch.detail) <= 310
    assert "\x1b" not in repr(batch.items) + batch.detail


def test_an_answer_nested_without_end_is_unreadable():
    raw = LOOKS[SCOPE]
    deep = b'{"data":' + b'{"organization":' * 5_000
    answers = [replace(a, body=deep) if a.question == "repositories" else a for a in raw.answers]
    assert {b.outcome for b in GITHUB.parse(replace(raw, answers=tuple(answers)))} == {Outcome.UNREADABLE}
