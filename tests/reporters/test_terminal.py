"""The summary fits a screen, says what it cut, and lets no data play tricks on a terminal."""

from __future__ import annotations

import re
import unicodedata

import pytest
from msgspec.structs import replace

from muniment.model.tlp import TLP, Audience
from muniment.publish import summary as sums
from muniment.publish.projection import COUNCIL, PUBLIC, Shown, project
from muniment.publish.view import build
from muniment.reporters.terminal import rendered, summary
from muniment.testing.material import CHECKS, finding, material


def shown(**how: bool) -> Shown:
    return project(build(material(**how), CHECKS), COUNCIL)


def thousand() -> Shown:
    """A thousand assets in thirty subprojects, forty causes."""
    made = material()
    checks = sorted(CHECKS)
    findings = tuple(
        finding(
            checks[n % len(checks)],
            f"pypi:package-{n:04}",
            f"subproject-{n % 30}",
            f"problem {n}",
            cause=f"cause {n % 40}",
            days=0 if n % 50 == 0 else 30,
        )
        for n in range(1000)
    )
    return project(build(replace(made, findings=made.findings + findings, entries=()), CHECKS), COUNCIL)


@pytest.mark.parametrize("width", [80, 100, 160])
def test_a_thousand_assets_fit_one_screen(width: int) -> None:
    assert len(rendered(summary(thousand()), width=width).splitlines()) <= 25


@pytest.mark.parametrize("width", [80, 100, 160])
def test_an_unchanged_week_is_five_lines_at_most(width: int) -> None:
    lines = rendered(summary(shown(quiet=True)), width=width).splitlines()

    assert len(lines) <= 5
    assert "No finding moved since 7 Jun 2026 (run 411): 9 open, 10 unknown, 6 stale." in " ".join(lines)


def test_the_lines_shown_and_the_number_cut_make_up_the_open_findings() -> None:
    view = thousand()
    text = rendered(summary(view), width=120)

    told = sum(int(n) for n in re.findall(r"(\d+) on \d+ assets?", text))
    cut = re.search(r"… and \d+ more lines with ([\d\u202f]+) findings: muniment findings", text)
    assert cut is not None
    assert told + int(cut[1].replace("\u202f", "")) == len(sums.open_findings(view))


def test_the_marking_comes_first_and_unknown_last() -> None:
    lines = rendered(summary(shown())).splitlines()

    assert lines[0].startswith("TLP:RED")
    assert lines[-1] == "10 answers are Unknown: 6 unreachable, 4 unobservable."
    assert lines[-2].startswith("12 live, 9 recorded, 1 unreachable.")


def test_the_first_run_says_that_it_is_the_first() -> None:
    text = rendered(summary(shown(first=True)))

    assert "The first run" in text
    assert re.search(r"\bnew\b", text) is None


def test_without_an_answer_nothing_is_called_well() -> None:
    text = rendered(summary(shown(empty=True)))

    assert "No check has answered yet" in text
    assert "No finding is open" not in text


def test_data_is_no_markup_and_carries_no_escapes() -> None:
    hostile = "[bold red]pwned[/] \x1b]0;title\x07\x1b[2J \u202egnp.exe\u2066 \u061c"
    made = material()
    first = replace(made.findings[0], cause=hostile, message=hostile)
    name = replace(made.inventory.subprojects["harbour"], name=hostile)
    subprojects = {**made.inventory.subprojects, "harbour": name}
    inventory = replace(made.inventory, name=hostile, subprojects=subprojects)
    view = project(
        build(replace(made, inventory=inventory, findings=(first, *made.findings[1:])), CHECKS),
        Audience(TLP.RED),
    )

    text = rendered(summary(view), width=300)
    assert "[bold red]pwned[/]" in text
    odd = {c for c in text if unicodedata.category(c) in ("Cc", "Cf") and c != "\n"}
    assert odd == set()


def test_the_public_gets_released_numbers_and_no_others() -> None:
    lines = rendered(summary(project(build(material(), CHECKS), PUBLIC))).splitlines()

    assert lines[0].startswith("TLP:CLEAR")
    assert lines[1:] == [
        "No number of findings is released.",
        "0 numbers by subproject released, 9 withheld: none under five is told.",
    ]
