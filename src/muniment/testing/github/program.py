"""The whole program on a simulated GitHub: what a run believes, judges and closes, seen from outside.

A register that declares a world's organizations, a database, somebody's credentials, and a clock that passes when
the program waits. Not live. ::

    with SimulatedGithub(made.world, faults=[...]) as github:
        program = Program(made, open_store(url, create=True), "ada")
        program.run(github)
        program.verdicts()
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta

from msgspec import Struct
from msgspec.structs import replace

from muniment.app.assess import chosen
from muniment.app.collect import ask, finish
from muniment.app.dossiers import book_at, dossiers
from muniment.app.main_job import Declared, Done, begin, main_job
from muniment.app.plan import Plan
from muniment.checks.assessment import Bench, compile
from muniment.checks.declaration import checks
from muniment.collectors.addresses import Addresses, addresses
from muniment.collectors.credentials import Ring, Token, kind_of
from muniment.collectors.finding import collectors
from muniment.collectors.github_app import App
from muniment.collectors.http import Limits, Web
from muniment.collectors.meter import Meter
from muniment.evidence.bundle import Bundle
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.declared_policy import DeclaredPolicy
from muniment.evidence.kind import Evidence
from muniment.ledger.finding import State
from muniment.model.asset import GITHUB_ORG, Status, family
from muniment.model.observation import Batch
from muniment.model.party import Account
from muniment.model.policy import Policy
from muniment.model.secrecy import Secret
from muniment.model.tlp import CLEAR
from muniment.model.verdict import Fail, Unknown, Verdict
from muniment.ports import Store
from muniment.testing.github.made import Made
from muniment.testing.github.server import SimulatedGithub

APP = "robot"
QUICK = Limits(tries=2, try_seconds=20.0, body_bytes=2**26)


class Judgement(Struct, frozen=True):
    """An answer as it can be compared: its word, the reason of an Unknown, and the keys of a Fail's problems."""

    word: str
    reason: str = ""
    keys: frozenset[str] = frozenset()

    def says_no_more_than(self, true: Judgement) -> bool:
        """True if it is the true one, names a part of its problems, or says why it cannot tell."""
        if self.word == "Unknown":
            return bool(self.reason)
        return self == true or (self.word == true.word == "Fail" and self.keys < true.keys)


