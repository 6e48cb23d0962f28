from __future__ import annotations

import json
from typing import Any

import pytest

from muniment.testing.github.contract import broken, wrong_query
from muniment.testing.github.server import Served

VIEWER = "query Who($first: Int = 1) {viewer {login organizations(first: $first) {totalCount}}}"


def request(method: str = "GET", path: str = "/orgs/callisto", **more: Any) -> Served:
    found = {"query": (), "headers": {}, "body": b"", "status": 200, "kind": "classic", "who": "ada", "points": 1}
    return Served(method=method, path=path, **found | more)


def asked(document: str, **variables: object) -> Served:
    return request("POST", "/graphql", body=json.dumps({"query": document, "variables": variables}).encode())


def test_what_github_describes_may_be_asked() -> None:
    log = [
        request(),
        request(path="/orgs/callisto/members", query=(("role", "admin"), ("per_page", "100"))),
        request(headers={"x-github-api-version": "2026-03-10"}),
        asked(VIEWER),
        asked(VIEWER, first=100),
    ]
    assert broken(log) == ()


@pytest.mark.parametrize(
    ("sent", "word"),
    [
        (request(path="/orgs/callisto/everything"), "not described"),
        (request(path="/orgs/callisto/members", query=(("page_size", "100"),)), "no parameter page_size"),
        (request(path="/orgs/callisto/members", query=(("role", "king"),)), "role=king"),
        (request(path="/orgs/callisto/members", query=(("per_page", "101"),)), "per_page=101"),
        (request(headers={"x-github-api-version": "2019-01-01"}), "no API version 2019-01-01"),
        (request(method="PATCH", body=b"{}"), "not a read"),
        (request("GET", "/graphql"), "asked by POST"),
        (request("POST", "/graphql", body=b"{}"), "no query"),
        (asked("{viewer {shoeSize}}"), "shoeSize"),
        (asked("{viewer {organizations(top: 3) {totalCount}}}"), "top"),
        (asked("{viewer {"), "Syntax"),
        (asked(VIEWER, first="many"), "$first"),
        (asked(VIEWER, last=3), "no variable $last"),
        (asked(VIEWER, first=101), "asks for 101 at once"),
        (asked('mutation M {addStar(input: {starrableId: "x"}) {clientMutationId}}'), "M is a mutation"),
    ],
)
def test_what_github_does_not_describe_is_told(sent: Served, word: str) -> None:
    (trouble, *_) = broken([request(), sent])
    assert word in trouble


def test_more_than_githubs_limit_of_nodes_is_told() -> None:
    document = """{ viewer { organizations(first: 100) { nodes { repositories(first: 100) { nodes {
    rulesets(first: 50) { totalCount } } } } } } }"""
    assert wrong_query(document) == ("the query asks for 510,100 nodes",)


def test_the_same_thing_is_told_once() -> None:
    assert len(broken([asked("{viewer {shoeSize}}")] * 3)) == 1
