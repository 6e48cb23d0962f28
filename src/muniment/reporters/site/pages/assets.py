"""The page of all assets: what the project looks after, by family, with how each is seen and what is open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from muniment.reporters.site.catalogue import Catalogue
from muniment.reporters.site.gathering import families
from muniment.reporters.site.page import Entry, Page

ROWS = 1000
"""How many assets the page lists before it says how many more the search finds."""


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """The one page of assets."""
    declared = tuple(a for a in catalogue.view.assets if a.inherits not in catalogue.assets)
    facts = {
        "families": families(declared[:ROWS]),
        "cut": max(0, len(declared) - ROWS),
        "still_open": Counter(f.asset for f in catalogue.view.findings if f.is_open),
    }
    entry = Entry(30, "assets", "Assets", "assets.html")
    yield Page(path="assets.html", template="assets.html", section="assets", facts=facts, entries=(entry,))
