"""Whether a release's files carry an attestation of where they were built."""

from __future__ import annotations

from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.asset import NPM, PYPI


class PackageProvenance(Evidence, frozen=True, kw_only=True):
    """Files of one release with and without provenance.

    Source: PEP 740 (simple API 1.3) for PyPI, ``dist.attestations`` of the packument for npm. Where the index
    speaks an older API the whole cell is unobservable, never "without".
    """

    about: ClassVar = (PYPI, NPM)
    key_fields: ClassVar = ("version",)

    version: str
    attested: tuple[str, ...] = ()
    unattested: tuple[str, ...] = ()
