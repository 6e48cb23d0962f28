"""What it takes to learn who may do what on GitHub, and who has no second factor, beside the naive way.

20 organizations, each of 50 repositories and 100 members, asked with the token of somebody who owns them all. The
snapshot is members, settings, default workflow permissions, second factors, teams, outside collaborators,
invitations, roles, Apps, and of each public repository its collaborators, deploy keys and environments. No plan
here has an audit log, and the token may read none, so that none is asked for. Without GraphQL means that GitHub
refuses each question about who was given repositories as too large, at any size. The naive way asks with PyGithub
as scripts do. The simulated GitHub serves them from this process and answers at once, as no GitHub does.

*By an enterprise's owner*: the same organizations in an enterprise, asked with the token of its owner, who owns
none of them; its list of organizations is asked for first, as a run does. That GitHub answers so needs live proof.

Asked: a snapshot in at most 320 requests cold, in at most 1,280 without GraphQL (beside environments, which then
only REST offers, one call for each repository), second factors alone in at most 100.

    python benchmarks/access.py [--only "second factors alone"]
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

import click
import msgspec
from msgspec import Struct

from muniment.testing.github.faults import FAULTS, Aim, Fault, Scene, Wire
from muniment.testing.github.growing import grown
from muniment.testing.github.made import classic
from muniment.testing.github.server import Served, SimulatedGithub
from muniment.testing.github.world import Enterprise, World

ENVIRONMENTS = "/environments"
GIVEN = b'"deployKeys"'

OURS = """
import sys
from muniment import wiring
from muniment.app.collect import ask
from muniment.app.plan import Plan
from muniment.collectors.github.collector import GitHub
from muniment.collectors.github_enterprise import GitHubEnterprise
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.organization_settings import OrganizationSettings
from muniment.evidence.workflow_permissions import WorkflowPermissions

what, *logins = sys.argv[1:]
asking = wiring.sources(offline=False)
first = [c.narrowed((OrganizationMember, OrganizationSettings, WorkflowPermissions))
         for c in asking.collectors if isinstance(c, GitHub)] if what == "snapshot" else []
wanted = ("github-two-factor", *(("github-access", "github-audit") if what == "snapshot" else ()))
second = [c for c in asking.collectors if c.source in wanted]
told = {}
def keep(batches):
    for batch in batches:
        told[str(batch.outcome)] = told.get(str(batch.outcome), 0) + 1
    return batches
above = [c for c in asking.collectors if isinstance(c, GitHubEnterprise)] if what == "enterprise" else []
for phase in (above, first, second):
    scopes = ["github:enterprise/callisto-foundation"] if phase is above else [f"github:org/{x}" for x in logins]
    pairs = tuple((c, scope) for scope in scopes for c in phase)
    for collector, scope in pairs:
        list(collector.requests(scope))
    ask(Plan(pairs, (), (), (), ()), asking.io, keep, tick=lambda _: None)
import json
print(json.dumps(told))
"""

NAIVE = """
import os, sys, logging
logging.disable(logging.CRITICAL)
from github import Auth, Github, GithubException

gh = Github(
    auth=Auth.Token(os.environ["MUNIMENT_GITHUB_TOKEN"]), base_url=os.environ["GITHUB_API_URL"], per_page=100,
    seconds_between_requests=None, seconds_between_writes=None, retry=None,
)
what, *logins = sys.argv[1:]
for login in logins:
    org = gh.get_organization(login)
    org.two_factor_requirement_enabled
    list(org.get_members())
    for filter_ in ("2fa_disabled", "2fa_insecure"):
        for path in ("members", "outside_collaborators"):
            org.requester.requestJsonAndCheck("GET", f"{org.url}/{path}", parameters={"filter": filter_})
    if what != "snapshot":
        continue
    for member in org.get_members(role="admin"):
        member.login
    for path in ("outside_collaborators", "invitations", "installations", "actions/permissions/workflow"):
        org.requester.requestJsonAndCheck("GET", f"{org.url}/{path}")
    _, roles = org.requester.requestJsonAndCheck("GET", f"{org.url}/organization-roles")
    for role in roles["roles"]:
        for whom in ("users", "teams"):
            org.requester.requestJsonAndCheck("GET", f"{org.url}/organization-roles/{role['id']}/{whom}")
    _, teams = org.requester.requestJsonAndCheck("GET", f"{org.url}/teams")
    for team in teams:
        for path in ("members", "repos"):
            org.requester.requestJsonAndCheck("GET", f"{org.url}/teams/{team['slug']}/{path}")
    for repo in org.get_repos(type="public"):
        for path in ("collaborators?affiliation=direct", "keys", "environments"):
            try:
                repo.requester.requestJsonAndCheck("GET", f"{repo.url}/{path}")
            except GithubException:
                pass
