"""What a team may do in a public repository."""

from __future__ import annotations

from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import GITHUB_ORG
from muniment.model.tlp import TLP


class TeamRepository(Evidence, frozen=True, kw_only=True):
    """The team ``team`` (its slug) may ``permission`` in ``repository`` (an asset id).

    ``permission`` is ``read``, ``triage``, ``write``, ``maintain`` or ``admin``. Private repositories are left out.
    Source: GraphQL ``Team.repositories``; needs a member.
    """

    about: ClassVar = (GITHUB_ORG,)
    key_fields: ClassVar = ("team", "repository")
    marking: ClassVar = TLP.AMBER

    team: str
    repository: str
    permission: str
