"""Words stay whole: none is broken in the middle where a column could have been as wide as the word."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.publication import Publication
from tests.browser.tabs import opened, tab

LONGEST = {390: 24, 820: 24, 1280: 36}
"""By the width of the screen: how many letters and signs without a space between them have to find room."""

# Every run of letters and digits that lies on two lines: a line may end after a hyphen, never within such a run.
BROKEN = r"""longest => {
    const found = [], range = document.createRange();
    const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const text = texts.currentNode, around = text.parentElement;
        if (!around.checkVisibility() || around.closest("svg, pre, .unseen")) continue;
        for (const {0: piece, index} of text.data.matchAll(/\S+/g)) {
            if (piece.length > longest) continue;
            for (const word of piece.matchAll(/[\p{L}\p{N}]{2,}/gu)) {
                range.setStart(text, index + word.index);
                range.setEnd(text, index + word.index + word[0].length);
                const lines = new Set([...range.getClientRects()].map(box => Math.round(box.bottom)));
                if (lines.size > 1) found.push(piece + " in " + around.outerHTML.slice(0, 120));
            }
        }
    }
    return found;
}"""
UNFOLD = "document.querySelectorAll('details').forEach(details => details.open = true)"


@pytest.mark.parametrize("readers", ["council", "amber", "clear"])
def test_no_word_is_broken_where_there_is_room(
    chromium: Browser, demo: Mapping[str, Publication], readers: str
) -> None:
    one = demo[readers]
    with tab(chromium) as there:
        for page in one.samples:
            there.goto(page.as_uri())
            there.evaluate(UNFOLD)
            for width, longest in LONGEST.items():
                there.set_viewport_size({"width": width, "height": 900})
                assert there.evaluate("innerWidth") == width
                assert there.evaluate(BROKEN, longest) == [], f"{one.title(page)}, {width} px wide"


def test_a_broken_word_is_noticed(chromium: Browser, tmp_path: Path) -> None:
    page = tmp_path / "narrow.html"
    page.write_text(
        "<!doctype html><main style='width: 4em; overflow-wrap: anywhere'>"
        "<p>maintainer<p>own-er, of-it, two words<p>a-name-longer-than-all-that-is-asked</main>"
    )
    with opened(chromium, page) as there:
        found = there.evaluate(BROKEN, 20)
    assert [told.split(" in ")[0] for told in found] == ["maintainer"]
