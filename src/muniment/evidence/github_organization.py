"""What GitHub tells everybody of an organization."""

from __future__ import annotations

from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import GITHUB_ORG


class GithubOrganization(Evidence, frozen=True, kw_only=True):
    """An organization's public face.

    ``id`` is GitHub's number, which outlives a change of name; ``login`` the name it goes by now, in its own case.
    ``renamed_from`` is the declared name, where asking for it led to another one. Source: GraphQL ``Organization``.
    """

    about: ClassVar = (GITHUB_ORG,)

    id: int
    login: str
    name: str = ""
    website: str = ""
    archived: bool = False
    renamed_from: str = ""
