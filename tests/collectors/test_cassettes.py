"""Real answers, recorded once and trimmed, are still read as they were. Hosts stand as ``{pypi}`` and ``{npm}``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from muniment.collectors.addresses import configured
from muniment.collectors.npm import Npm
from muniment.collectors.pypi import PyPI
from muniment.model.observation import Batch, Outcome
from muniment.ports import Answer, Raw
from tests.collectors.asking import facts

CASSETTES = Path(__file__).parents[1] / "cassettes"


class Recorded(msgspec.Struct):
    url: str
    status: int
    at: datetime
    headers: dict[str, str]
    body: dict[str, Any]


@pytest.fixture(scope="module")
def addresses():
    """The public registries, whatever is configured on this machine."""
    return configured({}, lambda command: "")


def played(addresses, name: str) -> Answer:
    text = addresses.filled((CASSETTES / f"{name}.json").read_text("utf-8"))
    tape = msgspec.json.decode(text, type=Recorded)
    return Answer(tape.url, tape.status, tape.at, tape.headers, msgspec.json.encode(tape.body))


def by_kind(batches: tuple[Batch, ...]) -> dict[str, Batch]:
    return {b.cell.kind: b for b in batches}


def test_a_real_answer_of_the_python_index_is_read(addresses):
    answers = (played(addresses, "pypi-project"), played(addresses, "pypi-simple"))
    collector = PyPI(addresses)
    assert tuple(a.url for a in answers) == tuple(p.url for p in collector.requests("pypi:jupyterlab-pygments"))
    found = by_kind(collector.parse(Raw("pypi:jupyterlab-pygments", answers)))
    (project,) = facts(found["package-project"])
    assert (project.latest, project.repository) == ("0.3.0", "github:repo/jupyterlab/jupyterlab_pygments")
    (ownership,) = facts(found["package-ownership"])
    assert ownership.organization == "jupyter"
    assert (found["package-role"].outcome, found["package-role"].items) == (Outcome.COLLECTED, ())
    assert [item.key for item in found["package-release"].items] == ["0.2.1", "0.2.2", "0.3.0"]
    assert facts(found["package-release"])[2].uploaded == datetime(2023, 11, 23, 9, 26, 34, 325577, UTC)
    assert found["package-provenance"].outcome is Outcome.UNOBSERVABLE
    assert "simple API 1.1" in found["package-provenance"].detail


def test_a_real_answer_of_an_npm_mirror_is_read(addresses):
    answer = played(addresses, "npm-packument")
    collector = Npm(addresses)
    assert [answer.url] == [p.url for p in collector.requests("npm:configurable-http-proxy")]
    found = by_kind(collector.parse(Raw("npm:configurable-http-proxy", (answer,))))
    (project,) = facts(found["package-project"])
    assert project.repository == "github:repo/jupyterhub/configurable-http-proxy"
    assert found["package-role"].outcome is Outcome.UNOBSERVABLE
    assert found["package-provenance"].outcome is Outcome.UNOBSERVABLE
    assert found["package-release"].outcome is Outcome.PARTIAL
    assert len(found["package-dependency"].items) == 4
