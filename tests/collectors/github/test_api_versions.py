"""Both versions of GitHub's REST API tell the same of the same world. Not live."""

from __future__ import annotations

from muniment.model.observation import Batch
from muniment.testing.github.contract import broken
from muniment.testing.github.description import VERSIONS
from muniment.testing.github.growing import small
from muniment.testing.github.server import SimulatedGithub
from tests.collectors.github.simulated import Asker


def looked(version: str) -> dict[tuple[str, str], Batch]:
    made = small()
    with SimulatedGithub(made.world) as github:
        scopes = [f"github:org/{o.login.lower()}" for o in made.world.organizations]
        found = Asker(made, github, "ada", api_version=version).look(*scopes)
        rest = [served for served in github.requests if not served.is_graphql]
        assert rest
        assert {served.headers["x-github-api-version"] for served in rest} == {version}
        assert not broken(github.requests)
    return found


def test_the_older_and_the_newer_version_tell_the_same():
    older, newer = (looked(version) for version in VERSIONS)
    assert older == newer
