"""The server keeps count, keeps no secret, lets nobody write, and owns up to its own mistakes."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from muniment.testing.github.contract import broken
from muniment.testing.github.faults import FAULTS, Aim
from muniment.testing.github.server import Points, SimulatedGithub
from muniment.testing.github.world import World

from .conftest import SECRETS, Client, signed

# ---------------------------------------------------------------- the log and the points


def test_every_request_is_written_down_without_a_secret(github: Client) -> None:
    github.get("/orgs/lunar/members?per_page=2", "owner")
    github.get("/orgs/lunar/members", "installation")
    github.get("/orgs/lunar", "revoked")
    github.query("{viewer {login}}", who="fine")
    log = github.github.requests
    assert [(s.method, s.path, s.status, s.kind, s.who, s.points) for s in log] == [
        ("GET", "/orgs/lunar/members", 200, "classic", "ada", 1),
        ("POST", "/app/installations/501/access_tokens", 201, "app", "watcher", 1),
        ("GET", "/orgs/lunar/members", 200, "installation", "watcher", 1),
        ("GET", "/orgs/lunar", 401, "refused", "", 0),
        ("POST", "/graphql", 200, "fine-grained", "ada", 1),
    ]
    assert log[0].query == (("per_page", "2"),)
    assert not any(secret in repr(log) for secret in (*SECRETS.values(), github.secret("installation"), "Bearer"))
    assert broken(log) == ()


def test_points_are_counted_apart(github: Client) -> None:
    for _ in range(3):
        github.get("/orgs/lunar", "owner")
    github.query("{viewer {login}}")
    github.get("/rate_limit", "owner")
    assert github.github.points == Points(rest=3, graphql=1)


def test_an_unchanged_answer_costs_nothing_with_its_etag(github: Client) -> None:
    first = github.get("/orgs/lunar", "owner")
    again = github.get("/orgs/lunar", "owner", If_None_Match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["x-ratelimit-remaining"] == first.headers["x-ratelimit-remaining"]
    assert github.github.points.rest == 1
    github.github.world.organizations[0].description = "Another."
    changed = github.get("/orgs/lunar", "owner", If_None_Match=first.headers["etag"])
    assert changed.status_code == 200 and changed.json()["description"] == "Another."


def test_an_etag_is_bound_to_its_token(github: Client) -> None:
    tags = {who: github.get("/repos/lunar/old", who).headers["etag"] for who in ("scopeless", "member", "")}
    assert len(set(tags.values())) == 3
    assert github.get("/orgs/lunar", "member", If_None_Match=tags["scopeless"]).status_code == 200


def test_a_stranger_pays_for_a_304(github: Client) -> None:
    etag = github.get("/orgs/lunar").headers["etag"]
    assert github.get("/orgs/lunar", If_None_Match=etag).status_code == 304
    assert github.github.points.rest == 2


def test_an_allowance_runs_out_and_comes_back(serve: Any) -> None:
    client = serve(limits={"core": 2, "graphql": 1})
    assert [client.get("/orgs/lunar", who).status_code for who in ("owner", "scopeless", "fine", "member")] == [
        200,
        200,
        403,  # Ada's tokens share one allowance
        200,
    ]
    refused = client.get("/orgs/lunar", "owner")
    assert refused.headers["x-ratelimit-remaining"] == "0" and "API rate limit" in refused.json()["message"]
    assert client.get("/rate_limit", "owner").json()["resources"]["core"]["remaining"] == 0
    assert "data" in client.query("{viewer {login}}").json()
    limited = client.query("{viewer {login}}")
    assert limited.status_code == 200 and limited.json()["errors"][0]["type"] == "RATE_LIMITED"
    client.github.world.now += timedelta(hours=1)
    assert client.get("/orgs/lunar", "owner").status_code == 200
    assert "data" in client.query("{viewer {login}}").json()


def test_the_allowance_in_the_headers_is_the_one_that_is_told(github: Client) -> None:
    github.get("/orgs/lunar", "owner")
    last = github.get("/orgs/lunar", "owner").headers
    told = github.get("/rate_limit", "owner").json()["resources"]["core"]
    assert {k: int(last[f"x-ratelimit-{k}"]) for k in told} == told
    assert (told["used"], told["limit"]) == (2, 5_000)


def test_the_clock_may_run(world: World) -> None:
    times = iter([world.now + timedelta(minutes=n) for n in (0, 59, 61)])
    with SimulatedGithub(world, clock=lambda: next(times)) as github:
        client = Client(github)
        word = {"Authorization": f"Bearer {signed()}"}
        token = httpx2.post(f"{github.api}/app/installations/501/access_tokens", headers=word).json()["token"]
        asked = [client._http.get("/orgs/lunar", headers={"Authorization": f"Bearer {token}"}) for _ in range(2)]
        client.close()
    assert [answer.status_code for answer in asked] == [200, 401]


# ---------------------------------------------------------------- writing


@pytest.mark.parametrize(
    ("method", "path"),
    [("PATCH", "/orgs/lunar"), ("DELETE", "/orgs/lunar/members/ben"), ("PUT", "/x"), ("POST", "/orgs/lunar/repos")],
)
def test_a_write_is_refused_and_written_down(github: Client, method: str, path: str) -> None:
    assert github.send(method, path, "owner", {"name": "x"}).status_code == 405
    assert [served.method for served in github.github.writes] == [method]
    assert broken(github.github.requests) != ()


def test_a_mutation_is_a_write_and_does_nothing(github: Client) -> None:
    document = 'mutation { addStar(input: {starrableId: "R_1"}) { clientMutationId } }'
    assert "errors" in github.query(document).json()
    assert len(github.github.writes) == 1


def test_reading_and_asking_for_an_apps_token_are_no_writes(github: Client) -> None:
    github.get("/orgs/lunar", "installation")
    github.query("{viewer {login}}")
    github.query("query { this is not read")
    assert github.github.writes == ()


# ---------------------------------------------------------------- the wire


def test_graphql_wants_a_login_and_json(github: Client) -> None:
    assert github.send("POST", "/graphql", "", {"query": "{viewer {login}}"}).status_code == 401
    assert github.send("POST", "/graphql", "owner", {"query": 3}).status_code == 400
    assert github.get("/graphql", "owner").status_code == 404


def test_graphql_is_told_what_is_left(github: Client) -> None:
    document = "{viewer {login} rateLimit {cost used remaining}}"
    for used in (1, 2):
        answer = github.query(document)
        assert answer.json()["data"]["rateLimit"] == {"cost": 1, "used": used, "remaining": 5_000 - used}
        assert answer.headers["x-ratelimit-used"] == str(used)
        assert answer.headers["x-ratelimit-resource"] == "graphql"


def test_who_does_not_say_who_it_is_gets_nothing(github: Client) -> None:
    answer = httpx2.get(f"{github.github.api}/orgs/lunar", headers={"User-Agent": ""})
    assert answer.status_code == 403 and "User-Agent" in answer.json()["message"]


def test_the_addresses_in_the_answers_are_its_own(github: Client) -> None:
    found = github.get("/orgs/lunar/repos", "owner").text + github.get("/user", "owner").text
    addresses = {part.split("/")[0] for part in found.replace("git:", "http:").split("http://")[1:]}
    assert addresses == {github.github.api.removeprefix("http://")}
    assert "github.com" not in found


def test_many_may_ask_at_once(github: Client) -> None:
    headers = {"Authorization": f"Bearer {SECRETS['owner']}"}
    with httpx2.Client(base_url=github.github.api, headers=headers) as http, ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: http.get(f"/orgs/lunar?n={number}"), range(40)))
    assert [answer.status_code for answer in answers] == [200] * 40
    assert len(github.github.requests) == 40
    assert "no parameter n" in broken(github.github.requests)[0]


def test_two_may_run_beside_each_other_and_both_end(world: World) -> None:
    before = threading.active_count()
    with SimulatedGithub(world) as one, SimulatedGithub(world) as other:
        assert one.api != other.api
    assert threading.active_count() == before
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(one.api)


def test_an_answer_that_does_not_fit_the_description_is_owned_up_to(world: World) -> None:
    world.organizations[0].repositories[0].homepage = 3  # type: ignore[assignment]
    with (
        pytest.raises(AssertionError, match="misbehaved: repos/get: 200: /homepage"),
        SimulatedGithub(world) as github,
    ):
        httpx2.get(f"{github.api}/repos/lunar/rover")


def test_a_mistake_of_the_simulation_is_owned_up_to(world: World) -> None:
    world.organizations[0].members[0].person = 999
    with pytest.raises(AssertionError, match="KeyError"), SimulatedGithub(world) as github:
        headers = {"Authorization": f"Bearer {SECRETS['owner']}"}
        assert httpx2.get(f"{github.api}/orgs/lunar/members?role=admin", headers=headers).status_code == 200
        world.organizations[0].members[0].public = True
        assert httpx2.get(f"{github.api}/orgs/lunar/members", headers=headers).status_code == 500


def test_what_a_fault_breaks_is_no_mistake_of_the_simulation(world: World) -> None:
    with SimulatedGithub(world, faults=[Aim(fault=FAULTS["not-json"])]) as github:
        answer = httpx2.get(f"{github.api}/orgs/lunar")
    assert answer.text.startswith("<html>") and github.misfits == []
