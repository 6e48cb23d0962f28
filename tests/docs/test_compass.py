"""What the page on team compasses shows is what the commands print."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.conftest import muniment

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "how-to" / "compass.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The lines of every output that the page shows a part of."""
    home = tmp_path_factory.mktemp("demo")
    kept = shutil.ignore_patterns("*.sqlite*")
    shutil.copytree(ROOT / "examples" / "demo", home / "examples" / "demo", ignore=kept)
    run = muniment("run", "examples/demo", "--offline", "--out", "out", "-q", cwd=home)
    assert run.returncode == 0, run.stderr
    asked = (("compass", "harbour"), ("compass", "shared", "--audience", "red"), ("access", "kofi"))
    return [
        line for words in asked for line in muniment(*words, "-r", "examples/demo", cwd=home).stdout.splitlines()
    ]


def test_every_line_that_is_shown_is_printed(printed: list[str]) -> None:
    shown = "".join(re.findall(r"^```text\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)).splitlines()
    assert len(shown) > 10
    assert [line for line in shown if line not in printed] == []


def test_no_day_of_a_run_is_in_a_section_though_muniment_drew_conclusions_in_it(printed: list[str]) -> None:
    section = [line for line in printed if line.startswith("|")]
    assert any("worked out by muniment" in line for line in section)
    assert not [line for line in section if f"seen {datetime.now(UTC):%Y-%m}" in line]


def test_the_markers_that_are_shown_are_those_of_the_example() -> None:
    (markers,) = re.findall(r"^```md\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
    assert markers in (ROOT / "examples" / "team-compass" / "harbour.md").read_text(encoding="utf-8")
