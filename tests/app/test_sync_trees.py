"""Each owner gets the changes of their own tree, and nothing that their tree may not hold."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from muniment.app.sync import Synced, sync, telling
from muniment.evidence.package_project import PackageProject
from muniment.evidence.repository_manifest import RepositoryManifest
from muniment.model.errors import UsageError
from muniment.model.observation import Outcome
from muniment.model.tlp import TLP, Marking
from muniment.register.reading import Register, read
from muniment.register.trying import mistakes_with
from muniment.wiring import patches

from .conftest import BEGAN
from .test_sync import Project, face, listing, look, record

AMBER = Marking(TLP.AMBER)
ORG, CORE, DOCS = "github:org/callisto", "github:repo/callisto/core", "github:repo/callisto/docs"
FIRST = """\
project: {id: callisto, name: Project Callisto, marking: amber}
subprojects: {shell: {name: Shell}}
include:
  shell: {path: ../shell, owner: shell, marking: clear}
assets:
  github:org/moon: {status: official, reason: ours}
"""
SHELL = f"""\
assets:
  {ORG}: {{status: official, reason: ours, repositories: listed}}
  {CORE}: {{status: official, reason: ours}}
"""


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    made = Project(tmp_path)
    (made.home / "assets.yaml").unlink()
    (tmp_path / "shell" / "deep").mkdir(parents=True)
    (tmp_path / "shell" / "deep" / "a.yaml").write_text(SHELL)
    made.write(project=FIRST)
    yield made
    made.store.close()


def synced(project: Project, register: Register) -> Synced:
    return sync(
        project.store,
        register,
        lambda changed: mistakes_with(register, changed),
        now=BEGAN + timedelta(days=1),
    )


def applied(home: Path, patch: str) -> None:
    done = subprocess.run(["git", "apply", "-"], cwd=home, input=patch.encode(), capture_output=True, check=False)
    assert done.returncode == 0, (done.stderr.decode(), patch)


def test_a_change_goes_to_the_owner_of_the_tree_that_its_parent_is_in(project: Project, tmp_path: Path) -> None:
    project.believe(listing(CORE, DOCS), face(CORE, archived=True))
    written, _ = patches(tmp_path / "patches", synced(project, read(project.home)))
    assert [(path.name, marking.label) for path, marking in written] == [("shell.patch", "TLP:CLEAR")]
    text = (tmp_path / "patches" / "shell.patch").read_text()
    assert "--- a/deep/a.yaml\n" in text and "for the tree shell of shell · TLP:CLEAR" in text
    applied(tmp_path / "shell", text)
    assert not synced(project, read(project.home)).blocks
    assert "subproject" not in (tmp_path / "shell" / "deep" / "a.yaml").read_text()


def test_what_a_clear_tree_may_not_hold_goes_to_the_first(project: Project, tmp_path: Path) -> None:
    project.believe(listing(CORE, DOCS, marking=AMBER))
    (written,), _ = patches(tmp_path / "patches", synced(project, read(project.home)))
    assert (written[0].name, written[1].label) == ("council.patch", "TLP:AMBER")
    applied(project.home, written[0].read_text())
    assert not synced(project, read(project.home)).blocks


def test_a_clear_tree_is_not_told_what_an_amber_one_declares(project: Project) -> None:
    project.write(project=FIRST + "  github:repo/moon/secret: {status: official, reason: ours}\n")
    manifest = RepositoryManifest(path="p.toml", package="pypi:moon-secret")
    project.believe(look("github:repo/moon/secret", RepositoryManifest, manifest), face("github:repo/moon/secret"))
    found = synced(project, read(project.home))
    assert [(b.drift.id, b.tree.name) for b in found.blocks] == [("declare:pypi:moon-secret", "")]
    assert telling.patch(found, found.trees[1]) == ""


def test_a_tree_that_lies_in_a_commit_gets_its_patch(project: Project, tmp_path: Path) -> None:
    project.believe(listing(CORE, DOCS))
    register = read(project.home)
    elsewhere = replace(register, trees=(register.trees[0], replace(register.trees[1], root=None)))
    found = synced(project, elsewhere)
    applied(tmp_path / "shell", telling.patch(found, found.trees[1]))
    assert not synced(project, read(project.home)).blocks


def test_while_a_tree_is_unread_only_what_it_cannot_speak_of_is_proposed(project: Project, tmp_path: Path) -> None:
    project.write(
        project=FIRST + "  pypi:moon: {status: official, reason: ours}\n"
        "  github:org/friends: {status: official, reason: ours, repositories: listed}\n"
    )
    project.believe(
        record("pypi:moon", state="archived"),
        replace(
            listing(),
            cell=replace(listing().cell, scope="github:org/friends"),
            items=listing("github:repo/friends/x").items,
        ),
    )
    (tmp_path / "shell").rename(tmp_path / "away")
    found = synced(project, read(project.home))
    assert [block.drift.id for block in found.blocks] == ["archive:pypi:moon"]
    (question,) = found.questions
    assert question.about == "declare:github:repo/friends/x" and "the tree shell was not read" in question.text
    (tmp_path / "away").rename(tmp_path / "shell")
    assert len(synced(project, read(project.home)).blocks) == 2


@pytest.mark.parametrize(("level", "told"), [("amber", True), ("red", False)])
def test_a_question_is_as_closed_as_the_tree_that_it_tells_of(
    project: Project, tmp_path: Path, level: str, told: bool
) -> None:
    """What is asked of a closed tree's entry says that it is declared, though everybody may see the evidence."""
    project.write(
        project=FIRST.replace("amber", "clear").replace(
            "assets:", f"  hidden: {{path: ../hidden, marking: {level}}}\nassets:"
        )
    )
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / "a.yaml").write_text(
        "parties: {ada: {name: Ada}}\n"
        "attestations:\n- {asset: pypi:dark, by: ada, seen: 2026-01-01, until: 2027-01-01, statement: it is}\n"
        "assets:\n  pypi:dark: {status: official, reason: ours}\n"
        "  github:repo/night/one: {status: official, reason: ours}\n"
    )
    project.believe(
        look("pypi:dark", PackageProject, outcome=Outcome.ABSENT, source="pypi"),
        face("github:repo/night/one", "day/one", renamed_from="night/one"),
    )
    found = synced(project, read(project.home))
    assert {q.about: q.marking.level.word for q in found.questions} == {
        "remove:pypi:dark": level,
        "rename:github:repo/night/one": level,
    }
    assert [bool(telling.words(question)) for question in found.questions] == [told, told]
    assert json.loads(telling.as_json(found))["marking"] == f"TLP:{level.upper()}"


