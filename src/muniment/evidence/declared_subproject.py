"""A subproject as the register declares it."""

from __future__ import annotations

from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.verdict import Where


class DeclaredSubproject(Evidence, frozen=True, kw_only=True):
    """A part of the federation with its own people. ``seat``: it sends a member to the council."""

    about: ClassVar = ()
    key_fields: ClassVar = ("id",)
    keyed_by_asset: ClassVar = True

    id: str
    name: str
    seat: bool = False
    parts: tuple[str, ...] = ()
    contact: str = ""
    where: Where | None = None
