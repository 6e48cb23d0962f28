"""Adding a comparison is adding one file: what it reads is read, and what it derives is kept as derived."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from muniment.app.looks import Looks
from muniment.app.reconcile.declaration import comparison, comparisons
from muniment.app.reconcile.deriving import derived
from muniment.evidence.account_reach import AccountReach
from muniment.evidence.namespace_package import NamespacePackage
from muniment.evidence.package_release import PackageRelease
from muniment.evidence.package_role import PackageRole
from muniment.evidence.private_repository import PrivateRepository
from muniment.model.observation import Batch, Outcome
from muniment.model.tlp import CLEAR
from muniment.register.inventory import Inventory

SOURCE = Path(__file__).resolve().parents[2] / "src"

KIND = '''"""How many releases of a package were seen: a kind of its own, made up for a test."""

from typing import ClassVar

from muniment.evidence.kind import Evidence


class ReleaseTally(Evidence, frozen=True, kw_only=True):
    """The number."""

    about: ClassVar[tuple[str, ...]] = ("pypi",)

    number: int
'''

COMPARISON = '''"""Counts the releases of packages, which no other comparison reads: made up for a test."""

from muniment.app.looks import marking
from muniment.app.reconcile.declaration import comparison
from muniment.app.reconcile.deriving import derived
from muniment.evidence.package_release import PackageRelease
from muniment.evidence.release_tally import ReleaseTally
from muniment.model.observation import Outcome


@comparison(reads=(PackageRelease,), derives=ReleaseTally)
def tallies(looks, inventory, now):
    """How many releases of each package were seen."""
    for look in looks.of(PackageRelease):
        fact = ReleaseTally(number=len(look.facts))
        yield derived(look.scope, ReleaseTally, (fact,), Outcome.COLLECTED, marking([look]), now)
'''

RUN = """
import sys
from datetime import UTC, datetime
from muniment.app.main_job import Declared, begin
from muniment.app.reconcile import derives, reconcile
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_policy import DeclaredPolicy
from muniment.evidence.kind import encode
from muniment.evidence.package_release import PackageRelease
from muniment.model.asset import Status
from muniment.model.observation import Batch, Cell, Item, Outcome
from muniment.model.policy import Policy
from muniment.model.tlp import CLEAR
from muniment.stores.opening import open_store

now = datetime(2026, 3, 2, tzinfo=UTC)
register = (
    DeclaredPolicy(project="callisto", name="Callisto", policy=Policy()),
    DeclaredAsset(asset="pypi:lantern", status=Status.OFFICIAL, reason="made up"),
)
store = open_store(sys.argv[1], create=True)
run = begin(store, Declared("callisto", register, CLEAR, ""), now=now, code="test")
facts = [PackageRelease(version=f"1.{n}", uploaded=now) for n in range(3)]
items = tuple(Item(fact.key, encode(fact)) for fact in facts)
cell = Cell("pypi", "pypi:lantern", "package-release")
look = Batch(
    cell=cell,
    vantage=frozenset({"pypi:anonymous"}),
    outcome=Outcome.COLLECTED,
    observed_at=now,
    parser="canned/1",
    marking=CLEAR,
    items=items,
)
store.record(run, [look])
print("release-tally" in derives())
for batch in reconcile(store, now=now):
    if batch.cell.kind == "release-tally":
        print(batch.cell.scope, batch.cell.source, *(item.payload.decode() for item in batch.items))
"""


def test_a_comparison_is_one_file_beside_that_of_its_kind(tmp_path: Path) -> None:
    shutil.copytree(SOURCE, tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    source = tmp_path / "src/muniment"
    (source / "evidence/release_tally.py").write_text(KIND, encoding="utf-8")
    (source / "app/reconcile/tallies.py").write_text(COMPARISON, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", RUN, str(tmp_path / "m.sqlite")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["True", 'pypi:lantern reconcile {"number":3}']


def test_comparisons_come_in_the_order_of_their_files_and_lines() -> None:
    places = [(own.function.__module__, own.function.__code__.co_firstlineno) for own in comparisons()]
    assert places == sorted(places) and len(places) > 1


def test_each_kind_is_derived_by_one_comparison() -> None:
    kinds = [own.derives for own in comparisons()]
    assert len(kinds) == len(set(kinds))


NOW = datetime(2026, 3, 2, tzinfo=UTC)


def compared(reads: tuple[type, ...], derives: type) -> list[Batch]:
    """What a comparison gives that reads roles and derives what accounts reach, declared as the test says."""

    @comparison(reads=reads, derives=derives)
    def own(looks: Looks, inventory: Inventory, now: datetime) -> Iterator[Batch]:
        list(looks.of(PackageRole))
        yield derived("project:callisto", AccountReach, (), Outcome.COLLECTED, CLEAR, now)

    (made,) = (value for value in vars(own).values() if type(value).__name__ == "Comparison")
    return list(made(Looks((PackageRole, PackageRelease), (), lambda kind: {}), Inventory.of(()), NOW))


def test_a_comparison_is_given_what_it_declares_and_gives_what_it_declares() -> None:
    assert [batch.cell.kind for batch in compared((PackageRole,), AccountReach)] == ["account-reach"]
    with pytest.raises(KeyError, match="PackageRole"):
        compared((PackageRelease,), AccountReach)
    with pytest.raises(TypeError, match="account-reach"):
        compared((PackageRole,), NamespacePackage)


def test_nothing_is_derived_from_private_repositories() -> None:
    with pytest.raises(TypeError, match="private"):
        compared((PackageRole, PrivateRepository), AccountReach)
