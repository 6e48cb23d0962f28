"""What a campaign is about: the checks whose findings are its subjects, and its stages on the line of days."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from typing import Literal

from msgspec import Struct

Subjects = Literal["people", "repositories", "subprojects"]


class Stage(Struct, frozen=True):
    """A day of the campaign on which everybody who is to go is told something."""

    id: str
    day: int
    title: str


class CampaignKind(Struct, frozen=True, kw_only=True):
    """What campaigns of a kind have in common.

    ``checks`` find the subjects: a person by the account's number that is the finding's key, a repository by the
    asset, a subproject by whom the asset belongs to. ``gap``: the least days between two messages to one subject.
    """

    id: str
    title: str
    checks: tuple[str, ...]
    subjects: Subjects
    stages: tuple[Stage, ...]
    gap: int = 14

    @property
    def days(self) -> int:
        """How many days it takes: the day of the last stage."""
        return max(stage.day for stage in self.stages)


NINETY_DAYS = (
    Stage("announcement", 0, "Announcement"),
    Stage("first-reminder", 30, "First reminder"),
    Stage("second-reminder", 60, "Second reminder"),
    Stage("last-reminder", 85, "Last reminder"),
    Stage("deadline", 90, "Deadline"),
)
"""What the project's first campaigns did: three months, the last reminder five days before the end."""


@cache
def kinds() -> dict[str, CampaignKind]:
    """Every kind by id: each module of the folder ``kinds`` has one, named ``KIND``."""
    package = import_module("muniment.campaigns.kinds")
    found = [
        import_module(f"{package.__name__}.{info.name}").KIND for info in pkgutil.iter_modules(package.__path__)
    ]
    return {kind.id: kind for kind in sorted(found, key=lambda kind: kind.id)}
