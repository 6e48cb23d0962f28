"""Repositories found in a declared organization are judged as its own, and nothing private ever is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from muniment.app.assess import assess
from muniment.app.declare import declare
from muniment.app.dossiers import Book, book_at, dossiers
from muniment.app.who import who
from muniment.checks.declaration import checks
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_policy import DeclaredPolicy
from muniment.evidence.declared_subproject import DeclaredSubproject
from muniment.evidence.github_repository import GithubRepository
from muniment.evidence.kind import Evidence, encode, kind_id
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.organization_repository import OrganizationRepository
from muniment.evidence.private_repository import PrivateRepository
from muniment.evidence.security_policy import SecurityPolicy
from muniment.model.asset import Status
from muniment.model.errors import UsageError
from muniment.model.observation import Batch, Cell, Item, Outcome
from muniment.model.policy import Policy
from muniment.model.tlp import CLEAR, TLP, Marking
from muniment.model.verdict import Where
from muniment.ports import Store
from muniment.publish.material import Material, RunInfo
from muniment.publish.view import build
from muniment.stores.opening import open_store

from .conftest import BEGAN

ORG = "github:org/callisto"
RUN = RunInfo(id=1, at=BEGAN)
CORE, DOCS = "github:repo/callisto/core", "github:repo/callisto/manual"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(str(tmp_path / "found.sqlite"))
    yield opened
    opened.close()


def said(
    scope: str, kind: type[Evidence], *facts: Evidence, outcome: Outcome = Outcome.COLLECTED, day: int = 0
) -> Batch:
    return Batch(
        cell=Cell("github", scope, kind_id(kind)),
        vantage=frozenset({"github:anonymous"}),
        outcome=outcome,
        observed_at=BEGAN + timedelta(days=day),
        parser="github/1",
        marking=Marking(kind.marking),
        items=tuple(Item(f.key, encode(f)) for f in facts),
    )


def organization(status: Status = Status.OFFICIAL, repositories: str = "all", asset: str = ORG) -> DeclaredAsset:
    return DeclaredAsset(
        asset=asset,
        status=status,
        reason="ours",
        subproject="harbour",
        repositories=repositories,
        where=Where("assets.yaml", 7),
    )


def kept(store: Store, declared: Iterable[DeclaredAsset], *batches: Batch, day: int = 0) -> Book:
    at = BEGAN + timedelta(days=day)
    run = store.open_run(at=at, code="test", register="callisto", commit="")
    head = DeclaredPolicy(project="callisto", name="Project Callisto", policy=Policy())
    declare(store, run, (head, DeclaredSubproject(id="harbour", name="Harbour"), *declared), CLEAR, now=at)
    store.record(run, batches)
    return book_at(store)


def listed(*names: str, outcome: Outcome = Outcome.COLLECTED, day: int = 0, marking: Marking = CLEAR) -> Batch:
    facts = [OrganizationRepository(id=len(name), asset=f"github:repo/callisto/{name}") for name in names]
    return replace(said(ORG, OrganizationRepository, *facts, outcome=outcome, day=day), marking=marking)


def judged(store: Store, book: Book) -> list[str]:
    return [d.asset for d in dossiers(store.cells(), book, now=BEGAN) if d.asset.startswith("github:repo")]


@pytest.mark.parametrize("status", [Status.OFFICIAL, Status.UNCLEAR])
def test_a_repository_in_the_list_of_a_declared_organization_has_a_dossier(store: Store, status: Status) -> None:
    face = said(CORE, GithubRepository, GithubRepository(id=0, name="callisto/core"))
    book = kept(store, [organization(status)], listed("core", "manual"), face)
    (core, docs) = (d for d in dossiers(store.cells(), book, now=BEGAN) if d.asset.startswith("github:repo"))
    assert (core.asset, docs.asset) == (CORE, DOCS)
    assert core.entry.status is status
    assert core.entry.reason == "as its organization, github:org/callisto"
    assert core.entry.where == Where("assets.yaml", 7)
    assert core.subproject == "harbour"
    assert set(core.cells) == {GithubRepository}
    assert not docs.cells


@pytest.mark.parametrize(
    "entry",
    [organization(repositories="listed"), organization(Status.ARCHIVED), organization(Status.EXTERNAL)],
    ids=lambda e: f"{e.status} {e.repositories}",
)
def test_what_is_found_elsewhere_is_nobodys(store: Store, entry: DeclaredAsset) -> None:
    face = said(CORE, GithubRepository, GithubRepository(id=0, name="callisto/core"))
    assert judged(store, kept(store, [entry], listed("core"), face)) == []


def test_the_registers_own_entry_comes_before_the_organizations(store: Store) -> None:
    own = DeclaredAsset(asset=CORE, status=Status.EXTERNAL, reason="a copy of a friend's")
    book = kept(store, [organization(), own], listed("core"))
    assert judged(store, book) == [CORE]
    assert book.inventory.entry(CORE) == own


def test_evidence_alone_makes_nothing_the_projects(store: Store) -> None:
    """Cells of a repository that is in no list: it was deleted, or has become private."""
    face = said(CORE, GithubRepository, GithubRepository(id=0, name="callisto/core"))
    assert judged(store, kept(store, [organization()], face)) == []


def test_a_list_speaks_for_its_own_organization_alone(store: Store) -> None:
    other = organization(asset="github:org/tidewater")
    foreign = OrganizationRepository(id=1, asset="github:repo/tidewater/widgets")
    assert judged(store, kept(store, [organization(), other], said(ORG, OrganizationRepository, foreign))) == []


def test_a_private_repository_is_no_asset(store: Store) -> None:
    secret = PrivateRepository(id=9, name="callisto/core-ghsa-aaaa-bbbb-cccc", advisory_fork=True)
    book = kept(store, [organization()], listed("core"), said(ORG, PrivateRepository, secret))
    assert judged(store, book) == [CORE]
    assert "ghsa" not in repr(book.inventory)


def test_a_repository_leaves_with_complete_evidence_and_not_with_less(store: Store) -> None:
    declared = [organization()]
    assert judged(store, kept(store, declared, listed("core", "manual"))) == [CORE, DOCS]
    book = kept(store, declared, listed("core", outcome=Outcome.PARTIAL, day=1), day=1)
    assert judged(store, book) == [CORE, DOCS]
    assert judged(store, kept(store, declared, listed("core", day=2), day=2)) == [CORE]


def test_a_damaged_list_hides_no_other(store: Store) -> None:
    damaged = Batch(
        cell=Cell("elsewhere", ORG, kind_id(OrganizationRepository)),
        vantage=frozenset({"github:anonymous"}),
        outcome=Outcome.COLLECTED,
        observed_at=BEGAN,
        parser="elsewhere/1",
        marking=CLEAR,
        items=(Item("1", b'{"id":1,"asset":"github:repo/.."}'),),
    )
    assert judged(store, kept(store, [organization()], damaged, listed("core"))) == [CORE]


def test_a_person_may_ask_who_holds_what_was_found(store: Store) -> None:
    ada = OrganizationMember(id=7, login="ada-l", role="owner")
    kept(store, [organization()], listed("core"), said(ORG, OrganizationMember, ada))
    assert who(store, CORE, at=None, now=BEGAN).asset == CORE
    (holder,) = who(store, ORG, at=None, now=BEGAN).holders
    assert (holder.who, holder.role) == ("ada-l", "owner")
    with pytest.raises(UsageError):
        who(store, DOCS, at=None, now=BEGAN)


def test_what_was_found_is_as_closed_as_the_list_that_names_it(store: Store) -> None:
    book = kept(store, [organization()], listed("core", marking=Marking(TLP.RED)))
    (core,) = (d for d in dossiers(store.cells(), book, now=BEGAN) if d.asset == CORE)
    assert (core.declared.level, core.inventory.level) == (TLP.RED, TLP.RED)
    assert who(store, CORE, at=None, now=BEGAN).marking.level is TLP.RED
    made = Material(inventory=book.inventory, register_marking=CLEAR, at=BEGAN, as_of=BEGAN.date(), run=RUN)
    shown = {a.asset: a.marking.level for a in build(made, {}).assets}
    assert shown == {ORG: TLP.CLEAR, CORE: TLP.RED}


def test_the_past_knows_the_repositories_of_the_past(store: Store) -> None:
    kept(store, [organization()], listed("core", "manual"))
    kept(store, [organization()], listed("core", day=2), day=2)
    assert set(book_at(store, BEGAN + timedelta(days=1)).inventory.found) == {CORE, DOCS}
    assert set(book_at(store).inventory.found) == {CORE}


def test_a_finding_about_a_found_repository_ends_when_a_whole_list_no_longer_names_it(store: Store) -> None:
    def after(*batches: Batch, day: int) -> list[str]:
        kept(store, [organization()], *batches, day=day)
        run = store.runs()[-1].id
        assess(store, run, checks(), now=BEGAN + timedelta(days=day))
        return [f.id.check for f in store.findings() if f.id.asset == CORE]

    face = said(CORE, GithubRepository, GithubRepository(id=0, name="callisto/core"))
    policy = said(CORE, SecurityPolicy, SecurityPolicy(in_effect=False))
    assert after(listed("core", "manual"), face, policy, day=0) == ["repositories/no-security-policy"]
    assert after(listed("manual", outcome=Outcome.PARTIAL, day=1), day=1) == ["repositories/no-security-policy"]
    archived = said(CORE, GithubRepository, GithubRepository(id=0, name="callisto/core", archived=True), day=2)
    assert after(archived, day=2) == [], "archived: not applicable"
    again = said(CORE, GithubRepository, GithubRepository(id=0, name="callisto/core"), day=3)
    assert after(again, day=3) == ["repositories/no-security-policy"]
    assert after(listed("manual", day=4), day=4) == [], "retired"
