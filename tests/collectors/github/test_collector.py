"""One look at an organization, from answers made by hand: what each part says, and what it never says. Not live."""

from __future__ import annotations

import pytest

from muniment.collectors.github import collector
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.github_repository import GithubRepository
from muniment.evidence.organization_access import OrganizationAccess
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.organization_repository import OrganizationRepository
from muniment.evidence.organization_settings import OrganizationSettings
from muniment.evidence.repository_property import RepositoryProperty
from muniment.evidence.workflow_permissions import WorkflowPermissions
from muniment.model.observation import Outcome
from muniment.ports import Answer
from tests.collectors.github.canned import (
    AT,
    SCOPE,
    Callisto,
    answer,
    at_hand,
    facts,
    member,
    page,
    read,
    repository,
)

ANYBODY = frozenset({"github:anonymous"})
MEMBER = ANYBODY | {f"{SCOPE}:member"}
OWNER = MEMBER | {f"{SCOPE}:owner"}
LODESTAR = "github:repo/callisto/lodestar"
QUILL = "github:repo/callisto/quill"
FORBIDDEN_MEMBERS = {"type": "FORBIDDEN", "path": ["organization", "membersWithRole"], "message": "not accessible"}


def shortened(data):
    """A page of repositories of which GitHub says that there are more than came."""
    if data.get("organization") and "repositories" in data["organization"]:
        data["organization"]["repositories"]["totalCount"] += 1
    return data


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
    assert set(wrong) == {(LODESTAR, "repository-property"), (QUILL, "repository-property")}


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


# ---------------------------------------------------------------- who sees what


def test_what_everybody_sees_is_seen_by_anybody_and_the_rest_by_an_owner():
    found = read(Callisto())
    public = {
        "github-organization",
        "github-repository",
        "organization-repository",
        "repository-manifest",
        "security-policy",
    }
    of_members = {"organization-member", "repository-property"}  # a member sees as much of these as an owner
    for (_, kind), batch in found.items():
        expected = ANYBODY if kind in public else MEMBER if kind in of_members else OWNER
        assert batch.vantage == expected, kind


@pytest.mark.parametrize(
    ("scopes", "member", "owner", "level"),
    [
        ("admin:org, repo", True, True, "owner"),
        ("read:org, repo", True, True, "member"),
        ("admin:org", True, False, "member"),
        ("repo", True, True, "outside"),
        ("admin:org, repo", False, False, "outside"),
    ],
)
def test_a_classic_token_earns_what_its_scopes_and_its_person_both_give(scopes, member, owner, level):
    world = Callisto()
    world.scopes, world.member, world.owner = scopes, member, owner
    found = read(world)
    assert facts(found[SCOPE, "organization-access"]) == [OrganizationAccess(level=level)]
    grants = {g.rpartition(":")[2] for g in found[SCOPE, "organization-access"].vantage} - {"anonymous"}
    assert grants == {"owner": {"owner", "member"}, "member": {"member"}, "outside": set()}[level]


def test_what_only_an_owner_sees_is_not_asked_by_a_member_and_says_who_could_grant_it():
    world = Callisto()
    world.scopes = "read:org"
    found = read(world)
    asked = [question for question, _ in world.asked]
    assert "/orgs/callisto" not in asked
    assert "/orgs/callisto/actions/permissions/workflow" not in asked
    assert "PrivateRepositories" not in asked
    for kind in ("organization-settings", "workflow-permissions", "private-repository"):
        assert found[SCOPE, kind].outcome is Outcome.DENIED
        assert "an owner of the organization could grant it" in found[SCOPE, kind].detail
    assert found[SCOPE, "organization-member"].outcome is Outcome.COLLECTED


def test_a_stranger_sees_some_members_and_no_roles():
    world = Callisto()
    world.member = world.owner = False
    world.members = [member(11, "ada", None)]
    batch = read(world)[SCOPE, "organization-member"]
    assert batch.outcome is Outcome.PARTIAL
    assert facts(batch) == [OrganizationMember(id=11, login="ada", role="")]
    assert batch.vantage == frozenset({"github:anonymous"})


