"""Compares what entries name with what is declared: what every part of a register's reading asks."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from muniment.model import asset as assets
from muniment.model.asset import Status
from muniment.model.errors import Mistake, UsageError
from muniment.model.verdict import Where
from muniment.register.format import Handles, ProjectEntry
from muniment.register.gathering import Gathered, Placed
from muniment.register.spelling import did_you_mean, nearest, quoted

PREFIXES = tuple(dict.fromkeys(family.partition(":")[0] for family in assets.FAMILIES))
PATTERN = frozenset("*?[")
"""What makes a pattern of a text."""

_ALL = tuple(assets.WRITTEN.values())
_MOST_COMPARISONS = 50_000
_WITHOUT_CASE = ("github:", "pypi:", "conda:", "site:", "domain:")
"""What the ids begin with that are kept in small letters."""


class Comparing:
    """What was gathered, the names that are declared in it, and the mistakes found so far."""

    def __init__(self, gathered: Gathered) -> None:
        self.mistakes: list[Mistake] = []
        self.project: ProjectEntry | None = None
        self._gathered = gathered
        self._people = {placed.key for placed in gathered.section("parties")}
        self._teams = {placed.key for placed in gathered.section("teams")}
        self._subprojects = {placed.key for placed in gathered.section("subprojects")}
        self._assets: dict[str, Where] = {}
        self._answering: dict[str, str] = {}
        self._statuses: dict[str, Status] = {}
        self._keepers: dict[str, str] = {}
        self._comparisons = 0

    def _wrong(self, place: Placed, line: int, said: str, hint: str = "") -> None:
        self.mistakes.append(Mistake(place.where.file, line, said, hint))

    def _unknown(self, place: Placed, line: int, what: str, word: str, known: set[str], hint: str) -> None:
        """A name that nothing is declared under; not held against a register of which a part is unread."""
        if self._gathered.complete:
            self._wrong(place, line, f"{what} {quoted(word)} is not declared", self._hint(word, known, hint))

    def _hint(self, word: str, known: Collection[str], otherwise: str) -> str:
        """The nearest word, as long as looking for one does not take long in all."""
        self._comparisons += len(known)
        return did_you_mean(word, known, otherwise) if self._comparisons <= _MOST_COMPARISONS else otherwise

    def _twice(self, place: Placed, what: str, first: Where) -> None:
        self._wrong(place, place.where.line, f"{what} stands twice", f"first at {first.file}:{first.line}")

    def _handle(self, place: Placed, line: int, handle: str) -> None:
        if handle and handle not in self._people and handle not in self._teams:
            hint = "declare the person under 'parties' or the team under 'teams'"
            self._unknown(place, line, "the handle", handle, self._people | self._teams, hint)

    def _subproject(self, place: Placed, line: int, subproject: str) -> None:
        if subproject not in self._subprojects:
            hint = "declare it under 'subprojects'"
            self._unknown(place, line, "the subproject", subproject, self._subprojects, hint)

    def _own(self, place: Placed, key: str, subproject: str) -> None:
        """A tree that a subproject keeps speaks for that subproject alone."""
        if place.owner and subproject != place.owner:
            said = f"{subproject or 'nobody in particular'} in a tree that speaks for {place.owner} alone"
            hint = "leave the key out, or move this to the tree of whoever answers for it"
            self._wrong(place, place.line(key), f"{key}: {said}", hint)

    def _canonical(self, place: Placed, line: int, asset: str) -> str | None:
        try:
            return assets.canonical(asset)
        except UsageError:
            prefix, _, name = asset.partition(":")
            close = "" if prefix in PREFIXES else nearest(prefix, PREFIXES, cutoff=0.5)
            written = [w for f, w in assets.WRITTEN.items() if f.partition(":")[0] == prefix]
            hint = (
                f"did you mean {quoted(close + ':' + name)}?" if close else "write " + " or ".join(written or _ALL)
            )
            self._wrong(place, line, f"{quoted(asset)} is not the id of an asset", hint)
            return None

    def _pattern(self, place: Placed, line: int, asset: str) -> str | None:
        """An asset's id, or a pattern of ids, in the spelling that it is compared in."""
        if not PATTERN & set(asset):
            return self._canonical(place, line, asset)
        return asset.lower() if asset.startswith(_WITHOUT_CASE) else asset

    def _once(self, section: str) -> Iterator[Placed]:
        """The entries of a section whose keys are names; a name that stands twice is given once."""
        first: dict[str, Where] = {}
        for placed in self._gathered.section(section):
            if placed.key in first:
                name = section if placed.key == section else f"{section} › {quoted(placed.key)[1:-1]}"
                self._twice(placed, name, first[placed.key])
                continue
            first[placed.key] = placed.where
            yield placed


def several(one_or_more: Handles) -> tuple[str, ...]:
    """The words where one may be written without brackets."""
    return (one_or_more,) if isinstance(one_or_more, str) else one_or_more
