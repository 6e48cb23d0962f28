"""How long the simulated GitHub takes to start with the whole schema: asked, under three seconds; and to answer.

Each start is a process of its own, timed until the server has answered REST and GraphQL once: Python, imports, a
small world, GitHub's whole GraphQL schema, the port. Its CPU is told beside, for a machine that has other work.
Answers are to one client that asks one thing after another.

    python benchmarks/simulated_github.py
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

import httpx2

from muniment.testing.github.growing import grown
from muniment.testing.github.server import SimulatedGithub

STARTS = 5
ASKED = 100
LIMIT = 3.0

START = """
import time
import httpx2
from muniment.testing.github.growing import small
from muniment.testing.github.server import SimulatedGithub

made = small()
with SimulatedGithub(made.world) as github:
    with httpx2.Client(base_url=github.api, headers={"Authorization": f"Bearer {made.tokens['ada']}"}) as http:
        assert http.get("/user").status_code == 200
        assert "data" in http.post("/graphql", json={"query": "{viewer {login}}"}).json()
        print("ready", time.process_time(), flush=True)
"""


def start() -> tuple[float, float]:
    """Seconds until a new process has answered, and of its CPU until then."""
    began = time.perf_counter()
    with subprocess.Popen([sys.executable, "-c", START], stdout=subprocess.PIPE, text=True) as starting:
        assert starting.stdout is not None
        word, cpu = starting.stdout.readline().split()
        took = time.perf_counter() - began
    assert word == "ready" and starting.returncode == 0
    return took, float(cpu)


def rates() -> list[tuple[str, float]]:
    """Milliseconds for an answer, by what is asked, at 50 repositories and 100 members."""
    made = grown(organizations=2)
    org = made.world.organizations[0].login
    paths = [f"/orgs/{org}", f"/orgs/{org}/members?per_page=100", f"/orgs/{org}/repos?per_page=100"]
    query = "query($org: String!) {organization(login: $org) {membersWithRole(first: 100) {nodes {login}}}}"
    found = []
    with (
        SimulatedGithub(made.world, limits={"core": 10**6, "graphql": 10**6}) as github,
        httpx2.Client(base_url=github.api, headers={"Authorization": f"Bearer {made.tokens['ada']}"}) as http,
    ):

        def timed(what: str, method: str, path: str, body: object = None) -> None:
            http.request(method, path, json=body)
            began = time.perf_counter()
            for _ in range(ASKED):
                assert http.request(method, path, json=body).status_code == 200
            found.append((what, (time.perf_counter() - began) / ASKED * 1000))

        for path in paths:
            timed(f"GET {path.replace(org, 'ORG')}", "GET", path)
        timed("GraphQL, 100 members", "POST", "/graphql", {"query": query, "variables": {"org": org}})
    return found


def main() -> None:
    start()
    starts = [start() for _ in range(STARTS)]
    took, cpu = (statistics.median(both) for both in zip(*starts, strict=True))
    print("| | median | asked | |")
    print("|---|---|---|---|")
    print(f"| start and first answers | {took:.2f} s | {LIMIT:.0f} s | {'held' if took < LIMIT else 'missed'} |")
    print(f"| CPU of it | {cpu:.2f} s | | |")
    for what, milliseconds in rates():
        print(f"| {what} | {milliseconds:.1f} ms | | |")
    sys.exit(0 if took < LIMIT else 1)


if __name__ == "__main__":
    main()