def test_a_token_that_may_not_ask_for_an_organizations_name_gets_it_from_rest():
    world = Callisto()
    world.scopes = "repo"
    found = read(world)
    asked = [question for question, _ in world.asked]
    assert "Organization" not in asked and "Standing" not in asked
    assert facts(found[SCOPE, "github-organization"])[0].id == 7
    assert found[SCOPE, "organization-repository"].outcome is Outcome.COLLECTED
    assert found[SCOPE, "organization-member"].outcome is Outcome.DENIED


def test_a_question_refused_whole_for_the_sake_of_members_is_asked_without_them():
    world = Callisto()
    world.member = world.owner = False
    refused = answer({"data": {"organization": None}, "errors": [FORBIDDEN_MEMBERS]})
    world.instead = lambda question, _: refused if question == "Organization" else None
    found = read(world)
    assert found[SCOPE, "organization-repository"].outcome is Outcome.COLLECTED
    assert found[SCOPE, "organization-member"].outcome is Outcome.DENIED


def test_a_role_that_an_owner_should_see_and_does_not_is_not_taken_for_none():
    world = Callisto()
    world.members = [member(11, "ada", None), member(12, "grace")]
    batch = read(world)[SCOPE, "organization-member"]
    assert batch.outcome is Outcome.PARTIAL
    assert [m.id for m in facts(batch)] == [12]


def test_a_setting_that_is_null_is_not_off():
    world = Callisto()
    world.settings["two_factor_requirement_enabled"] = None
    batch = read(world)[SCOPE, "organization-settings"]
    assert batch.outcome is Outcome.DENIED
    assert batch.items == ()


def test_a_fault_in_the_standing_upgrades_nothing():
    for question in ("/user", "Standing"):
        world = Callisto()
        world.instead = lambda asked, _, question=question: answer(b"", status=502) if asked == question else None
        found = read(world)
        assert found[SCOPE, "organization-access"].outcome is Outcome.UNREACHABLE
        assert found[SCOPE, "organization-member"].vantage == frozenset({"github:anonymous"})
        assert found[SCOPE, "private-repository"].outcome is Outcome.DENIED
        assert found[SCOPE, "organization-repository"].outcome is Outcome.COLLECTED


def test_a_refused_credential_is_not_used_and_its_trouble_is_told():
    world = Callisto()
    world.instead = lambda question, _: answer({}, status=401) if question == "/user" else None
    found = read(world)
    assert [question for question, _ in world.asked] == ["/user"]
    assert {batch.outcome for batch in found.values()} == {Outcome.DENIED}
    assert "withdrawn" in found[SCOPE, "organization-settings"].detail


def test_a_credential_that_could_not_be_used_after_all_says_why():
    world = Callisto()
    unusable = Answer("", 401, AT, detail="the installation's token was refused")
    world.instead = lambda question, _: unusable if question == "Organization" else None
    found = read(world)
    assert {(b.outcome, b.detail) for b in found.values()} == {
        (Outcome.DENIED, "the installation's token was refused")
    }


# ---------------------------------------------------------------- what comes in part


def test_an_error_spoils_what_it_points_at_and_no_more():
    world = Callisto()
    world.instead = lambda question, variables: (
        answer(
            {
                "data": world.data(question, variables),
                "errors": [
                    {
                        "type": "FORBIDDEN",
                        "path": ["organization", "repositories", "nodes", 0, "defaultBranchRef", "rules"],
                    }
                ],
            }
        )
        if question == "Organization"
        else None
    )
    found = read(world)
    assert found[LODESTAR, "branch-protection"].outcome is Outcome.DENIED
    assert found[QUILL, "branch-protection"].outcome is Outcome.COLLECTED
    assert found[LODESTAR, "security-policy"].outcome is Outcome.COLLECTED
    assert found[SCOPE, "organization-repository"].outcome is Outcome.COLLECTED


def test_an_error_that_points_at_nothing_makes_nothing_complete():
    world = Callisto()
    world.errors = [{"message": "Something went wrong"}]
    found = read(world)
    page_kinds = {kind for (scope, kind), b in found.items() if b.outcome is Outcome.COLLECTED}
    assert page_kinds <= {"organization-settings", "workflow-permissions", "organization-access"}


def test_a_node_that_did_not_come_makes_the_list_partial():
    world = Callisto()
    world.repositories[0] = None  # type: ignore[call-overload]
    found = read(world)
    batch = found[SCOPE, "organization-repository"]
    assert batch.outcome is Outcome.PARTIAL
    assert [r.id for r in facts(batch)] == [2]
    assert (LODESTAR, "github-repository") not in found


