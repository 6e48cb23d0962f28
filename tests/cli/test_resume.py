"""A run that is killed with SIGKILL is resumed without paying again for what it had kept, counted at the server."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from muniment.stores.opening import open_store
from muniment.testing.github.faults import Aim, slow
from muniment.testing.github.growing import grown
from muniment.testing.github.server import Served, SimulatedGithub

SEEN_AT_ONCE = 4
"""Organizations and repositories that are being asked about at a time: as many may be lost with each kill."""


def subject(request: Served) -> str:
    """The organization or repository that a request is about; empty: it is about the credential."""
    if request.is_graphql:
        login = json.loads(request.body)["variables"].get("login", "")
        return f"github:org/{login}" if login else ""
    match request.path.split("/")[1:]:
        case ["orgs", login, *_]:
            return f"github:org/{login}"
        case ["repos", owner, name, *_]:
            return f"github:repo/{owner}/{name}"
    return ""


def kept(database: Path) -> set[str]:
    """What the database holds GitHub's word about, and would not have to ask for again."""
    if not database.exists():
        return set()
    store = open_store(str(database), create=False)
    cells = [r.cell for r in store.cells() if r.cell.source == "github"]
    store.close()
    repositories = {c.scope for c in cells if c.kind == "private-reporting"}
    return {c.scope for c in cells if c.kind == "organization-member"} | repositories


def test_a_killed_run_is_resumed_without_paying_again(tmp_path: Path) -> None:
    made = grown(9, 4, 3, seed=5, owner_of=9)
    logins = sorted(o.login.lower() for o in made.world.organizations)
    register = tmp_path / "register"
    register.mkdir()
    assets = "".join(f"  github:org/{login}: {{status: official, reason: made up}}\n" for login in logins)
    (register / "project.yaml").write_text(f"project: {{id: callisto, name: Project Callisto}}\nassets:\n{assets}")
    database = register / "muniment.sqlite"
    moments = random.Random(7)
    slowly = Aim(fault=slow(0.03))
    with SimulatedGithub(made.world, faults=[slowly], clock=lambda: datetime.now(UTC)) as github:
        environment = {
            **os.environ,
            "HOME": str(tmp_path),
            "GITHUB_API_URL": github.api,
            "NO_PROXY": "127.0.0.1",
            "MUNIMENT_GITHUB_TOKEN": made.tokens["ada"],
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        }
        words = [sys.executable, "-m", "muniment", "run", str(register), "--out", str(tmp_path / "out")]
        inside = lives = 0
        spared: set[str] = set()
        done = False
        while not done:
            before = kept(database)
            assert before >= spared, "what was kept is gone"
            spared = before
            began = len(github.requests)
            last = lives == 3
            life = subprocess.Popen(
                words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
            target = began + 1_000_000 if last else began + moments.randint(8, 44)
            while life.poll() is None and len(github.requests) < target:
                time.sleep(0.002)
            if life.poll() is None:
                life.send_signal(signal.SIGKILL)
                inside += 1
            _, said = life.communicate(timeout=60)
            done = life.returncode == 0
            assert done or life.returncode == -signal.SIGKILL, said
            lives += 1
            asked = [s for s in map(subject, github.requests[began:]) if s]
            assert not set(asked) & spared, "it was paid for already"
            if spared and done:
                assert "not asked again" in said
        killed = len(github.requests)
        assert inside >= 2, "too few kills fell inside a run to prove anything"
        assert spared, "nothing had been kept before the last life"
        whole = {f"github:org/{login}" for login in logins}
        assert kept(database) >= whole

    with SimulatedGithub(made.world, clock=lambda: datetime.now(UTC)) as fresh:
        environment["GITHUB_API_URL"] = fresh.api
        cold = [*words, "--db", str(tmp_path / "cold.sqlite")]
        subprocess.run(cold, env=environment, capture_output=True, check=True, timeout=120)
        undisturbed = len(fresh.requests)
    lost = inside * SEEN_AT_ONCE * 5  # at most five requests of each organization under way
    assert undisturbed <= killed <= undisturbed + lost + inside * 2
    assert kept(database) == kept(tmp_path / "cold.sqlite")


def test_control_c_between_two_answers_leaves_a_run_to_be_resumed(tmp_path: Path) -> None:
    made = grown(6, 4, 3, seed=5, owner_of=6)
    register = tmp_path / "register"
    register.mkdir()
    assets = "".join(
        f"  github:org/{o.login.lower()}: {{status: official, reason: made up}}\n" for o in made.world.organizations
    )
    (register / "project.yaml").write_text(f"project: {{id: callisto, name: Project Callisto}}\nassets:\n{assets}")
    with SimulatedGithub(made.world, faults=[Aim(fault=slow(0.1))], clock=lambda: datetime.now(UTC)) as github:
        environment = {
            **os.environ,
            "HOME": str(tmp_path),
            "GITHUB_API_URL": github.api,
            "NO_PROXY": "127.0.0.1",
            "MUNIMENT_GITHUB_TOKEN": made.tokens["ada"],
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        }
        words = [sys.executable, "-m", "muniment", "run", str(register), "--out", str(tmp_path / "out")]
        life = subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        while life.poll() is None and len(github.requests) < 8:
            time.sleep(0.002)
        life.send_signal(signal.SIGINT)
        _, said = life.communicate(timeout=60)
    assert life.returncode == 2
    assert "What was answered so far is kept" in said and "Traceback" not in said
