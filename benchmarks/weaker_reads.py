"""Sixty days of 200 organizations in which one read in twenty is weaker than it looks: what is closed or removed.

Each day a few people join, leave, get a second factor or lose it, and every organization's members, their second
factors and its outside collaborators' are read. One read in twenty tells less: a part of the list, the list as a
stranger or a mere member sees it, a list shorter than its own total, an empty list that says it is whole, no right,
no answer; chance may strike a cell by any of these day after day. Wrong is a fact retired that is still true that
day, and a finding closed about an account that is still without. Asked: none of either.

    python benchmarks/weaker_reads.py [--days 60] [--organizations 200] [--seed 1]
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from muniment.app.assess import assess
from muniment.app.declare import declare
from muniment.checks.declaration import checks
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_policy import DeclaredPolicy
from muniment.evidence.declared_subproject import DeclaredSubproject
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.kind import Evidence, encode, kind_id
from muniment.evidence.member_two_factor import MemberTwoFactor
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.outside_two_factor import OutsideTwoFactor
from muniment.ledger.finding import State
from muniment.model.asset import Status
from muniment.model.observation import Batch, Cell, Item, Outcome, Vantage
from muniment.model.policy import Policy
from muniment.model.tlp import TLP, Marking
from muniment.ports import Store
from muniment.stores.opening import open_store

BEGAN = datetime(2026, 3, 2, 6, tzinfo=UTC)
MEMBERS, OUTSIDERS = 20, 6
WEAKER = 0.05
AMBER = Marking(TLP.AMBER)
KINDS: tuple[type[Evidence], ...] = (GithubOrganization, OrganizationMember, MemberTwoFactor, OutsideTwoFactor)
CHECKS = {
    id: check
    for id, check in checks().items()
    if {MemberTwoFactor, OutsideTwoFactor}.intersection(check.kinds) or id == "access/single-owner"
}
WAYS = ("a part", "as a member", "as a stranger", "shorter than its total", "empty", "denied", "unreachable")
Weak = set[tuple[str, int]]


class Organization:
    """Its members and outside collaborators, by number, and how strong each one's second factor is."""

    def __init__(self, name: str, number: int, dice: random.Random) -> None:
        self.name, self.number, self._next = name, number + 1, number * 10_000 + 1
        self.dice = dice
        self.members: dict[int, str] = {}
        self.outside: dict[int, str] = {}
        for _ in range(MEMBERS):
            self.join(self.members)
        for _ in range(OUTSIDERS):
            self.join(self.outside)

    @property
    def asset(self) -> str:
        return f"github:org/{self.name}"

    def join(self, group: dict[int, str]) -> None:
        group[self._next] = self.dice.choices(("secure", "none", "insecure"), (6, 3, 2))[0]
        self._next += 1

    def live(self) -> None:
        """A day passes."""
        for group in (self.members, self.outside):
            for number in [n for n in group if self.dice.random() < 0.01]:
                group[number] = self.dice.choices(("secure", "none", "insecure"), (6, 3, 2))[0]
            if self.dice.random() < 0.05:
                self.join(group)
            if len(group) > 3 and self.dice.random() < 0.05:
                del group[self.dice.choice(list(group))]

    def facts(self, kind: type[Evidence]) -> list[Evidence]:
        """What is true of it today."""
        if kind is GithubOrganization:
            return [GithubOrganization(id=self.number, login=self.name)]
        if kind is OrganizationMember:
            owners = sorted(self.members)[:2]
            return [
                OrganizationMember(id=n, login=f"a{n}", role="owner" if n in owners else "member")
                for n in self.members
            ]
        if kind is MemberTwoFactor:
            return [MemberTwoFactor(id=n, login=f"a{n}", method=method) for n, method in self.members.items()]
        return [OutsideTwoFactor(id=n, login=f"a{n}", method=m) for n, m in self.outside.items() if m != "secure"]

    def weak(self) -> Iterator[tuple[str, int, str]]:
        """Each account that is not well protected, and which of the checks must not be closed about it."""
        for where, group in (("member", self.members), ("outside-collaborator", self.outside)):
            for number, method in group.items():
                if method != "secure":
                    word = "without-two-factor" if method == "none" else "with-insecure-two-factor"
                    yield f"access/{where}-{word}", number, self.asset


def vantage(name: str, *levels: str) -> Vantage:
    return frozenset({"github:anonymous", *(f"github:org/{name}:{level}" for level in levels)})


