"""One account that belongs to an organization."""

from __future__ import annotations

from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import GITHUB_ORG
from muniment.model.tlp import TLP


class OrganizationMember(Evidence, frozen=True, kw_only=True):
    """An account and its role: ``owner`` or ``member``; empty: who looked cannot see the role.

    People are keyed by GitHub's number, since logins change hands. A stranger sees public members alone, so
    that look is partial. Source: GraphQL ``Organization.membersWithRole``.
    """

    about: ClassVar = (GITHUB_ORG,)
    key_fields: ClassVar = ("id",)
    marking: ClassVar = TLP.AMBER
    people: ClassVar = ("id", "login")

    id: int
    login: str
    role: str = ""
