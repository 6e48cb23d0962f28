"""The number under which a name on GitHub is the project's, and the number that answers to it."""

from __future__ import annotations

from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import GITHUB_ORG, GITHUB_REPO


class GithubIdentity(Evidence, frozen=True, kw_only=True):
    """Kept from the day on which a number that was known stopped answering, or another one did.

    ``id`` is the number that the register writes, else the first that was believed. ``answers`` is the one that
    answered last; 0: none did. ``refused``: what it said was not believed.
    """

    about: ClassVar = (GITHUB_ORG, GITHUB_REPO)

    id: int
    answers: int
    refused: bool = False
