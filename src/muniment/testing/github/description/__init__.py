"""GitHub's own description of its REST API: what requests and answers, real or simulated, are held to.

``SOURCE.toml`` says where the kept part of it is from; ``remake`` makes it again. ::

    described = load("2026-03-10")
    described.check_request("GET", "/orgs/lunar/members", [("role", "admin")])  # () if nothing is wrong
    described.check_response("GET", "/orgs/lunar/members", 200, body)
"""

from __future__ import annotations

import gzip
import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema_rs
import msgspec
from msgspec import Struct

from muniment.testing.github.schema import Source

HERE = Path(__file__).parent
FILE = HERE / "api.github.com.json.gz"
BREAKS = "x-github-breaking-changes"

VERSIONS = ("2022-11-28", "2026-03-10")
"""The API versions that the description tells of, the oldest first."""

SUBSCHEMAS = ("items", "additionalProperties", "not", "allOf", "anyOf", "oneOf")
MOST = 5


class Parameter(Struct, frozen=True):
    """A parameter of an operation. ``schema`` is its OpenAPI schema; ``segments``: it may hold slashes."""

    name: str
    place: str
    required: bool
    schema: Mapping[str, Any]
    segments: bool = False


class Operation(Struct, frozen=True, kw_only=True):
    """One method on one path.

    ``path`` is the template (``/orgs/{org}``), ``documentation`` the address of its page, ``answers`` the schema
    of each status that has a JSON body (``None``: a described status without one), ``body`` that of the request.
    """

    id: str
    method: str
    path: str
    documentation: str
    parameters: tuple[Parameter, ...]
    answers: Mapping[int, Mapping[str, Any] | None]
    body: Mapping[str, Any] | None = None


class Matched(Struct, frozen=True):
    """An operation and the values that a path gave to its parameters, decoded."""

    operation: Operation
    values: Mapping[str, str]


