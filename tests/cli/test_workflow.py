"""The workflow to copy: it asks for little, and its steps do what the how-to says, in a repository made here."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.conftest import ASSETS, PROJECT, SEEN, batches, bundle

FILE = Path(__file__).resolve().parents[2] / "examples" / "workflow" / "muniment.yml"
LODESTAR = "callisto-lodestar-not-published"

GH = """\
#!/bin/sh
# Stands in for GitHub's own command: keeps what it was asked, and answers for one open issue if there is one.
for word in "$@"; do printf '%s\\n' "$word"; done | {python} -c '
import json, os, sys
words = sys.stdin.read().splitlines()
bodies = {{w: open(w).read() for w in words if os.path.isfile(w)}}
print(json.dumps([words, bodies]), file=open(os.environ["GH_CALLS"], "a"))'
if [ "$1 $2" = "issue list" ]; then cat "$GH_OPEN"; fi
if [ "$1 $2" = "issue create" ]; then echo 7 > "$GH_OPEN"; fi
"""
MUNIMENT = """\
#!/bin/sh
# The real program, but never asking the network.
command="$1"; shift
if [ "$command" = run ]; then set -- "$@" --offline; fi
exec {python} -m muniment "$command" "$@"
"""


def workflow() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return found


def steps() -> dict[str, dict[str, Any]]:
    """The steps that run a script, by name."""
    return {s["name"]: s for s in workflow()["jobs"]["look"]["steps"] if "run" in s}


def test_the_workflow_asks_for_two_rights_and_uses_one_action() -> None:
    found = workflow()
    assert found["permissions"] == {}
    assert found["jobs"]["look"]["permissions"] == {"contents": "write", "issues": "write"}
    assert [s["uses"] for s in found["jobs"]["look"]["steps"] if "uses" in s] == ["actions/checkout@v4"]
    assert found["concurrency"]["cancel-in-progress"] is False


def test_the_credential_that_looks_is_in_one_step_alone_and_is_not_the_workflows_own() -> None:
    holding = {name: s["env"] for name, s in steps().items() if "env" in s}
    assert holding == {
        "Run": {"MUNIMENT_GITHUB_TOKEN": "${{ secrets.MUNIMENT_GITHUB_TOKEN }}"},
        "Tell what changed": {"GH_TOKEN": "${{ github.token }}"},
    }


def test_nothing_of_an_event_is_put_into_a_script() -> None:
    assert not [name for name, s in steps().items() if "${{" in s["run"]]


@pytest.mark.parametrize("name", sorted(steps()))
def test_a_steps_script_is_sound_to_bash(name: str) -> None:
    done = subprocess.run(["bash", "-n"], input=steps()[name]["run"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


class Home:
    """A private repository with a register, its origin, and a runner."""

    def __init__(self, at: Path) -> None:
        self.at = at
        self.clone = at / "clone"
        self.evidence = self.clone / "register" / "evidence"
        self.evidence.mkdir(parents=True)
        (self.clone / "register" / "project.yaml").write_text(PROJECT)
        (self.clone / "register" / "assets.yaml").write_text(ASSETS)
        self.git("init", "--quiet", "--bare", str(at / "origin"))
        self.git("init", "--quiet")
        self.git("remote", "add", "origin", str(at / "origin"))
        bin = at / "bin"
        bin.mkdir()
        for name, text in (("gh", GH), ("muniment", MUNIMENT)):
            (bin / name).write_text(text.format(python=sys.executable))
            (bin / name).chmod(0o755)
        (at / "open").write_text("")

    def git(self, *words: str) -> str:
        done = subprocess.run(["git", *words], cwd=self.clone, capture_output=True, text=True, check=True)
        return done.stdout

    def week(self, number: int) -> list[tuple[list[str], dict[str, str]]]:
        """Run the steps on a fresh runner; what ``gh`` was asked."""
        runner = self.at / f"runner-{number}"
        runner.mkdir()
        calls = runner / "calls"
        calls.write_text("")
        environment = {
            "PATH": f"{self.at / 'bin'}:{os.environ['PATH']}",
            "HOME": str(runner),
            "RUNNER_TEMP": str(runner),
            "GH_CALLS": str(calls),
            "GH_OPEN": str(self.at / "open"),
            **workflow()["jobs"]["look"]["env"],
        }
        for name in ("Restore the database", "Run", "Tell what changed", "Keep the database"):
            script = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", steps()[name]["run"]]
            done = subprocess.run(
                script, cwd=self.clone, env=environment, capture_output=True, text=True, timeout=120
            )
            assert done.returncode == 0, f"{name}: {done.stderr}"
        return [tuple(json.loads(line)) for line in calls.read_text().splitlines()]  # type: ignore[misc]

    def sees(self, name: str, *, yanked: bool, days: int) -> None:
        """Evidence that somebody handed over."""
        seen = SEEN - timedelta(days=10 - days)
        (self.evidence / f"{days}.jsonl").write_bytes(bundle(batches(name, yanked=yanked, seen=seen)))


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git here")
def test_one_issue_is_opened_and_updated_when_something_changed_and_only_then(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.sees(LODESTAR, yanked=False, days=0)
    assert home.week(1) == [], "the first run is the baseline"
    kept = home.git("ls-remote", "origin", "muniment-data").split()[0]

    assert home.week(2) == [], "nothing changed"
    again = home.git("ls-remote", "origin", "muniment-data").split()[0]
    assert again != kept
    home.git("fetch", "--quiet", "origin", "muniment-data")
    assert home.git("rev-list", "--count", "FETCH_HEAD").strip() == "1", "the database has no history in git"

    home.sees(LODESTAR, yanked=True, days=3)
    opened = home.week(3)
    (create,) = ((words, bodies) for words, bodies in opened if words[:2] == ["issue", "create"])
    assert "1 new: Project Callisto" in create[0][create[0].index("--title") + 1]
    (body,) = create[1].values()
    (line,) = (line for line in body.splitlines() if line.startswith("- [ ]"))
    assert f"`pypi:{LODESTAR}` (Harbour): " in line and "**Do:** " in line
    assert "TLP:RED" in body

    home.sees(LODESTAR, yanked=False, days=6)
    updated = [words for words, _ in home.week(4)]
    assert ["issue", "comment", "7"] in [words[:3] for words in updated]
    assert not [words for words in updated if words[:2] in (["issue", "create"], ["issue", "close"])]


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git here")
def test_a_database_that_another_run_has_moved_on_is_not_overwritten(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.sees(LODESTAR, yanked=False, days=0)
    home.week(1)
    elsewhere = steps()["Keep the database"]["run"]
    runner = tmp_path / "runner-1"  # it still takes the branch to be missing
    database = sqlite3.connect(runner / "muniment.sqlite")
    database.execute("pragma user_version = 77")  # as if it had written something else than what was kept
    database.close()
    environment = {"PATH": os.environ["PATH"], "RUNNER_TEMP": str(runner), "HOME": str(runner)}
    environment |= workflow()["jobs"]["look"]["env"]
    done = subprocess.run(
        ["bash", "-c", elsewhere], cwd=home.clone, env=environment, capture_output=True, text=True
    )
    assert done.returncode != 0
    assert "stale info" in done.stderr or "rejected" in done.stderr
