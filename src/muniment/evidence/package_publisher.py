"""One workflow that a registry takes a package's releases from."""

from __future__ import annotations

from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import NPM, PYPI


class PackagePublisher(Evidence, frozen=True, kw_only=True):
    """A trusted publisher: ``workflow`` (a file's name) of ``repository`` may publish.

    ``repository`` is an asset id (``github:repo/o/n``), or ``KIND:NAME`` where it lies elsewhere. ``environment``
    is the one that the registry asks for; empty: none. Complete and empty: there is no trusted publisher. Source:
    the registry's page on publishing, which an owner of the package sees and may hand over. Which workflow did
    publish the newest release is ``release-publisher``.
    """

    handed_over: ClassVar = True

    about: ClassVar = (PYPI, NPM)
    key_fields: ClassVar = ("repository", "workflow", "environment")

    repository: str
    workflow: str
    environment: str = ""
