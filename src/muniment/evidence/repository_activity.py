"""The newest month in which an account was seen to push to a repository."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import GITHUB_REPO
from muniment.model.tlp import TLP


class RepositoryActivity(Evidence, frozen=True, kw_only=True):
    """An account that moved a branch of a repository, and ``month``: the first day (UTC) of the newest one it did.

    Pushes, force pushes, merges, branches made and deleted, in the 365 days before the look. Only members and
    outside collaborators of the organization are kept, by GitHub's number. Who is in no fact moved nothing, if
    the look was whole. Source: REST ``GET /repos/{owner}/{repo}/activity`` with ``time_period=year``.
    """

    about: ClassVar = (GITHUB_REPO,)
    key_fields: ClassVar = ("id",)
    marking: ClassVar = TLP.AMBER
    people: ClassVar = ("id",)
    rests: ClassVar = 30
    rests_in_part: ClassVar = 7

    id: int
    month: date
