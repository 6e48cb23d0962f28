"""A small made-up project in a real store, run by the use cases themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from muniment.app.declare import Part
from muniment.app.main_job import Declared, Done, main_job
from muniment.checks.declaration import Check, checks
from muniment.evidence.bundle import Bundle
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.declared_policy import DeclaredPolicy
from muniment.evidence.declared_subproject import DeclaredSubproject
from muniment.evidence.kind import Evidence, encode, kind_id
from muniment.evidence.package_dependency import PackageDependency
from muniment.evidence.package_ownership import PackageOwnership
from muniment.evidence.package_project import PackageProject
from muniment.evidence.package_provenance import PackageProvenance
from muniment.evidence.package_release import PackageRelease
from muniment.evidence.package_role import PackageRole
from muniment.ledger.finding import Finding
from muniment.model.asset import NPM, PYPI, Status
from muniment.model.observation import Batch, Cell, Item, Outcome
from muniment.model.party import Account
from muniment.model.policy import Policy
from muniment.model.tlp import CLEAR, Marking
from muniment.ports import Io, Planned, Raw, Store
from muniment.stores.opening import open_store

BEGAN = datetime(2026, 3, 2, 6, tzinfo=UTC)
KINDS: tuple[type[Evidence], ...] = (
    PackageProject,
    PackageOwnership,
    PackageRole,
    PackageRelease,
    PackageProvenance,
    PackageDependency,
)


class Canned:
    """A collector whose answers are set by the test: evidence, or an outcome for everything about an asset."""

    source = "pypi"
    yields = KINDS
    families = (PYPI, NPM)
    asks = families
    rationed = True
    rank = 0

    def __init__(self) -> None:
        self.says: dict[str, tuple[Evidence, ...] | Outcome] = {}
        self.partial: set[tuple[str, type[Evidence]]] = set()
        self.now = BEGAN
        self.parser = "canned/1"

    def requests(self, scope: str) -> Sequence[Planned]:
        return (Planned("pypi", scope, f"{{pypi}}/{scope}"),)

    async def fetch(self, scope: str, io: Io) -> Raw:
        return Raw(scope, ())

    def parse(self, raw: Raw) -> tuple[Batch, ...]:
        said = self.says.get(raw.scope, Outcome.UNREACHABLE)
        out: list[Batch] = []
        for kind in KINDS:
            if isinstance(said, Outcome):
                outcome, items = said, ()
            else:
                outcome = Outcome.PARTIAL if (raw.scope, kind) in self.partial else Outcome.COLLECTED
                items = tuple(Item(f.key, encode(f)) for f in said if type(f) is kind)
            out.append(
                Batch(
                    cell=Cell(self.source, raw.scope, kind_id(kind)),
                    vantage=frozenset({"pypi:anonymous"}),
                    outcome=outcome,
                    observed_at=self.now,
                    parser=self.parser,
                    marking=CLEAR,
                    items=items,
                )
            )
        return tuple(out)


class World:
    """A project that a test changes and runs, a day at a time."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.sky = Canned()
        self.policy = Policy(live_limit=50)
        self.marking: Marking = CLEAR
        self.assets: dict[str, DeclaredAsset] = {}
        self.more: list[Evidence] = [
            DeclaredParty(handle="ada", name="Ada Example", accounts=(Account("pypi", "ada.l"),)),
            DeclaredParty(handle="grace", name="Grace Example", accounts=(Account("pypi", "grace"),)),
        ]
        self.parts: list[Part] = []
        self.checks: Mapping[str, Check] = checks()
        self.today = BEGAN
        self.declare("project:callisto")

    def declare(self, asset: str, status: Status = Status.OFFICIAL, subproject: str = "harbour") -> None:
        self.assets[asset] = DeclaredAsset(asset=asset, status=status, reason="made up", subproject=subproject)

    def package(self, name: str, **changes: object) -> None:
        """Declare a healthy package and let its registry tell of it."""
        asset = f"pypi:{name}"
        self.declare(asset)
        project = PackageProject(name=name, latest="1.0", repository="github:repo/callisto/lodestar")
        self.sky.says[asset] = (
            replace(project, **changes),
            PackageOwnership(organization="callisto"),
            PackageRole(account="ada.l", role="Owner"),
            PackageRole(account="grace", role="Owner"),
            PackageRelease(version="1.0", uploaded=datetime(2026, 1, 5, tzinfo=UTC)),
        )

    def says(self, asset: str) -> tuple[Evidence, ...]:
        said = self.sky.says[asset]
        assert isinstance(said, tuple)
        return said

    def evidence(self) -> tuple[Evidence, ...]:
        return (
            DeclaredPolicy(project="callisto", name="Project Callisto", policy=self.policy),
            DeclaredSubproject(id="harbour", name="Harbour"),
            *self.assets.values(),
            *self.more,
        )

    def run(self, days: int = 1, recorded: Sequence[tuple[Batch, ...]] = ()) -> Done:
        """A day's run; ``recorded`` are the batches of bundles that somebody handed over."""
        self.today += timedelta(days=days)
        self.sky.now = self.today
        return main_job(
            self.store,
            Declared("callisto", self.evidence(), self.marking, "abc", tuple(self.parts)),
            self.checks,
            (self.sky,),
            lambda _: None,  # type: ignore[arg-type,return-value]
            [Bundle(made=self.today, by="tests", marking=CLEAR, batches=b, notes=()) for b in recorded],
            clock=lambda: self.today,
            code="test",
        )

    def findings(self, check: str | None = None) -> list[Finding]:
        found = self.store.findings(fixed=True)
        return sorted((f for f in found if check in (None, f.id.check)), key=lambda f: f.id)

    def day(self) -> date:
        return self.today.date()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    store = open_store(str(tmp_path / "world.sqlite"))
    made = World(store)
    made.declare("pypi:org/callisto")
    made.declare("github:org/callisto")
    yield made
    store.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A database of which nothing is known yet."""
    opened = open_store(str(tmp_path / "m.sqlite"), create=True)
    yield opened
    opened.close()
