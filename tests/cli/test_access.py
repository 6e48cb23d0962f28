"""``muniment access`` as people run it."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from muniment.cli.telling import rows
from muniment.model.tlp import TLP, Marking
from tests.cli.conftest import muniment

PACKAGE = "pypi:callisto-lodestar-not-published"


@pytest.fixture
def seen(register: Path, tmp_path: Path) -> Path:
    assets = register / "assets.yaml"
    entry = "  pypi:callisto-lodestar-not-published: {status: official, reason: made up"
    held = f"{entry}, holders: {{owner: [ada, keepers]}}"
    assets.write_text(
        assets.read_text().replace(entry, held)
        + "  noor: {name: 'Noor \"\\e[2J[bold]\" Example'}\nteams:\n  keepers: {members: [noor]}\n"
    )
    run = muniment("run", register, "--offline", "--out", tmp_path / "out", "-q")
    assert run.returncode == 0, run.stderr
    return register


def test_every_form_states_its_marking_and_tells_the_same(seen: Path) -> None:
    read = {form: muniment("access", "ada", "-r", seen, "--format", form) for form in ("table", "csv", "json")}
    assert {done.returncode for done in read.values()} == {0}
    told = json.loads(read["json"].stdout)
    assert told["marking"] == "TLP:AMBER"
    (row,) = told["rows"]
    assert (row["asset"], row["role"], row["state"], row["expected"]) == (PACKAGE, "Owner", "held", "yes")
    (line,) = csv.DictReader(io.StringIO(read["csv"].stdout))
    assert line == row | {"marking": "TLP:AMBER"}
    assert read["table"].stdout.startswith("TLP:AMBER\n")
    assert PACKAGE in read["table"].stdout


def test_in_markdown_no_markup_begins_in_what_others_wrote(capsys: pytest.CaptureFixture[str]) -> None:
    hostile = "![x](https://e.example/p.png) [y](javascript:z) <b> \\|"
    rows("markdown", Marking(TLP.AMBER), ("who", "path"), [(hostile, "own role")])
    line = capsys.readouterr().out.splitlines()[-1]
    page = MarkdownIt().enable("table").render(f"| a | b |\n|---|---|\n{line}\n")
    assert page.count("<td>") == 2
    assert not re.search("<(img|a|b)[ >]", page)


def test_in_markdown_a_sentence_above_the_table_calls_nobody_and_leads_nowhere(
    capsys: pytest.CaptureFixture[str],
) -> None:
    hostile = "in the environment go @octo/all https://e.example www.e.example ![x](p.png) <b>"
    rows("markdown", Marking(TLP.AMBER), ("who",), [], lead=[hostile])
    told = capsys.readouterr().out.splitlines()[2]
    assert not re.search(r"(?<!\\)[@<\[]|https?://|www\.e", told), told
    assert MarkdownIt().render(told) == f"<p>{html.escape(hostile, quote=False)}</p>\n"


def test_one_name_of_a_million_letters_leaves_the_other_rows_where_they_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = [("x" * 1_000_000, "Owner"), ("ada", "Owner")]
    rows("table", Marking(TLP.AMBER), ("who", "role"), found)
    told = capsys.readouterr().out
    assert len(told) < 4000
    assert re.search(r"^ada {57,60} Owner$", told, re.MULTILINE)


def test_what_could_not_be_seen_is_said_even_if_quiet(seen: Path) -> None:
    done = muniment("access", "noor", "-r", seen, "-q")
    assert "expected, not seen" in done.stdout
    assert "Could not be seen: held through the organization callisto" in done.stderr
    assert "Could not be seen: no source" in done.stderr


def test_somebody_of_whom_nothing_was_seen_is_not_told_to_hold_nothing(seen: Path) -> None:
    done = muniment("access", "pypi:stranger", "-r", seen)
    assert done.returncode == 0
    assert "pypi:stranger: unknown to the register" in done.stderr
    assert "what could not be seen is said above" in done.stderr


def test_a_name_full_of_signs_does_nothing_on_the_terminal(seen: Path) -> None:
    done = muniment("access", "noor", "-r", seen)
    assert "\x1b" not in done.stdout + done.stderr
    assert "[bold]" in done.stderr


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("adda", "did you mean ada?"),
        ("keepers", "one of its people: noor"),
        ("github:", "github:NAME"),
        ("pypi: ", "pypi:NAME"),
    ],
)
def test_who_is_not_a_person_is_refused_with_a_way_on(seen: Path, word: str, hint: str) -> None:
    done = muniment("access", word, "-r", seen)
    assert done.returncode == 2
    assert hint in done.stderr
