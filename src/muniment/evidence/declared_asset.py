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


class Claim(Struct, frozen=True, order=True):
    """One of several who say of an asset what it is, and do not agree: ``by`` is a rule's id or a repository."""

    by: str
    status: Status
    subproject: str
    where: Where | None = None


class DeclaredAsset(Evidence, frozen=True, kw_only=True):
    """One entry of the register's ``assets``. ``since`` is the day its status was last considered.

    ``repositories`` is of an organization: ``all`` that are found in it are the project's, or only those ``listed``
    in the register. ``inherits`` is the asset whose entry speaks for this one, which has none of its own.

    ``rule`` is the id of the rule that made the entry, ``through`` the repositories whose manifests name a package
    that has none of its own. ``claims`` are those who disagree about it. ``unsettled`` says what was not seen that
    it would take to know its status or its subproject.

    ``github_id`` is GitHub's number for an organization or a repository: whoever has another is somebody else.
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
    rule: str = ""
    through: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()
    unsettled: str = ""
    github_id: int | None = None
    where: Where | None = None
