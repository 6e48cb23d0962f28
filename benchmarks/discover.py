"""What a discovery asks and writes: 20 organizations of 50 repositories, from nothing to a first run.

The simulated GitHub and registries serve it from this process: their work is in nobody's figures but the wall time.
Asked: at most 150 lines of YAML, every line counted; within the requests of a run beside private reporting, and a
page of properties for each organization; nothing to a first run in under ten minutes.

    python benchmarks/discover.py
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from msgspec import Struct

from muniment.testing.github.federated import PROPERTY, federated, published
from muniment.testing.github.server import SimulatedGithub
from muniment.testing.registries import registries

LINES = 150
REQUESTS = 102 + 20
SECONDS = 600
MUNIMENT = (sys.executable, "-m", "muniment")


class Taken(Struct, frozen=True):
    """What a command took: seconds, MiB at the peak, and what it said on stderr."""

    wall: float
    cpu: float
    memory: float
    said: str


def taken(words: list[str], environ: dict[str, str]) -> Taken:
    """One process from its start to its end."""
    began = time.perf_counter()
    with tempfile.TemporaryFile("w+") as heard:
        child = subprocess.Popen([*MUNIMENT, *words], env=environ, stdout=subprocess.DEVNULL, stderr=heard)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        heard.seek(0)
        said = heard.read()
    if child.returncode:
        raise SystemExit(f"{words[:2]} ended with {child.returncode}: {said}")
    wall = time.perf_counter() - began
    return Taken(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, said)


def main() -> None:
    made = federated(members=100)
    logins = [o.login for o in made.world.organizations]
    with (
        tempfile.TemporaryDirectory() as place,
        SimulatedGithub(made.world, limits={"core": 10**6, "graphql": 10**6}) as github,
        registries(*published(made.world)) as found,
    ):
        register = Path(place) / "reg"
        environ = {k: v for k, v in os.environ.items() if not k.endswith("_TOKEN")} | found.environment()
        environ |= {
            "GITHUB_API_URL": github.api,
            "MUNIMENT_GITHUB_TOKEN": made.tokens["ada"],
            "NO_PROXY": "127.0.0.1",
        }
        named = [word for login in logins for word in ("--org", login)]
        words = ["init", str(register), "--discover", *named, "--owner-property", PROPERTY, "--live", "1000"]
        discovery = taken(words, environ)
        asked = list(github.requests)
        packages = len(found.asked)
        run = taken(["run", str(register), "--out", f"{place}/out", "-q"], environ)
        assert not github.writes
        lines = sum(len(file.read_text().splitlines()) for file in register.glob("*.yaml"))
    kinds = Counter(_kind(request.path) for request in asked)
    rest = sum(request.points for request in asked if not request.is_graphql)
    graphql = sum(request.points for request in asked if request.is_graphql)
    print(discovery.said)
    print("| | | asked |")
    print("|---|--:|--:|")
    print(f"| lines of YAML | {lines} | {LINES} |")
    print(f"| requests to GitHub | {len(asked)} | {REQUESTS} |")
    for kind, count in sorted(kinds.items()):
        print(f"| … {kind} | {count} | |")
    print(f"| points of REST | {rest} | |")
    print(f"| points of GraphQL | {graphql} | |")
    print(f"| requests to the registries | {packages} | |")
    print(f"| discovery | {discovery.wall:.1f} s, {discovery.cpu:.1f} s CPU, {discovery.memory:.0f} MiB | |")
    print(f"| first run | {run.wall:.1f} s, {run.cpu:.1f} s CPU, {run.memory:.0f} MiB | |")
    print(f"| from nothing to a first run | {discovery.wall + run.wall:.1f} s | {SECONDS} s |")
    held = lines <= LINES and len(asked) <= REQUESTS and discovery.wall + run.wall < SECONDS
    sys.exit(0 if held else 1)


def _kind(path: str) -> str:
    """A request's kind, in words."""
    if path.endswith("/graphql"):
        return "GraphQL"
    if "/properties/" in path:
        return "pages of properties"
    return "organizations' faces" if "/orgs/" in path else "whose the token is"


if __name__ == "__main__":
    main()
