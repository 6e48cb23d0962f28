"""A site of five thousand pages: how long it takes, what it costs in memory, and what a quiet run writes again.

    python benchmarks/pages.py [--pages 5000] [--browser]

A made-up project with assets, findings with histories, people and evidence enough for so many pages. Asserts the
promise: under 60 s and 500 MiB for one audience, no page over 100 KB compressed, and that a later run which saw
nothing new writes the front page and its own script again, and nothing else. ``--browser``: also that a search over
50,000 assets answers in under 100 ms in Debian's Chromium.
"""

from __future__ import annotations

import gzip
import os
import resource
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_party import DeclaredParty
from muniment.ledger.finding import Finding
from muniment.model.asset import Status
from muniment.model.observation import Outcome
from muniment.model.party import Account
from muniment.model.tlp import CLEAR
from muniment.publish.material import Held, Look, Material
from muniment.publish.projection import COUNCIL, project
from muniment.publish.view import build
from muniment.reporters.directory import put
from muniment.reporters.finding import site
from muniment.reporters.site.catalogue import Catalogue
from muniment.reporters.site.telling import scripts
from muniment.testing.material import CHECKS, NOW, SUBPROJECTS, finding, histories, material, turns

SECONDS, MEBIBYTES, KILOBYTES, MILLISECONDS = 60.0, 500, 100, 100


