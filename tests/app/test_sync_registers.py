"""The laws of a patch on real registers: a register results, all other bytes stay, nothing is proposed again."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muniment.app.declare import declare
from muniment.app.sync import Synced, sync, telling
from muniment.checks.declaration import checks
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.github_repository import GithubRepository
from muniment.evidence.kind import Evidence, encode, kind_id
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.organization_repository import OrganizationRepository
from muniment.evidence.package_project import PackageProject
from muniment.evidence.package_source import PackageSource
from muniment.evidence.repository_manifest import RepositoryManifest
from muniment.model.asset import GITHUB_ORG, GITHUB_REPO, NPM, PYPI, family
from muniment.model.observation import Batch, Cell, Item, Outcome
from muniment.model.tlp import CLEAR
from muniment.ports import Store
from muniment.register.inventory import Inventory
from muniment.register.reading import Register, read
from muniment.register.trying import mistakes_with
from muniment.stores.opening import open_store

from .conftest import BEGAN

ROOT = Path(__file__).resolve().parents[2]
REGISTERS = sorted(p.parent for p in (ROOT / "examples").glob("*/project.yaml"))


@cache
def example(home: Path) -> Register:
    return read(home, checks=frozenset(checks()))


def look(scope: str, kind: type[Evidence], *facts: Evidence, outcome: Outcome = Outcome.COLLECTED) -> Batch:
    return Batch(
        cell=Cell("github", scope, kind_id(kind)),
        vantage=frozenset({"github:anonymous"}),
        outcome=outcome,
        observed_at=BEGAN,
        parser="test/1",
        marking=CLEAR,
        items=tuple(Item(fact.key, encode(fact)) for fact in facts),
    )


@st.composite
def worlds(draw: st.DrawFn, register: Register) -> list[Batch]:
    """What was seen of a project: of each thing nothing, that it is well, or that it is not what it was."""
    inventory = Inventory.of(register.evidence)
    number = 0
    batches: list[Batch] = []
    listed: dict[str, list[OrganizationRepository]] = {}
    for asset in sorted(inventory.assets):
        number += 1
        kind, fate = family(asset), draw(st.sampled_from(["unseen", "well", "renamed", "archived", "gone", "more"]))
        name = asset.removeprefix(f"{kind}/").removeprefix(f"{kind}:")
        if fate == "unseen":
            continue
        if kind == GITHUB_REPO:
            face = GithubRepository(
                id=number,
                name=f"{name}-anew" if fate == "renamed" else name,
                renamed_from=asset if fate == "renamed" else "",
                archived=fate == "archived",
            )
            gone = fate == "gone"
            outcome = Outcome.ABSENT if gone else Outcome.COLLECTED
            batches.append(look(asset, GithubRepository, *(() if gone else (face,)), outcome=outcome))
            if fate == "more":
                manifest = RepositoryManifest(path="pyproject.toml", package=f"pypi:brought-by-{number}")
                batches.append(look(asset, RepositoryManifest, manifest))
        elif kind == GITHUB_ORG:
            front = GithubOrganization(
                id=number,
                login=f"{name}-Anew" if fate == "renamed" else name,
                renamed_from=asset if fate == "renamed" else "",
            )
            batches.append(look(asset, GithubOrganization, front))
            listed[asset] = [OrganizationRepository(id=number, asset=f"{GITHUB_REPO}/{name}/new-{number}")]
        elif kind in (PYPI, NPM):
            gone = fate == "gone"
            project = PackageProject(name=name, state="archived" if fate == "archived" else "active")
            outcome = Outcome.ABSENT if gone else Outcome.COLLECTED
            batches.append(look(asset, PackageProject, *(() if gone else (project,)), outcome=outcome))
            if fate == "more":
                home = f"{GITHUB_REPO}/callisto/made-{number}"
                batches.append(look(asset, PackageSource, PackageSource(built_in=(home,), complete=True)))
                batches.append(look(home, RepositoryManifest, RepositoryManifest(path="p.toml", package=asset)))
    members = [
        OrganizationMember(id=1000 + n, login=draw(st.sampled_from([login.login, f"{login.login}-anew"])))
        for n, login in enumerate(
            account
            for party in inventory.parties.values()
            for account in party.accounts
            if account.place == "github"
        )
    ]
    batches += [look(org, OrganizationRepository, *facts) for org, facts in listed.items()]
    if listed and members:
        batches.append(look(next(iter(listed)), OrganizationMember, *members))
    return batches


def drifted(store: Store, home: Path, days: int = 1) -> Synced:
    register = read(home, checks=frozenset(checks()))
    return sync(store, register, lambda changed: mistakes_with(register, changed), now=BEGAN + timedelta(days=days))


def added_and_taken(patch: str) -> tuple[list[str], list[str]]:
    lines = [line for line in patch.splitlines(True) if not line.startswith(("---", "+++", "#", "\\"))]
    return [x[1:] for x in lines if x.startswith("+")], [x[1:] for x in lines if x.startswith("-")]


def of(home: Path) -> Iterable[Path]:
    return sorted(p for p in home.rglob("*.yaml"))


def copied(home: Path, to: Path) -> None:
    for file in of(home):
        (to / file.relative_to(home)).parent.mkdir(parents=True, exist_ok=True)
        (to / file.relative_to(home)).write_bytes(file.read_bytes())


@pytest.mark.parametrize("source", REGISTERS, ids=[p.name for p in REGISTERS])
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_the_whole_patch_makes_a_valid_register_and_proposes_nothing_of_it_again(
    source: Path, data: st.DataObject
) -> None:
    batches = data.draw(worlds(example(source)))
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "register"
        copied(source, home)
        store = open_store(str(Path(folder) / "muniment.sqlite"))
        try:
            laws(store, home, batches)
        finally:
            store.close()


def laws(store: Store, home: Path, batches: list[Batch]) -> None:
    run = store.open_run(at=BEGAN, code="test", register="callisto", commit="")
    register = read(home)
    declare(store, run, register.evidence, register.marking, now=BEGAN)
    store.record(run, batches)
    before = {file: file.read_bytes().decode() for file in of(home)}
    first = drifted(store, home)
    patch = telling.patch(first, first.trees[0])
    if patch:
        done = subprocess.run(
            ["git", "apply", "-"], cwd=home, input=patch.encode(), capture_output=True, check=False
        )
        assert done.returncode == 0, (done.stderr.decode(), patch)
    added, taken = added_and_taken(patch)
    told = [line for text in before.values() for line in text.splitlines(True)]
    now = [line for file in of(home) for line in file.read_bytes().decode().splitlines(True)]
    assert sorted([*told, *added]) == sorted([*now, *taken])
    second = drifted(store, home)  # it reads the register, which holds
    assert not {b.drift.id for b in first.blocks} & {b.drift.id for b in second.blocks}
    asked = {question.about for question in first.questions}
    # What rested on an entry that went may be decided now; nothing else comes of what was done.
    assert {b.drift.id for b in second.blocks} | {question.about for question in second.questions} <= asked
