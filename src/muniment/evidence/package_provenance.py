"""Whether a release's files carry an attestation of where they were built."""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct

from muniment.evidence.kind import Evidence
from muniment.model.asset import NPM, PYPI


class Publisher(Struct, frozen=True, order=True):
    """A workflow that the registry took files from: ``repository`` is an asset id, ``workflow`` a file's name.

    ``environment``: what the workflow had to pass; empty: none was asked for.
    """

    repository: str
    workflow: str
    environment: str = ""


class PackageProvenance(Evidence, frozen=True, kw_only=True):
    """Files of one release with and without provenance.

    ``publishers`` are the workflows that the attestations name; empty: they were not read.
    Source: PEP 740 (simple API 1.3) for PyPI, ``dist.attestations`` of the packument for npm. Where the index
    speaks an older API the whole cell is unobservable, never "without".
    """

    about: ClassVar = (PYPI, NPM)
    key_fields: ClassVar = ("version",)

    version: str
    attested: tuple[str, ...] = ()
    unattested: tuple[str, ...] = ()
    publishers: tuple[Publisher, ...] = ()