class Program:
    """A project whose register declares every organization of a world, asked about with some credentials."""

    def __init__(self, made: Made, store: Store, *names: str, policy: Policy | None = None) -> None:
        self.made = made
        self.store = store
        self.names = names
        self.meter = Meter()
        self.policy = policy or Policy(security_team=("ada",))
        self.also: tuple[Evidence, ...] = ()
        self.recorded: tuple[Bundle, ...] = ()
        self.sources: tuple[str, ...] = ()
        """The sources that a run asks; empty: all that are about GitHub."""

    def declared(self) -> tuple[Evidence, ...]:
        """The register: the project, ada, each organization, and ``also``."""
        world = self.made.world
        ada = next((p for p in world.people if p.login == "person-ada-example"), None)
        accounts = (Account("github", ada.login),) if ada else ()
        return (
            DeclaredPolicy(project="callisto", name="Project Callisto", policy=self.policy),
            *self.also,
            DeclaredParty(handle="ada", name="Ada Example", accounts=accounts, github_id=ada.id if ada else None),
            *(
                DeclaredAsset(asset=asset, status=Status.OFFICIAL, reason="made up for a test")
                for asset in (
                    "project:callisto",
                    *(f"github:org/{o.login.lower()}" for o in world.organizations),
                    *(f"github:enterprise/{e.slug.lower()}" for e in world.enterprises),
                )
            ),
        )

    def run(self, github: SimulatedGithub) -> Done:
        """One run, a day after the last."""
        world = self.made.world
        world.now += timedelta(days=1)
        asking, web = self._asking(github)
        able = (c for c in collectors(asking) if c.source.startswith("git"))
        found = tuple(c for c in able if not self.sources or c.source in self.sources)
        done = main_job(
            self.store,
            Declared("callisto", self.declared(), CLEAR, ""),
            checks(),
            found,
            lambda _: web,
            self.recorded,
            clock=lambda: world.now,
            code="muniment test",
        )
        self.meter = web.meter
        return done

    def look(self, github: SimulatedGithub) -> None:
        """One look at all about every organization, a day after the last, whether a check needs it or not."""
        world = self.made.world
        world.now += timedelta(days=1)
        asking, web = self._asking(github)
        able = [c for c in collectors(asking) if GITHUB_ORG in c.families and c.source.startswith("github")]
        run = begin(self.store, Declared("callisto", self.declared(), CLEAR, ""), now=world.now, code="test")

        def keep(batches: Sequence[Batch]) -> Sequence[Batch]:
            self.store.record(run, batches)
            return batches

        for rank in sorted({c.rank for c in able}):
            pairs = tuple(
                (c, f"github:org/{o.login.lower()}") for c in able if c.rank == rank for o in world.organizations
            )
            for collector, scope in pairs:
                list(collector.requests(scope))
            ask(Plan(pairs, (), (), (), ()), lambda _: web, keep, tick=lambda _: None)
        finish(self.store, run)

    def facts(self) -> frozenset[tuple[str, str, str, bytes]]:
        """What is believed of GitHub: scope, kind, key and payload of every fact."""
        return frozenset(
            (r.cell.scope, r.cell.kind, key, payload)
            for r in self.store.cells()
            if r.cell.source.startswith("github")
            for key, payload in r.facts
        )

    def verdicts(self) -> Mapping[tuple[str, str], Judgement]:
        """What every check says of every asset now, by check and asset."""
        book = book_at(self.store)
        bench = Bench(book.inventory, book.inventory.policy, self.made.world.now.date())
        found = {}
        ready = [(c, compile(c)) for c in chosen(checks(), book.inventory.policy)]
        for dossier in dossiers(self.store.cells(), book, now=self.made.world.now):
            for check, judge in ready:
                if family(dossier.asset) in check.families:
                    found[check.id, dossier.asset] = judgement(judge(dossier, bench).verdict)
        return found

    def standing(self) -> frozenset[tuple[str, str, str]]:
        """The findings that are open: check, asset, key."""
        every = self.store.findings(fixed=True)
        return frozenset((f.id.check, f.id.asset, f.id.key) for f in every if f.state is State.OPEN)

    def _asking(self, github: SimulatedGithub) -> tuple[Addresses, Web]:
        made = self.made
        tokens = [
            Token(name, kind_of(Secret(secret)), Secret(secret), ("a test",))
            for name, secret in made.tokens.items()
            if name in self.names
        ]
        apps = [(App(APP, str(a.id), Secret(made.private_key)), "a test") for a in made.world.apps]
        ring = Ring(tokens, apps if APP in self.names else [], lambda: made.world.now)
        plain = addresses("https://index.example/simple", "https://npm.example")
        public = replace(plain.public, github=github.api, graphql=github.graphql)
        web = Web(
            now=lambda: made.world.now,
            sleep=self._sleep,
            limits=QUICK,
            recall=self.store.recall,
            remember=self.store.remember,
            github=github.api,
            graphql=github.graphql,
            credentials=ring,
        )
        return replace(plain, public=public, keys=ring.keys()), web

    async def _sleep(self, seconds: float) -> None:
        self.made.world.now += timedelta(seconds=seconds)
        await asyncio.sleep(0)


def judgement(verdict: Verdict) -> Judgement:
    """A verdict as it can be compared."""
    word = type(verdict).__name__
    if isinstance(verdict, Unknown):
        return Judgement(word, verdict.reason.value)
    return Judgement(
        word, keys=frozenset(p.key for p in verdict.problems) if isinstance(verdict, Fail) else frozenset()
    )
