"""From an index that tells of attestations to the answer who can ship: asked, kept, told, and what is not seen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from muniment.evidence.kind import Evidence, encode, kind_id
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.package_publisher import PackagePublisher
from muniment.evidence.repository_collaborator import RepositoryCollaborator
from muniment.model.observation import Batch, Cell, Item, Outcome
from muniment.model.tlp import TLP, Marking
from muniment.testing.registries import Publisher, PythonPackage, PythonRelease, Registries
from tests.cli.conftest import bundle, muniment

NOW = datetime.now(UTC).replace(microsecond=0)
PACKAGE, ORG, REPO = "pypi:callisto-lamp-not-published", "github:org/callisto", "github:repo/callisto/lamp"
LAMP = PythonPackage(
    "callisto-lamp-not-published",
    roles=(("Owner", "ada.l"),),
    releases=(PythonRelease("1.0", NOW - timedelta(days=90), by=Publisher(repository="callisto/lamp")),),
)
REGISTER = f"""
project: {{id: callisto, name: Callisto}}
assets:
  {PACKAGE}: {{status: official, reason: made up}}
  {ORG}: {{status: official, reason: made up}}
  {REPO}: {{status: official, reason: made up}}
parties:
  ada: {{name: Ada Example, accounts: {{pypi: ada.l}}}}
"""


@pytest.fixture
def index() -> Iterator[Registries]:
    with Registries() as world:
        world.add(LAMP)
        yield world


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "register"
    home.mkdir()
    (home / "project.yaml").write_text(REGISTER, encoding="utf-8")
    return home


def on_github(*, seen: bool = True) -> list[Batch]:
    """What an owner of the organization handed over, or was refused."""
    owner = frozenset({f"{ORG}:owner", "github:anonymous"})
    zoe = RepositoryCollaborator(id=8, login="zoe", permission="admin")
    eve = OrganizationMember(id=7, login="eve", role="owner")
    return [
        look("github-access", REPO, owner, zoe, seen=seen),
        look("github", ORG, owner, eve, seen=seen),
    ]


def look(source: str, scope: str, vantage: frozenset[str], fact: Evidence, *, seen: bool = True) -> Batch:
    return Batch(
        cell=Cell(source, scope, kind_id(type(fact))),
        vantage=vantage,
        outcome=Outcome.COLLECTED if seen else Outcome.DENIED,
        observed_at=NOW - timedelta(hours=1),
        parser=f"{source}/1",
        marking=Marking(TLP.AMBER),
        items=(Item(fact.key, encode(fact)),) if seen else (),
        total=1 if seen else None,
        detail="" if seen else "answered 403",
    )


def handed_over(home: Path, name: str, batches: list[Batch]) -> None:
    (home / f"{name}.jsonl").write_bytes(bundle(batches))
    done = muniment("collect", home, "--offline", "--from", home / f"{name}.jsonl")
    assert done.returncode == 0, done.stderr
    assert "left out" not in done.stderr


def who(home: Path) -> dict[str, Any]:
    done = muniment("who", PACKAGE, "-r", home, "--format", "json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def accounts(told: dict[str, Any], route: str) -> set[str]:
    return {path["account"] for one in told["people"] for path in one["paths"] if path["route"] == route}


def test_who_can_change_what_published_the_newest_release_is_told_without_an_owner(
    index: Registries, home: Path
) -> None:
    assert "at least 2" in muniment("plan", home, more=index.environment()).stdout
    done = muniment("collect", home, more=index.environment())
    assert done.returncode == 0, done.stderr
    assert [a.path for a in index.asked].count(LAMP.provenance_path(LAMP.releases[0])) == 1
    assert "PyPI: 3 requests" in done.stderr

    # Nobody saw who may do what on GitHub: that is said, and nobody is named for it.
    handed_over(home, "refused", on_github(seen=False))
    told = who(home)
    assert [(one["workflow"], one["environment"]) for one in told["workflows"]] == [("release.yml", "pypi")]
    assert accounts(told, "gate") == set()
    why = "\n".join(gap["why"] for gap in told["not-seen"])
    assert f"{REPO}: repository collaborator: denied (answered 403)" in why
    assert f"{ORG}: organization member: denied (answered 403)" in why

    handed_over(home, "seen", on_github())
    told = who(home)
    assert accounts(told, "gate") == {"github:eve", "github:zoe"}
    assert "2 by being able to change the publishing workflow" in told["answer"]
    assert "whether another workflow may publish it, too" in "\n".join(gap["why"] for gap in told["not-seen"])


def test_what_an_owner_hands_over_is_the_word_and_a_later_look_at_the_index_leaves_it_so(
    index: Registries, home: Path
) -> None:
    assert muniment("collect", home, more=index.environment()).returncode == 0
    listed = PackagePublisher(repository=REPO, workflow="publish.yml", environment="release")
    handed_over(home, "owner", [look("pypi", PACKAGE, frozenset({f"{PACKAGE}:owner"}), listed)])

    def told_alone() -> bool:
        told = who(home)
        named = [(one["workflow"], one["evidence"]) for one in told["workflows"]]
        why = "\n".join(gap["why"] for gap in told["not-seen"])
        return named == [("publish.yml", "package-publisher")] and "another workflow" not in why

    assert told_alone()
    assert muniment("collect", home, more=index.environment()).returncode == 0
    assert told_alone()
