"""What is in force on a repository's default branch, whichever rule it comes from."""

from __future__ import annotations

from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import GITHUB_REPO
from muniment.model.tlp import TLP


class BranchProtection(Evidence, frozen=True, kw_only=True):
    """The effect, not the files: the union of the branch's classic rule and of the active rulesets upon it.

    ``None`` means that who looked cannot see it, not that it is off. ``reviews`` is how many approvals a change
    needs. ``by`` says where it comes from: ``branch protection``, ``ruleset NAME``.
    Source: GraphQL ``Ref.branchProtectionRule``, ``Ref.refUpdateRule`` and ``Ref.rules``.
    """

    about: ClassVar = (GITHUB_REPO,)
    marking: ClassVar = TLP.AMBER

    branch: str
    blocks_force_pushes: bool | None = None
    blocks_deletion: bool | None = None
    needs_pull_request: bool | None = None
    reviews: int | None = None
    binds_admins: bool | None = None
    by: tuple[str, ...] = ()