def large(pages: int) -> Material:
    """The made-up project, so large that it has so many pages: half assets, the rest findings and a few people."""
    made = material(quiet=True)
    assets = {a.asset: a for a in (_asset(n) for n in range(pages // 2))}
    people = {p.handle: p for p in (_person(n) for n in range(pages // 50))}
    inventory = replace(
        made.inventory,
        assets={**made.inventory.assets, **assets},
        parties={**made.inventory.parties, **people},
    )
    found = (
        *made.findings,
        *(_finding(n, a) for n, a in zip(range(pages * 12 // 25), assets.values(), strict=False)),
    )
    return replace(
        made,
        inventory=inventory,
        findings=found,
        histories=histories(found),
        turns=turns(found),
        looks=(*made.looks, *(look for a in assets for look in _looks(a))),
        held=(*made.held, *(_held(n, a) for n, a in enumerate(assets))),
        answers=(*made.answers, *(replace(made.answers[n % 90], asset=a) for n, a in enumerate(assets))),
    )


def _asset(number: int) -> DeclaredAsset:
    sub = SUBPROJECTS[number % len(SUBPROJECTS)][0]
    name = f"pypi:vessel-{number:05}" if number % 2 else f"github:repo/callisto-{sub}/vessel-{number:05}"
    return DeclaredAsset(asset=name, status=Status.OFFICIAL, reason="made by the team", subproject=sub)


def _person(number: int) -> DeclaredParty:
    handle = f"sailor-{number:03}"
    return DeclaredParty(handle=handle, name=f"Sailor {number:03}", accounts=(Account("pypi", handle),))


def _finding(number: int, asset: DeclaredAsset) -> Finding:
    check = list(CHECKS)[number % len(CHECKS)]
    message = f"release {number % 7}.{number} says otherwise"
    return finding(check, asset.asset, asset.subproject, message, days=7 + number % 300, again=number % 3 == 0)


def _looks(asset: str) -> tuple[Look, ...]:
    at = NOW - timedelta(minutes=3)
    return tuple(
        Look(
            asset=asset,
            source="pypi",
            kind=kind,
            outcome=Outcome.COLLECTED,
            observed_at=at,
            latest=Outcome.COLLECTED,
            latest_at=at,
            seen=1,
            total=1,
            fresh_until=at + timedelta(days=7),
            marking=CLEAR,
        )
        for kind in ("package-project", "package-role", "package-release", "package-ownership")
    )


def _held(number: int, asset: str) -> Held:
    who = f"sailor-{number % 100:03}"
    return Held(
        asset=asset,
        place="pypi",
        who=who,
        party=who,
        role="Owner",
        path="own role",
        state="seen",
        source="pypi",
        observed_at=NOW - timedelta(minutes=3),
        marking=CLEAR,
    )


def written(made: Material, place: Path) -> tuple[int, list[str]]:
    """Publish it for the council; how many files there are, and which were written anew."""
    before = {path: path.stat().st_mtime_ns for path in place.rglob("*") if path.is_file()}
    files = put(place, "callisto", COUNCIL, site(project(build(made, CHECKS), COUNCIL)))
    after = (path for path in place.rglob("*") if path.is_file())
    return files, sorted(path.name for path in after if before.get(path) != path.stat().st_mtime_ns)


def searched(place: Path) -> float:
    """The slowest of some searches over 50,000 assets in a real browser, in milliseconds."""
    from playwright.sync_api import sync_playwright

    made = large(2 * ASSETS)
    catalogue = Catalogue(project(build(made, CHECKS), COUNCIL))
    (place / "search.js").write_bytes(scripts(catalogue)["search.js"])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        tab = browser.new_page()
        tab.goto((place / "index.html").as_uri())
        tab.focus("#q")
        while not tab.evaluate("Boolean(window.munimentSearch)"):  # waiting for it in the page needs eval
            tab.wait_for_timeout(50)
        took: dict[str, float] = {word: tab.evaluate(TYPED, word) for word in SEARCHED}
        browser.close()
    size = (place / "search.js").stat().st_size / 1e6
    print(
        f"search over {ASSETS} assets ({size:.1f} MB): " + ", ".join(f"{w!r} {ms:.0f} ms" for w, ms in took.items())
    )
    return max(took.values())


ASSETS = 50_000
SEARCHED = ("v", "ve", "vessel", "vessel 049", "harbour 7", "sailor-09", "nothing of the kind", "e")
TYPED = """word => {
  const field = document.getElementById("q"), began = performance.now();
  field.value = word;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  document.querySelector("#search ul").getBoundingClientRect();
  return performance.now() - began;
}"""
"""Types a word and lays the answer out; in the page, so that the way there and back is not counted."""


def looked_again(made: Material) -> Material:
    """The same, seen a day later: the times of observation are facts, and pages tell them."""

    def later(row: Any) -> Any:
        times = ("observed_at", "latest_at", "fresh_until")
        return replace(row, **{t: getattr(row, t) + timedelta(days=1) for t in times if getattr(row, t, None)})

    looks, held, answers = (tuple(map(later, rows)) for rows in (made.looks, made.held, made.answers))
    return replace(made, looks=looks, held=held, answers=answers)


def main(pages: int, browser: bool) -> int:
    """Measure, print, and say by the exit code whether the promise holds."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "council"
        made = large(pages)
        began, spent = time.perf_counter(), time.process_time()
        files, _ = written(made, place)
        took, cpu = time.perf_counter() - began, time.process_time() - spent
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        html = list(place.rglob("*.html"))
        largest = max((len(gzip.compress(p.read_bytes())) / 1000, p.relative_to(place).as_posix()) for p in html)
        later = replace(made.run, id=made.run.id + 1, at=made.at + timedelta(days=1))
        quiet = replace(made, run=later, previous=made.run, at=later.at, as_of=later.at.date())
        _, again = written(quiet, place)
        _, anew = written(looked_again(quiet), place)
        print(f"{len(html)} pages, {files} files: {took:.1f} s ({cpu:.1f} s of one core), {peak:.0f} MiB at most")
        print(f"largest page compressed: {largest[0]:.0f} KB ({largest[1]})")
        print(f"a quiet run later: {len(again)} of {files} files written anew: {', '.join(again)}")
        print(f"a run later that looked at everything again and saw the same: {len(anew)} of {files} files")
        slowest = searched(place) if browser else 0.0
    kept = took < SECONDS and peak < MEBIBYTES and largest[0] < KILOBYTES and set(again) == OF_A_RUN
    return 0 if kept and len(html) >= pages and slowest < MILLISECONDS else 1


OF_A_RUN = {"index.html", "run.js", "report.json", "report.md", "findings.sarif"}
"""The files that say of which run they are: the front page, its script, and the reports for programs."""


if __name__ == "__main__":
    words = sys.argv[1:]
    number = int(words[words.index("--pages") + 1]) if "--pages" in words else 5000
    sys.exit(main(number, "--browser" in words))
