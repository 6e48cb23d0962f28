"""Asking GitHub with credentials by name, tried on a loopback server. Not live."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from muniment.collectors.credentials import Ring, ring
from muniment.collectors.http import Limits, Offline, Web
from muniment.ports import Answer
from muniment.stores.opening import open_store
from muniment.testing.registries import DAY, StoppedClock
from tests.collectors.answering import Answerer, Asked, Said, one_by_one
from tests.collectors.asking import Memory

ADA = "ghp_adaMadeUpTokenOfNobody0000000001"
BEN = "ghp_benMadeUpTokenOfNobody0000000002"
QUERY = "query { viewer { login } rateLimit { cost } }"
QUICK = Limits(try_seconds=20.0, body_bytes=2**20, tries=3)
PAGE = Said(headers={"ETag": '"one"'}, body=b'{"login": "callisto"}')
LIMITED = Said(body=b'{"data": null, "errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}')


def nothing() -> object:
    raise AssertionError("the keyring is not asked")


def two(clock: StoppedClock) -> Ring:
    environ = {"MUNIMENT_GITHUB_TOKEN_ADA": ADA, "MUNIMENT_GITHUB_TOKEN_BEN": BEN}
    return ring(environ, Path("/nowhere"), nothing, clock.now)  # type: ignore[arg-type]


def github(server: Answerer, clock: StoppedClock | None = None, **options: object) -> Web:
    clock = clock or StoppedClock()
    options = {"limits": QUICK, "credentials": two(clock), **options}
    base = server.origin
    return Web(now=clock.now, sleep=clock.sleep, github=base, graphql=f"{base}/graphql", **options)  # type: ignore[arg-type]


def get(io: Web, server: Answerer, path: str = "/orgs/callisto", credential: str = "ada", **more: object) -> Answer:
    return asyncio.run(io.get(server.origin + path, credential=credential, **more))  # type: ignore[arg-type]


def query(io: Web, server: Answerer, document: str = QUERY, credential: str = "ada") -> Answer:
    return asyncio.run(io.query(f"{server.origin}/graphql", document, {"first": 50}, credential=credential))


def limit(seconds: float, status: int = 403) -> Said:
    """GitHub's own limit, which ends after so many seconds."""
    reset = str(int((DAY + timedelta(seconds=seconds)).timestamp()))
    return Said(
        status,
        {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset},
        b'{"message": "API rate limit exceeded for user ID 1."}',
    )


def unless_known(asked: Asked) -> Said:
    """What GitHub does: a 304 for its own validator of this asker, a page for every other."""
    own = '"' + asked.headers.get("authorization", "nobody")[-4:] + asked.headers["x-github-api-version"] + '"'
    if asked.headers.get("if-none-match") == own:
        return Said(304, {"ETag": own})
    return Said(200, {"ETag": own}, b'{"seen": "by ' + own.strip('"').encode() + b'"}')


# ---------------------------------------------------------------- asking


def test_a_credential_is_asked_with_by_name_and_in_githubs_version():
    with Answerer(one_by_one(Said(body=b'{"login": "callisto"}'))) as server:
        answer = get(github(server), server)
    assert (answer.status, answer.body) == (200, b'{"login": "callisto"}')
    asked = server.asked[0]
    assert asked.headers["authorization"] == f"Bearer {ADA}"
    assert asked.headers["x-github-api-version"] == "2022-11-28"


def test_a_query_is_posted_with_its_variables():
    with Answerer(one_by_one(Said(body=b'{"data": {"rateLimit": {"cost": 3}}}'))) as server:
        io = github(server)
        answer = query(io, server)
    assert answer.status == 200
    asked = server.asked[0]
    assert (asked.method, asked.path) == ("POST", "/graphql")
    assert msgspec.json.decode(asked.body) == {"query": QUERY, "variables": {"first": 50}}
    assert asked.headers["authorization"] == f"Bearer {ADA}"
    assert io.meter.total().graphql_points == 3


