"""What the token of a workflow may do in an organization unless a workflow says otherwise."""

from __future__ import annotations

from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import GITHUB_ORG
from muniment.model.tlp import TLP


class WorkflowPermissions(Evidence, frozen=True, kw_only=True):
    """The organization's default for ``GITHUB_TOKEN``: ``read`` or ``write``.

    Where it is ``read``, no repository of the organization can have ``write`` as its default.
    Source: REST ``GET /orgs/{org}/actions/permissions/workflow``; needs an owner or ``administration:read``.
    """

    about: ClassVar = (GITHUB_ORG,)
    marking: ClassVar = TLP.AMBER

    default: str
    can_approve_pull_requests: bool = False
