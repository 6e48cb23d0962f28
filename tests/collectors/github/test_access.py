"""Who may do what: teams, grants, roles, invitations, Apps, keys, gates, and what nobody is told. Not live."""

from __future__ import annotations

import asyncio

import msgspec
import pytest
from msgspec.structs import replace

from muniment.collectors.github_access import collector
from muniment.collectors.github_two_factor import collector as two_factor
from muniment.evidence.deployment_environment import DeploymentEnvironment
from muniment.evidence.organization_role_holder import OrganizationRoleHolder
from muniment.evidence.repository_collaborator import RepositoryCollaborator
from muniment.evidence.team_repository import TeamRepository
from muniment.model.observation import Outcome
from muniment.testing.github.callisto import SECRETS
from muniment.testing.github.faults import FAULTS, Aim, Fault
from muniment.testing.github.growing import demo, grown
from muniment.testing.github.server import SimulatedGithub
from muniment.testing.github.world import Environment, Team
from tests.collectors.github.canned import facts
from tests.collectors.github.simulated import APP, Asker

CALLISTO = "github:org/callisto"
LODESTAR = "github:repo/callisto/lodestar"
SEXTANT = "github:repo/callisto/sextant"
ANYBODY = frozenset({"github:anonymous"})
OWNER = ANYBODY | {f"{CALLISTO}:member", f"{CALLISTO}:owner"}
OF_REPOSITORIES = {"repository-collaborator", "deploy-key", "deployment-environment"}


def look(made, who="ada", *, faults=(), scope=CALLISTO):
    with SimulatedGithub(made.world, faults=faults) as github:
        asker = Asker(made, github, who)
        return asker.look(scope, using=collector(asker.addresses)), github.requests


def organization(made, login="callisto"):
    return next(o for o in made.world.organizations if o.login == login)


def repository(made, name, login="callisto"):
    return next(r for r in organization(made, login).repositories if r.name == name)


def test_an_owner_learns_all_of_it():
    found, _ = look(demo())
    assert {b.outcome for b in found.values()} == {Outcome.COLLECTED}
    assert {t.slug: (t.parent, t.secret) for t in facts(found[CALLISTO, "organization-team"])} == {
        "core": ("", False),
        "docs": ("core", False),
        "security": ("", True),
    }
    members = facts(found[CALLISTO, "team-member"])
    assert {(m.team, m.login, m.role) for m in members if m.team != "core"} == {
        ("docs", "yuki-e", "member"),
        ("security", "ada-l", "member"),
        ("security", "noor-example", "member"),
    }
    assert TeamRepository(team="core", repository=LODESTAR, permission="maintain") in facts(
        found[CALLISTO, "team-repository"]
    )
    assert facts(found[CALLISTO, "organization-role-holder"]) == [
        OrganizationRoleHolder(role="release-watch", id=900005, login="ines-e"),
        OrganizationRoleHolder(role="security_manager", team="security"),
    ]
    assert {i.login: (i.role, i.by) for i in facts(found[CALLISTO, "organization-invitation"])} == {
        "sefa-example": ("member", "grace-h"),
        "": ("billing", "ada-l"),
    }
    apps = {a.slug: a for a in facts(found[CALLISTO, "installed-app"])}
    assert apps["ship-tester-example"].permissions == ("contents:write", "metadata:read")
    assert apps["old-robot-example"].suspended and not apps["old-robot-example"].everywhere
    assert facts(found[SEXTANT, "repository-collaborator"]) == [
        RepositoryCollaborator(id=900005, login="ines-e", permission="maintain"),
        RepositoryCollaborator(id=900031, login="otto-example", permission="triage"),
    ]
    assert [k.writes for k in facts(found[LODESTAR, "deploy-key"])] == [True]
    assert facts(found[LODESTAR, "deployment-environment"]) == [
        DeploymentEnvironment(name="release", reviewers=("ada-l", "team:core"), self_review=False)
    ]


def test_what_an_owner_sees_is_seen_with_an_owners_right_and_gates_by_anybody():
    found, _ = look(demo())
    for (_, kind), batch in found.items():
        assert batch.vantage == (ANYBODY if kind == "deployment-environment" else OWNER), kind