class Description:
    """The description in one API version. Make it with ``load``."""

    def __init__(self, whole: Mapping[str, Any], version: str) -> None:
        self.version = version
        self._whole = whole
        self._validators: dict[tuple[str, str], jsonschema_rs.Draft7Validator] = {}

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """Every operation kept, the most literal paths first."""
        found = [
            self._operation(method, path, described)
            for path, methods in self._whole["paths"].items()
            for method, described in methods.items()
        ]
        return tuple(sorted(found, key=lambda o: (o.path.count("{"), -o.path.count("/"), o.path, o.method)))

    def match(self, method: str, path: str) -> Matched | None:
        """The operation that a path, still percent-encoded, leads to; ``None`` if none is described.

        ``/organizations/ID/…`` is what GitHub's own Link headers lead to instead of ``/orgs/LOGIN/…``, and
        ``/repositories/ID/…`` where it redirects to. They match as the described path, with the number as a value.
        """
        for pattern, operation in self._patterns:
            if operation.method == method and (found := pattern.fullmatch(path)):
                return Matched(operation, {k: unquote(v or "") for k, v in found.groupdict().items()})
        return None

    def check_request(
        self, method: str, path: str, query: Iterable[tuple[str, str]] = (), body: object = None
    ) -> tuple[str, ...]:
        """What is wrong with a request: an unknown path, parameter or value. Empty: nothing is."""
        matched = self.match(method, path)
        if matched is None:
            return (f"{method} {path}: not described",)
        operation = matched.operation
        known = {p.name: p for p in operation.parameters if p.place == "query"}
        given = list(query)
        wrong = [f"{operation.id}: no parameter {name}" for name, _ in given if name not in known]
        wrong += [
            f"{operation.id}: {name}={value} is not allowed"
            for name, value in given
            if name in known and not self._allows(known[name], value)
        ]
        asked = {name for name, _ in given}
        wrong += [
            f"{operation.id}: {p.name} is required" for p in known.values() if p.required and p.name not in asked
        ]
        if body is not None:
            if operation.body is None:
                wrong.append(f"{operation.id}: takes no body")
            else:
                wrong += self._errors(f"{operation.id}: request", (operation.id, "body"), operation.body, body)
        return tuple(wrong)

    def check_response(self, method: str, path: str, status: int, body: object) -> tuple[str, ...]:
        """How a JSON body differs from the description, the first few places. Empty: it does not.

        A status that is not described fails, but for those that GitHub may always answer: 301 (renamed), 304, 400,
        401, 403, 404, 429 and 5xx, whose bodies need only be its plain error.
        """
        matched = self.match(method, path)
        if matched is None:
            return (f"{method} {path}: not described",)
        operation = matched.operation
        if status in operation.answers:
            schema = operation.answers[status]
            if schema is None:
                return ()
        elif status == 304:
            return ()
        elif status in (301, 400, 401, 403, 404, 429) or status >= 500:
            schema = {"$ref": "#/components/schemas/basic-error"}
        else:
            return (f"{operation.id}: {status} is not described",)
        return tuple(self._errors(f"{operation.id}: {status}", (operation.id, str(status)), schema, body))

    def nulled(self, method: str, path: str, status: int, body: object) -> object:
        """The body with every field null that the description allows to be null."""
        matched = self.match(method, path)
        schema = matched.operation.answers.get(status) if matched else None
        return body if schema is None else self._nulled(schema, body)

    @cached_property
    def _patterns(self) -> tuple[tuple[re.Pattern[str], Operation], ...]:
        return tuple((pattern, operation) for operation in self.operations for pattern in _patterns(operation))

    def _resolve(self, part: Any) -> Any:
        while isinstance(part, dict) and "$ref" in part:
            _, _, section, name = part["$ref"].split("/")
            part = self._whole["components"][section][name]
        return part

    def _operation(self, method: str, path: str, described: Mapping[str, Any]) -> Operation:
        answers = {int(s): _json(self._resolve(answer)) for s, answer in described["responses"].items()}
        return Operation(
            id=described["operationId"],
            method=method.upper(),
            path=path,
            documentation=described["externalDocs"]["url"],
            parameters=tuple(_parameter(self._resolve(p)) for p in described.get("parameters", ())),
            answers=answers,
            body=_json(described.get("requestBody", {})),
        )

    def _allows(self, parameter: Parameter, value: str) -> bool:
        """True if a query's text is a value that a parameter may have."""
        schema = self._resolve(parameter.schema)
        if schema.get("type") == "array":
            items = self._resolve(schema.get("items", {}))
            return all(_is_value(items, part) for part in value.split(","))
        if parameter.name == "per_page":
            return value.isdecimal() and 1 <= int(value) <= 100
        return any(_is_value(self._resolve(s), value) for s in schema.get("oneOf", (schema,)))

    def _errors(self, what: str, key: tuple[str, str], schema: Mapping[str, Any], body: object) -> Iterator[str]:
        validator = self._validators.get(key)
        if validator is None:
            validator = self._validators[key] = self._compile(schema)
        found = (error for error in validator.iter_errors(body) if not _is_no_address(error))
        for number, error in enumerate(found):
            if number == MOST:
                yield f"{what}: and more"
                return
            where = "/".join(str(step) for step in error.instance_path)
            yield f"{what}: /{where}: {error.message}"

    def _compile(self, schema: Mapping[str, Any]) -> jsonschema_rs.Draft7Validator:
        parts: dict[str, Any] = {}
        left = list(_references(schema))
        while left:
            name = left.pop()
            if name not in parts:
                part = self._whole["components"]["schemas"][name]
                parts[name] = _json_schema(part)
                left += _references(part)
        whole = {"allOf": [_json_schema(schema)], "components": {"schemas": parts}}
        return jsonschema_rs.Draft7Validator(whole, validate_formats=True, mask="…")

    def _nulled(self, schema: Mapping[str, Any], body: object) -> object:
        schema = self._resolve(schema)
        for branch in self._branches(schema):
            if isinstance(body, list) and "items" in branch:
                return [self._nulled(branch["items"], item) for item in body]
        if not isinstance(body, dict):
            return body
        properties: dict[str, Any] = {}
        for branch in self._branches(schema):
            properties = branch.get("properties", {}) | properties
        return {
            name: None
            if name in properties and self._nullable(properties[name])
            else self._nulled(properties.get(name, {}), value)
            for name, value in body.items()
        }

    def _branches(self, schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """A schema and every one it is put together from."""
        schema = self._resolve(schema)
        yield schema
        for key in ("allOf", "anyOf", "oneOf"):
            for part in schema.get(key, ()):
                yield from self._branches(part)

    def _nullable(self, schema: Mapping[str, Any]) -> bool:
        schema = self._resolve(schema)
        alternatives = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
        return bool(schema.get("nullable")) or any(self._nullable(part) for part in alternatives)


@cache
def load(version: str = VERSIONS[0]) -> Description:
    """The description in one API version, read once in a process; ``KeyError`` for a version it does not have."""
    if version not in VERSIONS:
        raise KeyError(version)
    return Description(_changed(msgspec.json.decode(text()), version), version)


def source() -> Source:
    """What ``SOURCE.toml`` says; its hash is that of the kept text."""
    return msgspec.convert(tomllib.loads((HERE / "SOURCE.toml").read_text(encoding="utf-8")), Source)


def text() -> bytes:
    """The kept text; ``ValueError`` if it is not the one that ``SOURCE.toml`` tells of."""
    found = gzip.decompress(FILE.read_bytes())
    if hashlib.sha256(found).hexdigest() != source().sha256:
        raise ValueError(f"{FILE.name} is not what SOURCE.toml names; make it again with remake")
    return found


# ---------------------------------------------------------------- requests


def _parameter(described: Mapping[str, Any]) -> Parameter:
    return Parameter(
        name=described["name"],
        place=described["in"],
        required=described.get("required", False),
        schema=described.get("schema", {}),
        segments=described.get("x-multi-segment", False),
    )


def _patterns(operation: Operation) -> Iterator[re.Pattern[str]]:
    """What an operation's paths look like: as described, and as GitHub's own Links and redirects have them."""
    several = {p.name for p in operation.parameters if p.segments}
    steps = []
    for step in operation.path.split("/")[1:]:
        name = step[1:-1] if step.startswith("{") else ""
        match (bool(name), name in several):
            case (True, True):
                steps.append(f"(?:/(?P<{name}>.*))?")
            case (True, False):
                steps.append(f"/(?P<{name}>[^/]+)")
            case _:
                steps.append(re.escape(f"/{step}"))
    described = "".join(steps)
    yield re.compile(described)
    if operation.path.startswith("/orgs/{org}"):
        yield re.compile(described.replace("/orgs/(?P<org>[^/]+)", r"/organizations/(?P<org>\d+)", 1))
    if operation.path.startswith("/repos/{owner}/{repo}"):
        named = "/repos/(?P<owner>[^/]+)/(?P<repo>[^/]+)"
        yield re.compile(described.replace(named, r"/repositories/(?P<repo>\d+)", 1))


def _is_no_address(error: jsonschema_rs.ValidationError) -> bool:
    """True for the empty text that GitHub writes where it has no address (``homepage``, ``blog``), as recorded."""
    return error.instance == "" and isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Format)


