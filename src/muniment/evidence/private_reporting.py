"""Whether a stranger can report a vulnerability to a repository in private."""

from __future__ import annotations

from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import GITHUB_REPO


class PrivateReporting(Evidence, frozen=True, kw_only=True):
    """GitHub's private vulnerability reporting, on or off.

    Source: REST ``GET /repos/{owner}/{repo}/private-vulnerability-reporting``; GraphQL does not have it.
    """

    about: ClassVar = (GITHUB_REPO,)

    enabled: bool