def test_a_total_that_is_another_makes_the_list_partial():
    world = Callisto()
    whole = world.data
    world.data = lambda question, variables: shortened(whole(question, variables))  # type: ignore[method-assign]
    assert read(world)[SCOPE, "organization-repository"].outcome is Outcome.PARTIAL


def test_further_pages_are_followed_and_a_broken_one_makes_the_list_partial():
    second = page([repository(3, "third")], total=3)
    for body, outcome in (
        ({"data": {"organization": {"repositories": second}}}, Outcome.COLLECTED),
        (b"{", Outcome.PARTIAL),
    ):
        world = Callisto()
        first = world.data("Organization", {"login": "callisto", "first": 50})
        first["organization"]["repositories"] = page(world.repositories, total=3, cursor="c1")
        given = {"Organization": answer({"data": first}), "Repositories": answer(body)}
        world.instead = lambda question, _, given=given: given.get(question)
        batch = read(world)[SCOPE, "organization-repository"]
        assert batch.outcome is outcome
        assert len(batch.items) == (3 if outcome is Outcome.COLLECTED else 2)


def test_a_list_that_leads_in_circles_ends():
    world = Callisto()
    first = world.data("Organization", {"login": "callisto", "first": 50})
    first["organization"]["repositories"] = page(world.repositories, total=9, cursor="c1")
    again = answer({"data": {"organization": {"repositories": page([], total=9, cursor="c1")}}})
    world.instead = lambda question, _: {"Organization": answer({"data": first}), "Repositories": again}.get(
        question
    )
    assert read(world)[SCOPE, "organization-repository"].outcome is Outcome.PARTIAL
    assert [question for question, _ in world.asked].count("Repositories") == 1


def test_a_page_too_heavy_for_github_is_asked_for_in_smaller_ones():
    world = Callisto()
    sizes: list[object] = []

    def heavy(question, variables):
        if question != "Organization":
            return None
        sizes.append(variables["first"])
        return answer(b"", status=502) if variables["first"] == 50 else None

    world.instead = heavy
    assert read(world)[SCOPE, "organization-repository"].outcome is Outcome.COLLECTED
    assert sizes == [50, 10]


def test_further_members_are_followed():
    world = Callisto()
    first = world.data("Organization", {"login": "callisto", "first": 50})
    first["organization"]["membersWithRole"] = page(world.members, field="edges", total=3, cursor="m1")
    second = page([member(13, "mary")], field="edges", total=3)
    given = {
        "Organization": answer({"data": first}),
        "Members": answer({"data": {"organization": {"login": "Callisto", "membersWithRole": second}}}),
    }
    world.instead = lambda question, _: given.get(question)
    batch = read(world)[SCOPE, "organization-member"]
    assert batch.outcome is Outcome.COLLECTED
    assert len(batch.items) == 3


@pytest.mark.parametrize("status", [403, 404, 422, 429, 502])
@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("/orgs/callisto", "organization-settings"),
        ("/orgs/callisto/actions/permissions/workflow", "workflow-permissions"),
    ],
)
def test_a_part_that_fails_is_not_absent_and_takes_nothing_with_it(status, question, kind):
    world = Callisto()
    world.instead = lambda asked, _: answer({}, status=status) if asked == question else None
    found = read(world)
    assert not found[SCOPE, kind].outcome.observes
    assert found[SCOPE, kind].detail
    assert found[SCOPE, "organization-member"].outcome is Outcome.COLLECTED


@pytest.mark.parametrize("status", [403, 404, 422, 429])
def test_a_whole_question_that_fails_tells_nothing(status):
    world = Callisto()
    world.instead = lambda asked, _: answer({}, status=status) if asked == "Organization" else None
    found = read(world)
    assert {scope for scope, _ in found} == {SCOPE}
    assert not any(batch.outcome.observes for batch in found.values())


# ---------------------------------------------------------------- gone, moved


def test_an_organization_is_gone_when_both_say_so():
    world = Callisto()
    world.known = False
    assert {b.outcome for b in read(world).values()} == {Outcome.ABSENT}


def test_an_organization_that_only_one_of_both_misses_is_not_gone():
    world = Callisto()
    world.known = False
    world.instead = lambda asked, _: answer({}, status=502) if asked == "/orgs/callisto" else None
    assert {b.outcome for b in read(world).values()} == {Outcome.UNOBSERVABLE}


