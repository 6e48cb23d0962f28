"""An asset as the register declares it."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from msgspec import Struct

from muniment.evidence.kind import Evidence
from muniment.model.asset import FAMILIES, Status
from muniment.model.verdict import Where


class Holding(Struct, frozen=True, order=True):
    """Who is expected to hold a role: register handles of people and teams."""

    role: str
    holders: tuple[str, ...]


class DeclaredAsset(Evidence, frozen=True, kw_only=True):
    """One entry of the register's ``assets``. ``since`` is the day its status was last considered.

    ``repositories`` is of an organization: ``all`` that are found in it are the project's, or only those ``listed``
    in the register. ``inherits`` is the asset whose entry speaks for this one, which has none of its own.
    """

    about: ClassVar = FAMILIES
    key_fields: ClassVar = ("asset",)
    keyed_by_asset: ClassVar = True
    people: ClassVar = ("holders.holders",)

    asset: str
    status: Status
    reason: str
    subproject: str = ""
    title: str = ""
    url: str = ""
    source: str = ""
    repository: str = ""
    since: date | None = None
    attest: bool = False
    holders: tuple[Holding, ...] = ()
    repositories: str = "all"
    inherits: str = ""
    where: Where | None = None
