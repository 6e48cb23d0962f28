"""Which workflow of which repository publishes a package, as far as evidence shows it."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from muniment.app.sighted import unsighted
from muniment.checks.assessment import Dossier
from muniment.evidence.kind import Evidence
from muniment.evidence.package_project import PackageProject
from muniment.evidence.package_provenance import PackageProvenance
from muniment.evidence.package_source import PackageSource
from muniment.model.asset import GITHUB_REPO
from muniment.publish.held import Held
from muniment.publish.shipping import Route

READ: tuple[type[Evidence], ...] = (PackageProject, PackageProvenance, PackageSource)
"""The kinds of a package that tell where it is published from."""


class Origin(Struct, frozen=True):
    """A repository (an asset id) whose workflow publishes, and the environment that it passes.

    ``environment`` is empty where none was asked for.
    """

    repository: str
    workflow: str = ""
    environment: str = ""


class Origins(Struct, frozen=True):
    """Where a package is published from; ``why``: the row that says why that is not known.

    ``made_in`` is the repository that the package is said to be made in, whether or not it publishes.
    """

    found: tuple[Origin, ...] = ()
    why: Held | None = None
    made_in: str = ""


def origins(dossier: Dossier) -> Origins:
    """The workflows that published the newest release; none is guessed where no attestation shows it."""
    made_in = _made_in(dossier)
    project, provenance = dossier.cells.get(PackageProject), dossier.cells.get(PackageProvenance)
    if project is None or not project.items:
        return Origins(why=_row(dossier, PackageProject), made_in=made_in)
    latest = project.items[0].latest
    if not latest:
        return Origins(why=_row(dossier, PackageProject, "nothing has been released"), made_in=made_in)
    newest = next((p for p in provenance.items if p.version == latest), None) if provenance is not None else None
    if newest is None:
        told = f"the registry lists no files of {latest}" if provenance is not None and provenance.complete else ""
        return Origins(why=_row(dossier, PackageProvenance, told), made_in=made_in)
    if newest.publishers:
        return Origins(
            tuple(Origin(p.repository, p.workflow, p.environment) for p in newest.publishers), made_in=made_in
        )
    told = f"the newest release, {latest}, has no attestation that names the workflow it came from"
    if newest.attested:
        told = f"the newest release, {latest}, came from a workflow, and which one was not read"
    return Origins(why=_row(dossier, PackageProvenance, told), made_in=made_in)


def _made_in(dossier: Dossier) -> str:
    source, project = dossier.cells.get(PackageSource), dossier.cells.get(PackageProject)
    told = dossier.entry.repository
    if not told and source is not None and source.items:
        told = source.items[0].repository
    if not told and source is None and project is not None and project.items:
        told = project.items[0].repository
    return told if told.startswith(f"{GITHUB_REPO}/") else ""


def _row(dossier: Dossier, kind: type[Evidence], told: str = "") -> Held:
    row = replace(unsighted(dossier.asset, kind, dossier.cells.get(kind)), state="unseen", route=Route.GATE)
    return replace(row, detail=told) if told else row
