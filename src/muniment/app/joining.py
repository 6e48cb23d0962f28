"""What to give somebody who comes: everything that the register expects them to hold and that was not seen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from muniment.app.access import Access, access
from muniment.app.leaving import Leaving
from muniment.evidence.kind import kind_id
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.package_role import PackageRole
from muniment.evidence.repository_collaborator import RepositoryCollaborator
from muniment.model.asset import CONDA, GITHUB_ORG, GITHUB_REPO, NPM, PYPI, family
from muniment.ports import Store
from muniment.publish.held import Held
from muniment.publish.steps import Stage, Step

_GIVING = {
    PYPI: (Stage.REGISTRY, kind_id(PackageRole)),
    NPM: (Stage.REGISTRY, kind_id(PackageRole)),
    CONDA: (Stage.REGISTRY, "feedstock-maintainer"),
    GITHUB_REPO: (Stage.REPOSITORY, kind_id(RepositoryCollaborator)),
    GITHUB_ORG: (Stage.ORGANIZATION, kind_id(OrganizationMember)),
}


def joining(store: Store, word: str, *, at: datetime | None, now: datetime) -> Leaving:
    """The steps for somebody who comes, from what the register expects of them and of their teams."""
    found = access(store, word, at=at, now=now)
    return Leaving(found, tuple(sorted(_steps(found), key=lambda step: (step.stage, step.asset))))


def _steps(found: Access) -> Iterator[Step]:
    for row in found.rows:
        if row.state == "missing" or (row.state == "unseen" and row.party):
            yield _step(row, found)


def _step(row: Held, found: Access) -> Step:
    stage, kind = _GIVING.get(family(row.asset), (Stage.VOUCHED, "declared-attestation"))
    shown = kind.replace("-", " ")
    tick = f"{shown} of {row.asset} lists an account of theirs" if stage is not Stage.VOUCHED else "an attestation"
    return Step(
        stage=stage,
        asset=row.asset,
        what=f"give: {row.role} ({row.path})",
        kind=kind,
        tick=tick,
        detail=f"they may have it already: {row.detail}" if row.state == "unseen" else "",
        marking=found.marking,
    )
