"""One account in a team."""

from __future__ import annotations

from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import GITHUB_ORG
from muniment.model.tlp import TLP


class TeamMember(Evidence, frozen=True, kw_only=True):
    """An account in the team ``team`` (its slug), itself or through a team below it.

    ``role`` is ``maintainer`` or ``member``. Source: GraphQL ``Team.members``; needs a member, who sees the
    teams that are not secret.
    """

    about: ClassVar = (GITHUB_ORG,)
    key_fields: ClassVar = ("team", "id")
    marking: ClassVar = TLP.AMBER
    people: ClassVar = ("id", "login")

    team: str
    id: int
    login: str
    role: str = "member"
