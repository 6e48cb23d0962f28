"""A made-up package, its repository and its organization, as dossiers that a test fills cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from muniment.app.shipping.deriving import shipping
from muniment.app.shipping.factors import Factors
from muniment.checks.assessment import Dossier, Seen
from muniment.checks.declaration import All
from muniment.evidence.branch_protection import BranchProtection
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.deploy_key import DeployKey
from muniment.evidence.deployment_environment import DeploymentEnvironment
from muniment.evidence.feedstock_maintainer import FeedstockMaintainer
from muniment.evidence.installed_app import InstalledApp
from muniment.evidence.kind import Evidence
from muniment.evidence.member_two_factor import MemberTwoFactor
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.organization_role_holder import OrganizationRoleHolder
from muniment.evidence.organization_settings import OrganizationSettings
from muniment.evidence.outside_collaborator import OutsideCollaborator
from muniment.evidence.outside_two_factor import OutsideTwoFactor
from muniment.evidence.package_ownership import PackageOwnership
from muniment.evidence.package_project import PackageProject
from muniment.evidence.package_publisher import PackagePublisher
from muniment.evidence.package_role import PackageRole
from muniment.evidence.repository_collaborator import RepositoryCollaborator
from muniment.evidence.team_member import TeamMember
from muniment.evidence.team_repository import TeamRepository
from muniment.model.asset import Status, family
from muniment.model.observation import Outcome
from muniment.model.party import Account
from muniment.model.tlp import CLEAR, Marking
from muniment.model.verdict import Reason
from muniment.publish.shipping import Shipping
from muniment.register.inventory import Inventory

NOW = datetime(2026, 3, 2, 6, tzinfo=UTC)
PACKAGE, NPM, CONDA = "pypi:lodestar", "npm:@callisto/shell", "conda:lodestar"
REPO, ORG = "github:repo/callisto/lodestar", "github:org/callisto"
KINDS: dict[str, tuple[type[Evidence], ...]] = {
    PACKAGE: (PackageProject, PackageOwnership, PackageRole, PackagePublisher),
    CONDA: (FeedstockMaintainer,),
    NPM: (PackageProject, PackageRole, PackagePublisher),
    REPO: (RepositoryCollaborator, DeployKey, DeploymentEnvironment, BranchProtection),
    ORG: (
        OrganizationMember,
        OrganizationSettings,
        OrganizationRoleHolder,
        TeamMember,
        TeamRepository,
        InstalledApp,
        MemberTwoFactor,
        OutsideCollaborator,
        OutsideTwoFactor,
    ),
}
PUBLISHER = PackagePublisher(repository=REPO, workflow="release.yml", environment="pypi")
PEOPLE: tuple[DeclaredParty, ...] = (
    DeclaredParty(
        handle="ada",
        name="Ada Example",
        github_id=1,
        accounts=(Account("pypi", "ada.l"), Account("github", "ada-l")),
    ),
    DeclaredParty(handle="bo", name="Bo Example", github_id=2, accounts=(Account("github", "bo"),)),
    DeclaredParty(
        handle="cleo", name="Cleo Example", github_id=3, accounts=(Account("pypi", "cleo"), Account("npm", "cleo"))
    ),
    DeclaredParty(handle="crane", name="Crane", github_id=90, accounts=(Account("pypi", "crane"),), bot=True),
)


class Scene:
    """Every cell complete and empty but for a package that ``release.yml`` published through ``pypi``."""

    def __init__(self) -> None:
        self.cells: dict[tuple[str, type[Evidence]], Seen] = {}
        self.more: list[Evidence] = [*PEOPLE]
        self.known = [PACKAGE, NPM, CONDA, REPO, ORG]
        for asset, kinds in KINDS.items():
            for kind in kinds:
                self.sees(asset, kind)
        self.sees(PACKAGE, PackageProject(name="lodestar", latest="1.0"))
        self.sees(PACKAGE, PackageOwnership())
        self.sees(PACKAGE, PUBLISHER)
        self.sees(REPO, BranchProtection(branch="main", needs_pull_request=True, reviews=1))
        self.sees(REPO, DeploymentEnvironment(name="pypi"))
        self.sees(ORG, OrganizationSettings(requires_two_factor=True, base_permission="read"))

    def sees(self, asset: str, *told: Evidence | type[Evidence], partial: bool = False) -> None:
        """Fill a cell with everything that it holds."""
        kind = told[0] if isinstance(told[0], type) else type(told[0])
        items = tuple(item for item in told if not isinstance(item, type))
        self.cells[asset, kind] = Seen(
            outcome=Outcome.PARTIAL if partial else Outcome.COLLECTED,
            items=All(items),
            source=family(asset).partition(":")[0],
            observed_at=NOW,
            detail="the first page" if partial else "",
            marking=Marking(kind.marking),
        )

    def denied(self, asset: str, *kinds: type[Evidence]) -> None:
        """Nobody may see a cell."""
        for kind in kinds:
            self.cells[asset, kind] = Seen(outcome=None, reason=Reason.DENIED, detail="403", source="github")

    def dossier(self, asset: str) -> Dossier | None:
        """All evidence about an asset; ``None``: the register does not know it."""
        if asset not in self.known:
            return None
        cells = {kind: view for (own, kind), view in self.cells.items() if own == asset}
        return Dossier(asset, self.inventory.assets[asset], "harbour", cells, CLEAR, CLEAR)

    @property
    def inventory(self) -> Inventory:
        """The register."""
        declared: Sequence[Evidence] = [
            DeclaredAsset(asset=asset, status=Status.OFFICIAL, reason="made up") for asset in self.known
        ]
        return Inventory.of([*declared, *self.more])

    def told(self, asset: str = PACKAGE) -> Shipping:
        """The answer about an asset."""
        dossier, org = self.dossier(asset), self.dossier(ORG)
        assert dossier is not None
        return shipping(dossier, self.dossier, self.inventory, Factors([org] if org is not None else []))


def keys(told: Shipping) -> set[str]:
    """The people who can."""
    return {one.key for one in told.people}