def _is_value(schema: Mapping[str, Any], text: str) -> bool:
    if "enum" in schema:
        return text in {str(value) for value in schema["enum"]}
    match schema.get("type"):
        case "integer":
            return text.isdecimal()
        case "boolean":
            return text in ("true", "false")
        case _:
            return True


def _json(described: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The schema of a described body, if it is JSON."""
    content = described.get("content", {})
    found: Mapping[str, Any] | None = content.get("application/json", {}).get("schema")
    return found


# ---------------------------------------------------------------- schemas


def _references(part: Any) -> Iterator[str]:
    """The names of the schemas that a schema refers to."""
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"].rpartition("/")[2]
        for value in part.values():
            yield from _references(value)
    elif isinstance(part, list):
        for item in part:
            yield from _references(item)


def _json_schema(schema: Any) -> Any:
    """An OpenAPI 3.0 schema as JSON Schema: they differ in how a value may be null."""
    if isinstance(schema, list):
        return [_json_schema(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    plain: dict[str, Any] = {}
    for key, value in schema.items():
        if key == "properties":
            plain[key] = {name: _json_schema(property) for name, property in value.items()}
        elif key in SUBSCHEMAS:
            plain[key] = _json_schema(value)
        elif key not in ("nullable", "discriminator", "readOnly", "deprecated", BREAKS):
            plain[key] = value
    if not schema.get("nullable"):
        return plain
    if "enum" not in plain and isinstance(plain.get("type"), str):
        return plain | {"type": [plain["type"], "null"]}
    return {"anyOf": [plain, {"type": "null"}]}


# ---------------------------------------------------------------- versions


def _changed(part: Any, version: str) -> Any:
    """A description as it is in a version: with the changes that GitHub says have broken older clients by then."""
    if isinstance(part, list):
        return [_changed(item, version) for item in part]
    if not isinstance(part, dict):
        return part
    changed: Any = {key: _changed(value, version) for key, value in part.items() if key != BREAKS}
    for change in part.get(BREAKS, ()):
        if change["version"] <= version:
            patch = change["patch"]
            changed = _patched(changed, patch) if isinstance(patch, list) else _merged(changed, patch)
    return changed


def _merged(target: Any, patch: Any) -> Any:
    """A JSON merge patch (RFC 7386)."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = _merged(merged.get(key), value)
    return merged


def _patched(target: Any, patch: Iterable[Mapping[str, Any]]) -> Any:
    """A JSON patch (RFC 6902), of the operations that the description uses."""
    for step in patch:
        *way, last = (s.replace("~1", "/").replace("~0", "~") for s in step["path"].split("/")[1:])
        place = target
        for name in way:
            place = place[int(name)] if isinstance(place, list) else place[name]
        match step["op"], place:
            case "remove", list():
                del place[int(last)]
            case "remove", dict():
                place.pop(last, None)
            case "add", list():
                place.insert(len(place) if last == "-" else int(last), step["value"])
            case (("replace" | "add"), list()):
                place[int(last)] = step["value"]
            case (("replace" | "add"), dict()):
                place[last] = step["value"]
            case _:
                raise ValueError(f"a change of the description cannot be read: {step['op']} {step['path']}")
    return target
