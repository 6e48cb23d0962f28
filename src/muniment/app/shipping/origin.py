"""Which workflow of which repository publishes a package, as far as evidence shows it."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from muniment.app.sighted import is_blind, unsighted
from muniment.checks.assessment import Dossier
from muniment.evidence.kind import Evidence
from muniment.evidence.package_project import PackageProject
from muniment.evidence.package_publisher import PackagePublisher
from muniment.evidence.package_source import PackageSource
from muniment.model.asset import GITHUB_REPO
from muniment.publish.held import Held
from muniment.publish.shipping import Route

READ: tuple[type[Evidence], ...] = (PackageProject, PackagePublisher, PackageSource)
"""The kinds of a package that tell where it is published from."""


class Origins(Struct, frozen=True):
    """The workflows that publish a package; ``gaps``: where nobody saw which, or who can change one.

    ``made_in`` is the repository that the package is said to be made in, whether or not it publishes; empty: none
    is known.
    """

    found: tuple[PackagePublisher, ...] = ()
    gaps: tuple[Held, ...] = ()
    unseen: bool = False
    made_in: str = ""


def origins(dossier: Dossier) -> Origins:
    """The workflows that the registry takes releases from; none is guessed from what a package says of itself."""
    view = dossier.cells.get(PackagePublisher)
    gap = replace(unsighted(dossier.asset, PackagePublisher, view), state="unseen", route=Route.GATE)
    told: list[PackagePublisher] = list(view.items) if view is not None else []
    found = tuple(one for one in told if one.repository.startswith(f"{GITHUB_REPO}/"))
    elsewhere = sorted({one.repository for one in told} - {one.repository for one in found})
    gaps = [
        replace(gap, detail=f"{place} publishes it, and nobody was asked who may change it") for place in elsewhere
    ]
    if is_blind(view):
        gaps.append(gap)
    return Origins(found, tuple(gaps), unseen=is_blind(view), made_in=_made_in(dossier))


def _made_in(dossier: Dossier) -> str:
    source, project = dossier.cells.get(PackageSource), dossier.cells.get(PackageProject)
    told = dossier.entry.repository
    if not told and source is not None and source.items:
        told = source.items[0].repository
    if not told and source is None and project is not None and project.items:
        told = project.items[0].repository
    return told if told.startswith(f"{GITHUB_REPO}/") else ""
