"""What an account was given in a repository by name, and how the account stands to the organization."""

from __future__ import annotations

from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import GITHUB_REPO
from muniment.model.tlp import TLP


class RepositoryGrant(Evidence, frozen=True, kw_only=True):
    """A grant by name. ``standing`` is ``member`` or ``outside``; empty: neither was seen, or both were.

    ``permission`` is as ``RepositoryCollaborator`` has it. Derived by reconciliation: a repository's own list does
    not tell who belongs to the organization.
    """

    about: ClassVar = (GITHUB_REPO,)
    key_fields: ClassVar = ("id",)
    marking: ClassVar = TLP.AMBER
    people: ClassVar = ("id", "login")

    id: int
    login: str
    permission: str
    standing: str = ""
