"""Search, sorting and filters work from the file system, by keyboard, and take what is typed as text alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import axe
from tests.browser.publication import Publication
from tests.browser.tabs import SETTINGS, Watch, tab
from tests.browser.test_widths import WIDER

FOUND = "#search li a"
STATUS = "#search [role=status]"
ROWS = """table => [...table.tBodies[0].rows].filter(r => r.checkVisibility()).map(r => [...r.cells].map(cell =>
    cell.querySelector("time")?.dateTime ?? cell.innerText.trim().replace(/\\s+/g, " ")))"""


@pytest.fixture
def there(chromium: Browser, demo: Mapping[str, Publication]) -> Iterator[Page]:
    """The council's front page in a tab; it must have been quiet when the test is done."""
    one = demo["council"]
    with tab(chromium) as page:
        watch = Watch(page, one.folder.as_uri() + "/")
        page.goto(one.fullest["index"].as_uri())
        yield page
        assert watch.heard == []


def ask(there: Page, text: str) -> list[str]:
    """Type into the search by keyboard alone, and read what is found."""
    there.keyboard.press("/")
    there.keyboard.type(text)
    expect(there.locator(STATUS)).not_to_be_empty()
    return there.locator(FOUND).evaluate_all("links => links.map(link => link.href)")


def test_an_asset_is_found_and_opened_by_keyboard_alone(there: Page) -> None:
    assert ask(there, "beacon lamp")
    expect(there.locator(FOUND).first).to_contain_text("lamp")
    there.keyboard.press("ArrowDown")
    name = there.evaluate("document.activeElement.querySelector('.id').innerText")
    there.keyboard.press("Enter")
    there.wait_for_url("**/assets/**")
    assert name in there.locator("main").inner_text()


def test_the_keys_lead_through_what_is_found_and_back(there: Page) -> None:
    assert len(ask(there, "callisto")) > 2
    focused = "[...document.querySelectorAll('#search li a')].indexOf(document.activeElement)"
    places = []
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp"):
        there.keyboard.press(key)
        places.append(there.evaluate(focused))
    assert places == [0, 1, 0, -1]
    assert there.evaluate("document.activeElement.id") == "q"
    there.keyboard.press("Escape")
    assert there.locator(FOUND).count() == 0 and there.locator("#q").input_value() == ""


def test_what_is_found_closes_when_the_focus_goes_on(there: Page) -> None:
    """Otherwise it covers what the focus comes to next."""
    hits = len(ask(there, "callisto"))
    for _ in range(hits + 1):
        there.keyboard.press("Tab")
    assert there.evaluate("!document.getElementById('search').contains(document.activeElement)")
    expect(there.locator("#search ul")).to_be_hidden()


@pytest.mark.parametrize("readers", ["council", "amber", "clear"])
def test_everything_found_leads_to_a_page(chromium: Browser, demo: Mapping[str, Publication], readers: str) -> None:
    one = demo[readers]
    led: set[Path] = set()
    with tab(chromium) as there:
        there.goto(one.fullest["checks-each"].as_uri())  # from a folder the way is another one
        for text in ("a", "e", "o", "callisto", "github", "pypi", "npm", "f-", "ada"):
            for href in ask(there, text):
                page = Path(unquote(urlsplit(href).path))
                assert page.is_file() and page.is_relative_to(one.folder), href
                led.add(page)
            there.keyboard.press("Escape")
            there.locator("#q").blur()
    assert len(led) > 20


def test_what_is_not_there_is_said_and_what_is_typed_is_only_text(there: Page) -> None:
    assert ask(there, "<img src=x onerror='window.ran=1'>") == []
    expect(there.locator(STATUS)).to_contain_text("Nothing found")
    assert there.evaluate("window.ran") is None


@pytest.mark.parametrize("setting", SETTINGS)
def test_what_is_found_is_accessible_and_fits_the_screen(
    chromium: Browser, demo: Mapping[str, Publication], setting: str
) -> None:
    with tab(chromium, **SETTINGS[setting]) as there:
        there.goto(demo["council"].fullest["index"].as_uri())
        assert ask(there, "callisto")
        there.keyboard.press("ArrowDown")
        assert [told.rule for told in axe.asked(there).wrong] == []
        assert there.evaluate(WIDER)[0] <= 0


def test_the_same_search_works_behind_a_server(chromium: Browser, served: Mapping[str, str]) -> None:
    with tab(chromium) as there:
        watch = Watch(there, served["clear"] + "/")
        there.goto(served["clear"] + "/index.html")
        assert ask(there, "callisto")
        assert watch.heard == []


# ---------------------------------------------------------------- tables


def worth(cell: str) -> tuple[int, float, str]:
    """What a cell is sorted by: a number where it is one."""
    digits = cell.replace("\u2009", "").replace("\u202f", "").replace(",", "")
    return (0, float(digits), "") if digits.replace(".", "", 1).isdigit() else (1, 0, cell.lower())


def test_a_table_is_sorted_by_keyboard_by_each_of_its_columns(there: Page, demo: Mapping[str, Publication]) -> None:
    for kind in ("assets", "people", "evidence"):
        there.goto(demo["council"].fullest[kind].as_uri())
        table = there.locator("table.sortable").first
        before = table.evaluate(ROWS)
        heads = table.locator("thead th")
        assert len(before) > 2
        for column in range(heads.count()):
            head = heads.nth(column)
            head.locator("button").focus()
            for key, order in (("Enter", "ascending"), ("Space", "descending")):
                there.keyboard.press(key)
                assert head.get_attribute("aria-sort") == order
                assert table.locator("th[aria-sort]").count() == 1
                rows = table.evaluate(ROWS)
                assert sorted(rows) == sorted(before), f"{kind}: a row is lost"
                cells = [row[column] for row in rows]
                if all(worth(cell)[0] == 0 for cell in cells):
                    assert cells == sorted(cells, key=worth, reverse=order == "descending"), (kind, column)
            first = rows
        assert first != before, "else nothing was sorted"


def test_a_filter_leaves_the_rows_that_hold_what_is_typed(there: Page, demo: Mapping[str, Publication]) -> None:
    there.goto(demo["council"].fullest["assets"].as_uri())
    table = there.locator(".filter + table.sortable").first
    every = table.evaluate(ROWS)
    word = every[0][0].split()[0][-4:].lower()
    field, told = (there.locator(f".filter {part}").first for part in ("input", "[role=status]"))
    field.focus()
    there.keyboard.type(word)
    left = table.evaluate(ROWS)
    assert 0 < len(left) < len(every)
    assert all(word in " ".join(row).lower() for row in left)
    expect(told).to_have_text(f"{len(left)} of {len(every)}")
    field.fill("")
    assert table.evaluate(ROWS) == every
