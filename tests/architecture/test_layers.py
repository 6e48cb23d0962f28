"""The house keeps its own rules: layers, purity, names and words."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src" / "muniment"
TESTS = ROOT / "tests"

BELOW_PORTS = ("model", "evidence", "register", "ledger", "checks", "campaigns", "publish")

FORBIDDEN_MODULES = {
    "random",
    "secrets",
    "time",
    "urllib.request",
    "http",
    "socket",
    "subprocess",
    "tempfile",
}
FORBIDDEN_CALLS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "datetime.datetime.now",
    "datetime.date.today",
    "uuid.uuid1",
    "uuid.uuid4",
    "os.urandom",
    "os.environ",
    "os.getenv",
    "os.getpid",
}
VAGUE = {"utils", "util", "helpers", "helper", "manager", "managers", "misc", "common"}


def modules(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((SRC / folder).rglob("*.py"))]


def impurities(tree: ast.AST) -> Iterator[str]:
    """The clocks, the randomness and the surroundings that a module reaches for."""
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Attribute):
            dotted = ast.unparse(node)
            if dotted in FORBIDDEN_CALLS:
                yield f"{dotted} (line {node.lineno})"
        for name in names:
            if any(name == bad or name.startswith(f"{bad}.") for bad in FORBIDDEN_MODULES):
                yield f"import of {name}"
            if name in FORBIDDEN_CALLS:
                yield f"import of {name}"


def test_imports_go_downwards_only() -> None:
    lint = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("module", modules(*BELOW_PORTS), ids=lambda p: str(p.relative_to(SRC)))
def test_below_the_ports_nothing_reads_a_clock_or_draws_lots(module: Path) -> None:
    assert list(impurities(ast.parse(module.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize(
    "code",
    [
        "from datetime import datetime\ndatetime.now()",
        "import datetime\ndatetime.date.today()",
        "import time",
        "from time import monotonic",
        "import random",
        "import uuid\nuuid.uuid4()",
        "from uuid import uuid4",
        "import os\nos.environ['HOME']",
        "from os import environ",
        "import secrets",
        "import urllib.request",
        "from urllib import request",
    ],
)
def test_the_test_above_notices_clocks_randomness_and_surroundings(code: str) -> None:
    assert list(impurities(ast.parse(code)))


@pytest.mark.parametrize("module", modules("."), ids=lambda p: str(p.relative_to(SRC)))
def test_a_module_opens_with_one_sentence_that_says_why_it_exists(module: Path) -> None:
    text = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8")))
    assert text, "no docstring"
    first = text.split("\n\n")[0]
    assert first.rstrip().endswith((".", ":")), first


def test_no_module_is_named_for_nothing_in_particular() -> None:
    everything = [*SRC.rglob("*.py"), *TESTS.rglob("*.py")]
    assert [str(p) for p in everything if VAGUE & set(p.stem.split("_"))] == []


@pytest.mark.parametrize("module", sorted(TESTS.rglob("*.py")), ids=lambda p: str(p.relative_to(TESTS)))
def test_a_test_passes_its_dependencies_in_and_patches_nothing(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert node.module not in ("unittest.mock", "mock"), node.lineno
            assert node.module != "unittest" or all(a.name != "mock" for a in node.names), node.lineno
        if isinstance(node, ast.Import):
            assert all(a.name not in ("unittest.mock", "mock") for a in node.names), node.lineno


def test_a_test_is_named_in_a_sentence() -> None:
    """Three words at least: a name that says what holds."""
    short = [
        f"{path.relative_to(TESTS)}: {node.name}"
        for path in TESTS.rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and len(node.name.split("_")) < 4
    ]
    assert short == []


def test_no_tracked_file_names_a_path_of_somebodys_machine() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    homes = ("/" + "home/", "/" + "Users/", "/" + "work/", "/" + "root/")
    found = []
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if not path.is_file() or path.suffix in (".png", ".gz", ".sqlite", ".db"):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{name}: {home}" for home in homes if f'"{home}' in text or f" {home}" in text]
    assert found == []
