"""Everything of a projected view, found by what a page is about, so that thousands of pages cost one pass each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TypeVar

from msgspec.structs import replace

from muniment.model.tlp import TLP
from muniment.publish import summary
from muniment.publish.alike import AlikePiece
from muniment.publish.alive import AlivePiece
from muniment.publish.campaigns import CampaignPiece
from muniment.publish.council_pieces import SecuredPiece
from muniment.publish.pieces import (
    AccessPiece,
    AnswerPiece,
    AssetPiece,
    AttestedPiece,
    CheckPiece,
    FindingPiece,
    HolderPiece,
    LookPiece,
    TurnPiece,
    View,
)
from muniment.publish.projection import Shown
from muniment.publish.shipping_pieces import ShippingPiece
from muniment.publish.step_pieces import StepPiece
from muniment.reporters import words
from muniment.reporters.site import paths
from muniment.reporters.site.gathering import found_in

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
    def _every_look(self) -> tuple[LookPiece, ...]:
        """All evidence. What a run works out is as old as what it was drawn from: the run is no sight of it."""
        return tuple(
            replace(look, observed_at=None, latest_at=None, fresh_until=None)
            if words.worked_out(look.source)
            else look
            for look in self.view.looks
        )

    @cached_property
    def looks(self) -> tuple[LookPiece, ...]:
        """The evidence that a page rests on: that about these readers' own assets, or all of it."""
        own = set(self.scope) if self.shown.audience.groups else None
        return tuple(look for look in self._every_look if own is None or look.subproject in own)

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
        return grouped(self._every_look, lambda look: look.asset)

    @cached_property
    def looks_of(self) -> dict[str, tuple[LookPiece, ...]]:
        """The evidence of these readers by kind."""
        return grouped(self.looks, lambda look: look.kind)

    @cached_property
    def looks_in(self) -> dict[str, tuple[LookPiece, ...]]:
        """The evidence by subproject."""
        return grouped(self._every_look, lambda look: look.subproject)

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
    def told(self) -> tuple[FindingPiece, ...]:
        """The findings that have a page: those that stand, and those closed not long ago."""
        return (*self.view.findings, *self.view.over) if self.names_findings else ()

    @cached_property
    def _shared_ids(self) -> frozenset[str]:
        return frozenset(id for id, count in Counter(f.id for f in self.told).items() if count > 1)

    def finding_path(self, finding: FindingPiece) -> str:
        """Where the page of a finding lies."""
        return paths.finding_path(finding, long=finding.id in self._shared_ids)

    @cached_property
    def sharing(self) -> Counter[tuple[str, str]]:
        """How many findings are open of each check and cause."""
        return Counter((f.check, f.cause) for f in self.view.findings if f.is_open)

    @cached_property
    def over_on(self) -> dict[str, tuple[FindingPiece, ...]]:
        """The findings closed before the newest run, by asset."""
        return grouped(self.view.over, lambda finding: finding.asset)

    @cached_property
    def found_in(self) -> dict[str, tuple[AssetPiece, ...]]:
        """What was found in each organization that is shown itself."""
        return found_in(self.view.assets)

    @cached_property
    def people(self) -> dict[str, AccessPiece]:
        """The people that these readers may know, by handle."""
        return {person.handle: person for person in self.view.people} if self.names_findings else {}

    def called(self, handle: str) -> str:
        """A person as these readers' pages call them: by the name, or by the handle where they may not know it."""
        known = self.people.get(handle)
        return known.name if known is not None else handle

    @cached_property
    def secured(self) -> dict[str, tuple[SecuredPiece, ...]]:
        """How the second factors of a person's accounts are known, by handle."""
        return grouped(self.view.secured, lambda one: one.handle)

    @cached_property
    def alive(self) -> dict[str, AlivePiece]:
        """Whether each person is active, by handle."""
        return {one.handle: one for one in self.view.alive}

    @cached_property
    def alike(self) -> dict[str, tuple[AlikePiece, ...]]:
        """Who may be the same person as each, by key."""
        found: defaultdict[str, list[AlikePiece]] = defaultdict(list)
        for two in self.view.alike:
            found[two.one].append(two)
            found[two.other].append(two)
        return {key: tuple(own) for key, own in found.items()}

    @cached_property
    def holders_of(self) -> dict[str, tuple[HolderPiece, ...]]:
        """The paths to an asset."""
        return grouped(self.view.holders, lambda holder: holder.asset)

    @cached_property
    def held_by(self) -> dict[str, tuple[HolderPiece, ...]]:
        """The paths by which a person holds things, by handle."""
        every = (*self.view.holders, *self.view.given)
        known = (holder for holder in every if holder.known is not None and holder.known.handle)
        return grouped(known, lambda holder: holder.known.handle if holder.known is not None else "")

    @cached_property
    def steps_for(self) -> dict[str, tuple[StepPiece, ...]]:
        """What to take away from a person who leaves, in order, by handle."""
        return grouped(self.view.steps, lambda step: step.handle)

    @property
    def has_credentials(self) -> bool:
        """True if there is a page of credentials: there are some, or these readers would see them all."""
        whole = self.shown.audience.groups is None
        return self.names_findings and bool(whole or self.view.credentials or self.view.grants)

    @property
    def has_reviews(self) -> bool:
        """True if there is a page of access reviews: there are some, or these readers would see them all."""
        return self.names_findings and bool(self.shown.audience.groups is None or self.view.reviews)

    @cached_property
    def ships(self) -> dict[str, ShippingPiece]:
        """Who can publish or administer each asset of which these readers may know that."""
        return {one.asset: one for one in self.view.shipping} if self.names_findings else {}

    @cached_property
    def campaigns(self) -> tuple[CampaignPiece, ...] | None:
        """The campaigns that these readers may know of; ``None``: they are told of none, whatever there is."""
        return self.view.campaigns if self.names_findings else None

    @cached_property
    def blind(self) -> int:
        """Of how many assets no source told who holds them, or not all of it."""
        return len(
            {h.asset for h in self.view.holders if h.state == "unseen" and not h.account and h.known is None}
        )

    @cached_property
    def closed_to_grants(self) -> int:
        """How many assets did not tell, or not in full, who is in teams, reviews releases or was invited."""
        return len({row.asset for row in self.view.given if row.state == "unseen"})

    @cached_property
    def attested(self) -> dict[str, AttestedPiece]:
        """What people vouched for, by asset."""
        return {piece.asset: piece for piece in self.view.attested}

    @cached_property
    def turns_in(self) -> dict[str, tuple[TurnPiece, ...]]:
        """The movements of findings, by subproject."""
        return grouped(self.view.turns, lambda turn: turn.subproject)

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
