"""One look at an organization, from answers made by hand: what each part says, and what it never says. Not live."""

from __future__ import annotations

from muniment.collectors.github import collector
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.github_repository import GithubRepository
from muniment.evidence.organization_access import OrganizationAccess
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.organization_repository import OrganizationRepository
from muniment.evidence.organization_settings import OrganizationSettings
from muniment.evidence.workflow_permissions import WorkflowPermissions
from tests.collectors.github.canned import SCOPE, Callisto, at_hand, facts, read

OWNER = frozenset({"github:anonymous", f"{SCOPE}:member", f"{SCOPE}:owner"})
LODESTAR = "github:repo/callisto/lodestar"


def test_an_owners_look_tells_of_the_organization_and_of_each_repository():
    world = Callisto()
    found = read(world)
    assert {scope for scope, _ in found} == {SCOPE, LODESTAR, "github:repo/callisto/quill"}
    assert facts(found[SCOPE, "github-organization"]) == [
        GithubOrganization(id=7, login="Callisto", name="Callisto")
    ]
    assert facts(found[SCOPE, "organization-access"]) == [OrganizationAccess(level="owner")]
    assert facts(found[SCOPE, "organization-member"]) == [
        OrganizationMember(id=11, login="ada", role="owner"),
        OrganizationMember(id=12, login="grace", role="member"),
    ]
    assert facts(found[SCOPE, "organization-repository"]) == [
        OrganizationRepository(id=1, asset=LODESTAR),
        OrganizationRepository(id=2, asset="github:repo/callisto/quill"),
    ]
    assert facts(found[SCOPE, "organization-settings"]) == [
        OrganizationSettings(
            requires_two_factor=True, base_permission="read", members_can_create_public_repositories=True
        )
    ]
    assert facts(found[SCOPE, "workflow-permissions"]) == [WorkflowPermissions(default="read")]
    assert facts(found[LODESTAR, "github-repository"]) == [
        GithubRepository(id=1, name="Callisto/Lodestar", default_branch="main")
    ]
    wrong = {k: b.outcome for k, b in found.items() if b.outcome != "collected"}
    assert set(wrong) == {(LODESTAR, "repository-property"), ("github:repo/callisto/quill", "repository-property")}


def test_a_look_costs_seven_requests_of_which_two_are_about_the_credential():
    world = Callisto()
    read(world)
    assert [question for question, _ in world.asked] == [
        "/user",
        "Standing",
        "Organization",
        "/orgs/callisto",
        "/orgs/callisto/actions/permissions/workflow",
        "/orgs/callisto/properties/values?per_page=100",
        "PrivateRepositories",
    ]


def test_without_a_credential_nothing_is_asked_or_planned():
    made = collector(at_hand())
    assert made.asks == ()
    assert list(made.requests(SCOPE)) == []
