"""Photographs pages in a real browser, for docs and for looking at them: ``docs/shots.py PAGES SHOTS [NAME...]``.

Every HTML file under PAGES (or those whose path contains a NAME) is taken on a desktop and on a phone, light and
dark, whole and as much as a screen holds (``-top``), and printed: as a picture of what print shows, and as the
sheets themselves in a PDF. ``CHROMIUM`` names the browser where it is not Debian's. In the place of PAGES
``made-up`` stands for pages that no run has left: of the made-up project on the 58th day of a campaign; and
``campaign`` for those of runs on twenty simulated organizations, up to the 85th day of one (some minutes).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from muniment.app.material import material as told
from muniment.checks.declaration import checks
from muniment.publish.projection import COUNCIL, project
from muniment.publish.view import View, build
from muniment.reporters.finding import site
from muniment.stores.opening import open_store
from muniment.testing.github.campaigning import ninety_days
from muniment.testing.material import CHECKS, material

SIZES = {"desktop": (1280, 900), "phone": (390, 844)}


def main(pages: Path, shots: Path, names: list[str]) -> None:
    shots.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        for page in sorted(pages.rglob("*.html")):
            path = page.relative_to(pages).with_suffix("")
            if not names or any(name in str(path) for name in names):
                photograph(browser, page, shots / "-".join(path.parts))
        browser.close()


def photograph(browser: Browser, page: Path, stem: Path) -> None:
    for size, (width, height) in SIZES.items():
        for scheme in ("light", "dark"):
            tab = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
            tab.goto(page.resolve().as_uri())
            wide = tab.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                print(f"{stem.name}: {wide} px wide on a {size} of {width}", file=sys.stderr)
            tab.screenshot(path=f"{stem}-{size}-{scheme}.png", full_page=True)
            tab.screenshot(path=f"{stem}-{size}-{scheme}-top.png")
            tab.close()
    tab = browser.new_page(viewport={"width": 794, "height": 1123})
    tab.emulate_media(media="print")
    tab.goto(page.resolve().as_uri())
    tab.screenshot(path=f"{stem}-print.png", full_page=True)
    tab.pdf(path=f"{stem}-print.pdf", format="A4", print_background=False, prefer_css_page_size=True)
    tab.close()


def made_up(_: Path) -> View:
    return build(material(), CHECKS)


def campaign(folder: Path) -> View:
    store = open_store(str(folder / "campaign.sqlite"), create=True)
    try:
        walked = ninety_days(store, folder, until=85)
        return build(told(store, checks(), now=walked.made.world.now), checks())
    finally:
        store.close()


VIEWS = {"made-up": made_up, "campaign": campaign}


def write(view: View, folder: Path) -> None:
    for name, data in site(project(view, COUNCIL)).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


if __name__ == "__main__":
    with TemporaryDirectory() as place:
        pages = Path(sys.argv[1])
        if sys.argv[1] in VIEWS:
            pages = Path(place) / "pages"
            write(VIEWS[sys.argv[1]](Path(place)), pages)
        main(pages, Path(sys.argv[2]), sys.argv[3:])
