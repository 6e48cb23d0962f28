"""The registers under ``examples`` read, and hold what they should."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from muniment.checks.declaration import checks
from muniment.model.asset import Status, family
from muniment.model.tlp import CLEAR
from muniment.model.waiver import Decision
from muniment.register.inventory import Inventory
from muniment.register.reading import Register, read

EXAMPLES = Path(__file__).parents[2] / "examples"


def register(name: str) -> Register:
    return read(EXAMPLES / name, frozenset(checks()))


@pytest.fixture(scope="module")
def jupyter() -> Inventory:
    return Inventory.of(register("jupyter").evidence)


@pytest.fixture(scope="module")
def demo() -> Inventory:
    return Inventory.of(register("demo").evidence)


def test_jupyters_register_reads_and_is_public() -> None:
    read_in = register("jupyter")
    assert read_in.marking == CLEAR
    assert (read_in.project, read_in.name) == ("jupyter", "Project Jupyter")


def test_jupyters_assets_are_complete_by_family(jupyter: Inventory) -> None:
    assert Counter(family(asset) for asset in jupyter.assets) == {
        "github:org": 24,
        "github:repo": 15,
        "pypi": 32,
        "pypi:org": 1,
        "npm:scope": 3,
        "npm": 7,
        "domain": 3,
        "site": 11,
        "service": 18,
        "channel": 15,
        "project": 1,
    }


def test_jupyters_subprojects_are_those_of_the_governance_list(jupyter: Inventory) -> None:
    seated = {s.name for s in jupyter.subprojects.values() if s.seat}
    assert seated == {
        "Jupyter Frontends",
        "JupyterHub and Binder",
        "Voilà",
        "Jupyter Server",
        "Jupyter Widgets",
        "Jupyter Kernels",
        "Jupyter Foundations and Standards",
        "Jupyter Security",
        "Jupyter Accessibility",
        "Jupyter Book",
    }
    assert {s.name for s in jupyter.subprojects.values() if not s.seat} == {
        "nbdime",
        "nbgrader",
        "nbviewer",
        "ipyparallel",
    }


def test_jupyters_organizations_have_the_status_that_documents_state(jupyter: Inventory) -> None:
    by_status: dict[Status, set[str]] = {}
    for asset, entry in jupyter.assets.items():
        if family(asset) == "github:org":
            by_status.setdefault(entry.status, set()).add(asset.removeprefix("github:org/"))
    assert by_status == {
        Status.OFFICIAL: {
            *("ipython", "jupyter", "jupyterlab", "jupyterhub", "voila-dashboards", "jupyter-server"),
            *("jupyter-widgets", "jupyter-xeus", "jupyter-book", "jupyterlite", "jupyterhealth"),
            *("jupyter-governance", "jupyter-standards"),
        },
        Status.UNCLEAR: {
            *("binder-examples", "jupyter-attic", "jupyter-incubator", "jupyter-resources", "jupytercon"),
            *("pickleshare", "binderhub-ci-repos", "jupyter-standard", "voila-gallery"),
        },
        Status.EXTERNAL: {"jupyter-lsp", "ipython-books"},
    }


def test_jupyters_register_names_nobody_and_decides_nothing(jupyter: Inventory) -> None:
    assert not jupyter.parties
    assert not jupyter.waivers
    assert not jupyter.attestations
    assert not any(entry.holders for entry in jupyter.assets.values())


def test_every_asset_of_jupyter_names_its_source(jupyter: Inventory) -> None:
    assert all(len(entry.reason) > 20 for asset, entry in jupyter.assets.items() if family(asset) != "project")


def test_the_demo_shows_every_kind_of_entry(demo: Inventory) -> None:
    assert {entry.status for entry in demo.assets.values()} == set(Status)
    assert {waiver.decision for waiver in demo.waivers} == set(Decision)
    assert len({waiver.until for waiver in demo.waivers}) > 1
    assert any(party.members for party in demo.parties.values())
    assert any(party.public_roles for party in demo.parties.values())
    assert any(entry.holders for entry in demo.assets.values())
    assert demo.policy.checks
    wanted = {asset for asset, entry in demo.assets.items() if entry.attest}
    assert wanted - demo.attestations.keys(), "one asset that wants an attestation has none"
    assert wanted & demo.attestations.keys()


def test_jupyters_page_states_its_lines_and_they_are_few() -> None:
    lines = sum(len(f.read_text(encoding="utf-8").splitlines()) for f in (EXAMPLES / "jupyter").glob("*.yaml"))
    assert f"It has {lines} lines of YAML" in (EXAMPLES / "jupyter" / "README.md").read_text(encoding="utf-8")
    assert lines < 450


def test_jupyters_packages_come_by_rule_from_official_organizations_alone(jupyter: Inventory) -> None:
    rules = jupyter.rulebook.rules.values()
    assert {rule.packages for rule in rules if rule.status is Status.OFFICIAL} == {True}
    assert not [rule for rule in rules if rule.status is not Status.OFFICIAL and rule.packages]
