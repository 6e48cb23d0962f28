"""A repository that is nobody's business but its organization's owners'."""

from __future__ import annotations

from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import GITHUB_ORG
from muniment.model.tlp import TLP


class PrivateRepository(Evidence, frozen=True, kw_only=True):
    """A private or internal repository, or the fork in which an advisory is being mended.

    RED: below it there is no name, no count, no finding and no line in a log. Its existence can be the secret.
    """

    about: ClassVar = (GITHUB_ORG,)
    key_fields: ClassVar = ("id",)
    marking: ClassVar = TLP.RED

    id: int
    name: str
    advisory_fork: bool = False
