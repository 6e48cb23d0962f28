"""A ruleset that a repository has or inherits, in force or not."""

from __future__ import annotations

from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import GITHUB_REPO
from muniment.model.tlp import TLP


class RepositoryRuleset(Evidence, frozen=True, kw_only=True):
    """A ruleset: ``enforcement`` is ``active``, ``evaluate`` or ``disabled``; ``target`` branch, tag, push …

    ``source`` is who wrote it: the asset id of the repository or of its organization.
    Source: GraphQL ``Repository.rulesets(includeParents: true)``.
    """

    about: ClassVar = (GITHUB_REPO,)
    key_fields: ClassVar = ("id",)
    marking: ClassVar = TLP.AMBER

    id: int
    name: str
    enforcement: str
    target: str = ""
    source: str = ""
