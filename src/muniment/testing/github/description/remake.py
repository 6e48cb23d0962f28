"""Makes the kept part of GitHub's OpenAPI description again, from the package that ``SOURCE.toml`` names.

    python -m muniment.testing.github.description.remake [TARBALL]

What GitHub offers on Enterprise Cloud alone stands in another description of the same package; of that one the
paths of ``CLOUD`` are kept.

Without a tarball, npm is asked for it. To take a newer version, write its version and integrity into
``SOURCE.toml`` first (``npm view @octokit/openapi version dist.integrity``).
"""

from __future__ import annotations

import hashlib
import re
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from muniment.testing.github.description import BREAKS, FILE, HERE, source
from muniment.testing.github.schema import Source
from muniment.testing.github.schema.remake import compressed, integrity, packed

REPO = "/repos/{owner}/{repo}"
KEPT: Mapping[str, tuple[str, ...]] = {
    "": ("/", "/rate_limit", "/versions", "/user", "/user/orgs", "/user/memberships/orgs", "/users/{username}"),
    "/app": (
        "",
        "/installations",
        "/installations/{installation_id}",
        "/installations/{installation_id}/access_tokens",
    ),
    "/installation": ("/repositories",),
    "/orgs/{org}": (
        "",
        "/actions/permissions",
        "/actions/permissions/selected-actions",
        "/actions/permissions/workflow",
        "/code-security/configurations",
        "/installations",
        "/invitations",
        "/failed_invitations",
        "/members",
        "/members/{username}",
        "/memberships/{username}",
        "/organization-roles",
        "/organization-roles/{role_id}/teams",
        "/organization-roles/{role_id}/users",
        "/outside_collaborators",
        "/properties/schema",
        "/properties/values",
        "/public_members",
        "/repos",
        "/rulesets",
        "/rulesets/{ruleset_id}",
        "/security-advisories",
        "/teams",
        "/teams/{team_slug}/members",
        "/teams/{team_slug}/repos",
    ),
    REPO: (
        "",
        "/activity",
        "/actions/permissions/workflow",
        "/branches",
        "/branches/{branch}",
        "/branches/{branch}/protection",
        "/collaborators",
        "/community/profile",
        "/contents/{path}",
        "/environments",
        "/invitations",
        "/keys",
        "/private-vulnerability-reporting",
        "/properties/values",
        "/rules/branches/{branch}",
        "/rulesets",
        "/rulesets/{ruleset_id}",
        "/security-advisories",
        "/teams",
    ),
}
"""What muniment asks, and what it is going to ask."""

CLOUD = ("/orgs/{org}/audit-log",)
"""What it asks where the plan has it: it is described for Enterprise Cloud alone."""

CLOUD_FILE = "package/generated/ghec.json"

WRITES = frozenset({"/app/installations/{installation_id}/access_tokens"})
"""Where a POST is kept: it asks for a token, and changes nothing."""

PROSE = frozenset({"description", "example", "examples", "externalDocs", "title", "x-octokit"})


class Packaged(NamedTuple):
    """The two whole descriptions of a package, and its licence."""

    whole: bytes
    cloud: bytes
    licence: str


def packaged(tarball: Path, source: Source) -> Packaged:
    """What a tarball holds; ``ValueError`` unless it is the one named."""
    if integrity(tarball.read_bytes()) != source.integrity:
        raise ValueError(f"{tarball} is not {source.package} {source.version}: its integrity hash differs")
    with tarfile.open(tarball) as package:
        names = (source.file, CLOUD_FILE, "package/LICENSE")
        files = [package.extractfile(name) if name in package.getnames() else None for name in names]
        if None in files:
            raise ValueError(f"{tarball} does not hold all of {', '.join(names)}")
        whole, cloud, licence = (file.read() for file in files if file is not None)
        return Packaged(whole, cloud, licence.decode())


