"""A campaign on made-up organizations, run day by day, so that what pages show of it is what muniment computed. ::

    ninety_days(open_store(url, create=True), folder, until=85)

People add a second factor as people do, most of them after a message. One organization switches its requirement
off, somebody new comes without a second factor, and one owner stops being one, so that nobody sees in there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from random import Random

from muniment.actors.csv_file import CHANNEL, Lists
from muniment.app.campaign.deciding import delegate, exempt, start
from muniment.app.campaign.deliver import Means, deliver
from muniment.app.campaign.previewing import messages
from muniment.app.campaign.standing import stands
from muniment.checks.declaration import checks
from muniment.evidence.declared_party import DeclaredParty
from muniment.model.party import Account
from muniment.ports import Store
from muniment.testing.github.growing import grown
from muniment.testing.github.made import Made
from muniment.testing.github.program import Program
from muniment.testing.github.server import SimulatedGithub
from muniment.testing.github.world import Membership, Person, World

NAME = "two-factor"
BY = "ada"
DONE: dict[int, int] = {
    **{3: 8, 7: 21, 14: 29, 21: 33, 28: 35, 31: 44, 35: 55, 42: 60, 49: 63, 58: 64, 61: 71, 65: 77, 72: 81, 79: 83},
    **{85: 84, 87: 90, 88: 94, 90: 95, 93: 97, 97: 98},
}
"""The days of the campaign on which somebody looks, and how many per cent have done it by then."""

SLIDES, JOINS, HIDES = 42, 49, 61
"""The days on which a requirement is switched off, somebody new comes, and an owner is one no more."""


def project() -> Made:
    """Twenty organizations, of which Ada owns eighteen; none but the second requires a second factor."""
    made = grown(20, 2, 24, seed=9, owner_of=18, member_of=2)
    for n, organization in enumerate(made.world.organizations):
        organization.requires_two_factor = n == 1
    return made


def ninety_days(
    store: Store, lists: Path, *, until: int = 97, made: Made | None = None, days: Mapping[int, int] = DONE
) -> Program:
    """The campaign up to a day of it, in a database; its messages are lines of the lists in a folder."""
    made = made or project()
    world = made.world
    program = Program(made, store, BY)
    program.also = tuple(_party(one, n) for n, one in enumerate(world.people) if n % 3 == 1 and not one.bot)
    lacking = [one for one in world.people if one.two_factor in ("none", "insecure")]
    Random(7).shuffle(lacking)  # noqa: S311 - a made-up world is to be alike, not secret
    with SimulatedGithub(world) as github:
        program.run(github)
        begun = world.now
        start(store, checks(), NAME, name=NAME, by=BY, now=begun)
        _decide(store, world, lacking)
        _send(store, world, lists)
        for day, share in days.items():
            if day > until:
                break
            world.now = begun + timedelta(days=day - 1)  # a run is a day after the last
            for one in lacking[: len(lacking) * share // 100]:
                one.two_factor = "secure"
            _happen(world, day)
            program.run(github)
            _send(store, world, lists)
    return program


def _decide(store: Store, world: World, lacking: list[Person]) -> None:
    """An owner asks their own people, and one person is left alone until after the end."""
    asked = world.organizations[0].login
    delegate(store, checks(), NAME, asked, to=BY, by=BY, now=world.now)
    until, now = world.now.date() + timedelta(days=120), world.now
    asked_about = {one.subject for one in stands(store, checks(), NAME, now=now).standings.subjects}
    whom = next(id for one in reversed(lacking) if (id := f"github-id:{one.id}") in asked_about)
    exempt(store, checks(), NAME, whom, reason="at sea without a network", until=until, by=BY, now=now)


def _happen(world: World, day: int) -> None:
    """What slides back on a day."""
    if day == SLIDES:
        world.organizations[1].requires_two_factor = False
    if day == JOINS:
        new = Person(id=max(one.id for one in world.people) + 1, login="person-newly-example", two_factor="none")
        world.people.append(new)
        world.organizations[2].members.append(Membership(person=new.id))
    if day == HIDES:
        hidden = world.organizations[min(6, len(world.organizations) - 1)]
        ada = next(one.id for one in world.people if one.login == "person-ada-example")
        for own in hidden.members:
            own.role = "member" if own.person == ada else own.role


def _send(store: Store, world: World, lists: Path) -> None:
    """Everything that is due leaves, through the outbox."""
    found = stands(store, checks(), NAME, now=world.now)
    means = Means("made:0:up", lambda: world.now, asyncio.sleep)
    asyncio.run(deliver(messages(found, CHANNEL), store, {CHANNEL: Lists(lists)}, means))


def _party(one: Person, n: int) -> DeclaredParty:
    return DeclaredParty(
        handle=f"person-{n}", name=one.name, github_id=one.id, accounts=(Account("github", one.login),)
    )
