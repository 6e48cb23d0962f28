from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from msgspec import Struct

from muniment.testing.github.contract import broken, wrong_query

VIEWER = "query Who($first: Int = 1) {viewer {login organizations(first: $first) {totalCount}}}"


class Request(Struct):
    method: str = "GET"
    path: str = "/orgs/callisto"
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = {}
    body: bytes = b""


def asked(document: str, **variables: object) -> Request:
    return Request("POST", "/graphql", body=json.dumps({"query": document, "variables": variables}).encode())


def test_what_github_describes_may_be_asked() -> None:
    log = [
        Request(),
        Request(path="/orgs/callisto/members", query=(("role", "admin"), ("per_page", "100"))),
        Request(headers={"x-github-api-version": "2026-03-10"}),
        asked(VIEWER),
        asked(VIEWER, first=100),
    ]
    assert broken(log) == ()


@pytest.mark.parametrize(
    ("request_", "word"),
    [
        (Request(path="/orgs/callisto/everything"), "not described"),
        (Request(path="/orgs/callisto/members", query=(("page_size", "100"),)), "no parameter page_size"),
        (Request(path="/orgs/callisto/members", query=(("role", "king"),)), "role=king"),
        (Request(path="/orgs/callisto/members", query=(("per_page", "101"),)), "per_page=101"),
        (Request(headers={"x-github-api-version": "2019-01-01"}), "no API version 2019-01-01"),
        (Request(method="PATCH", body=b"{}"), "not a read"),
        (Request("GET", "/graphql"), "asked by POST"),
        (Request("POST", "/graphql", body=b"{}"), "no query"),
        (asked("{viewer {shoeSize}}"), "shoeSize"),
        (asked("{viewer {organizations(top: 3) {totalCount}}}"), "top"),
        (asked("{viewer {"), "Syntax"),
        (asked(VIEWER, first="many"), "$first"),
        (asked(VIEWER, last=3), "no variable $last"),
        (asked(VIEWER, first=101), "asks for 101 at once"),
        (asked('mutation M {addStar(input: {starrableId: "x"}) {clientMutationId}}'), "M is a mutation"),
    ],
)
def test_what_github_does_not_describe_is_told(request_: Request, word: str) -> None:
    (trouble, *_) = broken([Request(), request_])
    assert word in trouble


def test_more_than_githubs_limit_of_nodes_is_told() -> None:
    document = """{ viewer { organizations(first: 100) { nodes { repositories(first: 100) { nodes {
    rulesets(first: 50) { totalCount } } } } } } }"""
    assert wrong_query(document) == ("the query asks for 510,100 nodes",)


def test_the_same_thing_is_told_once() -> None:
    assert len(broken([asked("{viewer {shoeSize}}")] * 3)) == 1
