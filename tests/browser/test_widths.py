"""Nothing has to be scrolled sideways: on a phone, at 200 % and 400 % zoom, and with letters twice as large."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.publication import Publication
from tests.browser.tabs import DESKTOP, PHONE, opened, tab

SIZES: dict[str, dict[str, Any]] = {
    "phone": {"viewport": PHONE, "device_scale_factor": 3, "has_touch": True},
    "desktop": {"viewport": DESKTOP},
    # A browser that zooms a page shows it as on a screen that is narrower by as much.
    "zoom 200 %": {"viewport": {"width": 640, "height": 450}, "device_scale_factor": 2},
    "zoom 400 %": {"viewport": {"width": 320, "height": 225}, "device_scale_factor": 4},
}

# How much wider than the screen a page is, and what sticks out: not what scrolls within a frame of its own.
WIDER = """() => {
    const root = document.documentElement, screen = root.clientWidth;
    const framed = element => {
        for (let e = element.parentElement; e && e !== document.body; e = e.parentElement)
            if (getComputedStyle(e).overflowX !== "visible") return true;
        return false;
    };
    const out = [...document.body.querySelectorAll("*")].filter(
        e => e.checkVisibility() && e.getBoundingClientRect().right > screen + 1 && !framed(e));
    return [root.scrollWidth - screen, out.slice(0, 5).map(e => e.outerHTML.slice(0, 120))];
}"""
UNFOLD = "document.querySelectorAll('details').forEach(details => details.open = true)"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("readers", ["council", "clear"])
def test_no_page_is_wider_than_the_screen(
    chromium: Browser, demo: Mapping[str, Publication], readers: str, size: str
) -> None:
    one = demo[readers]
    with tab(chromium, **SIZES[size]) as there:
        for page in one.samples:
            there.goto(page.as_uri())
            there.evaluate(UNFOLD)
            wider, out = there.evaluate(WIDER)
            assert wider <= 0, f"{one.title(page)} is {wider} px too wide: {out}"


def test_no_page_is_wider_than_the_screen_with_letters_twice_as_large(
    chromium: Browser, demo: Mapping[str, Publication]
) -> None:
    one = demo["council"]
    with tab(chromium) as there:
        # What a person chooses in the browser's settings: the widths of a style sheet's conditions follow it.
        chosen = {"fontSizes": {"standard": 32, "fixed": 26}}
        there.context.new_cdp_session(there).send("Page.setFontSizes", chosen)
        for page in one.fullest.values():
            there.goto(page.as_uri())
            assert there.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
            wider, out = there.evaluate(WIDER)
            assert wider <= 0, f"{one.title(page)} is {wider} px too wide: {out}"


# A frame that hides what does not fit would make every page narrow enough.
CUT = """() => [...document.querySelectorAll("main *")].filter(e => e.checkVisibility()
    && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 1 && !e.closest("svg")
    && ["hidden", "clip"].includes(getComputedStyle(e).overflowX)).map(e => e.outerHTML.slice(0, 120))"""


def test_nothing_is_cut_off_to_fit_a_phone(chromium: Browser, demo: Mapping[str, Publication]) -> None:
    one = demo["council"]
    with tab(chromium, **SIZES["phone"]) as there:
        for page in one.samples:
            there.goto(page.as_uri())
            there.evaluate(UNFOLD)
            assert there.evaluate(CUT) == [], one.title(page)


def test_a_page_that_is_too_wide_is_noticed(chromium: Browser, tmp_path: Path) -> None:
    page = tmp_path / "wide.html"
    page.write_text(
        "<!doctype html><meta name=viewport content='width=device-width'><main><p style='width: 500px'>wide</p>"
        "<div style='overflow: hidden; width: 200px'><p style='width: 300px'>cut</div></main>"
    )
    with opened(chromium, page, **SIZES["phone"]) as there:
        wider, out = there.evaluate(WIDER)
        cut = there.evaluate(CUT)
    assert wider > 100 and len(out) == 1 and "wide" in out[0]
    assert len(cut) == 1 and "overflow: hidden" in cut[0]
