"""One line of an organization's audit log: who changed, and when, what this product watches."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import GITHUB_ORG
from muniment.model.tlp import TLP

DAYS = 90
"""How many days back a look goes, the one it was taken on among them."""

REQUIRED, NOT_REQUIRED = "two-factor-required", "two-factor-not-required"


class AuditEvent(Evidence, frozen=True, kw_only=True):
    """What was done at an instant (UTC), by GitHub's id of the line, of the last 90 days.

    ``what`` is ``member-added``, ``member-removed``, ``member-role-changed``, ``outside-collaborator-added``,
    ``outside-collaborator-removed``, ``two-factor-required``, ``two-factor-not-required``, ``role-given``,
    ``role-taken``, ``repository-made-public``, ``repository-made-internal``, ``repository-made-private`` or
    ``deploy-key-added`` (one that may write). Nothing else of the log is kept. ``by`` is GitHub's number of who did
    it and ``whom`` of who it was done to (0: the line names nobody); ``role`` what they have since. ``repository``
    is an asset id, told of public ones alone.
    Source: REST ``GET /orgs/{org}/audit-log``; GitHub Enterprise Cloud alone; needs an owner's token with scope
    ``read:audit_log``, or an App's organization ``administration:read``.
    """

    about: ClassVar = (GITHUB_ORG,)
    key_fields: ClassVar = ("id",)
    marking: ClassVar = TLP.AMBER
    people: ClassVar = ("by", "by_login", "whom", "whom_login")

    id: str
    at: datetime
    what: str
    by: int = 0
    by_login: str = ""
    whom: int = 0
    whom_login: str = ""
    role: str = ""
    repository: str = ""
