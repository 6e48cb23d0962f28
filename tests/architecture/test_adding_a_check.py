"""Adding a check is adding one file: the walk in CONTRIBUTING, done by a machine."""

from __future__ import annotations

import os
import re
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


def test_the_check_that_contributing_adds_is_found_and_judged_by_being_one_file(tmp_path: Path) -> None:
    """The copy differs from the original by that file alone."""
    where, text = walk()
    for module in (ROOT / "src").rglob("*"):
        if module.is_file() and module.suffix != ".pyc":
            target = tmp_path / module.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(module.read_bytes())
    added = tmp_path / where
    assert not added.exists()
    added.write_text(text, encoding="utf-8")
    id = "/".join(added.with_suffix("").parts[-2:]).replace("_", "-")
    lines = outcomes(id, str(tmp_path / "src")).splitlines()
    assert {line.split()[0] for line in lines} >= {"Pass", "Fail"}
    assert all(line.split()[0] == line.split()[1] for line in lines), lines


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
