"""Which workflow published the newest release, as the registry tells it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from msgspec import Struct

from muniment.evidence.kind import Evidence
from muniment.evidence.package_publisher import PackagePublisher
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

    def beyond(self, listed: Iterable[PackagePublisher], whole: datetime | None) -> tuple[NamedWorkflow, ...]:
        """The workflows that a list of publishers neither names nor refutes.

        ``whole`` is when that list was seen to its end (``None``: it was not): a workflow that it lacks may then
        publish no more, unless it did so later, or nobody tells when it did.
        """
        if whole is not None and self.uploaded is not None and self.uploaded <= whole:
            return ()
        named = {_identity(one.repository, one.workflow, env) for one in listed for env in (one.environment, None)}
        return tuple(
            one for one in self.workflows if _identity(one.repository, one.workflow, one.environment) not in named
        )


def _identity(repository: str, workflow: str, environment: str | None) -> tuple[str, str, str | None]:
    """What tells a workflow and its environment from others; GitHub's environments are not case sensitive."""
    return repository, workflow, environment if environment is None else environment.casefold()
