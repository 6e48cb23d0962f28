"""Each fault does what it says, at the request it is aimed at."""

from __future__ import annotations

import time
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2
import msgspec
import pytest

from muniment.testing.github.faults import FAULTS, Aim, Chance, Fault, Striking, aimed, slow

from .conftest import NOW, Client

MEMBERS = "/orgs/lunar/members?per_page=2"
REPOSITORIES = """
query ($after: String) {
  organization(login: "lunar") {
    name
    description
    repositories(first: 1, after: $after, privacy: PUBLIC, orderBy: {field: NAME, direction: ASC}) {
      totalCount
      nodes { name description defaultBranchRef { name } ...More }
      pageInfo { hasNextPage endCursor }
    }
  }
  rateLimit { cost }
}
fragment More on Repository { homepageUrl isArchived }
"""

REFUSED = {
    "unauthorized": (401, "Bad credentials", {}),
    "forbidden": (403, "admin rights", {}),
    "secondary-limit-403": (403, "secondary rate limit", {"retry-after": "1"}),
    "secondary-limit-403-silent": (403, "secondary rate limit", {"retry-after": None}),
    "secondary-limit-429": (429, "secondary rate limit", {"retry-after": "1"}),
    "secondary-limit-429-silent": (429, "secondary rate limit", {"retry-after": None}),
    "primary-limit": (403, "API rate limit exceeded", {"x-ratelimit-remaining": "0"}),
    "primary-limit-429": (429, "API rate limit exceeded", {"x-ratelimit-remaining": "0"}),
    "not-found": (404, "Not Found", {}),
    "unprocessable": (422, "Validation Failed", {}),
    "too-many-requests": (429, "Too Many Requests", {"retry-after": "1"}),
    "server-error": (500, "Server Error", {}),
}
ELSEWHERE = {
    "secondary-limit-429-date",
    "bad-gateway",
    "unavailable",
    "truncated-json",
    "not-json",
    "wrong-content-type",
    "null-fields",
    "null-nodes",
    "vanished-page",
    "repeated-page",
    "etag-lie",
    "slow",
    "dropped",
    "graphql-partial",
    "graphql-resources",
    "graphql-rate-limited",
    "graphql-node-limit",
}


def with_fault(serve: Any, fault: Fault | str, **aim: Any) -> Client:
    found = FAULTS[fault] if isinstance(fault, str) else fault
    client: Client = serve(faults=[Aim(fault=found, **aim)])
    return client


def test_every_fault_is_tried_here_and_says_where_it_is_known_from() -> None:
    assert set(FAULTS) == set(REFUSED) | ELSEWHERE
    assert all(fault.source for fault in FAULTS.values())


# ---------------------------------------------------------------- aiming


def test_a_fault_strikes_from_the_nth_request_to_a_path_and_as_often_as_it_should(serve: Any) -> None:
    client = with_fault(serve, "bad-gateway", path="/orgs/*/members", nth=2, times=2)
    assert client.get("/orgs/lunar").status_code == 200
    found = [client.get(MEMBERS, "owner").status_code for _ in range(4)]
    assert found == [200, 502, 502, 200]
    assert client.get("/orgs/lunar").status_code == 200
    assert [served.fault for served in client.github.requests] == ["", "", "bad-gateway", "bad-gateway", "", ""]


def test_a_fault_at_a_question_strikes_that_alone_whenever_it_is_asked(serve: Any, github: Client) -> None:
    github.get(MEMBERS, "owner")
    [asked] = github.github.requests
    client = with_fault(serve, "bad-gateway", question=asked.question)
    paths = [MEMBERS, f"{MEMBERS}&page=2", "/orgs/lunar", MEMBERS]
    assert [client.get(path, "owner").status_code for path in paths] == [502, 200, 200, 502]


def test_a_fault_without_an_end_goes_on(serve: Any) -> None:
    client = with_fault(serve, "not-found", nth=2)
    assert [client.get("/orgs/lunar").status_code for _ in range(4)] == [200, 404, 404, 404]


def test_chance_strikes_the_same_requests_again_whatever_their_order() -> None:
    faults = (FAULTS["bad-gateway"], FAULTS["forbidden"], FAULTS["dropped"])
    questions = [f"GET /orgs/{n}" for n in range(400)]

    def struck(seed: int, order: list[str]) -> dict[str, str]:
        striking = Striking([Chance(faults=faults, share=0.25, seed=seed)])
        found = {question: striking.next(question, question) for question in order}
        return {question: fault.name for question, fault in found.items() if fault}

    once = struck(7, questions)
    assert once == struck(7, questions[::-1])
    assert 60 < len(once) < 140
    assert set(once.values()) == {fault.name for fault in faults}
    assert once != struck(8, questions)


