"""Starting a register: what is written reads without mistakes, runs at once, and is never written over."""

from __future__ import annotations

import json
from pathlib import Path

from muniment.model.errors import NothingCollected
from tests.cli.conftest import muniment

GOVERNANCE = Path(__file__).parents[2] / "examples" / "governance"


def test_a_new_register_is_complete_and_an_editor_can_check_it(tmp_path: Path) -> None:
    home = tmp_path / "reg"
    done = muniment("init", home, "--name", "callisto")
    assert done.returncode == 0, done.stderr
    written = [Path(line) for line in done.stdout.splitlines()]
    assert all(p.is_file() for p in written)
    schema = json.loads((home / "register.schema.json").read_text())
    assert "properties" in json.dumps(schema)
    for page in home.glob("*.yaml"):
        assert page.read_text().startswith("# yaml-language-server: $schema=register.schema.json\n")
    assert muniment("plan", home).returncode == 0


def test_existing_files_are_never_written_over(tmp_path: Path) -> None:
    home = tmp_path / "reg"
    home.mkdir()
    (home / "project.yaml").write_text("mine\n")
    done = muniment("init", home)
    assert done.returncode == 2
    assert (home / "project.yaml").read_text() == "mine\n"
    assert sorted(p.name for p in home.iterdir()) == ["project.yaml"]


def test_governance_documents_become_a_register_that_plans_and_runs(tmp_path: Path) -> None:
    home, documents = tmp_path / "reg", sorted(GOVERNANCE.iterdir())
    done = muniment("init", home, "--name", "Project Callisto", "--from-governance", *documents)
    assert done.returncode == 0, done.stderr
    assert "Took 4 people from contributors.yml." in done.stderr
    assert "Left out 2 employers from organizations.yml" in done.stderr
    assert "Questions that the documents leave open:\n  1. " in done.stderr
    assert str(tmp_path) not in "".join(own.read_text() for own in home.glob("*.yaml"))
    assert muniment("plan", home).returncode == 0
    ran = muniment("run", home, "--offline", "--out", tmp_path / "out")
    assert ran.returncode == NothingCollected.exit_code, ran.stderr  # offline, and nothing was collected before
    assert "Callisto Shell" in (tmp_path / "out" / "council" / "index.html").read_text(encoding="utf-8")


def test_mistakes_in_governance_documents_are_told_and_nothing_is_written(tmp_path: Path) -> None:
    bad = tmp_path / "people.yml"
    bad.write_text("authors:\n  - {id: ada, name: <b>Ada</b>}\n  - {id: ada, name: Ada}\n")
    done = muniment("init", tmp_path / "reg", "--from-governance", bad, "--from-governance", tmp_path / "gone.md")
    assert done.returncode == 2
    for place in ("people.yml:2: ", "people.yml:3: ", "gone.md:1: "):
        assert place in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "reg").exists()


def test_a_file_without_the_option_is_refused(tmp_path: Path) -> None:
    done = muniment("init", tmp_path / "reg", GOVERNANCE / "teams.yml")
    assert done.returncode == 2
    assert not (tmp_path / "reg").exists()
