"""A new register reads without a mistake from its first minute."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.register.inventory import Inventory
from muniment.register.reading import Register, read
from muniment.register.template import starter


def started(root: Path, name: str) -> Register:
    for file, text in starter(name).items():
        (root / file).write_text(text, encoding="utf-8")
    return read(root, frozenset())


def test_a_new_register_reads(tmp_path: Path) -> None:
    register = started(tmp_path, "Project Callisto")
    assert (register.project, register.name) == ("project-callisto", "Project Callisto")
    assert len(register.files) == 4
    assert set(Inventory.of(register.evidence).assets) == {"project:project-callisto"}


@given(st.text(max_size=200))
def test_a_new_register_reads_whatever_the_project_is_called(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    started(tmp_path_factory.mktemp("r"), name)


def test_the_examples_in_its_comments_read_too(tmp_path: Path) -> None:
    for file, text in starter("Project Callisto").items():
        shown = re.sub(r"(?m)^( +)# ", r"\1", text)  # prose stands at the margin, examples do not
        shown = shown.replace("OWNER/NAME", "callisto/tide").replace("@SCOPE", "@callisto")
        shown = shown.replace("domain:NAME", "domain:callisto.example").replace("/NAME", "/callisto")
        shown = shown.replace("pypi:NAME", "pypi:tide")
        (tmp_path / file).write_text(shown, encoding="utf-8")
    inventory = Inventory.of(read(tmp_path).evidence)
    assert set(inventory.assets) == {
        "project:project-callisto",
        "pypi:tide",
        "npm:@callisto",
        "github:org/callisto",
        "domain:callisto.example",
    }
    assert set(inventory.parties) == {"ada", "releasers"}
    assert set(inventory.attestations) == {"domain:callisto.example"}
