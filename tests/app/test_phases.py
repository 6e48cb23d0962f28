"""What is asked, in which order, what rests, what is resumed, and what is said where there is no credential."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from muniment.app.collect import is_told
from muniment.app.dossiers import inventory_at
from muniment.app.hand_over import Handed, hand_over, with_organizations
from muniment.app.main_job import Declared, begin, gather
from muniment.app.plan import Plan
from muniment.app.price import price
from muniment.evidence.declared_policy import DeclaredPolicy
from muniment.evidence.organization_member import OrganizationMember
from muniment.model.asset import Status
from muniment.model.observation import Outcome
from muniment.model.policy import Declined, Policy
from muniment.ports import Key, Recorded
from muniment.stores.opening import open_store
from tests.app.conftest import BEGAN, World
from tests.app.github_fakes import CHECKS, OWNER, STRANGER, Github, Reporting, batch, repository

ORG = "github:org/callisto"
LODESTAR, BEACON, OLD = (f"github:repo/callisto/{name}" for name in ("lodestar", "beacon", "old"))


class Sky:
    """A project whose organization the two collectors look at."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.checks = {**world.checks, **CHECKS}
        self.github = Github(BEGAN)
        self.reporting = Reporting(BEGAN)
        self.github.lists[ORG] = (
            repository(1, "lodestar"),
            repository(2, "beacon"),
            repository(3, "old", archived=True),
        )
        self.said: list[str] = []
        self.acknowledged: list[Recorded] = []
        self.bars: list[tuple[str, int]] = []

    def gather(self, hours: float = 24, *, finish: bool = True, again: bool = False, **more: object) -> Plan:
        """A run, so many hours after the last; ``finish`` False: it is stopped before it judges."""
        world = self.world
        world.today += timedelta(hours=hours)
        now = self.github.now = self.reporting.now = world.sky.now = world.today
        self.github.asked, self.reporting.asked, self.said = [], [], []
        run = begin(world.store, Declared("callisto", world.evidence(), world.marking, "abc"), now=now, code="test")
        asked, self.reach = gather(
            world.store,
            run,
            world.checks,
            (self.github, self.reporting, world.sky),
            lambda _: None,  # type: ignore[arg-type,return-value]
            (),
            now=now,
            again=again,
            acknowledge=self.acknowledged.append,
            note=self.said.append,
            **more,  # type: ignore[arg-type]
        )
        if finish:
            with world.store.assessing(run) as ledger:
                ledger.judged_by({"test": "1"})
        return asked


@pytest.fixture
def sky(world: World) -> Sky:
    return Sky(world)


def test_an_organization_tells_of_its_repositories_and_they_are_not_asked_about_themselves(sky: Sky) -> None:
    sky.world.declare(LODESTAR)
    sky.gather()
    assert sky.github.asked == [ORG]
    assert {r.cell.scope for r in sky.acknowledged} >= {ORG, LODESTAR, BEACON, OLD}


def test_a_repository_whose_organization_is_not_asked_about_is_asked_alone(sky: Sky) -> None:
    sky.world.declare("github:repo/elsewhere/tool")
    sky.gather()
    assert sky.github.asked == [ORG, "github:repo/elsewhere/tool"]


def test_a_declared_repository_that_the_whole_list_lacks_is_asked_about_by_its_name(sky: Sky) -> None:
    sky.world.declare("github:repo/callisto/gone")
    sky.gather()
    assert sky.github.asked == [ORG, "github:repo/callisto/gone"]
    assert sky.reach.live == (ORG,), "its organization stands for it"


def test_nothing_is_missed_in_a_list_that_was_not_seen_in_full(sky: Sky) -> None:
    sky.world.declare("github:repo/callisto/gone")
    for outcome in (Outcome.PARTIAL, Outcome.UNREACHABLE, Outcome.DENIED):
        sky.github.outcome = outcome
        sky.gather()
        assert sky.github.asked == [ORG]


def test_the_living_repositories_that_were_found_are_asked_about_last(sky: Sky) -> None:
    sky.gather()
    assert sorted(sky.reporting.asked) == [BEACON, LODESTAR]


def test_repositories_of_an_organization_that_is_not_the_projects_are_not_asked_about(sky: Sky) -> None:
    sky.gather()
    sky.world.declare(ORG, status=Status.EXTERNAL)
    sky.gather()
    assert sky.github.asked == sky.reporting.asked == []


def test_the_limit_binds_rationed_sources_alone(sky: Sky) -> None:
    for name in ("lodestar", "beacon", "sextant"):
        sky.world.package(name)
    asked = sky.gather(limit=1)
    assert [a for c, a in asked.ask if c.rationed] == ["pypi:beacon"]
    assert ORG in [a for _, a in asked.ask]
    assert asked.later == ("pypi:lodestar", "pypi:sextant")


