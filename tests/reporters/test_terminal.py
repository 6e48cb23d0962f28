"""The summary fits a screen, says what it cut, and lets no data play tricks on a terminal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from muniment.model.tlp import RED, TLP, Audience
from muniment.publish import summary as sums
from muniment.publish.material import Count
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
    return project(build(replace(made, findings=made.findings + findings, entries=None), CHECKS), COUNCIL)


@pytest.mark.parametrize("width", [80, 100, 120, 160])
def test_a_thousand_assets_fit_one_screen(width: int) -> None:
    assert len(rendered(summary(thousand()), width=width).splitlines()) <= 25


@pytest.mark.parametrize("width", [80, 100, 120, 160])
def test_an_unchanged_week_is_five_lines_at_most(width: int) -> None:
    lines = rendered(summary(shown(quiet=True)), width=width).splitlines()

    assert len(lines) <= 5
    assert "No finding moved since 7 Jun 2026 (run 411): 9 open, 10 unknown, 6 stale." in " ".join(lines)


EIGHT = (
    "denied",
    "partial",
    "uncollected",
    "unconfirmed",
    "undeclared",
    "unobservable",
    "unreachable",
    "unreadable",
)


def large(**how: bool) -> Shown:
    """Numbers of four digits, eight reasons of Unknown, and a project with a long name."""
    made = material(**how)
    unknowns = tuple(
        Count(check="demo/single-owner", subproject="harbour", verdict="unknown", reason=reason, count=1900 + n)
        for n, reason in enumerate(EIGHT)
    )
    old = Count(check="demo/single-owner", subproject="beacon", verdict="pass", stale=True, count=4321)
    name = "The Callisto Project for Reproducible Notebooks, Harbours, Almanacs and Everything"
    return project(
        build(
            replace(
                made,
                inventory=replace(made.inventory, name=name),
                tallies=(*unknowns, old),
                reach=replace(
                    made.reach, live=1234, recorded=5678, unreachable=1234, unasked=1234, failed=1234, marking=RED
                ),
            ),
            CHECKS,
        ),
        COUNCIL,
    )


@pytest.mark.parametrize("width", [80, 100, 120])
def test_large_numbers_and_many_reasons_add_no_line(width: int) -> None:
    quiet = rendered(summary(large(quiet=True)), width=width).splitlines()

    assert len(quiet) <= 5, "\n".join(quiet)
    assert quiet[0].endswith("· run 412 · 14 Jun 2026, 06:02 UTC")
    assert "9 open, 15\u202f228 unknown, 4\u202f321 stale." in quiet[1]
    assert quiet[-1].startswith("15\u202f228 answers are Unknown: 1\u202f907 un")
    assert len(rendered(summary(large()), width=width).splitlines()) <= 25
    assert all(len(line) <= width for line in quiet)


@pytest.mark.parametrize("width", [70, 80, 100, 120])
@pytest.mark.parametrize("view", [shown, thousand, large])
def test_names_give_way_and_the_heads_of_numbers_do_not(width: int, view: Callable[[], Shown]) -> None:
    text = rendered(summary(view()), width=width)
    heads = next(line for line in text.splitlines() if line.startswith("subproj"))

    assert heads.split()[1:] == ["critical", "high", "medium", "low", "pass", "stale", "unknown"]


def test_a_long_name_is_cut_where_the_terminal_is_narrow() -> None:
    made = material()
    name = "Harbour, Mooring, Proxies and Everything Else that Floats"
    subprojects = {
        **made.inventory.subprojects,
        "harbour": replace(made.inventory.subprojects["harbour"], name=name),
    }
    view = project(
        build(replace(made, inventory=replace(made.inventory, subprojects=subprojects)), CHECKS), COUNCIL
    )

    assert name in rendered(summary(view), width=120)
    assert "Harbour, Mooring, Proxies an…         1     1" in rendered(summary(view), width=80)


def test_recorded_evidence_has_its_age_and_silent_assets_their_number() -> None:
    lines = rendered(summary(shown()), width=160).splitlines()

    assert lines[-2].startswith(
        "12 live, 9 recorded, 1 unreachable. Oldest recorded: 5 Jun 2026, 05:02 UTC. 2 asked in vain. 6 answers"
    )


def test_without_recorded_evidence_there_is_no_age() -> None:
    made = material()
    view = project(build(replace(made, reach=replace(made.reach, recorded=0, failed=0)), CHECKS), COUNCIL)

    lines = rendered(summary(view), width=120).splitlines()
    assert lines[-2] == "12 live, 0 recorded, 1 unreachable. 6 answers stand on stale evidence."


def test_a_day_to_come_is_told_as_such() -> None:
    lines = rendered(summary(shown(pretended=True))).splitlines()

    assert lines[0] == "TLP:RED  Project Callisto · run 412 · as if on 11 Dec 2026"


def test_passes_and_stale_answers_are_apart() -> None:
    (almanac,) = (line for line in rendered(summary(shown())).splitlines() if line.startswith("Almanac"))

    assert almanac.split()[1:] == ["0", "0", "1", "0", "0", "6", "0"]


def test_the_lines_shown_and_the_number_cut_make_up_the_open_findings() -> None:
    view = thousand()
    text = rendered(summary(view), width=120)

    told = sum(int(n) for n in re.findall(r"(\d+) on \d+ assets?", text))
    cut = re.search(r"… and \d+ more lines with ([\d\u202f]+) findings: muniment findings", text)
    assert cut is not None
    assert told + int(cut[1].replace("\u202f", "")) == len(sums.open_findings(view))


def test_the_marking_comes_first_and_unknown_last() -> None:
    lines = rendered(summary(shown()), width=160).splitlines()

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
