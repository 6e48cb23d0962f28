"""Gives a grown world's people teams, grants, roles, keys and gates: a little of all that goes wrong in life."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random

from muniment.testing.github.world import (
    BEGAN,
    Contributions,
    DeployKey,
    Environment,
    Installed,
    Invitation,
    Organization,
    OrganizationRole,
    Permission,
    Push,
    Repository,
    Team,
    World,
    predefined_roles,
)

OUTSIDERS = 4
"""The outside collaborators of an organization, if there are people enough."""

_WORTH: tuple[Permission, ...] = ("read", "write", "triage", "maintain", "admin")


def contribute(world: World, seed: int) -> None:
    """Let seven people of ten contribute within half a year, two within two years, and one never.

    Each of them does so by a push to one of the repositories.
    """
    random = Random(seed + 1)  # noqa: S311 - worlds are to be alike, not secret
    today = world.now.date()
    numbers = count(1)
    for org in world.organizations:
        for person in (*(m.person for m in org.members), *org.outside()):
            back = random.choices((180, 700, 0), weights=(7, 2, 1))[0]
            if back:
                day = today - timedelta(days=random.randrange(back))
                org.contributions[person] = Contributions(public=(day,))
                if org.repositories:
                    number = next(numbers)
                    at = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
                    org.repositories[number % len(org.repositories)].pushes.append(
                        Push(id=number, at=at, by=person)
                    )


def grant(world: World, seed: int) -> None:
    """Give every organization of a world what its people have been given; the same seed gives the same."""
    random = Random(seed)  # noqa: S311 - worlds are to be alike, not secret
    for n, org in enumerate(world.organizations):
        start = 620_000 + n * 1000
        inside = [m.person for m in org.members]
        others = [p.id for p in world.people[5:] if p.id not in set(inside)]
        guests = random.sample(others, min(OUTSIDERS, len(others)))
        org.teams = _teams(random, start, org, inside)
        org.roles = _roles(start, n, org)
        org.invitations = _invitations(start, n, inside, others)
        org.installed = [
            Installed(id=start + 701, slug="ship-tester-example", permissions={"contents": "write"}),
            Installed(id=start + 702, slug="clerk-example", permissions={"issues": "write"}, everywhere=n % 2 == 0),
        ]
        numbers = count(start + 800)
        for r, repo in enumerate(org.repositories):
            _give(next(numbers), repo, r, inside, guests, org)


def _teams(random: Random, start: int, org: Organization, inside: list[int]) -> list[Team]:
    names = [repo.name for repo in org.repositories]
    core = random.sample(inside, min(6, len(inside)))
    docs = random.sample(inside, min(3, len(inside)))
    return [
        Team(
            id=start + 1,
            slug="core",
            members={id: "member" if place else "maintainer" for place, id in enumerate(core)},
            repositories={name: _WORTH[place % 5] for place, name in enumerate(names[:20])},
        ),
        Team(
            id=start + 2,
            slug="docs",
            parent="core",
            members=dict.fromkeys(docs, "member"),
            repositories=dict.fromkeys(names[::7], "write"),
        ),
        Team(id=start + 3, slug="security", secret=True, members=dict.fromkeys(inside[:2], "member")),
    ]


def _roles(start: int, n: int, org: Organization) -> list[OrganizationRole]:
    roles = predefined_roles(start + 501)
    roles[0].teams = {"security"}
    roles[0].people = {org.members[0].person} if n % 2 else set()
    if n % 4 == 3:
        roles.append(OrganizationRole(id=start + 509, name="release-watch", source="Organization", teams={"docs"}))
    return roles


def _invitations(start: int, n: int, inside: list[int], others: list[int]) -> list[Invitation]:
    found = [Invitation(id=start + 601, by=inside[0], at=BEGAN + timedelta(days=2500 + n))]
    return [*found, Invitation(id=start + 602, person=others[0], role="admin", by=inside[0])] if others else found


def _give(number: int, repo: Repository, r: int, inside: list[int], guests: list[int], org: Organization) -> None:
    if guests and r % 6 == 0:
        repo.grants[guests[r // 6 % len(guests)]] = _WORTH[r // 6 % 5]
    if r % 9 == 1:
        repo.grants[inside[r % len(inside)]] = "maintain" if r % 2 else "admin"
    if r % 10 == 0:
        repo.deploy_keys = [DeployKey(id=number * 10, title="mirror", writes=r % 20 == 0)]
    if r % 4 == 0:
        gate = org.members[0].person
        repo.environments = [
            Environment(id=number * 10 + 1, name="docs", wait=r % 8),
            Environment(id=number * 10 + 2, name="release", people=(gate,) if r % 8 else (), teams=("core",)),
        ]
