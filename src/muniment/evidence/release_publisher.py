"""Which workflow published the newest release, as the registry tells it."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from msgspec import Struct

from muniment.evidence.kind import Evidence
from muniment.model.asset import NPM, PYPI


class NamedWorkflow(Struct, frozen=True):
    """A workflow that an attestation names.

    ``repository`` is an asset id (``github:repo/o/n``), or ``KIND:NAME`` where it lies elsewhere; ``workflow`` a
    file's name. ``environment`` is the one that it ran in; empty: none, ``None``: it is not told.
    """

    repository: str
    workflow: str
    environment: str | None = None


class ReleasePublisher(Evidence, frozen=True, kw_only=True):
    """The workflows that the attestations of one file name; ``uploaded`` is when that file came (UTC).

    It tells who did publish: neither that no other may, nor that this one still may, of which ``package-publisher``
    tells. So it is never seen whole, and a release without attestations makes it unobservable. The signatures are
    not verified. Source: PEP 740 for PyPI, the SLSA provenance of the newest version for npm.
    """

    about: ClassVar = (PYPI, NPM)

    version: str
    file: str
    uploaded: datetime | None = None
    workflows: tuple[NamedWorkflow, ...] = ()