print("{}")
"""


def _unserved(scene: Scene) -> Wire:
    """A question about who was given repositories is too large, whatever its size."""
    asked = scene.document and GIVEN in scene.true.body
    return FAULTS["graphql-node-limit"].change(scene) if asked else scene.true


def _owner_of_all(world: World) -> str:
    """The token of somebody who owns an enterprise of all the organizations, and belongs to none of them."""
    dora = next(p for p in world.people if p.login == "person-dora-example")
    held = {org.id for org in world.organizations}
    world.enterprises.append(Enterprise(id=5, slug="callisto-foundation", owners={dora.id}, organizations=held))
    token = classic("head", dora.id, "read:enterprise", "read:org")
    world.tokens.append(token)
    return token.secret


class Taken(Struct, frozen=True):
    """What one way took, in seconds, and its batches by their outcome."""

    served: tuple[Served, ...]
    wall: float
    told: dict[str, int]

    @property
    def environments(self) -> int:
        """The calls for environments, one per repository."""
        return sum(1 for s in self.served if s.path.endswith(ENVIRONMENTS))

    def points(self, *, graphql: bool) -> int:
        """What the requests took of the hour's allowance."""
        return sum(s.points for s in self.served if s.is_graphql == graphql)


def taken(script: str, what: str, *, unserved: bool = False) -> Taken:
    """One process from its start to its end on a world of its own, and what it asked."""
    made = grown(owner_of=20, member_of=0)
    logins = [org.login.lower() for org in made.world.organizations]
    secret = made.tokens["ada"] if what != "enterprise" else _owner_of_all(made.world)
    faults = [Aim(fault=Fault("unserved", "GraphQL's resource limits", _unserved), path="/graphql")]
    limits = {"core": 10**6, "graphql": 10**6}
    with SimulatedGithub(made.world, limits=limits, faults=faults if unserved else []) as github:
        environ = {k: v for k, v in os.environ.items() if not k.endswith("_TOKEN")}
        environ |= {"GITHUB_API_URL": github.api, "MUNIMENT_GITHUB_TOKEN": secret}
        began = time.perf_counter()
        words = [sys.executable, "-c", script, what, *logins]
        child = subprocess.Popen(words, env=environ, stdout=subprocess.PIPE)
        assert child.stdout is not None
        told = child.stdout.read()
        code = child.wait()
        wall = time.perf_counter() - began
        if code:
            raise SystemExit(f"{what} ended with {code}")
        assert not github.writes
        outcomes = msgspec.json.decode(told.splitlines()[-1], type=dict[str, int])
        return Taken(tuple(github.requests), wall, outcomes)


WAYS = {
    "snapshot": (OURS, "snapshot", False, 320),
    "snapshot without GraphQL": (OURS, "snapshot", True, 1280),
    "second factors alone": (OURS, "factors", False, 100),
    "second factors alone, by an enterprise's owner (needs live proof)": (OURS, "enterprise", False, 100),
    "snapshot, naive with PyGithub": (NAIVE, "snapshot", False, 0),
    "second factors alone, naive with PyGithub": (NAIVE, "factors", False, 0),
}


@click.command()
@click.option("--only", type=click.Choice(sorted(WAYS)), multiple=True, help="Measure these ways alone.")
def main(only: tuple[str, ...]) -> None:
    """Print the table: each way, and what it took."""
    heads = ("requests", "environments", "others", "asked at most", "REST points", "GraphQL points", "wall")
    print("| way | " + " | ".join(heads) + " | batches |")
    print("|---|" + "--:|" * len(heads) + "---|")
    missed = False
    for name, (script, what, unserved, most) in WAYS.items():
        if only and name not in only:
            continue
        took = taken(script, what, unserved=unserved)
        others = len(took.served) - took.environments
        missed |= bool(most) and others > most
        numbers = (len(took.served), took.environments, others, most or "", took.points(graphql=False))
        cells = (*numbers, took.points(graphql=True), f"{took.wall:.1f} s")
        told = ", ".join(f"{count} {word}" for word, count in sorted(took.told.items()))
        print(f"| {name} | " + " | ".join(map(str, cells)) + f" | {told} |", flush=True)
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
