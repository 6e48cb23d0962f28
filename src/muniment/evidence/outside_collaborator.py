"""One account that belongs to no organization but was given something in one of its repositories."""

from __future__ import annotations

from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import GITHUB_ORG
from muniment.model.tlp import TLP


class OutsideCollaborator(Evidence, frozen=True, kw_only=True):
    """An outside collaborator of an organization, by GitHub's number; what it may do stands with the repositories.

    Source: REST ``GET /orgs/{org}/outside_collaborators``; needs an owner, or an App's ``members:read``.
    """

    about: ClassVar = (GITHUB_ORG,)
    key_fields: ClassVar = ("id",)
    marking: ClassVar = TLP.AMBER
    people: ClassVar = ("id", "login")

    id: int
    login: str