def test_chance_lets_a_request_pass_when_it_comes_again() -> None:
    striking = Striking([Chance(faults=(FAULTS["bad-gateway"],), share=0.5, seed=1)])
    found = {striking.next("/", "GET /") is None for _ in range(50)}
    assert found == {True, False}


def test_a_fault_is_aimed_by_a_word() -> None:
    assert aimed("dropped") == Aim(fault=FAULTS["dropped"])
    assert aimed("dropped@3") == Aim(fault=FAULTS["dropped"], nth=3, times=1)
    assert aimed("dropped@/orgs/*") == Aim(fault=FAULTS["dropped"], path="/orgs/*")
    with pytest.raises(ValueError, match="no fault is called drooped; there are: unauthorized"):
        aimed("drooped")


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_has_its_status_its_words_and_its_headers(serve: Any, name: str) -> None:
    status, words, headers = REFUSED[name]
    client = with_fault(serve, name)
    for answer in (client.get("/orgs/lunar", "owner"), client.query("{viewer {login}}")):
        assert answer.status_code == status and words in answer.json()["message"]
        assert {name: answer.headers.get(name) for name in headers} == headers
        if name.startswith("primary"):
            reset = int(answer.headers["x-ratelimit-reset"])
            assert reset == int((NOW + timedelta(minutes=1)).timestamp())
        else:
            assert answer.headers["x-ratelimit-remaining"] != "0"


def test_a_limit_may_end_at_a_date(serve: Any) -> None:
    answer = with_fault(serve, "secondary-limit-429-date").get("/orgs/lunar")
    assert answer.status_code == 429
    assert parsedate_to_datetime(answer.headers["retry-after"]) == NOW + timedelta(seconds=2)


@pytest.mark.parametrize(("name", "status"), [("bad-gateway", 502), ("unavailable", 503)])
def test_the_front_answers_in_html(serve: Any, name: str, status: int) -> None:
    answer = with_fault(serve, name).get("/orgs/lunar")
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html") and answer.text.startswith("<html>")


# ---------------------------------------------------------------- answers that are not what they seem


@pytest.mark.parametrize("name", ["truncated-json", "not-json"])
def test_what_is_no_json_looks_like_it(serve: Any, name: str) -> None:
    answer = with_fault(serve, name).get("/orgs/lunar")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("application/json")
    with pytest.raises(msgspec.DecodeError):
        msgspec.json.decode(answer.content)


def test_the_truncated_answer_begins_as_the_true_one(serve: Any) -> None:
    client = with_fault(serve, "truncated-json", nth=2)
    whole, cut = (client.get("/orgs/lunar").content for _ in range(2))
    assert whole.startswith(cut) and len(cut) == len(whole) * 2 // 3


def test_the_wrong_content_type_is_all_that_is_wrong(serve: Any) -> None:
    client = with_fault(serve, "wrong-content-type", nth=2)
    right, wrong = (client.get("/orgs/lunar") for _ in range(2))
    assert right.content == wrong.content
    assert wrong.headers["content-type"].startswith("text/html")


def test_null_fields_are_those_that_the_description_allows(serve: Any) -> None:
    client = with_fault(serve, "null-fields", nth=2)
    true, nulled = (client.get("/orgs/lunar", "owner").json() for _ in range(2))
    assert true["two_factor_requirement_enabled"] is True and nulled["two_factor_requirement_enabled"] is None
    assert nulled["default_repository_permission"] is None
    assert {k: v for k, v in nulled.items() if v is not None} == {
        k: true[k] for k in nulled if nulled[k] is not None
    }
    assert nulled["id"] == 101
    assert client.github.misfits == []


def test_null_fields_are_those_that_the_schema_allows(serve: Any) -> None:
    client = with_fault(serve, "null-fields")
    found = client.query(REPOSITORIES).json()["data"]
    assert found["organization"]["name"] is None
    assert found["organization"]["repositories"]["totalCount"] == 2
    assert found["organization"]["repositories"]["pageInfo"] == {"hasNextPage": True, "endCursor": None}
    [node] = found["organization"]["repositories"]["nodes"]
    assert node == {
        "name": "old",
        "description": None,
        "defaultBranchRef": None,
        "homepageUrl": None,
        "isArchived": True,
    }


def test_null_nodes_leave_the_count(serve: Any) -> None:
    client = with_fault(serve, "null-nodes")
    found = client.query(REPOSITORIES).json()["data"]["organization"]
    assert found["repositories"]["nodes"] is None and found["repositories"]["totalCount"] == 2
    assert found["name"] == "The Lunar Works"
    assert client.get(MEMBERS, "owner").json() != []


def test_a_page_vanishes(serve: Any) -> None:
    client = with_fault(serve, "vanished-page", nth=2)
    first = client.get(MEMBERS, "owner")
    second = client.get(first.links["next"]["url"], "owner")
    assert second.status_code == 200 and second.json() == [] and "link" not in second.headers
    page = client.query(REPOSITORIES).json()["data"]["organization"]["repositories"]
    assert page == {"totalCount": 2, "nodes": [], "pageInfo": {"hasNextPage": False, "endCursor": None}}


