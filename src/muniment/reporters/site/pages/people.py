"""The page of people: whom the register knows, what they hold, and accounts that it does not know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from muniment.publish.pieces import HolderPiece
from muniment.reporters.site.catalogue import Catalogue
from muniment.reporters.site.page import Entry, Page


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """The one page of people, for readers that are told of any."""
    if not catalogue.names_findings:
        return
    people = tuple(catalogue.people.values())
    held = {p.handle: sum(h.state == "seen" for h in catalogue.held_by.get(p.handle, ())) for p in people}
    entry = Entry(40, "people", "People", "people.html")
    yield Page(
        path="people.html",
        template="people.html",
        section="people",
        facts={"people": people, "held": held, "strangers": strangers(catalogue), "blind": catalogue.blind},
        looks=tuple(look for look in catalogue.looks if look.kind in TELLING),
        entries=(entry,),
    )


TELLING = frozenset(
    {
        "deployment-environment",
        "feedstock-maintainer",
        "organization-invitation",
        "organization-member",
        "organization-role-holder",
        "outside-collaborator",
        "package-ownership",
        "package-role",
        "repository-collaborator",
        "team-member",
    }
)
"""The kinds of evidence that tell who holds something, or was let in."""


def strangers(catalogue: Catalogue) -> tuple[tuple[str, tuple[HolderPiece, ...]], ...]:
    """The accounts that hold something and that the register, as far as these readers know it, does not."""
    found: defaultdict[str, list[HolderPiece]] = defaultdict(list)
    for holder in catalogue.view.holders:
        organization = holder.account.partition(":")[2].startswith("org:")
        if holder.account and not organization and holder.known is not None and not holder.known.handle:
            found[holder.account].append(holder)
    return tuple((account, tuple(rows)) for account, rows in sorted(found.items()))
