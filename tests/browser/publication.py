"""What lies in a folder of pages: its kinds of pages, those worth opening, and the names that they must show."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePath
from typing import Any

POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')

ODD = re.compile(r'class="(?:state(?: chip)? (?:unknown|stale)|blank)"|dots(?:-bad)?\)"|hatch\)"')
"""What marks a part of a page as unknown, stale or empty."""


@dataclass(frozen=True)
class Publication:
    """The pages for one kind of readers, as they lie in a folder."""

    name: str
    folder: Path

    @cached_property
    def kinds(self) -> dict[str, tuple[Path, ...]]:
        """Every page by its kind, the smallest first.

        A page of its own is a kind (``index``), and so are the pages of a folder (``subprojects-each``): a new one
        is opened, judged and photographed because it is there.
        """
        found: dict[str, list[Path]] = defaultdict(list)
        for page in sorted(self.folder.rglob("*.html")):
            found[kind_of(page.relative_to(self.folder))].append(page)
        return {kind: tuple(sorted(pages, key=_size)) for kind, pages in sorted(found.items())}

    @property
    def fullest(self) -> dict[str, Path]:
        """Of each kind the page with most on it."""
        return {kind: pages[-1] for kind, pages in self.kinds.items()}

    @property
    def samples(self) -> tuple[Path, ...]:
        """Of each kind the page with most on it and the one with least."""
        return tuple(dict.fromkeys(page for pages in self.kinds.values() for page in (pages[-1], pages[0])))

    @property
    def oddest(self) -> dict[str, Path]:
        """Of each kind the page that is unknown or stale for the largest part."""
        return {kind: max(pages, key=_oddity) for kind, pages in self.kinds.items()}

    @cached_property
    def names(self) -> frozenset[str]:
        """What these readers may see by name: assets, findings, people, subprojects and checks."""
        report: dict[str, list[dict[str, Any]]] = json.loads((self.folder / "report.json").read_text())
        found = {asset["asset"] for asset in report["assets"]} | {asset["name"] for asset in report["assets"]}
        found |= {finding["id"] for finding in report.get("findings", ())}
        found |= {role["name"] for role in report.get("roles", ())}
        found |= {subproject["name"] for subproject in report["subprojects"]}
        found |= {check["title"] for check in report["checks"]}
        return frozenset(name for name in found if len(name) > 3)

    def named(self, text: str) -> set[str]:
        """Which of the names stand in a text."""
        return {name for name in self.names if name in text}

    def title(self, page: Path) -> str:
        """A page as a message names it: ``council/subprojects/harbour.html``."""
        return f"{self.name}/{page.relative_to(self.folder).as_posix()}"


def kind_of(path: PurePath) -> str:
    """The kind of a page by its path below the folder of its readers."""
    return f"{path.parts[0]}-each" if len(path.parts) > 1 else path.stem


def policy(page: Path) -> str:
    """The policy that a page states for itself."""
    found = POLICY.search(page.read_text(encoding="utf-8"))
    assert found, f"{page.name} states no policy"
    return found[1]


def _oddity(page: Path) -> tuple[float, str]:
    text = page.read_text(encoding="utf-8")
    return len(ODD.findall(text)) / len(text), page.name


def _size(page: Path) -> tuple[int, str]:
    return page.stat().st_size, page.name
