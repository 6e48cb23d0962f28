"""Where publications go, and what is in them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from muniment.model.tlp import Audience
    from muniment.publish.pieces import View


def site(view: View, audience: Audience) -> dict[str, bytes]:
    """Every file that the reporters make of a view for one audience, by path."""
    from muniment.publish.projection import project
    from muniment.reporters import finding

    return finding.site(project(view, audience))


class Shelf(Struct, frozen=True):
    """Where a project's publications go. Each directory belongs to one project and one kind of readers."""

    project: str

    def claim(self, places: Mapping[Path, Audience]) -> None:
        """Refuse directories that are not ours to write, before a run has done its work."""
        from muniment.reporters.directory import claim

        for place, audience in places.items():
            claim(place, self.project, audience)

    def put(self, place: Path, audience: Audience, files: Mapping[str, bytes]) -> int:
        """Write a publication and remove what the last one left there."""
        from muniment.reporters.directory import put

        return put(place, self.project, audience, files)

    def withdraw_others(self, out: Path, places: Mapping[Path, Audience]) -> None:
        """Remove the publications for subprojects that are no more."""
        from muniment.reporters.directory import withdraw

        for place in sorted((out / "amber").glob("*")):
            if place not in places:
                withdraw(place, self.project)
