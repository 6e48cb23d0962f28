"""Every mutant still fits the code and names a test that exists; ``make mutants`` shows that the test notices."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PATCHES = sorted(HERE.glob("*.patch"))


def runner() -> ModuleType:
    spec = importlib.util.spec_from_file_location("mutants_run", HERE / "run.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["mutants_run"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


RUN = runner()


@pytest.mark.parametrize("path", PATCHES, ids=lambda p: p.stem)
def test_a_mutant_names_its_law_and_tests_that_exist(path: Path) -> None:
    for test in RUN.read(path).tests:
        file, _, name = test.partition("::")
        source = (ROOT / file).read_text(encoding="utf-8")
        assert re.search(rf"^(async )?def {re.escape(name.partition('[')[0])}\(", source, flags=re.MULTILINE), test


@pytest.mark.parametrize("path", PATCHES, ids=lambda p: p.stem)
def test_a_mutant_still_applies(path: Path) -> None:
    command = ["patch", "-p1", "--dry-run", "--force", "--silent"]
    done = subprocess.run(command, cwd=ROOT, input=path.read_bytes(), capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode()


def test_a_patch_without_a_law_is_refused(tmp_path: Path) -> None:
    bad = tmp_path / "bad.patch"
    bad.write_text("# caught-by: tests/x.py::test_x\n", encoding="utf-8")
    with pytest.raises(ValueError, match="law"):
        RUN.read(bad)


def test_a_mutant_that_no_test_notices_is_reported_and_so_is_one_that_does_not_apply() -> None:
    test = "tests/checks/test_engine_laws.py::test_an_unknown_says_why"
    harmless = RUN.Mutant("harmless", "none", (test,), (HERE / "shortest-waiver-wins.patch").read_text("utf-8"))
    gone = RUN.Mutant(
        "gone", "none", (test,), "--- a/src/muniment/gone.py\n+++ b/src/muniment/gone.py\n@@ -1 +1 @@\n-a\n+b\n"
    )
    said = {mutant.name: verdict for mutant, verdict in RUN.verdicts([harmless, gone])}
    assert said["harmless"].startswith("SURVIVED")
    assert said["gone"] == "DOES NOT APPLY"
