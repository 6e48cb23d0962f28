"""The newest month in which an account was seen to contribute to an organization."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import GITHUB_ORG
from muniment.model.tlp import TLP

MONTHS = 24
"""How many months back a look goes, the one it was taken in among them."""


class AccountActivity(Evidence, frozen=True, kw_only=True):
    """Every member and outside collaborator of an organization, with ``month``: its first day (UTC).

    ``None``: no contribution in the 24 months before the look. Contributions are commits that reached a default
    branch, issues, pull requests, reviews and new repositories; no comments, labels, merges or releases.
    ``hidden``: there were some that GitHub counts and does not show, so that a later month is possible.
    Source: GraphQL ``User.contributionsCollection(organizationID, from, to)``; needs an owner, who sees the private
    repositories too.
    """

    about: ClassVar = (GITHUB_ORG,)
    key_fields: ClassVar = ("id",)
    marking: ClassVar = TLP.AMBER
    people: ClassVar = ("id", "login")
    rests: ClassVar = 30

    id: int
    login: str
    month: date | None = None
    hidden: bool = False
