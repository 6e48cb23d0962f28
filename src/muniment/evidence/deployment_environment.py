"""What a workflow has to pass before it may deploy, or publish."""

from __future__ import annotations

from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import GITHUB_REPO
from muniment.model.tlp import TLP


class DeploymentEnvironment(Evidence, frozen=True, kw_only=True):
    """An environment of a repository.

    ``reviewers`` are logins of accounts and ``team:SLUG`` of teams, one of whom must
    agree. ``self_review``: who started the workflow may be the one who agrees. ``wait`` is in minutes.
    Source: GraphQL ``Repository.environments`` with ``protectionRules``.
    """

    about: ClassVar = (GITHUB_REPO,)
    key_fields: ClassVar = ("name",)
    marking: ClassVar = TLP.AMBER
    people: ClassVar = ("reviewers",)

    name: str
    reviewers: tuple[str, ...] = ()
    self_review: bool = True
    wait: int = 0
