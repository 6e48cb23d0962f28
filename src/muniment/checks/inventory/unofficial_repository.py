"""Finds official packages whose source is said to be in a repository that is not the project's."""

from __future__ import annotations

from muniment.checks.declaration import Example, Some, check
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.package_project import PackageProject
from muniment.evidence.package_source import PackageSource
from muniment.model.asset import GITHUB_ORG, GITHUB_REPO, SITE, Status
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Reason, Unknown, Verdict
from muniment.register.inventory import Inventory

_ORG = DeclaredAsset(asset="github:org/callisto", status=Status.OFFICIAL, reason="the project's organization")
_ATTIC = DeclaredAsset(
    asset="github:org/callisto-fans", status=Status.UNCLEAR, reason="nobody remembers who made it"
)
_FORGE = DeclaredAsset(asset="site:git.callisto.example", status=Status.OFFICIAL, reason="the project's own forge")


def _package(repository: str) -> tuple[PackageProject]:
    return (PackageProject(name="callisto-core", latest="2.1", repository=repository),)


@check(
    title="Package names a repository that is not the project's",
    severity="medium",
    controls=("OSPS-QA-04.01",),
    statuses=(Status.OFFICIAL,),
    examples=(
        Example(
            name="The repository is in an official organization",
            asset="pypi:callisto-core",
            given=_package("github:repo/callisto/core"),
            register=(_ORG,),
            expect=Pass,
        ),
        Example(
            name="The repository is in somebody's own account",
            asset="pypi:callisto-core",
            given=_package("github:repo/ada-example/core"),
            register=(_ORG,),
            expect=Fail,
        ),
        Example(
            name="A manifest of ours still names the package, so that a stranger may hold the name",
            asset="pypi:callisto-core",
            given=(
                *_package("github:repo/stranger/core"),
                PackageSource(repository="github:repo/stranger/core", built_in=("github:repo/callisto/core",)),
            ),
            register=(_ORG,),
            expect=Fail,
        ),
        Example(
            name="The register has not decided about the organization",
            asset="pypi:callisto-core",
            given=_package("github:repo/callisto-fans/core"),
            register=(_ORG, _ATTIC),
            expect=Unknown,
            reason=Reason.UNDECLARED,
        ),
        Example(
            name="The link leads elsewhere, and the register declares no such site",
            asset="pypi:callisto-core",
            given=_package("https://git.callisto.example/core"),
            register=(_ORG,),
            expect=Unknown,
            reason=Reason.UNDECLARED,
        ),
        Example(
            name="The link leads to a site that the register declares official",
            asset="pypi:callisto-core",
            given=_package("https://git.callisto.example/core"),
            register=(_ORG, _FORGE),
            expect=Pass,
        ),
        Example(
            name="The package names no repository",
            asset="pypi:callisto-core",
            given=_package(""),
            register=(_ORG,),
            expect=NotApplicable,
        ),
    ),
)
def unofficial_repository(
    entry: DeclaredAsset, project: PackageProject, source: Some[PackageSource], inventory: Inventory
) -> Verdict:
    """An official package says that its source is in a repository which the register does not call the project's.

    ## What it does

    Takes the repository that the package's own links lead to. It passes if the register calls the repository, or
    the organization it belongs to, `official` or `archived`, or if the package's entry names it as its
    `repository`. It fails if the register calls it `external` or does not know it. A link that does not lead to
    GitHub is looked up among the register's sites, and is Unknown while no site says what it is. Where a manifest
    of the project's names the package all the same, it says so: then the name may have come to a stranger.

    ## Why it matters

    The repository is where people read the code, report vulnerabilities and look for the release process. One that
    the project does not hold has other administrators, and nobody of the project sees what happens in it.

    ## How to fix

    Move the repository into one of the project's organizations, or correct the link in the package's metadata and
    release. If the repository is the project's, declare it or its organization.

    ## What is not judged

    Whether the code in the package was built from that repository. A package without a link is the matter of
    `packages/missing-repository`.
    """
    link = project.repository
    if not link:
        return NotApplicable("the package names no repository")
    if link == entry.repository:
        return PASS
    if link.startswith(f"{GITHUB_REPO}/"):
        if not any(asset.startswith((f"{GITHUB_ORG}/", f"{GITHUB_REPO}/")) for asset in inventory.assets):
            return Unknown(Reason.UNDECLARED, "the register declares no organization and no repository")
        status = inventory.status(link)
    else:
        status = _status_of_site(link, inventory)
        if status is None:
            return Unknown(Reason.UNDECLARED, f"the register declares no site that {link} belongs to")
    match status:
        case Status.OFFICIAL | Status.ARCHIVED:
            return PASS
        case Status.UNCLEAR:
            return Unknown(Reason.UNDECLARED, f"the register has not decided what {link} is")
        case Status.EXTERNAL:
            why = "which the register calls external"
        case None:
            why = "which the register does not know"
    ours = sorted({name for seen in source for name in seen.built_in if name != link})
    if ours:
        text = (
            f"names {link} as its repository, {why}, while {', '.join(ours)} builds it: find out who holds the "
            "name, and correct the link or rename ours"
        )
    else:
        text = f"names {link} as its repository, {why}: move the repository, correct the link, or declare it"
    return Fail((Problem(text, where=entry.where),))


def _status_of_site(link: str, inventory: Inventory) -> Status | None:
    place = link.partition("://")[2].rstrip("/")
    while place:
        entry = inventory.assets.get(f"{SITE}:{place}")
        if entry is not None:
            return entry.status
        place = place.rpartition("/")[0]
    return None
