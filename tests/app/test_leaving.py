"""What to do when somebody leaves: every place, in order, ticked by evidence and by nothing else."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from muniment.app.access import access
from muniment.app.granting import GRANTING
from muniment.app.joining import joining
from muniment.app.leaving import Leaving, leaving
from muniment.app.material import material
from muniment.app.who import who
from muniment.evidence.declared_asset import Holding
from muniment.evidence.declared_attestation import DeclaredAttestation
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.deployment_environment import DeploymentEnvironment
from muniment.evidence.kind import Evidence, encode, kind_id
from muniment.evidence.organization_invitation import OrganizationInvitation
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.organization_role_holder import OrganizationRoleHolder
from muniment.evidence.outside_collaborator import OutsideCollaborator
from muniment.evidence.package_ownership import PackageOwnership
from muniment.evidence.package_role import PackageRole
from muniment.evidence.repository_collaborator import RepositoryCollaborator
from muniment.evidence.team_member import TeamMember
from muniment.model.observation import Batch, Cell, Item, Outcome
from muniment.model.party import Account
from muniment.model.tlp import RED, TLP, Marking
from muniment.publish.steps import Stage, Step
from tests.app.conftest import BEGAN, World

AMBER = Marking(TLP.AMBER)
ORG, REPO = "github:org/callisto", "github:repo/callisto/pier"
CLEO = DeclaredParty(handle="cleo", name="Cleo Example", github_id=7, accounts=(Account("github", "cleo-c"),))


def told(world: World, word: str = "cleo", since: date | None = None) -> Leaving:
    return leaving(world.store, word, at=None, now=world.today, since=since)


def keys(found: Leaving, state: str = "open") -> list[tuple[str, str, str]]:
    return [(step.stage.name, step.asset, step.within) for step in found.steps if step.state == state]


def look(
    world: World,
    asset: str,
    kind: type[Evidence],
    *facts: Evidence,
    outcome: Outcome = Outcome.COLLECTED,
    marking: Marking = AMBER,
) -> None:
    """Keep what an owner saw of one cell today."""
    run = world.store.open_run(at=world.today, code="test", register="callisto", commit="")
    batch = Batch(
        cell=Cell("github", asset, kind_id(kind)),
        vantage=frozenset({f"{ORG}:owner"}),
        outcome=outcome,
        observed_at=world.today,
        parser="canned/1",
        marking=marking,
        items=tuple(Item(f.key, encode(f)) for f in facts),
    )
    world.store.record(run, (batch,))


def package(world: World, *accounts: str) -> None:
    world.package("lodestar")
    kept = [f for f in world.says("pypi:lodestar") if not isinstance(f, PackageRole | PackageOwnership)]
    roles = [PackageRole(account=a, role="Owner") for a in accounts]
    world.sky.says["pypi:lodestar"] = (*kept, PackageOwnership(), *roles)


@pytest.fixture
def busy(world: World) -> World:
    """Cleo holds something everywhere, beside Ada."""
    world.more = [*world.more, replace(CLEO, accounts=(*CLEO.accounts, Account("pypi", "cleo")))]
    world.declare(REPO)
    package(world, "cleo", "ada.l")
    world.run()
    look(
        world,
        ORG,
        OrganizationMember,
        OrganizationMember(id=7, login="cleo-c", role="member"),
        OrganizationMember(id=8, login="o", role="owner"),
    )
    look(world, ORG, TeamMember, TeamMember(team="core", id=7, login="cleo-c", role="maintainer"))
    look(world, ORG, OrganizationRoleHolder, OrganizationRoleHolder(role="security_manager", id=7, login="cleo-c"))
    look(world, ORG, OutsideCollaborator, OutsideCollaborator(id=7, login="cleo-c"))
    invited = OrganizationInvitation(id=3, account=7, login="cleo-c", role="owner", invited_at=BEGAN)
    look(world, ORG, OrganizationInvitation, invited)
    look(world, REPO, RepositoryCollaborator, RepositoryCollaborator(id=7, login="cleo-c", permission="read"))
    look(world, REPO, DeploymentEnvironment, DeploymentEnvironment(name="pypi", reviewers=("Cleo-C", "team:core")))
    return world


def test_every_place_is_named_once_and_registries_come_before_organizations(busy: World) -> None:
    assert keys(told(busy)) == [
        ("REGISTRY", "pypi:lodestar", ""),
        ("ENVIRONMENT", REPO, "pypi"),
        ("REPOSITORY", REPO, ""),
        ("TEAM", ORG, "core"),
        ("ORGANIZATION", ORG, ""),
        ("ORGANIZATION", ORG, ""),
        ("ORGANIZATION", ORG, ""),
        ("ORGANIZATION", ORG, "security_manager"),
    ]


def test_what_nobody_else_was_seen_to_be_able_to_do_is_handed_over_first(world: World) -> None:
    package(world, "ada.l")
    world.run()
    (first, *_) = told(world, "ada").steps
    assert (first.stage, first.asset) == (Stage.HAND_OVER, "pypi:lodestar")
    assert "nobody else was seen who can, and not everything could be seen" in first.what


def test_a_service_that_the_register_expects_them_alone_to_hold_is_handed_over(world: World) -> None:
    world.declare("service:registrar")
    world.assets["service:registrar"] = replace(
        world.assets["service:registrar"], holders=(Holding("account", ("ada",)),)
    )
    world.run()
    assert keys(told(world, "ada")) == [
        ("HAND_OVER", "service:registrar", ""),
        ("VOUCHED", "service:registrar", ""),
        ("REGISTER", "service:registrar", ""),
    ]


def test_the_teams_of_the_register_are_named(world: World) -> None:
    world.more.append(DeclaredParty(handle="keepers", members=("ada", "grace")))
    world.run()
    assert keys(told(world, "ada")) == [("REGISTER", "", "keepers")]


def test_what_could_not_be_seen_stands_apart(world: World) -> None:
    world.declare(REPO)
    world.run()
    found = told(world, "ada")
    assert not found.steps
    assert any("deployment environment" in line and "not collected" in line for line in found.unseen)
    assert any("team member" in line for line in found.unseen)


def only(found: Leaving, stage: Stage) -> Step:
    (step,) = (step for step in found.steps if step.stage is stage)
    return step


def test_a_later_and_complete_look_ticks_a_step(busy: World) -> None:
    since = busy.day()
    busy.run()
    look(busy, ORG, TeamMember)
    step = only(told(busy, since=since), Stage.TEAM)
    assert (step.state, step.detail) == ("done", f"seen {busy.today:%Y-%m-%d %H:%M} UTC, github")


@pytest.mark.parametrize("outcome", [Outcome.PARTIAL, Outcome.DENIED, Outcome.UNREACHABLE])
def test_no_other_look_ticks_one(busy: World, outcome: Outcome) -> None:
    since = busy.day()
    busy.run()
    look(busy, ORG, TeamMember, outcome=outcome)
    assert only(told(busy, since=since), Stage.TEAM).state == "open"


def test_an_account_removed_from_the_registry_is_ticked_by_the_next_run(busy: World) -> None:
    since = busy.day()
    package(busy, "ada.l")
    busy.run()
    assert only(told(busy, since=since), Stage.REGISTRY).state == "done"


@pytest.mark.parametrize("pinned", [True, False])
def test_a_reviewer_who_was_renamed_was_not_taken_out(busy: World, pinned: bool) -> None:
    cleo = DeclaredParty(handle="cleo", github_id=7 if pinned else None, accounts=(Account("github", "cleo-c"),))
    busy.more = [cleo if f.key == "cleo" else f for f in busy.more]
    busy.run()
    since = busy.day()
    busy.run()
    look(busy, ORG, OrganizationMember, OrganizationMember(id=7, login="cleo-new", role="member"))
    look(busy, REPO, DeploymentEnvironment, DeploymentEnvironment(name="pypi", reviewers=("Cleo-New",)))
    step = only(told(busy, since=since), Stage.ENVIRONMENT)
    assert step.state == "open" and "under another name: github:Cleo-New" in step.detail
    renamed = replace(cleo, accounts=(Account("github", "cleo-new"),))
    busy.more = [renamed if f.key == "cleo" else f for f in busy.more]
    busy.run()
    look(busy, REPO, DeploymentEnvironment, DeploymentEnvironment(name="pypi", reviewers=("Cleo-New",)))
    assert only(told(busy, since=since), Stage.ENVIRONMENT).account == "github:Cleo-New"


def test_a_step_that_is_ticked_by_a_login_says_so(busy: World) -> None:
    since = busy.day()
    assert only(told(busy), Stage.ENVIRONMENT).tick.endswith("does not list github:Cleo-C, by name alone")
    busy.run()
    look(busy, REPO, DeploymentEnvironment, DeploymentEnvironment(name="pypi", reviewers=("team:core",)))
    step = only(told(busy, since=since), Stage.ENVIRONMENT)
    assert step.state == "done" and step.detail.endswith("; by name alone")


@pytest.mark.parametrize("word", ["github:zoe-z", "github-id:9", "zoe"])
def test_an_account_that_goes_by_another_name_now_was_not_removed(world: World, word: str) -> None:
    if word == "zoe":  # a person whose number nobody has pinned
        world.more = [*world.more, DeclaredParty(handle="zoe", accounts=(Account("github", "zoe-z"),))]
    world.run()
    look(world, ORG, OrganizationMember, OrganizationMember(id=9, login="zoe-z", role="owner"))
    since = world.day()
    world.run()
    look(world, ORG, OrganizationMember, OrganizationMember(id=9, login="zoe-new", role="owner"))
    (step,) = (own for own in told(world, word, since).steps if own.stage is Stage.ORGANIZATION)
    assert step.state == "open" and "zoe-new" in f"{step.account} {step.detail}"
    look(world, ORG, OrganizationMember, OrganizationMember(id=8, login="zoe-z", role="member"))
    if word == "github-id:9":
        assert only(told(world, word, since), Stage.ORGANIZATION).state == "done", "somebody else took the name"


def test_removing_the_last_one_is_not_handing_over(world: World) -> None:
    package(world, "ada.l")
    world.run()
    since = world.day()
    package(world)
    world.run()
    step = only(told(world, "ada", since), Stage.HAND_OVER)
    assert step.state == "open"
    package(world, "grace")
    world.run()
    step = only(told(world, "ada", since), Stage.HAND_OVER)
    assert (step.state, step.detail) == ("done", "seen: grace")


def test_what_has_no_interface_is_ticked_by_an_attestation_made_since(world: World) -> None:
    world.declare("service:registrar")
    empty = world.assets["service:registrar"]
    world.assets["service:registrar"] = replace(empty, holders=(Holding("account", ("ada", "grace")),))
    world.run()
    since = world.day()
    world.assets["service:registrar"] = replace(empty, holders=(Holding("account", ("grace",)),))
    world.run()
    assert only(told(world, "ada", since), Stage.VOUCHED).state == "unseen"
    assert only(told(world, "ada", since), Stage.REGISTER).state == "done"
    word = DeclaredAttestation(
        asset="service:registrar", by="grace", seen=world.day(), until=date(2027, 1, 1), statement="grace alone"
    )
    world.more.append(word)
    world.run()
    assert only(told(world, "ada", since), Stage.VOUCHED).state == "done"


def test_who_comes_is_given_what_the_register_expects_and_nobody_saw(world: World) -> None:
    package(world, "ada.l")
    world.assets["pypi:lodestar"] = replace(
        world.assets["pypi:lodestar"], holders=(Holding("owner", ("ada", "grace")),)
    )
    world.run()
    found = joining(world.store, "grace", at=None, now=world.today)
    (step,) = found.steps
    assert (step.asset, step.what, step.detail) == ("pypi:lodestar", "give: owner (by name)", "")
    assert not joining(world.store, "ada", at=None, now=world.today).steps


def test_the_list_names_somebody_and_so_is_amber_at_least(busy: World) -> None:
    assert {step.marking.level for step in told(busy).steps} == {TLP.AMBER}
    look(busy, ORG, TeamMember, TeamMember(team="core", id=7, login="cleo-c"), outcome=Outcome.COLLECTED)
    assert told(busy).access.marking.level is TLP.AMBER


def test_pages_are_given_the_same_answer_as_who(busy: World) -> None:
    published = {own.asset: own for own in material(busy.store, busy.checks, now=busy.today).shipping}
    for asset in ("pypi:lodestar", ORG):
        answered = who(busy.store, asset, at=None, now=busy.today).shipping
        assert replace(answered, marking=published[asset].marking) == published[asset]
    assert REPO not in published


def test_pages_are_given_the_same_steps_as_the_terminal(busy: World) -> None:
    published = {one.handle: one.steps for one in material(busy.store, busy.checks, now=busy.today).partings}
    assert set(published) >= {"ada", "cleo", "grace"}
    for handle, steps in published.items():
        printed = told(busy, handle)
        assert tuple(replace(step, marking=printed.access.marking) for step in steps) == printed.steps, handle
    assert published["ada"] and published["cleo"], "else this shows nothing"


def test_a_step_on_a_page_is_as_closed_as_what_it_was_read_off(busy: World) -> None:
    """On the terminal the whole list is as closed as all of it."""
    team = TeamMember(team="core", id=7, login="cleo-c", role="maintainer")
    look(busy, ORG, TeamMember, team, marking=RED)
    (cleo,) = (one for one in material(busy.store, busy.checks, now=busy.today).partings if one.handle == "cleo")
    assert [step.stage for step in cleo.steps if step.marking == RED] == [Stage.TEAM]
    assert {step.marking for step in told(busy).steps} == {RED}


def test_pages_tell_of_a_person_what_the_terminal_tells_and_an_owner_holds_the_repositories(busy: World) -> None:
    busy.assets[REPO] = replace(busy.assets[REPO], holders=(Holding("admin", ("cleo",)),))
    busy.run()
    member = OrganizationMember(id=7, login="cleo-c", role="owner")
    look(busy, ORG, OrganizationMember, member)
    beside = {kind_id(kind) for kind in GRANTING}
    told = material(busy.store, busy.checks, now=busy.today)
    made = told.held
    assert {"deployment-environment", "team-member"} <= {row.kind for row in told.given if row.party == "cleo"}
    assert not [row for row in told.given if row.state == "seen" and not row.party], (
        "strangers hold something, or not"
    )
    for handle in ("ada", "cleo"):
        rows = access(busy.store, handle, at=None, now=busy.today).rows
        printed = [row for row in rows if row.kind not in beside]
        assert [row for row in made if row.party == handle] == printed, handle
        assert [row for row in told.given if row.party == handle] == [row for row in rows if row.kind in beside]
    assert {(row.state, row.role) for row in printed if row.asset == REPO} == {("seen", "read")}, "none is expected"
