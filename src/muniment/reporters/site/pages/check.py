"""A check's page: why it asks, how to mend what it finds, and what it has found."""

from __future__ import annotations

from collections.abc import Iterator

from muniment.reporters.site.catalogue import Catalogue
from muniment.reporters.site.page import Page
from muniment.reporters.site.paths import check_path


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """A page for every check."""
    for check in catalogue.view.checks:
        own = tuple(f for f in catalogue.findings_by.get(check.id, ()) if f.is_open)
        yield Page(
            path=check_path(check.id),
            template="check.html",
            section="checks",
            facts={"check": check, "own": own},
            looks=tuple(look for kind, _ in check.reads for look in catalogue.looks_of.get(kind, ())),
        )
