"""Finds packages that do not say where their source is."""

from __future__ import annotations

from muniment.checks.declaration import Example, check
from muniment.evidence.package_project import PackageProject
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Verdict


@check(
    title="Package names no repository",
    severity="low",
    controls=("OSPS-QA-01.01",),
    examples=(
        Example(
            name="The package's links lead to its repository",
            asset="pypi:callisto-core",
            given=(PackageProject(name="callisto-core", latest="2.1", repository="github:repo/callisto/core"),),
            expect=Pass,
        ),
        Example(
            name="No link leads to source code",
            asset="npm:@callisto/kit",
            given=(PackageProject(name="@callisto/kit", latest="0.4.0"),),
            expect=Fail,
        ),
        Example(
            name="A name that was reserved, with no release yet",
            asset="pypi:callisto-next",
            given=(PackageProject(name="callisto-next"),),
            expect=NotApplicable,
        ),
    ),
)
def missing_repository(project: PackageProject) -> Verdict:
    """The metadata of the newest release has no link to a repository.

    ## What it does

    Fails where none of the links that the registry shows leads to a repository of source code.

    ## Why it matters

    Somebody who finds a vulnerability does not know where to report it, and nobody can compare the package with its
    source. Muniment cannot follow it either: what is known of the repository is not connected to the package.

    ## How to fix

    For PyPI, add `Source = "https://github.com/OWNER/NAME"` under `[project.urls]` in `pyproject.toml`; for npm,
    fill in `repository` in `package.json`. It shows with the next release.

    ## What is not judged

    Whether the repository exists, and whether it is the project's own: `inventory/unofficial-repository` looks at
    that.
    """
    if project.repository:
        return PASS
    if not project.latest:
        return NotApplicable("nothing has been released")
    return Fail((Problem("names no repository: add a link to its source, it shows with the next release"),))
