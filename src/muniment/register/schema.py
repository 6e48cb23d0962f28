"""Publishes the register's format as JSON Schema, so that editors complete and check it while people type."""

from __future__ import annotations

from typing import Any

import msgspec

from muniment.register.format import RegisterFile

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """The JSON Schema of one file of a register, from the types that reading uses.

    What only a whole register can tell (unknown handles, one account of two people, an asset declared twice) is
    left to reading.
    """
    made = msgspec.json.schema(RegisterFile)
    return {"$schema": DIALECT, "title": "A file of a muniment register", **made}


def published() -> str:
    """The text of ``schema/register.schema.json``."""
    return msgspec.json.format(msgspec.json.encode(schema(), order="sorted"), indent=2).decode() + "\n"
