"""Each owner gets the changes of their own tree, and nothing that their tree may not hold."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from muniment.app.sync import Synced, sync, telling
from muniment.evidence.repository_manifest import RepositoryManifest
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