def test_nothing_is_written_and_nothing_is_sent_that_could():
    with Answerer(one_by_one(Said())) as server:
        io = github(server)
        for document in (
            "mutation { a }",
            "# query {\nmutation { a }",
            "{ a } mutation { b }",
            "subscription { a }",
        ):
            with pytest.raises(ValueError, match="quer"):
                query(io, server, document)
            with pytest.raises(ValueError, match="quer"):
                asyncio.run(Offline(StoppedClock().now).query(server.origin, document, {}))
    assert server.asked == []
    assert io.meter.uses() == ()


def test_the_one_post_besides_queries_asks_for_reading_alone():
    with Answerer(one_by_one(Said())) as server:
        io = github(server)
        word = ring({"GH_TOKEN": ADA}, Path("/nowhere"), nothing, StoppedClock().now).secrets()[0]  # type: ignore[arg-type]
        for path, rights in [
            ("/app/installations/7/access_tokens", {"contents": "write"}),
            ("/app/installations/7/access_tokens", {"contents": "read", "members": "admin"}),
            ("/app/installations/7/access_tokens", {}),
            ("/app/installations/7/suspended", {"contents": "read"}),
            ("/repos/a/b/../../../app/installations/7/access_tokens", {"contents": "read"}),
            ("/app/installations/7/access_tokens?x=1", {"contents": "read"}),
        ]:
            with pytest.raises(ValueError, match="only a token that reads"):
                asyncio.run(io._send("security", path, word, rights))
    assert server.asked == []


@pytest.mark.parametrize(
    "name", ["Authorization", "cookie", "X-HTTP-Method-Override", "host", "transfer-encoding", "accept", "if-match"]
)
def test_a_collector_sets_githubs_own_headers_alone(name):
    with Answerer(one_by_one(Said())) as server:
        with pytest.raises(ValueError, match="does not set the header"):
            get(github(server), server, headers={name: "x"})
        get(github(server), server, headers={"X-GitHub-Api-Version": "2026-03-10"})
    assert [a.headers["x-github-api-version"] for a in server.asked] == ["2026-03-10"]


def test_an_unknown_credential_is_not_asked_with_and_nobody_is_asked_instead():
    with Answerer(one_by_one(Said())) as server:
        answer = get(github(server), server, credential="carol")
        none = get(github(server, credentials=None), server)
    assert (answer.status, answer.detail) == (0, "not asked: no credential carol is at hand")
    assert (none.status, none.detail) == (0, "not asked: no credential ada is at hand")
    assert server.asked == []


def test_without_a_credential_githubs_public_word_is_asked_for():
    with Answerer(one_by_one(Said())) as server:
        assert get(github(server), server, credential="").status == 200
    assert "authorization" not in server.asked[0].headers
    assert server.asked[0].headers["x-github-api-version"] == "2022-11-28"


def test_a_thousand_requests_take_one_connection():
    with Answerer(one_by_one(PAGE)) as server:
        io = github(server)

        async def many() -> None:
            for n in range(50):
                assert (await io.get(f"{server.origin}/{n}", credential="ada")).status == 200

        asyncio.run(many())
        assert len({asked.line for asked in server.asked}) == 1
        asyncio.run(many())
        assert len({asked.line for asked in server.asked}) == 2


def test_a_cookie_given_to_one_asker_is_brought_by_none():
    with Answerer(one_by_one(Said(headers={"Set-Cookie": "who=ada; Path=/"}))) as server:
        io = github(server)

        async def twice() -> None:
            await io.get(f"{server.origin}/a", credential="ada")
            await io.get(f"{server.origin}/a", credential="ben")

        asyncio.run(twice())
    assert all("cookie" not in asked.headers for asked in server.asked)


# ---------------------------------------------------------------- whither a credential goes


def test_a_credential_goes_to_github_alone():
    with Answerer(one_by_one(Said())) as server, Answerer(one_by_one(Said())) as other:
        io = github(server)
        host = server.origin.removeprefix("http://")
        for url in (
            f"{other.origin}/orgs/callisto",
            other.origin.replace("127.0.0.1", "localhost"),
            f"http://{host}@{other.origin.removeprefix('http://')}/",
            f"http://{host}\\@{other.origin.removeprefix('http://')}/",
            server.origin.replace("127.0.0.1", "127.0.0.1.nip.example"),
        ):
            answer = asyncio.run(io.get(url, credential="ada"))
            assert (answer.status, answer.detail) == (0, "not asked: the credential ada goes to GitHub alone"), url
    assert server.asked == other.asked == []


