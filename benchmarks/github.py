"""What a run asks of GitHub, cold and again, beside the naive way.

20 organizations, each of 50 repositories and 100 members. The naive way asks with PyGithub as scripts do: each
organization, each member, and of each repository the default branch, the security policy, the custom properties and
private reporting, one call each. Both have the token of somebody who owns every organization. The simulated GitHub
serves them from this process: its work is in nobody's figures but the wall time. It answers at once, as no GitHub
does; `--distance` holds each answer back for so many seconds.

Asked: at most 150 requests cold beside the one call per repository for private vulnerability reporting; the second
time unchanged reads of REST take no points. Who the credential is, is asked anew each time: one point. For that the
register declines access, second factors and activity, whose cost `access.py` and `activity.py` give; the last
line is a cold run that declines nothing.

    python benchmarks/github.py [--distance 0.05]
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import click
from msgspec import Struct

from muniment.collectors.addresses import addresses
from muniment.collectors.finding import collectors
from muniment.collectors.github.collector import GitHub
from muniment.evidence.kind import kind_id
from muniment.testing.github.faults import Aim, slow
from muniment.testing.github.growing import grown
from muniment.testing.github.made import Made
from muniment.testing.github.server import Served, SimulatedGithub

ASKED = 150
REPORTING = "/private-vulnerability-reporting"
MUNIMENT = str(Path(sys.executable).with_name("muniment"))

NAIVE = """
import os, sys, logging
logging.disable(logging.CRITICAL)
from github import Auth, Github, GithubException

found = {"people": 0, "repositories": 0}
gh = Github(
    auth=Auth.Token(os.environ["MUNIMENT_GITHUB_TOKEN"]), base_url=os.environ["GITHUB_API_URL"], per_page=100,
    seconds_between_requests=None, seconds_between_writes=None, retry=None,
)
for login in sys.argv[1:]:
    org = gh.get_organization(login)
    org.two_factor_requirement_enabled
    for member in org.get_members():
        gh.get_user(member.login).name
        found["people"] += 1
    for repo in org.get_repos(type="public"):
        found["repositories"] += 1
        if repo.archived:
            continue
        for path in (f"branches/{repo.default_branch}", "contents/SECURITY.md", "properties/values",
                     "private-vulnerability-reporting"):
            try:
                repo.requester.requestJsonAndCheck("GET", f"{repo.url}/{path}")
            except GithubException:
                pass
print(found)
"""


class Taken(Struct, frozen=True):
    """What one way took. Times in seconds, memory in MiB at the peak."""

    served: tuple[Served, ...]
    wall: float
    cpu: float
    memory: float

    @property
    def reporting(self) -> int:
        """The calls that only REST offers, one per repository."""
        return sum(1 for s in self.served if s.path.endswith(REPORTING))

    @property
    def others(self) -> int:
        """All the other requests."""
        return len(self.served) - self.reporting

    @property
    def unchanged(self) -> int:
        """The reads that nothing had changed."""
        return sum(1 for s in self.served if s.status == 304)

    def points(self, *, graphql: bool) -> int:
        """What the requests took of the hour's allowance."""
        return sum(s.points for s in self.served if s.is_graphql == graphql)


def taken(github: SimulatedGithub, words: list[str], token: str) -> Taken:
    """One process from its start to its end, and what it asked."""
    before = len(github.requests)
    environ = {k: v for k, v in os.environ.items() if not k.endswith("_TOKEN")}
    environ |= {"GITHUB_API_URL": github.api, "MUNIMENT_GITHUB_TOKEN": token}
    began = time.perf_counter()
    child = subprocess.Popen(words, env=environ, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{words[:3]} ended with {child.returncode}")
    wall = time.perf_counter() - began
    return Taken(tuple(github.requests[before:]), wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def beside() -> list[str]:
    """The kinds that collectors bring of GitHub, but for those of organizations and repositories and reporting."""
    every = collectors(addresses("https://index.example/simple", "https://npm.example"))
    own = {kind for c in every if c.source in (GitHub.source, "github-reporting") for kind in c.yields}
    asked = {kind for c in every if c.source.startswith("github") for kind in c.yields}
    return sorted(map(kind_id, asked - own))


def written(made: Made, folder: Path, declined: Sequence[str]) -> Path:
    """A register that declares every organization, and lets private reporting be asked in each run."""
    folder.mkdir()
    lines = ["project: {id: callisto, name: Project Callisto}", "parties: {ada: {name: Ada Example}}"]
    lines += ["policy:", "  live-limit: 0"] + (["  declined:"] if declined else [])
    lines += [f"    - {{kind: {kind}, by: ada, reason: made up, until: 2100-01-01}}" for kind in declined]
    lines += ["assets:"]
    for org in made.world.organizations:
        lines += [f"  github:org/{org.login}:", "    status: official", "    reason: made up"]
    (folder / "project.yaml").write_text("\n".join(lines) + "\n")
    return folder


@click.command()
@click.option("--distance", default=0.0, show_default=True, help="Seconds for which each answer is held back.")
def main(distance: float) -> None:
    """Print the table: four ways, and what each took."""
    made = grown(owner_of=20, member_of=0)
    token = made.tokens["ada"]
    logins = [o.login for o in made.world.organizations]
    with (
        tempfile.TemporaryDirectory() as place,
        SimulatedGithub(
            made.world,
            limits={"core": 10**6, "graphql": 10**6},
            faults=[Aim(fault=slow(distance))] if distance else [],
        ) as github,
    ):
        few = written(made, Path(place) / "few", beside())
        run = [MUNIMENT, "run", str(few), "--out", f"{place}/out", "-q"]
        rows = [("muniment, cold", taken(github, run, token)), ("muniment, again", taken(github, run, token))]
        rows.append(("naive, with PyGithub", taken(github, [sys.executable, "-c", NAIVE, *logins], token)))
        every = written(made, Path(place) / "every", ())
        run = [MUNIMENT, "run", str(every), "--out", f"{place}/every-out", "-q"]
        rows.append(("muniment, all of it, cold", taken(github, run, token)))
        assert not github.writes
    heads = ("requests", "reporting", "others", "unchanged", "REST points", "GraphQL points", "wall", "CPU", "peak")
    print("| way | " + " | ".join(heads) + " |")
    print("|---|" + "--:|" * len(heads))
    for name, took in rows:
        numbers = (len(took.served), took.reporting, took.others, took.unchanged)
        points = (took.points(graphql=False), took.points(graphql=True))
        spent = (f"{took.wall:.1f} s", f"{took.cpu:.1f} s", f"{took.memory:.0f} MiB")
        print(f"| {name} | " + " | ".join(map(str, (*numbers, *points, *spent))) + " |")
    cold, again = rows[0][1], rows[1][1]
    held = cold.others <= ASKED
    spent = [s.path for s in again.served if s.points and not s.is_graphql]
    print(f"\ncold, beside reporting: {cold.others} of {ASKED} asked: {'held' if held else 'missed'}")
    print(f"again, reads of REST that took points: {', '.join(spent) or 'none'}")
    sys.exit(0 if held and spent in ([], ["/user"]) else 1)


if __name__ == "__main__":
    main()
