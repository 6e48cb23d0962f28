"""An edit means exactly what was asked for, and every byte outside it stays: on random YAML, and on real files."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st
from tests.register.written_yaml import keys, leaves, texts, values, yamls

from muniment.model.errors import UsageError
from muniment.register.document import Document, Mapping, Node, Scalar, parse, plain
from muniment.register.document import Sequence as Listing
from muniment.register.editing import add_entry, add_item, remove_entry, set_value

ROOT = Path(__file__).parents[2]
Steps = tuple[str | int, ...]
COMMENT = re.compile("# (?:why|note|tab|first|head|after|deeper)")
"""The comments that random files have; what looks like one within a text has other words."""


def read(text: str) -> Document:
    return parse(text.removeprefix("\ufeff"))


def meant(text: str) -> Any:
    root = read(text).root
    return None if root is None else plain(root)


def places(node: Node | None, path: Steps = ()) -> Iterator[tuple[Steps, Node]]:
    """Every value of a document with the way to it; the document itself first."""
    if node is None:
        return
    yield path, node
    if isinstance(node, Mapping):
        for key, own in node.entries:
            yield from places(own, (*path, key.text))
    elif isinstance(node, Listing):
        for number, own in enumerate(node.items):
            yield from places(own, (*path, number))


def changed(value: Any, path: Sequence[str | int], new: Any) -> Any:
    """A value with another in one place, in Python alone."""
    if not path:
        return new
    step, *rest = path
    if isinstance(value, dict):
        return {key: changed(own, rest, new) if key == step else own for key, own in value.items()}
    return [changed(own, rest, new) if number == step else own for number, own in enumerate(value)]


def at(value: Any, path: Sequence[str | int]) -> Any:
    for step in path:
        value = value[step]
    return value


def inserted(before: str, after: str) -> bool:
    """True if ``after`` is ``before`` with text put in at one place."""
    pairs = zip(before, after, strict=False)
    same = next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(before), len(after)))
    return any(after.endswith(before[start:]) for start in range(same, max(same - 400, -1), -1))


def same(one: Any, other: Any) -> bool:
    return repr(one) == repr(other)


@st.composite
def files(draw: st.DrawFn) -> tuple[str, list[tuple[Steps, Node]]]:
    text = draw(yamls())
    document = read(text)
    assume(document.readable and not document.mistakes)
    return text, list(places(document.root))


quick = settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow], deadline=None)


@quick
@given(files(), st.data())
def test_what_is_added_is_there_nothing_else_moved_and_removing_it_gives_the_bytes_back(
    file: tuple[str, list[tuple[Steps, Node]]], data: st.DataObject
) -> None:
    text, there = file
    holders = [(path, own) for path, own in there if not isinstance(own, Scalar)] or [((), None)]
    path, holder = data.draw(st.sampled_from(holders))
    new = data.draw(values)
    old = meant(text)
    try:
        if isinstance(holder, Listing):
            after, step = add_item(text, path, new), len(holder.items)
            want = changed(old, path, [*at(old, path), new])
        else:
            key = data.draw(keys | texts)
            own = at(old, path) if holder is not None else {}
            assume(key not in own)
            after, step = add_entry(text, path, key, new), key
            want = changed(old, path, {**own, key: new})
    except UsageError as refused:
        event(f"refused: {refused.message.partition(': ')[2][:60]}")
        return
    event("added")
    assert same(meant(after), want)
    assert inserted(text, after)
    back = remove_entry(after, (*path, step))
    assert back == text


@settings(quick, max_examples=40)
@given(files(), st.data())
def test_what_means_nothing_becomes_a_section_and_nothing_again(
    file: tuple[str, list[tuple[Steps, Node]]], data: st.DataObject
) -> None:
    text, there = file
    empty = [
        path for path, own in there if path and isinstance(own, Scalar) and own.text == "" and own.value is None
    ]
    assume(empty)
    path, new = data.draw(st.sampled_from(empty)), data.draw(values)
    try:
        after = add_item(text, path, new)
    except UsageError as refused:
        event(f"refused: {refused.message.partition(': ')[2][:60]}")
        return
    event("added")
    assert same(meant(after), changed(meant(text), path, [new]))
    assert inserted(text, after)
    assert remove_entry(after, (*path, 0)) == text


@quick
@given(files(), st.data())
def test_what_is_set_is_meant_and_the_bytes_before_and_after_the_value_stay(
    file: tuple[str, list[tuple[Steps, Node]]], data: st.DataObject
) -> None:
    text, there = file
    scalars = [(path, own) for path, own in there if path and isinstance(own, Scalar)]
    assume(scalars)
    path, own = data.draw(st.sampled_from(scalars))
    new = data.draw(leaves)
    try:
        after = set_value(text, path, new)
    except UsageError as refused:
        event(f"refused: {refused.message.partition(': ')[2][:60]}")
        return
    event("set")
    assert same(meant(after), changed(meant(text), path, new))
    mark = len(text) - len(text.removeprefix("\ufeff"))
    start, end = own.span.start + mark, own.span.end + mark
    assert after.startswith(text[:start])
    if isinstance(own, Scalar) and own.block:
        assert after.endswith(text[end:])
    else:
        assert after[start:].endswith(text[end:])
        assert len(after) - len(text) + end - start >= 0
        assert "\n" not in after[start : len(after) - len(text) + end]


@quick
@given(files(), st.data())
def test_a_collection_is_set_without_moving_anything_else(
    file: tuple[str, list[tuple[Steps, Node]]], data: st.DataObject
) -> None:
    text, there = file
    assume(len(there) > 1)
    path, own = data.draw(st.sampled_from(there[1:]))
    new = data.draw(values)
    try:
        after = set_value(text, path, new)
    except UsageError as refused:
        event(f"refused: {refused.message.partition(': ')[2][:60]}")
        return
    event("set")
    assert same(meant(after), changed(meant(text), path, new))
    looks_like_it = sum(len(COMMENT.findall(s.text)) for _, s in places(own) if isinstance(s, Scalar))
    assert len(COMMENT.findall(after)) == len(COMMENT.findall(text)) - looks_like_it
    mark = len(text) - len(text.removeprefix("\ufeff"))
    below = text.find("\n", own.span.end + mark) + 1
    assert not below or after.endswith(text[below:])


@quick
@given(files(), st.data())
def test_what_is_removed_is_gone_and_the_rest_is_two_pieces_of_what_was(
    file: tuple[str, list[tuple[Steps, Node]]], data: st.DataObject
) -> None:
    text, there = file
    assume(len(there) > 1)
    path, _ = data.draw(st.sampled_from(there[1:]))
    try:
        after = remove_entry(text, path)
    except UsageError as refused:
        event(f"refused: {refused.message.partition(': ')[2][:60]}")
        return
    event("removed")
    old = meant(text)
    holder = at(old, path[:-1])
    left = (
        {key: value for key, value in holder.items() if key != path[-1]}
        if isinstance(holder, dict)
        else [value for number, value in enumerate(holder) if number != path[-1]]
    )
    seen = meant(after)
    assert same(seen, changed(old, path[:-1], left)) or (not left and same(seen, changed(old, path[:-1], None)))
    assert inserted(after, text)


@pytest.mark.parametrize(
    ("before", "path", "key", "value", "after"),
    [
        ("", (), "a", 1, "a: 1\n"),
        ("# note", (), "a", 1, "# note\na: 1"),
        ("a:\t1\t# why", (), "b", "x", "a:\t1\t# why\nb: x"),
        (
            "a: 1\r\nb:\n  c: 2 # c\r\n  # c, too\nd: 3\n",
            ("b",),
            "e",
            0.5,
            "a: 1\r\nb:\n  c: 2 # c\r\n  e: 0.5\r\n  # c, too\nd: 3\n",
        ),
        ("a: {b: 1, # why\n  c: 2 }\n", ("a",), "d", [], "a: {b: 1, # why\n  c: 2, d: [] }\n"),
        ("a:  # none yet\n# next\n", ("a",), "b", {"c": "d"}, "a:  # none yet\n  b:\n    c: d\n# next\n"),
        ("a:\n- b: 1\n- b: 2\n", ("a", 0), "c", "yes", 'a:\n- b: 1\n  c: "yes"\n- b: 2\n'),
        ("a: 1\n...\n# tail", (), "b", None, "a: 1\nb: null\n...\n# tail"),
        ("\ufeffé: 'x'\n", (), "ö", "ü", '\ufeffé: \'x\'\n"ö": "ü"\n'),
    ],
)
def test_an_entry_lands_where_a_person_would_write_it(
    before: str, path: Steps, key: str, value: Any, after: str
) -> None:
    assert add_entry(before, path, key, value) == after
    assert remove_entry(after, (*path, key)) == before


@pytest.mark.parametrize(
    ("before", "path", "value", "after"),
    [
        ("a: 'it''s'  # why\nb: 2\n", ("a",), "there's", "a: 'there''s'  # why\nb: 2\n"),
        ('a:\t"x"\t# why', ("a",), "y", 'a:\t"y"\t# why'),
        ("a: one\n  two # why\nb: 2\n", ("a",), 3, "a: 3 # why\nb: 2\n"),
        ("a: | # why\n  one\n\n  two\n\nb: 2\n", ("a",), "x", "a: x # why\n\nb: 2\n"),
        ("a: >\r\n  one", ("a",), "x", "a: x"),
        ("a: # why\nb: 2\n", ("a",), "x", "a: x # why\nb: 2\n"),
        ("a: 1  # why\nb: 2\n", ("a",), {"c": [1]}, "a:   # why\n  c:\n    - 1\nb: 2\n"),
        ("a:  # why\n  b: 1\n  c: 2\nd: 3\n", ("a",), False, "a: false  # why\nd: 3\n"),
        ("a:\n    - b: 1\n    - c\nd: 3\n", ("a",), ["e"], "a:\n    - e\nd: 3\n"),
        ("a: [1, two , {b: c}]", ("a", 1), "2", 'a: [1, "2" , {b: c}]'),
    ],
)
def test_a_value_is_set_in_its_place(before: str, path: Steps, value: Any, after: str) -> None:
    assert set_value(before, path, value) == after


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        ("a: 1  # why\n# about b\nb: 2\n", ("a",), "# about b\nb: 2\n"),
        ("# about a\na: 1\nb: 2\n", ("a",), "# about a\nb: 2\n"),
        ("x:\n  - a: 1\n    b: 2\n  - c\n", ("x", 0, "a"), "x:\n  - b: 2\n  - c\n"),
        ("x:\n  - a: 1\n    b: 2\n  - c\n", ("x", 0), "x:\n  - c\n"),
        ("x: [a, b, c]\n", ("x", 0), "x: [b, c]\n"),
        ("x: {a: 1,\n  b: 2}\n", ("x", "b"), "x: {a: 1}\n"),
        ("x: [ a, ]\n", ("x", 0), "x: [  ]\n"),
        ("a: |\n  text\nb: 1", ("b",), "a: |\n  text\n"),
    ],
)
def test_an_entry_goes_with_its_own_lines_alone(before: str, path: Steps, after: str) -> None:
    assert remove_entry(before, path) == after


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda: add_entry("a: |\n  text", (), "b", 1), "line 2: .*change its meaning"),
        (lambda: add_entry("a: 1\n", (), "a", 2), "line 1: the key 'a' is there already"),
        (lambda: add_entry("a: 1\na: 2\n", (), "b", 2), "line 2: the key 'a' stands twice"),
        (lambda: add_entry("a: 1\n", ("a",), "b", 2), "line 1: this has no keys"),
        (lambda: add_item("a: {b: 1}\n", ("a",), 2), "line 1: this is no list"),
        (lambda: add_item("a: 1\n", ("b",), 2), "b: there is no such entry"),
        (lambda: add_entry("a: 1\n", (), "<<", {}), "will not do as a key"),
        (lambda: add_entry("a: 1\n", (), "b", "\x1b[31m"), "control character"),
        (lambda: add_entry("a: 1\n", (), "b", 10**30), "cannot be written"),
        (lambda: add_entry("a: &x 1\nb: *x\n", (), "c", 1), "line 1: an anchor"),
        (lambda: add_entry("a: 1\n---\nb: 1\n", (), "c", 1), "line 2: a second document"),
        (lambda: add_entry("a: [\n", (), "c", 1), "line 2: this is not YAML"),
        (lambda: set_value("a:\n  b: 1 # why\n  c: 2\n", ("a",), 1), "line 2: a comment within"),
        (lambda: set_value("a: {b}\n", ("a", "b"), 1), "line 1: .*change its meaning"),
        (lambda: set_value("a: 1\n", (), 1), "whole file"),
        (lambda: remove_entry("a: [1, # one\n  2]\n", ("a", 1)), "line 2: a comment between"),
        (lambda: remove_entry("a: |\n  x\nb: 1\n  # note\nc: 2\n", ("b",)), "line 3: .*change its meaning"),
        (lambda: remove_entry("a:\n  - b: 1\n", ("a", 0, "b")), "line 2: .*remove the item"),
    ],
)
def test_what_cannot_be_done_safely_is_refused_with_its_place(edit: Callable[[], str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        edit()


def editable(path: Path) -> str | None:
    """The text of a real file, if a register could be written like it: no anchors, and not too deep."""
    text = path.read_bytes().decode("utf-8")
    document = read(text)
    return text if isinstance(document.root, Mapping) and not document.mistakes else None


def round_trip(text: str, random: Random) -> Counter[str]:
    """Edit a file in many places: how many edits were made, and how many refused."""
    counted: Counter[str] = Counter()
    old, there = meant(text), list(places(read(text).root))
    for path, own in random.sample(there, min(8, len(there))):
        if isinstance(own, Scalar):
            after = set_value(text, path, "other # words")
            assert same(meant(after), changed(old, path, "other # words"))
            counted["set"] += 1
            continue
        if isinstance(own, Mapping):
            after, step = add_entry(text, path, "muniment-new", {"a": ["b"]}), "muniment-new"
            want = changed(old, path, {**at(old, path), step: {"a": ["b"]}})
        else:
            after, step = add_item(text, path, "other"), len(own.items)  # type: ignore[assignment]
            want = changed(old, path, [*at(old, path), "other"])
        assert same(meant(after), want) and inserted(text, after)
        assert remove_entry(after, (*path, step)) == text
        counted["added and removed"] += 1
    return counted


def test_every_edit_of_the_examples_is_made() -> None:
    counted: Counter[str] = Counter()
    for path in sorted((ROOT / "examples").rglob("*.y*ml")):
        text = editable(path)
        assert text is not None, path
        counted += round_trip(text, Random(path.name))
        counted += round_trip(text.replace("\n", "\r\n"), Random(path.name))
    assert counted["set"] > 50 and counted["added and removed"] > 30


def test_every_edit_of_real_charts_is_made() -> None:
    corpus = os.environ.get("MUNIMENT_CORPUS")
    if not corpus:
        pytest.skip("MUNIMENT_CORPUS is not set: no real files beyond the examples")
    left: list[str] = []
    counted: Counter[str] = Counter()
    for path in sorted(Path(corpus).rglob("*.y*ml")):
        text = editable(path)
        if text is None:
            left.append(path.name)
            continue
        counted["files"] += 1
        counted += round_trip(text, Random(str(path.relative_to(corpus))))
    assert counted["files"] > 10 and counted["set"] > 30 and counted["added and removed"] > 20, (counted, left)


def test_five_megabytes_are_edited_in_a_moment() -> None:
    entry = (
        "  pypi:callisto-{n}:\n    status: official  # why\n    reason: >-\n      " + "said in the README, " * 25
    )
    text = "assets:\n" + "".join(entry.replace("{n}", str(n)) + "\n" for n in range(8_800))
    assert len(text) > 5_000_000
    start = perf_counter()
    after = set_value(text, ("assets", "pypi:callisto-4400", "status"), "unclear")
    taken = perf_counter() - start
    assert after.count("unclear") == 1 and len(after) == len(text) - 1
    assert taken < 5, f"{taken:.2f} s"  # a busy machine's limit; it takes a tenth of it
