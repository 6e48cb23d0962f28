"""The front page: what is true of the whole, and what is new since the last run. It alone tells of the run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from muniment.publish.pieces import AssetPiece
from muniment.reporters.site.catalogue import Catalogue
from muniment.reporters.site.charts import course, stack
from muniment.reporters.site.gathering import found_in
from muniment.reporters.site.page import Entry, Page

FRONT_LINES = 12
"""How many lines of findings the front page shows before it says how many more there are."""


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """The one front page."""
    entries: tuple[Entry, ...] = (Entry(0, "overview", "Overview", "index.html"),)
    if catalogue.names_findings:
        entries += (Entry(20, "subprojects", "Subprojects", "index.html#subprojects"),)
    facts = {
        "by_subproject": _by_subproject(catalogue),
        "front_lines": FRONT_LINES,
        "course": course(catalogue.view.turns),
        "stack": stack(catalogue.view.tallied),
        **_whom(catalogue),
    }
    yield Page(path="index.html", template="front.html", section="overview", facts=facts, entries=entries)


def _whom(catalogue: Catalogue) -> dict[str, Any]:
    """Whom a front page tells of: the project, or the subprojects that its readers belong to."""
    if not catalogue.shown.audience.groups:
        project = catalogue.view.project
        return {"whom": catalogue.project if project else "the project", "several": False}
    names = [catalogue.name_of(id) for id in catalogue.scope if id]
    return {"whom": " and ".join(names), "several": len(names) > 1}


def _by_subproject(
    catalogue: Catalogue,
) -> tuple[tuple[str, tuple[AssetPiece, ...], dict[str, tuple[AssetPiece, ...]]], ...]:
    """The assets that are shown, by subproject in the order of their names; those of none come last."""
    by_id = catalogue.assets_in
    order = sorted(by_id, key=lambda id: (not id, catalogue.name_of(id).casefold()))
    return tuple((id, by_id[id], found_in(by_id[id])) for id in order)