def prune(whole: Mapping[str, Any], cloud: Mapping[str, Any]) -> dict[str, Any]:
    """The part of two descriptions that is kept, as one; ``ValueError`` if they differ about one thing."""
    own, more = _kept(whole, _paths()), _kept(cloud, CLOUD)
    for section, parts in more["components"].items():
        of = own["components"].setdefault(section, {})
        if differing := [name for name in parts if of.get(name, parts[name]) != parts[name]]:
            raise ValueError(f"the two descriptions differ in {section}: {', '.join(differing)}")
        own["components"][section] = dict(sorted((of | parts).items()))
    return own | {"paths": own["paths"] | more["paths"]}


def _kept(whole: Mapping[str, Any], wanted: Iterable[str]) -> dict[str, Any]:
    """Some paths of a description, without prose and examples, and all they refer to."""
    paths = {path: _methods(path, whole["paths"][path]) for path in wanted}
    components: dict[str, dict[str, Any]] = {}
    left = sorted(set(_references(paths)))
    while left:
        _, _, section, name = left.pop().split("/")
        if name in components.setdefault(section, {}):
            continue
        part = whole["components"][section][name]
        kept = _schema(part) if section == "schemas" else _bare(part)
        components[section][name] = kept
        left += sorted(set(_references(kept)))
    components = {section: dict(sorted(parts.items())) for section, parts in sorted(components.items())}
    return {"openapi": whole["openapi"], "info": whole["info"], "paths": paths, "components": components}


def _paths() -> Iterator[str]:
    for prefix, ends in KEPT.items():
        yield from (prefix + end for end in ends)


def _methods(path: str, item: Mapping[str, Any]) -> dict[str, Any]:
    wanted = ("get", "post") if path in WRITES else ("get",)
    methods: dict[str, Any] = {}
    for method in wanted:
        if method in item:
            methods[method] = _bare(item[method]) | {"externalDocs": {"url": item[method]["externalDocs"]["url"]}}
    return methods


def _bare(part: Any) -> Any:
    """Something that is not a schema, without its prose; the schemas in it likewise."""
    if isinstance(part, list):
        return [_bare(item) for item in part]
    if not isinstance(part, dict):
        return part
    kept: dict[str, Any] = {}
    for key, value in part.items():
        if key == "schema":
            kept[key] = _schema(value)
        elif key == BREAKS:
            kept |= _breaks(value)
        elif key not in PROSE and key not in ("headers", "tags", "summary", "x-github"):
            kept[key] = _bare(value)
    return kept


def _schema(schema: Any) -> Any:
    """A schema without its prose. The names of properties are not prose, whatever they are."""
    if isinstance(schema, list):
        return [_schema(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept: dict[str, Any] = {}
    for key, value in schema.items():
        if key == "properties":
            kept[key] = {name: _schema(property) for name, property in value.items()}
        elif key == BREAKS:
            kept |= _breaks(value)
        elif key in ("enum", "required", "default", "discriminator"):
            kept[key] = value
        elif key not in PROSE:
            kept[key] = _schema(value)
    return kept


def _breaks(changes: list[dict[str, Any]]) -> dict[str, Any]:
    """The breaking changes that concern more than prose, word for word."""
    telling = [c for c in changes if not (isinstance(c["patch"], dict) and c["patch"].keys() <= PROSE)]
    return {BREAKS: telling} if telling else {}


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for value in part.values():
            yield from _references(value)
    elif isinstance(part, list):
        for item in part:
            yield from _references(item)


def main(arguments: list[str]) -> None:
    """Write the pruned description, its licence, and its hash into ``SOURCE.toml``."""
    wanted = source()
    with tempfile.TemporaryDirectory() as folder:
        tarball = Path(arguments[0]) if arguments else packed(wanted, Path(folder))
        found = packaged(tarball, wanted)
    text = msgspec.json.encode(prune(msgspec.json.decode(found.whole), msgspec.json.decode(found.cloud)))
    FILE.write_bytes(compressed(text))
    (HERE / "LICENSE").write_text(found.licence, encoding="utf-8")
    described = HERE / "SOURCE.toml"
    digest = hashlib.sha256(text).hexdigest()
    lines = re.sub(r'(?m)^sha256 = ".*"$', f'sha256 = "{digest}"', described.read_text(encoding="utf-8"))
    described.write_text(lines, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
