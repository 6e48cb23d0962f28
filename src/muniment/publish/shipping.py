"""Who can put a release before users, or administer an asset: people, by which paths, and what nobody could see."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from muniment.model.activity import Active, Activity, Inactive
from muniment.model.tlp import RED, Marking
from muniment.publish.held import Held


class Route(StrEnum):
    """A kind of path to an asset."""

    PYPI_ROLE = "pypi-role"
    PYPI_ORGANIZATION = "pypi-organization"
    NPM_ROLE = "npm-role"
    CONDA_FEEDSTOCK = "conda-feedstock"
    GATE = "gate"
    APPROVAL = "approval"
    PUSH = "push"
    OWNER = "owner"
    ADMIN = "admin"

    @property
    def words(self) -> str:
        """As a sentence goes on after "can publish this": ``by PyPI role``."""
        return _WORDS[self]


_WORDS = {
    Route.PYPI_ROLE: "by PyPI role",
    Route.PYPI_ORGANIZATION: "by the PyPI organization",
    Route.NPM_ROLE: "by npm",
    Route.CONDA_FEEDSTOCK: "by conda-forge",
    Route.GATE: "by being able to change the publishing workflow",
    Route.APPROVAL: "by approving its environment",
    Route.PUSH: "by pushing to the branch that is released",
    Route.OWNER: "as owners of the organization",
    Route.ADMIN: "as administrators of the repository",
}


class Factor(StrEnum):
    """What is known of an account's second factor."""

    STRONG = "strong"  # seen: there is one, and a text message will not do
    ENFORCED = "enforced"  # the platform lets nobody in without one, and knows no text messages
    NONE = "none"
    WEAK = "insecure"  # a text message will do
    SOME = "some"  # there is one; how strong was not shown
    UNSEEN = "unseen"

    @property
    def is_strong(self) -> bool:
        """True if it is known to be strong."""
        return self in (Factor.STRONG, Factor.ENFORCED)

    @property
    def is_weak(self) -> bool:
        """True if it is known not to be strong."""
        return self in (Factor.NONE, Factor.WEAK)


class Protection(Struct, frozen=True, kw_only=True):
    """The second factor of one account, ``PLACE:LOGIN``; ``detail`` says how it is known, or why it is not."""

    account: str
    factor: Factor
    detail: str = ""
    source: str = ""
    observed_at: datetime | None = None
    marking: Marking = RED


class Shipper(Struct, frozen=True, kw_only=True):
    """One person, or one machine, with every path that they have.

    ``key`` tells them from others: a handle of the register, else ``github-id:NUMBER``, else ``PLACE:LOGIN`` of an
    account that the register does not know. Several accounts of one handle are one person.
    """

    key: str
    handle: str = ""
    name: str = ""
    bot: bool = False
    paths: tuple[Held, ...]
    factors: tuple[Protection, ...] = ()
    activity: Activity | None = None

    @property
    def accounts(self) -> tuple[str, ...]:
        """The accounts that the paths are open to."""
        return tuple(dict.fromkeys(f"{p.place}:{p.who}" for p in self.paths))

    @property
    def alone(self) -> bool | None:
        """Whether some path is open to them without a second person; ``None``: that was not seen."""
        said = {path.alone for path in self.paths}
        return True if True in said else None if None in said else False

    @property
    def is_weak(self) -> bool:
        """True if an account on their paths is known to have no strong second factor."""
        return any(own.factor.is_weak for own in self.factors)

    @property
    def is_strong(self) -> bool:
        """True if every account on their paths is known to have a strong second factor."""
        return bool(self.factors) and all(own.factor.is_strong for own in self.factors)


class Workflow(Struct, frozen=True, kw_only=True):
    """A workflow that a package is published by; ``detail`` says how that is known.

    ``repository`` is an asset id, or ``KIND:NAME`` where it lies elsewhere. ``environment`` is the one that it runs
    in; empty: none, ``None``: it is not told.
    """

    repository: str
    workflow: str
    environment: str | None
    detail: str
    kind: str
    source: str = ""
    observed_at: datetime | None = None
    stale: bool = False
    marking: Marking = RED

    @property
    def words(self) -> str:
        """Which it is, and how that is known, as a sentence."""
        named = f"the workflow {self.workflow} of {self.repository}" if self.workflow else self.repository
        within = {None: ", whose environment is not told", "": ", in no environment"}
        where = within.get(self.environment, f", in the environment {self.environment}")
        return f"Published by {named}{where}: {self.detail}{' (stale)' if self.stale else ''}."


