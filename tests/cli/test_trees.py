"""Registers of several trees on the command line: fetched once, listed, and never a stack trace."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from .conftest import PROJECT, muniment

HARBOUR = "assets:\n  pypi:callisto-dock-not-published: {status: official, reason: made up}\n"
PEOPLE = "parties:\n  ada: {name: Ada Example, accounts: {pypi: ada.l}}\n"


def git(home: Path, *words: str) -> str:
    names = ["-c", "user.name=Ada", "-c", "user.email=ada@callisto.example"]
    done = subprocess.run(["git", *names, *words], cwd=home, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def council(tmp_path: Path) -> Path:
    """A register with a tree in git at a commit, and one in a directory; nothing outside is asked or touched."""
    for name, text in (
        ("council/project.yaml", PROJECT),
        ("people/p.yaml", PEOPLE),
        ("harbour/register/h.yaml", HARBOUR),
    ):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    git(tmp_path / "harbour", "init", "--quiet")
    git(tmp_path / "harbour", "add", ".")
    git(tmp_path / "harbour", "commit", "--quiet", "-m", "made up")
    include(tmp_path, git(tmp_path / "harbour", "rev-parse", "HEAD"))
    return tmp_path / "council"


def include(root: Path, commit: str) -> None:
    text = (
        "include:\n"
        f"  harbour: {{git: ../harbour, commit: '{commit}', path: register, owner: harbour, marking: clear}}\n"
        "  people: {path: ../people}\n"
    )
    (root / "council/trees.yaml").write_text(text, encoding="utf-8")


def told(council: Path, *words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    home = council.parent
    return muniment(*words, cwd=cwd or home, more={"XDG_CACHE_HOME": str(home / "cache")})


def test_the_plan_lists_the_trees_and_their_assets(council: Path) -> None:
    done = told(council, "plan", "council")
    assert done.returncode == 0, done.stderr
    assert "pypi:callisto-dock-not-published" in done.stdout
    commit = git(council.parent / "harbour", "rev-parse", "HEAD")
    assert re.search(r"^1 asset would be asked about in at least \d+ requests", done.stderr, re.MULTILINE)
    assert "the tree read first: kept by the council, TLP:CLEAR, directory, 2 files" in done.stderr
    assert f"the tree harbour: kept by harbour, TLP:CLEAR, git at {commit[:12]}, 1 file\n" in done.stderr
    assert "the tree people: kept by the council, TLP:AMBER, directory, 1 file\n" in done.stderr


def test_a_commit_that_went_away_changes_nothing_that_is_believed(council: Path) -> None:
    first = told(council, "collect", "council", "--offline")
    assert "could not be read" not in first.stderr
    assert told(council, "assess", "council").returncode == 0
    include(council.parent, "0" * 40)
    done = told(council, "run", "council", "--offline", "--strict", "--live", "0")
    assert "The tree harbour could not be read: git did not give commit 000000000000" in done.stderr
    assert "The tree harbour of the register could not be read: it stands as on" in done.stdout
    listed = told(council, "who", "pypi:callisto-dock-not-published", "-r", "council")
    assert listed.returncode == 0, listed.stderr
    drift = told(council, "sync", "council")
    assert "The tree harbour could not be read" in drift.stderr
    assert "shows nothing" not in drift.stderr, "nobody knows what that tree says"
    assert json.loads(told(council, "sync", "council", "--format", "json").stdout)["unread"] == ["harbour"]
    strict = told(council, "assess", "council", "--strict")
    assert strict.returncode == 4
    assert "Traceback" not in done.stderr + strict.stderr


def test_a_run_says_on_its_pages_what_it_could_not_read(council: Path) -> None:
    told(council, "collect", "council", "--offline")
    shutil.rmtree(council.parent / "people")
    told(council, "run", "council", "--offline")
    report = json.loads((council.parent / "out/council/report.json").read_text(encoding="utf-8"))
    assert [tree["name"] for tree in report["unread"]] == ["people"]
    public = json.loads((council.parent / "out/clear/report.json").read_text(encoding="utf-8"))
    assert public["unread"] == [], "an AMBER tree's state is AMBER"
    assert "tree people" in (council.parent / "out/council/index.html").read_text(encoding="utf-8")


def test_a_runs_stamp_names_the_commits_of_all_trees(council: Path) -> None:
    told(council, "run", "council", "--offline")
    report = json.loads((council.parent / "out/council/report.json").read_text(encoding="utf-8"))
    commit = git(council.parent / "harbour", "rev-parse", "HEAD")
    assert report["run"]["commit"] == f"harbour {commit[:12]}"


def test_the_plan_fetches_nothing_over_a_network(council: Path) -> None:
    text = (council / "trees.yaml").read_text(encoding="utf-8")
    remote = text.replace("../harbour", "https://git.invalid/harbour.git")
    (council / "trees.yaml").write_text(remote, encoding="utf-8")
    done = told(council, "plan", "council")
    assert done.returncode == 0
    assert "was not fetched yet: muniment run or collect fetches it" in done.stderr


def test_mistakes_in_every_tree_show_at_once(council: Path) -> None:
    home = council.parent
    (home / "people/bad.yaml").write_text("teams: {crew: {members: [eve]}}\nproject: {id: x, name: X}\n")
    (home / "harbour/register/h.yaml").write_text(HARBOUR + PEOPLE, encoding="utf-8")
    git(home / "harbour", "commit", "--quiet", "-am", "worse")
    include(home, git(home / "harbour", "rev-parse", "HEAD"))
    done = told(council, "plan", "council")
    assert done.returncode == 2
    assert (
        "harbour:h.yaml:4: parties: what names people is TLP:AMBER, and the tree harbour is TLP:CLEAR"
        in done.stderr
    )
    assert "people:bad.yaml:1: the handle 'eve' is not declared" in done.stderr
    assert "people:bad.yaml:2: project: the tree that is read first says this, for all" in done.stderr


def test_a_waiver_is_written_beside_trees_elsewhere(council: Path) -> None:
    """What is changed is validated where it lies, with the trees that its paths lead to."""
    words = ("--check", "packages/*", "--asset", "pypi:callisto-*", "--by", "ada", "--reason", "known")
    done = told(council, "waive", *words, "--until", "2030-01-01", "-r", "council", "--apply")
    assert done.returncode == 0, done.stderr
    assert "by: ada" in (council / "waivers.yaml").read_text(encoding="utf-8")


def test_a_person_is_named_with_the_tree_that_holds_them(council: Path) -> None:
    told(council, "collect", "council", "--offline")
    done = told(council, "forget", "ada", "-r", "council")
    assert done.returncode == 0, done.stderr
    assert "people:p.yaml:2" in done.stderr


def test_a_list_of_assets_states_the_marking_of_the_most_closed_tree(council: Path) -> None:
    text = (council / "trees.yaml").read_text(encoding="utf-8")
    (council / "trees.yaml").write_text(text.replace("../people}", "../people, marking: red}"), encoding="utf-8")
    assert told(council, "plan", "council").stdout.startswith("TLP:RED\n")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_tree_that_may_not_be_read_is_unread(council: Path) -> None:
    (council.parent / "people").chmod(0)
    done = told(council, "plan", "council")
    (council.parent / "people").chmod(0o700)
    assert "The tree people could not be read" in done.stderr