def test_a_question_goes_to_githubs_graphql_address_alone():
    with Answerer(one_by_one(Said())) as server:
        io = github(server)
        for url in (f"{server.origin}/orgs", f"{server.origin}/graphql?x", f"{server.origin}/graphql/../a"):
            answer = asyncio.run(io.query(url, QUERY, {}, credential="ada"))
            assert (answer.status, answer.detail) == (0, "not asked: this is not GitHub's GraphQL address")
    assert server.asked == []


def test_a_credential_does_not_go_over_a_line_that_anybody_reads():
    clock = StoppedClock()
    io = Web(now=clock.now, sleep=clock.sleep, github="http://github.example", credentials=two(clock))
    answer = asyncio.run(io.get("http://github.example/user", credential="ada"))
    assert (answer.status, answer.detail) == (
        0,
        "not asked: the credential ada does not go over a line that anybody can read",
    )


def test_a_renamed_organization_is_followed_within_github():
    def moved(asked: Asked) -> Said:
        if asked.path == "/orgs/old":
            return Said(301, {"Location": "/organizations/7"})
        return Said(body=b'{"login": "new"}')

    with Answerer(moved) as server:
        answer = get(github(server), server, "/orgs/old")
    assert (answer.status, answer.body, answer.url) == (200, b'{"login": "new"}', f"{server.origin}/orgs/old")
    assert [a.headers["authorization"] for a in server.asked] == [f"Bearer {ADA}"] * 2


def test_a_redirect_elsewhere_takes_no_credential_along():
    with Answerer(one_by_one(Said())) as other:
        with Answerer(one_by_one(Said(302, {"Location": f"{other.origin}/catch"}))) as server:
            answer = get(github(server), server)
        assert (answer.status, other.asked) == (0, [])
        assert "another place" in answer.detail


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_question_is_not_carried_on_by_a_redirect(status):
    with Answerer(one_by_one(Said(status, {"Location": "/elsewhere"}))) as server:
        answer = query(github(server), server)
    assert answer.status == 0
    assert "redirected" in answer.detail
    assert [a.path for a in server.asked] == ["/graphql"]


# ---------------------------------------------------------------- conditional requests


def test_an_unchanged_page_costs_no_point():
    memory = Memory()
    with Answerer(unless_known) as server:
        io = github(server, recall=memory.recall, remember=memory.remember)
        first, second = get(io, server), get(io, server)
    assert (second.status, second.body) == (200, first.body)
    assert first.body
    whole = io.meter.total()
    assert (whole.requests, whole.not_modified, whole.points, whole.graphql_points) == (2, 1, 1, 0)


def test_two_credentials_and_two_versions_share_no_validator():
    memory = Memory()
    with Answerer(unless_known) as server:
        io = github(server, recall=memory.recall, remember=memory.remember)
        asked: list[tuple[str, Mapping[str, str]]] = [
            (who, headers) for who in ("ada", "ben", "") for headers in ({}, {"x-github-api-version": "2026-03-10"})
        ]
        bodies = [get(io, server, credential=who, headers=headers).body for who, headers in asked]
        assert all("if-none-match" not in a.headers for a in server.asked)
        assert len(set(bodies)) == len(asked)
        again = [get(io, server, credential=who, headers=headers).body for who, headers in asked]
    assert again == bodies
    assert io.meter.total().not_modified == len(asked)
    assert not any(secret in str(list(memory.kept)) for secret in (ADA, BEN))


def test_the_default_version_is_one_and_the_same_whether_it_is_stated_or_not():
    memory = Memory()
    with Answerer(unless_known) as server:
        io = github(server, recall=memory.recall, remember=memory.remember)
        get(io, server)
        get(io, server, headers={"X-GitHub-Api-Version": "2022-11-28"})
    assert io.meter.total().not_modified == 1


def test_the_next_page_is_known_though_a_304_does_not_repeat_it():
    memory = Memory()

    def paged(asked: Asked) -> Said:
        link = {"Link": "<https://github.example/2>; rel=next", "ETag": '"x"'}
        return Said(304) if "if-none-match" in asked.headers else Said(200, link)

    with Answerer(paged) as server:
        io = github(server, recall=memory.recall, remember=memory.remember)
        assert get(io, server).headers["link"] == get(io, server).headers["link"]
    assert "if-none-match" in server.asked[1].headers


