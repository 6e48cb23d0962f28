"""The part of the register's policy that names people: more closed than its numbers are."""

from __future__ import annotations

from typing import ClassVar

from msgspec import field

from muniment.evidence.kind import Evidence
from muniment.model.policy import Declined, Policy
from muniment.model.tlp import TLP


class DeclaredPeoplePolicy(Evidence, frozen=True, kw_only=True):
    """Who answers for security, who declined what, and the digests of the accounts of the forgotten.

    A digest names an account to whoever guesses it. Registers recorded by earlier versions have all of this in
    ``DeclaredPolicy``, and no fact of this kind.
    """

    about: ClassVar = ()
    key_fields: ClassVar = ("project",)
    keyed_by_asset: ClassVar = True
    marking: ClassVar = TLP.AMBER
    people: ClassVar = ("security_team", "declined.by")

    project: str
    security_team: tuple[str, ...] = ()
    declined: tuple[Declined, ...] = ()
    forgotten: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, project: str, policy: Policy) -> DeclaredPeoplePolicy:
        """The part of a whole policy that names people; ``Policy.without_people`` is the other."""
        return cls(
            project=project,
            security_team=policy.security_team,
            declined=policy.declined,
            forgotten=policy.forgotten,
        )
