"""Finds packages that the project's repositories build and that the register or the registry places elsewhere."""

from __future__ import annotations

from muniment.checks.declaration import Each, Example, Unarchived, check
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.github_repository import GithubRepository
from muniment.evidence.repository_package import RepositoryPackage
from muniment.model.asset import Status
from muniment.model.verdict import Fail, NotApplicable, Pass, Problem, Reason, Unknown
from muniment.register.inventory import Inventory

_CORE, _SHELL = "github:repo/callisto/core", "github:repo/callisto/shell"
_FACE = GithubRepository(id=1, name="callisto/core")
_REGISTER = tuple(
    DeclaredAsset(asset=asset, status=Status.OFFICIAL, reason="ours")
    for asset in ("github:org/callisto", _CORE, _SHELL)
)


@check(
    title="Repository builds a package that is not known as its own",
    severity="low",
    examples=(
        Example(
            name="The register knows the package, and its record leads back here",
            asset=_CORE,
            given=(_FACE, RepositoryPackage(package="pypi:callisto-core", declared=True, linked=_CORE)),
            register=_REGISTER,
            expect=Pass,
        ),
        Example(
            name="One package is in no file of the register, one's record leads to another repository",
            asset=_CORE,
            given=(
                _FACE,
                RepositoryPackage(package="npm:callisto-kit", declared=False),
                RepositoryPackage(package="pypi:callisto-shell", declared=True, linked=_SHELL),
            ),
            partial=(RepositoryPackage,),
            register=_REGISTER,
            expect=Fail,
            keys=("npm:callisto-kit", "pypi:callisto-shell"),
        ),
        Example(
            name="The record leads to a name that the repository may have had before",
            asset=_CORE,
            given=(_FACE, RepositoryPackage(package="pypi:callisto-core", declared=True, linked=f"{_CORE}-old")),
            register=_REGISTER,
            expect=Pass,
        ),
        Example(
            name="The registry's record was not seen",
            asset=_CORE,
            given=(_FACE, RepositoryPackage(package="pypi:callisto-core", declared=True)),
            register=_REGISTER,
            expect=Unknown,
            reason=Reason.UNCOLLECTED,
        ),
        Example(
            name="A fork builds what its original does",
            asset=_CORE,
            given=(
                GithubRepository(id=1, name="callisto/core", fork=True),
                RepositoryPackage(package="pypi:someone-elses", declared=False),
            ),
            register=_REGISTER,
            expect=Pass,
        ),
        Example(
            name="The repository is archived",
            asset=_CORE,
            given=(
                GithubRepository(id=1, name="callisto/core", archived=True),
                RepositoryPackage(package="pypi:callisto-old", declared=False),
            ),
            register=_REGISTER,
            expect=NotApplicable,
        ),
    ),
)
def repository_without_package(
    repository: Unarchived[GithubRepository],
    entry: DeclaredAsset,
    package: Each[RepositoryPackage],
    inventory: Inventory,
) -> Problem | Unknown | None:
    """A manifest in the repository names a package that nobody declared, or that is said to come from elsewhere.

    ## What it does

    Takes the packages that the manifests at the root of the default branch name and that they do not keep back
    (`"private": true`). Each must be in the register; and where its record at the registry leads to a repository,
    it must not lead to another one of the project's.

    ## Why it matters

    What is built and in nobody's list has owners, tokens and releases that nobody looks at. If it was never
    published, its name is free, and whoever takes it is installed by those who read the manifest.

    ## How to fix

    Declare the package. If it is not meant to be published, say so in the manifest: `"private": true`, or the
    classifier `Private :: Do Not Upload`. If the record leads to the wrong repository, correct the link and
    release.

    ## What is not judged

    Forks; packages built deeper in the tree; names that a program computes. A record that leads to a repository
    which is not the project's is the matter of `inventory/unofficial-repository`; one that leads to a
    repository's former name still arrives.
    """
    if repository.fork:
        return None
    if not package.declared:
        text = f"builds {package.package}, which is not declared: declare it, or mark the manifest private"
        return Problem(text)
    if package.linked is None:
        return Unknown(Reason.UNCOLLECTED, f"the registry's record of {package.package} was not seen")
    if package.linked not in ("", entry.asset) and inventory.entry(package.linked) is not None:
        text = f"builds {package.package}, whose record leads to {package.linked}: correct the link or the manifest"
        return Problem(text)
    return None