def test_an_organization_that_was_not_asked_for_is_not_taken_for_a_new_name():
    world = Callisto()
    answered = world.data("Organization", {"login": "callisto", "first": 50})
    answered["organization"]["login"] = "Io"
    world.instead = lambda question, _: answer({"data": answered}) if question == "Organization" else None
    assert {b.outcome for b in read(world).values()} == {Outcome.UNREADABLE}


def test_an_organization_with_another_name_tells_it():
    world = Callisto()
    world.settings["login"] = "Callisto-Labs"
    whole = world.data

    def renamed(question, variables):
        data = whole(question, variables)
        if question == "Organization":
            data["organization"]["login"] = "Callisto-Labs"
            for node in data["organization"]["repositories"]["nodes"]:
                node["nameWithOwner"] = node["nameWithOwner"].replace("Callisto/", "Callisto-Labs/")
        return data

    world.data = renamed  # type: ignore[method-assign]
    found = read(world)
    (face,) = facts(found[SCOPE, "github-organization"])
    assert (face.login, face.renamed_from) == ("Callisto-Labs", "callisto")
    assert ("github:repo/callisto-labs/lodestar", "github-repository") in found
    assert found[SCOPE, "organization-repository"].outcome is Outcome.COLLECTED


def test_a_repository_alone_is_read_as_in_a_list():
    world = Callisto()
    world.alone["lodestar"] = repository(1, "Lodestar", description="A light.")
    found = read(world, LODESTAR)
    assert {scope for scope, _ in found} == {LODESTAR}
    assert facts(found[LODESTAR, "github-repository"])[0].description == "A light."
    assert found[LODESTAR, "repository-property"].outcome is Outcome.UNOBSERVABLE


def test_a_repository_is_gone_only_for_who_would_see_a_private_one():
    world = Callisto()
    assert {b.outcome for b in read(world, LODESTAR).values()} == {Outcome.ABSENT}
    for scopes, owner in (("admin:org", True), ("read:org, repo", False), ("repo", False)):
        world = Callisto()
        world.scopes, world.owner = scopes, owner
        assert {b.outcome for b in read(world, LODESTAR).values()} == {Outcome.UNOBSERVABLE}, scopes


def test_a_private_repository_and_a_missing_one_are_told_in_the_same_words():
    missing = Callisto()
    missing.owner = False
    hidden = Callisto()
    hidden.alone["lodestar"] = repository(1, "Lodestar", visibility="PRIVATE")
    moved = Callisto()
    moved.alone["lodestar"] = repository(1, "elsewhere", visibility="PRIVATE")
    assert read(missing, LODESTAR) == read(hidden, LODESTAR) == read(moved, LODESTAR)


def test_a_repository_with_another_name_tells_it_and_nothing_else():
    world = Callisto()
    world.alone["lodestar"] = repository(1, "North-Star")
    found = read(world, LODESTAR)
    (face,) = facts(found[LODESTAR, "github-repository"])
    assert (face.name, face.renamed_from) == ("Callisto/North-Star", LODESTAR)
    assert found[LODESTAR, "security-policy"].outcome is Outcome.UNOBSERVABLE
    assert "north-star" in found[LODESTAR, "security-policy"].detail


# ---------------------------------------------------------------- properties


def test_custom_properties_are_of_public_repositories_alone():
    world = Callisto()
    world.properties = [
        {
            "repository_id": 1,
            "repository_name": "Lodestar",
            "repository_full_name": "Callisto/Lodestar",
            "properties": [
                {"property_name": "owner", "value": "harbour"},
                {"property_name": "topics", "value": ["a", "b"]},
                {"property_name": "unset", "value": None},
            ],
        },
        {"repository_id": 99, "repository_name": "x", "repository_full_name": "Callisto/x", "properties": []},
    ]
    found = read(world)
    assert facts(found[LODESTAR, "repository-property"]) == [
        RepositoryProperty(name="owner", values=("harbour",)),
        RepositoryProperty(name="topics", values=("a", "b")),
        RepositoryProperty(name="unset"),
    ]
    assert found[QUILL, "repository-property"].outcome is Outcome.UNOBSERVABLE
    assert not any("callisto/x" in scope for scope, _ in found)
