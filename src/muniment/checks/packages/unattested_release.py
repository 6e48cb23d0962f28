"""Finds packages whose newest release does not prove where it was built."""

from __future__ import annotations

from muniment.checks.declaration import All, Example, check
from muniment.evidence.package_project import PackageProject
from muniment.evidence.package_provenance import PackageProvenance
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Reason, Unknown, Verdict

_PROJECT = PackageProject(name="callisto-core", latest="2.1")
_WHEEL, _SDIST = "callisto_core-2.1-py3-none-any.whl", "callisto_core-2.1.tar.gz"


@check(
    title="Newest release carries no attestation",
    severity="low",
    controls=("OSPS-BR-06.01",),
    examples=(
        Example(
            name="Every file of the newest release is attested",
            asset="pypi:callisto-core",
            given=(_PROJECT, PackageProvenance(version="2.1", attested=(_WHEEL, _SDIST))),
            expect=Pass,
        ),
        Example(
            name="The source distribution was uploaded by hand",
            asset="pypi:callisto-core",
            given=(_PROJECT, PackageProvenance(version="2.1", attested=(_WHEEL,), unattested=(_SDIST,))),
            expect=Fail,
        ),
        Example(
            name="The index speaks an older interface that has no provenance",
            asset="pypi:callisto-core",
            given=(_PROJECT,),
            unseen=((PackageProvenance, Reason.UNOBSERVABLE),),
            expect=Unknown,
            reason=Reason.UNOBSERVABLE,
        ),
    ),
)
def unattested_release(project: PackageProject, provenance: All[PackageProvenance]) -> Verdict:
    """Some file of the newest release has no attestation that says which workflow built it.

    ## What it does

    Looks at the release that the registry calls the latest, and fails if any of its files comes without provenance.

    ## Why it matters

    An attestation is a signed statement of the repository and the workflow that made a file. With it, a release
    made with a stolen token shows. Without it, nobody can tell.

    ## How to fix

    Publish with trusted publishing, through an action or a command that uploads attestations as well; then revoke
    the old tokens.

    ## What is not judged

    Whether the attestation names the right repository, and releases before the newest. A release without an
    attestation can still have been made by trusted publishing.
    """
    if not project.latest:
        return NotApplicable("nothing has been released")
    newest = next((p for p in provenance if p.version == project.latest), None)
    if newest is None or not (newest.attested or newest.unattested):
        return Unknown(Reason.UNOBSERVABLE, f"the registry lists no files of {project.latest}")
    if not newest.unattested:
        return PASS
    without, all_files = len(newest.unattested), len(newest.attested) + len(newest.unattested)
    which = "the only file" if all_files == 1 else f"{without} of {all_files} files"
    verb = "carries" if without == 1 else "carry"
    text = f"{which} of {newest.version} {verb} no attestation: publish with trusted publishing and attestations"
    return Fail((Problem(text),))
