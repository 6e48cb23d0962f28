"""Pages open in a real browser, hold data, say nothing to the console, and ask nobody for anything."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath

import pytest
from playwright.sync_api import Browser

from muniment.publish.projection import COUNCIL, project
from muniment.publish.view import build
from muniment.reporters.site import kinds
from muniment.reporters.site.catalogue import Catalogue
from muniment.testing.material import CHECKS, material
from tests.browser.publication import Publication, kind_of, policy
from tests.browser.tabs import Watch, opened, tab

READERS = ("council", "amber", "clear")
FORBIDDEN = ("'unsafe", "*", "http:", "https:", "data:", "blob:")

# Rows, entries and figures that a person can see; not the words around them.
ENTRIES = """() => [...document.querySelectorAll("main :is(tbody tr, li, dd, figure, .bundle, .prose)")]
    .filter(e => e.checkVisibility()).map(e => e.innerText)"""


@pytest.mark.parametrize("readers", READERS)
def test_every_kind_of_page_holds_data(chromium: Browser, demo: Mapping[str, Publication], readers: str) -> None:
    one = demo[readers]
    least = 1 if readers == "clear" else 2  # in public a check's page names nothing but the check
    with tab(chromium) as there:
        for kind, page in one.fullest.items():
            there.goto(page.as_uri())
            entries = there.evaluate(ENTRIES)
            named = one.named(there.evaluate("document.querySelector('main').innerText"))
            assert len(entries) >= 3 and len(named) >= least, f"{one.title(page)}, the fullest of {kind}: {named}"


def test_every_kind_of_page_that_there_is_has_pages_in_the_demo(
    demo: Mapping[str, Publication], still: Publication
) -> None:
    """Otherwise what is tested here would lack one, and nobody would be told."""
    catalogue = Catalogue(project(build(material(), CHECKS), COUNCIL))
    for name, kind in kinds().items():
        found = {kind_of(PurePath(page.path)) for page in kind(catalogue)}
        assert found, f"{name}: no page from the material of the tests"
        assert found <= set(demo["council"].kinds), f"{name}: no page in the demo"
        assert found <= set(still.kinds), name


@pytest.mark.parametrize("readers", READERS)
def test_pages_open_from_the_file_system(chromium: Browser, demo: Mapping[str, Publication], readers: str) -> None:
    one = demo[readers]
    with tab(chromium) as there:
        watch = Watch(there, one.folder.as_uri() + "/")
        for page in one.samples:
            there.goto(page.as_uri())
            assert dressed(there.evaluate), one.title(page)
        assert watch.heard == []
        assert len(watch.asked) >= 2 * len(one.samples), "each page asks for its style sheet at least"


@pytest.mark.parametrize("readers", READERS)
def test_pages_open_behind_a_server_that_sends_the_policy_too(
    chromium: Browser, demo: Mapping[str, Publication], served: Mapping[str, str], readers: str
) -> None:
    one = demo[readers]
    with tab(chromium) as there:
        watch = Watch(there, served[readers] + "/")
        for page in one.samples:
            answer = there.goto(f"{served[readers]}/{page.relative_to(one.folder).as_posix()}")
            assert answer and answer.header_value("content-security-policy"), "else this shows nothing"
            assert dressed(there.evaluate), one.title(page)
        assert watch.heard == []


def dressed(evaluate: object) -> bool:
    """True if the style sheet has reached the page."""
    assert callable(evaluate)
    return bool(evaluate("getComputedStyle(document.documentElement).getPropertyValue('--ink').trim() !== ''"))


@pytest.mark.parametrize("readers", READERS)
def test_no_page_allows_more_than_its_own_files(demo: Mapping[str, Publication], readers: str) -> None:
    for pages in demo[readers].kinds.values():
        for page in pages:
            stated = policy(page)
            assert stated.startswith("default-src 'none'; ")
            assert "base-uri 'none'" in stated and "form-action 'none'" in stated
            assert not [word for word in FORBIDDEN if word in stated], demo[readers].title(page)


SMUGGLED = {
    "an inline script": "const s = document.createElement('script'); s.textContent = 'window.ran = true'; add(s)",
    "an attribute that runs": "const p = document.createElement('p'); add(p);"
    " p.innerHTML = '<i onclick=\"window.ran = 1\">x'; p.firstChild.click()",
    "a script from elsewhere": "const s = document.createElement('script'); s.src = elsewhere; add(s)",
    "a picture from elsewhere": "const i = new Image(); i.src = elsewhere; add(i)",
    "a request": "fetch(elsewhere).catch(() => 0)",
    "a style attribute": "const p = document.createElement('p'); p.innerHTML = '<i style=\"color: red\">x'; add(p)",
    "a frame": "const f = document.createElement('iframe'); f.src = elsewhere; add(f)",
    "a form": "const f = document.createElement('form'); f.action = elsewhere; add(f); f.submit()",
}
SMUGGLE = """elsewhere => new Promise(done => {
    document.addEventListener("securitypolicyviolation", event => done(event.effectiveDirective));
    setTimeout(() => done(""), 1000);
    const add = element => document.body.append(element);
    %s;
})"""


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """The address of a server that no page should reach, and what it was asked all the same."""
    asked: list[str] = []

    class Listening(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listening) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/pixel", asked
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("what", SMUGGLED)
def test_the_policy_holds_in_the_browser(
    chromium: Browser, demo: Mapping[str, Publication], elsewhere: tuple[str, list[str]], what: str
) -> None:
    """What somebody smuggled into a page from the file system still could not do."""
    address, asked = elsewhere
    one = demo["council"]
    with opened(chromium, one.fullest["index"]) as there:
        watch = Watch(there, one.folder.as_uri() + "/")
        assert there.evaluate(SMUGGLE % SMUGGLED[what], address), f"{what} was not refused"
        assert there.evaluate("window.ran") is None
        assert watch.heard, "the watch that other tests rely on heard of it"
    assert asked == []


def test_without_the_policy_the_same_things_are_done(
    chromium: Browser, elsewhere: tuple[str, list[str]], tmp_path: Path
) -> None:
    address, asked = elsewhere
    page = tmp_path / "open.html"
    page.write_text("<!doctype html><title>x</title>")
    with opened(chromium, page) as there:
        assert there.evaluate(SMUGGLE % SMUGGLED["a picture from elsewhere"], address) == ""
        assert there.evaluate(SMUGGLE % SMUGGLED["an inline script"], address) == ""
        assert there.evaluate("window.ran") is True
    assert asked == ["/pixel"]


def test_a_page_that_is_not_quiet_is_heard(chromium: Browser, tmp_path: Path) -> None:
    page = tmp_path / "own" / "loud.html"
    page.parent.mkdir()
    (tmp_path / "other.css").write_text("p { color: red }")
    page.write_text(
        "<!doctype html><title>x</title><link rel=stylesheet href=../other.css><link rel=stylesheet href=no.css>"
        "<script>console.log('hello'); nothing()</script>"
    )
    with tab(chromium) as there:
        watch = Watch(there, page.parent.as_uri() + "/")
        there.goto(page.as_uri())
        heard = "\n".join(watch.heard)
    for told in ("console.log: hello", "nothing is not defined", "asked: ", "failed: "):
        assert told in heard