def read(organization: Organization, kind: type[Evidence], now: datetime, way: str) -> Batch:
    """A look at one cell, whole or weaker in a way."""
    facts, seen = organization.facts(kind), vantage(organization.name, "member", "owner")
    outcome, total = Outcome.COLLECTED, None
    some = [fact for fact in facts if organization.dice.random() < 0.6]
    if way == "a part":
        facts, outcome = some, Outcome.PARTIAL
    elif way == "as a member":
        facts, seen = some, vantage(organization.name, "member")
    elif way == "as a stranger":
        facts, seen = some, vantage(organization.name)
    elif way == "shorter than its total":
        facts, total = some, len(facts) + (len(facts) == len(some))
    elif way == "empty" and kind is not GithubOrganization:  # the parser of a face takes no empty one
        facts = []
    elif way:
        facts, outcome = [], Outcome.UNREACHABLE if way == "empty" else Outcome(way)
    return Batch(
        cell=Cell("github", organization.asset, kind_id(kind)),
        vantage=seen,
        outcome=outcome,
        observed_at=now,
        parser="simulation/1",
        marking=AMBER,
        items=tuple(Item(fact.key, encode(fact)) for fact in facts),
        total=total,
        counted=bool(facts),
    )


def live_keys(store: Store) -> set[tuple[str, str, str]]:
    """Every fact believed now, by asset, kind and key."""
    wanted = [kind_id(kind) for kind in KINDS]
    return {(r.cell.scope, r.cell.kind, key) for r in store.cells(kinds=wanted) for key, _ in r.facts}


def a_day(
    store: Store, organizations: list[Organization], dice: random.Random, now: datetime, said: list[Evidence]
) -> tuple[Counter[str], int, int]:
    """Read and judge everything once: the weaker reads by way, wrong removals, wrong closures."""
    run = store.open_run(at=now, code="simulation", register="simulation", commit="")
    declare(store, run, said, AMBER, now=now)
    before, ways, batches = live_keys(store), Counter[str](), []
    for organization in organizations:
        for kind in KINDS:
            way = dice.choice(WAYS) if dice.random() < WEAKER else ""
            ways[way] += 1
            batches.append(read(organization, kind, now, way))
    store.record(run, batches)
    assess(store, run, CHECKS, now=now)
    true = {(o.asset, kind_id(kind), fact.key) for o in organizations for kind in KINDS for fact in o.facts(kind)}
    removed = len((before - live_keys(store)) & true)
    weak = {found for o in organizations for found in o.weak()}
    closed = sum(
        1
        for f in store.findings(fixed=True)
        if f.state is State.FIXED and f.changed == run and (f.id.check, _number(f.id.key), f.id.asset) in weak
    )
    return ways, removed, closed


def _number(key: str) -> int:
    return int(key) if key.isdecimal() else 0


@click.command()
@click.option("--days", default=60, show_default=True)
@click.option("--organizations", "many", default=200, show_default=True)
@click.option("--seed", default=1, show_default=True)
def main(days: int, many: int, seed: int) -> None:
    """Live through the days; exit with 1 if anything was closed or removed wrongly."""
    dice = random.Random(seed)
    organizations = [Organization(f"callisto-{n:03}", n, dice) for n in range(many)]
    said: list[Evidence] = [
        DeclaredPolicy(project="simulation", name="Simulation", policy=Policy()),
        DeclaredSubproject(id="harbour", name="Harbour"),
        *(
            DeclaredAsset(asset=o.asset, status=Status.OFFICIAL, reason="made up", subproject="harbour")
            for o in organizations
        ),
    ]
    began, ways, removed, closed = time.perf_counter(), Counter[str](), 0, 0
    with tempfile.TemporaryDirectory() as place:
        store = open_store(str(Path(place) / "days.sqlite"), create=True)
        for day in range(days):
            more, gone, done = a_day(store, organizations, dice, BEGAN + timedelta(days=day), said)
            ways, removed, closed = ways + more, removed + gone, closed + done
            for organization in organizations:
                organization.live()
        states = Counter(f.state.value for f in store.findings(fixed=True))
        store.close()
    reads = sum(ways.values())
    weaker = reads - ways[""]
    share = f"{weaker} of them weaker ({100 * weaker / reads:.1f} %)"
    print(f"{days} days, {many} organizations: {reads} reads, {share}")
    print(", ".join(f"{way}: {ways[way]}" for way in WAYS))
    print(f"findings at the end: {', '.join(f'{n} {word}' for word, n in sorted(states.items()))}")
    print(f"removed wrongly: {removed} (0) · closed wrongly: {closed} (0) · {time.perf_counter() - began:.0f} s")
    sys.exit(1 if removed or closed or not states["fixed"] or not states["open"] else 0)


if __name__ == "__main__":
    main()
