from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from muniment.testing.github.graphql import cost, execute
from muniment.testing.github.growing import Made, demo, grown
from muniment.testing.github.made import READS, app, classic, fine_grained
from muniment.testing.github.nodes import node_id
from muniment.testing.github.sight import Refusal, Viewer, issue, viewer
from muniment.testing.github.world import BranchRule, Enterprise, Organization, Repository, Ruleset, World

MEMBERS = """
query ($login: String!, $first: Int = 100, $after: String) {
  organization(login: $login) {
    requiresTwoFactorAuthentication
    viewerIsAMember
    viewerCanAdminister
    membersWithRole(first: $first, after: $after) {
      totalCount
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      edges { cursor role hasTwoFactorEnabled node { login databaseId } }
    }
  }
}
"""
REPOSITORIES = """
query ($login: String!, $first: Int!, $after: String, $privacy: RepositoryPrivacy, $archived: Boolean) {
  organization(login: $login) {
    repositories(
      first: $first, after: $after, privacy: $privacy, isArchived: $archived, orderBy: {field: NAME, direction: ASC}
    ) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { name visibility isPrivate viewerCanAdminister }
    }
  }
}
"""
PROTECTION = """
query ($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) {
    nameWithOwner
    defaultBranchRef {
      name
      branchProtectionRule { pattern requiredApprovingReviewCount isAdminEnforced }
      refUpdateRule { allowsForcePushes requiredApprovingReviewCount }
      rules(first: 20) { totalCount nodes { type parameters { ... on PullRequestParameters {
        requiredApprovingReviewCount } } repositoryRuleset { name } } }
    }
    rulesets(first: 10, includeParents: true) { nodes { name enforcement source { __typename } } }
  }
}
"""


@pytest.fixture(scope="module")
def callisto() -> Made:
    return demo()


def looking(made: Made, name: str) -> Viewer:
    return seen_by(made.world, f"Bearer {made.tokens[name]}")


def installed(made: Made, organization: str) -> Viewer:
    app = made.world.apps[0]
    place = next(i for i in app.installations if i.organization == organization)
    token = issue(made.world, app, place)
    assert not isinstance(token, Refusal)
    return seen_by(made.world, f"Bearer {token.secret}")


def seen_by(world: World, authorization: str | None) -> Viewer:
    found = viewer(world, authorization)
    assert isinstance(found, Viewer)
    return found


def ask(who: Viewer, document: str, **variables: Any) -> dict[str, Any]:
    return execute(who.world, who, document, variables, base="http://127.0.0.1:1")


def data(who: Viewer, document: str, **variables: Any) -> Any:
    answer = ask(who, document, **variables)
    assert "errors" not in answer, answer["errors"]
    return answer["data"]


def logins(organization: Any) -> set[str]:
    return {edge["node"]["login"] for edge in organization["membersWithRole"]["edges"]}


def names(organization: Any) -> list[str]:
    return [node["name"] for node in organization["repositories"]["nodes"]]


def errors(answer: dict[str, Any]) -> list[tuple[str | None, Any]]:
    return [(error.get("type"), error.get("path")) for error in answer["errors"]]


# ---------------------------------------------------------------- members


def test_an_owner_sees_everybody_with_role_and_second_factor(callisto: Made) -> None:
    org = data(looking(callisto, "ada"), MEMBERS, login="callisto-harbour")["organization"]
    assert org["requiresTwoFactorAuthentication"] is False
    assert (org["viewerIsAMember"], org["viewerCanAdminister"]) == (True, True)
    seen = {e["node"]["login"]: (e["role"], e["hasTwoFactorEnabled"]) for e in org["membersWithRole"]["edges"]}
    assert seen == {
        "ada-l": ("ADMIN", True),
        "grace-h": ("MEMBER", True),
        "tomas-e": ("MEMBER", True),  # by text message: GraphQL cannot tell
        "kofi-e": ("MEMBER", False),
    }


