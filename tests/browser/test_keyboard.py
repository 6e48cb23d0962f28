"""A person with a keyboard alone reaches everything, in reading order, and sees at each step where they are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct, convert
from playwright.sync_api import Browser, Page

from tests.browser.colours import contrast
from tests.browser.publication import Publication
from tests.browser.tabs import DESKTOP, PHONE, opened, tab

STRIP = {"width": DESKTOP["width"], "height": 90}
"""Where the order alone is asked for: a screen that is drawn anew in no time."""

STEPS = 60
"""So far a walk over a long page goes; a short page is walked to its end."""

READY = """() => {
    window.stops = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
        .filter(e => e.tabIndex >= 0 && !e.disabled && e.checkVisibility({visibilityProperty: true}));
    return window.stops.map(e => e.outerHTML.slice(0, 120));
}"""

# Where the focus is: its place among the stops in document order, and whether a person can see it there.
HERE = """() => {
    const e = document.activeElement;
    if (e === document.body) return null;
    const style = getComputedStyle(e), boxes = [...e.getClientRects()].filter(b => b.width > 0 && b.height > 0);
    const box = boxes[0] ?? {left: 0, top: 0, right: 0, bottom: 0, width: 0, height: 0};
    const within = box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
    const at = within && document.elementFromPoint(
        Math.min(Math.max((box.left + box.right) / 2, 1), innerWidth - 1),
        Math.min(Math.max((box.top + box.bottom) / 2, 1), innerHeight - 1));
    return {
        html: e.outerHTML.slice(0, 120),
        place: window.stops.indexOf(e),
        within: within,
        uncovered: Boolean(at) && e.contains(at),
        outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
        colour: style.outlineColor,
        ground: (() => { for (let p = e.parentElement; p; p = p.parentElement) {
            const c = getComputedStyle(p).backgroundColor;
            if (!/, 0\\)$/.test(c)) return c;
        } return "rgb(255, 255, 255)"; })(),
        box: [box.left, box.top + scrollY, box.right, box.bottom + scrollY],
    };
}"""


class Stop(Struct, frozen=True):
    """Where the focus rests: ``box`` is left, top, right and bottom in the whole page."""

    html: str
    place: int
    within: bool
    uncovered: bool
    outline: float
    colour: str
    ground: str
    box: tuple[float, float, float, float]


def walk(there: Page, steps: int, key: str = "Tab") -> list[Stop]:
    """Press a key so often, or until the focus leaves the page, and note each stop.

    A browser without a window of its own has nothing else to focus, and may begin again at once.
    """
    found: list[Stop] = []
    for _ in range(steps):
        there.keyboard.press(key)
        stop = there.evaluate(HERE)
        if stop is None or (found and stop["place"] == found[0].place):
            break
        found.append(convert(stop, Stop))
    return found


# Each stop as the page itself is told of it, and where the focus is in the end: nowhere, or at a stop.
LISTEN = """() => {
    if (!window.stood)
        document.addEventListener("focusin", e => window.stood.push(window.stops.indexOf(e.target)));
    window.stood = [];
}"""
STOOD = """() => [window.stood,
    document.activeElement === document.body ? null : window.stops.indexOf(document.activeElement)]"""


def stood(there: Page, steps: int, key: str) -> tuple[list[int], int | None]:
    """Press a key so often; the places where the focus stood on the way, and where it is then."""
    there.evaluate(LISTEN)
    for _ in range(steps):
        there.keyboard.press(key)
    places, at = there.evaluate(STOOD)
    return places, at


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("phone", "dark")])
@pytest.mark.parametrize("readers", ["council", "clear"])
def test_the_focus_goes_through_a_page_in_reading_order_and_is_seen(
    chromium: Browser, demo: Mapping[str, Publication], readers: str, size: str, scheme: str
) -> None:
    one = demo[readers]
    view = {"desktop": DESKTOP, "phone": PHONE}[size]
    with tab(chromium, viewport=view, color_scheme=scheme) as there:
        for page in one.fullest.values():
            there.goto(page.as_uri())
            expected = there.evaluate(READY)
            stops = walk(there, STEPS)
            title = one.title(page)
            assert [s.place for s in stops] == list(range(min(STEPS, len(expected)))), (
                f"{title}: {expected} {stops}"
            )
            for stop in stops:
                assert stop.within, f"{title}: the focus is outside the screen: {stop}"
                assert stop.uncovered, f"{title}: something covers the focus: {stop}"
                assert stop.outline >= 2, f"{title}: the focus has no outline: {stop}"
                assert contrast(stop.colour, stop.ground) >= 3, f"{title}: the outline is faint: {stop}"


@pytest.mark.parametrize("readers", ["council", "clear"])
def test_the_focus_leaves_a_page_at_its_end_and_comes_back_the_same_way(
    chromium: Browser, demo: Mapping[str, Publication], readers: str
) -> None:
    one = demo[readers]
    with tab(chromium, viewport=STRIP) as there:
        for pages in one.kinds.values():
            there.goto(pages[0].as_uri())
            expected = there.evaluate(READY)
            if len(expected) > 3 * STEPS:
                continue
            every = list(range(len(expected)))
            forth, left = stood(there, len(expected) + 1, "Tab")
            assert forth in (every, [*every, 0]) and left in (None, 0), one.title(pages[0])
            there.evaluate("window.stops.at(-1).focus()")
            back, _ = stood(there, len(expected) - 1, "Shift+Tab")
            assert back == every[-2::-1], one.title(pages[0])


def test_the_first_stop_skips_to_the_page_itself(chromium: Browser, demo: Mapping[str, Publication]) -> None:
    one = demo["council"]
    with tab(chromium) as there:
        for page in one.fullest.values():
            there.goto(page.as_uri())
            there.evaluate(READY)
            first = walk(there, 1)[0]
            assert 'href="#main"' in first.html and first.within and first.uncovered, one.title(page)
            there.keyboard.press("Enter")
            next_ = walk(there, 1)
            inside = there.evaluate("document.querySelector('main').contains(document.activeElement)")
            links = there.evaluate(
                "document.querySelector('main').querySelector('a[href], button, summary, input')"
            )
            assert inside or links is None, f"{one.title(page)}: {next_}"


def test_what_is_folded_away_opens_and_closes_by_keyboard(
    chromium: Browser, demo: Mapping[str, Publication]
) -> None:
    one = demo["council"]
    turned = 0
    with tab(chromium) as there:
        for page in one.fullest.values():
            there.goto(page.as_uri())
            folded = there.locator("main details > summary").locator("visible=true")
            if not folded.count():
                continue
            details = folded.first.locator("xpath=..").element_handle()
            before = details.evaluate("e => e.open")
            folded.first.focus()
            for key, expected in (("Enter", not before), ("Space", before)):
                there.keyboard.press(key)
                assert details.evaluate("e => e.open") is expected, one.title(page)
            turned += 1
    assert turned, "else this shows nothing"


def test_a_page_that_hides_the_focus_is_noticed(chromium: Browser, tmp_path: Path) -> None:
    page = tmp_path / "hidden.html"
    page.write_text(
        "<!doctype html><style>a { outline: 0 }</style><a href=#b>first</a> <a href=#a tabindex=2>second</a>"
        "<a href=#c style='position: absolute; left: -900px'>away</a>"
        "<a href=#d style='position: absolute; top: 99px'>below</a>"
        "<p style='position: absolute; top: 90px; height: 50px; width: 100%; background: red'>"
    )
    with opened(chromium, page) as there:
        there.evaluate(READY)
        stops: dict[str, Any] = {stop.html.split("#")[1][0]: stop for stop in walk(there, 9)}
    assert [stop.place for stop in stops.values()] == [1, 0, 2, 3], "out of order"
    assert not stops["b"].outline and not stops["c"].within and not stops["d"].uncovered
