"""Who was given one of an organization's own roles, such as security manager."""

from __future__ import annotations

from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import GITHUB_ORG
from muniment.model.tlp import TLP


class OrganizationRoleHolder(Evidence, frozen=True, kw_only=True):
    """An account (``id``, ``login``) or a team (``team``, its slug) with the role ``role``.

    Source: REST ``GET /orgs/{org}/organization-roles`` and ``/{role_id}/users``, ``/{role_id}/teams``; needs an
    owner, or the App permission custom organization roles: read.
    """

    about: ClassVar = (GITHUB_ORG,)
    key_fields: ClassVar = ("role", "team", "id")
    marking: ClassVar = TLP.AMBER
    people: ClassVar = ("id", "login")

    role: str
    team: str = ""
    id: int = 0
    login: str = ""
