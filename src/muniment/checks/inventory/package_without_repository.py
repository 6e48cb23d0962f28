"""Finds packages of which nobody can say where they are made."""

from __future__ import annotations

from muniment.checks.declaration import Example, check
from muniment.evidence.package_project import PackageProject
from muniment.evidence.package_source import PackageSource
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Reason, Unknown, Verdict

_NAMELESS = PackageProject(name="callisto-core", latest="2.1")
_CORE = "github:repo/callisto/core"


@check(
    title="Nobody knows which repository the package is made in",
    severity="medium",
    controls=("OSPS-QA-01.01",),
    examples=(
        Example(
            name="Its record names a repository",
            asset="pypi:callisto-core",
            given=(
                PackageProject(name="callisto-core", latest="2.1", repository=_CORE),
                PackageSource(repository=_CORE),
            ),
            expect=Pass,
        ),
        Example(
            name="It names none, and one of the project's repositories builds it",
            asset="pypi:callisto-core",
            given=(_NAMELESS, PackageSource(built_in=(_CORE,))),
            expect=Pass,
        ),
        Example(
            name="It names none, and none of the project's repositories builds it",
            asset="pypi:callisto-core",
            given=(_NAMELESS, PackageSource(complete=True)),
            expect=Fail,
        ),
        Example(
            name="It names none, and not all repositories were seen",
            asset="pypi:callisto-core",
            given=(_NAMELESS, PackageSource()),
            expect=Unknown,
            reason=Reason.PARTIAL,
        ),
        Example(
            name="There is no such package",
            asset="pypi:callisto-tools",
            absent=(PackageProject, PackageSource),
            expect=NotApplicable,
        ),
    ),
)
def package_without_repository(project: PackageProject, source: PackageSource) -> Verdict:
    """Neither the register nor the package names a repository, and no manifest of the project's names the package.

    ## What it does

    Takes the repository that the package's entry or its record names, and the manifests at the root of every public
    repository of the project. It fails only once all of these were seen.

    ## Why it matters

    People install it, and nobody can read what it is made of, mend it, or say who may release it.

    ## How to fix

    Ask the package's owners where it is made, and put the link into its metadata. Meanwhile write it into the
    register: `repository` in the package's entry.

    ## What is not judged

    Whether the package was really built from that repository. A record that names none while the project knows is
    the matter of `packages/missing-repository`.
    """
    if source.repository or project.repository or source.built_in:
        return PASS
    if not source.complete:
        return Unknown(Reason.PARTIAL, "not all manifests of the project's repositories were seen")
    text = "names no repository, and none of the project's builds it: find out where it is made, and link it"
    return Fail((Problem(text),))
