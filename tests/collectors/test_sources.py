"""Where adapters meet ports: the credentials of a machine reach the asking, and their names the collectors."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from muniment import wiring
from muniment.ports import Key
from tests.collectors.answering import Answerer, Said, one_by_one

ADA = "ghp_adaMadeUpTokenOfNobody0000000001"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A machine with one credential, whose registries are nowhere."""
    for name in ("GH_TOKEN", "GITHUB_TOKEN", "MUNIMENT_GITHUB_KEYRING", "MUNIMENT_GITHUB_CREDENTIALS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("MUNIMENT_GITHUB_TOKEN_ADA", ADA)
    return monkeypatch


@pytest.mark.parametrize("offline", [True, False])
def test_collectors_get_the_names_of_the_credentials_and_a_digest(machine, offline):
    found = wiring.sources(offline=offline)
    (key,) = found.addresses.keys
    assert key == Key("ada", "classic", "$MUNIMENT_GITHUB_TOKEN_ADA", key.fingerprint)
    assert len(key.fingerprint) == 16 and key.fingerprint not in ADA
    assert ADA not in repr(found)
    assert found.meter.total().requests == 0


def test_github_is_where_the_environment_says_and_what_is_asked_there_is_metered(machine):
    with Answerer(one_by_one(Said())) as server:
        machine.setenv("GITHUB_API_URL", server.origin)
        machine.delenv("GITHUB_GRAPHQL_URL", raising=False)
        found = wiring.sources(offline=False)
        io = found.io(found.collectors[0])

        async def both() -> list[int]:
            asked = await io.get(f"{server.origin}/orgs/callisto", credential="ada")
            queried = await io.query(found.addresses.public.graphql, "{ viewer { login } }", {}, credential="ada")
            return [asked.status, queried.status]

        assert asyncio.run(both()) == [200, 200]
    assert [a.headers["authorization"] for a in server.asked] == [f"Bearer {ADA}"] * 2
    assert [(u.credential, u.requests, u.points) for u in found.meter.uses()] == [("ada", 2, 1)]
