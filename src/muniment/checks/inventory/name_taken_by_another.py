"""Finds packages that a manifest of ours names and that somebody else publishes."""

from __future__ import annotations

from muniment.checks.declaration import Example, check
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.package_project import PackageProject
from muniment.model.asset import GITHUB_REPO, Status
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Reason, Unknown, Verdict
from muniment.register.inventory import Inventory

_ORG = DeclaredAsset(asset="github:org/callisto", status=Status.OFFICIAL, reason="the project's organization")
_KIT = DeclaredAsset(
    asset="pypi:callisto-kit",
    status=Status.UNCLEAR,
    reason="named by the manifest of github:repo/callisto/kit",
    through=("github:repo/callisto/kit",),
)


def _package(repository: str) -> tuple[PackageProject]:
    return (PackageProject(name="callisto-kit", latest="2.1", repository=repository),)


@check(
    title="Package of the same name is published from elsewhere",
    severity="high",
    examples=(
        Example(
            name="The record leads back to the repository",
            asset="pypi:callisto-kit",
            given=_package("github:repo/callisto/kit"),
            register=(_ORG, _KIT),
            expect=Pass,
        ),
        Example(
            name="The record leads to another repository of the project",
            asset="pypi:callisto-kit",
            given=_package("github:repo/callisto/kits"),
            register=(_ORG, _KIT),
            expect=Pass,
        ),
        Example(
            name="The record leads to somebody else's repository",
            asset="pypi:callisto-kit",
            given=_package("github:repo/stranger/kit"),
            register=(_ORG, _KIT),
            expect=Fail,
        ),
        Example(
            name="The register declares the package by an entry of its own",
            asset="pypi:callisto-core",
            given=_package("github:repo/stranger/kit"),
            register=(_ORG,),
            expect=NotApplicable,
        ),
        Example(
            name="The registry did not answer",
            asset="pypi:callisto-kit",
            unseen=((PackageProject, Reason.UNREACHABLE),),
            register=(_ORG, _KIT),
            expect=Unknown,
            reason=Reason.UNREACHABLE,
        ),
    ),
)
def name_taken_by_another(entry: DeclaredAsset, project: PackageProject, inventory: Inventory) -> Verdict:
    """A manifest of the project names a package whose record at the registry leads to somebody else's repository.

    ## What it does

    Looks at packages that no entry declares and that a rule takes for the project's since a manifest names them.
    Fails where the registry's record leads to a repository on GitHub that is neither one of those nor known to the
    register. Such a package stays `unclear`.

    ## Why it matters

    Either the package is not the project's, and whoever installs by the name in the manifest runs a stranger's
    code; or it is, and its record sends people elsewhere.

    ## How to fix

    If it is a stranger's: rename the package in the manifest, or mark the manifest private, and declare the
    stranger's package `external`. If it is the project's: correct the link and release, or declare the package.

    ## What is not judged

    Records that name no repository on GitHub. Declared packages are the matter of
    `inventory/unofficial-repository`.
    """
    if not entry.through:
        return NotApplicable("it is not by a manifest that it is the project's")
    link = project.repository
    ours = not link.startswith(f"{GITHUB_REPO}/") or link in entry.through
    if ours or inventory.status(link) not in (None, Status.EXTERNAL):
        return PASS
    text = (
        f"{entry.through[0]} builds {entry.asset}, whose record leads to {link}: rename, keep private, or declare"
    )
    return Fail((Problem(text, where=entry.where),))
