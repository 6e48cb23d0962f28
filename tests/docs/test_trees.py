"""The page about trees, followed word for word: from two empty directories to a run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "how-to" / "trees.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"(?:^`([^`\n]+)`:\n\n)?^```(yaml|sh|text)\n(.*?)^```", flags=re.MULTILINE | re.DOTALL)
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def run(script: str, cwd: Path, home: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "XDG_CACHE_HOME": str(home / "cache")}
    script = re.sub(r"^muniment", f"{sys.executable} -m muniment", script, flags=re.MULTILINE)
    script = re.sub(r"^(.* run .*)$", r"\1 --offline || test $? = 3", script, flags=re.MULTILINE)
    done = subprocess.run(["bash", "-ec", script], cwd=cwd, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done


def test_who_follows_the_page_gets_what_it_shows(tmp_path: Path) -> None:
    commit = said = ""
    cwd = tmp_path
    for name, kind, text in BLOCK.findall(PAGE):
        if kind == "yaml" and name:
            (tmp_path / name).write_text(text.replace(COMMIT, commit), encoding="utf-8")
        elif kind == "sh":
            if text.startswith("cd "):
                cwd = tmp_path / text.split()[1]
                commit = run(text.partition("\n")[2], cwd, tmp_path).stdout.strip()
                cwd = tmp_path
            else:
                said += run(text, cwd, tmp_path).stderr
        elif kind == "text":
            for line in text.replace(COMMIT[:12], commit[:12]).splitlines():
                assert line in said.splitlines()
    assert len(commit) == 40
    assert (tmp_path / "out" / "clear" / "index.html").is_file()
    assert "callisto-dock-not-published" in (tmp_path / "out" / "clear" / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("words", ["5 MB", "2,000 YAML", "50 MB", "two minutes"])
def test_the_bounds_that_the_page_names_are_those_of_the_program(words: str) -> None:
    from muniment.register.files import MAX_BYTES, MAX_FILES, MAX_TOTAL
    from muniment.stores.git import SECONDS

    bounds = {
        f"{MAX_BYTES // 1_000_000} MB",
        f"{MAX_FILES:,} YAML",
        f"{MAX_TOTAL // 1_000_000} MB",
        {120: "two minutes"}[SECONDS],
    }
    assert words in bounds
    assert words in PAGE
