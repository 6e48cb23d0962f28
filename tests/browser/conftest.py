"""A real Chromium, the made-up project's pages as the program leaves them, and a server on loopback."""

from __future__ import annotations

import fcntl
import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from muniment.publish.material import Material
from muniment.publish.projection import COUNCIL, project
from muniment.publish.view import build
from muniment.reporters.finding import site
from muniment.testing.material import CHECKS, material
from tests.browser.publication import Publication, policy

DEMO = Path(__file__).resolve().parents[2] / "examples" / "demo"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; skips where there is none, but never in CI, which installs it.

    For these tests alone, not for the session: while Playwright runs, its thread may start no other event loop.
    """
    if not Path(CHROMIUM).is_file():
        missing = f"no Chromium at {CHROMIUM}: apt install chromium, or name one in CHROMIUM"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--font-render-hinting=none"],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Publication]:
    """The made-up project's pages after two runs on the simulated GitHub, by readers; built once a session."""
    place = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        place = place.parent  # what the workers of one session share
    place = place / "browser-demo"
    with (place.parent / "browser-demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / "done").exists():
            _run_demo(place)
            (place / "done").touch()
    amber = max((place / "out" / "amber").iterdir(), key=lambda folder: len(list(folder.rglob("*.html"))))
    return {
        "council": Publication("council", place / "out" / "council"),
        "amber": Publication(f"amber/{amber.name}", amber),
        "clear": Publication("clear", place / "out" / "clear"),
    }


def _run_demo(place: Path) -> None:
    """What ``make demo-later`` does: two runs, and a campaign that somebody starts between them."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(DEMO, place / "demo", ignore=shutil.ignore_patterns("*.sqlite*"))
    muniment = [sys.executable, "-m", "muniment"]
    simulated = [sys.executable, "-m", "muniment.testing.github"]
    run = [*muniment, "run", "demo", "--out", "out"]
    for command in (
        [*simulated, "--world", "demo", "--", *run],
        [*muniment, "campaign", "start", "two-factor", "--by", "ada", "-r", "demo"],
        [*simulated, "--world", "demo-later", "--", *run],
    ):
        done = subprocess.run(
            command,
            cwd=place,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="package")
def still(tmp_path_factory: pytest.TempPathFactory) -> Publication:
    """Pages that are the same on every day: from material that no clock has touched."""
    return _written(tmp_path_factory.mktemp("still"), material())


@pytest.fixture(scope="package")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Publication:
    """The pages of a project of which nothing has been seen yet."""
    return _written(tmp_path_factory.mktemp("bare"), material(empty=True))


def _written(folder: Path, made: Material) -> Publication:
    for name, data in site(project(build(made, CHECKS), COUNCIL)).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return Publication("council", folder)


class _Strict(http.server.SimpleHTTPRequestHandler):
    """Serves pages with the policy that they state as a header too, and says nothing about it."""

    def end_headers(self) -> None:
        page = Path(self.translate_path(self.path))
        if page.suffix == ".html" and page.is_file():
            self.send_header("Content-Security-Policy", policy(page) + "; frame-ancestors 'none'")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="package")
def served(demo: Mapping[str, Publication]) -> Iterator[Mapping[str, str]]:
    """The addresses under which the same pages are served on loopback, by readers."""
    out = demo["council"].folder.parent
    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(_Strict, directory=str(out))
    ) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        root = f"http://127.0.0.1:{server.server_address[1]}"
        yield {key: f"{root}/{one.folder.relative_to(out).as_posix()}" for key, one in demo.items()}
        server.shutdown()
        thread.join()
