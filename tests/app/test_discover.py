"""What a discovery believes of recorded evidence: nothing closed, nothing of others, nothing by silence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from muniment.app.discover import Discovered, Wanted, discover, settle
from muniment.app.main_job import Declared
from muniment.checks.declaration import checks
from muniment.collectors.addresses import addresses
from muniment.collectors.finding import collectors
from muniment.evidence.bundle import Bundle
from muniment.evidence.declared_policy import DeclaredPolicy
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.kind import Evidence, encode, kind_id
from muniment.evidence.organization_repository import OrganizationRepository
from muniment.evidence.package_project import PackageProject
from muniment.evidence.repository_manifest import RepositoryManifest
from muniment.evidence.repository_property import RepositoryProperty
from muniment.model.observation import Batch, Cell, Item, Outcome
from muniment.model.policy import Policy
from muniment.model.tlp import CLEAR, RED, TLP, Marking
from muniment.ports import Io, Planned, Raw, Store
from muniment.register.discovering.seen import Record, Sight
from muniment.stores.opening import open_store

NOW = datetime(2026, 6, 1, 6, tzinfo=UTC)
AMBER = Marking(TLP.AMBER)
ORG = "github:org/callisto"
REPO = "github:repo/callisto/a"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(str(tmp_path / "discovered.sqlite"))
    yield opened
    opened.close()


def look(
    scope: str,
    *facts: Evidence,
    kind: type[Evidence] | None = None,
    outcome: Outcome = Outcome.COLLECTED,
    marking: Marking = CLEAR,
    at: datetime = NOW,
) -> Batch:
    source = "github" if scope.startswith("github:") else "pypi"
    return Batch(
        cell=Cell(source, scope, kind_id(kind or type(facts[0]))),
        vantage=frozenset({f"{source}:anonymous"}),
        outcome=outcome,
        observed_at=at,
        parser="made up/1",
        marking=marking,
        items=tuple(Item(fact.key, encode(fact)) for fact in facts),
    )


def listed(*names: str, marking: Marking = CLEAR, scope: str = ORG) -> Batch:
    facts = [OrganizationRepository(id=n, asset=f"github:repo/{name}") for n, name in enumerate(names, start=1)]
    return look(scope, *facts, kind=OrganizationRepository, marking=marking)


def builds(repository: str, package: str, marking: Marking = CLEAR) -> Batch:
    return look(repository, RepositoryManifest(path="pyproject.toml", package=package), marking=marking)


def seen(
    store: Store,
    *batches: Batch,
    marking: Marking = AMBER,
    packages: Sequence[str] = (),
    note: Callable[[str], None] = lambda text: None,
) -> Discovered:
    return discover(
        store,
        Wanted("callisto", "Callisto", (ORG,), tuple(packages), marking),
        checks(),
        collectors(addresses("https://index.example/simple", "https://npm.example")),
        lambda _: pytest.fail("asked"),
        [Bundle(made=NOW, by="tests", marking=CLEAR, batches=batches, notes=())],
        clock=lambda: NOW,
        code="test",
        limit=0,
        note=note,
    )


def test_what_was_recorded_is_seen_without_asking(store: Store) -> None:
    found = seen(
        store,
        listed("callisto/a"),
        builds(REPO, "pypi:a"),
        look("pypi:a", PackageProject(name="a", repository=REPO)),
        look(REPO, RepositoryProperty(name="Owner", values=("hulls",)), marking=AMBER),
    ).seen
    assert [o.sight for o in found.organizations] == [Sight.WHOLE]
    assert [(r.asset, r.packages, r.properties) for r in found.repositories] == [
        (REPO, ("pypi:a",), {"owner": ("hulls",)})
    ]
    assert [(p.asset, p.record, p.repository) for p in found.packages] == [("pypi:a", Record.LINKED, REPO)]


@pytest.mark.parametrize("marking", [RED, Marking(TLP.AMBER, frozenset({"hulls"}))], ids=["red", "to a few"])
def test_what_is_for_fewer_readers_than_the_register_is_not_used(store: Store, marking: Marking) -> None:
    hidden = seen(
        store,
        listed("callisto/canary", marking=marking),
        builds("github:repo/callisto/canary", "pypi:canary", marking),
        look("pypi:kept", PackageProject(name="canary"), marking=marking),
        packages=("pypi:kept",),
    ).seen
    assert [o.sight for o in hidden.organizations] == [Sight.UNSEEN]
    assert "canary" not in repr(hidden)
    assert [p.record for p in hidden.packages] == [Record.UNSEEN]


def test_amber_properties_are_unseen_by_a_clear_register(store: Store) -> None:
    canary = look(REPO, RepositoryProperty(name="owner", values=("canary",)), marking=AMBER)
    found = seen(store, listed("callisto/a"), canary, marking=CLEAR).seen
    assert [r.properties for r in found.repositories] == [None]
    assert "canary" not in repr(found)


def test_a_list_speaks_for_its_own_organization_alone(store: Store) -> None:
    found = seen(store, listed("callisto/a", "strangers/b"), builds("github:repo/strangers/b", "pypi:b")).seen
    assert [r.asset for r in found.repositories] == [REPO]
    assert found.packages == ()


def test_without_a_list_a_recorded_manifest_shows_its_repository(store: Store) -> None:
    found = seen(store, builds(REPO, "pypi:a"), builds("github:repo/strangers/b", "pypi:b")).seen
    assert [o.sight for o in found.organizations] == [Sight.UNSEEN]
    assert [r.asset for r in found.repositories] == [REPO]


@pytest.mark.parametrize(
    ("outcome", "sight"),
    [
        (Outcome.ABSENT, Sight.GONE),
        (Outcome.DENIED, Sight.UNSEEN),
        (Outcome.UNREACHABLE, Sight.UNSEEN),
        (Outcome.PARTIAL, Sight.PART),
    ],
)
def test_only_an_answer_that_says_so_means_that_an_organization_is_not_there(
    store: Store, outcome: Outcome, sight: Sight
) -> None:
    found = seen(store, look(ORG, kind=OrganizationRepository, outcome=outcome)).seen
    assert [o.sight for o in found.organizations] == [sight]


def test_a_name_too_long_for_a_register_is_left_out(store: Store) -> None:
    found = seen(store, listed("callisto/a"), builds(REPO, f"pypi:{'a' * 300}")).seen
    assert [r.packages for r in found.repositories] == [()]


def test_the_register_is_recorded_in_the_run_in_which_it_was_discovered(store: Store) -> None:
    done = seen(store, listed("callisto/a"))
    policy = DeclaredPolicy(project="callisto", name="Callisto", policy=Policy(undecided_after=7))
    settle(store, done.run, Declared("callisto", (policy,), AMBER, "abc"), now=NOW)
    (run,) = store.runs()
    assert run.finished
    (record,) = store.cells(scopes=["register"], kinds=["declared-policy"])
    assert b'"undecided-after":7' in record.facts[0][1]
    assert not list(store.findings(fixed=True)), "nothing is judged"


class Halting:
    """Tells of each organization; a person presses Control-C when the one named comes up."""

    source = "github"
    families = ("github:org",)
    asks = families
    yields: tuple[type[Evidence], ...] = (OrganizationRepository,)
    rationed = False
    rank = 0

    def __init__(self, halt: str = "") -> None:
        self.halt = halt
        self.told: list[str] = []

    def requests(self, scope: str) -> Sequence[Planned]:
        return ()

    async def fetch(self, scope: str, io: Io) -> Raw:
        return Raw(scope, ())

    def parse(self, raw: Raw) -> tuple[Batch, ...]:
        if raw.scope == self.halt:
            raise KeyboardInterrupt
        self.told.append(raw.scope)
        return (listed(f"{raw.scope.rpartition('/')[2]}/a", scope=raw.scope),)


def test_what_was_stopped_goes_on_where_it_was(store: Store) -> None:
    organizations = tuple(f"github:org/callisto-{n}" for n in range(4))
    wanted = Wanted("callisto", "Callisto", organizations, (), AMBER)

    def again(sky: Halting) -> Discovered:
        io = lambda _: None  # noqa: E731
        return discover(store, wanted, checks(), (sky,), io, (), clock=lambda: NOW, code="test")  # type: ignore[arg-type,return-value]

    with pytest.raises(KeyboardInterrupt):
        again(Halting("github:org/callisto-2"))
    sky = Halting()
    done = again(sky)
    assert set(sky.told) == set(organizations[2:])
    assert [o.sight for o in done.seen.organizations] == [Sight.WHOLE] * 4


def test_whoever_took_a_name_since_an_earlier_discovery_is_refused(store: Store) -> None:
    face = look(ORG, GithubOrganization(id=7, login="callisto"))
    assert [r.asset for r in seen(store, face, listed("callisto/a")).seen.repositories] == [REPO]
    later = NOW + timedelta(days=1)
    stranger = look(ORG, GithubOrganization(id=8, login="callisto"), at=later)
    theirs = look(ORG, OrganizationRepository(id=90, asset="github:repo/callisto/malice"), at=later)
    notes: list[str] = []
    found = seen(store, stranger, theirs, note=notes.append)
    assert [r.asset for r in found.seen.repositories] == [REPO]
    assert notes == [f"{ORG}: GitHub's number 8 answers, not 7: refused"]
