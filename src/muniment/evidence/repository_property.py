"""A custom property that an organization keeps of a repository, such as who owns it."""

from __future__ import annotations

from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import GITHUB_REPO
from muniment.model.tlp import TLP


class RepositoryProperty(Evidence, frozen=True, kw_only=True):
    """A property and its values (one, or several of a multi-select; none: it is not set).

    Source: REST ``GET /orgs/{org}/properties/values``.
    """

    about: ClassVar = (GITHUB_REPO,)
    key_fields: ClassVar = ("name",)
    marking: ClassVar = TLP.AMBER

    name: str
    values: tuple[str, ...] = ()
