"""The repositories that a package is made in, as far as both sides say so."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import NPM, PYPI


class PackageSource(Evidence, frozen=True, kw_only=True):
    """Derived by reconciliation: where a package comes from.

    ``repository`` is the asset id that the register or the registry's record names, or empty. ``built_in`` are the
    repositories whose manifests name the package; ``complete`` is false while some official organization's
    manifests are unseen: then ``built_in`` may be too short. ``archived`` and ``archived_at`` (UTC) are of
    ``repository``; ``None``: it was not seen.
    """

    about: ClassVar = (PYPI, NPM)
    compared: ClassVar = True

    repository: str = ""
    built_in: tuple[str, ...] = ()
    complete: bool = False
    archived: bool | None = None
    archived_at: datetime | None = None
