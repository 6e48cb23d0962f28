"""Who is active, who is not, and of whom nobody can tell: laws of the answer, and runs against a made-up GitHub."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from muniment.app.access import access
from muniment.app.elsewhere import elsewhere, told
from muniment.app.looks import Look
from muniment.app.main_job import Declared, begin
from muniment.app.material import material
from muniment.app.who import who
from muniment.checks.declaration import checks
from muniment.evidence.bundle import Bundle
from muniment.evidence.commit_claim import CommitClaim
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.kind import encode, kind_id
from muniment.evidence.package_uploader import PackageUploader
from muniment.model.activity import Active, CannotTell, Inactive, Sighting, Vouch, activity
from muniment.model.observation import Batch, Cell, Item, Outcome
from muniment.model.party import Account
from muniment.model.policy import Declined, Policy
from muniment.model.tlp import CLEAR, TLP, Marking
from muniment.register.inventory import Inventory
from muniment.testing.github.faults import FAULTS, Aim
from muniment.testing.github.growing import demo
from muniment.testing.github.program import Program
from muniment.testing.github.server import SimulatedGithub
from muniment.testing.github.world import AuditEvent, Person

from .projects import two

TODAY = date(2026, 6, 15)
CHECK = "access/inactive-with-write-access"
FIRST = "github:org/callisto"
TOMAS = "900004"

months = st.dates(date(2024, 7, 1), TODAY).map(lambda day: day.replace(day=1))
sightings = st.builds(
    Sighting,
    source=st.sampled_from(["github:org/a", "github:org/b", "attestations in the register"]),
    month=st.none() | months,
    whole=st.booleans(),
    since=st.none() | st.dates(date(2023, 1, 1), TODAY),
)
several = st.lists(sightings, max_size=4).map(tuple)
came = st.none() | st.dates(date(2020, 1, 1), TODAY)


def answer(found, *, came=date(2020, 1, 1), vouch=None, policy=None):
    return activity(found, policy=policy or Policy(), today=TODAY, came=came, vouch=vouch, handle="kofi")


@given(several, came, st.integers(0, 3))
def test_seeing_less_never_makes_anybody_inactive(found, since, left_out):
    """What was not seen to its end may hide a sign: the answer may become cannot tell, and never inactive."""
    if not found:
        return
    at = left_out % len(found)
    worse = tuple(replace(s, whole=False, month=None) if n == at else s for n, s in enumerate(found))
    assert not isinstance(answer(worse, came=since), Inactive)


@given(several, came)
def test_inactive_takes_every_source_seen_to_its_end_and_nothing_late(found, since):
    if isinstance(answer(found, came=since), Inactive):
        assert found and all(s.whole for s in found)
        assert all(s.month is None or s.month < TODAY - timedelta(days=365) for s in found)
        assert since is not None and since <= TODAY - timedelta(days=90)


def test_a_sign_that_lies_ahead_is_none_and_leaves_the_answer_open():
    ahead = Sighting(source="github:org/a", month=date(9999, 12, 1))
    assert answer((ahead,)) == CannotTell(("github:org/a: 9999-12, which lies ahead",))
    seen = Sighting(source="github:org/b", month=date(2026, 6, 1))
    assert answer((ahead, seen)) == Active(date(2026, 6, 1), ("github:org/b",))
    clock = Sighting(source="github:org/a", month=date(2026, 7, 1))
    assert isinstance(activity((clock,), policy=Policy(), today=date(2026, 6, 30), came=None), Active)


@given(several, came, months)
def test_one_late_sign_is_enough_whatever_else_was_seen(found, since, month):
    late = Sighting(source="github:org/c", month=TODAY.replace(day=1), whole=False)
    assert isinstance(answer((*found, late), came=since), Active)


@given(several, came)
def test_the_order_of_the_sources_does_not_matter(found, since):
    assert type(answer(found, came=since)) is type(answer(found[::-1], came=since))


@given(several, st.integers(0, 89))
def test_who_came_lately_is_never_inactive(found, days):
    assert not isinstance(answer(found, came=TODAY - timedelta(days=days)), Inactive)


@given(several, came, months)
def test_a_claim_makes_nobody_active_and_leaves_who_was_inactive_open(found, since, month):
    """Whoever makes a commit writes its date: one that names a late day opens the answer, and never settles it."""
    claimed = Sighting(source="commits in local clones", month=month, claimed=True)
    before, after = answer(found, came=since), answer((*found, claimed), came=since)
    late = month >= date(2025, 6, 1)
    assert isinstance(after, Active) == isinstance(before, Active)
    assert isinstance(after, Inactive) == (isinstance(before, Inactive) and not late)
    if not found:
        assert isinstance(after, CannotTell)


def test_a_source_that_goes_back_less_far_than_the_policy_asks_cannot_tell():
    short = (Sighting(source="github:org/a", since=date(2024, 7, 1)),)
    assert isinstance(answer(short), Inactive)
    assert isinstance(answer(short, policy=Policy(inactive_after=1000)), CannotTell)


def test_a_month_counts_until_its_last_day():
    """Of a month nobody knows which day it was: it is taken to have been the last."""
    seen = (Sighting(source="github:org/a", month=date(2025, 6, 1)),)
    assert isinstance(answer(seen), Active)
    assert isinstance(answer(seen, policy=Policy(inactive_after=349)), Inactive)
    assert isinstance(answer(seen, policy=Policy(inactive_after=350)), Active)


def test_the_word_of_another_person_holds_to_its_end_and_ones_own_does_not():
    old = (Sighting(source="github:org/a", month=date(2024, 8, 1)),)
    assert isinstance(answer(old, vouch=Vouch("ada", "answers reports", TODAY)), Active)
    assert isinstance(answer(old, vouch=Vouch("ada", "answers reports", TODAY - timedelta(days=1))), Inactive)
    assert isinstance(answer(old, vouch=Vouch("kofi", "I am there", TODAY)), Inactive)


# ---------------------------------------------------------------- runs


def program(store, made=None, **numbers):
    policy = Policy(security_team=("ada",), **{"new_for": 0, **numbers})
    return Program(made or two(), store, "ada", policy=policy)


def found(store, asset=FIRST):
    return {f.id.key for f in store.findings() if f.id.check == CHECK and f.id.asset == asset}


def test_a_run_finds_who_may_write_and_was_not_seen_for_a_year(store):
    own = program(store)
    with SimulatedGithub(own.made.world) as github:
        own.run(github)
    assert found(store) == {TOMAS, "900007"}  # Tomáš long ago, Yuki never
    (told,) = (f for f in store.findings() if f.id.check == CHECK and (f.id.asset, f.id.key) == (FIRST, TOMAS))
    assert "tomas-e may write here" in told.message and "last seen in 2025-02" in told.message
    assert found(store, "github:org/callisto-harbour") == {TOMAS, "900032", "900033", "900037"}


def test_what_somebody_does_in_an_organization_that_nobody_could_ask_keeps_the_answer_open(store):
    own = program(store, demo())
    with SimulatedGithub(own.made.world) as github:
        own.run(github)
    assert found(store) == set()
    assert own.verdicts()[CHECK, FIRST].word == "Unknown"


def test_in_a_databases_first_days_everybody_is_new_and_nobody_is_called_inactive(store):
    own = program(store, new_for=90)
    with SimulatedGithub(own.made.world) as github:
        own.run(github)
        assert found(store) == set()
        own.made.world.now += timedelta(days=90)
        own.run(github)
        assert found(store) == {TOMAS, "900007"}


def test_it_is_asked_once_a_month_and_not_in_each_run(store):
    own = program(store)

    def asked(github):
        before = len(github.requests)
        own.run(github)
        return sum(b"query Activity" in r.body for r in github.requests[before:])

    with SimulatedGithub(own.made.world) as github:
        assert asked(github) > 0
        assert asked(github) == asked(github) == 0
        own.made.world.now += timedelta(days=30)
        assert asked(github) > 0


def test_a_look_that_fails_closes_nothing_and_opens_nothing(store):
    own = program(store, collect_every={"account-activity": 0})
    with SimulatedGithub(own.made.world) as github:
        own.run(github)
    before = found(store)
    made = own.made
    made.world.organizations[0].contributions.clear()
    for fault in ("bad-gateway", "null-fields", "forbidden"):
        with SimulatedGithub(made.world, faults=[Aim(fault=FAULTS[fault], path="/graphql")]) as github:
            program(store, made, collect_every={"account-activity": 0}).run(github)
        assert found(store) == before


def test_who_comes_back_to_life_is_no_finding_any_more(store):
    own = program(store, collect_every={"account-activity": 0})
    with SimulatedGithub(own.made.world) as github:
        own.run(github)
        of = own.made.world.organizations[0].contributions
        of[900004] = replace(of[900004], public=(date(2026, 6, 16),))
        own.run(github)
    assert found(store) == {"900007"}


# ---------------------------------------------------------------- registries and clones


KOFI = DeclaredParty(
    handle="kofi",
    github_id=6,
    accounts=(Account("npm", "Kofi-E"), Account("email", "kofi@people.example")),
)
NPM = "npm:@callisto/lamp"
CORE = "github:repo/callisto/core"
NOW = datetime(2026, 6, 15, tzinfo=UTC)


def beyond(*looks):
    return elsewhere(looks, Inventory.of([KOFI])).get("kofi", ())


def look(kind, *facts, whole=True, failed=False, age=1):
    scope = NPM if kind is PackageUploader else CORE
    source = "npm" if kind is PackageUploader else "git"
    at, outcome = NOW - timedelta(days=age), Outcome.COLLECTED if whole else Outcome.PARTIAL
    return told(Look(source, scope, kind, facts, outcome, whole, CLEAR, at, failed), Policy(), NOW)


def test_an_upload_that_npm_names_is_a_sign_of_life():
    signs = beyond(look(PackageUploader, PackageUploader(account="kofi-e", month=date(2026, 5, 1))))
    assert isinstance(answer(signs), Active) and "uploads to npm" in answer(signs).told


def test_somebody_else_s_upload_is_none_and_the_list_is_seen_to_its_end():
    signs = beyond(look(PackageUploader, PackageUploader(account="ada", month=date(2026, 5, 1))))
    assert isinstance(answer(signs), Inactive)


@pytest.mark.parametrize("kind", [PackageUploader, CommitClaim])
@pytest.mark.parametrize("worse", [{"whole": False}, {"failed": True}, {"age": 400}])
def test_a_registry_or_a_clone_that_was_not_read_to_its_end_makes_nobody_inactive(kind, worse):
    whole = Sighting(source="github:org/a")
    assert isinstance(answer((whole, *beyond(look(kind)))), Inactive)
    assert isinstance(answer((whole, *beyond(look(kind, **worse)))), CannotTell)


def test_commits_of_a_clone_open_the_answer_and_never_settle_it():
    whole = Sighting(source="github:org/a")
    signs = beyond(look(CommitClaim, CommitClaim(handle="kofi", month=date(2026, 5, 1))))
    found = answer((whole, *signs))
    assert isinstance(found, CannotTell) and "commits in local clones: 2026-05, which is a claim" in found.told
    old = beyond(look(CommitClaim, CommitClaim(handle="kofi", month=date(2024, 9, 1))))
    assert isinstance(answer((whole, *old)), Inactive)
    assert isinstance(answer(old), CannotTell), "of commits alone nothing follows"


def test_a_run_asks_about_nobody_whose_commits_a_clone_holds(store):
    own = program(store)
    tomas = DeclaredParty(handle="tomas", github_id=900004, accounts=(Account("email", "tomas@people.example"),))
    own.also = (tomas,)
    month = date(2026, 5, 1)
    cell = Cell("git", "github:repo/callisto/lodestar", "commit-claim")
    claim = CommitClaim(handle="tomas", month=month)
    batch = Batch(
        cell=cell,
        vantage=frozenset({"git:clone"}),
        outcome=Outcome.COLLECTED,
        observed_at=own.made.world.now,
        parser="git-history/1",
        marking=Marking(TLP.AMBER),
        items=(Item(claim.key, encode(claim)),),
        total=1,
    )
    own.recorded = (Bundle(own.made.world.now, "test", Marking(TLP.AMBER), (batch,)),)
    with SimulatedGithub(own.made.world) as github:
        own.run(github)
    assert found(store) == {"900007"}
    told_of_tomas = access(store, "tomas", at=None, now=own.made.world.now).activity
    assert "commits in local clones: 2026-05, which is a claim" in told_of_tomas


@pytest.mark.parametrize("outcome", [Outcome.UNREADABLE, Outcome.UNREACHABLE, Outcome.DENIED])
def test_a_clone_that_never_could_be_read_keeps_the_answer_open(store, outcome):
    own = program(store)
    own.also = (DeclaredParty(handle="tomas", github_id=900004),)
    batch = Batch(
        cell=Cell("git", "github:repo/callisto/lodestar", "commit-claim"),
        vantage=frozenset({"git:clone"}),
        outcome=outcome,
        observed_at=own.made.world.now,
        parser="git-history/1",
        marking=Marking(TLP.AMBER),
    )
    own.recorded = (Bundle(own.made.world.now, "test", Marking(TLP.AMBER), (batch,)),)
    with SimulatedGithub(own.made.world) as github:
        own.run(github)
    assert found(store) == {"900007"}
    told_of_tomas = access(store, "tomas", at=None, now=own.made.world.now).activity
    assert f"it could not be read ({outcome.value})" in told_of_tomas


def seen_beside(store, batch):
    """The answers about Tomáš, who has an account at npm, once a look was kept beside what GitHub tells."""
    own = program(store)
    own.also = (DeclaredParty(handle="tomas", github_id=900004, accounts=(Account("npm", "tomas-e"),)),)
    with SimulatedGithub(own.made.world) as github:
        run = begin(store, Declared("callisto", own.declared(), CLEAR, ""), now=own.made.world.now, code="test")
        store.record(run, [batch])
        own.run(github)
    return found(store), access(store, "tomas", at=None, now=own.made.world.now).activity


def cell(source, scope, kind, outcome, at, *payloads):
    return Batch(
        cell=Cell(source, scope, kind_id(kind)),
        vantage=frozenset({f"{source}:anonymous"}),
        outcome=outcome,
        observed_at=at,
        parser="canned/1",
        marking=Marking(TLP.AMBER),
        items=tuple(Item(str(n), payload) for n, payload in enumerate(payloads)),
        total=len(payloads),
    )


@pytest.mark.parametrize(("source", "kind"), [("npm", PackageUploader), ("git", CommitClaim)])
def test_what_a_registry_or_a_clone_told_and_nobody_can_read_any_more_keeps_the_answer_open(store, source, kind):
    scope = NPM if kind is PackageUploader else "github:repo/callisto/lodestar"
    people, told_of_tomas = seen_beside(store, cell(source, scope, kind, Outcome.COLLECTED, two().world.now, b"{"))
    assert people == {"900007"}
    assert told_of_tomas.startswith("cannot tell") and "it could not be read (unreadable)" in told_of_tomas


def test_a_package_that_is_proved_not_to_exist_hides_no_upload(store):
    people, told_of_tomas = seen_beside(store, cell("npm", NPM, PackageUploader, Outcome.ABSENT, two().world.now))
    assert people == {TOMAS, "900007"}
    assert told_of_tomas.startswith("inactive: last seen in 2025-02")


def test_what_a_council_declines_tells_nothing_of_anybody_though_it_was_seen_before(store):
    own = program(store)
    with SimulatedGithub(own.made.world) as github:
        own.run(github)
        now = own.made.world.now
        assert access(store, f"github-id:{TOMAS}", at=None, now=now).activity.startswith("inactive")
        no = Declined("account-activity", "ada", "the council said no", now.date() + timedelta(days=30), FIRST)
        own.policy = replace(own.policy, declined=(no,))
        own.run(github)
    told_of_tomas = access(store, f"github-id:{TOMAS}", at=None, now=now).activity
    assert told_of_tomas.startswith("cannot tell") and "who contributes there was not seen" in told_of_tomas


# ---------------------------------------------------------------- told


def test_what_one_person_holds_says_whether_they_are_active(store):
    own = program(store)
    with SimulatedGithub(own.made.world) as github:
        own.run(github)
    now = own.made.world.now
    told = {number: access(store, f"github-id:{number}", at=None, now=now).activity for number in (900001, 900004)}
    assert told[900001].startswith("active: seen in 2026-06 by github:org/callisto")
    assert told[900004].startswith("inactive: last seen in 2025-02")


def test_a_person_s_page_is_given_the_same_answer_and_a_machine_s_none(store):
    own = program(store)
    bot = DeclaredParty(handle="robot", accounts=(Account("github", "lodestar-bot"),), github_id=900003, bot=True)
    own.also = (DeclaredParty(handle="tomas", accounts=(Account("github", "tomas-e"),), github_id=900004), bot)
    with SimulatedGithub(own.made.world) as github:
        own.run(github)
    now = own.made.world.now
    answers = {one.handle: one for one in material(store, checks(), now=now).alive}
    assert "tomas" in answers and "robot" not in answers
    assert answers["tomas"].answer.told == access(store, "tomas", at=None, now=now).activity
    assert {sign.month for sign in answers["tomas"].signs} >= {date(2025, 2, 1)}
    assert answers["tomas"].marking.level >= TLP.AMBER


def test_who_can_ship_counts_who_was_not_seen_for_a_year_and_of_whom_nobody_can_tell(store):
    own = program(store)
    with SimulatedGithub(own.made.world) as github:
        own.run(github)
    found = who(store, FIRST, at=None, now=own.made.world.now)
    assert "0 not seen for a year." in found.shipping.sentence
    later = own.made.world.now + timedelta(days=60)  # by then what was seen is too old to go by
    stale = who(store, FIRST, at=None, now=later)
    assert "of 1 nobody can tell" not in found.shipping.sentence
    assert "0 not seen for a year" in stale.shipping.sentence


# ---------------------------------------------------------------- audit logs


def logged(*events, requires=False):
    """The two organizations, the first on Enterprise Cloud with these lines in its log, which ada may read."""
    made = two()
    first = made.world.organizations[0]
    first.requires_two_factor, first.plan, first.audit = requires, "enterprise", list(events)
    (token,) = [t for t in made.world.tokens if t.secret == made.tokens["ada"]]
    token.scopes = (*token.scopes, "read:audit_log")
    return made


def line(id, action, at, by, **more):
    return AuditEvent(id=id, at=datetime(*at, 9, tzinfo=UTC), action=action, by=by, **more)


def test_who_turned_the_requirement_off_and_when_stands_in_the_finding(store):
    made = logged(
        line("a", "org.disable_two_factor_requirement", (2026, 4, 1), 900002),
        line("b", "org.enable_two_factor_requirement", (2026, 4, 2), 900002),
        line("c", "org.disable_two_factor_requirement", (2026, 5, 3), 900004),
    )
    with SimulatedGithub(made.world) as github:
        program(store, made).run(github)
    check = "access/organization-without-two-factor-requirement"
    (told,) = (f for f in store.findings() if (f.id.check, f.id.asset) == (check, FIRST))
    assert told.message.endswith("; it was turned off on 2026-05-03 by tomas-e (github:900004)")
    assert told.marking.level is TLP.AMBER


def test_the_finding_stands_without_a_name_where_the_log_has_none_or_a_later_line_says_otherwise(store):
    made = logged(
        line("a", "org.disable_two_factor_requirement", (2026, 4, 1), 900002),
        line("b", "org.enable_two_factor_requirement", (2026, 4, 2), 900002),
    )
    with SimulatedGithub(made.world) as github:
        program(store, made).run(github)
    check = "access/organization-without-two-factor-requirement"
    (told,) = (f for f in store.findings() if (f.id.check, f.id.asset) == (check, FIRST))
    assert "turned off" not in told.message


def test_whoever_changed_something_in_the_audit_log_is_active_and_who_did_not_is_as_before(store):
    made = logged(line("a", "org.remove_member", (2026, 6, 2), 900004, whom=900099), requires=True)
    made.world.people.append(Person(id=900099, login="was-here"))
    own = program(store, made)
    with SimulatedGithub(made.world) as github:
        own.run(github)
        assert found(store) == {"900007"}  # Tomáš removed somebody two weeks ago
        made.world.organizations[0].audit.clear()
        made.world.organizations[0].plan = ""  # a log that nobody gives any more takes nothing back
        own.run(github)
        assert found(store) == {"900007"}