def test_what_was_declined_of_a_closed_tree_is_as_closed(project: Project, tmp_path: Path) -> None:
    closed = FIRST.replace("amber", "clear").replace(
        "assets:", "  hidden: {path: ../hidden, marking: red}\nassets:"
    )
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / "a.yaml").write_text("assets:\n  pypi:dark: {status: official, reason: ours}\n")
    project.write(
        project=closed,
        people="parties: {ada: {name: Ada}}\n"
        "declined-changes:\n- {change: 'archive:*', by: ada, reason: later, until: 2030-01-01}\n",
    )
    project.believe(record("pypi:dark", state="archived"))
    found = synced(project, read(project.home))
    assert [(drift.id, drift.marking.label) for drift, _ in found.declined] == [("archive:pypi:dark", "TLP:RED")]
    assert json.loads(telling.as_json(found))["marking"] == "TLP:RED"


def test_what_lies_in_the_place_of_a_patch_and_is_none_is_left(project: Project, tmp_path: Path) -> None:
    project.believe(face(CORE, archived=True))
    found = synced(project, read(project.home))
    (folder := tmp_path / "patches").mkdir()
    place, elsewhere = folder / "shell.patch", tmp_path / "elsewhere"
    (folder / "other.patch").symlink_to(tmp_path / "patches-of-others")
    for put in (place.mkdir, lambda: os.mkfifo(place), lambda: place.symlink_to(elsewhere)):
        put()
        with pytest.raises(UsageError, match="is no patch of ours"):
            patches(folder, found)
        place.rmdir() if place.is_dir() else place.unlink()
    assert not elsewhere.exists() and (folder / "other.patch").is_symlink()
