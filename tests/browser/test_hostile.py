"""Every string of a view is hostile at once: in a real browser nothing runs, and no page leaves its screen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import fields, replace
from playwright.sync_api import Browser

from muniment.publish.pieces import AnswerPiece, CountPiece
from muniment.publish.projection import COUNCIL, Shown, project
from muniment.publish.view import build
from muniment.reporters.finding import site
from muniment.testing.material import CHECKS, material
from tests.browser.publication import Publication
from tests.browser.tabs import DESKTOP, PHONE, Watch, tab
from tests.browser.test_widths import UNFOLD, WIDER

# The words of a page are chosen by these; a string from outside never gets into them.
CLOSED = {
    "family",
    "how",
    "latest",
    "moves",
    "outcome",
    "reads",
    "release",
    "seen_as",
    "standing",
    "state",
    "status",
    "statuses",
    "verdict",
    "what",
    "why",
}
CLOSED_IN = {(AnswerPiece, "reason"), (CountPiece, "reason")}

SCRIPTS = (
    "<script>window.ran = 1</script>",
    "\"'><img src=x onerror='window.ran = 2'>",
    "<svg onload='window.ran = 3'></svg>",
    "</title></style></script><script>window.ran = 4</script>",
    "javascript:window.ran=5//",
    "{{ 7 * 7 }}{% set window = 6 %}${window.ran = 6}",
    "\u2028;window.ran = 7;//",
    "\x1b[2J\x1b]0;owned\x07\u202egnp.x\u0000",
    "../../../../etc/passwd%00.html?x=1#y",
)
WIDE = "w" * 3000
"""A word that no line can hold."""


def hostile(value: Any, tail: str, owner: type = Struct, name: str = "") -> Any:
    """The same value with a tail on each string that comes from outside; equal strings stay equal."""
    if isinstance(value, str):
        return value if name in CLOSED or (owner, name) in CLOSED_IN else value + tail
    if isinstance(value, tuple):
        return tuple(hostile(v, tail, owner, name) for v in value)
    if isinstance(value, Struct):
        changed = {f.name: getattr(value, f.name) for f in fields(value) if f.name != "marking"}
        return replace(value, **{n: hostile(v, tail, type(value), n) for n, v in changed.items()})
    return value


def written(folder: Path, tail: str) -> Publication:
    view = hostile(build(material(), CHECKS), tail)
    for name, data in site(Shown(COUNCIL, project(view, COUNCIL).view)).items():
        path = folder / name
        assert path.resolve().is_relative_to(folder.resolve()) and len(path.name) < 120, name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return Publication("council", folder)


def test_no_string_runs(chromium: Browser, tmp_path: Path) -> None:
    one = written(tmp_path, " ".join(("", *SCRIPTS)))
    dialogs: list[str] = []
    with tab(chromium) as there:
        watch = Watch(there, one.folder.as_uri() + "/")
        there.on("dialog", lambda dialog: dialogs.append(dialog.message))
        for pages in one.kinds.values():
            for page in (pages[0], pages[-1]):
                there.goto(page.as_uri())
                assert there.evaluate("window.ran") is None, one.title(page)
                text = there.evaluate("document.querySelector('main').textContent")
                assert "window.ran = 1</script>" in text, f"{one.title(page)}: what is hostile is shown, as text"
                assert "\x1b" not in text and "\u202e" not in text, one.title(page)
    assert watch.heard == [] and dialogs == []


@pytest.mark.parametrize("view", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_no_word_is_too_long_for_a_page(chromium: Browser, tmp_path: Path, view: dict[str, int]) -> None:
    one = written(tmp_path, WIDE)
    with tab(chromium, viewport=view) as there:
        for page in one.fullest.values():
            there.goto(page.as_uri())
            there.evaluate(UNFOLD)
            wider, out = there.evaluate(WIDER)
            assert wider <= 0, f"{one.title(page)} is {wider} px too wide: {[o[:120] for o in out]}"