def test_a_limit_of_nothing_asks_nobody(sky: Sky) -> None:
    sky.world.package("lodestar")
    sky.gather()
    asked = sky.gather(limit=0)
    assert asked.ask == () and sky.github.asked == sky.reporting.asked == []
    assert sky.said == []


def test_one_organization_is_asked_about_with_its_repositories(sky: Sky) -> None:
    sky.world.package("lodestar")
    sky.world.declare("github:org/harbour")
    asked = sky.gather(only=(ORG,))
    assert [a for _, a in asked.ask] == [ORG]
    assert sorted(sky.reporting.asked) == [BEACON, LODESTAR]


def test_a_kind_rests_for_the_days_that_the_policy_gives_it(sky: Sky) -> None:
    sky.world.policy = Policy(live_limit=50, collect_every={"private-reporting": 7})
    asked = []
    for _ in range(9):
        sky.gather()
        asked.append(len(sky.reporting.asked))
    assert asked == [2, 0, 0, 0, 0, 0, 0, 2, 0]
    assert sky.github.asked == [ORG], "only that kind rests"


def test_what_was_not_seen_in_full_does_not_rest(sky: Sky) -> None:
    sky.world.policy = Policy(live_limit=50, collect_every={"private-reporting": 7})
    for outcome in (Outcome.UNREACHABLE, Outcome.PARTIAL):
        sky.reporting.outcome = outcome
        sky.gather()
        sky.gather()
        assert len(sky.reporting.asked) == 2


# ---------------------------------------------------------------- without a credential


def without_credential(sky: Sky) -> None:
    sky.github.asks = sky.reporting.asks = ()
    sky.world.declare("github:org/harbour")
    sky.world.declare(LODESTAR)


def test_without_a_credential_organizations_are_counted_in_one_line_and_nowhere_else(sky: Sky) -> None:
    without_credential(sky)
    sky.world.package("lodestar")
    sky.gather()
    assert sky.github.asked == sky.reporting.asked == []
    assert sky.said == ["GitHub: no credential here, so 2 organizations were not asked: muniment doctor"]
    assert sky.reach.live == ("pypi:lodestar",)
    assert (sky.reach.recorded, sky.reach.unreachable, sky.reach.unasked) == ((), (), ())


def test_evidence_that_is_kept_counts_as_recorded_without_a_credential(sky: Sky) -> None:
    sky.gather()
    without_credential(sky)
    sky.gather()
    assert sky.reach.recorded == (ORG,)


# ---------------------------------------------------------------- a run that was stopped


def test_what_a_stopped_run_was_told_is_not_asked_again(sky: Sky) -> None:
    sky.gather(finish=False)
    sky.gather(hours=1, finish=False)
    assert sky.github.asked == sky.reporting.asked == []
    assert any("not asked again" in line for line in sky.said)
    assert sky.reach.recorded == (ORG,)
    sky.gather(hours=1)
    assert sky.github.asked == [], "several runs that were stopped count together"
    sky.gather(hours=1)
    assert sky.github.asked == [ORG], "that one ended"


def test_what_a_stopped_run_was_told_is_asked_again_on_request_or_when_it_is_old(sky: Sky) -> None:
    sky.gather(finish=False)
    sky.gather(hours=1, finish=False, again=True)
    assert sky.github.asked == [ORG]
    sky.gather(hours=7)
    assert sky.github.asked == [ORG]


def test_what_a_stopped_run_was_refused_is_asked_again_with_another_credential(sky: Sky) -> None:
    owner, member = (Key(name, "classic", "a test", fingerprint=name * 4) for name in ("ada", "ben"))
    sky.github.keys = (member,)
    sky.github.outcome = Outcome.DENIED
    sky.gather(finish=False)
    sky.gather(hours=1, finish=False)
    assert sky.github.asked == [], "the same credential is refused the same"
    sky.github.keys = (member, owner)
    sky.gather(hours=1, finish=False)
    assert sky.github.asked == [ORG]
    sky.github.keys = (owner, member)
    sky.gather(hours=1, finish=False)
    assert sky.github.asked == [], "their order makes no difference"


def test_what_a_stopped_run_could_not_reach_is_asked_again(sky: Sky) -> None:
    sky.github.outcome = Outcome.UNREACHABLE
    sky.gather(finish=False)
    sky.gather(hours=1)
    assert sky.github.asked == [ORG]


