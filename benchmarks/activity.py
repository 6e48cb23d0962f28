"""What it takes to learn who pushed where within a year, on the first day and on the days after.

20 organizations, each of 50 repositories and 100 members, asked with the token of somebody who owns them all. Only
who pushed is asked for, after one look at what there is. A busy repository has 1,500 lines of one account, and an
organization of 60 members; there is none unless asked for. The days between those shown are not run: all rests.

    python benchmarks/activity.py [--busy 10]
"""

from __future__ import annotations

import tempfile
import time
from datetime import timedelta

import click

from muniment.checks.declaration import checks
from muniment.model.policy import CheckPolicy, Policy
from muniment.stores.opening import open_store
from muniment.testing.github.growing import grown
from muniment.testing.github.made import Made
from muniment.testing.github.program import Program
from muniment.testing.github.server import SimulatedGithub
from muniment.testing.github.world import Push

CHECK = "access/inactive-with-write-access"
DAYS = (0, 1, 7, 8, 30, 31)
LINES = 1_500
MEMBERS = 60


def crowd(made: Made, busy: int) -> None:
    """Make the first repository of so many organizations a busy one, and the organization smaller."""
    for org in made.world.organizations[:busy]:
        org.members = org.members[:MEMBERS]
        repo = next(r for r in org.repositories if r.public and r.archived_at is None)
        newest, by = made.world.now, org.members[1].person
        repo.pushes += [Push(id=10**6 + n, at=newest - timedelta(hours=n), by=by) for n in range(LINES)]


@click.command()
@click.option("--busy", default=0, show_default=True, help="How many busy repositories there are.")
def main(busy: int) -> None:
    """Print the table: a row for each day shown, and what it took."""
    made = grown(owner_of=20, member_of=0)
    crowd(made, busy)
    policy = Policy(
        security_team=("ada",), checks={id: CheckPolicy(enabled=False) for id in checks() if id != CHECK}
    )
    limits = {"core": 10**6, "graphql": 10**6}
    print("| day | repositories asked | requests for them | of these by name | who belongs | wall |")
    print("|--:|--:|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as place, SimulatedGithub(made.world, limits=limits) as github:
        program = Program(made, open_store(f"{place}/m.sqlite", create=True), "ada", policy=policy)
        program.sources = ("github",)
        program.run(github)
        program.sources = ("github-pushes",)
        first = made.world.now + timedelta(days=1)
        for day in DAYS:
            before, began = len(github.requests), time.perf_counter()
            made.world.now = first + timedelta(days=day - 1)
            program.run(github)
            served = github.requests[before:]
            lists = [s for s in served if s.path.endswith("/activity")]
            own = sum(any(name == "actor" for name, _ in s.query) for s in lists)
            people = sum(s.path.endswith("/outside_collaborators") or b"query Accounts" in s.body for s in served)
            repositories = len({s.path for s in lists if s.path.startswith("/repos/")})
            wall = time.perf_counter() - began
            print(f"| {day} | {repositories} | {len(lists)} | {own} | {people} | {wall:.1f} s |", flush=True)
        program.store.close()


if __name__ == "__main__":
    main()
