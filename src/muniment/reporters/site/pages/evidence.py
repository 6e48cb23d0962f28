"""The page of evidence: what is seen of which source, how fresh it is, and what is not seen and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from msgspec import Struct

from muniment.publish import summary
from muniment.publish.pieces import LookPiece
from muniment.reporters.site.catalogue import Catalogue
from muniment.reporters.site.charts import freshness
from muniment.reporters.site.page import Entry, Page

ROWS = 200
"""How many sets the page names one by one before it says how many more there are."""


class Kind(Struct, frozen=True):
    """How the sets of one kind from one source are seen."""

    source: str
    kind: str
    cover: summary.Coverage


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """The one page of evidence."""
    blind = sorted(
        (k for k in catalogue.looks if not summary.is_seen(k)), key=lambda k: (k.source, k.kind, k.latest, k.asset)
    )
    late = sorted(
        (k for k in catalogue.looks if summary.is_seen(k) and k.stale),
        key=lambda k: (k.observed_at is not None and k.observed_at.timestamp(), k.source, k.kind, k.asset),
    )
    facts = {
        "kinds": tuple(by_kind(catalogue.looks)),
        "ages": freshness(catalogue.looks),
        "blind": alike(blind),
        "late": tuple(late[:ROWS]),
        "late_cut": max(0, len(late) - ROWS),
    }
    entry = Entry(60, "evidence", "Evidence", "evidence.html")
    yield Page(path="evidence.html", template="evidence.html", section="evidence", facts=facts, entries=(entry,))


def by_kind(looks: Iterable[LookPiece]) -> Iterator[Kind]:
    """How the sets are seen, by source and kind."""
    groups: defaultdict[tuple[str, str], list[LookPiece]] = defaultdict(list)
    for look in looks:
        groups[look.source, look.kind].append(look)
    for (source, kind), found in sorted(groups.items()):
        (cover,) = summary.coverage(found)
        yield Kind(source, kind, cover)


def alike(looks: Iterable[LookPiece]) -> tuple[tuple[LookPiece, tuple[LookPiece, ...]], ...]:
    """What is not seen for one reason together, most first, each group behind one of its own."""
    groups: defaultdict[tuple[str, str, str, str], list[LookPiece]] = defaultdict(list)
    for look in looks:
        groups[look.source, look.kind, look.latest, look.detail].append(look)
    order = sorted(groups.items(), key=lambda g: (-len(g[1]), g[0]))
    return tuple((found[0], tuple(found)) for _, found in order)
