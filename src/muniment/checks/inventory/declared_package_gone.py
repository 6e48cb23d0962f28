"""Finds packages that the register declares and the registry does not have."""

from __future__ import annotations

from muniment.checks.declaration import Absent, Example, check
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.package_project import PackageProject
from muniment.model.asset import Status
from muniment.model.verdict import PASS, Fail, Pass, Problem, Reason, Unknown, Verdict


@check(
    title="Declared package does not exist",
    severity="high",
    examples=(
        Example(
            name="The registry has it",
            asset="pypi:callisto-core",
            given=(PackageProject(name="callisto-core", latest="2.1"),),
            expect=Pass,
        ),
        Example(
            name="The registry proves that there is no such package",
            asset="pypi:callisto-tools",
            absent=(PackageProject,),
            expect=Fail,
        ),
        Example(
            name="A manifest names it, nobody declared it, and the registry has none",
            asset="pypi:callisto-kit",
            absent=(PackageProject,),
            register=(
                DeclaredAsset(
                    asset="pypi:callisto-kit",
                    status=Status.OFFICIAL,
                    reason="named by the manifest of github:repo/callisto/kit",
                    through=("github:repo/callisto/kit",),
                ),
            ),
            expect=Fail,
        ),
        Example(
            name="The registry did not answer, which proves nothing",
            asset="pypi:callisto-core",
            unseen=((PackageProject, Reason.UNREACHABLE),),
            expect=Unknown,
            reason=Reason.UNREACHABLE,
        ),
    ),
)
def declared_package_gone(entry: DeclaredAsset, project: PackageProject | Absent) -> Verdict:
    """The register declares a package, and its registry answers that there is none by that name.

    ## What it does

    Looks at packages that an entry declares, and at those that are the project's since a manifest names them. Fails
    where the registry gives proof that the package does not exist. An error, a refusal or silence is no proof
    and gives Unknown.

    ## Why it matters

    A name that is free can be taken by anybody. People who follow an old page of the documentation then install
    what a stranger uploaded.

    ## How to fix

    If the name is misspelt, correct the register. If the package was never published, publish a first release to
    hold the name, or remove it from the register and from the documentation. If it was deleted, ask the
    registry's administrators whether the name can be reserved.

    ## What is not judged

    Whether the package that exists is the project's own: `inventory/unofficial-repository` and
    `packages/outside-pypi-organization` look at that.
    """
    if isinstance(project, Absent):
        text = (
            f"{entry.asset} is declared {entry.status} and does not exist: claim the name or correct the register"
        )
        if entry.through:
            text = (
                f"{entry.through[0]} builds {entry.asset}, which does not exist: claim the name or keep it private"
            )
        return Fail((Problem(text, where=entry.where),))
    return PASS
