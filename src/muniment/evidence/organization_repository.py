"""A public repository in an organization's list."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from muniment.evidence.kind import Evidence
from muniment.model.asset import GITHUB_ORG, GITHUB_REPO, pattern


class OrganizationRepository(Evidence, frozen=True, kw_only=True):
    """One line of the list, keyed by GitHub's number, so that a new name is not a new repository.

    Private repositories are never in it, nor counted by it. Source: GraphQL ``Organization.repositories``.
    """

    about: ClassVar = (GITHUB_ORG,)
    key_fields: ClassVar = ("id",)

    id: int
    asset: Annotated[str, Meta(pattern=pattern(GITHUB_REPO))]
    archived: bool = False
    fork: bool = False