def test_a_member_sees_concealed_members_and_roles_and_no_second_factor(callisto: Made) -> None:
    org = data(looking(callisto, "ada"), MEMBERS, login="callisto-beacon")["organization"]
    assert org["requiresTwoFactorAuthentication"] is None
    assert (org["viewerIsAMember"], org["viewerCanAdminister"]) == (True, False)
    assert org["membersWithRole"]["totalCount"] == 11
    assert [e["role"] for e in org["membersWithRole"]["edges"]].count("ADMIN") == 9
    assert {e["hasTwoFactorEnabled"] for e in org["membersWithRole"]["edges"]} == {None}


def test_a_stranger_sees_who_shows_it_and_no_role(callisto: Made) -> None:
    org = data(looking(callisto, "grace"), MEMBERS, login="callisto-beacon")["organization"]
    assert logins(org) == {"ines-e", "wren-example"}
    assert org["membersWithRole"]["totalCount"] == 2
    assert {e["role"] for e in org["membersWithRole"]["edges"]} == {None}
    assert org["viewerIsAMember"] is False


def test_a_fine_grained_token_sees_its_organization_and_is_a_stranger_elsewhere(callisto: Made) -> None:
    own = data(looking(callisto, "noor"), MEMBERS, login="callisto")["organization"]
    assert own["membersWithRole"]["totalCount"] == 7
    assert own["requiresTwoFactorAuthentication"] is True
    other = data(looking(callisto, "noor"), MEMBERS, login="callisto-sandbox")["organization"]
    assert logins(other) == {"ada-l"}
    assert other["viewerIsAMember"] is True  # noor belongs there; the token does not reach


def test_an_installation_sees_what_it_was_granted(callisto: Made) -> None:
    org = data(installed(callisto, "callisto-beacon"), MEMBERS, login="callisto-beacon")["organization"]
    assert org["membersWithRole"]["totalCount"] == 11
    assert org["requiresTwoFactorAuthentication"] is None
    whole = data(installed(callisto, "callisto"), MEMBERS, login="callisto")["organization"]
    assert whole["requiresTwoFactorAuthentication"] is True


def test_an_installation_without_the_right_loses_the_organization_with_the_members(callisto: Made) -> None:
    answer = ask(installed(callisto, "callisto"), MEMBERS, login="callisto-harbour")
    assert answer["data"] == {"organization": None}
    assert errors(answer) == [("FORBIDDEN", ["organization", "membersWithRole"])]
    assert answer["errors"][0]["message"] == "Resource not accessible by integration"
    assert answer["errors"][0]["extensions"] == {"saml_failure": False}


def test_a_classic_token_without_the_scope_is_refused_before_anything_is_looked_up(callisto: Made) -> None:
    answer = ask(looking(callisto, "guest"), MEMBERS, login="callisto")
    assert "data" not in answer
    assert {error["type"] for error in answer["errors"]} == {"INSUFFICIENT_SCOPES"}
    assert "['read:org']" in answer["errors"][0]["message"]
    allowed = data(
        looking(callisto, "guest"), '{organization(login: "callisto") {repositories(first: 1) {totalCount}}}'
    )
    assert allowed["organization"]["repositories"]["totalCount"] == 7


def test_members_are_paged_by_cursor_and_each_comes_once() -> None:
    made = grown(organizations=1, repositories=1, members=25)
    who, seen, after, pages = looking(made, "ada"), list[str](), None, 0
    while True:
        found = data(who, MEMBERS, login="callisto-anchor", first=10, after=after)["organization"][
            "membersWithRole"
        ]
        seen += [edge["node"]["login"] for edge in found["edges"]]
        assert found["totalCount"] == 25
        assert found["pageInfo"]["hasPreviousPage"] is (pages > 0)
        pages, after = pages + 1, found["pageInfo"]["endCursor"]
        if not found["pageInfo"]["hasNextPage"]:
            break
    assert (pages, len(seen), len(set(seen))) == (3, 25, 25)


# ---------------------------------------------------------------- repositories


