"""The page of all checks: what is asked, and how grave a Fail would be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from muniment.reporters.site.catalogue import Catalogue
from muniment.reporters.site.page import Entry, Page


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """The one page of checks."""
    entry = Entry(50, "checks", "Checks", "checks.html")
    still = Counter(f.check for f in catalogue.view.findings if f.is_open)
    yield Page(
        path="checks.html", template="checks.html", section="checks", facts={"open_by": still}, entries=(entry,)
    )
