"""What people see of each kind of page, as pictures: ``UPDATE_GOLDEN=1 pytest tests/browser/test_pictures.py``.

Look at the new pictures one by one before you keep them. They are compared with a tolerance, and only on a machine
with the fonts they were taken with (Debian's fonts-dejavu).
"""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from muniment.testing.material import material
from tests.browser import pictures
from tests.browser.publication import Publication
from tests.browser.tabs import SETTINGS, opened, tab

TAKEN = ("desktop-light", "phone-dark")


@pytest.mark.parametrize("setting", TAKEN)
def test_pages_look_as_they_did(chromium: Browser, still: Publication, setting: str, tmp_path: Path) -> None:
    wrong = []
    with tab(chromium) as empty, tab(chromium, **SETTINGS[setting], reduced_motion="reduce") as there:
        there.clock.set_fixed_time(material().at)  # else a head would say how old the newest run is by now
        for kind, page in still.fullest.items():
            there.goto(page.as_uri())
            if pictures.renewed():
                pictures.FONTS.write_text(pictures.fonts(there))
            elif pictures.fonts(there) != pictures.FONTS.read_text():
                same_fonts_or_skip()
            name, seen = f"{kind}-{setting}.png", there.screenshot()
            if pictures.renewed():
                pictures.keep(name, seen)
            if not (pictures.FOLDER / name).is_file():
                wrong.append(f"{name} was never kept")
                continue
            found = pictures.difference(empty, (pictures.FOLDER / name).read_bytes(), seen)
            if found.share > pictures.TOLERANCE:
                (tmp_path / name).write_bytes(seen)
                (tmp_path / f"where-{name}").write_bytes(base64.b64decode(found.picture))
                wrong.append(f"{name}: {found.share:.2%} differs, {found.sizes}; see {tmp_path}")
    assert wrong == []


def same_fonts_or_skip() -> None:
    missing = "the pictures were taken with other fonts: apt install fonts-dejavu, and no others for these faces"
    if os.environ.get("CI"):
        pytest.fail(missing)
    pytest.skip(missing)


def test_no_picture_is_left_over_and_together_they_are_small(still: Publication) -> None:
    kept = {path.name: path.stat().st_size for path in pictures.FOLDER.glob("*.png")}
    assert set(kept) == {f"{kind}-{setting}.png" for kind in still.kinds for setting in TAKEN}
    assert sum(kept.values()) < 1_000_000, kept


def test_a_page_that_looks_different_is_noticed(chromium: Browser, still: Publication) -> None:
    """One line of text less is a difference, and the same page again is none."""
    with tab(chromium) as empty, opened(chromium, still.fullest["index"]) as there:
        before, again = there.screenshot(), there.screenshot()
        there.evaluate("document.querySelector('.lede').remove()")
        after = there.screenshot()
        assert pictures.difference(empty, before, again).share == 0
        assert pictures.difference(empty, before, after).share > 4 * pictures.TOLERANCE
        there.set_viewport_size({"width": 700, "height": 500})
        assert pictures.difference(empty, before, there.screenshot()).share == 1