def test_private_repositories_are_there_for_those_who_may_see_them_alone(callisto: Made) -> None:
    def listed(who: Viewer, **variables: Any) -> Any:
        return data(who, REPOSITORIES, login="callisto-harbour", first=100, **variables)["organization"]

    ada, noor = looking(callisto, "ada"), looking(callisto, "noor")
    assert "harbour-berths-plan" in names(listed(ada))
    assert names(listed(ada, privacy="PRIVATE")) == ["harbour-berths-plan"]
    assert listed(ada, privacy="PUBLIC")["repositories"]["totalCount"] == 7
    assert listed(noor)["repositories"]["totalCount"] == 7
    assert names(listed(noor, privacy="PRIVATE")) == []


def test_a_token_without_the_scope_repo_sees_no_private_repository_of_its_own_organization(callisto: Made) -> None:
    found = data(looking(callisto, "grace"), REPOSITORIES, login="callisto", first=100)["organization"]
    assert "lodestar-ghsa-2x4v-7hqp-9c3m" not in names(found)
    assert found["repositories"]["totalCount"] == 7


def test_a_private_repository_asked_for_by_name_is_not_found(callisto: Made) -> None:
    document = '{repository(owner: "callisto", name: "callisto-budget") {name}}'
    answer = ask(looking(callisto, "grace"), document)
    assert answer["data"] == {"repository": None}
    assert errors(answer) == [("NOT_FOUND", ["repository"])]
    assert data(looking(callisto, "ada"), document)["repository"] == {"name": "callisto-budget"}


def test_repositories_are_ordered_filtered_and_paged(callisto: Made) -> None:
    ada = looking(callisto, "ada")
    first = data(ada, REPOSITORIES, login="callisto", first=4, privacy="PUBLIC")["organization"]
    page = first["repositories"]["pageInfo"]
    second = data(ada, REPOSITORIES, login="callisto", first=4, privacy="PUBLIC", after=page["endCursor"])
    both = names(first) + names(second["organization"])
    assert both == [".github", "charts", "lodestar", "lodestar-cli", "old-rope", "sextant", "website"]
    assert page["hasNextPage"] is True
    assert names(data(ada, REPOSITORIES, login="callisto", first=9, archived=True)["organization"]) == ["old-rope"]


def test_a_repository_that_vanishes_between_two_pages_takes_no_other_with_it() -> None:
    made = grown(organizations=1, repositories=9, members=2)
    who, org = looking(made, "ada"), made.world.organizations[0]
    first = data(who, REPOSITORIES, login=org.login, first=4)["organization"]
    left = sorted(r.name for r in org.repositories if r.name not in names(first))
    org.repositories = [r for r in org.repositories if r.name != names(first)[0]]
    after = first["repositories"]["pageInfo"]["endCursor"]
    assert names(data(who, REPOSITORIES, login=org.login, first=9, after=after)["organization"]) == left


def test_former_names_of_a_repository_lead_to_it_unless_told_not_to_follow(callisto: Made) -> None:
    ada = looking(callisto, "ada")
    found = data(ada, '{repository(owner: "Callisto-Beacon", name: "LAMP") {nameWithOwner}}')
    assert found["repository"]["nameWithOwner"] == "callisto-beacon/lantern"
    answer = ask(ada, '{repository(owner: "callisto-beacon", name: "lamp", followRenames: false) {name}}')
    assert errors(answer) == [("NOT_FOUND", ["repository"])]


def test_a_former_name_of_an_organization_leads_to_its_repositories_and_not_to_itself() -> None:
    made = grown(organizations=3, repositories=1, members=2)
    who, former = looking(made, "ada"), "callisto-compass-before"
    answer = ask(who, MEMBERS, login=former)
    assert errors(answer) == [("NOT_FOUND", ["organization"])]
    assert answer["errors"][0]["message"] == f"Could not resolve to an Organization with the login of '{former}'."
    found = data(who, f'{{repository(owner: "{former}", name: "atlas") {{nameWithOwner}}}}')
    assert found["repository"]["nameWithOwner"] == "callisto-compass/atlas"


# ---------------------------------------------------------------- protection, rulesets, files


