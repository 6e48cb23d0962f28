"""A subproject's page: its findings, what it looks after, who answers, and what is not known of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from muniment.publish.pieces import LookPiece
from muniment.reporters.site.catalogue import Catalogue, grouped
from muniment.reporters.site.charts import course
from muniment.reporters.site.gathering import families, found_in
from muniment.reporters.site.page import Page
from muniment.reporters.site.paths import subproject_path

ROWS = 800
"""How many assets the page lists before it says how many more the search finds."""


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """A page for every subproject in scope, and one for what belongs to none."""
    for id in catalogue.scope if catalogue.names_findings else ():
        looks = catalogue.looks_in.get(id, ())
        yield Page(
            path=subproject_path(id),
            template="subproject.html",
            section="subprojects",
            facts=_facts(catalogue, id, looks),
            looks=looks,
        )


def _facts(catalogue: Catalogue, id: str, looks: tuple[LookPiece, ...]) -> Mapping[str, Any]:
    view = catalogue.view
    assets = catalogue.assets_in.get(id, ())
    own = {a.asset for a in assets}
    declared = tuple(a for a in assets if a.inherits not in own)
    under = tuple(a for a in assets if a.inherits in own)
    found = catalogue.findings_in.get(id, ())
    return {
        "id": id,
        "name": catalogue.name_of(id),
        "piece": next((s for s in view.subprojects if s.id == id), None),
        "found": found,
        "looks": looks,
        "course": course(catalogue.turns_in.get(id, ())),
        "families": families((*declared[:ROWS], *under)),
        "cut": max(0, len(declared) - ROWS),
        "found_in": found_in(assets),
        "still_open": Counter(f.asset for f in found if f.is_open),
        "roles": tuple(r for r in view.roles if r.subproject == id),
        "seen": grouped(looks, lambda look: look.asset),
    }
