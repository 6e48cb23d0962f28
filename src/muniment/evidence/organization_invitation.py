"""Somebody who was asked into an organization and has not answered."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import GITHUB_ORG
from muniment.model.tlp import TLP


class OrganizationInvitation(Evidence, frozen=True, kw_only=True):
    """A pending invitation. Without ``account`` and ``login`` it was sent to an address, which is not kept.

    ``role`` is ``owner``, ``member``, ``billing`` or ``reinstate`` (as whatever they were).
    ``by`` is the login of who invited. Source: REST ``GET /orgs/{org}/invitations``; needs an owner, or an App's
    ``members:read``.
    """

    about: ClassVar = (GITHUB_ORG,)
    key_fields: ClassVar = ("id",)
    marking: ClassVar = TLP.AMBER
    people: ClassVar = ("account", "login", "by")

    id: int
    invited_at: datetime
    account: int = 0
    login: str = ""
    role: str = ""
    by: str = ""
