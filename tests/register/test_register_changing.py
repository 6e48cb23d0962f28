"""Many changes placed by one reading are what the same edits make one by one, and git makes the same of diffs."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muniment.model.errors import UsageError
from muniment.register.changing import ASSETS, Edit, Put, Remove, Rename, Series, Set
from muniment.register.diffing import Cut, diff, spliced
from muniment.register.editing import add_entry, remove_entry, rename_entry, set_value
from muniment.register.files import Text, load
from muniment.register.outline import outline
from muniment.register.splicing.change import child

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = [ROOT / "examples" / name for name in ("demo", "jupyter")]


def applied(folder: Path, patch: str, files: Sequence[Text]) -> dict[str, str]:
    """What git makes of files with a patch."""
    for own in files:
        (folder / own.name).parent.mkdir(parents=True, exist_ok=True)
        (folder / own.name).write_bytes((("\ufeff" if own.mark else "") + own.text).encode())
    done = subprocess.run(["git", "apply", "-"], cwd=folder, input=patch.encode(), capture_output=True, check=False)
    assert done.returncode == 0, (done.stderr.decode(), patch)
    return {own.name: (folder / own.name).read_bytes().decode().removeprefix("\ufeff") for own in files}


@cache
def registers() -> tuple[tuple[Text, ...], ...]:
    return tuple(load(path).texts for path in EXAMPLES)


def keys(text: str) -> list[str]:
    there = outline(text)
    section = None if there.root is None else child(there, there.root, ASSETS)
    return [there.word(key) or "" for key, _ in there.entries(section[1])] if section is not None else []


@st.composite
def edits(draw: st.DrawFn, files: tuple[Text, ...]) -> list[list[Edit]]:
    """Changes of one or two edits, none of an entry that another takes away."""
    found: list[list[Edit]] = []
    gone: set[str] = set()
    for number in range(draw(st.integers(1, 8))):
        file = draw(st.sampled_from([f for f in files if keys(f.text)]))
        key = draw(st.sampled_from(keys(file.text)))
        what = draw(st.sampled_from(["put", "set", "remove", "rename", "beneath"]))
        if key in gone and what != "put":
            continue
        if what == "put":
            other = draw(st.sampled_from(files))
            value = {"status": "unclear", "reason": draw(st.text("ab: #é", min_size=1, max_size=9).map(str.strip))}
            found.append([Put(other.name, (ASSETS,), f"pypi:new-{number}", value)])
            continue
        gone.add(key)
        if what == "set":
            found.append([Set(file.name, (ASSETS, key, "status"), "archived")])
        elif what == "remove":
            found.append([Remove(file.name, (ASSETS, key))])
        elif what == "rename":
            edits: list[Edit] = [Rename(file.name, (ASSETS, key), f"pypi:moved-{number}")]
            found.append([*edits, Set(file.name, (ASSETS, key, "reason"), "moved")])
        else:
            found.append([Put(file.name, (ASSETS, key), "title", "A title")])
    return found


def one_by_one(texts: dict[str, str], change: Sequence[Edit]) -> None:
    for edit in sorted(change, key=lambda e: isinstance(e, Rename)):
        text = texts[edit.file]
        if isinstance(edit, Put):
            has = edit.path[0] in {outline(text).word(key) for key, _ in outline(text).entries(_root(text))}
            path, key, value = (
                (edit.path, edit.key, edit.value) if has else ((), edit.path[0], {edit.key: edit.value})
            )
            texts[edit.file] = add_entry(text, path, key, value)
        elif isinstance(edit, Set):
            texts[edit.file] = set_value(text, edit.path, edit.value)
        elif isinstance(edit, Remove):
            texts[edit.file] = remove_entry(text, edit.path)
        else:
            texts[edit.file] = rename_entry(text, edit.path, edit.key)


def _root(text: str) -> int:
    root = outline(text).root
    assert root is not None
    return root


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_series_makes_what_its_edits_make_one_by_one_and_git_makes_the_same(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    files = data.draw(st.sampled_from(registers()))
    ends = data.draw(st.sampled_from(["\n", "\r\n"]))
    mark = data.draw(st.booleans())
    cut = data.draw(st.booleans())
    files = tuple(Text(f.name, _ended(f.text, ends, cut), mark) for f in files)
    series, expected, patch = Series(files), {f.name: f.text for f in files}, []
    for change in data.draw(edits(files)):
        before = dict(expected)
        try:
            one_by_one(expected, change)
        except UsageError:
            expected = before  # a comment would be lost, or the like
            continue
        try:
            patch.append(series.make(change))
        except UsageError as error:
            pytest.fail(f"{change}: {error.message}")
    finished = series.finished()
    assert {f.name: finished.get(f.name, f.text) for f in files} == expected
    if any(patch):  # an edit may say what is there already
        assert applied(tmp_path_factory.mktemp("git"), "# why\n".join(["# head\n", *patch]), files) == expected


def _ended(text: str, end: str, cut: bool) -> str:
    text = text.replace("\n", end)
    return text.removesuffix(end) if cut else text


LINES = st.lists(st.text("ab\r é", max_size=4), max_size=12).map("\n".join)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), text=LINES, mark=st.booleans())
def test_git_makes_of_a_diff_what_was_cut_and_put(
    data: st.DataObject, text: str, mark: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    places = sorted(data.draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=6)))
    cuts = [Cut(s, e, data.draw(LINES)) for s, e in zip(places[::2], places[1::2], strict=False)]
    after = spliced(text, cuts)
    told = diff("some file.yaml", text, cuts, mark=mark)
    if after == text:
        assert told == ""
    elif after or mark:  # git takes an empty result for a deleted file only where it is told so
        files = (Text("some file.yaml", text, mark),)
        assert applied(tmp_path_factory.mktemp("git"), told, files)["some file.yaml"] == after


def test_cuts_of_one_line_are_one_change_though_one_of_them_is_empty(tmp_path: Path) -> None:
    cuts = [Cut(0, 0, "a"), Cut(0, 0, ""), Cut(1, 1, "\n")]
    files = (Text("a.yaml", "a"),)
    assert applied(tmp_path, diff("a.yaml", "a", cuts), files) == {"a.yaml": "aa\n"}


@pytest.mark.parametrize("name", ["plain.yaml", "a b.yaml", 'qu"ote.yaml', "zwölf/ä.yaml", "back\\slash.yaml"])
def test_git_finds_a_file_by_any_name(name: str, tmp_path: Path) -> None:
    files = (Text(name, "a: 1\n"),)
    assert applied(tmp_path, diff(name, "a: 1\n", [Cut(3, 4, "2")]), files) == {name: "a: 2\n"}


def test_a_change_that_cannot_be_made_leaves_the_files_as_they_are() -> None:
    texts = (Text("a.yaml", "assets:\n  pypi:x: {status: official}\n"), Text("b.yaml", "assets: {}\n"))
    series = Series(texts)
    with pytest.raises(UsageError, match="no such entry"):
        series.make([Put("b.yaml", (ASSETS,), "pypi:y", 1), Set("a.yaml", (ASSETS, "pypi:gone", "status"), "x")])
    assert series.finished() == {}


def test_an_entry_is_found_by_its_id_however_it_is_spelled() -> None:
    series = Series((Text("a.yaml", "assets:\n  pypi:Some_Thing: {status: official}\n"),))
    series.make([Rename("a.yaml", (ASSETS, "pypi:some-thing"), "pypi:other")])
    series.make([Set("a.yaml", (ASSETS, "pypi:some-thing", "status"), "archived")])
    series.make([Set("a.yaml", (ASSETS, "pypi:some-thing", "status"), "external")])
    assert series.finished() == {"a.yaml": "assets:\n  pypi:other: {status: external}\n"}


def test_what_is_put_where_the_last_entry_was_stands_before_the_comment_above_that_one() -> None:
    text = "assets:\n  pypi:x: {status: official}\n\n  # nobody has decided\n  pypi:y: {status: unclear}\n"
    change = [Remove("a.yaml", (ASSETS, "pypi:y"))], [Put("a.yaml", (ASSETS,), "pypi:z", {"status": "unclear"})]
    series, expected = Series((Text("a.yaml", text),)), {"a.yaml": text}
    for edits in change:
        series.make(edits)
        one_by_one(expected, edits)
    assert series.finished() == expected
