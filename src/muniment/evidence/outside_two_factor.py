"""One outside collaborator whose account is not well protected by a second factor."""

from __future__ import annotations

from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import GITHUB_ORG
from muniment.model.tlp import TLP


class OutsideTwoFactor(Evidence, frozen=True, kw_only=True):
    """An outside collaborator whose second factor is missing (``method`` is ``none``) or weak (``insecure``).

    All of them: whoever is not listed in a complete look is protected, or no outside collaborator.
    Source: REST ``GET /orgs/{org}/outside_collaborators?filter=2fa_disabled`` and ``2fa_insecure``; need an owner.
    """

    about: ClassVar = (GITHUB_ORG,)
    key_fields: ClassVar = ("id",)
    marking: ClassVar = TLP.AMBER
    people: ClassVar = ("id", "login")

    id: int
    login: str
    method: str
