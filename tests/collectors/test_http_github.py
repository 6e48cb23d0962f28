"""Asking GitHub with credentials by name, tried on a loopback server. Not live."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec

from muniment.collectors.credentials import Ring, ring
from muniment.collectors.http import Limits, Web
from muniment.ports import Answer
from muniment.testing.registries import StoppedClock
from tests.collectors.answering import Answerer, Said, one_by_one

ADA = "ghp_adaMadeUpTokenOfNobody0000000001"
BEN = "ghp_benMadeUpTokenOfNobody0000000002"
QUERY = "query { viewer { login } rateLimit { cost } }"
QUICK = Limits(try_seconds=20.0, body_bytes=2**20, tries=3)


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
