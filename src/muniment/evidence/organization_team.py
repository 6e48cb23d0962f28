"""A team of an organization."""

from __future__ import annotations

from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import GITHUB_ORG
from muniment.model.tlp import TLP


class OrganizationTeam(Evidence, frozen=True, kw_only=True):
    """A team, by GitHub's number. ``parent`` is the slug of the team that it is a part of; ``secret``: only its
    members and the owners see it. Source: GraphQL ``Organization.teams``; needs a member.
    """

    about: ClassVar = (GITHUB_ORG,)
    key_fields: ClassVar = ("id",)
    marking: ClassVar = TLP.AMBER

    id: int
    slug: str
    name: str = ""
    parent: str = ""
    secret: bool = False
