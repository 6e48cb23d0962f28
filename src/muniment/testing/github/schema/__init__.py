"""GitHub's own GraphQL schema, word for word: what the simulated GitHub executes, and what queries are held to.

``SOURCE.toml`` says where it is from; ``remake`` makes it again from the package that GitHub's own clients use.
"""

from __future__ import annotations

import gzip
import hashlib
import tomllib
from functools import cache
from pathlib import Path

from graphql import GraphQLSchema, build_ast_schema, parse
from msgspec import Struct, convert

HERE = Path(__file__).parent
FILE = HERE / "schema.graphql.gz"


class Source(Struct, frozen=True, kw_only=True):
    """Where the schema is from. ``integrity`` is the package's, ``sha256`` that of the schema's text."""

    package: str
    version: str
    integrity: str
    licence: str
    file: str
    sha256: str


def source() -> Source:
    """What ``SOURCE.toml`` says."""
    return convert(tomllib.loads((HERE / "SOURCE.toml").read_text(encoding="utf-8")), Source)


def text(file: Path = FILE) -> bytes:
    """The schema's text; ``ValueError`` if it is not the one that ``SOURCE.toml`` tells of."""
    found = gzip.decompress(file.read_bytes())
    if hashlib.sha256(found).hexdigest() != source().sha256:
        raise ValueError(f"{file.name} is not the schema that SOURCE.toml names; make it again with remake")
    return found


@cache
def load() -> GraphQLSchema:
    """The schema, built once in a process (under a second).

    Positions are left out and it is taken to be valid, for speed. (It is, but for two fields that GitHub defines
    twice: a test says which.)
    """
    return build_ast_schema(parse(text().decode(), no_location=True), assume_valid=True)
