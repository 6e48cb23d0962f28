"""A made-up register on disk with a bundle beside it, and the command line as a process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from muniment.evidence.bundle import write
from muniment.evidence.kind import Evidence, encode, kind_id
from muniment.evidence.package_ownership import PackageOwnership
from muniment.evidence.package_project import PackageProject
from muniment.evidence.package_release import PackageRelease
from muniment.evidence.package_role import PackageRole
from muniment.model.observation import Batch, Cell, Item, Outcome
from muniment.model.tlp import CLEAR
from tests.cli import waiting

PROJECT = """\
project: {id: callisto, name: Project Callisto, marking: clear}
subprojects:
  harbour: {name: Harbour}
policy: {live-limit: 5}
"""
ASSETS = """\
subproject: harbour
assets:
  pypi:org/callisto: {status: official, reason: made up}
  github:org/callisto: {status: official, reason: made up}
  pypi:callisto-lodestar-not-published: {status: official, reason: made up}
  pypi:callisto-beacon-not-published: {status: official, reason: made up}
parties:
  ada: {name: Ada Example, accounts: {pypi: ada.l}}
"""
SEEN = datetime.now(UTC).replace(microsecond=0) - timedelta(days=2)


def batches(name: str, *, yanked: bool = False, seen: datetime = SEEN) -> tuple[Batch, ...]:
    """What an anonymous look at a healthy package gives."""
    facts: list[tuple[type[Evidence], list[Evidence]]] = [
        (PackageProject, [PackageProject(name=name, latest="1.0", repository="github:repo/callisto/lodestar")]),
        (PackageOwnership, [PackageOwnership(organization="callisto")]),
        (PackageRole, [PackageRole(account="ada.l", role="Owner")]),
        (PackageRelease, [PackageRelease(version="1.0", uploaded=seen, yanked=yanked)]),
    ]
    return tuple(
        Batch(
            cell=Cell("pypi", f"pypi:{name}", kind_id(kind)),
            vantage=frozenset({"pypi:anonymous"}),
            outcome=Outcome.COLLECTED,
            observed_at=seen,
            parser="pypi/1",
            marking=CLEAR,
            items=tuple(Item(i.key, encode(i)) for i in items),
        )
        for kind, items in facts
    )


def bundle(found: Sequence[Batch]) -> bytes:
    """A bundle file's bytes."""
    return write(found, made=SEEN, by="tests")


@pytest.fixture
def register(tmp_path: Path) -> Path:
    home = tmp_path / "register"
    (home / "evidence").mkdir(parents=True)
    (home / "project.yaml").write_text(PROJECT)
    (home / "assets.yaml").write_text(ASSETS)
    recorded = bundle(batches("callisto-lodestar-not-published", yanked=True))
    (home / "evidence" / "recorded.jsonl").write_bytes(recorded)
    return home


def muniment(
    *words: object,
    wrapper: Sequence[str] = (),
    cwd: Path | None = None,
    more: Mapping[str, str] = {},
    fresh: bool = False,
) -> subprocess.CompletedProcess[str]:
    """Run the program in a process of its own, with ``more`` in its environment.

    ``fresh``: from nothing, and with an order of sets that no other command of the test shares.
    """
    environment = {**os.environ, **more}
    if not (wrapper or fresh):
        return waiting.run([*map(str, words)], cwd, environment)
    return subprocess.run(
        [*wrapper, sys.executable, "-m", "muniment", *map(str, words)],
        capture_output=True,
        text=True,
        timeout=180,
        cwd=cwd,
        env=environment,
    )