def test_classic_protection_is_told_to_administrators_and_null_to_others(callisto: Made) -> None:
    def branch(who: Viewer) -> Any:
        return data(who, PROTECTION, owner="callisto", name="lodestar")["repository"]["defaultBranchRef"]

    ada, grace = branch(looking(callisto, "ada")), branch(looking(callisto, "guest"))
    assert ada["branchProtectionRule"] == {
        "pattern": "main",
        "requiredApprovingReviewCount": 1,
        "isAdminEnforced": True,
    }
    assert grace["branchProtectionRule"] is None
    assert grace["refUpdateRule"] == {"allowsForcePushes": False, "requiredApprovingReviewCount": 1}
    assert {n["repositoryRuleset"]["name"] for n in grace["rules"]["nodes"]} == {"nobody rewrites history"}


def test_an_installation_without_administration_is_refused_protection_and_told_the_rest(callisto: Made) -> None:
    answer = ask(installed(callisto, "callisto-beacon"), PROTECTION, owner="callisto-beacon", name="lantern")
    path = ["repository", "defaultBranchRef", "branchProtectionRule"]
    assert errors(answer) == [("FORBIDDEN", path)]
    assert answer["data"]["repository"]["defaultBranchRef"]["branchProtectionRule"] is None
    assert answer["data"]["repository"]["defaultBranchRef"]["refUpdateRule"] is not None


def test_rulesets_are_told_with_their_source_and_those_not_in_force_to_administrators_alone(callisto: Made) -> None:
    def told(name: str) -> list[tuple[str, str, str]]:
        found = data(looking(callisto, name), PROTECTION, owner="callisto", name="lodestar-cli")["repository"]
        return [(n["name"], n["enforcement"], n["source"]["__typename"]) for n in found["rulesets"]["nodes"]]

    in_force = ("nobody rewrites history", "ACTIVE", "Organization")
    assert told("ada") == [in_force, ("two pairs of eyes", "EVALUATE", "Organization")]
    assert told("guest") == [in_force]


def test_only_an_active_ruleset_on_the_default_branch_is_in_force() -> None:
    made = grown(organizations=1, repositories=1, members=2)
    repo = made.world.organizations[0].repositories[0]
    repo.branch_rules = [BranchRule(pattern="release/*"), BranchRule(pattern="ma*", reviews=2)]
    repo.rulesets = [
        Ruleset(id=1, name="here", rules=("PULL_REQUEST",), reviews=3),
        Ruleset(id=2, name="elsewhere", branches=("refs/heads/release/*",)),
        Ruleset(id=3, name="by name", branches=("refs/heads/main",), rules=("DELETION",)),
        Ruleset(id=4, name="tags", target="TAG", branches=("~ALL",)),
        Ruleset(id=5, name="off", enforcement="DISABLED"),
    ]
    asked = {"owner": "callisto-anchor", "name": repo.name}
    branch = data(looking(made, "ada"), PROTECTION, **asked)["repository"]["defaultBranchRef"]
    assert branch["branchProtectionRule"]["pattern"] == "ma*"
    rules = [(n["type"], n["repositoryRuleset"]["name"], n["parameters"]) for n in branch["rules"]["nodes"]]
    assert rules == [
        ("PULL_REQUEST", "here", {"requiredApprovingReviewCount": 3}),
        ("DELETION", "by name", None),
    ]


FILES = """
query ($name: String!, $expression: String!) {
  repository(owner: "callisto", name: $name) {
    isEmpty isSecurityPolicyEnabled securityPolicyUrl
    licenseInfo { key } repositoryTopics(first: 5) { totalCount nodes { topic { name } } }
    object(expression: $expression) {
      __typename ... on Blob { text byteSize isBinary isTruncated } ... on Tree { entries { name type } }
    }
  }
}
"""


