"""Registers written on the spot."""

from __future__ import annotations

from pathlib import Path

import pytest

from muniment.model.errors import Mistake, RegisterError
from muniment.register.reading import Register, read

GOOD = """\
project: {id: callisto, name: Project Callisto, marking: clear}
policy:
  evidence-max-age: {package-role: 3}
  live-limit: 4
  checks: {packages/alone: {severity: critical}}
subproject: harbour
subprojects:
  harbour: {name: Harbour, seat: true, parts: [Harbour, Mooring], contact: harbour@callisto.example}
  beacon: {name: Beacon}
assets:
  pypi:Lode_Star:
    status: official
    reason: >-
      listed by
      governance
    repository: github:repo/Callisto/lodestar
    holders: {owner: [ada, releasers], maintainer: grace}
  pypi:lamp: {status: unclear, reason: who knows, subproject: beacon, since: 2026-01-31}
  npm:@callisto: {status: external, reason: not ours, subproject: null}
  domain:callisto.example: {status: official, reason: ours, attest: true, title: The domain, source: minutes}
parties:
  ada:
    name: Ada Example
    accounts: {github: ada-l, pypi: ada.l, npm: [ada, ada2]}
    github-id: 7
    public-roles: [{role: council, subproject: harbour}, {role: lead}]
  grace: {name: Grace Example}
teams:
  releasers: {members: [ada, grace]}
waivers:
  - {check: packages/alone, asset: "pypi:Lode_Star", by: ada, reason: soon two, until: 2027-01-31}
  - {check: "packages/*", asset: "pypi:old-*", key: "pypi:x", by: releasers, reason: very old, until: 2027-01-31,
     decision: false-positive}
attestations:
  - {asset: domain:Callisto.example, by: ada, seen: 2026-05-01, until: 2026-11-01, statement: locked}
"""

CHECKS = frozenset({"packages/alone", "packages/no-release", "access/no-2fa"})


def write(root: Path, **files: str | bytes) -> Path:
    """A register of the given files; ``__`` in a name is a slash, and each ends in ``.yaml``."""
    for name, content in files.items():
        path = root / (name.replace("__", "/") + ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def mistakes_in(root: Path, checks: frozenset[str] | None = CHECKS) -> tuple[Mistake, ...]:
    with pytest.raises(RegisterError) as caught:
        read(root, checks)
    return caught.value.mistakes


def told(root: Path, **files: str | bytes) -> list[str]:
    """The mistakes in a register, as people read them."""
    return [str(mistake) for mistake in mistakes_in(write(root, **files))]


def good(root: Path, **files: str | bytes) -> Register:
    return read(write(root, **files), CHECKS)
