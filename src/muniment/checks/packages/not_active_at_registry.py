"""Finds packages that the project calls official and the registry calls something else."""

from __future__ import annotations

from muniment.checks.declaration import Example, check
from muniment.evidence.package_project import PackageProject
from muniment.model.asset import Status
from muniment.model.verdict import PASS, Fail, Pass, Problem, Verdict


@check(
    title="Registry does not call the package active",
    severity="medium",
    statuses=(Status.OFFICIAL,),
    examples=(
        Example(
            name="Active",
            asset="pypi:callisto-core",
            given=(PackageProject(name="callisto-core", latest="2.1"),),
            expect=Pass,
        ),
        Example(
            name="Quarantined by the registry's administrators",
            asset="pypi:callisto-core",
            given=(PackageProject(name="callisto-core", latest="2.1", state="quarantined"),),
            expect=Fail,
            keys=("quarantined",),
        ),
        Example(
            name="Deprecated on npm",
            asset="npm:@callisto/kit",
            given=(PackageProject(name="@callisto/kit", latest="0.4.0", deprecated="use @callisto/sdk instead"),),
            expect=Fail,
            keys=("deprecated",),
        ),
    ),
)
def not_active_at_registry(project: PackageProject) -> Verdict:
    """An official package is deprecated, archived or quarantined at its registry.

    ## What it does

    Fails where the register says `official` and the registry says anything but active.

    ## Why it matters

    A quarantined package cannot be installed, because the registry's administrators think that it may be malicious.
    A deprecated or archived one tells people to go elsewhere while the project's own list says to stay.

    ## How to fix

    Quarantined: find out why, today, with the registry's administrators. Deprecated or archived: declare the
    package `archived` in the register, or make it active again.

    ## What is not judged

    Single releases that are yanked or deprecated: `packages/newest-release-yanked` looks at the newest.
    """
    state = "deprecated" if project.deprecated and project.state == "active" else project.state
    if state == "active":
        return PASS
    words = f" ({project.deprecated})" if project.deprecated else ""
    text = f"the registry calls it {state}{words} while the register calls it official: make the two agree"
    return Fail((Problem(text, key=state),))
