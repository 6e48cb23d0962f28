"""An organization that evidence leads to, declared or not."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from muniment.evidence.kind import Evidence
from muniment.model.asset import GITHUB_ORG, PROJECT, pattern


class FoundOrganization(Evidence, frozen=True, kw_only=True):
    """Derived by reconciliation: whose repositories official packages name, or where a declared name now leads.

    What a person's credential belongs to is never a source: people have employers.
    """

    about: ClassVar = (PROJECT,)
    key_fields: ClassVar = ("asset",)
    compared: ClassVar = True

    asset: Annotated[str, Meta(pattern=pattern(GITHUB_ORG))]
    declared: bool
    seen_in: tuple[str, ...] = ()
