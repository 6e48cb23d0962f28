"""A run that sends is killed between every two of its steps: no mail is ever there twice, none is lost unsaid."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from muniment.stores.opening import open_store
from muniment.testing.postgres import Server, temporary_server

from .mail import MailServer, certificate
from .notify_worker import SECOND, send

ROOT = Path(__file__).parents[2]

BY_ITSELF = ("before", "noted", "answered", "settled")
AT_THE_SERVER = ("greeting", "mail", "rcpt", "data", "verdict")

IN_THE_BOX = {"verdict", "answered", "settled"}
"""Killed at these steps, the second mail is in the server's box, which nobody else knows of the first two."""

NOTED_BEFORE = {"before": None, "settled": "sent"}
"""What the database holds of the second mail after the kill, where that is not "sending"."""


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def postgres() -> Iterator[Server]:
    with temporary_server() as running:
        yield running


def killed_at(step: str, url: str, server: MailServer, pem: Path) -> int:
    """Run a worker that dies at a step of its second mail; how it ended."""
    own = [step] if step in BY_ITSELF else []
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.actors.notify_worker", url, str(server.port), str(pem), *own],
        cwd=ROOT,
        stderr=subprocess.PIPE,
    )
    seen = Counter[str]()

    def strike(at: str) -> None:
        seen[at] += 1
        if at == step and seen[at] == SECOND:
            os.kill(worker.pid, signal.SIGKILL)
            worker.wait()

    server.conduct.at = strike
    _, complaint = worker.communicate(timeout=60)
    server.conduct.at = lambda at: None
    assert worker.returncode == -signal.SIGKILL, complaint.decode()
    return worker.pid


@pytest.mark.parametrize("step", [*BY_ITSELF, *AT_THE_SERVER])
def test_a_killed_run_sends_nothing_twice_and_says_what_is_uncertain(step: str, pem: Path, tmp_path: Path) -> None:
    prove(step, str(tmp_path / "m.sqlite"), pem)


@pytest.mark.parametrize("step", ["noted", "verdict", "answered"])
def test_a_killed_run_on_a_shared_database_sends_nothing_twice(step: str, pem: Path, postgres: Server) -> None:
    prove(step, postgres.database(), pem)


def prove(step: str, url: str, pem: Path) -> None:
    with MailServer(pem) as server:
        killed_at(step, url, server, pem)
        store = open_store(url)
        left = {post.subject: post.state for post in store.posted("two-factor")}
        assert left.get("github-id:2") == NOTED_BEFORE.get(step, "sending")
        assert left.get("github-id:1") == "sent" and "github-id:3" not in left
        after_the_kill = [to for _, (to,), _ in server.box.mails]
        assert ("person2@example.org" in after_the_kill) == (step in IN_THE_BOX)
        for _ in range(2):  # the next run, and the one after it
            send(url, server.port, pem)
        states = {post.subject: post.state for post in store.posted("two-factor")}
        store.close()
    boxes = Counter(to for _, (to,), _ in server.box.mails)
    assert max(boxes.values()) == 1, f"a mail arrived twice: {boxes}"
    assert max(Counter(mail["Message-ID"] for mail in server.taken).values()) == 1
    assert boxes["person1@example.org"] == boxes["person3@example.org"] == 1
    known = step in NOTED_BEFORE
    assert states == {"github-id:1": "sent", "github-id:2": "sent" if known else "uncertain", "github-id:3": "sent"}
    assert boxes["person2@example.org"] == (1 if known or step in IN_THE_BOX else 0), "uncertain: never again"
