"""What GitHub tells everybody of a public repository."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import GITHUB_REPO


class GithubRepository(Evidence, frozen=True, kw_only=True):
    """A repository's face. ``id`` is GitHub's number; ``name`` is ``OWNER/NAME`` in its own case.

    ``archived_at`` (UTC) is empty for an archived repository where GitHub does not tell since when.
    ``renamed_from`` is the asset id asked for, where that led to another name. Source: GraphQL ``Repository``.
    """

    about: ClassVar = (GITHUB_REPO,)

    id: int
    name: str
    archived: bool = False
    archived_at: datetime | None = None
    fork: bool = False
    empty: bool = False
    default_branch: str = ""
    description: str = ""
    homepage: str = ""
    renamed_from: str = ""
