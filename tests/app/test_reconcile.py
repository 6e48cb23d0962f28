"""Comparisons across assets: odd answers are passed over, and names stay as closed as the look they come from."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
import pytest

from muniment.app.dossiers import decoded
from muniment.app.main_job import Declared, begin
from muniment.app.reconcile import SOURCE, reconcile
from muniment.evidence.account_reach import AccountReach
from muniment.evidence.kind import Evidence, encode, kind_id
from muniment.evidence.namespace_package import NamespacePackage
from muniment.evidence.package_dependency import PackageDependency
from muniment.evidence.package_ownership import PackageOwnership
from muniment.evidence.package_role import PackageRole
from muniment.model.observation import Batch, Cell, Item, Outcome
from muniment.model.tlp import CLEAR, RED, TLP, Marking

from .conftest import World

DAY = timedelta(days=1)


def said(kind: type[Evidence], *items: Item, at: datetime, scope: str = "pypi:lodestar", marking: Marking = CLEAR):
    return Batch(
        cell=Cell("pypi", scope, kind_id(kind)),
        vantage=frozenset({"pypi:anonymous"}),
        outcome=Outcome.COLLECTED,
        observed_at=at,
        parser="canned/1",
        marking=marking,
        items=items,
    )


def compared(world: World, *batches: Batch) -> dict[str, Batch]:
    """What is derived of namespaces and accounts once a run has kept some batches: by scope. All of it is kept."""
    declared = Declared("callisto", world.evidence(), CLEAR, "abc")
    run = begin(world.store, declared, now=world.today, code="test")
    world.store.record(run, batches)
    derived = reconcile(world.store, now=world.today)
    world.store.record(run, derived)
    kinds = {kind_id(NamespacePackage), kind_id(AccountReach)}
    return {batch.cell.scope: batch for batch in derived if batch.cell.kind in kinds}


def facts(batch: Batch, kind: type[Evidence]) -> list[Evidence]:
    return [msgspec.json.decode(item.payload, type=kind) for item in batch.items]


def holders(world: World, *accounts: str, marking: Marking = CLEAR) -> Batch:
    roles = [PackageRole(account=account, role="Owner") for account in sorted(accounts)]
    return said(PackageRole, *(Item(r.key, encode(r)) for r in roles), at=world.today, marking=marking)


def reach(world: World) -> tuple[Marking, dict[str, tuple[str, ...]]]:
    """How the cell of reach is marked, and what each account in it reaches."""
    (record,) = (r for r in world.store.cells() if r.cell.kind == kind_id(AccountReach))
    found = [f for f in decoded(record, AccountReach) if isinstance(f, AccountReach)]
    return record.marking, {f.account: f.packages for f in found}


@pytest.mark.parametrize("odd", ["lunar moon", "../x", "é", "", "a/b", "\x1b[31m"])
def test_an_organization_of_no_possible_name_is_passed_over(world: World, odd: str) -> None:
    """Payloads kept by an earlier version may hold anything."""
    world.declare("pypi:lodestar")
    world.declare("pypi:sextant")
    payload = msgspec.json.encode({"organization": odd})
    fine = PackageOwnership(organization="Callisto")
    derived = compared(
        world,
        said(PackageOwnership, Item("", payload), at=world.today),
        said(PackageOwnership, Item("", encode(fine)), at=world.today, scope="pypi:sextant"),
    )
    assert facts(derived["pypi:org/callisto"], NamespacePackage) == [
        NamespacePackage(asset="pypi:sextant", declared=True)
    ]


@pytest.mark.parametrize(
    "payload",
    [
        b'{"asset":"garbage"}',
        b'{"asset":"npm:@sc/"}',
        b'{"asset":7}',
        b"{",
        b"\xff",
        b'{"asset":"npm:@callisto/a b"}',
    ],
)
def test_a_damaged_cell_is_as_good_as_unseen(world: World, payload: bytes) -> None:
    world.declare("pypi:lodestar")
    world.declare("npm:@callisto")
    fine = PackageDependency(asset="npm:@callisto/sail")
    derived = compared(
        world,
        said(PackageDependency, Item("x", payload), at=world.today),
        said(PackageDependency, Item(fine.key, encode(fine)), at=world.today, scope="pypi:sextant"),
    )
    assert facts(derived["npm:@callisto"], NamespacePackage) == [
        NamespacePackage(asset="npm:@callisto/sail", declared=False, seen_in=("pypi:sextant",))
    ]


def test_damaged_roles_make_no_account_lose_a_package(world: World) -> None:
    world.declare("pypi:lodestar")
    compared(world, holders(world, "ada.l"))
    world.today += DAY
    damaged = said(PackageRole, Item("x", b'{"account":7}'), at=world.today)
    derived = compared(world, damaged)
    assert derived["project:callisto"].outcome is Outcome.PARTIAL
    assert reach(world)[1] == {"pypi:ada.l": ("pypi:lodestar",)}


def test_a_name_stays_as_closed_as_the_comparison_it_comes_from(world: World) -> None:
    """A closed look named an account; an open one no longer does. The account's name is still the closed look's."""
    world.declare("pypi:lodestar")
    compared(world, holders(world, "ada.l", "hidden", marking=RED))
    assert reach(world) == (RED, {"pypi:ada.l": ("pypi:lodestar",), "pypi:hidden": ("pypi:lodestar",)})

    world.today += DAY
    derived = compared(world, holders(world, "ada.l"))
    assert derived["project:callisto"].marking.level is TLP.RED
    assert reach(world) == (RED, {"pypi:ada.l": ("pypi:lodestar",), "pypi:hidden": ()})

    world.today += DAY
    derived = compared(world, holders(world, "ada.l"))
    assert b"hidden" not in b"".join(item.payload for item in derived["project:callisto"].items)
    assert reach(world) == (CLEAR, {"pypi:ada.l": ("pypi:lodestar",)})


def test_an_open_name_alone_does_not_close_the_comparison_for_ever(world: World) -> None:
    world.declare("pypi:lodestar")
    compared(world, holders(world, "ada.l", marking=RED))
    world.today += DAY
    assert compared(world, holders(world, "ada.l"))["project:callisto"].marking == CLEAR
    assert reach(world)[0] == CLEAR


def test_many_accounts_that_left_are_dropped_without_suspicion(world: World) -> None:
    """Their losses were believed once, when the roles were; the comparison does not ask twice."""
    world.declare("pypi:lodestar")
    many = [f"person{n}" for n in range(9)]
    compared(world, holders(world, "ada.l", *many))
    world.today += DAY
    compared(world, holders(world, "ada.l"))
    world.today += DAY
    compared(world, holders(world, "ada.l"))
    assert set(reach(world)[1].values()) == {("pypi:lodestar",), ()}
    world.today += DAY
    compared(world, holders(world, "ada.l"))
    assert reach(world)[1] == {"pypi:ada.l": ("pypi:lodestar",)}
    assert not [r.cell for r in world.store.cells() if r.cell.source == SOURCE and r.suspected]
