"""What is installed: this program's version, and its checks."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version

from muniment.checks.declaration import Check, checks


def code_version() -> str:
    """This program's version, as runs and bundles state it."""
    return f"muniment {version('muniment')}"


def all_checks() -> Mapping[str, Check]:
    """Every check that is installed."""
    return checks()
