"""The commands that the README and the documentation show are run, in their order, as a reader would run them."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from muniment.model.errors import NothingCollected

ROOT = Path(__file__).parents[1]
COMMANDS = ROOT / "src" / "muniment" / "cli" / "commands"
SHOWN = re.compile(r"^```console\n(.*?)^```|^(\|[^\n]*\|)$", re.MULTILINE | re.DOTALL)
PAGES = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs" / "how-to").glob("*.md")),
]


def commands(page: Path) -> list[str]:
    """What a page shows to be typed, in order: console lines after ``$``, and whole commands in tables' cells."""
    text = page.read_text(encoding="utf-8")
    found: list[str] = []
    for block, row in SHOWN.findall(text):
        joined = block.replace("\\\n", " ")
        found.extend(line[2:] for line in joined.splitlines() if line.startswith("$ "))
        found.extend(command for command in re.findall(r"`([^`]+)`", row) if whole(command))
    return found


def whole(command: str) -> bool:
    """A cell that one can copy and run: a command and what it works on, no word in place of a value."""
    return bool(re.match(r"muniment [a-z]+ \S", command)) and not re.search(r"\b[A-Z]{2,}\b", command)


def asks(words: list[str]) -> bool:
    """The command asks a source, which is not there when tests run."""
    return words[1] in ("run", "collect") and "--offline" not in words


@pytest.mark.parametrize("page", [p for p in PAGES if commands(p)], ids=lambda p: p.stem)
def test_the_commands_shown_work(page: Path, tmp_path: Path) -> None:
    """On the examples as git has them: what somebody tried out in the work tree does not count."""
    prefix = f"--prefix={tmp_path}{os.sep}"
    listed = subprocess.run(["git", "ls-files", "-z", "examples"], cwd=ROOT, capture_output=True, check=True)
    checkout = ["git", "checkout-index", "-z", "--stdin", prefix]
    subprocess.run(checkout, cwd=ROOT, input=listed.stdout, check=True)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for line in commands(page):
        words = shlex.split(line, comments=True)
        assert words[0] in ("muniment", "ls", "cat", "mkdir", "cp"), (
            f"{page.name} shows a command nobody tests: {line}"
        )
        done = subprocess.run(
            words, cwd=tmp_path, env={**os.environ, "PATH": path}, capture_output=True, text=True, timeout=300
        )
        right = {0, NothingCollected.exit_code} if asks(words) else {0}
        assert done.returncode in right, f"{line}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr


def test_the_readme_shows_commands_in_blocks_and_in_its_table() -> None:
    shown = commands(ROOT / "README.md")
    assert {shlex.split(line)[1] for line in shown} == {p.stem for p in COMMANDS.glob("[a-z]*.py")} - {
        "assess",
        "publish",
        "verify_github",  # for those who look after the program, and with a real credential
    }
