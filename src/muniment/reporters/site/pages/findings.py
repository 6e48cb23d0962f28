"""The page of all findings, put together by what one act would mend."""

from __future__ import annotations

from collections.abc import Iterator

from muniment.reporters.site.catalogue import Catalogue
from muniment.reporters.site.page import Entry, Page


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """The one page of findings, for readers that are told of any."""
    if catalogue.names_findings:
        entry = Entry(10, "findings", "Findings", "findings.html")
        yield Page(path="findings.html", template="findings.html", section="findings", entries=(entry,))
