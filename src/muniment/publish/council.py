"""What each of those who answer for security may do in each organization, and who could grant what they lack."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from muniment.model.tlp import RED, Marking


class Right(StrEnum):
    """What somebody who answers for security needs in an organization."""

    TWO_FACTOR = "sees-two-factor"
    REPORTS = "sees-private-reports"
    ADVISORIES = "opens-advisories"
    REQUIREMENT = "changes-the-requirement"

    @property
    def words(self) -> str:
        """As the head of a column."""
        return self.value.replace("-", " ").replace("two factor", "2FA")


class Answer(StrEnum):
    """Whether somebody has a right; ``SOME``: in some of the organization's repositories."""

    YES = "yes"
    SOME = "some"
    NO = "no"
    CANNOT_TELL = "cannot tell"


class Held(Struct, frozen=True):
    """The answer about one right, and what it stands on, or why there is none."""

    right: Right
    answer: Answer
    why: str


class Grantors(Struct, frozen=True):
    """The owners of an organization that were seen, who could grant what is missing; ``whole``: all of them.

    ``machines`` own it as well and cannot be asked. ``names`` are those of the owners, by handle, where known.
    """

    owners: tuple[str, ...] = ()
    whole: bool = False
    machines: tuple[str, ...] = ()
    names: dict[str, str] = {}

    @property
    def told(self) -> str:
        """In words, the owners by their handles."""
        return self._told(self.owners)

    @property
    def by_name(self) -> str:
        """In words, the owners by their names where the register has them."""
        return self._told(tuple(self.names.get(owner, owner) for owner in self.owners))

    def _told(self, owners: tuple[str, ...]) -> str:
        if owners:
            return ", ".join(owners) + ("" if self.whole else ", and owners who were not seen")
        nobody = "nobody" if self.whole else "nobody who was seen"
        if self.machines:
            return f"{nobody}: only a machine owns it ({', '.join(self.machines)}), and it cannot be asked"
        return "no owner" if self.whole else "no owner was seen"


class Place(Struct, frozen=True, kw_only=True):
    """One person in one organization: ``role`` is ``owner``, ``member``, ``none`` or empty (not known)."""

    handle: str
    name: str
    organization: str
    role: str
    rights: tuple[Held, ...]
    observed_at: datetime | None = None
    stale: bool = False
    marking: Marking = RED

    def answer(self, right: Right) -> Answer:
        """The answer about one right."""
        return next(held.answer for held in self.rights if held.right is right)

    @property
    def lacks(self) -> tuple[Right, ...]:
        """The rights that they do not have in full, or of which nobody can tell."""
        return tuple(held.right for held in self.rights if held.answer is not Answer.YES)


class State(StrEnum):
    """How the second factor of an account at one platform is known."""

    OBSERVED = "observed"
    ENFORCED = "enforced by the platform"
    ATTESTED = "attested"
    UNKNOWN = "unknown"


class Secured(Struct, frozen=True, kw_only=True):
    """The second factor of one account of one person.

    ``factor`` is ``strong``, ``insecure``, ``none``, ``some`` (how strong was not shown), or empty.
    """

    handle: str
    name: str
    platform: str
    login: str
    state: State
    factor: str = ""
    why: str = ""
    observed_at: datetime | None = None
    marking: Marking = RED


class Council(Struct, frozen=True):
    """The rights of those who answer for security, by organization and person, and their second factors.

    ``grantors`` are by organization. ``trouble`` says why there is nothing to show.
    """

    places: tuple[Place, ...] = ()
    grantors: dict[str, Grantors] = {}
    secured: tuple[Secured, ...] = ()
    marking: Marking = RED
    trouble: str = ""

    def covers(self, organization: str, right: Right) -> Answer:
        """Whether anybody has a right in an organization."""
        found = {p.answer(right) for p in self.places if p.organization == organization}
        order = (Answer.YES, Answer.SOME, Answer.CANNOT_TELL)
        return next((answer for answer in order if answer in found), Answer.NO)
