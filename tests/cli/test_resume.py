"""A run that is killed with SIGKILL is resumed without paying again for what it had kept, counted at the server."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from muniment.stores.opening import open_store
from muniment.testing.github.faults import Aim, slow
from muniment.testing.github.growing import grown
from muniment.testing.github.server import Served, SimulatedGithub

SEEN_AT_ONCE = 4
"""Organizations and repositories that are being asked about at a time: as many may be lost with each kill."""

QUERIES = {
    "Organization": "github",
    "PrivateRepositories": "github",
    "Access": "github-access",
}
"""The source on whose behalf a query asks, where it names one organization."""

LISTS = {
    "workflow": "github",
    "values": "github",
    "organization-roles": "github-access",
    "users": "github-access",
    "teams": "github-access",
    "invitations": "github-access",
    "installations": "github-access",
    "members": "github-two-factor",
}
"""The source on whose behalf a list of an organization is read, by the end of its path, where one alone does."""

AMBIGUOUS = 3
"""The requests of an organization that more than one source may ask: lists of outside collaborators, at most."""

BELONGING = 3
"""The requests by which an organization's people are listed, once in each life for all who look at what they do."""

Paid = tuple[str, str]
"""A source, and the organization or repository that it asked about."""


def paid(request: Served) -> Paid | None:
    """What a request was paid for; ``None``: it is about a credential, or several sources might ask it."""
    if request.is_graphql:
        question = json.loads(request.body)
        name = re.search(r"query (\w+)", question["query"])
        source = QUERIES.get(name[1] if name else "", "")
        return (source, f"github:org/{question['variables']['login']}") if source else None
    match request.path.split("/")[1:]:
        case ["orgs", login]:
            return "github", f"github:org/{login}"
        case ["orgs", login, *_, end] if end in LISTS:
            return LISTS[end], f"github:org/{login}"
        case ["repos", owner, name, "private-vulnerability-reporting"]:
            return "github", f"github:repo/{owner}/{name}"
        case ["repos", owner, name, "activity"]:
            return "github-pushes", f"github:repo/{owner}/{name}"
    return None


def kept(database: Path) -> set[Paid]:
    """What the database holds GitHub's word about, and would not have to ask for again."""
    if not database.exists():
        return set()
    store = open_store(str(database), create=False)
    cells = [r.cell for r in store.cells()]
    store.close()
    own = {
        "github": {"organization-member", "private-reporting"},  # a repository's other facts come with its list
        "github-pushes": {"repository-activity"},
    }
    return {
        (c.source, c.scope)
        for c in cells
        if c.source.startswith("github")
        and (c.kind in own[c.source] if c.source in own else c.scope.startswith("github:org/"))
    }


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
        spared: set[Paid] = set()
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
            target = began + 1_000_000 if last else began + moments.randint(40, 90)
            while life.poll() is None and len(github.requests) < target:
                time.sleep(0.002)
            if life.poll() is None:
                life.send_signal(signal.SIGKILL)
                inside += 1
            _, said = life.communicate(timeout=60)
            done = life.returncode == 0
            assert done or life.returncode == -signal.SIGKILL, said
            lives += 1
            asked = {p for p in map(paid, github.requests[began:]) if p}
            assert not asked & spared, "it was paid for already"
            if spared and done:
                assert "not asked again" in said
        killed = len(github.requests)
        assert inside >= 2, "too few kills fell inside a run to prove anything"
        assert spared, "nothing had been kept before the last life"
        sources = {"github", "github-activity", *QUERIES.values(), *LISTS.values()}
        assert kept(database) >= {(source, f"github:org/{login}") for source in sources for login in logins}

    with SimulatedGithub(made.world, clock=lambda: datetime.now(UTC)) as fresh:
        environment["GITHUB_API_URL"] = fresh.api
        cold = [*words, "--db", str(tmp_path / "cold.sqlite")]
        subprocess.run(cold, env=environment, capture_output=True, check=True, timeout=120)
        undisturbed = len(fresh.requests)
        most = max(Counter(filter(None, map(paid, fresh.requests))).values()) + AMBIGUOUS
    lost = inside * SEEN_AT_ONCE * most
    again = inside * len(logins) * BELONGING
    assert undisturbed <= killed <= undisturbed + lost + again + inside * 2
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
