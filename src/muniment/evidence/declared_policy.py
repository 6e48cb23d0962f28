"""The register's numbers, recorded so that as-of never has to read git."""

from __future__ import annotations

from typing import ClassVar

from muniment.evidence.kind import Evidence
from muniment.model.policy import Policy


class DeclaredPolicy(Evidence, frozen=True, kw_only=True):
    """The project's id and name, and its policy without what names people: ``DeclaredPeoplePolicy`` has that.

    ``register_url`` is the address below which the files of the tree read first can be read, if there is one.
    Earlier versions recorded all of it here; such payloads are read as they are.
    """

    about: ClassVar = ()
    key_fields: ClassVar = ("project",)
    keyed_by_asset: ClassVar = True
    people: ClassVar = ("policy.security-team", "policy.declined.by")

    project: str
    name: str
    policy: Policy
    register_url: str = ""
