"""A part of the register that lies elsewhere, as the register includes it."""

from __future__ import annotations

from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.verdict import Where


class DeclaredTree(Evidence, frozen=True, kw_only=True):
    """A tree by its name. ``owner`` is the subproject that keeps it (empty: the council), ``level`` its marking.

    ``form`` is ``directory``, ``git`` or ``bundle``; ``commit`` what was reviewed of the last two.
    """

    about: ClassVar = ()
    key_fields: ClassVar = ("name",)
    keyed_by_asset: ClassVar = True

    name: str
    owner: str = ""
    level: str = "red"
    form: str = "directory"
    commit: str = ""
    where: Where | None = None
