"""The name that a repository had before, here or in another organization."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from msgspec import Meta

from muniment.evidence.kind import Evidence
from muniment.model.asset import GITHUB_REPO, pattern


class RepositoryMove(Evidence, frozen=True, kw_only=True):
    """Derived by reconciliation: a repository that no entry declares was seen under ``before``, by GitHub's number.

    ``id`` is that number, ``since`` the day (UTC) on which it was first noticed.
    """

    about: ClassVar = (GITHUB_REPO,)
    key_fields: ClassVar = ("before",)

    id: int
    before: Annotated[str, Meta(pattern=pattern(GITHUB_REPO))]
    since: date