def test_nothing_of_private_repositories_leaves_the_collector():
    made = demo()
    for scope in (CALLISTO, "github:org/callisto-harbour"):
        for who in ("ada", "grace", "noor", APP):
            found, _ = look(made, who, scope=scope)
            told = b"".join(msgspec.json.encode(batch) for batch in found.values())
            for secret in SECRETS:
                assert secret.encode() not in told


def test_a_member_is_told_of_open_teams_and_that_there_may_be_more():
    found, asked = look(demo(), "grace")
    teams = found[CALLISTO, "organization-team"]
    assert teams.outcome is Outcome.PARTIAL
    assert {t.slug for t in facts(teams)} == {"core", "docs"}
    assert "an owner of the organization could grant it" in teams.detail
    assert not [s.path for s in asked if s.path.startswith(("/orgs", "/repos"))]
    for (_, kind), batch in found.items():
        if kind in {"repository-collaborator", "deploy-key", "outside-collaborator", "installed-app"}:
            assert batch.outcome is Outcome.DENIED
            assert "could grant it" in batch.detail


def test_a_stranger_is_told_of_gates_alone():
    found, asked = look(demo(), "guest")
    seen = {kind for (_, kind), b in found.items() if b.outcome is Outcome.COLLECTED}
    assert seen == {"deployment-environment"}
    assert not [s.path for s in asked if s.path.startswith("/orgs")]


def test_a_grant_of_ones_own_is_told_from_what_comes_through_a_team():
    made = demo()
    repository(made, "lodestar").grants = {900002: "triage"}  # who may maintain it through a team
    found, _ = look(made)
    assert facts(found[LODESTAR, "repository-collaborator"]) == [
        RepositoryCollaborator(id=900002, login="grace-h", permission="triage")
    ]


def test_a_role_given_to_a_team_is_told_of_the_team_and_not_of_its_members():
    made = demo()
    organization(made).roles[-1].teams = {"docs"}
    found, _ = look(made)
    assert {(h.role, h.team, h.login) for h in facts(found[CALLISTO, "organization-role-holder"])} == {
        ("release-watch", "", "ines-e"),
        ("release-watch", "docs", ""),
        ("security_manager", "security", ""),
    }


def test_long_lists_are_followed_to_their_end():
    made = grown(1, 120, 130, owner_of=1)
    org = made.world.organizations[0]
    people = [m.person for m in org.members]
    org.teams = [Team(id=1, slug="everybody", members=dict.fromkeys(people, "member"))]
    org.teams[0].repositories = {r.name: "read" for r in org.repositories if r.public}
    org.teams += [Team(id=n, slug=f"team-{n}") for n in range(2, 32)]
    long = next(r for r in org.repositories if r.public)
    long.grants = dict.fromkeys(people, "write")
    long.environments = [Environment(id=n, name=f"place-{n:02}") for n in range(60)]
    found, _ = look(made, scope="github:org/callisto-anchor")
    scope, place = "github:org/callisto-anchor", f"github:repo/callisto-anchor/{long.name}"
    assert {b.outcome for b in found.values()} == {Outcome.COLLECTED}
    assert len(found[scope, "organization-team"].items) == 31
    assert len(found[scope, "team-member"].items) == 130
    public = sum(r.public and "ghsa" not in r.name for r in org.repositories)
    assert len(found[scope, "team-repository"].items) == public
    assert len(found[place, "repository-collaborator"].items) == 130
    assert len(found[place, "deployment-environment"].items) == 60


def test_after_a_page_that_was_too_much_smaller_ones_are_asked():
    faults = [Aim(fault=FAULTS["graphql-resources"], path="/graphql", nth=2, times=1)]
    found, asked = look(demo(), faults=faults)
    assert {b.outcome for b in found.values()} == {Outcome.COLLECTED}
    sizes = [
        msgspec.json.decode(s.body)["variables"]["first"]
        for s in asked
        if s.is_graphql and b"GivenRepositories" in s.body
    ]
    assert sizes == [10]


def test_where_graphql_does_not_serve_rest_tells_what_it_can():
    faults = [Aim(fault=FAULTS["graphql-node-limit"], path="/graphql", nth=2)]
    found, asked = look(demo(), faults=faults)
    grants = found[SEXTANT, "repository-collaborator"]
    assert grants.outcome is Outcome.PARTIAL
    assert [(f.login, f.permission) for f in facts(grants)] == [("otto-example", "triage")]
    assert found[LODESTAR, "deployment-environment"].outcome is Outcome.COLLECTED
    assert found[LODESTAR, "deploy-key"].outcome is not Outcome.COLLECTED
    assert found[CALLISTO, "outside-collaborator"].outcome is Outcome.COLLECTED
    assert [s for s in asked if s.path == "/repos/callisto/sextant/collaborators"]


