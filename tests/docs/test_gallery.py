"""What the gallery shows of the terminal is what the made-up project's run, doctor and news print, to the letter.

Renew it with ``UPDATE_GOLDEN=1 pytest tests/docs/test_gallery.py``, and the pictures with ``make shots``.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from muniment import wiring
from muniment.app.main_job import Declared, main_job
from muniment.app.material import material
from muniment.checks.declaration import checks
from muniment.evidence.bundle import read
from muniment.publish.projection import COUNCIL, project
from muniment.publish.view import build
from muniment.register.reading import read as read_register
from muniment.reporters.terminal import rendered, summary
from muniment.stores.opening import open_store

ROOT = Path(__file__).resolve().parents[2]
GALLERY = ROOT / "docs" / "gallery.md"
DEMO = ROOT / "examples" / "demo"
SHOWN = re.compile(r"^<!-- judged by: ([^\n]*) -->\n\n```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MOMENT = re.compile(r"(\d{1,2} \w{3} \d{4}, \d{2}:\d{2}) UTC$")


def shown() -> tuple[frozenset[str], str]:
    """The checks that judged what the gallery shows, and what it shows."""
    found = SHOWN.search(GALLERY.read_text(encoding="utf-8"))
    assert found, "the gallery shows a terminal, and says who judged"
    return frozenset(found[1].split()), found[2]


def printed(moment: datetime, judging: frozenset[str], database: Path) -> str:
    """What a first run of the made-up project prints at that moment, judged by some checks, without a network."""
    known = checks()
    judges = {id: check for id, check in known.items() if id in judging}
    register = read_register(DEMO, checks=frozenset(known))
    declared = Declared(register.project, register.evidence, register.marking, "")
    recorded = [read(f.read_bytes(), now=moment) for f in sorted((DEMO / "evidence").glob("*.jsonl"))]
    collectors = wiring.sources(offline=True).collectors
    store = open_store(f"sqlite:///{database}")
    try:
        done = main_job(
            store,
            declared,
            judges,
            collectors,
            lambda _: pytest.fail("asked"),
            recorded,
            clock=lambda: moment,
            code="test",
            limit=0,
        )
        made = material(store, judges, now=moment, reach=done.reach)
    finally:
        store.close()
    text = rendered(summary(project(build(made, judges), COUNCIL)))
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


def test_the_terminal_in_the_gallery_is_that_of_a_run_at_the_moment_it_names(tmp_path: Path) -> None:
    """By the checks that it names: a check that is added since does not change what these say."""
    judging, text = shown()
    named = MOMENT.search(text.splitlines()[0])
    assert named, "its first line ends with the moment"
    moment = datetime.strptime(named[1], "%d %b %Y, %H:%M").replace(tzinfo=UTC)
    if os.environ.get("UPDATE_GOLDEN"):
        judging = frozenset(checks())
        now = printed(moment, judging, tmp_path / "renewed.sqlite")
        block = f"<!-- judged by: {' '.join(sorted(judging))} -->\n\n```text\n{now}```"
        page = GALLERY.read_text(encoding="utf-8")
        GALLERY.write_text(SHOWN.sub(lambda _: block, page, count=1), encoding="utf-8")
    assert judging <= set(checks()), "a check is gone: renew the gallery"

    assert shown() == (judging, printed(moment, judging, tmp_path / "demo.sqlite"))


# ---------------------------------------------------------------- on the simulated GitHub

HOLDERS = ("ada", "grace", "noor", "app")


def block(name: str) -> re.Pattern[str]:
    return re.compile(rf"^<!-- printed by: {re.escape(name)} -->\n\n```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def simulated(place: Path, *words: str) -> str:
    """What a command prints on the simulated GitHub, on a terminal of 100 columns."""
    # One folder for what is temporary: the length of its name shows in how lines are broken.
    done = subprocess.run(
        [sys.executable, "-m", "muniment.testing.github", *words],
        cwd=place,
        env={**os.environ, "COLUMNS": "100", "TMPDIR": "/tmp", "HOME": str(place)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    # Where the App's key lies for the moment is another place each time.
    told = re.sub(r"/tmp/\w+/github\.toml", "~/.config/muniment/github.toml", done.stdout)
    return "".join(f"{line.rstrip()}\n" for line in told.splitlines())


def doctor(place: Path, holder: str) -> str:
    """The doctor about two organizations, for somebody's credential."""
    program = (sys.executable, "-m", "muniment")
    orgs = ("--org", "callisto", "--org", "callisto-beacon")
    return simulated(place, "--as", holder, "--", *program, "doctor", *orgs)


def news(place: Path, _: str) -> str:
    """The news of a run on the project of a while later, after one of today."""
    program = (sys.executable, "-m", "muniment")
    shutil.copytree(DEMO, place / "demo", ignore=shutil.ignore_patterns("*.sqlite*"))
    for world in ("demo", "demo-later"):
        simulated(place, "--world", world, "--", *program, "run", "demo", "--out", "out")
    return simulated(place, "--", *program, "news", "-r", "demo")


PRINTED: dict[str, Callable[[Path, str], str]] = {**dict.fromkeys(HOLDERS, doctor), "news": news}


@pytest.mark.parametrize("name", PRINTED)
def test_what_the_gallery_shows_of_a_command_is_what_it_prints(name: str, tmp_path: Path) -> None:
    told = PRINTED[name](tmp_path, name)
    if os.environ.get("UPDATE_GOLDEN"):
        text = f"<!-- printed by: {name} -->\n\n```text\n{told}```"
        page = GALLERY.read_text(encoding="utf-8")
        GALLERY.write_text(block(name).sub(lambda _: text, page, count=1), encoding="utf-8")
    found = block(name).search(GALLERY.read_text(encoding="utf-8"))
    assert found, f"the gallery shows no {name}"
    assert found[1] == told


def test_the_four_kinds_of_credential_are_shown() -> None:
    page = GALLERY.read_text(encoding="utf-8")
    told = "".join(found[1] for name in HOLDERS if (found := block(name).search(page)))
    for kind in ("classic", "fine-grained", "app ", "installation"):
        assert f" {kind}" in told
    assert "ghp_" not in told and "github_pat_" not in told
