"""One account that was given a repository by name, and not through a team."""

from __future__ import annotations

from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import GITHUB_REPO
from muniment.model.tlp import TLP


class RepositoryCollaborator(Evidence, frozen=True, kw_only=True):
    """An account with a grant of its own, a member of the organization or not.

    ``permission`` is ``read``, ``triage``, ``write``, ``maintain`` or ``admin``: what that grant alone is worth.
    Source: GraphQL ``Repository.collaborators(affiliation: DIRECT)`` with ``permissionSources``; needs a right
    to push.
    """

    about: ClassVar = (GITHUB_REPO,)
    key_fields: ClassVar = ("id",)
    marking: ClassVar = TLP.AMBER
    people: ClassVar = ("id", "login")

    id: int
    login: str
    permission: str
