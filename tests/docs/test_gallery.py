"""The terminal that the gallery shows is what the made-up project's run prints, to the letter.

Renew it with ``UPDATE_GOLDEN=1 pytest tests/docs/test_gallery.py``, and the pictures with ``make shots``.
"""

from __future__ import annotations

import os
import re
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
SHOWN = re.compile(r"^<!-- judged by: (.*) -->\n\n```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)
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
