"""What the script adds to a page: which run it is of, how old things are, and nothing where it would be wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from muniment.publish.projection import COUNCIL, project
from muniment.publish.view import build
from muniment.reporters.finding import site
from muniment.testing.material import CHECKS, material
from tests.browser.publication import Publication
from tests.browser.tabs import Watch, tab

AT = material().at
HEAD = "document.getElementById('as-of').innerText"
AGES = """() => [...document.querySelectorAll("time + .age")].map(
    age => [age.previousElementSibling.dateTime, age.textContent])"""


def age(then: datetime, now: datetime) -> str:
    """How long ago a moment was, as a page words it."""
    minutes = (now - then) // timedelta(minutes=1)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    return f"{minutes // 60} h ago" if minutes < 48 * 60 else f"{minutes // 60 // 24} d ago"


@pytest.fixture
def there(chromium: Browser) -> Iterator[Page]:
    """A tab in which it is an hour after the run."""
    with tab(chromium) as one:
        one.clock.set_fixed_time(AT + timedelta(hours=1))
        yield one


def test_ages_count_from_the_run_and_not_from_whenever_somebody_looks(there: Page, still: Publication) -> None:
    told = {}
    for page in still.fullest.values():
        there.goto(page.as_uri())
        told |= dict(there.evaluate(AGES))
    assert len(told) > 3, "else this shows nothing"
    assert told == {moment: age(datetime.fromisoformat(moment), AT) for moment in told}


def test_every_page_says_at_its_head_which_run_it_is_of(there: Page, still: Publication) -> None:
    for page in still.fullest.values():
        there.goto(page.as_uri())
        assert there.evaluate(HEAD).startswith("As of 14 Jun 2026, 06:02 UTC · run 412"), still.title(page)


def test_a_run_that_is_days_old_says_so_itself(chromium: Browser, still: Publication) -> None:
    heads = {}
    for days in (1, 9):
        with tab(chromium) as one:
            one.clock.set_fixed_time(AT + timedelta(days=days))
            one.goto(still.fullest["checks"].as_uri())
            heads[days] = one.evaluate(HEAD)
    assert "old" not in heads[1]
    assert heads[9].endswith("9 d old")


def test_a_page_that_did_not_change_tells_of_the_newest_run(there: Page, still: Publication) -> None:
    """The run stands in one file beside the pages, which is all that a quiet run has to write."""
    script = still.folder / "run.js"
    before = script.read_text()
    try:
        script.write_text(before.replace('"run":412', '"run":413'))
        assert script.read_text() != before
        there.goto(still.fullest["subprojects-each"].as_uri())
        assert "run 413" in there.evaluate(HEAD)
    finally:
        script.write_text(before)


def test_a_day_to_come_keeps_its_own_head(there: Page, tmp_path: Path) -> None:
    shown = project(build(material(pretended=True), CHECKS), COUNCIL)
    for name, data in site(shown).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    for page in Publication("pretended", tmp_path).fullest.values():
        there.goto(page.as_uri())
        assert there.evaluate(HEAD) == "As if on 11 Dec 2026", page.name


def test_without_the_scripts_files_a_page_is_whole(chromium: Browser, still: Publication, tmp_path: Path) -> None:
    """Somebody who saves a page and sends it sends it without them."""
    with tab(chromium) as alone, tab(chromium) as with_:
        for kind, page in still.fullest.items():
            folder = tmp_path / kind
            folder.mkdir()
            (folder / "page.html").write_bytes(page.read_bytes())
            alone.goto((folder / "page.html").as_uri())
            with_.goto(page.as_uri())
            text, whole = (one.evaluate("document.querySelector('main').textContent") for one in (alone, with_))
            assert still.named(text) == still.named(whole) != set(), kind


def test_no_age_is_added_twice_and_none_to_the_future(there: Page, still: Publication, tmp_path: Path) -> None:
    watch = Watch(there, tmp_path.as_uri())
    (tmp_path / "run.js").write_bytes((still.folder / "run.js").read_bytes())
    (tmp_path / "site.js").write_bytes((still.folder / "site.js").read_bytes())
    (tmp_path / "page.html").write_text(
        "<!doctype html><meta charset=utf-8><script src=run.js defer></script><script src=site.js defer></script>"
        "<p><time data-age datetime=2026-06-13T06:02Z>a</time><p><time data-age datetime=2030-01-01T00:00Z>b</time>"
        "<p><time data-age datetime=never>c</time><p><time datetime=2026-06-13T06:02Z>d</time>"
    )
    there.goto((tmp_path / "page.html").as_uri())
    assert there.evaluate("[...document.querySelectorAll('p')].map(p => p.textContent)") == [
        "a 24 h ago",
        "b",
        "c",
        "d",
    ]
    assert watch.heard == []
