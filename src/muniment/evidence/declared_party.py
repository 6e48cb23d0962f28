"""A person or a team as the register declares it."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from msgspec import Struct

from muniment.evidence.kind import Evidence
from muniment.model.activity import Vouch
from muniment.model.party import Account
from muniment.model.tlp import TLP
from muniment.model.verdict import Where


class PublicRole(Struct, frozen=True, order=True):
    """A role that the register calls public: ``council`` of subproject ``voila``."""

    role: str
    subproject: str = ""


class DeclaredParty(Evidence, frozen=True, kw_only=True):
    """A party by its handle. ``members`` is filled for teams, ``accounts`` for people; ``bot``: a machine's are.

    ``github_id`` is GitHub's number for the account, pinned at first sight: logins can change hands. ``left`` is
    the day on which the person left the project. ``vouch``: another person's word that this one is active.
    """

    about: ClassVar = ()
    key_fields: ClassVar = ("handle",)
    keyed_by_asset: ClassVar = True
    marking: ClassVar = TLP.AMBER
    people: ClassVar = ("handle", "name", "github_id", "accounts.login", "members", "vouch.by")

    handle: str
    name: str = ""
    github_id: int | None = None
    accounts: tuple[Account, ...] = ()
    members: tuple[str, ...] = ()
    public_roles: tuple[PublicRole, ...] = ()
    left: date | None = None
    vouch: Vouch | None = None
    bot: bool = False
    where: Where | None = None
