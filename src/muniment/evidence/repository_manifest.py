"""A package that a repository's own manifest says it builds."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from muniment.evidence.kind import Evidence
from muniment.model.asset import GITHUB_REPO, NPM, PYPI, pattern


class RepositoryManifest(Evidence, frozen=True, kw_only=True):
    """A package named by a manifest at the root of the default branch.

    ``published`` is false where the manifest itself forbids it (npm's ``private``). A manifest that computes the
    name (``setup.py``, a dynamic name), or a workspace whose parts lie deeper, makes the look partial.
    """

    about: ClassVar = (GITHUB_REPO,)
    key_fields: ClassVar = ("path", "package")

    path: str
    package: Annotated[str, Meta(pattern=pattern(PYPI, NPM))]
    published: bool = True
