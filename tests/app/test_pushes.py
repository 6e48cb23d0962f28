"""What repositories' activity tells of people, and what nobody could read of it: laws, and runs. Not live."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace

from muniment.app.access import access
from muniment.app.looks import Look
from muniment.app.pushes import Listed, Pushed, Pushes, pushed
from muniment.collectors.github_pushes import PAGES
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_policy import DeclaredPolicy
from muniment.evidence.repository_activity import RepositoryActivity
from muniment.model.activity import Active, CannotTell, Inactive, Sighting, activity
from muniment.model.asset import Status
from muniment.model.observation import Outcome
from muniment.model.policy import Declined, Policy
from muniment.model.tlp import CLEAR
from muniment.register.inventory import Inventory
from muniment.testing.github.faults import FAULTS, Aim
from muniment.testing.github.program import Program
from muniment.testing.github.server import SimulatedGithub
from muniment.testing.github.world import Push

from .projects import two

TODAY = date(2026, 6, 15)
NOW = datetime(2026, 6, 15, tzinfo=UTC)
CHECK = "access/inactive-with-write-access"
ORG = "github:org/callisto"
HUB, DOCS = "github:repo/callisto/hub", "github:repo/callisto/docs"
KOFI, TOMAS, YUKI = 6, 900004, 900007
WHOLE = Sighting(source=ORG)


def look(repository=HUB, months=None, *, whole=True, failed=False, age=1, policy=None):
    facts = tuple(RepositoryActivity(id=number, month=month) for number, month in (months or {}).items())
    at, outcome = NOW - timedelta(days=age), Outcome.COLLECTED if whole else Outcome.PARTIAL
    own = Look("github-pushes", repository, RepositoryActivity, facts, outcome, whole, CLEAR, at, failed)
    return pushed(own, policy or Policy(), NOW)


def inventory(policy=None):
    declared = DeclaredAsset(asset=ORG, status=Status.OFFICIAL, reason="made up for a test")
    return Inventory.of([declared, DeclaredPolicy(project="callisto", name="Callisto", policy=policy or Policy())])


def listed(*living, archived=(), whole=True):
    return {ORG: Listed(dict.fromkeys(living, False) | dict.fromkeys(archived, True), whole)}


def answer(looks, lists, *, number=KOFI, came=None, policy=None):
    """Whether somebody whose calendar is empty is active, by what was seen of repositories."""
    arrived = {(ORG, number): came} if came else {}
    pushes = Pushes(looks, lists, inventory(policy), TODAY, arrived)
    signs = (WHOLE, *pushes.of([(ORG, number)]))
    return activity(signs, policy=policy or Policy(), today=TODAY, came=date(2020, 1, 1))


def test_a_push_is_a_sign_of_life_and_is_told_with_its_repository_and_its_month():
    found = answer([look(months={KOFI: date(2026, 5, 1)})], listed(HUB))
    assert isinstance(found, Active)
    assert found.told == "active: seen in 2026-05 by repository activity: pushed to callisto/hub in 2026-05"


def test_a_repository_that_is_listed_no_more_is_not_named():
    """It may have turned private."""
    found = answer([look(DOCS, {KOFI: date(2026, 4, 1)})], listed(HUB)).told
    assert "pushed to a repository in 2026-04" in found and "docs" not in found


def test_a_repository_that_is_listed_no_more_is_not_named_for_not_being_read_either():
    told = answer([look(DOCS, failed=True), look(HUB)], listed(HUB, whole=False)).told
    assert "a repository, the newest look failed" in told and "docs" not in told


def test_the_newest_push_of_several_repositories_is_told():
    looks = [look(months={KOFI: date(2026, 2, 1)}), look(DOCS, {KOFI: date(2026, 4, 1)})]
    assert "pushed to callisto/docs in 2026-04" in answer(looks, listed(HUB, DOCS)).told


def test_who_pushed_nowhere_is_inactive_where_every_repository_was_read():
    looks = [look(months={1: date(2026, 5, 1)}), look(DOCS)]
    found = answer(looks, listed(HUB, DOCS))
    assert isinstance(found, Inactive) and "repository activity" in found.told


@pytest.mark.parametrize("worse", [{"whole": False}, {"failed": True}, {"age": 38}])
def test_a_repository_that_was_not_read_to_its_end_makes_nobody_inactive(worse):
    looks = [look(), look(DOCS, **worse)]
    found = answer(looks, listed(HUB, DOCS))
    assert isinstance(found, CannotTell) and "repository activity: callisto/docs, " in found.told


def test_who_was_seen_in_a_part_was_seen():
    assert isinstance(answer([look(months={KOFI: date(2026, 5, 1)}, whole=False)], listed(HUB)), Active)


def test_a_repository_that_nobody_asked_about_is_missed_once_others_of_its_organization_were_asked():
    found = answer([look()], listed(HUB, DOCS))
    assert isinstance(found, CannotTell) and "callisto/docs, it was not asked about" in found.told


def test_where_no_repository_of_an_organization_was_asked_about_this_is_no_source():
    assert isinstance(answer([], listed(HUB, DOCS)), Inactive)
    elsewhere = look("github:repo/titan/tool", whole=False)
    assert isinstance(answer([elsewhere], listed(HUB)), Inactive)


def test_one_that_could_never_be_read_keeps_the_answer_open():
    never = Pushed(DOCS, why="it could not be read (denied)")
    assert isinstance(answer([look(), never], listed(HUB, DOCS)), CannotTell)


def test_what_is_archived_or_gone_from_the_whole_list_is_not_missed_and_its_signs_count():
    old = look(DOCS, {KOFI: date(2026, 1, 1)}, age=100)
    assert isinstance(answer([look(), old], listed(HUB, archived=[DOCS])), Active)
    for lists in (listed(HUB, archived=[DOCS]), listed(HUB)):
        assert isinstance(answer([look(), replace(old, months={})], lists), Inactive)
    assert isinstance(answer([look(), replace(old, months={})], listed(HUB, whole=False)), CannotTell)


def test_what_a_council_declines_is_neither_missed_nor_a_sign():
    declined = Declined(kind="repository-activity", by="ada", reason="too busy", until=TODAY, asset=DOCS)
    policy = Policy(declined=(declined,))
    for looks in ([look()], [look(), look(DOCS, whole=False)], [look(), look(DOCS, {KOFI: date(2026, 5, 1)})]):
        assert isinstance(answer(looks, listed(HUB, DOCS), policy=policy), Inactive)
    over = replace(policy, declined=(replace(declined, until=date(2026, 6, 14)),))
    assert isinstance(answer([look()], listed(HUB, DOCS), policy=over), CannotTell)


def test_a_policy_that_asks_for_more_than_a_year_is_told_how_far_the_source_goes():
    policy = Policy(inactive_after=400)
    found = answer([look(policy=policy)], listed(HUB), policy=policy)
    assert isinstance(found, CannotTell) and "repository activity: goes back to 2025-06-14 only" in found.told


def test_who_came_after_a_look_was_not_looked_for_in_it():
    assert isinstance(answer([look(age=10)], listed(HUB), came=date(2026, 6, 10)), CannotTell)
    assert isinstance(answer([look(age=10)], listed(HUB), came=date(2026, 6, 5)), Inactive)


# ---------------------------------------------------------------- runs


def program(store, made, **numbers):
    policy = Policy(security_team=("ada",), **{"new_for": 0, **numbers})
    return Program(made, store, "ada", policy=policy)


def found(store):
    return {f.id.key for f in store.findings() if f.id.check == CHECK and f.id.asset == ORG}


def lodestar(made):
    return made.world.organizations[0].repositories[0]


def push(made, n, by, days=20):
    return Push(id=n, at=made.world.now - timedelta(days=days), by=by, ref="refs/heads/try")


def test_a_push_to_a_branch_that_no_calendar_counts_is_enough(store):
    made = two()
    lodestar(made).pushes = [push(made, 1, TOMAS), push(made, 2, YUKI, days=400)]
    with SimulatedGithub(made.world) as github:
        program(store, made).run(github)
    assert found(store) == {str(YUKI)}
    told = access(store, f"github-id:{TOMAS}", at=None, now=made.world.now).activity
    assert told == "active: seen in 2026-05 by repository activity: pushed to callisto/lodestar in 2026-05"


def test_a_finding_names_the_activity_of_repositories_among_what_was_looked_at(store):
    made = two()
    with SimulatedGithub(made.world) as github:
        program(store, made).run(github)
    assert found(store) == {str(TOMAS), str(YUKI)}
    (told,) = (f for f in store.findings() if (f.id.check, f.id.key) == (CHECK, str(YUKI)))
    assert "github:org/callisto, repository activity" in told.message


def test_where_one_repository_could_not_be_read_nobody_is_called_inactive_and_nothing_closes(store):
    made = two()
    fault = Aim(fault=FAULTS["bad-gateway"], path="/repos/callisto/sextant/activity")
    with SimulatedGithub(made.world, faults=[fault]) as github:
        own = program(store, made)
        own.run(github)
        assert found(store) == set() and own.verdicts()[CHECK, ORG].word == "Unknown"
    with SimulatedGithub(made.world) as github:
        program(store, made).run(github)  # what failed does not rest
    assert found(store) == {str(TOMAS), str(YUKI)}
    made.world.now += timedelta(days=31)
    with SimulatedGithub(made.world, faults=[fault]) as github:
        program(store, made).run(github)
    assert found(store) == {str(TOMAS), str(YUKI)}


def asked(github, own):
    """Of how many repositories a run asked for activity, and how many requests that took."""
    before = len(github.requests)
    own.run(github)
    paths = [r.path for r in github.requests[before:] if r.path.endswith("/activity")]
    return len({path for path in paths if path.startswith("/repos/")}), len(paths)


def test_a_list_that_goes_on_is_believed_of_those_who_are_not_in_it_by_a_second_look_a_week_later(store):
    made = two()
    lodestar(made).pushes = [push(made, n, 900001, days=1 + n / 100) for n in range(1, PAGES * 100 + 50)]
    own = program(store, made)
    with SimulatedGithub(made.world) as github:
        asked(github, own)
        assert found(store) == set()
        assert asked(github, own) == (0, 0), "a part rests too, for a week"
        made.world.now += timedelta(days=6)
        assert asked(github, own)[0] == 1
        assert found(store) == {str(TOMAS), str(YUKI)}


def test_each_repository_is_asked_once_a_month_and_not_in_each_run(store):
    made = two()
    own = program(store, made)
    with SimulatedGithub(made.world) as github:
        first = asked(github, own)
        living = [r for o in made.world.organizations for r in o.repositories if r.public and not r.archived_at]
        assert first[0] == len([r for r in living if "-ghsa-" not in r.name])
        assert asked(github, own) == asked(github, own) == (0, 0)
        made.world.now += timedelta(days=30)
        assert asked(github, own) == first


def test_it_is_not_asked_where_the_check_is_switched_off_or_the_kind_declined(store):
    made = two()
    declined = Declined(
        kind="repository-activity", by="ada", reason="no", until=date(2030, 1, 1), asset="*/callisto/*"
    )
    with SimulatedGithub(made.world) as github:
        own = program(store, made, declined=(declined,))
        own.run(github)
        assert not any(
            r.path.startswith("/repos/callisto/") and r.path.endswith("/activity") for r in github.requests
        )
    assert found(store) == {str(TOMAS), str(YUKI)}, "declined is no source, and is not missed"
