"""Everything that is asked of GitHub, with each kind of credential, is something that GitHub publishes."""

from __future__ import annotations

import pytest

from muniment.collectors.github import questions
from muniment.collectors.github_access import collector as access
from muniment.collectors.github_reporting import collector as reporting
from muniment.collectors.github_two_factor import collector as two_factor
from muniment.testing.github.contract import broken, wrong_query
from muniment.testing.github.growing import demo
from muniment.testing.github.server import SimulatedGithub
from tests.collectors.github.simulated import APP, Asker

ORGANIZATIONS = ("callisto", "callisto-harbour", "callisto-beacon", "callisto-attic", "callisto-nowhere")
REPOSITORIES = ("callisto/lodestar", "callisto-beacon/lamp", "callisto/callisto-budget", "dockside-example/dock")


@pytest.mark.parametrize(
    "names", [("ada",), ("grace",), ("noor",), ("guest",), (APP,), ("grace", "ada", APP, "noor", "guest")]
)
def test_every_request_of_the_collectors_is_one_that_github_describes(names: tuple[str, ...]) -> None:
    made = demo()
    with SimulatedGithub(made.world) as github:
        asker = Asker(made, github, *names)
        asker.look(*(f"github:org/{name}" for name in ORGANIZATIONS))
        for made_by in (access, two_factor):
            asker.look(*(f"github:org/{name}" for name in ORGANIZATIONS), using=made_by(asker.addresses))
        asker.look(*(f"github:repo/{name}" for name in REPOSITORIES))
        asker.look(*(f"github:repo/{name}" for name in REPOSITORIES), using=reporting(asker.addresses))
    assert len(github.requests) > len(names) + len(REPOSITORIES)
    assert broken(github.requests) == ()
    assert github.writes == ()


def test_the_gate_sees_what_the_collectors_send_to_graphql() -> None:
    made = demo()
    with SimulatedGithub(made.world) as github:
        Asker(made, github, "ada").look("github:org/callisto")
    asked = [served for served in github.requests if served.is_graphql]
    assert asked
    assert all(b"query" in served.body for served in asked)
    assert wrong_query(questions.organization().replace("databaseId", "databaseNumber"), {"login": "x", "first": 1})
