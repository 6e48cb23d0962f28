"""The newest month in which commits of a repository claim to be somebody's."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import GITHUB_REPO
from muniment.model.tlp import TLP


class CommitClaim(Evidence, frozen=True, kw_only=True):
    """A person of the register, and ``month``: the first day (UTC) of the month that their newest commit names.

    Whoever makes a commit writes its date and its address as they like, so this is a claim. Only addresses that
    the register gives to exactly one person are kept, and of these the person; dates that lie ahead are not.
    Source: ``git log`` of a local clone: the committer's address and date.
    """

    about: ClassVar = (GITHUB_REPO,)
    key_fields: ClassVar = ("handle",)
    marking: ClassVar = TLP.AMBER
    people: ClassVar = ("handle",)

    handle: str
    month: date
