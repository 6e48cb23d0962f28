"""Everything of a projected view, found by what a page is about, so that thousands of pages cost one pass each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TypeVar

from muniment.model.tlp import TLP
from muniment.publish import summary
from muniment.publish.pieces import AnswerPiece, AssetPiece, CheckPiece, FindingPiece, LookPiece, View
from muniment.publish.projection import Shown

T = TypeVar("T")


class Catalogue:
    """A view and its indices. It holds nothing that is not in the view."""

    def __init__(self, shown: Shown) -> None:
        self.shown = shown

    @property
    def view(self) -> View:
        """The view, cut down to its audience."""
        return self.shown.view

    @property
    def names_findings(self) -> bool:
        """True if the readers belong to those who are told of findings at all."""
        return self.shown.audience.level >= TLP.AMBER

    @property
    def project(self) -> str:
        """The project's name, or its id; a word in its place where neither may be told."""
        project = self.view.project
        return project.name or project.id if project else "The project"

    @cached_property
    def scope(self) -> tuple[str, ...]:
        """The subprojects that these readers get pages about."""
        return summary.scope(self.shown)

    @cached_property
    def looks(self) -> tuple[LookPiece, ...]:
        """The evidence that a page rests on: that about these readers' own assets, or all of it."""
        own = set(self.scope) if self.shown.audience.groups else None
        return tuple(look for look in self.view.looks if own is None or look.subproject in own)

    @cached_property
    def coverage(self) -> tuple[summary.Coverage, ...]:
        """What is seen of each source, over all evidence of these readers."""
        return summary.coverage(self.looks)

    @cached_property
    def checks(self) -> dict[str, CheckPiece]:
        """The checks by id."""
        return {check.id: check for check in self.view.checks}

    @cached_property
    def assets(self) -> dict[str, AssetPiece]:
        """The assets by id."""
        return {asset.asset: asset for asset in self.view.assets}

    @cached_property
    def names(self) -> dict[str, str]:
        """The subprojects' names by id."""
        return {subproject.id: subproject.name for subproject in self.view.subprojects}

    def name_of(self, subproject: str) -> str:
        """A subproject's name, or its id where the name is not shown; of none in particular: "Shared"."""
        return self.names.get(subproject, subproject) if subproject else "Shared"

    def title_of(self, check: str) -> str:
        """A check's title, or its id where this program no longer has it."""
        known = self.checks.get(check)
        return known.title if known is not None else check

    @cached_property
    def looks_at(self) -> dict[str, tuple[LookPiece, ...]]:
        """The evidence by asset."""
        return grouped(self.view.looks, lambda look: look.asset)

    @cached_property
    def looks_in(self) -> dict[str, tuple[LookPiece, ...]]:
        """The evidence by subproject."""
        return grouped(self.view.looks, lambda look: look.subproject)

    @cached_property
    def assets_in(self) -> dict[str, tuple[AssetPiece, ...]]:
        """The assets by subproject."""
        return grouped(self.view.assets, lambda asset: asset.subproject)

    @cached_property
    def findings_on(self) -> dict[str, tuple[FindingPiece, ...]]:
        """The findings by asset."""
        return grouped(self.view.findings, lambda finding: finding.asset)

    @cached_property
    def findings_in(self) -> dict[str, tuple[FindingPiece, ...]]:
        """The findings by subproject."""
        return grouped(self.view.findings, lambda finding: finding.subproject)

    @cached_property
    def findings_by(self) -> dict[str, tuple[FindingPiece, ...]]:
        """The findings by check."""
        return grouped(self.view.findings, lambda finding: finding.check)

    @cached_property
    def answers_about(self) -> dict[str, tuple[AnswerPiece, ...]]:
        """The answers by asset, as far as the rows are at hand."""
        return grouped(self.view.answers, lambda answer: answer.asset)


def grouped(pieces: Iterable[T], by: Callable[[T], str]) -> dict[str, tuple[T, ...]]:
    """Pieces by a word of theirs, in their order."""
    groups: defaultdict[str, list[T]] = defaultdict(list)
    for piece in pieces:
        groups[by(piece)].append(piece)
    return {key: tuple(group) for key, group in groups.items()}
