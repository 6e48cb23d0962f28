"""The page of the council's rights: who of those who answer for security may do what in which organization."""

from __future__ import annotations

from collections.abc import Iterator

from muniment.publish.council_pieces import BenchPiece
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
        facts={"council": council, "whys": whys},
        looks=tuple(look for look in looks if look.kind in READ),
    )


def whys(bench: BenchPiece) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Why not everybody has every right in an organization, or nobody can tell: each reason once, by the answer."""
    answers = [right for seat in bench.seats for right in seat.rights if right.why]
    found = {
        verdict: tuple(
            dict.fromkeys(why for right in answers if right.verdict == verdict for why in right.why.split("; "))
        )
        for verdict in ("cannot tell", "no")
    }
    return tuple((verdict, reasons) for verdict, reasons in found.items() if reasons)
