"""What the audit log tells: dated facts with who did it, and absence only of what was read to its end. Not live."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from muniment.app.doctor import Health
from muniment.collectors.github.collector import GitHub
from muniment.collectors.github.diagnosis import diagnosis
from muniment.collectors.github_audit import ENTERPRISE, NOISE, TOPICS, collector
from muniment.model.observation import Outcome
from muniment.model.tlp import TLP
from muniment.testing.github.contract import broken
from muniment.testing.github.faults import FAULTS, Aim
from muniment.testing.github.growing import small
from muniment.testing.github.made import READS, Made, app, classic, fine_grained, keys
from muniment.testing.github.server import SimulatedGithub
from muniment.testing.github.world import AuditEvent
from tests.collectors.github.canned import facts
from tests.collectors.github.simulated import Asker

ORG = "github:org/callisto-anchor"
CELL = (ORG, "audit-event")
ADA, BEN, CLEO = 910001, 910002, 910003
OWNERS = {"github:anonymous", f"{ORG}:member", f"{ORG}:owner"}


def org(made):
    return made.world.organizations[0]


def event(n, action, days=3, **more):
    fields = {name: more.pop(name) for name in ("by", "whom", "repository") if name in more}
    return AuditEvent(id=f"line{n}", at=at(days), action=action, more=more, **fields)


def at(days):
    return datetime(2026, 6, 15, 4, tzinfo=UTC) - timedelta(days=days)


@pytest.fixture
def made() -> Made:
    """The small world with its first organization on Enterprise Cloud, and an owner who may read its log."""
    found = small()
    found.world.now = datetime(2026, 6, 15, 6, tzinfo=UTC)
    org(found).plan = "enterprise"
    tokens = {
        "auditor": classic("auditor", ADA, "admin:org", "repo", "read:audit_log"),
        "narrow": fine_grained("narrow", ADA, org(found).login, READS),
    }
    found.world.tokens += tokens.values()
    found.world.apps = [app({org(found).login: READS})]
    secrets = {name: token.secret for name, token in tokens.items()}
    return Made(world=found.world, tokens={**found.tokens, **secrets}, private_key=keys()[0])


def look(made, who="auditor", *, faults=()):
    with SimulatedGithub(made.world, faults=faults) as github:
        asker = Asker(made, github, who)
        found = asker.look(ORG, using=collector(asker.addresses))
    assert not broken(github.requests)
    return found[CELL], [r for r in github.requests if r.path.endswith("/audit-log")]


def test_what_is_watched_is_told_with_who_did_it_and_when_and_nothing_else_is_kept(made):
    public, private = org(made).repositories[0], org(made).repositories[1]
    public.visibility, private.visibility = "PUBLIC", "PRIVATE"
    org(made).audit = [
        event(1, "org.disable_two_factor_requirement", by=BEN),
        event(2, "org.remove_member", by=ADA, whom=CLEO),
        event(3, "org.update_member", by=ADA, whom=BEN, permission="admin"),
        event(4, "org.remove_outside_collaborator", by=ADA, whom=CLEO),
        event(5, "org.add_outside_collaborator", by=ADA, repository=private.name, invitee="guest-x"),
        event(6, "organization_role.assign", by=ADA, whom=BEN, name="all_repo_admin"),
        event(7, "repo.access", by=ADA, whom=ADA, repository=public.name, visibility="public"),
        event(8, "repo.access", by=ADA, whom=ADA, repository=private.name, visibility="private"),
        event(9, "public_key.create", by=BEN, whom=BEN, repository=public.name, read_only=False),
        event(10, "public_key.create", by=BEN, whom=BEN, repository=public.name, read_only=True),
        event(11, "public_key.create", by=BEN, whom=BEN, read_only=False),
        event(12, "org.invite_member", by=ADA, whom=CLEO),
        event(13, "org.self_hosted_runner_online"),
        event(14, "git.clone", by=ADA),
    ]
    batch, asked = look(made)
    told = [(f.id, f.what, f.by, f.whom, f.role, f.repository) for f in facts(batch)]
    repository = f"github:repo/{org(made).login.lower()}/{public.name.lower()}"
    assert sorted(told) == sorted(
        [
            ("line1", "two-factor-not-required", BEN, 0, "", ""),
            ("line2", "member-removed", ADA, CLEO, "", ""),
            ("line3", "member-role-changed", ADA, BEN, "owner", ""),
            ("line4", "outside-collaborator-removed", ADA, CLEO, "", ""),
            ("line5", "outside-collaborator-added", ADA, 0, "", ""),
            ("line6", "role-given", ADA, BEN, "all_repo_admin", ""),
            ("line7", "repository-made-public", ADA, 0, "", repository),
            ("line8", "repository-made-private", ADA, 0, "", ""),
            ("line9", "deploy-key-added", BEN, 0, "", repository),
        ]
    )
    assert {f.at for f in facts(batch)} == {at(3)}
    assert (batch.outcome, batch.vantage, batch.marking.level) == (Outcome.COLLECTED, OWNERS, TLP.AMBER)
    assert private.name not in str([item.payload for item in batch.items])
    assert len(asked) == len(TOPICS)
    assert all(noise in dict(asked[0].query)["phrase"] for noise in NOISE)


def test_a_log_of_many_pages_is_read_to_the_day_asked_back_to_and_no_further(made):
    days = [n % 85 for n in range(240)]
    org(made).audit = [event(n, "org.add_member", d, by=ADA, whom=BEN) for n, d in enumerate(days)]
    org(made).audit.append(event(900, "org.add_member", 90, by=ADA, whom=BEN))
    batch, asked = look(made)
    assert batch.outcome is Outcome.COLLECTED and len(batch.items) == 240
    assert len(asked) == 3 + len(TOPICS) - 1


def test_a_page_that_does_not_come_makes_the_look_partial_never_empty(made):
    org(made).audit = [event(n, "org.add_member", by=ADA, whom=BEN) for n in range(240)]
    lost = Aim(fault=FAULTS["server-error"], path="*/audit-log", nth=2, times=2)
    batch, _ = look(made, faults=[lost])
    assert batch.outcome is Outcome.PARTIAL and "a further page did not come" in batch.detail
    assert 0 < len(batch.items) < 240


def test_a_log_longer_than_what_is_followed_is_partial_and_tells_the_newest(made, monkeypatch):
    monkeypatch.setattr("muniment.collectors.github_audit.PAGES", 2)
    org(made).audit = [event(n, "org.add_member", n // 10, by=ADA, whom=BEN) for n in range(240)]
    batch, _ = look(made)
    assert batch.outcome is Outcome.PARTIAL and "the list goes on" in batch.detail
    assert max(int(f.id.removeprefix("line")) for f in facts(batch)) == 199


def test_an_empty_log_is_believed_to_be_empty_at_the_second_look_alone(made):
    batch, _ = look(made)
    assert batch.outcome is Outcome.COLLECTED and not batch.items and not batch.counted


def test_where_the_plan_has_no_log_one_request_says_so_and_it_is_no_absence(made):
    org(made).plan = ""
    batch, asked = look(made)
    assert batch.outcome is Outcome.UNOBSERVABLE and ENTERPRISE in batch.detail
    assert len(asked) == 1


@pytest.mark.parametrize("plan", ["free", "team"])
def test_where_github_names_a_smaller_plan_nothing_is_asked(made, plan):
    org(made).plan = plan

    with SimulatedGithub(made.world) as github:
        asker = Asker(made, github, "auditor")
        asker.look(ORG, using=GitHub(asker.addresses))
        batch = asker.look(ORG, using=collector(asker.addresses))[CELL]
    assert batch.outcome is Outcome.UNOBSERVABLE and f"plan {plan}" in batch.detail
    assert not [r for r in github.requests if r.path.endswith("/audit-log")]


@pytest.mark.parametrize("who", ["ada", "ben", "dora"])
def test_a_token_that_may_not_read_it_asks_nothing_and_says_what_it_lacks(made, who):
    batch, asked = look(made, who)
    assert batch.outcome is Outcome.DENIED and "read:audit_log" in batch.detail
    assert not asked


@pytest.mark.parametrize("who", ["narrow", "robot"])
def test_a_fine_grained_token_and_an_app_that_may_read_settings_are_tried(made, who):
    org(made).audit = [event(1, "org.enable_two_factor_requirement", by=ADA)]
    batch, _ = look(made, who)
    assert batch.outcome is Outcome.COLLECTED and [f.what for f in facts(batch)] == ["two-factor-required"]
    assert batch.vantage == OWNERS


STRIKING = (
    "server-error",
    "forbidden",
    "not-found",
    "not-json",
    "null-fields",
    "truncated-json",
    "vanished-page",
    "repeated-page",
    "dropped",
    "etag-lie",
)


@pytest.mark.parametrize("name", STRIKING)
def test_no_fault_of_any_request_makes_a_line_up_or_a_whole_look_of_less(made, name):
    org(made).audit = [event(n, "org.add_member", by=ADA, whom=BEN) for n in range(120)]
    truth = {item.key: item.payload for item in look(made)[0].items}
    for first in (1, 2):
        fault = Aim(fault=FAULTS[name], path="*/audit-log", nth=first, times=3)
        batch, _ = look(made, faults=[fault])
        told = {item.key: item.payload for item in batch.items}
        assert told.items() <= truth.items(), (name, first)
        if batch.outcome is Outcome.COLLECTED and batch.counted:
            assert told == truth, (name, first)


def test_doctor_tells_of_it_and_does_not_call_it_lacking(made):
    with SimulatedGithub(made.world) as github:
        asker = Asker(made, github, "ada")
        told = asyncio.run(GitHub(asker.addresses).diagnose([ORG], asker.web))
    (sight,) = [s for s in told.sights if s.kind == "audit-event"]
    assert (sight.sees, sight.extra) == ("none", True) and "Enterprise Cloud" in sight.needs
    others = tuple(s for s in told.sights if s.sees == "all")
    health = Health((ORG,), told.cards, told.levels, (*others, sight), (), keyless=False)
    assert not health.is_lacking
    assert diagnosis((), [ORG]).sights
