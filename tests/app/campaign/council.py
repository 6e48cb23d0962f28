"""A council with a campaign on a simulated GitHub, where organizations and accounts vanish and change names."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import count
from pathlib import Path

from msgspec.structs import replace

from muniment.app.campaign.deciding import start
from muniment.app.campaign.previewing import messages
from muniment.app.campaign.standing import Stands, stands
from muniment.app.main_job import Done
from muniment.checks.declaration import checks
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.kind import Evidence
from muniment.model.verdict import Where
from muniment.ports import Delivery, Fate
from muniment.stores.opening import open_store
from muniment.testing.github.faults import Aim, Fault, Scene, Wire
from muniment.testing.github.growing import grown
from muniment.testing.github.made import Made
from muniment.testing.github.program import Program
from muniment.testing.github.server import SimulatedGithub
from muniment.testing.github.world import Organization, Person

NAME = "two-factor"
ANCHOR, BEACON, HUB = (f"github:org/callisto-{name}" for name in ("anchor", "beacon", "anchor-hub"))
BEN, GUEST, ALONE, BOTH, OTHER = (f"github-id:{n}" for n in (910002, 910006, 910007, 910008, 910011))
"""A member of both organizations with text messages, a guest of both and a member of anchor alone without a second
factor, one of both, and one of beacon alone."""


def made() -> Made:
    """Two organizations of ada's with one repository each, and the five people above who are to go."""
    found = grown(2, 1, 5, seed=3, owner_of=2, member_of=0)
    for person in found.world.people:
        person.two_factor = "secure"
    for subject in (GUEST, ALONE, BOTH, OTHER):
        account(found, subject).two_factor = "none"
    account(found, BEN).two_factor = "insecure"
    for organization in found.world.organizations:
        organization.repositories[0].admins.add(account(found, GUEST).id)
    return found


def account(found: Made, subject: str) -> Person:
    """The account of a subject."""
    return found.world.person_of(int(subject.partition(":")[2]))


class Council(Program):
    """A register that stays as it is until a test writes into it, and the messages that are sent."""

    def __init__(self, database: Path, *, create: bool = True) -> None:
        super().__init__(made(), open_store(str(database), create=create), "ada")
        where = (Where("project.yaml", 3), Where("project.yaml", 4))
        places = iter(where)
        self.entries = [
            replace(e, where=next(places)) if isinstance(e, DeclaredAsset) and e.asset in (ANCHOR, BEACON) else e
            for e in super().declared()
        ]

    def declared(self) -> tuple[Evidence, ...]:
        return tuple(self.entries)

    def writes(self, name: str, other: str = "") -> None:
        """The line of an organization names another one from now on; none: it is taken out."""
        kept = [e for e in self.entries if not (isinstance(e, DeclaredAsset) and e.asset == name)]
        moved = [replace(e, asset=other) for e in self.entries if isinstance(e, DeclaredAsset) and e.asset == name]
        self.entries = [*kept, *(moved if other else [])]

    def looks(self, *faults: Aim) -> Done:
        """One run."""
        with SimulatedGithub(self.made.world, faults=faults) as github:
            return self.run(github)

    def begins(self) -> None:
        start(self.store, checks(), NAME, name=NAME, by="ada", now=self.made.world.now)

    def stands(self) -> Stands:
        return stands(self.store, checks(), NAME, now=self.made.world.now)

    def where(self) -> dict[str, str]:
        return {s.subject: s.where.value for s in self.stands().standings.subjects}

    def why(self, subject: str) -> str:
        return next(s.why for s in self.stands().standings.subjects if s.subject == subject)

    def sends(self) -> list[tuple[str, str]]:
        """Send what is due: whom, and which stage."""
        due = messages(self.stands(), "github-issue")
        for message in due:
            assert self.store.hand_over(message, self.made.world.now)
            self.store.settle(message.key, Delivery(Fate.SENT), self.made.world.now)
        return [(m.subject, m.stage) for m in due]

    # ------------------------------------------------------------ what befalls GitHub

    def organization(self, number: int = 0) -> Organization:
        return self.made.world.organizations[number]

    def renames(self) -> None:
        """The first organization takes another name; who asks by the former one is told that there is none."""
        org = self.organization()
        org.login, org.former_logins = "callisto-anchor-hub", {"callisto-anchor"}

    def deletes(self) -> None:
        """The first organization is deleted, with all that was in it."""
        self.made.world.organizations.pop(0)

    def loses(self, subject: str) -> None:
        """An account is deleted: nobody lists it any more."""
        gone = account(self.made, subject)
        self.made.world.people.remove(gone)
        for org in self.made.world.organizations:
            org.members = [m for m in org.members if m.person != gone.id]
            for team in org.teams:
                team.members.pop(gone.id, None)
            for role in org.roles:
                role.people.discard(gone.id)
            org.invitations = [i for i in org.invitations if gone.id not in (i.person, i.by)]
            for repository in org.repositories:
                repository.admins.discard(gone.id)
                repository.grants.pop(gone.id, None)
                for environment in repository.environments:
                    environment.people = tuple(p for p in environment.people if p != gone.id)


def befalls(council: Council, what: Callable[[], None], nth: int) -> Aim:
    """A second passes with each request of a run, and something happens right after the ``nth`` was answered."""
    asked = count(1)

    def change(scene: Scene) -> Wire:
        council.made.world.now += timedelta(seconds=1)
        if next(asked) == nth:
            what()
        return scene.true

    return Aim(fault=Fault("the world goes on", "a test", change))


def begun(folder: Path) -> tuple[Path, int]:
    """A database in which a campaign began and all were told of it, and how many requests a run takes."""
    database = folder / "begun.sqlite"
    council = Council(database)
    council.looks()
    council.begins()
    council.sends()
    with SimulatedGithub(council.made.world) as github:
        council.run(github)
        asked = len(github.requests)
    council.store.close()
    return database, asked


def taken_up(database: Path, place: Path) -> Council:
    """A council that goes on where another one's database ended."""
    place.mkdir(parents=True, exist_ok=True)
    copy = place / "m.sqlite"
    shutil.copy(database, copy)
    council = Council(copy, create=False)
    council.made.world.now = council.store.runs()[-1].at
    return council


def threads(found: Sequence[tuple[str, str]]) -> set[str]:
    """The stages among what was sent."""
    return {stage for _, stage in found}
