"""Opens pages as people do, and hears everything that a quiet page would not say or ask for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
SETTINGS = {
    f"{size}-{scheme}": {"viewport": view, "color_scheme": scheme}
    for size, view in (("desktop", DESKTOP), ("phone", PHONE))
    for scheme in ("light", "dark")
}


class Watch:
    """What a tab was heard to say, and what it asked for outside a place."""

    def __init__(self, tab: Page, within: str) -> None:
        self.heard: list[str] = []
        self.asked: list[str] = []
        self._within = within
        tab.on("console", self._said)
        tab.on("pageerror", lambda error: self.heard.append(f"error: {error}"))
        tab.on("request", self._asked)
        tab.on("requestfailed", self._failed)
        tab.on("response", self._answered)

    def _said(self, message: ConsoleMessage) -> None:
        self.heard.append(f"console.{message.type}: {message.text}")

    def _asked(self, request: Request) -> None:
        self.asked.append(request.url)
        if not request.url.startswith(self._within):
            self.heard.append(f"asked: {request.url}")

    def _failed(self, request: Request) -> None:
        # One that was under way when somebody went on to the next page did not fail.
        if request.failure != "net::ERR_ABORTED":
            self.heard.append(f"failed: {request.url}: {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.heard.append(f"{response.status}: {response.url}")


@contextmanager
def opened(chromium: Browser, page: Path | str, **how: Any) -> Iterator[Page]:
    """A tab with one page in it, on a desktop in light where nothing else is asked."""
    with tab(chromium, **how) as one:
        one.goto(page.as_uri() if isinstance(page, Path) else page)
        yield one


@contextmanager
def tab(chromium: Browser, **how: Any) -> Iterator[Page]:
    """An empty tab without history, on a desktop in light where nothing else is asked."""
    context = chromium.new_context(**({"viewport": DESKTOP, "color_scheme": "light"} | how))
    try:
        yield context.new_page()
    finally:
        context.close()
