"""Which organization of the registry holds a package."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from muniment.evidence.kind import Evidence
from muniment.model.asset import NAME, PYPI


class PackageOwnership(Evidence, frozen=True, kw_only=True):
    """The registry's organization that holds the package; empty: none does.

    Roles listed beside an organization are people's own; none listed means the organization's teams hold it,
    not that it is orphaned. Source: the ``ownership`` field of PyPI's project JSON.
    """

    about: ClassVar = (PYPI,)

    organization: Annotated[str, Meta(pattern=rf"\A\Z|{NAME}")] = ""
