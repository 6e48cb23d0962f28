"""Whether somebody who finds a hole in a repository is told where to go."""

from __future__ import annotations

from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import GITHUB_REPO


class SecurityPolicy(Evidence, frozen=True, kw_only=True):
    """The policy in effect: the repository's own, or its organization's default, kept in its ``.github``.

    ``from_`` is ``repository``, ``organization`` or empty; ``path`` is the file that says so.
    Source: GitHub's documentation of community health files; GraphQL ``isSecurityPolicyEnabled`` and ``object``.
    """

    about: ClassVar = (GITHUB_REPO,)

    in_effect: bool
    from_: str = ""
    path: str = ""
