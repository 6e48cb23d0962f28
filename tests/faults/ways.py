"""Every single request of a run is failed, in nine ways: nothing is closed, opened or removed by it."""

from __future__ import annotations

WAYS = (
    "forbidden",
    "not-found",
    "unprocessable",
    "too-many-requests",
    "bad-gateway",
    "graphql-partial",
    "truncated-json",
    "null-fields",
    "vanished-page",
)
"""The ways, each a name of ``muniment.testing.github.faults.FAULTS``."""
