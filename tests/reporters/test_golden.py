"""What people see, kept as files: renew them with ``UPDATE_GOLDEN=1 pytest tests/reporters/test_golden.py``."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from muniment.model.tlp import TLP, Audience
from muniment.publish.projection import COUNCIL, PUBLIC, project
from muniment.publish.view import build
from muniment.reporters.finding import site
from muniment.reporters.terminal import rendered, summary
from muniment.testing.material import CHECKS, material

GOLDEN = Path(__file__).parent.parent / "golden"
HARBOUR = Audience(TLP.AMBER, frozenset({"harbour"}))


def golden() -> dict[str, str]:
    made = {}
    for name, how in (("week", {}), ("first", {"first": True}), ("quiet", {"quiet": True})):
        shown = project(build(material(**how), CHECKS), COUNCIL)
        made[f"terminal-{name}.txt"] = rendered(summary(shown), width=100)
    council = site(project(build(material(), CHECKS), COUNCIL))
    public = site(project(build(material(), CHECKS), PUBLIC))
    harbour = site(project(build(material(), CHECKS), HARBOUR))
    made |= {
        "council-index.html": council["index.html"].decode(),
        "council-findings.html": council["findings.html"].decode(),
        "council-check.html": council["checks/demo--yanked-newest.html"].decode(),
        "council-report.md": council["report.md"].decode(),
        "council-harbour.html": council["subprojects/harbour.html"].decode(),
        "council-findings.csv": council["findings.csv"].decode(),
        "council-findings.sarif": council["findings.sarif"].decode(),
        "clear-index.html": public["index.html"].decode(),
        "clear-report.json": public["report.json"].decode(),
        "harbour-report.json": harbour["report.json"].decode(),
    }
    # The version is not ours to freeze.
    return {
        name: re.sub(r'("(?:semanticV|v)ersion": )"\d[^"]*dev[^"]*"', r'\1"DEV"', text)
        for name, text in made.items()
    }


@pytest.mark.parametrize("name", sorted(golden()))
def test_what_people_see_is_what_it_was(name: str) -> None:
    path = GOLDEN / name
    text = golden()[name]
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_bytes(text.encode())

    assert text == path.read_bytes().decode()


def test_no_golden_file_is_left_over() -> None:
    ours = re.compile(r"(terminal|council|clear|harbour)-")
    assert {p.name for p in GOLDEN.iterdir() if ours.match(p.name)} == set(golden())