def test_files_and_folders_are_read_at_the_tip_of_the_default_branch(callisto: Made) -> None:
    def at(expression: str, name: str = "sextant") -> Any:
        return data(looking(callisto, "ada"), FILES, name=name, expression=expression)["repository"]["object"]

    text = '[project]\nname = "callisto-sextant"\nversion = "1.0"\n'
    whole = {"__typename": "Blob", "text": text, "byteSize": len(text), "isBinary": False, "isTruncated": False}
    assert at("HEAD:pyproject.toml") == at("main:pyproject.toml") == at("refs/heads/main:pyproject.toml") == whole
    assert at("HEAD:") == {
        "__typename": "Tree",
        "entries": [{"name": "docs", "type": "tree"}, {"name": "pyproject.toml", "type": "blob"}],
    }
    assert at("HEAD:docs") == {"__typename": "Tree", "entries": [{"name": "SECURITY.md", "type": "blob"}]}
    assert at("HEAD") == {"__typename": "Commit"}
    assert at("HEAD:nowhere") is None
    assert at("elsewhere:pyproject.toml") is None
    assert at("HEAD:", name="charts") is None


def test_a_security_policy_is_in_effect_by_the_repositorys_file_or_its_organizations_default(
    callisto: Made,
) -> None:
    def policy(owner: str, name: str) -> Any:
        document = f'{{repository(owner: "{owner}", name: "{name}") {{isSecurityPolicyEnabled securityPolicyUrl}}}}'
        return data(looking(callisto, "ada"), document)["repository"]

    for name in ("sextant", "lodestar-cli"):
        url = f"http://127.0.0.1:1/callisto/{name}/security/policy"
        assert policy("callisto", name) == {"isSecurityPolicyEnabled": True, "securityPolicyUrl": url}
    assert policy("callisto-harbour", "mooring")["isSecurityPolicyEnabled"] is True
    assert policy("callisto-harbour", "harbour") == {"isSecurityPolicyEnabled": False, "securityPolicyUrl": None}


def test_what_this_world_never_has_is_empty_or_null_as_on_github(callisto: Made) -> None:
    found = data(looking(callisto, "ada"), FILES, name="charts", expression="HEAD")["repository"]
    assert found["isEmpty"] is True
    assert found["licenseInfo"] is None
    assert found["repositoryTopics"] == {"totalCount": 0, "nodes": []}


def test_the_files_of_a_private_repository_need_the_permission_contents() -> None:
    org = Organization(
        id=1,
        login="moon",
        repositories=[Repository(id=2, name="dark", visibility="PRIVATE", files={"a": "b"})],
    )
    world = World(organizations=[org], apps=[app({"moon": {"metadata": "read"}})])
    token = issue(world, world.apps[0], world.apps[0].installations[0])
    assert not isinstance(token, Refusal)
    document = '{repository(owner: "moon", name: "dark") {name object(expression: "HEAD:a") {__typename}}}'
    answer = ask(seen_by(world, f"Bearer {token.secret}"), document)
    assert answer["data"]["repository"] == {"name": "dark", "object": None}
    assert errors(answer) == [("FORBIDDEN", ["repository", "object"])]


# ---------------------------------------------------------------- viewer, nodes


def test_the_viewer_is_the_person_or_the_apps_bot(callisto: Made) -> None:
    document = "{viewer {login databaseId isViewer}}"
    assert data(looking(callisto, "ada"), document)["viewer"] == {
        "login": "ada-l",
        "databaseId": 900001,
        "isViewer": True,
    }
    assert data(installed(callisto, "callisto"), document)["viewer"]["login"] == "muniment-example[bot]"


def test_ones_own_organizations_are_listed_and_of_others_the_shown_ones(callisto: Made) -> None:
    ada = data(looking(callisto, "ada"), "{viewer {organizations(first: 9) {nodes {login}}}}")
    listed = {node["login"] for node in ada["viewer"]["organizations"]["nodes"]}
    assert listed == {"callisto", "callisto-harbour", "callisto-beacon", "callisto-sandbox", "callisto-hackdays"}
    document = '{user(login: "wren-example") {organizations(first: 9) {nodes {login}}}}'
    seen = data(looking(callisto, "grace"), document)["user"]["organizations"]["nodes"]
    assert seen == [{"login": "callisto-beacon"}]


