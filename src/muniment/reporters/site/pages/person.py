"""A person's page: what they hold by evidence, what could not be seen, and what to do in order if they leave."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from muniment.publish.pieces import HolderPiece, LookPiece
from muniment.publish.step_pieces import StepPiece
from muniment.reporters.site.catalogue import Catalogue
from muniment.reporters.site.page import MOST_LINES, Page
from muniment.reporters.site.pages.people import TELLING
from muniment.reporters.site.paths import person_path


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """A page for every person that these readers may know."""
    for person in catalogue.people.values():
        steps = catalogue.steps_for.get(person.handle, ())
        rows = catalogue.held_by.get(person.handle, ())
        yield Page(
            path=person_path(person.handle),
            template="person.html",
            section="people",
            facts={
                "person": person,
                "holds": _some(rows, "seen"),
                "missing": _some(rows, "missing"),
                "unseen": _some(rows, "unseen"),
                "expected": any(row.known is not None and row.known.expected is not None for row in rows),
                "blind": catalogue.blind,
                "secured": catalogue.secured.get(person.handle, ()),
                "steps": len(steps),
                "stages": _stages(steps),
            },
            looks=_looks(catalogue, rows),
        )


def _stages(steps: tuple[StepPiece, ...]) -> tuple[tuple[str, int, tuple[StepPiece, ...]], ...]:
    """The steps of each place in the order: its words, how many there are, and as many as one page holds."""
    room = MOST_LINES
    found = []
    for words, group in groupby(steps, key=lambda step: step.stage_words):
        own = tuple(group)
        found.append((words, len(own), own[:room]))
        room -= len(own[:room])
    return tuple(found)


def _some(rows: tuple[HolderPiece, ...], state: str) -> tuple[HolderPiece, ...]:
    return tuple(sorted((row for row in rows if row.state == state), key=lambda row: (row.asset, row.role)))


def _looks(catalogue: Catalogue, rows: tuple[HolderPiece, ...]) -> tuple[LookPiece, ...]:
    assets = dict.fromkeys(row.asset for row in rows)
    return tuple(look for asset in assets for look in catalogue.looks_at.get(asset, ()) if look.kind in TELLING)
