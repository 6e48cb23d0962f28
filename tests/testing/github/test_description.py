"""The kept description is the one that SOURCE.toml names, in both versions, and it holds requests and answers."""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import tarfile
from pathlib import Path
from typing import Any

import pytest

from muniment.testing.github.description import FILE, HERE, VERSIONS, load, source, text
from muniment.testing.github.description.remake import CLOUD, KEPT, packaged, prune


def test_the_kept_text_has_the_hash_that_its_source_states() -> None:
    assert hashlib.sha256(gzip.decompress(FILE.read_bytes())).hexdigest() == source().sha256
    assert source().integrity.startswith("sha512-")
    assert source().licence == "MIT" and "MIT License" in (HERE / "LICENSE").read_text(encoding="utf-8")


def test_the_kept_file_says_nothing_of_when_it_was_made() -> None:
    assert FILE.read_bytes()[4:8] == bytes(4), "gzip's time is nought, so that remaking it changes nothing"
    assert FILE.stat().st_size < 100_000


def test_the_kept_text_names_no_host_but_those_of_its_documentation() -> None:
    hosts = set(re.findall(rb"https?://([^/\"\\ )]+)", text()))
    assert hosts == {b"docs.github.com", b"github.com", b"spdx.org"}


def test_every_path_that_is_kept_is_described_in_both_versions() -> None:
    wanted = {prefix + end for prefix, ends in KEPT.items() for end in ends} | {*CLOUD}
    for version in VERSIONS:
        assert {operation.path for operation in load(version).operations} == wanted


def test_every_schema_of_every_answer_can_be_checked_in_both_versions() -> None:
    """A body that is a number fits none of them, so that each is compiled and used."""
    for version in VERSIONS:
        described = load(version)
        for operation in described.operations:
            path = re.sub(r"\{[^}]+\}", "1", operation.path)
            for status, schema in operation.answers.items():
                wrong = described.check_response(operation.method, path, status, 1)
                assert bool(wrong) == (schema is not None), (version, operation.id, status)


def test_the_later_version_has_the_changes_that_break_older_clients() -> None:
    earlier, later = (load(version) for version in VERSIONS)
    whole = {"resources": {}, "rate": {"limit": 1, "remaining": 1, "reset": 1, "used": 0}}
    limit = whole["rate"]
    body = {"resources": {"core": limit, "search": limit}}
    assert later.check_response("GET", "/rate_limit", 200, body) == ()
    assert any("rate" in wrong for wrong in earlier.check_response("GET", "/rate_limit", 200, body))
    assert earlier.check_response("GET", "/rate_limit", 200, {**body, "rate": limit}) == ()


@pytest.mark.parametrize(
    ("path", "query", "wrong"),
    [
        ("/orgs/lunar/members", [("role", "admin"), ("per_page", "100"), ("page", "2")], ""),
        ("/orgs/lunar/members", [("rôle", "admin")], "no parameter rôle"),
        ("/orgs/lunar/members", [("role", "owner")], "role=owner is not allowed"),
        ("/orgs/lunar/members", [("per_page", "101")], "per_page=101 is not allowed"),
        ("/orgs/lunar/members", [("page", "two")], "page=two is not allowed"),
        ("/orgs/lunar/people", [], "not described"),
        ("/orgs/lunar/members/", [], "not described"),
    ],
)
def test_a_request_that_is_not_described_is_told(path: str, query: list[tuple[str, str]], wrong: str) -> None:
    for version in VERSIONS:
        found = load(version).check_request("GET", path, query)
        assert (found == ()) if not wrong else (len(found) == 1 and wrong in found[0])


def test_a_write_is_not_described() -> None:
    assert load().check_request("DELETE", "/orgs/lunar") == ("DELETE /orgs/lunar: not described",)


def test_what_links_and_redirects_lead_to_matches_what_they_stand_for() -> None:
    described = load()
    page = described.match("GET", "/organizations/101/members")
    moved = described.match("GET", "/repositories/201/rules/branches/main")
    assert page is not None and page.operation.path == "/orgs/{org}/members" and page.values == {"org": "101"}
    assert moved is not None and moved.values == {"repo": "201", "branch": "main"}
    assert described.match("GET", "/organizations/lunar/members") is None


def test_a_path_may_hold_slashes_where_the_description_says_so() -> None:
    described = load()
    file = described.match("GET", "/repos/o/r/contents/docs/a%20b.md")
    assert file is not None and file.values["path"] == "docs/a b.md"
    protection = described.match("GET", "/repos/o/r/branches/main/protection")
    assert protection is not None and protection.operation.path.endswith("/protection")


def test_a_body_that_differs_is_told_with_its_place_and_without_its_values() -> None:
    [wrong] = load().check_response("GET", "/repos/o/r/private-vulnerability-reporting", 200, {"enabled": "s3cret"})
    assert "/enabled" in wrong and "s3cret" not in wrong


def test_a_status_that_is_not_described_is_told() -> None:
    assert load().check_response("GET", "/orgs/lunar", 418, {}) == ("orgs/get: 418 is not described",)


def test_null_is_put_where_the_description_allows_it_and_nowhere_else() -> None:
    body = [{"login": "ada", "id": 1, "gravatar_id": "x", "name": "Ada", "email": "ada@example.org"}]
    assert load().nulled("GET", "/orgs/lunar/members", 200, body) == [
        {"login": "ada", "id": 1, "gravatar_id": None, "name": None, "email": None}
    ]


def test_another_package_than_the_one_named_is_refused(tmp_path: Path) -> None:
    tarball = tmp_path / "other.tgz"
    with tarfile.open(tarball, "w:gz") as package:
        package.addfile(tarfile.TarInfo("package/LICENSE"), io.BytesIO())
    with pytest.raises(ValueError, match="integrity hash differs"):
        packaged(tarball, source())


def test_pruning_drops_prose_but_no_property_that_is_called_like_prose() -> None:
    answer = {
        "description": "Prose.",
        "properties": {"description": {"type": "string", "description": "Prose.", "example": "Prose."}},
    }
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/x"}, "examples": {"a": 1}}}
    get: dict[str, Any] = {
        "operationId": "x",
        "description": "Prose.",
        "externalDocs": {"url": "https://docs.example", "description": "Prose."},
        "responses": {"200": {"description": "Prose.", "content": content}},
    }
    paths = {prefix + end: {"get": get, "delete": get} for prefix, ends in KEPT.items() for end in ends}
    whole = {"openapi": "3", "info": {}, "paths": paths, "components": {"schemas": {"x": answer, "unused": {}}}}
    cloud = {**whole, "paths": {path: {"get": get} for path in CLOUD}}
    kept = prune(whole, cloud)
    assert kept["components"]["schemas"] == {"x": {"properties": {"description": {"type": "string"}}}}
    assert set(kept["paths"]["/orgs/{org}"]) == {"get"}
    assert set(kept["paths"]) == {*paths, *CLOUD}
    assert "Prose" not in str(kept)
    cloud["components"] = {"schemas": {"x": {"type": "string"}}}
    with pytest.raises(ValueError, match="differ in schemas: x"):
        prune(whole, cloud)