def test_who_the_asker_is_and_may_is_asked_anew_each_time():
    """A token's scopes and its end stand in the headers, which nobody promises that a 304 repeats."""
    memory = Memory()
    with Answerer(one_by_one(Said(headers={"ETag": '"x"', "X-OAuth-Scopes": "read:org"}))) as server:
        io = github(server, recall=memory.recall, remember=memory.remember)
        assert [get(io, server, "/user").headers["x-oauth-scopes"] for _ in range(2)] == ["read:org"] * 2
    assert memory.kept == {}
    assert all("if-none-match" not in asked.headers for asked in server.asked)


def test_an_answer_to_a_question_is_never_kept():
    memory = Memory()
    with Answerer(one_by_one(PAGE)) as server:
        io = github(server, recall=memory.recall, remember=memory.remember)
        for _ in range(2):
            query(io, server)
    assert memory.kept == {}
    assert all("if-none-match" not in asked.headers for asked in server.asked)


def test_a_store_keeps_the_answers_of_each_credential_apart(tmp_path):
    store = open_store(str(tmp_path / "muniment.sqlite"), create=True)
    try:
        with Answerer(unless_known) as server:
            io = github(server, recall=store.recall, remember=store.remember)
            first = [get(io, server, credential=who).body for who in ("ada", "ben")]
            second = [get(io, server, credential=who).body for who in ("ada", "ben")]
    finally:
        store.close()
    assert first == second
    assert len(set(first)) == 2
    assert io.meter.total().not_modified == 2


# ---------------------------------------------------------------- limits


def test_a_limit_that_soon_ends_is_waited_for():
    clock = StoppedClock()
    with Answerer(one_by_one(limit(90), PAGE)) as server:
        answer = get(github(server, clock), server)
    assert (answer.status, clock.slept) == (200, [91.0])


def test_a_limit_that_ends_too_late_ends_the_asking_with_this_credential():
    clock = StoppedClock()
    with Answerer(one_by_one(limit(2 * 3600 + 300), PAGE)) as server:
        io = github(server, clock)
        answers = [get(io, server), get(io, server, "/other"), query(io, server)]
        others = [get(io, server, credential=who).status for who in ("ben", "")]
    assert {(a.status, a.detail) for a in answers} == {(429, "rate limit of ada until 14:05 UTC")}
    assert len(server.asked) == 3
    assert others == [200, 200]
    assert clock.slept == []


def test_a_limit_of_tomorrow_names_the_day():
    with Answerer(one_by_one(limit(13 * 3600))) as server:
        assert get(github(server), server).detail == "rate limit of ada until 2026-01-16 01:00 UTC"


def test_nobodys_limit_ends_the_asking_as_nobody():
    with Answerer(one_by_one(limit(3600), PAGE)) as server:
        io = github(server)
        answers = [get(io, server, credential="") for _ in range(2)]
        assert get(io, server).status == 200
    assert [(a.status, a.detail) for a in answers] == [(429, "rate limit of nobody until 13:00 UTC")] * 2


@pytest.mark.parametrize("status", [403, 429])
@pytest.mark.parametrize("headers", [{}, {"Retry-After": "60"}])
def test_a_secondary_limit_is_waited_for_a_minute(status, headers):
    clock = StoppedClock()
    refusal = Said(status, headers, b'{"message": "You have exceeded a secondary rate limit"}')
    with Answerer(one_by_one(refusal, PAGE)) as server:
        assert get(github(server, clock), server).status == 200
    assert clock.slept == [60.0]


def test_a_refusal_is_no_limit_and_is_not_asked_again():
    with Answerer(one_by_one(Said(403, {"X-RateLimit-Remaining": "4000"}, b'{"message": "no"}'))) as server:
        answer = get(github(server), server)
    assert (answer.status, answer.detail, len(server.asked)) == (403, "", 1)


