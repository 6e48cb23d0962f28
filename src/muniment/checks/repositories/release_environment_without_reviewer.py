"""Finds environments through which packages are released without anybody having to agree."""

from __future__ import annotations

import re

from muniment.checks.declaration import Each, Example, Some, Unarchived, check
from muniment.evidence.deployment_environment import DeploymentEnvironment
from muniment.evidence.github_repository import GithubRepository
from muniment.evidence.release_environment import ReleaseEnvironment
from muniment.model.verdict import Fail, NotApplicable, Pass, Problem, Reason, Unknown

_REPOSITORY = GithubRepository(id=7, name="callisto/core")

_RELEASES = frozenset({"npm", "publish", "publishing", "pypi", "release", "releases", "releasing"})
_OTHERS = frozenset(
    {"benchmark", "coverage", "dev", "docs", "documentation", "dry", "pages", "preview", "staging", "test"}
    | {"testing", "testpypi"}
)
"""Words in the names of environments that release nothing to users."""


@check(
    title="Release environment needs no reviewer",
    severity="medium",
    examples=(
        Example(
            name="A team must agree; what tries releases out needs nobody",
            asset="github:repo/callisto/core",
            given=(
                _REPOSITORY,
                DeploymentEnvironment(name="release", reviewers=("team:core",)),
                DeploymentEnvironment(name="test-pypi"),
                DeploymentEnvironment(name="github-pages"),
            ),
            expect=Pass,
        ),
        Example(
            name="One is called a release's, through another a package is published",
            asset="github:repo/callisto/core",
            given=(
                _REPOSITORY,
                DeploymentEnvironment(name="PyPI", wait=15),
                DeploymentEnvironment(name="moon"),
                ReleaseEnvironment(name="moon", packages=("pypi:callisto-core",)),
            ),
            expect=Fail,
            keys=("PyPI", "moon"),
        ),
        Example(
            name="Some of the environments were seen, none of a release",
            asset="github:repo/callisto/core",
            given=(_REPOSITORY, DeploymentEnvironment(name="github-pages")),
            partial=(DeploymentEnvironment,),
            expect=Unknown,
            reason=Reason.PARTIAL,
        ),
        Example(
            name="What one of them is for is not known",
            asset="github:repo/callisto/core",
            given=(_REPOSITORY, DeploymentEnvironment(name="moon"), DeploymentEnvironment(name="github-pages")),
            expect=Unknown,
            reason=Reason.PARTIAL,
        ),
        Example(
            name="The registry spells the environment in another way",
            asset="github:repo/callisto/core",
            given=(
                _REPOSITORY,
                DeploymentEnvironment(name="Moon"),
                ReleaseEnvironment(name="moon", packages=("pypi:callisto-core",)),
            ),
            expect=Fail,
            keys=("Moon",),
        ),
        Example(
            name="GitHub did not tell",
            asset="github:repo/callisto/core",
            given=(_REPOSITORY,),
            unseen=((DeploymentEnvironment, Reason.DENIED),),
            expect=Unknown,
            reason=Reason.DENIED,
        ),
        Example(
            name="The repository is archived",
            asset="github:repo/callisto/old",
            given=(GithubRepository(id=8, name="callisto/old", archived=True),),
            expect=NotApplicable,
        ),
    ),
)
def release_environment_without_reviewer(
    repository: Unarchived[GithubRepository],
    environment: Each[DeploymentEnvironment],
    passed: Some[ReleaseEnvironment],
) -> Problem | Unknown | None:
    """A workflow may release through an environment that asks nobody for agreement.

    ## What it does

    Looks at the environments through which a package of the project is published, as far as its publishers
    were seen, and at those whose names say that they release: a word such as `release`, `publish`, `pypi` or `npm`.
    Fails for those without a required reviewer. A name with a word such as `test`, `docs` or `pages` passes; of any
    other environment that asks for nobody it is Unknown what it is for.

    ## Why it matters

    Whoever can push a tag, or start the workflow, can then publish, and so can whoever has one account that may.
    With a reviewer it takes two, and a release that nobody planned is noticed before it is out.

    ## How to fix

    Under the repository's settings, "Environments": add two or three people, or a team, as required reviewers, and
    tick "Prevent self-review" where there are enough of you.

    ## What is not judged

    Whether the one who starts the workflow may agree to it, how long it waits, which branches may use it, and
    workflows that publish without an environment. Repositories that are archived.
    """
    words = set(re.split(r"[^a-z0-9]+", environment.name.casefold()))
    if environment.reviewers or words & _OTHERS:
        return None
    same = [seen for seen in passed if seen.name.casefold() == environment.name.casefold()]  # as GitHub has it
    packages = sorted({package for seen in same for package in seen.packages})
    if not packages and not words & _RELEASES:
        return Unknown(Reason.PARTIAL, "whether some environments release a package is not known")
    what = f", which releases {', '.join(packages)}," if packages else ""
    return Problem(f"the environment {environment.name}{what} needs nobody to agree: add required reviewers")