def test_nodes_are_found_by_their_ids(callisto: Made) -> None:
    ada = looking(callisto, "ada")
    document = "query ($id: ID!) {node(id: $id) {id __typename}}"
    for prefix, number, type in (("O", 800001, "Organization"), ("R", 700001, "Repository"), ("U", 900001, "User")):
        id = node_id(prefix, number)
        assert data(ada, document, id=id)["node"] == {"id": id, "__typename": type}
    hidden = ask(looking(callisto, "guest"), document, id=node_id("R", 700008))
    assert errors(hidden) == [("NOT_FOUND", ["node"])]


def test_an_enterprise_is_shown_to_those_in_it_whose_token_has_its_scope() -> None:
    made = demo()
    world = made.world
    ada, grace = (looking(made, name) for name in ("ada", "grace"))
    document = '{enterprise(slug: "Foundation") {slug viewerIsAdmin organizations(first: 9) {nodes {login}}}}'
    reading = ("read:enterprise", "read:org")
    assert {type for type, _ in errors(ask(replace(ada, scopes=("admin:org",)), document))} == {
        "INSUFFICIENT_SCOPES"
    }
    assert errors(ask(replace(ada, scopes=reading), document)) == [("NOT_FOUND", ["enterprise"])]
    ids = {org.login: org.id for org in world.organizations}
    inside = {ids["callisto-beacon"], ids["callisto-harbour"]}
    world.enterprises.append(
        Enterprise(id=5, slug="foundation", owners={ada.person.id} if ada.person else set(), organizations=inside)
    )
    mine = data(replace(ada, scopes=reading), document)["enterprise"]
    assert mine["viewerIsAdmin"] and [o["login"] for o in mine["organizations"]["nodes"]] == sorted(
        login for login, id in ids.items() if id in inside
    )
    theirs = data(replace(grace, scopes=reading), document)["enterprise"]
    assert not theirs["viewerIsAdmin"]
    assert {o["login"] for o in theirs["organizations"]["nodes"]} == {
        o.login for o in world.organizations if o.id in inside and grace.role(o)
    }
    assert {type for type, _ in errors(ask(installed(made, "callisto-beacon"), document))} == {"FORBIDDEN"}


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ('{organization(login: "callisto") {sponsors(first: 1) {totalCount}}}', "Organization.sponsors"),
        ('{organization(login: "callisto") {domains(first: 1) {totalCount}}}', "Organization.domains"),
        ('{repository(owner: "callisto", name: "lodestar") {diskUsage}}', "Repository.diskUsage"),
        ('{search(query: "x", type: REPOSITORY, first: 1) {repositoryCount}}', "Query.search"),
    ],
)
def test_a_field_that_is_not_simulated_is_an_error_and_never_a_null(
    callisto: Made, document: str, field: str
) -> None:
    answer = ask(looking(callisto, "ada"), document)
    assert [error["message"] for error in answer["errors"]] == [f"not simulated: {field}"]


@pytest.mark.parametrize(
    ("document", "word"),
    [
        ('mutation {addStar(input: {starrableId: "x"}) {clientMutationId}}', "mutation"),
        ("query A {viewer {login}} query B {viewer {login}}", "operation name"),
        ("{nope}", "Cannot query field"),
        ("{viewer {login", "Syntax Error"),
        ("query ($login: String!) {organization(login: $login) {login}}", "$login"),
    ],
)
def test_what_is_no_plain_query_is_refused_whole(callisto: Made, document: str, word: str) -> None:
    answer = ask(looking(callisto, "ada"), document)
    assert "data" not in answer
    assert word in answer["errors"][0]["message"]


def test_without_a_credential_nothing_is_answered(callisto: Made) -> None:
    answer = ask(seen_by(callisto.world, None), "{rateLimit {cost}}")
    assert "data" not in answer
    assert answer["errors"] == [{"message": "This endpoint requires you to be authenticated."}]


