"""The page of the council's rights: who of those who answer for security may do what in which organization."""

from __future__ import annotations

from collections.abc import Iterator

from muniment.reporters.site.catalogue import Catalogue
from muniment.reporters.site.page import Page

READ = frozenset({"organization-member", "organization-role-holder", "organization-settings", "member-two-factor"})
"""The kinds of evidence that tell most of it."""


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """The one page, for the council."""
    council = catalogue.view.council if catalogue.names_findings else None
    if council is None:
        return
    looks = (look for bench in council.benches for look in catalogue.looks_at.get(bench.asset, ()))
    yield Page(
        path="council.html",
        template="council.html",
        section="people",
        facts={"council": council},
        looks=tuple(look for look in looks if look.kind in READ),
    )
