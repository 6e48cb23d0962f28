"""A person's page: what they hold by evidence, what could not be seen, and what to do in order if they leave."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from msgspec import Struct

from muniment.publish.entrusted import CredentialPiece
from muniment.publish.pieces import HolderPiece, LookPiece
from muniment.publish.step_pieces import StepPiece
from muniment.reporters.harmless import followed
from muniment.reporters.places import in_register, to_change
from muniment.reporters.site.catalogue import Catalogue
from muniment.reporters.site.page import MOST_LINES, Page
from muniment.reporters.site.pages.people import TELLING
from muniment.reporters.site.paths import person_path


class Line(Struct, frozen=True):
    """A step as a page shows it: the address at which it is done, and that of its line in the register, or none.

    An address is made of an asset's id, or is one that the register gives; what nobody may follow is none.
    """

    step: StepPiece
    door: str
    entry: str


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
                "closed": catalogue.closed_to_grants,
                "alive": catalogue.alive.get(person.handle),
                "alike": catalogue.alike.get(person.handle, ()),
                "credentials": _credentials(catalogue, person.handle),
                "secured": catalogue.secured.get(person.handle, ()),
                "steps": len(steps),
                "stages": _stages(catalogue, steps),
            },
            looks=_looks(catalogue, rows),
        )


def _stages(catalogue: Catalogue, steps: tuple[StepPiece, ...]) -> tuple[tuple[str, int, tuple[Line, ...]], ...]:
    """The steps of each place in the order: its words, how many there are, and as many as one page holds."""
    room = MOST_LINES
    found = []
    for words, group in groupby(steps, key=lambda step: step.stage_words):
        own = tuple(group)
        found.append((words, len(own), tuple(_line(catalogue, step) for step in own[:room])))
        room -= len(own[:room])
    return tuple(found)


def _line(catalogue: Catalogue, step: StepPiece) -> Line:
    project, asset = catalogue.view.project, catalogue.assets.get(step.asset)
    file, _, line = step.place.rpartition(":")
    register = project.register_url if project is not None else ""
    entry = in_register(register, file, int(line)) if line.isascii() and line.isdecimal() else ""
    said = asset.url if asset is not None and step.kind == "declared-attestation" else ""
    return Line(step, followed(to_change(step) or said), followed(entry))


def _credentials(catalogue: Catalogue, handle: str) -> tuple[CredentialPiece, ...]:
    """The shared credentials that somebody can read."""
    return tuple(own for own in catalogue.view.credentials if any(one.handle == handle for one in own.readers))


def _some(rows: tuple[HolderPiece, ...], state: str) -> tuple[HolderPiece, ...]:
    return tuple(sorted((row for row in rows if row.state == state), key=lambda row: (row.asset, row.role)))


def _looks(catalogue: Catalogue, rows: tuple[HolderPiece, ...]) -> tuple[LookPiece, ...]:
    assets = dict.fromkeys(row.asset for row in rows)
    return tuple(look for asset in assets for look in catalogue.looks_at.get(asset, ()) if look.kind in TELLING)
