"""No projection holds what its readers may not see, however the markings fall."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct, inspect
from msgspec.structs import replace

from muniment.model.tlp import CLEAR, RED, TLP, Audience, Marking
from muniment.publish.piece import Piece
from muniment.publish.pieces import View
from muniment.publish.projection import COUNCIL, PUBLIC, folder, label, project
from muniment.publish.view import build
from muniment.reporters.finding import site
from muniment.testing.material import CHECKS, NOW, material

GROUPS = ("harbour", "quarry", "beacon")
recipients = st.none() | st.frozensets(st.sampled_from(GROUPS))
markings = st.builds(Marking, st.sampled_from(TLP), recipients)
audiences = st.builds(Audience, st.sampled_from(TLP), recipients)


class Leaf(Piece, frozen=True, kw_only=True):
    text: str = "leaf"


class Branch(Piece, frozen=True, kw_only=True):
    leaves: tuple[Leaf, ...] = ()
    maybe: Leaf | None = None
    must: Leaf = Leaf(marking=CLEAR)


class Tree(View, frozen=True, kw_only=True):
    branches: tuple[Branch, ...] = ()


leaves = st.builds(Leaf, marking=markings)
branches = st.builds(
    Branch, marking=markings, leaves=st.lists(leaves).map(tuple), maybe=st.none() | leaves, must=leaves
)


def tree(*found: Branch) -> Tree:
    return Tree(at=NOW, as_of=NOW.date(), baseline=False, branches=found)


def pieces(value: Any) -> list[Struct]:
    if isinstance(value, tuple):
        return [p for v in value for p in pieces(v)]
    if isinstance(value, Struct) and not isinstance(value, Marking):
        return [value, *(p for name in value.__struct_fields__ for p in pieces(getattr(value, name)))]
    return []


@given(st.lists(branches).map(tuple), audiences)
def test_projection_never_leaks(found: tuple[Branch, ...], audience: Audience) -> None:
    shown = project(tree(*found), audience)

    assert all(audience.may_see(p.marking) for p in pieces(shown.view))


@given(st.lists(branches).map(tuple), audiences)
def test_what_is_allowed_stays(found: tuple[Branch, ...], audience: Audience) -> None:
    shown = project(tree(*found), audience)

    expected = [b for b in found if audience.may_see(b.marking) and audience.may_see(b.must.marking)]
    assert isinstance(shown.view, Tree)
    assert [b.leaves for b in shown.view.branches] == [
        tuple(leaf for leaf in b.leaves if audience.may_see(leaf.marking)) for b in expected
    ]


@given(st.lists(branches).map(tuple), audiences)
def test_projecting_twice_is_projecting_once(found: tuple[Branch, ...], audience: Audience) -> None:
    once = project(tree(*found), audience)

    assert project(once.view, audience) == once


def test_a_piece_whose_required_part_is_withheld_goes_with_it() -> None:
    shown = project(tree(Branch(marking=CLEAR, must=Leaf(marking=RED))), PUBLIC)

    assert isinstance(shown.view, Tree)
    assert shown.view.branches == ()


def test_what_is_unmarked_is_red() -> None:
    shown = project(tree(Branch(marking=CLEAR, leaves=(Leaf(),))), Audience(TLP.AMBER_STRICT))

    assert isinstance(shown.view, Tree)
    assert shown.view.branches[0].leaves == ()


def test_a_value_that_could_hide_pieces_is_refused() -> None:
    class Sack(Piece, frozen=True, kw_only=True):
        contents: Any = None

    class Cart(View, frozen=True, kw_only=True):
        sack: Sack = Sack(marking=CLEAR, contents={"leaf": Leaf()})

    with pytest.raises(TypeError, match="dict"):
        project(Cart(at=NOW, as_of=NOW.date(), baseline=False), PUBLIC)


def test_every_struct_that_a_view_can_hold_is_a_marked_piece() -> None:
    found = structs(inspect.type_info(View))

    assert len(found) > 10
    assert [s for s in found if not issubclass(s, Piece | Marking)] == []


def structs(type_: inspect.Type) -> set[type[Struct]]:
    if isinstance(type_, inspect.StructType):
        return {type_.cls}.union(*(structs(f.type) for f in type_.fields))
    if isinstance(type_, inspect.UnionType):
        return set().union(*(structs(t) for t in type_.types))
    if isinstance(type_, inspect.VarTupleType):
        return structs(type_.item_type)
    return set()


READERS = [
    PUBLIC,
    Audience(TLP.GREEN, frozenset()),
    Audience(TLP.AMBER, frozenset({"harbour"})),
    Audience(TLP.AMBER, frozenset({"quarry"})),
    COUNCIL,
]


@given(st.data())
def test_what_is_withheld_does_not_show_in_any_number(data: st.DataObject) -> None:
    """Non-interference: a view without the secret rows gives the same files, byte for byte."""
    audience = data.draw(st.sampled_from(READERS))
    made = material()
    draw = data.draw(st.randoms(use_true_random=False))
    choices = [
        CLEAR,
        Marking(TLP.AMBER, frozenset({"harbour"})),
        Marking(TLP.AMBER, frozenset({"quarry"})),
        Marking(TLP.AMBER_STRICT),
        RED,
    ]

    def mark(rows: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(replace(row, marking=draw.choice(choices)) for row in rows)

    def allowed(rows: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(row for row in rows if audience.may_see(row.marking))

    whole = replace(
        made, findings=mark(made.findings), answers=mark(made.answers), looks=mark(made.looks), reach=made.reach
    )
    less = replace(
        whole, findings=allowed(whole.findings), answers=allowed(whole.answers), looks=allowed(whole.looks)
    )
    # What a named release lets out is let out on purpose.
    one, other = (replace(build(m, CHECKS), released=()) for m in (whole, less))

    assert site(project(one, audience)) == site(project(other, audience))


def test_an_output_states_its_readers() -> None:
    assert label(PUBLIC) == "TLP:CLEAR"
    assert label(COUNCIL) == "TLP:RED"
    assert label(Audience(TLP.AMBER, frozenset({"voila", "a"}))) == "TLP:AMBER (to: a, voila)"
    assert folder(PUBLIC) == "clear"
    assert folder(COUNCIL) == "council"
    assert folder(Audience(TLP.AMBER, frozenset({"voila"}))) == "amber/voila"


def test_times_and_days_are_no_pieces() -> None:
    shown = project(tree(), PUBLIC)

    assert (shown.view.at, shown.view.as_of) == (NOW, NOW.date())
    assert isinstance(shown.view.at, datetime)
    assert isinstance(shown.view.as_of, date)


def test_an_output_that_joins_all_groups_is_the_councils() -> None:
    assert label(Audience(TLP.AMBER)) == "TLP:AMBER (to: the council alone)"
    assert label(Audience(TLP.GREEN, frozenset())) == "TLP:GREEN"
