"""An organization in the list of an enterprise on GitHub."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from muniment.evidence.kind import Evidence
from muniment.model.asset import GITHUB_ENTERPRISE, GITHUB_ORG, pattern
from muniment.model.tlp import TLP


class EnterpriseOrganization(Evidence, frozen=True, kw_only=True):
    """One line of the list, keyed by GitHub's number, so that a new name is not a new organization.

    Only those in the enterprise are shown it. Source: GraphQL ``Enterprise.organizations``.
    """

    about: ClassVar = (GITHUB_ENTERPRISE,)
    key_fields: ClassVar = ("id",)
    marking: ClassVar = TLP.AMBER

    id: int
    asset: Annotated[str, Meta(pattern=pattern(GITHUB_ORG))]
