"""How far an account that belongs to an organization is protected by a second factor."""

from __future__ import annotations

from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import GITHUB_ORG
from muniment.model.tlp import TLP


class MemberTwoFactor(Evidence, frozen=True, kw_only=True):
    """Every member of an organization, with ``method``: the strength of the second factor.

    ``none``: there is none. ``insecure``: a text message will do. ``secure``: it will not. ``some``: there is one,
    and whether it is secure was not shown. What was not shown at all is not listed, and the look is partial.
    Source: GraphQL ``OrganizationMemberEdge.hasTwoFactorEnabled`` and REST
    ``GET /orgs/{org}/members?filter=2fa_insecure``; both need an owner.
    """

    about: ClassVar = (GITHUB_ORG,)
    key_fields: ClassVar = ("id",)
    marking: ClassVar = TLP.AMBER
    people: ClassVar = ("id", "login")

    id: int
    login: str
    method: str