def test_a_page_comes_twice(serve: Any) -> None:
    client = with_fault(serve, "repeated-page", path="/o*", nth=2)
    first = client.get("/orgs/lunar/repos?per_page=1", "owner")
    client.get("/orgs/lunar/members", "owner")
    again = client.get("/orgs/lunar/repos?per_page=1&page=2", "owner")
    assert again.json() == first.json()
    assert client.get("/orgs/lunar/repos?per_page=1&page=3", "member").json() != first.json()


def test_no_page_of_another_list_comes_in_its_place(serve: Any) -> None:
    client = with_fault(serve, "repeated-page", path="/o*", nth=2)
    everybody = client.get("/orgs/lunar/members", "owner").json()
    weak = client.get("/orgs/lunar/members?filter=2fa_disabled", "owner").json()
    assert weak != everybody and weak == client.get("/orgs/lunar/members?filter=2fa_disabled", "owner").json()


def test_a_page_of_graphql_comes_twice(serve: Any) -> None:
    client = with_fault(serve, "repeated-page", nth=2, times=1)
    first = client.query(REPOSITORIES).json()["data"]["organization"]["repositories"]
    after = {"after": first["pageInfo"]["endCursor"]}
    second, third = (
        client.query(REPOSITORIES, after).json()["data"]["organization"]["repositories"] for _ in range(2)
    )
    assert second == first
    assert [node["name"] for node in third["nodes"]] == ["rover"]


def test_not_modified_is_a_lie(serve: Any) -> None:
    client = with_fault(serve, "etag-lie", nth=2)
    etag = client.get("/orgs/lunar", "owner").headers["etag"]
    client.github.world.organizations[0].description = "Changed."
    answer = client.get("/orgs/lunar", "owner", If_None_Match=etag)
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag)
    assert client.get("/orgs/solar").status_code == 304, "also unasked"


def test_an_answer_is_slow(serve: Any) -> None:
    client = with_fault(serve, slow(0.3), nth=2)
    times = []
    for _ in range(2):
        began = time.monotonic()
        assert client.get("/orgs/lunar").status_code == 200
        times.append(time.monotonic() - began)
    assert times[1] >= 0.3


def test_a_server_that_is_slow_stops_at_once(serve: Any) -> None:
    client = with_fault(serve, "slow")
    with pytest.raises(httpx2.ReadTimeout):
        httpx2.get(f"{client.github.api}/orgs/lunar", timeout=0.2)
    began = time.monotonic()
    client.github.__exit__(None, None, None)
    assert time.monotonic() - began < 5


def test_the_connection_is_dropped(serve: Any) -> None:
    client = with_fault(serve, "dropped", times=1)
    with pytest.raises(httpx2.RemoteProtocolError):
        client.get("/orgs/lunar")
    assert client.get("/orgs/lunar").status_code == 200
    assert [served.status for served in client.github.requests] == [0, 200]


# ---------------------------------------------------------------- GraphQL's own


@pytest.mark.parametrize("name", ["graphql-partial", "graphql-resources"])
def test_partial_data_comes_with_errors_that_say_where(serve: Any, name: str) -> None:
    answer = with_fault(serve, name).query(REPOSITORIES)
    assert answer.status_code == 200
    body = answer.json()
    assert body["data"]["organization"]["repositories"]["nodes"] == [None]
    assert body["data"]["organization"]["repositories"]["totalCount"] == 2
    assert body["errors"][0]["path"] == ["organization", "repositories", "nodes", 0]
    assert (body["errors"][0].get("type") == "RESOURCE_LIMITS_EXCEEDED") == (name == "graphql-resources")


def test_what_has_no_list_is_null_at_its_root(serve: Any) -> None:
    body = with_fault(serve, "graphql-partial").query("{viewer {login}}").json()
    assert body["data"] == {"viewer": None} and body["errors"][0]["path"] == ["viewer"]


@pytest.mark.parametrize(
    ("name", "type"),
    [("graphql-rate-limited", "RATE_LIMITED"), ("graphql-node-limit", "MAX_NODE_LIMIT_EXCEEDED")],
)
def test_graphql_refuses_with_200(serve: Any, name: str, type: str) -> None:
    client = with_fault(serve, name)
    answer = client.query("{viewer {login}}")
    assert answer.status_code == 200 and answer.json()["data"] is None
    assert [error["type"] for error in answer.json()["errors"]] == [type]
    assert (answer.headers["x-ratelimit-remaining"] == "0") == (name == "graphql-rate-limited")
    rest = client.get(MEMBERS, "owner")
    assert rest.status_code == 200 and "errors" in rest.json(), "REST gets a body of another shape"
