"""How far the credentials at hand see into an organization."""

from __future__ import annotations

from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import GITHUB_ORG
from muniment.model.tlp import TLP


class OrganizationAccess(Evidence, frozen=True, kw_only=True):
    """``level``: ``owner``, ``member``, ``grants`` (an App or a fine-grained token) or ``outside``.

    ``grants`` are the permissions beside, such as ``members:read``. It names no credential and nobody.
    """

    about: ClassVar = (GITHUB_ORG,)
    marking: ClassVar = TLP.AMBER

    level: str
    grants: tuple[str, ...] = ()
