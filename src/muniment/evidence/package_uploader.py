"""An account that a registry says uploaded releases of a package, and when it last did."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import NPM
from muniment.model.tlp import TLP


class PackageUploader(Evidence, frozen=True, kw_only=True):
    """An account, and ``month``: the first day of the newest month in which it uploaded a release (UTC).

    A release that a workflow published is no person's and names none. Deleted releases are not listed any more.
    Source: ``_npmUser`` and ``time`` of an npm packument. PyPI tells nobody who uploaded a release: its
    attestations name a workflow.
    """

    about: ClassVar = (NPM,)
    key_fields: ClassVar = ("account",)
    marking: ClassVar = TLP.AMBER
    people: ClassVar = ("account",)

    account: str
    month: date
