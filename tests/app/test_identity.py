"""Names on GitHub that change hands between two runs: what a stranger says is refused, and told. Not live."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from muniment.app.because import because
from muniment.app.collect import take_in
from muniment.app.dossiers import book_at
from muniment.app.hand_over import hand_over
from muniment.app.identity import Identities, kept
from muniment.app.main_job import Done
from muniment.checks.declaration import checks
from muniment.collectors.finding import collectors
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.kind import Evidence, encode, kind_id
from muniment.evidence.organization_member import OrganizationMember
from muniment.ledger.finding import State
from muniment.model.asset import GITHUB_ORG, Status
from muniment.model.observation import Batch, Cell, Item, Outcome
from muniment.model.tlp import Marking
from muniment.ports import CellRecord
from muniment.register.inventory import Inventory
from muniment.stores.opening import open_store
from muniment.testing.github.growing import small
from muniment.testing.github.program import Program
from muniment.testing.github.server import SimulatedGithub
from muniment.testing.github.world import Membership, Organization, Person, Repository

from .conftest import BEGAN, Canned

ORG, REPO = "github:org/callisto-anchor", "github:repo/callisto-anchor/atlas"
TAKEN, ANEW = "inventory/organization-name-taken", "inventory/repository-made-anew"
STRANGERS, MALLORY = 899_999, "person-mallory-example"


class Project(Program):
    """A register that stays as it is while its world changes; a test writes numbers into it."""

    def __init__(self, url: Path, *names: str) -> None:
        super().__init__(small(1, 3, 4), open_store(str(url), create=True), *names)
        self.register = {e.asset: e for e in super().declared() if isinstance(e, DeclaredAsset)}
        self.others = tuple(e for e in super().declared() if not isinstance(e, DeclaredAsset))
        self.said: list[str] = []

    @property
    def org(self) -> Organization:
        return self.made.world.organizations[0]

    def declared(self) -> tuple[Evidence, ...]:
        return (*self.others, *self.register.values())

    def writes(self, asset: str, number: int | None) -> None:
        entry = self.register.get(asset, DeclaredAsset(asset=asset, status=Status.OFFICIAL, reason="made up"))
        self.register[asset] = replace(entry, github_id=number)

    def run_(self) -> Done:
        with SimulatedGithub(self.made.world) as github:
            return self.run(github)

    def believed(self) -> dict[Any, tuple[tuple[str, bytes], ...]]:
        """What is believed of things on GitHub."""
        return {r.cell: r.facts for r in self.store.cells() if r.cell.source == "github"}

    def cell(self, scope: str, kind: str) -> CellRecord:
        (record,) = self.store.cells(scopes=(scope,), kinds=(kind,))
        return record

    def told(self, check: str) -> list[str]:
        return [asset for own, asset, _ in sorted(self.standing()) if own == check]

    def name_changes_hands(self) -> Organization:
        """The organization is renamed, and a stranger makes one of the old name, like it in every way."""
        world = self.made.world
        before = self.org
        login, before.login = before.login, f"{before.login}-hub"
        mallory = Person(id=999_666, login=MALLORY)
        taken = Organization(
            id=STRANGERS,
            login=login,
            requires_two_factor=True,
            members=[Membership(person=mallory.id, role="owner", public=True)],
            repositories=[
                Repository(id=799_000 + n, name=r.name, files={"pyproject.toml": '[project]\nname = "malice"\n'})
                for n, r in enumerate(before.repositories)
                if r.public
            ],
        )
        world.people.append(mallory)
        world.organizations.append(taken)
        return taken

    def name_comes_back(self) -> None:
        world = self.made.world
        (taken,) = (o for o in world.organizations if o.id == STRANGERS)
        world.organizations.remove(taken)
        self.org.login = taken.login


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    made = Project(tmp_path / "m.sqlite", "ada")
    yield made
    made.store.close()


def test_nothing_that_a_stranger_says_under_the_name_is_believed(project: Project) -> None:
    project.run_()
    before, open_before = project.believed(), project.standing()
    project.name_changes_hands()
    done = project.run_()
    assert project.believed() == before
    assert project.told(TAKEN) == [ORG]
    assert open_before <= project.standing()
    assert ORG not in done.reach.live and ORG in done.reach.failed


def test_it_is_said_with_both_numbers_and_seen_as_refused(project: Project) -> None:
    project.run_()
    project.name_changes_hands()
    project.run_()
    (finding,) = (f for f in project.store.findings() if f.id.check == TAKEN)
    assert str(STRANGERS) in finding.message and str(project.org.id) in finding.message
    record = project.cell(ORG, "organization-member")
    assert record.latest is Outcome.UNREADABLE and record.detail.startswith("refused:")
    assert record.standing is Outcome.COLLECTED


def test_the_numbers_are_explained(project: Project) -> None:
    project.run_()
    assert f"GitHub's number of it is {project.org.id}" in because(project.store, ORG, at=None).chain[1]
    project.name_changes_hands()
    project.run_()
    chain = "\n".join(because(project.store, ORG, at=None).chain)
    assert f"known by the number {project.org.id}, and what {STRANGERS} says under its name is refused" in chain


def test_a_bundle_of_a_stranger_is_refused_like_any_look_and_an_old_one_decides_nothing(project: Project) -> None:
    project.run_()
    before = project.believed()
    project.name_changes_hands()
    world = project.made.world

    def handed() -> tuple[Batch, ...]:
        with SimulatedGithub(world) as github:
            asking, web = project._asking(github)
            found = tuple(c for c in collectors(asking) if c.source == "github")
            return hand_over(
                Inventory.of(project.declared()), checks(), found, lambda _: web, now=world.now, only=(ORG,)
            ).batches

    world.now += timedelta(hours=1)
    strangers = handed()
    inventory = book_at(project.store).inventory
    said: list[str] = []

    def take(batches: Sequence[Batch]) -> None:
        run = project.store.open_run(at=world.now, code="t", register="callisto", commit="")
        met = Identities(project.store, inventory, now=world.now, note=said.append).meet(batches)
        kept(project.store, run, met)

    take(strangers)
    assert project.believed() == before
    assert any(str(STRANGERS) in text for text in said)
    project.name_comes_back()
    project.run_()
    assert project.told(TAKEN) == []
    take(strangers)
    project.names = ()
    project.run_()
    assert project.told(TAKEN) == [], "the stranger's look is older than the last"


def test_a_stranger_after_the_name_was_free_for_a_while_is_refused_too(project: Project) -> None:
    project.run_()
    taken = project.name_changes_hands()
    project.made.world.organizations.remove(taken)
    project.run_()
    assert project.told("inventory/declared-organization-gone") == [ORG]
    project.made.world.organizations.append(taken)
    project.run_()
    assert project.told(TAKEN) == [ORG]
    assert project.told("inventory/declared-organization-gone") == [ORG], "a stranger's does not bring it back"
    assert not any(MALLORY.encode() in p for facts in project.believed().values() for _, p in facts)


def test_when_the_name_is_ours_again_the_finding_closes_and_looks_count(project: Project) -> None:
    project.run_()
    project.name_changes_hands()
    project.run_()
    project.name_comes_back()
    done = project.run_()
    assert project.told(TAKEN) == [] and ORG in done.reach.live
    (finding,) = (f for f in project.store.findings(fixed=True) if f.id.check == TAKEN)
    assert finding.state is State.FIXED


def test_the_finding_stays_while_nobody_can_look(project: Project) -> None:
    project.run_()
    project.name_changes_hands()
    project.run_()
    project.names = ()
    project.run_()
    assert project.told(TAKEN) == [ORG]


def test_writing_the_new_number_accepts_it_and_leaves_nothing_of_the_old_in_what_is_seen(project: Project) -> None:
    project.run_()
    project.name_changes_hands()
    project.run_()
    project.writes(ORG, STRANGERS)
    project.run_()
    assert project.told(TAKEN) == []
    members = project.cell(ORG, "organization-member")
    assert [key for key, _ in members.facts] == ["999666"], "those of the former organization are gone with it"
    assert [key for key, _ in project.cell(ORG, "organization-repository").facts] == ["799000", "799001"]
    project.run_()
    assert project.told(TAKEN) == [] and ANEW not in {check for check, _, _ in project.standing()}


def test_the_number_in_the_register_speaks_from_the_first_look(project: Project) -> None:
    project.writes(ORG, 4711)
    project.run_()
    assert project.told(TAKEN) == [ORG]
    assert not any(facts for facts in project.believed().values())
    project.writes(ORG, project.org.id)
    project.run_()
    assert project.told(TAKEN) == [] and project.cell(ORG, "organization-member").facts


def test_a_repository_made_anew_by_its_organization_is_told_and_believed(project: Project) -> None:
    project.run_()
    project.org.repositories[0].id = 777_001
    project.run_()
    assert project.told(ANEW) == [REPO] and project.told(TAKEN) == []
    assert b"777001" in project.cell(REPO, "github-repository").facts[0][1]
    project.run_()
    assert project.told(ANEW) == [REPO], "until somebody says that it is right"
    project.writes(REPO, 777_001)
    project.run_()
    assert project.told(ANEW) == []


def test_a_repository_seen_by_itself_under_another_number_is_refused(project: Project) -> None:
    del project.register[ORG]
    project.writes(REPO, None)
    project.run_()
    before = project.believed()
    project.name_changes_hands()
    project.run_()
    assert project.believed() == before
    assert project.told(ANEW) == [REPO]


@pytest.mark.parametrize("name", ["Callisto-Anchor", "CALLISTO-ANCHOR"])
def test_a_name_in_another_case_is_the_same_name(project: Project, name: str) -> None:
    project.run_()
    before = project.standing()
    findings = {f.id: f.since_at for f in project.store.findings()}
    project.org.login = name
    project.org.repositories[0].name = project.org.repositories[0].name.upper()
    for person in project.made.world.people:
        person.login = person.login.upper()
    done = project.run_()
    assert done.assessed is not None and project.standing() == before
    assert {f.id: f.since_at for f in project.store.findings()} == findings


ACTS = ("nothing", "taken", "back", "owner", "stranger", "blind")


@settings(max_examples=12)
@given(acts=st.lists(st.sampled_from(ACTS), min_size=2, max_size=4))
def test_whatever_happens_to_the_name_nothing_of_a_stranger_is_ever_believed(
    tmp_path_factory: pytest.TempPathFactory, acts: Sequence[str]
) -> None:
    project = Project(tmp_path_factory.mktemp("law") / "m.sqlite", "ada")
    project.run_()
    opened: frozenset[tuple[str, str, str]] = frozenset()
    taken = seen_taken = False
    for act in acts:
        if act == "taken" and not taken:
            project.name_changes_hands()
            taken, opened = True, project.standing()
        elif act == "back" and taken:
            project.name_comes_back()
            taken, opened = False, frozenset()
        project.names = {"stranger": ("dora",), "blind": ()}.get(act, ("ada",))
        project.run_()
        if act != "blind":
            seen_taken = taken
        for cell, facts in project.believed().items():
            for _, payload in facts:
                assert MALLORY.encode() not in payload and b"malice" not in payload, cell
                assert str(STRANGERS).encode() not in payload and b'"id":7990' not in payload, cell
        assert opened <= project.standing(), "a stranger closes nothing"
        assert project.told(TAKEN) == ([ORG] if seen_taken else [])
    project.store.close()


def test_a_late_bundle_of_a_stranger_is_refused_with_all_that_nobody_else_has_told(tmp_path: Path) -> None:
    """The organization's own face was seen since; the stranger's in the bundle still tells whose bundle it is."""
    vantage = frozenset({f"{ORG}:owner"})

    def look(kind: Evidence, day: int) -> Batch:
        return Batch(
            cell=Cell("github", ORG, kind_id(type(kind))),
            vantage=vantage,
            outcome=Outcome.COLLECTED,
            observed_at=BEGAN + timedelta(days=day),
            parser="test/1",
            marking=Marking(type(kind).marking),
            items=(Item(kind.key, encode(kind)),),
        )

    ours, taken = GithubOrganization(id=1, login="x"), GithubOrganization(id=STRANGERS, login="x")
    store = open_store(str(tmp_path / "m.sqlite"))
    inventory = Inventory.of((DeclaredAsset(asset=ORG, status=Status.OFFICIAL, reason="ours"),))
    source = Canned()
    source.source, source.yields, source.families = (
        "github",
        (GithubOrganization, OrganizationMember),
        (GITHUB_ORG,),
    )
    for day, batches in enumerate(
        (
            (look(ours, 0),),
            (look(taken, 1),),
            (look(ours, 2),),
            (look(taken, 1), look(OrganizationMember(id=9, login=MALLORY), 1)),
        )
    ):
        now = BEGAN + timedelta(days=max(day, 2) + 1)
        run = store.open_run(at=now, code="test", register="callisto", commit="")
        take_in(store, run, batches, (source,), meet=Identities(store, inventory, now=now).meet)
    assert not [r.facts for r in store.cells(kinds=[kind_id(OrganizationMember)]) if r.facts]
    store.close()
