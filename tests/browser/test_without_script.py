"""Everything that a page tells can be read where scripts are switched off."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from playwright.sync_api import Browser

from tests.browser.publication import Publication
from tests.browser.tabs import Watch, tab

READERS = ("council", "amber", "clear")

# A reader opens what is folded away without a script: its words count, whether it is open or not.
WORDS = "document.querySelector('main').textContent"
DEAD = """() => [...document.querySelectorAll("button, input, select, textarea, [role=button], [onclick]")]
    .filter(e => e.checkVisibility()).map(e => e.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("readers", READERS)
def test_without_a_script_every_name_is_there(
    chromium: Browser, demo: Mapping[str, Publication], readers: str
) -> None:
    one = demo[readers]
    with tab(chromium) as with_, tab(chromium, java_script_enabled=False) as without:
        watch = Watch(without, one.folder.as_uri() + "/")
        for page in one.fullest.values():
            with_.goto(page.as_uri())
            without.goto(page.as_uri())
            named = one.named(with_.evaluate(WORDS))
            assert named, one.title(page)
            assert one.named(without.evaluate(WORDS)) == named, one.title(page)
        assert watch.heard == []


@pytest.mark.parametrize("readers", READERS)
def test_without_a_script_nothing_is_offered_that_would_not_work(
    chromium: Browser, demo: Mapping[str, Publication], readers: str
) -> None:
    one = demo[readers]
    with tab(chromium, java_script_enabled=False) as there:
        for page in one.samples:
            there.goto(page.as_uri())
            assert there.evaluate(DEAD) == [], one.title(page)


def test_without_a_script_what_is_folded_away_unfolds(chromium: Browser, demo: Mapping[str, Publication]) -> None:
    one = demo["council"]
    unfolded = 0
    with tab(chromium, java_script_enabled=False) as there:
        for page in one.fullest.values():
            there.goto(page.as_uri())
            folded = there.locator("details:not([open]) > summary").locator("visible=true")
            if not folded.count():
                continue
            first = folded.first
            details = first.locator("xpath=..").element_handle()
            first.press("Enter")
            assert details.evaluate("e => e.open"), one.title(page)
            unfolded += 1
    assert unfolded, "else this shows nothing"
