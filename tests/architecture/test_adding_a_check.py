"""Adding a check is adding one file: the walk in CONTRIBUTING, done by a machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

JUDGED = """
from muniment.checks.declaration import checks
from muniment.checks.example import judge

own = checks()["{id}"]
for example in own.examples:
    print(type(judge(own, example).verdict).__name__, example.expect.__name__)
"""


def walk() -> tuple[str, str]:
    """The path and the text of the check that CONTRIBUTING adds."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    found = re.search(r"```python\n# (src/muniment/checks/\S+\.py)\n(.*?)```", text, flags=re.DOTALL)
    assert found, "CONTRIBUTING shows the file of a check, its path in the first line"
    return found[1], found[2]


def outcomes(id: str, path: str) -> str:
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", JUDGED.format(id=id)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def copied(*folders: str, to: Path) -> None:
    """Some folders of the house, as they stand."""
    for folder in folders:
        ignored = shutil.ignore_patterns("__pycache__", "*.sqlite*", "out")
        shutil.copytree(ROOT / folder, to / folder, ignore=ignored)
    for file in ("pyproject.toml", "tests/__init__.py", "tests/conftest.py"):
        (to / file).write_bytes((ROOT / file).read_bytes())


def test_the_check_that_contributing_adds_is_one_file_and_leaves_the_tests_green(tmp_path: Path) -> None:
    """The copy differs from the original by that file alone, which may stand there already."""
    where, text = walk()
    copied("src", "examples/demo", "tests/checks", "tests/examples", to=tmp_path)
    added = tmp_path / where
    added.write_text(text, encoding="utf-8")
    id = "/".join(added.with_suffix("").parts[-2:]).replace("_", "-")
    lines = outcomes(id, str(tmp_path / "src")).splitlines()
    assert {line.split()[0] for line in lines} >= {"Pass", "Fail"}
    assert all(line.split()[0] == line.split()[1] for line in lines), lines
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    tests = ["tests/checks/test_examples.py", "tests/checks/test_evidence_is_collected.py", "tests/examples"]
    command = [sys.executable, "-m", "pytest", "-vv", "-p", "no:cacheprovider", *tests]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    for ends in ("passes", "fails"):
        assert f"test_every_check_{ends}_on_the_example[{id}] PASSED" in done.stdout


def test_a_check_of_somebody_elses_package_is_found_by_its_entry_point(tmp_path: Path) -> None:
    _, text = walk()
    package = tmp_path / "moon_checks"
    package.mkdir()
    (package / "__init__.py").write_text('"""Checks of another package."""\n', encoding="utf-8")
    (package / "crater.py").write_text(
        text.replace("@check(", '@check(\n    id="moon/crater",', 1), encoding="utf-8"
    )
    info = tmp_path / "moon_checks-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: moon-checks\nVersion: 1\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[muniment.checks]\ncrater = moon_checks.crater\n", encoding="utf-8")
    lines = outcomes("moon/crater", os.pathsep.join((str(tmp_path), str(ROOT / "src")))).splitlines()
    assert {line.split()[0] for line in lines} >= {"Pass", "Fail"}
