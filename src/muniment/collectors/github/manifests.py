"""Which packages a repository says it builds: the manifests at its root, read and never run.

A manifest that computes its name, is cut short, or hands on to others that lie deeper makes the look partial.
"""

from __future__ import annotations

import configparser
import tomllib
from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import Struct

from muniment.collectors.github import graphql
from muniment.collectors.reading import Missed, asset_of
from muniment.evidence.repository_manifest import RepositoryManifest
from muniment.model import asset as assets

LARGEST = 512 * 1024
"""The characters of a manifest that is read; GitHub cuts longer ones itself."""

FIELDS = ("pyproject", "setupCfg", "setupPy", "packageJson")

_COMPUTED = ("attr:", "file:")
_NOT_FOR_UPLOAD = "Private :: "


class _Blob(Struct, rename="camel"):
    text: str | None = None
    is_truncated: bool | None = None
    byte_size: int | None = None


class _Files(Struct, rename="camel"):
    pyproject: _Blob | None = None
    setup_cfg: _Blob | None = None
    setup_py: dict[str, msgspec.Raw] | None = None
    package_json: _Blob | None = None


class _Package(Struct):
    name: str | None = None
    private: bool | str | None = None
    workspaces: msgspec.Raw = graphql.NULL


class Found(Struct):
    """What the manifests said, as it is read: the packages, and why there may be more."""

    packages: list[RepositoryManifest]
    short: list[str]
    named: bool = False  # some Python manifest states the project's name


_FILES = msgspec.json.Decoder(_Files)
_PACKAGE = msgspec.json.Decoder(_Package)


def manifests(node: graphql.Node) -> tuple[Iterable[RepositoryManifest] | Missed, str]:
    """The packages that a repository's manifests name, and why there may be more of them."""
    files = node.part(_FILES, *FIELDS)
    if isinstance(files, Missed):
        return files, ""
    found = Found([], [])
    if (text := _text(files.pyproject, "pyproject.toml", found)) is not None:
        _pyproject(text, found)
    if (text := _text(files.setup_cfg, "setup.cfg", found)) is not None:
        _setup_cfg(text, found)
    if files.setup_py is not None and not found.named:
        found.short.append("setup.py computes the package's name")
    if (text := _text(files.package_json, "package.json", found)) is not None:
        _package_json(text, found)
    return found.packages, "; ".join(found.short)


def _text(blob: _Blob | None, path: str, found: Found) -> str | None:
    if blob is None:
        return None
    if blob.text is None or blob.is_truncated is not False or len(blob.text) > LARGEST:
        found.short.append(f"{path} came without its whole text")
        found.named = found.named or path == "pyproject.toml"  # so setup.py is not blamed beside it
        return None
    return blob.text


def _add(found: Found, path: str, family: str, name: object, *, published: bool = True) -> None:
    if not isinstance(name, str):
        found.short.append(f"{path} states a name that is no text")
        return
    asset = asset_of(family, name) if len(name) <= 214 else None
    if asset is None:
        found.short.append(f"{path} states a name that no package can have")
        return
    found.packages.append(RepositoryManifest(path=path, package=asset, published=published))


def _pyproject(text: str, found: Found) -> None:
    try:
        read = tomllib.loads(text)
    except (ValueError, RecursionError):
        found.short.append("pyproject.toml is not TOML")
        found.named = True
        return
    project, tool = _table(read, "project"), _table(read, "tool")
    poetry = _table(tool, "poetry")
    stated = project if "name" in project else poetry
    if "name" in stated:
        found.named = True
        kinds = stated.get("classifiers")
        private = isinstance(kinds, list) and any(
            isinstance(c, str) and c.startswith(_NOT_FOR_UPLOAD) for c in kinds
        )
        _add(found, "pyproject.toml", assets.PYPI, stated["name"], published=not private)
    elif _table(_table(tool, "flit"), "metadata"):
        found.named = True
        found.short.append("pyproject.toml takes the package's name from its module")
    if _table(_table(tool, "uv"), "workspace"):
        found.short.append("pyproject.toml has a workspace whose parts lie deeper")


def _table(table: dict[str, Any], name: str) -> dict[str, Any]:
    value = table.get(name)
    return value if isinstance(value, dict) else {}


def _setup_cfg(text: str, found: Found) -> None:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
        name = parser.get("metadata", "name", fallback="").strip()
    except configparser.Error:
        found.short.append("setup.cfg cannot be read")
        return
    if not name or found.named:
        return
    found.named = True
    if name.startswith(_COMPUTED):
        found.short.append("setup.cfg computes the package's name")
    else:
        _add(found, "setup.cfg", assets.PYPI, name)


def _package_json(text: str, found: Found) -> None:
    package = graphql.decoded(text.encode("utf-8", "replace"), _PACKAGE)
    if isinstance(package, Missed):
        found.short.append("package.json is not what npm reads")
        return
    if package.name:
        private = package.private is True or package.private == "true"
        _add(found, "package.json", assets.NPM, package.name, published=not private)
    if bytes(package.workspaces).strip() not in (b"null", b"[]", b"{}", b"false", b'""'):
        found.short.append("package.json has workspaces whose parts lie deeper")
