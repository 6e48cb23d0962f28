"""Every REST answer fits GitHub's description, and shows each viewer what that viewer may see."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.testing.github.description import VERSIONS, load
from muniment.testing.github.rest import HANDLERS

from .conftest import SECRETS, Client

VIEWERS = ("owner", "member", "scopeless", "stranger", "fine", "fine-member", "installation", "app", "")
VALUES = {
    "org": "lunar",
    "owner": "Lunar",
    "repo": "rover",
    "branch": "main",
    "username": "ben",
    "path": "docs",
    "ruleset_id": "8",
    "installation_id": "501",
    "team_slug": "crew",
    "role_id": "41",
}
ANONYMOUS = {"limits": {"anonymous": 5_000}}


def paths() -> list[str]:
    found = []
    for method, path in HANDLERS:
        if method == "GET":
            for name, value in VALUES.items():
                path = path.replace(f"{{{name}}}", value)
            found.append(path)
    return sorted(found)


def logins(answer: Any) -> list[str]:
    return [account["login"] for account in answer.json()]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("who", VIEWERS)
def test_every_answer_to_everybody_fits_the_description(serve: Any, who: str, version: str) -> None:
    """The server holds its answers to it as well; here they are read off the wire."""
    client = serve(**ANONYMOUS)
    answered = set()
    for path in paths():
        got = client.get(path, who, X_GitHub_Api_Version=version)
        answered.add(got.status_code)
        body = got.json() if got.content else None
        assert load(version).check_response("GET", path, got.status_code, body) == (), path
        assert got.headers["x-github-api-version-selected"] == version
        assert got.status_code < 500
    assert client.github.misfits == []
    assert answered >= ({401} if who == "app" else {200})


@pytest.mark.parametrize("path", paths())
def test_an_owner_or_the_app_gets_every_answer_that_there_is(github: Client, path: str) -> None:
    status = 204 if path == "/orgs/lunar/members/ben" else 200
    assert github.get(path, "app" if path.startswith("/app") else "owner").status_code == status


def test_the_versions_differ_where_github_says_so(github: Client) -> None:
    earlier, later = (
        {
            p: github.get(p, "owner", X_GitHub_Api_Version=v).json()
            for p in ("/", "/rate_limit", "/repos/lunar/rover")
        }
        for v in VERSIONS
    )
    gone = [
        ("/", "hub_url"),
        ("/", "authorizations_url"),
        ("/rate_limit", "rate"),
        ("/repos/lunar/rover", "has_downloads"),
    ]
    for path, name in gone:
        assert name in earlier[path] and name not in later[path]


# ---------------------------------------------------------------- vantage


def test_the_owners_fields_are_theirs_alone(github: Client) -> None:
    field = "two_factor_requirement_enabled"
    for who in ("owner", "fine", "installation"):
        assert github.get("/orgs/lunar", who).json()[field] is True
    for who in ("member", "scopeless"):
        assert github.get("/orgs/lunar", who).json()[field] is None
    for who in ("stranger", ""):
        assert field not in github.get("/orgs/lunar", who).json()


def test_concealed_members_are_for_members(github: Client) -> None:
    everybody = ["ada", "ben", "cy", "robot"]
    for who in ("owner", "member", "fine", "fine-member", "installation"):
        assert logins(github.get("/orgs/lunar/members", who)) == everybody
    for who in ("scopeless", "stranger", ""):
        assert logins(github.get("/orgs/lunar/members", who)) == ["ben"]
    assert logins(github.get("/orgs/lunar/public_members", "owner")) == ["ben"]


def test_members_are_filtered_by_role(github: Client) -> None:
    assert logins(github.get("/orgs/lunar/members?role=admin", "owner")) == ["ada"]
    assert logins(github.get("/orgs/lunar/members?role=member", "owner")) == ["ben", "cy", "robot"]


def test_whether_somebody_is_a_member_is_for_members(github: Client) -> None:
    assert github.get("/orgs/lunar/members/cy", "member").status_code == 204
    assert github.get("/orgs/lunar/members/dora", "member").status_code == 404
    sent_on = github.get("/orgs/lunar/members/cy", "stranger")
    assert sent_on.status_code == 302 and sent_on.headers["location"].endswith("/orgs/Lunar/public_members/cy")


def test_second_factors_are_for_owners(github: Client) -> None:
    for who in ("owner", "fine", "installation"):
        assert logins(github.get("/orgs/lunar/members?filter=2fa_disabled", who)) == ["cy"]
        assert logins(github.get("/orgs/lunar/members?filter=2fa_insecure", who)) == ["ben"]
        assert logins(github.get("/orgs/lunar/outside_collaborators?filter=2fa_disabled", who)) == ["dora"]
    for who in ("member", "scopeless", "stranger", "fine-member", ""):
        refused = github.get("/orgs/lunar/members?filter=2fa_disabled", who)
        assert (refused.status_code, refused.json()["message"]) == (422, "Only owners can use this filter.")


def test_outside_collaborators_are_for_owners(github: Client) -> None:
    assert logins(github.get("/orgs/lunar/outside_collaborators", "owner")) == ["dora"]
    assert github.get("/orgs/lunar/outside_collaborators", "member").status_code == 403
    assert github.get("/orgs/lunar/outside_collaborators").status_code == 401


def test_private_repositories_are_nowhere_for_who_may_not_see_them(github: Client) -> None:
    for who, seen in {"owner": True, "fine": True, "installation": True, "member": False, "": False}.items():
        names = [repo["name"] for repo in github.get("/orgs/lunar/repos", who).json()]
        assert ("hidden" in names) == seen
        assert github.get("/repos/lunar/hidden", who).status_code == (200 if seen else 404)
        values = github.get("/orgs/lunar/properties/values", who)
        assert ("hidden" in values.text) == (seen and who in ("owner",)), who


def test_the_settings_of_an_organization_are_refused_with_the_words_that_fit(github: Client) -> None:
    path = "/orgs/lunar/actions/permissions/workflow"
    assert github.get(path, "owner").json() == {
        "default_workflow_permissions": "write",
        "can_approve_pull_request_reviews": False,
    }
    says = {"member": "owner", "fine-member": "personal access token", "": "Requires authentication"}
    for who, word in says.items():
        refused = github.get(path, who)
        assert refused.status_code == (403 if who else 401) and word in refused.json()["message"]
        assert refused.json()["documentation_url"].startswith("https://docs.github.com/rest/actions/permissions")


def test_the_protection_of_a_branch_is_for_who_administers_the_repository(github: Client) -> None:
    path = "/repos/lunar/rover/branches/main/protection"
    for who in ("owner", "stranger"):  # the stranger is rover's outside collaborator
        assert github.get(path, who).json()["required_pull_request_reviews"]["required_approving_review_count"] == 1
    for who in ("member", "fine", "installation"):
        assert github.get(path, who).status_code == 403
    assert github.get("/repos/lunar/rover/branches/main").json()["protected"] is True


def test_the_rules_upon_a_branch_name_the_ruleset_that_each_is_from(github: Client) -> None:
    found = github.get("/repos/lunar/rover/rules/branches/main").json()
    assert [(rule["type"], rule["ruleset_source_type"], rule["ruleset_id"]) for rule in found] == [
        ("pull_request", "Repository", 9),
        ("deletion", "Repository", 9),
        ("deletion", "Organization", 8),
        ("non_fast_forward", "Organization", 8),
    ]
    assert github.get("/repos/lunar/old/rules/branches/main").json() == []


def test_private_reporting_is_on_or_off_for_a_stranger_too(github: Client) -> None:
    assert github.get("/repos/lunar/rover/private-vulnerability-reporting").json() == {"enabled": True}
    assert github.get("/repos/lunar/old/private-vulnerability-reporting").json() == {"enabled": False}
    assert github.get("/repos/lunar/hidden/private-vulnerability-reporting").status_code == 404
    assert github.get("/repos/lunar/hidden/private-vulnerability-reporting", "owner").status_code == 422


def test_properties_have_a_value_for_every_repository_or_null(github: Client) -> None:
    first, _, last = github.get("/orgs/lunar/properties/values", "owner").json()
    assert [p["value"] for p in first["properties"]] == ["gold", ["red", "blue"]]
    assert [p["value"] for p in last["properties"]] == [None, None]


def test_a_person_sees_their_own_organizations(github: Client) -> None:
    found = github.get("/user/memberships/orgs", "owner").json()
    assert [(m["organization"]["login"], m["role"]) for m in found] == [("Lunar", "admin"), ("solar", "member")]
    alone = github.get("/user/memberships/orgs", "fine").json()
    assert [m["organization"]["login"] for m in alone] == ["Lunar"]
    assert github.get("/user/orgs", "fine").json() == []
    for path in ("/user/memberships/orgs", "/user/orgs"):
        assert github.get(path, "scopeless").status_code == 403
        assert github.get(path, "installation").status_code == 403
        assert github.get(path).status_code == 401


def test_a_file_and_a_folder_are_read(github: Client) -> None:
    entries = github.get("/repos/lunar/rover/contents/docs").json()
    assert [(e["name"], e["type"]) for e in entries] == [("deep", "dir"), ("map.md", "file")]
    assert github.get("/repos/lunar/rover/contents/docs/map.md").json()["content"] == "SGVyZS4K\n"
    assert github.get("/repos/lunar/rover/contents/docs/no.md").status_code == 404
    assert "empty" in github.get("/repos/lunar/old/contents").json()["message"]


# ---------------------------------------------------------------- names


def test_a_renamed_repository_is_sent_on_by_its_number(github: Client) -> None:
    moved = github.get("/repos/lunar/buggy/private-vulnerability-reporting")
    assert moved.status_code == 301
    assert moved.headers["location"] == moved.json()["url"]
    assert moved.headers["location"] == f"{github.github.api}/repositories/201/private-vulnerability-reporting"
    assert github.get(moved.headers["location"]).json() == {"enabled": True}
    assert github.get("/repos/luna/rover").headers["location"].endswith("/repositories/201")


def test_a_former_name_tells_a_stranger_nothing_of_a_private_repository(github: Client) -> None:
    github.github.world.organizations[0].repositories[1].former_names.add("shown")
    assert github.get("/repos/lunar/shown").status_code == 404
    assert github.get("/repositories/202").status_code == 404
    assert github.get("/repos/lunar/shown", "owner").status_code == 301


def test_an_organizations_former_name_leads_nowhere(github: Client) -> None:
    assert github.get("/orgs/luna").status_code == 404
    assert github.get("/orgs/LUNAR").status_code == 200


# ---------------------------------------------------------------- pages


def test_pages_follow_each_other_by_the_organizations_number(github: Client) -> None:
    seen, path, pages = [], "/orgs/lunar/members?per_page=3", 0
    while path:
        page = github.get(path, "owner")
        seen += logins(page)
        pages += 1
        path = page.links.get("next", {}).get("url", "")
        assert not path or f"{github.github.api}/organizations/101/members?" in path
    assert (seen, pages) == (["ada", "ben", "cy", "robot"], 2)


def test_pages_name_their_neighbours(github: Client) -> None:
    def links(number: int) -> dict[str, str]:
        found = github.get(f"/orgs/lunar/members?per_page=1&page={number}", "owner").links
        return {str(name): str(link["url"])[-1] for name, link in found.items()}

    assert links(1) == {"next": "2", "last": "4"}
    assert links(2) == {"prev": "1", "first": "1", "next": "3", "last": "4"}
    assert links(4) == {"prev": "3", "first": "1"}
    assert github.get("/orgs/lunar/members?per_page=1&page=9", "owner").json() == []


def test_what_fits_one_page_has_no_links(github: Client) -> None:
    assert "link" not in github.get("/orgs/lunar/members", "owner").headers


# ---------------------------------------------------------------- apps


def test_an_app_exchanges_its_word_for_a_token_of_an_hour(github: Client) -> None:
    asked = {"permissions": {"members": "read"}}
    given = github.send("POST", "/app/installations/501/access_tokens", "app", asked)
    assert given.status_code == 201
    assert (given.json()["permissions"], given.json()["expires_at"]) == (
        asked["permissions"],
        "2026-06-15T07:00:00Z",
    )
    assert load().check_response("POST", "/app/installations/501/access_tokens", 201, given.json()) == ()


def test_nobody_else_gets_an_installations_token(github: Client) -> None:
    path = "/app/installations/501/access_tokens"
    assert github.send("POST", path, "owner").status_code == 401
    assert github.send("POST", path).status_code == 401
    assert github.send("POST", "/app/installations/502/access_tokens", "app").status_code == 404
    more = {"permissions": {"contents": "write"}}
    assert github.send("POST", path, "app", more).status_code == 422
    assert github.github.world.issued == []


# ---------------------------------------------------------------- credentials and what is not there


def test_the_headers_tell_what_a_token_is(github: Client) -> None:
    assert github.get("/user", "owner").headers["x-oauth-scopes"] == "admin:org, read:audit_log, repo"
    assert github.get("/user", "scopeless").headers["x-oauth-scopes"] == ""
    fine = github.get("/user", "fine").headers
    assert fine["github-authentication-token-expiration"] == "2026-07-15 06:00:00 UTC"
    assert "x-oauth-scopes" not in fine


@pytest.mark.parametrize("who", ["expired", "revoked"])
def test_a_token_that_ended_gets_nothing_not_even_what_is_public(github: Client, who: str) -> None:
    assert who in SECRETS
    assert github.get("/orgs/lunar", who).status_code == 401


def test_what_is_described_and_not_simulated_says_so(github: Client) -> None:
    answer = github.get("/repos/Lunar/rover/community/profile", "owner")
    assert answer.status_code == 501 and "community-profile" in answer.json()["message"]


def test_what_is_not_described_is_not_found(github: Client) -> None:
    answer = github.get("/orgs/lunar/nothing", "owner")
    assert answer.status_code == 404 and answer.json()["documentation_url"].startswith("https://docs.github.com/")


def test_a_version_that_there_is_not_is_refused(github: Client) -> None:
    assert github.get("/orgs/lunar", "owner", X_GitHub_Api_Version="2020-01-01").status_code == 400


# ---------------------------------------------------------------- who may do what


def test_teams_show_themselves_to_members_and_the_secret_ones_to_their_own_and_owners(github: Client) -> None:
    def slugs(who: str) -> list[str]:
        return [team["slug"] for team in github.get("/orgs/lunar/teams", who).json()]

    assert slugs("owner") == slugs("installation") == ["crew", "night"]
    assert slugs("member") == ["crew"]
    assert github.get("/orgs/lunar/teams", "stranger").status_code == 403
    assert github.get("/orgs/lunar/teams/night/members", "member").status_code == 404


def test_a_collaborator_is_told_with_the_most_that_they_may_do(github: Client) -> None:
    found = github.get("/repos/Lunar/rover/collaborators?affiliation=direct", "owner").json()
    assert {one["login"]: one["role_name"] for one in found} == {"ben": "maintain", "dora": "admin"}
    outside = github.get("/repos/Lunar/rover/collaborators?affiliation=outside", "owner").json()
    assert [one["login"] for one in outside] == ["dora"]
    assert github.get("/repos/Lunar/rover/collaborators", "scopeless").status_code == 403


def test_who_holds_a_role_through_a_team_is_told_from_who_was_given_it(github: Client) -> None:
    found = github.get("/orgs/lunar/organization-roles/41/users", "owner").json()
    assert {one["id"]: one["assignment"] for one in found} == {1: "indirect", 2: "mixed"}
    assert github.get("/orgs/lunar/organization-roles", "member").status_code == 403


def test_invitations_and_apps_are_for_owners(github: Client) -> None:
    found = github.get("/orgs/lunar/invitations", "owner").json()
    assert [bool(one["login"]) for one in found] == [True, False]
    assert github.get("/orgs/lunar/invitations", "member").status_code == 404
    apps = github.get("/orgs/lunar/installations", "owner").json()
    assert apps["total_count"] == len(apps["installations"]) == 2
    assert github.get("/orgs/lunar/installations", "member").status_code == 403


def test_deploy_keys_are_for_administrators_and_environments_for_all(github: Client) -> None:
    assert [k["read_only"] for k in github.get("/repos/Lunar/rover/keys", "owner").json()] == [False]
    assert github.get("/repos/Lunar/rover/keys", "scopeless").status_code == 404
    (gate,) = github.get("/repos/Lunar/rover/environments", "scopeless").json()["environments"]
    assert {rule["type"] for rule in gate["protection_rules"]} == {"required_reviewers", "wait_timer"}
