"""``not-the-same``: two who look alike are told apart, and what makes no sense is a mistake with its place."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from muniment.evidence.declared_distinction import DeclaredDistinction
from muniment.model.errors import RegisterError, UsageError
from muniment.register.editing import add_distinction
from muniment.register.reading import read

HEAD = """\
project: {id: callisto, name: Project Callisto}
parties:
  ada: {name: Ada Example, github-id: 1, accounts: {pypi: wren, github: [ada-l, Ada-M]}}
  grace: {name: Grace Example}
"""


def said(home: Path, text: str) -> list[DeclaredDistinction]:
    (home / "register.yaml").write_text(HEAD + text, encoding="utf-8")
    return [fact for fact in read(home).evidence if isinstance(fact, DeclaredDistinction)]


def wrong(home: Path, text: str) -> str:
    with pytest.raises(RegisterError) as refused:
        said(home, text)
    return "; ".join(f"{m.line}: {m.message}" for m in refused.value.mistakes)


def test_two_are_told_apart_by_handle_account_or_number(tmp_path: Path) -> None:
    (one, other) = said(
        tmp_path,
        "not-the-same:\n"
        '  - {who: ["pypi:Ada_L", ada], by: grace, reason: asked both, signs: [spelling github:ada-l pypi:ada_l]}\n'
        '  - {who: [ada, "github-id:9"], by: grace, reason: asked both, until: 2030-01-01}\n',
    )
    assert (one.one, one.other, one.signs, one.until) == (
        "ada",
        "pypi:ada_l",
        ("spelling github:ada-l pypi:ada_l",),
        None,
    )
    assert (other.one, other.other, other.signs) == ("ada", "github-id:9", ())
    assert other.holds(date(2030, 1, 1)) and not other.holds(date(2030, 1, 2))


@pytest.mark.parametrize(
    ("who", "told"),
    [
        ("[ada]", "names 1"),
        ("[ada, grace, grace]", "names 3"),
        ("[ada, ada]", "both ada's"),
        ('[ada, "pypi:WREN"]', "both ada's"),
        ('["github:ada-m", "github-id:1"]', "both ada's"),
        ("[ada, noor]", "the handle 'noor' is not declared"),
        ('[ada, "two words"]', "a handle, or an account"),
    ],
)
def test_what_tells_nobody_apart_is_a_mistake_with_its_line(tmp_path: Path, who: str, told: str) -> None:
    found = wrong(tmp_path, f"not-the-same:\n  - {{who: {who}, by: grace, reason: asked both}}\n")
    assert told in found and found.startswith("6: ")


def test_the_same_said_twice_is_a_mistake_and_of_other_signs_it_is_none(tmp_path: Path) -> None:
    entry = "  - {who: [ada, grace], by: ada, reason: two, signs: [%s]}\n"
    assert "stands twice" in wrong(tmp_path, "not-the-same:\n" + entry % "a" + entry % "a")
    assert len(said(tmp_path, "not-the-same:\n" + entry % "a" + entry % "b")) == 2


def test_an_included_tree_tells_nobody_apart(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "a.yaml").write_text(
        "not-the-same:\n  - {who: [ada, grace], by: ada, reason: two}\n", encoding="utf-8"
    )
    found = wrong(tmp_path, "include:\n  more: {path: more}\n")
    assert "the tree that is read first says this, for all" in found


def test_what_the_program_adds_is_read_back_and_a_control_character_is_refused(tmp_path: Path) -> None:
    fact = DeclaredDistinction(
        one="ada",
        other="pypi:ada_l",
        by="grace",
        reason="asked: not hers",
        signs=("spelling a b",),
        until=date(2030, 1, 1),
    )
    text = add_distinction("# ours\n", fact)
    (read_back,) = said(tmp_path, text.removeprefix("# ours\n"))
    assert text.startswith("# ours\n") and (read_back.one, read_back.reason, read_back.signs, read_back.until) == (
        fact.one,
        fact.reason,
        fact.signs,
        fact.until,
    )
    bad = DeclaredDistinction(one="ada", other="pypi:ada_l\x1b", by="grace", reason="no")
    with pytest.raises(UsageError, match="control character"):
        add_distinction("", bad)
