"""A GitHub App that was let into an organization."""

from __future__ import annotations

from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import GITHUB_ORG
from muniment.model.tlp import TLP


class InstalledApp(Evidence, frozen=True, kw_only=True):
    """An installation, with permissions such as ``contents:write``.

    ``everywhere``: in all repositories, else in some. ``suspended``: it may do nothing for now.
    Source: REST ``GET /orgs/{org}/installations``; needs an owner, or an App's organization
    ``administration:read``.
    """

    about: ClassVar = (GITHUB_ORG,)
    key_fields: ClassVar = ("id",)
    marking: ClassVar = TLP.AMBER

    id: int
    slug: str
    permissions: tuple[str, ...] = ()
    everywhere: bool = False
    suspended: bool = False
