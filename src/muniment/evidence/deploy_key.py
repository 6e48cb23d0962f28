"""A key by which a machine reaches one repository."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import GITHUB_REPO
from muniment.model.tlp import TLP


class DeployKey(Evidence, frozen=True, kw_only=True):
    """A deploy key by its fingerprint (``SHA256:…``, as GitHub shows it); the key itself is not kept.

    ``writes``: it may push. GitHub's own ids differ between its two interfaces, and the key does not.
    Source: GraphQL ``Repository.deployKeys``, else REST ``GET /repos/{owner}/{repo}/keys``; needs an administrator
    of the repository.
    """

    about: ClassVar = (GITHUB_REPO,)
    key_fields: ClassVar = ("id",)
    marking: ClassVar = TLP.AMBER
    schema: ClassVar = 2  # the id was GraphQL's

    id: str
    title: str
    writes: bool = False
    created_at: datetime | None = None
