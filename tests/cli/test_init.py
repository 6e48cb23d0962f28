"""Starting a register: what is written reads without mistakes, runs at once, and is never written over."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import muniment


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
