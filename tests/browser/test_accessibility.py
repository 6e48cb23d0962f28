"""WCAG 2.2 A and AA as axe-core tests it, on every kind of page, in both themes and on both sizes of screen."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import axe
from tests.browser.axe import Judgement, Told
from tests.browser.colours import contrast
from tests.browser.publication import Publication
from tests.browser.tabs import SETTINGS, opened, tab

ASKED = [*(("council", setting) for setting in SETTINGS), ("amber", "phone-dark"), ("clear", "desktop-light")]
REPORT = Path(__file__).resolve().parents[2] / "docs" / "accessibility.md"
UNFOLD = "document.querySelectorAll('details').forEach(details => details.open = true)"


def faults(
    there: Page, one: Publication, by: tuple[Judgement, ...], pages: Iterable[Path]
) -> tuple[dict[str, list[Told]], set[Judgement]]:
    """What is wrong or not judged on some pages, and the judgements that spoke."""
    found: dict[str, list[Told]] = defaultdict(list)
    spoke: set[Judgement] = set()
    axe.ready(there)
    for page in pages:
        there.goto(page.as_uri())
        there.evaluate(UNFOLD)  # what is folded away is looked at too
        answer = axe.asked(there)
        assert answer.version == axe.VERSION
        assert answer.right >= {"color-contrast", "document-title", "html-has-lang", "target-size"} - {
            told.rule for told in (*answer.wrong, *answer.unclear)
        }, f"the rules did not run on {one.title(page)}"
        for told in answer.wrong:
            found[f"{told.rule} on {one.title(page)}"].append(told)
        for told in answer.unclear:
            judgement = axe.judged(there, told, by)
            if judgement is None:
                found[f"{told.rule} on {one.title(page)}, not judged"].append(told)
            else:
                spoke.add(judgement)
    return found, spoke


def summed(found: dict[str, list[Told]]) -> list[str]:
    """One line for each rule and page, with an example."""
    return [f"{where}, {len(told)} elements: {told[0]}" for where, told in found.items()]


@pytest.mark.parametrize(("readers", "setting"), ASKED)
def test_axe_finds_nothing_wrong_and_what_it_cannot_tell_is_judged(
    chromium: Browser, demo: Mapping[str, Publication], readers: str, setting: str
) -> None:
    held = tuple(j for j in axe.judgements() if readers in j.readers and setting in (j.settings or SETTINGS))
    with tab(chromium, **SETTINGS[setting]) as there:
        found, spoke = faults(there, demo[readers], held, demo[readers].fullest.values())

    assert summed(found) == []
    assert [j for j in held if j not in spoke] == [], "judged, but no element is like that any more"


@pytest.mark.parametrize(("readers", "setting"), [("council", "phone-dark"), ("amber", "desktop-light")])
def test_sparse_and_odd_pages_are_as_accessible_as_full_ones(
    chromium: Browser, demo: Mapping[str, Publication], readers: str, setting: str
) -> None:
    """Those with least on them, and those with the largest part unknown, stale or empty."""
    one = demo[readers]
    pages = {*one.samples, *one.oddest.values()} - {*one.fullest.values()}
    assert len(pages) > 5 and any("unknown" in page.read_text(encoding="utf-8") for page in pages)
    with tab(chromium, **SETTINGS[setting]) as there:
        found, _ = faults(there, one, axe.judgements(), sorted(pages))

    assert summed(found) == []


def test_the_pages_of_a_project_of_which_nothing_is_seen_are_as_accessible(
    chromium: Browser, bare: Publication
) -> None:
    with tab(chromium, **SETTINGS["phone-light"]) as there:
        found, _ = faults(there, bare, axe.judgements(), bare.fullest.values())

    assert summed(found) == []


LETTERS = """() => [...document.querySelectorAll("svg.chart text")].map(text => {
    const style = getComputedStyle(text);
    return [style.fill, style.stroke, style.paintOrder, parseFloat(style.strokeWidth), text.textContent];
})"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_letters_in_charts_stand_on_a_rim_of_the_ground(
    chromium: Browser, demo: Mapping[str, Publication], scheme: str
) -> None:
    one = demo["council"]
    read = 0
    with tab(chromium, color_scheme=scheme) as there:
        for page in one.fullest.values():
            if 'class="chart' not in page.read_text(encoding="utf-8"):
                continue
            there.goto(page.as_uri())
            ground = there.evaluate("getComputedStyle(document.body).backgroundColor")
            for letter, rim, order, width, text in there.evaluate(LETTERS):
                assert (rim, order) == (ground, "stroke") and width >= 3, f"{one.title(page)}: {text}"
                assert contrast(letter, rim) >= 4.5, f"{one.title(page)}: {text}"
                read += 1
    assert read, "else this shows nothing"


def test_every_judgement_is_in_words() -> None:
    for judgement in axe.judgements():
        assert len(judgement.words.split()) >= 8, judgement


def test_the_report_in_the_documentation_is_of_these_pages(demo: Mapping[str, Publication]) -> None:
    text = REPORT.read_text(encoding="utf-8")
    listed = re.search(r"those that there are:\s([^.]*)\.", text)
    assert listed and f"axe-core {axe.VERSION} " in text
    named = set(re.findall(r"`([^`]+)`", listed[1]))
    assert named == {kind for one in demo.values() for kind in one.kinds}


SMALL = "style='font: 8px/8px sans-serif'"
BROKEN = {
    "image-alt": "<img src=x.png>",
    "color-contrast": "<p style='color: #aaa; background: #fff'>Hardly to be read",
    "button-name": "<button></button>",
    "target-size": f"<a href=#a {SMALL}>a</a><a href=#b {SMALL}>b</a>",
    "aria-allowed-attr": "<p role=img aria-label=x aria-checked=true>x",
}


@pytest.mark.parametrize("rule", BROKEN)
def test_axe_notices_a_page_that_breaks_a_rule(chromium: Browser, tmp_path: Path, rule: str) -> None:
    page = tmp_path / "broken.html"
    page.write_text(f"<!doctype html><html lang=en><title>x</title><main>{BROKEN[rule]}</main>")
    with opened(chromium, page) as there:
        assert rule in {told.rule for told in axe.asked(there).wrong}
