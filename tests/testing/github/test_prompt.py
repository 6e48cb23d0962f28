"""The simulated GitHub ends when it is told to, whatever goes on there."""

from __future__ import annotations

import socket
import threading
import time
from urllib.parse import urlsplit

import httpx2
import pytest

from muniment.testing.github.faults import Aim, slow
from muniment.testing.github.server import SimulatedGithub
from muniment.testing.github.world import World


def reached(github: SimulatedGithub) -> socket.socket:
    place = urlsplit(github.api)
    return socket.create_connection((place.hostname or "", place.port or 0), timeout=5)


def test_a_connection_that_nobody_closes_is_closed_and_none_is_taken_any_more(world: World) -> None:
    with SimulatedGithub(world) as github, httpx2.Client(base_url=github.api, timeout=5) as client:
        assert client.get("/meta").status_code
        silent = reached(github)
    with silent:
        assert silent.recv(1) == b""
    with pytest.raises(ConnectionRefusedError):
        reached(github)


def test_an_answer_that_is_long_in_coming_does_not_keep_the_server(world: World) -> None:
    came: list[int] = []
    with SimulatedGithub(world, faults=[Aim(fault=slow(60))]) as github:
        waiting = threading.Thread(target=lambda: came.append(httpx2.get(f"{github.api}/meta").status_code))
        waiting.start()
        while not github.requests:
            time.sleep(0.002)
        began = time.monotonic()
    assert time.monotonic() - began < 10
    waiting.join(10)
    assert len(came) == 1, "what was asked before the end was answered"
