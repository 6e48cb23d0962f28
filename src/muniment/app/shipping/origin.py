"""Which workflow of which repository publishes a package, as far as evidence shows it.

Two kinds tell: the registry's own list of publishers, which somebody has to hand over, and the attestations of the
newest release, which tell who did publish. A list that was seen to its end is the word of the two, until a release
comes that a workflow published which it does not name.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from muniment.app.sighted import is_blind, unseen_line, unsighted
from muniment.checks.assessment import Dossier, Seen
from muniment.evidence.kind import Evidence, kind_id
from muniment.evidence.package_project import PackageProject
from muniment.evidence.package_publisher import PackagePublisher
from muniment.evidence.package_source import PackageSource
from muniment.evidence.release_publisher import ReleasePublisher
from muniment.model.asset import GITHUB_REPO
from muniment.model.observation import Outcome
from muniment.publish.held import Held
from muniment.publish.shipping import Route, Workflow

READ: tuple[type[Evidence], ...] = (PackageProject, PackagePublisher, PackageSource, ReleasePublisher)
"""The kinds of a package that tell where it is published from."""

UNVERIFIED = "as the registry tells; its signature is not verified"
"""What an attestation is worth here."""


class Origins(Struct, frozen=True):
    """The workflows that publish a package; ``gaps``: where nobody saw which, or who can change one.

    ``unseen``: no workflow was seen, and there may be one. ``made_in`` is the repository that the package is said
    to be made in, whether or not it publishes; empty: none is known.
    """

    workflows: tuple[Workflow, ...] = ()
    gaps: tuple[Held, ...] = ()
    unseen: bool = False
    made_in: str = ""

    @property
    def found(self) -> tuple[Workflow, ...]:
        """Those whose repository may be asked about."""
        return tuple(one for one in self.workflows if _is_on_github(one))


def origins(dossier: Dossier) -> Origins:
    """The workflows that the registry takes releases from; none is guessed from what a package says of itself."""
    view, release = dossier.cells.get(PackagePublisher), dossier.cells.get(ReleasePublisher)
    listed = tuple(_listed(view)) if view is not None else ()
    attested = tuple(_attested(view, release)) if release is not None else ()
    told = (*listed, *attested)
    return Origins(told, tuple(_gaps(dossier, told, attested)), is_blind(view) and not told, _made_in(dossier))


def _listed(view: Seen) -> Iterator[Workflow]:
    for one in view.items:
        said = "a trusted publisher, as somebody with a right over the package saw it"
        yield _workflow(view, PackagePublisher, one.repository, one.workflow, one.environment, said)


def _attested(view: Seen | None, release: Seen) -> Iterator[Workflow]:
    """What the newest release was published by, unless a list of publishers names or refutes it."""
    listed = view.items if view is not None else ()
    whole = view.observed_at if view is not None and not is_blind(view) else None
    for fact in release.items:
        day = f" of {fact.uploaded:%Y-%m-%d}" if fact.uploaded is not None else ""
        said = f"the attestation of release {fact.version}{day} names it, {UNVERIFIED}"
        for one in fact.beyond(listed, whole):
            yield _workflow(release, ReleasePublisher, one.repository, one.workflow, one.environment, said)


def _workflow(
    view: Seen, kind: type[Evidence], repository: str, workflow: str, environment: str | None, said: str
) -> Workflow:
    return Workflow(
        repository=repository,
        workflow=workflow,
        environment=environment,
        detail=said,
        kind=kind_id(kind),
        source=view.source,
        observed_at=view.observed_at,
        stale=view.stale,
        marking=view.marking,
    )


def _gaps(dossier: Dossier, told: tuple[Workflow, ...], attested: tuple[Workflow, ...]) -> Iterator[Held]:
    view, release = dossier.cells.get(PackagePublisher), dossier.cells.get(ReleasePublisher)
    gap = replace(unsighted(dossier.asset, PackagePublisher, view), state="unseen", route=Route.GATE)
    for place, one in {one.repository: one for one in told if not _is_on_github(one)}.items():
        said = f"{place} publishes it, and nobody was asked who may change it"
        yield replace(gap, detail=said, marking=one.marking)
    if not is_blind(view):
        if attested:
            is_dated = any(fact.uploaded is not None for fact in (release.items if release is not None else ()))
            older = "which is older" if is_dated else "which may be older"
            said = f"which workflows may publish it by now: one did that the list of them, {older}, lacks"
            yield replace(gap, detail=said, marking=attested[0].marking)
        return
    if told:
        yield replace(gap, detail=f"whether another workflow may publish it, too ({gap.detail})")
        return
    if release is not None and release.outcome is not Outcome.ABSENT:
        gap = replace(gap, detail=f"{gap.detail}; {unseen_line(ReleasePublisher, release)}")
    yield gap


def _is_on_github(one: Workflow) -> bool:
    return one.repository.startswith(f"{GITHUB_REPO}/")


def _made_in(dossier: Dossier) -> str:
    source, project = dossier.cells.get(PackageSource), dossier.cells.get(PackageProject)
    told = dossier.entry.repository
    if not told and source is not None and source.items:
        told = source.items[0].repository
    if not told and source is None and project is not None and project.items:
        told = project.items[0].repository
    return told if told.startswith(f"{GITHUB_REPO}/") else ""
