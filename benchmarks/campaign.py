"""A campaign of 10,000 people in 100 organizations, from the database to its messages. Asked: under 5 s and 500 MB.

    python benchmarks/campaign.py

Each person belongs to five of the organizations, so that 50,000 findings are open at the start; a month later a
third of the people have complied. Measured is what ``campaign status`` and ``preview`` compute, in a process of its
own. The figure is also divided by the reference loop, timed in the same process, since machines are shared.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from muniment.app.assess import assess
from muniment.app.campaign.deciding import start
from muniment.app.campaign.previewing import messages
from muniment.app.campaign.standing import stands
from muniment.checks.declaration import checks
from muniment.evidence.belief import REGISTER
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.declared_policy import DeclaredPolicy
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.kind import Evidence, encode, kind_id
from muniment.evidence.member_two_factor import MemberTwoFactor
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.organization_settings import OrganizationSettings
from muniment.evidence.outside_collaborator import OutsideCollaborator
from muniment.evidence.outside_two_factor import OutsideTwoFactor
from muniment.model.asset import Status
from muniment.model.observation import Batch, Cell, Item, Outcome
from muniment.model.party import Account
from muniment.model.policy import Policy
from muniment.model.tlp import TLP, Marking
from muniment.ports import Store
from muniment.stores.opening import open_store

from reference import reference_seconds  # isort: skip

PEOPLE = 10_000
ORGANIZATIONS = 100
EACH = 5
START = datetime(2026, 3, 1, 9, tzinfo=UTC)
LATER = START + timedelta(days=30)
KINDS: tuple[type[Evidence], ...] = (
    GithubOrganization,
    OrganizationSettings,
    OrganizationMember,
    MemberTwoFactor,
    OutsideCollaborator,
    OutsideTwoFactor,
)


def batch(scope: str, kind: type[Evidence], facts: list[Evidence], at: datetime, source: str = "github") -> Batch:
    items = sorted((Item(f.key, encode(f)) for f in facts), key=lambda item: item.key)
    return Batch(
        cell=Cell(source, scope, kind_id(kind)),
        vantage=frozenset({f"{source}:owner"}),
        outcome=Outcome.COLLECTED,
        observed_at=at,
        parser="bench/1",
        marking=Marking(TLP.AMBER),
        items=tuple(items),
    )


def register(at: datetime) -> Iterator[Batch]:
    assets: list[Evidence] = [
        DeclaredAsset(asset=f"github:org/org-{n:03}", status=Status.OFFICIAL, reason="bench")
        for n in range(ORGANIZATIONS)
    ]
    assets.append(DeclaredAsset(asset="project:bench", status=Status.OFFICIAL, reason="bench"))
    parties: list[Evidence] = [
        DeclaredParty(
            handle=f"person-{n}",
            name=f"Person {n} Example",
            github_id=1_000_000 + n,
            accounts=(Account("github", f"login-{n}"), Account("email", f"person-{n}@people.example")),
        )
        for n in range(PEOPLE)
    ]
    policy: list[Evidence] = [DeclaredPolicy(project="bench", name="Project Bench", policy=Policy())]
    for kind, facts in ((DeclaredAsset, assets), (DeclaredParty, parties), (DeclaredPolicy, policy)):
        yield batch(REGISTER, kind, facts, at, REGISTER)


def organization(n: int, at: datetime, done: int) -> Iterator[Batch]:
    """Those of the people whose number is below ``done`` have complied; one in ten is no member."""
    scope = f"github:org/org-{n:03}"
    found: dict[type[Evidence], list[Evidence]] = {kind: [] for kind in KINDS}
    found[GithubOrganization] = [GithubOrganization(id=n + 1, login=f"org-{n:03}")]
    found[OrganizationSettings] = [OrganizationSettings(requires_two_factor=False)]
    for p in range(PEOPLE):
        if (n - p * 7) % ORGANIZATIONS >= EACH:
            continue
        id, login, weak = 1_000_000 + p, f"login-{p}", "insecure" if p % 3 else "none"
        method = "secure" if p < done else weak
        if p % 10 == 0:
            found[OutsideCollaborator].append(OutsideCollaborator(id=id, login=login))
            if p >= done:
                found[OutsideTwoFactor].append(OutsideTwoFactor(id=id, login=login, method=weak))
        else:
            role = "owner" if p % 50 == 1 else "member"
            found[OrganizationMember].append(OrganizationMember(id=id, login=login, role=role))
            found[MemberTwoFactor].append(MemberTwoFactor(id=id, login=login, method=method))
    for kind, facts in found.items():
        yield batch(scope, kind, facts, at)


def look(store: Store, at: datetime, done: int) -> None:
    run = store.open_run(at=at, code="bench", register="bench", commit="")
    store.record(run, list(register(at)))
    for n in range(ORGANIZATIONS):
        store.record(run, list(organization(n, at, done)), confirmed=True)
    assess(store, run, checks(), now=at)


def fill(url: str) -> None:
    store = open_store(url)
    began = time.perf_counter()
    look(store, START, 0)
    start(store, checks(), "two-factor", name="two-factor", by="person-1", now=START + timedelta(hours=1))
    look(store, LATER, PEOPLE // 3)
    store.close()
    print(f"  filled in {time.perf_counter() - began:.1f} s", file=sys.stderr)


def measure(url: str) -> None:
    store = open_store(url, create=False)
    reference = reference_seconds()
    began, cpu = time.perf_counter(), time.process_time()
    found = stands(store, checks(), "two-factor", now=LATER + timedelta(hours=1))
    stood, stood_cpu = time.perf_counter() - began, time.process_time() - cpu
    began, cpu = time.perf_counter(), time.process_time()
    written = messages(found, "email")
    wrote, wrote_cpu = time.perf_counter() - began, time.process_time() - cpu
    reference = (reference + reference_seconds()) / 2
    store.close()
    counts = {where.value: count for where, count in found.standings.counts.items()}
    assert sum(counts.values()) == PEOPLE, counts
    assert len(written) == counts["to-go"] and all(m.to for m in written)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        json.dumps(
            {
                "counts": counts,
                "findings": len(found.looked.ground.findings),
                "standing": [round(stood, 2), round(stood_cpu, 2)],
                "messages": [len(written), round(wrote, 2), round(wrote_cpu, 2)],
                "relative": round((stood_cpu + wrote_cpu) / reference, 1),
                "peak MiB": round(peak),
            }
        )
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"{folder}/campaign.sqlite"
        for word in ("fill", "measure"):
            subprocess.run([sys.executable, __file__, word, url], check=True)


if __name__ == "__main__":
    match sys.argv[1:]:
        case []:
            main()
        case ["fill", url]:
            fill(url)
        case ["measure", url]:
            measure(url)
        case _:
            sys.exit(__doc__)