class Bus(Struct, frozen=True):
    """How many people must leave before nobody is left who can; ``most`` is ``None`` where more may be able to.

    ``least`` counts accounts that the register does not know as nobody's beyond the first: they may be people whom
    it does know.
    """

    least: int
    most: int | None

    @property
    def told(self) -> str:
        """``3``, ``2 to 4``, ``at least 2``, ``nobody`` or ``cannot tell``."""
        if self.most is None:
            return f"at least {self.least}" if self.least else "cannot tell"
        if self.most == 0:
            return "nobody"
        return str(self.most) if self.least == self.most else f"{self.least} to {self.most}"


class Shipping(Struct, frozen=True, kw_only=True):
    """Who can ``verb`` an asset (``publish``, ``administer``): people, machines apart, and what was not seen.

    ``gaps`` are rows of ``state`` ``unseen``: each says what could not be seen, and so who may be missing here.
    ``workflows`` are those that a package is published by, as far as one was seen.
    """

    asset: str
    verb: str
    people: tuple[Shipper, ...] = ()
    bots: tuple[Shipper, ...] = ()
    gaps: tuple[Held, ...] = ()
    bus: Bus = Bus(0, None)
    marking: Marking = RED
    inactive_after: int = 365
    workflows: tuple[Workflow, ...] = ()
    may_be_one: tuple[tuple[str, str], ...] = ()
    """What two are called who may be one person, for each such two; everything counts them apart."""
    bus_if_one: Bus | None = None
    """What the bus factor would be if they were; ``None``: nobody may be anybody else."""

    @property
    def bus_told(self) -> str:
        """How many may leave, and how many if those are one person who may be: ``2, or 1 if ada and … are …``."""
        if self.bus_if_one is None or self.bus_if_one == self.bus:
            return self.bus.told
        pairs = ", and ".join(f"{one} and {other}" for one, other in self.may_be_one)
        return f"{self.bus.told}, or {self.bus_if_one.told} if {pairs} are one person"

    @property
    def by_route(self) -> dict[Route, tuple[Shipper, ...]]:
        """The people by the kind of path, in the order of ``Route``."""
        return {route: found for route in Route if (found := self.on(route))}

    def on(self, route: Route) -> tuple[Shipper, ...]:
        """The people who have a kind of path."""
        return tuple(p for p in self.people if any(path.route == route for path in p.paths))

    def machines_on(self, route: Route) -> tuple[Shipper, ...]:
        """The machines that have a kind of path."""
        return tuple(p for p in self.bots if any(path.route == route for path in p.paths))

    @property
    def unknown(self) -> tuple[Shipper, ...]:
        """Those of the people whom the register does not know: they may be fewer, or be others of them."""
        return tuple(p for p in self.people if not p.handle)

    @property
    def sentence(self) -> str:
        """The answer in words, with numbers only of what is known."""
        return _sentence(self)


NO_ACTIVITY = "when they were last active is not collected"
"""Nobody was ever asked for it."""


def _activity(told: Shipping) -> str:
    """How many were not seen for long, and of how many nobody can tell."""
    if all(one.activity is None for one in told.people):
        return NO_ACTIVITY
    long = "a year" if told.inactive_after == 365 else f"{told.inactive_after} days"
    gone = sum(isinstance(one.activity, Inactive) for one in told.people)
    blind = sum(not isinstance(one.activity, Inactive | Active) for one in told.people)
    more = f", and of {blind} nobody can tell" if blind else ""
    return f"{gone} not seen for {long}{more}"


def _sentence(told: Shipping) -> str:
    people = told.people
    if not people:
        bots = f"; {_many(len(told.bots), 'machine')} can" if told.bots else ""
        if told.gaps:
            return f"Nobody was seen who can {told.verb} this{bots}; {_gaps(told)}."
        return f"Nobody can {told.verb} this{bots}."
    by = ", ".join(f"{len(found)} {route.words}" for route, found in told.by_route.items())
    extra = f" (and {_many(len(told.bots), 'machine')})" if told.bots else ""
    weak = sum(p.is_weak for p in people)
    blind = sum(not p.is_weak and not p.is_strong for p in people)
    parts = [f"of them {weak} without strong two-factor"]
    parts += [f"{blind} whose two-factor cannot be seen"] if blind else []
    parts += [f"{len(told.unknown)} unknown to the register"] if told.unknown else []
    tail = f" {_gaps(told).capitalize()}." if told.gaps else ""
    who = f"{_many(len(people), 'person')} can {told.verb} this{extra}"
    return f"{who}: {by}; {', '.join(parts)}; {_activity(told)}.{tail}"


def _gaps(told: Shipping) -> str:
    return f"{_many(len(told.gaps), 'thing')} could not be seen, so there may be more"


def _many(count: int, one: str) -> str:
    several = {"person": "people"}.get(one, f"{one}s")
    return f"{count} {one if count == 1 else several}"
