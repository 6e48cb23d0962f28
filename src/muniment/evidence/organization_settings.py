"""What an organization's owners have set for everybody in it."""

from __future__ import annotations

from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import GITHUB_ORG
from muniment.model.tlp import TLP


class OrganizationSettings(Evidence, frozen=True, kw_only=True):
    """Settings that only an owner sees; to anybody else the whole cell is denied, never "off".

    ``base_permission`` is what every member may do in every repository: ``none``, ``read``, ``write``, ``admin``.
    Source: REST ``GET /orgs/{org}``, ``two_factor_requirement_enabled`` and ``default_repository_permission``.
    """

    about: ClassVar = (GITHUB_ORG,)
    marking: ClassVar = TLP.AMBER

    requires_two_factor: bool
    base_permission: str = ""
    members_can_create_public_repositories: bool | None = None