def keys_fail(scene):
    """Of one repository GraphQL does not tell the keys, however it is asked."""
    body = msgspec.json.decode(scene.true.body)
    for page in ("organization", "repository"):
        holder = (body.get("data") or {}).get(page) or {}
        nodes = (holder.get("repositories") or {}).get("nodes") or [holder]
        for node in nodes:
            if node.get("nameWithOwner") == "callisto/lodestar" and "deployKeys" in node:
                node["deployKeys"] = None
    return replace(scene.true, body=msgspec.json.encode(body))


def test_where_graphql_fails_over_one_repository_rest_tells_its_deploy_keys_as_the_same_keys():
    faults = [Aim(fault=Fault("no keys", "made up", keys_fail), path="/graphql")]
    true, _ = look(demo())
    found, asked = look(demo(), faults=faults)
    (key,) = facts(found[LODESTAR, "deploy-key"])
    assert key.id.startswith("SHA256:") and key.writes
    assert found[LODESTAR, "deploy-key"].items == true[LODESTAR, "deploy-key"].items
    assert found[LODESTAR, "deploy-key"].outcome is Outcome.COLLECTED
    assert [s.path for s in asked if s.path.endswith("/keys")] == ["/repos/callisto/lodestar/keys"]


def test_an_empty_list_of_keys_by_rest_is_not_taken_for_none():
    made = demo()
    lodestar = next(r for o in made.world.organizations for r in o.repositories if r.name == "lodestar")
    lodestar.deploy_keys = []
    found, _ = look(made, faults=[Aim(fault=Fault("no keys", "made up", keys_fail), path="/graphql")])
    assert found[LODESTAR, "deploy-key"].outcome is Outcome.PARTIAL


@pytest.mark.parametrize("way", ["null-fields", "null-nodes", "vanished-page", "graphql-partial", "truncated-json"])
def test_no_page_that_came_in_part_is_taken_for_all(way):
    faults = [Aim(fault=FAULTS[way], path="/graphql", nth=2, times=1)]
    true, _ = look(demo())
    found, _ = look(demo(), faults=faults)
    for cell, batch in found.items():
        if batch.outcome is Outcome.COLLECTED:
            assert batch.items == true[cell].items, cell
        for item in batch.items:
            assert item in true[cell].items, cell


def test_an_organization_that_is_not_there_is_asked_for_nothing_else():
    made = demo()
    made.world.organizations = [o for o in made.world.organizations if o.login != "callisto"]
    found, asked = look(made)
    assert not {b.outcome for b in found.values()} & {Outcome.ABSENT, Outcome.COLLECTED, Outcome.PARTIAL}
    assert not [s.path for s in asked if s.path.startswith("/orgs")]


def test_second_factors_and_access_share_their_first_question():
    made = demo()
    with SimulatedGithub(made.world) as github:
        asker = Asker(made, github, "ada")
        both = (collector(asker.addresses), two_factor(asker.addresses))
        for one in both:
            list(one.requests(CALLISTO))

        async def ask():
            return [await one.fetch(CALLISTO, asker.web) for one in both]

        access, factors = asyncio.run(ask())
        documents = [s for s in github.requests if s.is_graphql]
        assert len(documents) == 2  # what the credential is, and this
        assert {b.outcome for b in both[1].parse(factors)} == {Outcome.COLLECTED}
        assert {b.outcome for b in both[0].parse(access)} == {Outcome.COLLECTED}


def test_a_batch_comes_for_every_kind_of_the_organization_and_of_each_public_repository():
    found, _ = look(demo())
    scopes = {scope for scope, _ in found if scope != CALLISTO}
    assert len(scopes) == 7
    assert {kind for scope, kind in found if scope == CALLISTO} | OF_REPOSITORIES == {kind for _, kind in found}
    assert all((scope, kind) in found for scope in scopes for kind in OF_REPOSITORIES)


def test_without_a_credential_nothing_is_asked_or_planned():
    made = demo()
    with SimulatedGithub(made.world) as github:
        lacking = collector(Asker(made, github).addresses)
        assert lacking.asks == () and list(lacking.requests(CALLISTO)) == []
