"""Makes the reports: one view, cut down to each audience before anything is rendered, then written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from muniment.model.tlp import TLP, Audience
from muniment.publish.pieces import View
from muniment.publish.projection import COUNCIL, PUBLIC


def readers(level: str, subproject: str | None) -> Audience:
    """The audience that ``--audience`` and ``--subproject`` name.

    Without a subproject CLEAR and GREEN are for people who belong to none, the higher levels for the council.
    """
    own = TLP.of(level)
    if own is TLP.CLEAR:
        return PUBLIC
    if own is TLP.GREEN and subproject is None:
        return Audience(TLP.GREEN, frozenset())
    return Audience(own, frozenset({subproject}) if subproject else None)


def everybody(subprojects: Iterable[str], out: Path) -> dict[Path, Audience]:
    """Where the main job writes for whom: the public, each subproject's people, the council."""
    places = {out / "clear": PUBLIC, out / "council": COUNCIL}
    for id in sorted(subprojects):
        places[out / "amber" / id] = Audience(TLP.AMBER, frozenset({id}))
    return places


def publish(
    view: View,
    places: Mapping[Path, Audience],
    site: Callable[[View, Audience], Mapping[str, bytes]],
    put: Callable[[Path, Audience, Mapping[str, bytes]], int],
    tick: Callable[[str], None] = lambda name: None,
) -> int:
    """Write every file of every audience; the number of files that there are now."""
    files = 0
    for place, audience in places.items():
        files += put(place, audience, site(view, audience))
        tick(str(place))
    return files