def test_a_limit_that_does_not_end_is_told_as_a_limit_and_never_as_a_refusal():
    clock = StoppedClock()
    with Answerer(one_by_one(Said(403, {"Retry-After": "20"}, b'{"message": "Forbidden"}'))) as server:
        io = github(server, clock)
        answers = [get(io, server) for _ in range(2)]
    assert [a.status for a in answers] == [429, 429]
    assert {a.detail for a in answers} == {"rate limit of ada until 12:01 UTC"}
    assert len(server.asked) == QUICK.tries
    assert clock.slept == [20.0, 20.0]


def test_the_waits_of_one_request_together_stay_within_the_longest():
    clock = StoppedClock()
    with Answerer(one_by_one(limit(90), limit(181), PAGE)) as server:
        answer = get(github(server, clock), server)
    assert answer.status == 429
    assert clock.slept == [91.0]


def test_a_graphql_limit_is_a_limit_in_spite_of_its_200():
    clock = StoppedClock()
    with Answerer(one_by_one(LIMITED, PAGE)) as server:
        assert query(github(server, clock), server).status == 200
    assert clock.slept == [60.0]
    late = limit(3600)
    with Answerer(one_by_one(Said(200, late.headers, LIMITED.body))) as server:
        answer = query(github(server), server)
    assert (answer.status, answer.detail) == (429, "rate limit of ada until 13:00 UTC")


def test_other_graphql_errors_stay_in_the_body_for_the_reader():
    body = b'{"data": {"organization": null}, "errors": [{"type": "FORBIDDEN", "message": "no"}]}'
    with Answerer(one_by_one(Said(body=body))) as server:
        answer = query(github(server), server)
    assert (answer.status, answer.body, answer.detail, len(server.asked)) == (200, body, "", 1)


def test_a_limit_that_one_request_meets_holds_the_others_of_its_credential():
    clock = StoppedClock()
    at: dict[str, object] = {}

    def limited(asked: Asked) -> Said:
        at.setdefault(f"{asked.path}{'' if asked.path not in at else ' again'}", clock.at)
        return limit(30) if len(at) == 1 else PAGE

    with Answerer(limited) as server:
        io = github(server, clock)

        async def one_then_the_others() -> list[Answer]:
            first = asyncio.create_task(io.get(f"{server.origin}/a", credential="ada"))
            while not io._held:
                await asyncio.sleep(0.001)
            return [await first, await io.get(f"{server.origin}/b", credential="ada")]

        assert [a.status for a in asyncio.run(one_then_the_others())] == [200, 200]
    assert at["/b"] == DAY + timedelta(seconds=31)


def test_a_wait_for_a_limit_is_not_held_against_the_host():
    clock = StoppedClock()
    limits = Limits(try_seconds=20.0, tries=4, all_seconds=10.0)
    with Answerer(one_by_one(limit(90), Said(502), PAGE)) as server:
        assert get(github(server, clock, limits=limits), server).status == 200
    assert clock.slept == [91.0, 1.0]


# ---------------------------------------------------------------- other troubles


def test_a_refused_credential_is_named_and_not_asked_with_again():
    def refusing(asked: Asked) -> Said:
        return Said(401, body=b'{"message": "Bad credentials"}') if ADA in asked.headers["authorization"] else PAGE

    with Answerer(refusing) as server:
        io = github(server)
        answers = [get(io, server), get(io, server, "/user"), query(io, server)]
        assert get(io, server, credential="ben").status == 200
    assert {(a.status, a.detail) for a in answers} == {(401, "credential ada is refused")}
    assert len(server.asked) == 2


@pytest.mark.parametrize("trouble", [Said(500), Said(502), Said(503), Said(body=b'{"whole": 1}', cut=5)])
def test_trouble_is_asked_about_again_and_every_try_is_counted(trouble):
    with Answerer(one_by_one(trouble, trouble, Said(body=b'{"data": {"rateLimit": {"cost": 2}}}'))) as server:
        io = github(server)
        assert query(io, server).status == 200
        assert get(io, server).status == 200
    use = io.meter.total()
    assert (use.requests, use.graphql_points, use.points) == (4, 2, 1)
    assert [(u.host, u.credential) for u in io.meter.uses()] == [(server.origin.removeprefix("http://"), "ada")]
