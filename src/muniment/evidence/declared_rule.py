"""A rule of the register, which speaks for every repository that its words select."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from msgspec import Struct

from muniment.evidence.kind import Evidence
from muniment.model.asset import Status
from muniment.model.verdict import Where


class Condition(Struct, frozen=True, order=True):
    """A custom property that a repository must have, with any one of some values."""

    property: str
    values: tuple[str, ...]


class DeclaredRule(Evidence, frozen=True, kw_only=True):
    """One entry of the register's ``rules``. ``id`` is what it selects, in words: no two rules select the same.

    ``organizations`` are asset ids. ``names`` and ``excepted`` are names of repositories in lower case, some with
    ``*`` or ``?``. ``packages``: what its repositories publish is the project's too; ``None``: it does not say.
    """

    about: ClassVar = ()
    key_fields: ClassVar = ("id",)
    keyed_by_asset: ClassVar = True

    id: str
    organizations: tuple[str, ...]
    status: Status
    reason: str
    names: tuple[str, ...] = ()
    excepted: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    subproject: str = ""
    source: str = ""
    since: date | None = None
    packages: bool | None = None
    where: Where | None = None

    @property
    def whole(self) -> bool:
        """True if it is about organizations as a whole, and so declares them."""
        return not self.names and not self.conditions
