"""An independent client reads the simulated GitHub as it reads the real one: checked by somebody else's program."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from github import Auth, Github, GithubException, GithubIntegration, UnknownObjectException
from github.GithubException import BadCredentialsException

from muniment.testing.github.contract import broken
from muniment.testing.github.growing import Made, grown
from muniment.testing.github.server import SimulatedGithub


@pytest.fixture(scope="module")
def made() -> Made:
    grown_now = grown(organizations=3, repositories=40, members=70, owner_of=1, member_of=1)
    grown_now.world.now = datetime.now(UTC).replace(microsecond=0)  # PyGithub signs by its own clock
    return grown_now


@pytest.fixture(scope="module")
def server(made: Made) -> Iterator[SimulatedGithub]:
    with SimulatedGithub(made.world) as running:
        yield running
    assert broken(running.requests) == ()


def client(server: SimulatedGithub, token: str | None, per_page: int = 30) -> Github:
    auth = Auth.Token(token) if token else None
    return Github(auth=auth, base_url=server.api, per_page=per_page, retry=None, seconds_between_requests=0)


@pytest.fixture(scope="module")
def ada(server: SimulatedGithub, made: Made) -> Github:
    return client(server, made.tokens["ada"])


def test_pygithub_knows_who_it_is(ada: Github) -> None:
    user = ada.get_user()
    assert (user.login, user.type) == ("person-ada-example", "User")
    assert ada.oauth_scopes == ["admin:org", "repo"]
    assert {org.login for org in user.get_orgs()} == {"callisto-anchor", "callisto-beacon"}


def test_pygithub_reads_an_organization_as_its_owner_and_as_a_stranger(
    ada: Github, server: SimulatedGithub, made: Made
) -> None:
    owned = ada.get_organization("callisto-anchor")
    assert owned.id == made.world.organizations[0].id
    assert owned.two_factor_requirement_enabled is True
    assert owned.default_repository_permission == "read"
    seen = client(server, made.tokens["dora"]).get_organization("callisto-anchor")
    assert seen.two_factor_requirement_enabled is None
    assert seen.name == "Callisto Anchor"


def test_pygithub_pages_through_all_members_and_the_owners_among_them(ada: Github, made: Made) -> None:
    org = made.world.organizations[0]
    found = ada.get_organization(org.login)
    assert {m.id for m in found.get_members()} == {m.person for m in org.members}
    assert {m.id for m in found.get_members(role="admin")} == {m.person for m in org.members if m.role == "owner"}
    unprotected = {m.person for m in org.members if made.world.person_of(m.person).two_factor == "none"}
    assert {m.id for m in found.get_members(filter_="2fa_disabled")} == unprotected
    assert {m.id for m in found.get_public_members()} == {m.person for m in org.members if m.public}


def test_pygithub_is_told_that_only_owners_filter_by_second_factor(ada: Github) -> None:
    with pytest.raises(GithubException) as refused:
        list(ada.get_organization("callisto-beacon").get_members(filter_="2fa_disabled"))
    assert refused.value.status == 422
    assert "Only owners can use this filter" in str(refused.value.data)


def test_pygithub_lists_the_repositories_that_its_token_may_see(
    ada: Github, server: SimulatedGithub, made: Made
) -> None:
    org = made.world.organizations[0]
    assert {r.name for r in ada.get_organization(org.login).get_repos()} == {r.name for r in org.repositories}
    stranger = client(server, made.tokens["dora"]).get_organization(org.login)
    assert {r.name for r in stranger.get_repos()} == {r.name for r in org.repositories if r.public}
    anonymous = client(server, None, per_page=100).get_organization(org.login)
    assert {r.name for r in anonymous.get_repos()} == {r.name for r in org.repositories if r.public}


def test_pygithub_reads_a_repository_and_follows_its_former_name(ada: Github, made: Made) -> None:
    org = made.world.organizations[0]
    renamed = next(r for r in org.repositories if r.former_names)
    (former,) = renamed.former_names
    found = ada.get_repo(f"{org.login}/{former}")
    assert (found.id, found.full_name) == (renamed.id, f"{org.login}/{renamed.name}")
    archived = next(r for r in org.repositories if r.archived_at)
    assert ada.get_repo(f"{org.login}/{archived.name}").archived is True


def test_pygithub_reads_the_classic_rule_of_a_branch(ada: Github, made: Made) -> None:
    repo = made.world.organizations[0].repositories[0]
    rule = ada.get_repo(f"callisto-anchor/{repo.name}").get_branch("main").get_protection()
    assert rule.enforce_admins is True
    assert rule.required_pull_request_reviews.required_approving_review_count == 1


def test_pygithub_reads_whether_vulnerabilities_are_reported_in_private(ada: Github, made: Made) -> None:
    for repo in (r for r in made.world.organizations[0].repositories[:9] if r.public and not r.archived_at):
        found = ada.get_repo(f"callisto-anchor/{repo.name}")
        _, answer = found.requester.requestJsonAndCheck("GET", f"{found.url}/private-vulnerability-reporting")
        assert answer["enabled"] is repo.private_reporting


def test_pygithub_reads_custom_properties(ada: Github, made: Made) -> None:
    org = made.world.organizations[0]
    told = {
        values.repository_id: values.properties
        for values in ada.get_organization(org.login).list_custom_property_values()
    }
    for repo in org.repositories:
        set_ = {name: value for name, value in told[repo.id].items() if value is not None}
        assert set_ == {n: list(v) if isinstance(v, tuple) else v for n, v in repo.properties.items()}


def test_pygithub_sees_its_allowance_shrink(server: SimulatedGithub, made: Made) -> None:
    ben = client(server, made.tokens["ben"])
    before = ben.get_rate_limit().resources.core.remaining
    ben.get_organization("callisto-anchor")
    after = ben.get_rate_limit().resources.core
    assert (after.limit, after.remaining) == (5000, before - 1)
    assert ben.rate_limiting[0] == after.remaining


def test_pygithub_asks_graphql(ada: Github, made: Made) -> None:
    repo = made.world.organizations[0].repositories[0]
    node = ada.get_repo(f"callisto-anchor/{repo.name}").node_id
    _, answer = ada.requester.graphql_query(
        "query ($id: ID!) {node(id: $id) {... on Repository {nameWithOwner}}}", {"id": node}
    )
    assert answer == {"data": {"node": {"nameWithOwner": f"callisto-anchor/{repo.name}"}}}
    with pytest.raises(GithubException):
        ada.requester.graphql_query('{organization(login: "callisto-nowhere") {login}}', {})


def test_pygithub_signs_in_as_an_app_and_sees_what_its_installation_was_granted(
    server: SimulatedGithub, made: Made
) -> None:
    auth = Auth.AppAuth(made.world.apps[0].id, made.private_key)
    app = GithubIntegration(auth=auth, base_url=server.api, retry=None, seconds_between_requests=0)
    assert app.get_app().slug == "muniment-example"
    places = {i.raw_data["account"]["login"]: i for i in app.get_installations()}
    assert set(places) == {"callisto-anchor", "callisto-compass"}
    inside = places["callisto-anchor"].get_github_for_installation()
    org = made.world.organizations[0]
    assert {m.id for m in inside.get_organization(org.login).get_members()} == {m.person for m in org.members}


def test_pygithub_is_refused_with_a_wrong_token_and_finds_nothing_that_is_not_there(
    server: SimulatedGithub, ada: Github
) -> None:
    with pytest.raises(BadCredentialsException):
        client(server, "ghp_notATokenOfThisWorld").get_user().login  # noqa: B018
    with pytest.raises(UnknownObjectException):
        ada.get_organization("callisto-nowhere")


def test_pygithub_asks_an_app_about_one_of_its_installations(server: SimulatedGithub, made: Made) -> None:
    auth = Auth.AppAuth(made.world.apps[0].id, made.private_key)
    app = GithubIntegration(auth=auth, base_url=server.api, retry=None, seconds_between_requests=0)
    place = made.world.apps[0].installations[-1]
    assert app.get_app_installation(place.id).raw_data["permissions"] == place.permissions