@pytest.mark.parametrize(
    ("arguments", "type"),
    [
        ("(first: 101)", "EXCESSIVE_PAGINATION"),
        ("(last: 1000)", "EXCESSIVE_PAGINATION"),
        ("", "MISSING_PAGINATION_BOUNDARIES"),
        ("(first: 0)", "INVALID_PAGINATION"),
        ("(first: 1, last: 1)", None),
        ('(first: 1, after: "nonsense")', "INVALID_CURSOR_ARGUMENTS"),
    ],
)
def test_a_page_has_bounds_from_1_to_100(callisto: Made, arguments: str, type: str | None) -> None:
    answer = ask(
        looking(callisto, "ada"),
        f'{{organization(login: "callisto") {{repositories{arguments} {{nodes {{name}}}}}}}}',
    )
    assert errors(answer) == [(type, ["organization", "repositories"])]


def test_a_count_alone_needs_no_bounds(callisto: Made) -> None:
    found = data(looking(callisto, "ada"), '{organization(login: "callisto") {repositories {totalCount}}}')
    assert found["organization"]["repositories"]["totalCount"] == 9


# ---------------------------------------------------------------- price


def test_price_is_what_githubs_own_example_costs() -> None:
    """The examples of GitHub's documentation: 5,101 requests are 51 points; 22,060 nodes."""
    points = cost(
        """{ viewer { login repositories(first: 100) { edges { node { id issues(first: 50) { edges { node { id
        labels(first: 60) { edges { node { id name } } } } } } } } } } }"""
    )
    assert points is not None
    assert (points.requests, points.points) == (5_101, 51)
    nodes = cost(
        """{ viewer { repositories(first: 50) { edges { repository: node { name
        pullRequests(first: 20) { edges { pullRequest: node { title comments(first: 10) { edges { comment: node {
        bodyHTML } } } } } }
        issues(first: 20) { totalCount edges { issue: node { title bodyHTML comments(first: 10) { edges {
        comment: node { bodyHTML } } } } } } } } }
        followers(first: 10) { edges { follower: node { login } } } } }"""
    )
    assert nodes is not None
    assert nodes.nodes == 22_060


def test_fragments_variables_and_directives_count_as_they_stand() -> None:
    document = """
    query ($n: Int = 20, $more: Boolean!) { viewer { organizations(first: $n) { nodes { ...Of } } } }
    fragment Of on Organization { repositories(first: 10) @include(if: $more) { nodes { name } } }
    """
    with_more, without = cost(document, {"more": True}), cost(document, {"more": False, "n": 5})
    assert with_more is not None
    assert without is not None
    assert (with_more.nodes, with_more.requests) == (20 + 200, 1 + 20)
    assert (without.nodes, without.requests) == (5, 1)


def test_the_allowance_is_told_with_the_price_taken_off(callisto: Made) -> None:
    who = looking(callisto, "ada")
    answer = execute(
        who.world,
        who,
        "{rateLimit {cost limit remaining used resetAt nodeCount} viewer {organizations(first: 7) {totalCount}}}",
        {},
        base="http://127.0.0.1:1",
        used=40,
    )
    assert answer["data"]["rateLimit"] == {
        "cost": 1,
        "limit": 5000,
        "remaining": 4959,
        "used": 41,
        "resetAt": "2026-06-15T07:00:00Z",
        "nodeCount": 7,
    }


def test_more_than_half_a_million_nodes_are_refused(callisto: Made) -> None:
    document = """{ viewer { organizations(first: 100) { nodes { repositories(first: 100) { nodes {
    rulesets(first: 50) { totalCount } } } } } } }"""
    answer = ask(looking(callisto, "ada"), document)
    assert "data" not in answer
    assert answer["errors"][0]["type"] == "MAX_NODE_LIMIT_EXCEEDED"
    assert "510,100" in answer["errors"][0]["message"]


def test_a_revoked_grant_is_not_kept(callisto: Made) -> None:
    made = demo()
    made.world.tokens.append(fine_grained("eve", 900006, "callisto-harbour", READS))
    made.world.tokens.append(classic("eve", 900006, "admin:org", "repo"))
    for token in made.world.tokens[-2:]:
        org = data(seen_by(made.world, f"Bearer {token.secret}"), MEMBERS, login="callisto-harbour")["organization"]
        assert org["membersWithRole"]["totalCount"] == 4  # a member sees members
        assert org["requiresTwoFactorAuthentication"] is None  # and a token gives no more than its person has
