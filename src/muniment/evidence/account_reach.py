"""Which of the project's packages one account can change."""

from __future__ import annotations

from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import PROJECT


class AccountReach(Evidence, frozen=True, kw_only=True):
    """An account and the official packages it holds a role on.

    Derived by reconciliation. ``complete`` is false while the roles of any official package of the same
    registry are unknown: then the list may be too short, never too long.
    """

    about: ClassVar = (PROJECT,)
    key_fields: ClassVar = ("account",)
    people: ClassVar = ("account",)

    account: str
    packages: tuple[str, ...]
    complete: bool
