"""The page of credentials: what each is for and where it is kept, who can read it, when it is to be made anew."""

from __future__ import annotations

from collections.abc import Iterator

from muniment.reporters.site.catalogue import Catalogue
from muniment.reporters.site.page import Page


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """The one page of credentials and of roles for a time, for readers that are told of any person."""
    if catalogue.has_credentials:
        facts = {"credentials": catalogue.view.credentials, "grants": catalogue.view.grants}
        yield Page(path="credentials.html", template="credentials.html", section="people", facts=facts, looks=())
