"""What to do when somebody leaves or comes, place by place and in order, and how evidence ticks it."""

from __future__ import annotations

from enum import IntEnum

from msgspec import Struct

from muniment.model.tlp import RED, Marking


class Stage(IntEnum):
    """The order in which places are left: first what nobody else could do any more."""

    HAND_OVER = 1
    REGISTRY = 2
    ENVIRONMENT = 3
    REPOSITORY = 4
    TEAM = 5
    ORGANIZATION = 6
    VOUCHED = 7
    REGISTER = 8

    @property
    def words(self) -> str:
        """As a heading says it."""
        return _WORDS[self]


_WORDS = {
    Stage.HAND_OVER: "Hand over first",
    Stage.REGISTRY: "Registries",
    Stage.ENVIRONMENT: "Release environments",
    Stage.REPOSITORY: "Repositories",
    Stage.TEAM: "Teams",
    Stage.ORGANIZATION: "Organizations",
    Stage.VOUCHED: "What has no interface",
    Stage.REGISTER: "The register",
}


class Step(Struct, frozen=True, kw_only=True):
    """One thing to do at one asset.

    ``kind`` is the evidence that ticks it, or ``declared-asset``, ``declared-party`` or ``declared-attestation``
    where people's word does, or ``shipping``. ``within`` is the team's or environment's name. ``state``: ``open``;
    ``done``, ticked by evidence; ``unseen``, of which nobody can tell whether it was done, for the reason in
    ``detail``. ``place`` is ``FILE:LINE`` of the register. ``number`` is GitHub's of the account, where it has one.
    """

    stage: Stage
    asset: str
    what: str
    account: str = ""
    within: str = ""
    kind: str = ""
    tick: str = ""
    state: str = "open"
    detail: str = ""
    place: str = ""
    number: int = 0
    marking: Marking = RED

    @property
    def key(self) -> tuple[Stage, str, str, str, str]:
        """What tells a step from others, also on another day."""
        return (self.stage, self.asset, self.kind, self.account.lower(), self.within)


class Parting(Struct, frozen=True, kw_only=True):
    """What to take away from one person of the register, in order, should they leave."""

    handle: str
    steps: tuple[Step, ...]
