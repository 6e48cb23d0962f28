"""Markings are lowered in one place, and no number under five can be worked out from what is let out."""

from __future__ import annotations

import ast
import itertools
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

import muniment
from muniment.evidence.declared_party import DeclaredParty, PublicRole
from muniment.model.tlp import CLEAR, RED, TLP, Marking
from muniment.publish.projection import PUBLIC, project
from muniment.publish.releases import UNDER, counts, public_roles, suppress
from muniment.publish.view import build
from muniment.testing.material import CHECKS, finding, inventory, material


@pytest.mark.parametrize("rows", [1, 2, 3, 4])
def test_no_suppressed_number_can_be_worked_out(rows: int) -> None:
    """Every table that gives the same answer is a possible truth; a reader who knows the rule has no better."""
    published: defaultdict[object, list[tuple[int, ...]]] = defaultdict(list)
    for table in itertools.product(range(9), repeat=rows):
        published[suppress(table)].append(table)

    for (shown, total), truths in published.items():
        for row, cell in enumerate(shown):
            if cell is None:
                possible = {truth[row] for truth in truths}
                assert len(possible) > 1, (shown, total)
                if total is not None:
                    # Nor can it be told that this one is under five.
                    assert max(possible) >= UNDER > min(possible), (shown, total)


@given(st.lists(st.integers(0, 60), max_size=12))
def test_what_is_shown_is_true_and_never_under_five(cells: list[int]) -> None:
    shown, total = suppress(cells)

    assert all(cell is None or (cell == truth and cell >= UNDER) for cell, truth in zip(shown, cells, strict=True))
    assert total in (None, sum(cells))
    hidden = [cell for cell, seen in zip(cells, shown, strict=True) if seen is None]
    assert len(hidden) != 1 or total is None
    assert total is None or total >= UNDER


def test_large_numbers_are_shown_as_they_are() -> None:
    assert suppress([7, 12, 5]) == ((7, 12, 5), 24)


def test_a_small_number_takes_the_next_one_with_it() -> None:
    assert suppress([7, 2, 30]) == ((None, None, 30), 39)


def test_small_numbers_alone_take_the_total_with_them() -> None:
    assert suppress([1, 4]) == ((None, None), None)


def test_open_findings_are_released_by_subproject() -> None:
    many = tuple(finding("demo/single-owner", f"pypi:beacon-{n}", "beacon", "x") for n in range(9))
    some = tuple(finding("demo/single-owner", f"pypi:quarry-{n}", "quarry", "x") for n in range(6))
    few = (finding("demo/single-owner", "pypi:almanac", "almanac", "x"),)
    made = replace(material(), findings=many + some + few)

    released = counts(made, {"beacon": "Beacon", "quarry": "Quarry", "almanac": "Almanac"})

    assert [(r.name, r.count) for r in released] == [
        ("Almanac", None),
        ("Beacon", 9),
        ("Quarry", None),
        ("Shared", None),
        ("All", 16),
    ]
    assert {r.marking for r in released} == {CLEAR}


def test_the_total_is_that_of_all_open_findings() -> None:
    """Also of those that no public subproject answers for: a smaller number would be untrue."""
    other = tuple(finding("demo/single-owner", f"pypi:x{n}", sub, "x") for n in range(6) for sub in ("", "hidden"))
    released = counts(replace(material(), findings=other), {"beacon": "Beacon"})

    assert [(r.name, r.count) for r in released] == [("Beacon", None), ("Shared", None), ("All", 12)]


def test_names_that_are_not_public_are_not_released_with_their_numbers() -> None:
    closed = replace(material(), register_marking=Marking(TLP.GREEN))

    assert build(closed, CHECKS).released == ()


def test_roles_that_the_register_calls_public_are_released_with_the_name_and_nothing_else() -> None:
    ada = DeclaredParty(handle="ada-private-handle", name="Ada", public_roles=(PublicRole("council", "beacon"),))
    made = replace(material(), inventory=inventory((ada,)))

    shown = project(build(made, CHECKS), PUBLIC).view

    assert ("Ada", "council", "beacon") in [(r.name, r.role, r.subproject) for r in shown.roles]
    assert "ada-private-handle" not in repr(shown)


@pytest.mark.parametrize("closed", [RED, Marking(TLP.AMBER_STRICT), Marking(TLP.CLEAR, frozenset({"beacon"}))])
def test_roles_of_a_register_that_is_closed_to_some_stay_with_it(closed: Marking) -> None:
    made = replace(material(), register_marking=closed)

    assert {r.marking for r in public_roles(made)} == {closed}


def test_markings_are_lowered_in_the_releases_alone() -> None:
    """Elsewhere in publishing CLEAR is given only to what never had a marking: the view, checks, a run's number."""
    lowering = [
        (path.name, node.value.lineno)
        for path in (Path(muniment.__file__).parent / "publish").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.keyword) and node.arg == "marking" and "CLEAR" in ast.dump(node.value)
    ]
    elsewhere = [line for name, line in lowering if name != "releases.py"]
    assert {name for name, _ in lowering} == {"releases.py", "view.py"}
    source = (Path(muniment.__file__).parent / "publish" / "view.py").read_text().splitlines()
    assert ["CheckPiece(" in "".join(source[line - 3 : line]) for line in elsewhere] == [True]
