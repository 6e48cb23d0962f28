"""The second example is what a discovery makes of its recorded evidence, and as short as its page says."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

from muniment.evidence.bundle import write
from muniment.register.reading import read
from tests.cli.conftest import muniment

HOME = Path(__file__).parents[2] / "examples" / "pallets"
AT_MOST = 100


def test_it_is_what_the_command_on_its_page_writes(tmp_path: Path) -> None:
    page = (HOME / "README.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"^```sh\nmuniment (.*?)^```", page, re.MULTILINE | re.DOTALL)
    words = command.replace("\\\n", " ").replace("examples/pallets", str(HOME)).split()
    done = muniment(*words, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    made = {file.name: _plain(file) for file in (tmp_path / "pallets").glob("*.yaml")}
    assert made == {file.name: _plain(file) for file in HOME.glob("*.yaml")}


def _plain(file: Path) -> str:
    """Its text without the editors' line, which tells where the schema lies, and without days."""
    return re.sub(r"20\d\d-\d\d-\d\d", "DAY", file.read_text(encoding="utf-8").split("\n", 1)[1])


def test_its_page_states_its_lines() -> None:
    lines = sum(len(file.read_text(encoding="utf-8").splitlines()) for file in HOME.glob("*.yaml"))
    assert f"It has {lines} lines of YAML" in (HOME / "README.md").read_text(encoding="utf-8")
    assert lines <= AT_MOST


def test_its_manifests_are_what_the_script_beside_them_writes() -> None:
    script = runpy.run_path(str(HOME / "make_evidence.py"))
    made = write(script["manifests"](), made=script["READ"], by="make_evidence.py")
    assert (HOME / "evidence" / "manifests.jsonl").read_bytes() == made


def test_its_packages_are_declared_with_the_repositories_that_they_lead_to() -> None:
    declared = {e.asset: e for e in read(HOME).evidence if hasattr(e, "repository")}
    packages = {asset: entry for asset, entry in declared.items() if asset.startswith("pypi:")}
    assert len(packages) == 16
    assert all(entry.repository.startswith("github:repo/pallets") for entry in packages.values())
