"""On paper a page keeps its marking on every sheet, shows what was folded away, and has nothing to press."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.publication import Publication
from tests.browser.tabs import tab

A4 = {"width": 794, "height": 1123}
# The button in a header that sorts is the header's text.
PRESSED = "nav[aria-label=Main], .skip, input, button:not(th > .sort), [role=search]"
SEEN = "selector => [...document.querySelectorAll(selector)].filter(e => e.checkVisibility()).length"
# What is folded away has a box on paper all the same.
FOLDED = """() => [...document.querySelectorAll("main details > :not(summary)")]
    .filter(e => !e.getBoundingClientRect().height).map(e => e.outerHTML.slice(0, 120))"""
GROUND = "getComputedStyle(document.body).backgroundColor"
INK = "getComputedStyle(document.body).color"


def on_paper(there: Page, page: Path) -> None:
    there.goto(page.as_uri())
    there.emulate_media(media="print")


@pytest.mark.parametrize("readers", ["council", "amber", "clear"])
def test_paper_shows_the_marking_and_everything_folded_and_nothing_to_press(
    chromium: Browser, demo: Mapping[str, Publication], readers: str
) -> None:
    one = demo[readers]
    with tab(chromium, viewport=A4, color_scheme="dark") as there:
        for page in one.fullest.values():
            on_paper(there, page)
            title = one.title(page)
            assert there.evaluate(SEEN, ".marking .tlp") == 1, title
            assert there.evaluate(SEEN, PRESSED) == 0, title
            assert there.evaluate(FOLDED) == [], title
            assert (there.evaluate(GROUND), there.evaluate(INK)) == ("rgb(255, 255, 255)", "rgb(0, 0, 0)"), title


@pytest.mark.parametrize("readers", ["council", "clear"])
def test_every_sheet_carries_the_marking(
    chromium: Browser, demo: Mapping[str, Publication], readers: str, tmp_path: Path
) -> None:
    if not shutil.which("pdftotext"):
        pytest.skip("no pdftotext: apt install poppler-utils")
    one = demo[readers]
    marking = "TLP:" + {"council": "RED", "clear": "CLEAR"}[readers]
    several = 0
    with tab(chromium, viewport=A4) as there:
        for kind, page in one.fullest.items():
            on_paper(there, page)
            there.pdf(path=tmp_path / f"{kind}.pdf", format="A4", prefer_css_page_size=True)
            for number, text in enumerate(sheets(tmp_path / f"{kind}.pdf"), 1):
                assert text.count(marking) >= 2, f"{one.title(page)}, sheet {number}"
                assert f"{marking} · {number}" in text, f"{one.title(page)}, sheet {number}"
                several += number > 1
    assert several, "else no page has a second sheet, and this shows little"


def sheets(pdf: Path) -> list[str]:
    """The words on each sheet."""
    done = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True)
    return done.stdout.split("\f")[:-1]