def test_a_stopped_run_has_used_some_of_the_ration(sky: Sky) -> None:
    for name in ("lodestar", "beacon", "sextant"):
        sky.world.package(name)
    first = sky.gather(finish=False, limit=2)
    second = sky.gather(hours=1, limit=2)
    assert len([c for c, _ in first.ask if c.rationed]) == 2
    assert [c for c, _ in second.ask if c.rationed] == []


# ---------------------------------------------------------------- privacy


def test_no_line_is_said_of_what_is_red(sky: Sky) -> None:
    sky.gather()
    red = [r for r in sky.acknowledged if r.cell.kind == "private-repository"]
    assert red and not any(is_told(r) for r in red)
    assert all(is_told(r) for r in sky.acknowledged if r not in red)


# ---------------------------------------------------------------- prices


def test_the_price_of_an_organization_is_at_least_until_it_was_seen(sky: Sky) -> None:
    world = sky.world
    checks, collectors = world.checks, (sky.github, sky.reporting)
    sky.gather(limit=0)
    cold = price(inventory_at(world.store), checks, collectors, now=world.today, store=world.store)
    assert cold.at_least == {ORG} and cold.total == 1
    sky.github.lists[ORG] = tuple(repository(n, f"r{n}", archived=n < 3) for n in range(101))
    sky.gather()
    warm = price(inventory_at(world.store), checks, collectors, now=world.today, store=world.store)
    assert warm.at_least == frozenset()
    (line,) = warm.lines
    assert (line.scope, line.requests) == (ORG, 3 + 98), "three pages of fifty, and one call for each living one"


# ---------------------------------------------------------------- handing over


def handed(sky: Sky, **more: bool) -> tuple[set[str], bool]:
    inventory = with_organizations((), (ORG,))
    done = hand_over(
        inventory,
        CHECKS,
        (sky.github, sky.reporting),
        lambda _: None,  # type: ignore[arg-type,return-value]
        now=BEGAN,
        only=(ORG,),
        **more,
    )
    assert done.asked == 1
    return {b.cell.kind for b in done.batches}, done.left_out


def test_an_owner_hands_over_an_organization_without_a_register(sky: Sky) -> None:
    kinds, left_out = handed(sky)
    assert kinds >= {"organization-member", "github-repository", "private-reporting"}
    assert "private-repository" not in kinds and left_out
    assert sorted(sky.reporting.asked) == [BEACON, LODESTAR]


def test_private_repositories_go_along_on_request_alone(sky: Sky) -> None:
    kinds, left_out = handed(sky, private=True)
    assert "private-repository" in kinds and not left_out


def test_what_a_council_declined_is_not_handed_over(sky: Sky) -> None:
    until = BEGAN.date() + timedelta(days=10)
    declined = (Declined("organization-member", "ada", "they were not asked", until, ORG),)
    policy = DeclaredPolicy(project="callisto", name="Callisto", policy=Policy(declined=declined))

    def batches(now: datetime) -> Handed:
        inventory = with_organizations((policy,), (ORG,))
        io = lambda _: None  # noqa: E731
        return hand_over(inventory, CHECKS, (sky.github, sky.reporting), io, now=now)  # type: ignore[arg-type,return-value]

    held = batches(BEGAN)
    assert "organization-member" not in {b.cell.kind for b in held.batches} and held.declined == 1
    assert {"organization-repository", "private-reporting"} <= {b.cell.kind for b in held.batches}
    over = batches(BEGAN + timedelta(days=11))
    assert "organization-member" in {b.cell.kind for b in over.batches} and over.declined == 0


def test_an_owners_bundle_raises_what_is_known_and_a_later_strangers_look_retires_nothing(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "bundles.sqlite"))
    ada, grace = OrganizationMember(id=1, login="ada", role="owner"), OrganizationMember(id=2, login="grace")
    seen = OrganizationMember(id=1, login="ada")
    partial = {"vantage": STRANGER, "outcome": Outcome.PARTIAL}
    looks = (
        (batch(ORG, OrganizationMember, (seen,), at=BEGAN, **partial), 1),  # type: ignore[arg-type]
        (batch(ORG, OrganizationMember, (ada, grace), at=BEGAN + timedelta(days=1)), 2),
        (batch(ORG, OrganizationMember, (), at=BEGAN + timedelta(days=2), vantage=STRANGER), 2),
        (batch(ORG, OrganizationMember, (seen,), at=BEGAN + timedelta(days=3), **partial), 2),  # type: ignore[arg-type]
    )
    for look, expected in looks:
        run = store.open_run(at=look.observed_at, code="test", register="callisto", commit="")
        store.record(run, [look])
        (cell,) = store.cells(scopes=[ORG])
        assert len(cell.facts) == expected
    assert cell.standing is Outcome.COLLECTED and cell.vantage == OWNER
    assert b'"role":"owner"' in cell.facts[0][1]
    store.close()
