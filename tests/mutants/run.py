"""Breaks each law on purpose and shows that a test notices: the tests of the tests.

A mutant is a file ``tests/mutants/NAME.patch``: first ``# law: what is broken``, then one or more lines
``# caught-by: tests/PATH.py::TEST``, then a unified diff against the root (``patch -p1``). For each, this program
copies the files that git does not ignore to a temporary directory, runs the tests named (they must pass), applies
the patch, runs them again (each must fail), and says so. It ends with 1 if a mutant survives or a patch no longer
applies.

    python tests/mutants/run.py [NAME …]
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Mutant:
    """One deliberate defect, and the tests that have to notice it."""

    name: str
    law: str
    tests: tuple[str, ...]
    patch: str


def read(path: Path) -> Mutant:
    """A mutant from its file; ``ValueError`` if it names no law or no test."""
    text = path.read_text(encoding="utf-8")
    laws = re.findall(r"^# law: (.+)$", text, flags=re.MULTILINE)
    tests = re.findall(r"^# caught-by: (\S+::\S+)\s*$", text, flags=re.MULTILINE)
    if len(laws) != 1 or not tests:
        raise ValueError(f"{path.name}: one line '# law: …' and at least one line '# caught-by: FILE::TEST'")
    return Mutant(path.stem, laws[0].strip(), tuple(tests), text)


def mutants(names: Sequence[str] = ()) -> list[Mutant]:
    """All mutants, or those named, by name."""
    found = [read(path) for path in sorted(HERE.glob("*.patch"))]
    unknown = set(names) - {m.name for m in found}
    if unknown:
        raise ValueError(f"no such mutant: {', '.join(sorted(unknown))}")
    return [m for m in found if not names or m.name in names]


def copy_tracked(to: Path) -> None:
    """Copy the files that git tracks or would, as they are in the work tree."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout
    for name in listed.decode().split("\0"):
        source = ROOT / name
        if name and source.is_file():
            target = to / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)


def pytest(copy: Path, test: str) -> int:
    """Run one test on the copy's code, in a process of its own; pytest's exit code (1: it ran and failed)."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(copy / "src"),
        "PYTHONDONTWRITEBYTECODE": "1",  # or a stale .pyc of the same second hides the patch
        "HYPOTHESIS_STORAGE_DIRECTORY": str(copy / ".hypothesis"),
    }
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", test]
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, check=False)
    return done.returncode


def apply(copy: Path, mutant: Mutant, *, back: bool = False) -> bool:
    """Apply a patch to the copy, or take it back; false if it does not fit."""
    command = ["patch", "-p1", "--silent", "--force", "--no-backup-if-mismatch", *(["--reverse"] if back else [])]
    done = subprocess.run(command, cwd=copy, input=mutant.patch.encode(), capture_output=True, check=False)
    return done.returncode == 0


def verdicts(chosen: Sequence[Mutant]) -> Iterator[tuple[Mutant, str]]:
    """Each mutant with ``caught``, or with what is wrong."""
    green: dict[str, int] = {}
    with tempfile.TemporaryDirectory(prefix="mutants-") as directory:
        copy = Path(directory)
        copy_tracked(copy)
        for mutant in chosen:
            for test in mutant.tests:
                if test not in green:
                    green[test] = pytest(copy, test)
            red_already = [t for t in mutant.tests if green[t] != 0]
            if red_already:
                yield mutant, f"NOT GREEN without the patch (exit {green[red_already[0]]}): {red_already[0]}"
                continue
            if not apply(copy, mutant):
                yield mutant, "DOES NOT APPLY"
                shutil.rmtree(copy / "src")
                shutil.rmtree(copy / "tests")
                copy_tracked(copy)
                continue
            codes = {test: pytest(copy, test) for test in mutant.tests}
            survived = [t for t, code in codes.items() if code != 1]
            yield mutant, f"SURVIVED (exit {codes[survived[0]]}): {survived[0]}" if survived else "caught"
            if not apply(copy, mutant, back=True):
                raise RuntimeError(f"{mutant.name} applied and cannot be taken back")


def main(names: Sequence[str]) -> int:
    """Print a line per mutant; 1 if any was not caught."""
    chosen = mutants(names)
    width = max((len(m.name) for m in chosen), default=0)
    bad = 0
    for mutant, verdict in verdicts(chosen):
        bad += verdict != "caught"
        print(f"{mutant.name:<{width}}  {verdict:<8}  {mutant.law}", flush=True)
    print(f"{len(chosen) - bad} of {len(chosen)} mutants caught")
    return 1 if bad or not chosen else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
