"""When accounts last contributed: by month, and of nobody of whom not all was told. Not live."""

from __future__ import annotations

import asyncio
import json
from datetime import date

import pytest
from msgspec.structs import replace

from muniment.collectors.github_activity import AT_ONCE, collector, windows
from muniment.model.observation import Outcome
from muniment.testing.github.faults import FAULTS, Aim
from muniment.testing.github.growing import demo
from muniment.testing.github.server import SimulatedGithub
from muniment.testing.github.world import Contributions, Membership, Person
from tests.collectors.github.canned import facts
from tests.collectors.github.simulated import Asker

HARBOUR = "github:org/callisto-harbour"
ACTIVITY = (HARBOUR, "account-activity")
ADA, GRACE, TOMAS, KOFI, MINA = 900001, 900002, 900004, 900006, 900032


def harbour(made):
    return next(o for o in made.world.organizations if o.login == "callisto-harbour")


@pytest.fixture
def made():
    made = demo()
    made.world.now = made.world.now.replace(year=2026, month=6, day=15)
    harbour(made).contributions = {
        ADA: Contributions(public=(date(2026, 6, 3), date(2026, 1, 2))),
        GRACE: Contributions(public=(date(2025, 2, 27),)),
        TOMAS: Contributions(private=(date(2025, 11, 8),)),
    }
    return made


def look(made, who="ada", *, faults=(), scope=HARBOUR):
    with SimulatedGithub(made.world, faults=faults) as github:
        asker = Asker(made, github, who)
        return asker.look(scope, using=collector(asker.addresses)), list(github.requests)


def months(batch):
    return {fact.login: fact.month for fact in facts(batch)}


def asked_about(requests):
    """How many accounts each query about activity named."""
    return [len(json.loads(r.body)["variables"]["ids"]) for r in requests if b"query Activity" in r.body]


def test_the_newest_month_of_everybody_is_told_and_who_did_nothing_for_two_years_is_told_so(made):
    found, requests = look(made)
    batch = found[ACTIVITY]
    assert (batch.outcome, batch.vantage) == (
        Outcome.COLLECTED,
        {"github:anonymous", f"{HARBOUR}:member", f"{HARBOUR}:owner"},
    )
    assert months(batch) == {
        "ada-l": date(2026, 6, 1),
        "grace-h": date(2025, 2, 1),
        "tomas-e": date(2025, 11, 1),
        "kofi-e": None,
        "mina-example": None,
        "pavel-example": None,
        "hulda-example": None,
    }
    assert asked_about(requests) == [7, 5]  # the year before is asked for those alone who were not seen since


def test_nothing_of_a_day_is_kept_and_the_next_day_changes_no_fact(made):
    before = look(made)[0][ACTIVITY]
    made.world.now = made.world.now.replace(day=20)
    harbour(made).contributions[ADA].public = (date(2026, 6, 18),)
    assert look(made)[0][ACTIVITY].items == before.items
    assert "2026-06-03" not in str(before.items)


def test_the_windows_are_whole_months_and_no_longer_than_a_year():
    for today in (date(2026, 6, 15), date(2024, 2, 29), date(2026, 1, 1), date(2026, 12, 31)):
        recent, before = windows(today)
        assert recent.first.day == before.first.day == 1
        assert (recent.first - before.last).days == 1
        assert max((w.last - w.first).days for w in (recent, before)) < 366


def test_who_may_not_see_private_repositories_asks_nothing_and_learns_what_it_takes(made):
    for who in ("grace", "guest"):
        found, requests = look(made, who)
        assert found[ACTIVITY].outcome is Outcome.DENIED
        assert "scopes admin:org and repo" in found[ACTIVITY].detail
        assert not asked_about(requests)


def test_an_owner_without_the_scope_for_private_repositories_asks_nothing(made):
    for token in made.world.tokens:
        token.scopes = tuple(scope for scope in token.scopes if scope != "repo")
    found, requests = look(made)
    assert found[ACTIVITY].outcome is Outcome.DENIED and not asked_about(requests)


def test_many_accounts_stand_in_one_query_and_where_that_is_too_much_in_more(made):
    for n in range(40):
        made.world.people.append(Person(id=930000 + n, login=f"deckhand-{n}-example"))
        harbour(made).members.append(Membership(person=930000 + n))
        harbour(made).contributions[930000 + n] = Contributions(public=(date(2026, 5, 1),))
    found, requests = look(made)
    assert asked_about(requests) == [AT_ONCE, AT_ONCE, 7, 5]
    assert len(months(found[ACTIVITY])) == 47
    too_much = [Aim(fault=FAULTS["bad-gateway"], path="/graphql", nth=3, times=2)]
    again, requests = look(made, faults=too_much)
    assert asked_about(requests)[:4] == [AT_ONCE, AT_ONCE, AT_ONCE // 2, AT_ONCE // 2]
    assert again[ACTIVITY].items == found[ACTIVITY].items


@pytest.mark.parametrize("fault", ["null-fields", "graphql-partial", "bad-gateway", "truncated-json", "forbidden"])
def test_an_answer_that_went_wrong_makes_nobody_inactive(made, fault):
    true = months(look(made)[0][ACTIVITY])
    for nth in range(1, 7):
        batch = look(made, faults=[Aim(fault=FAULTS[fault], nth=nth)])[0][ACTIVITY]
        told = months(batch)
        assert told.items() <= true.items()
        assert batch.outcome is not Outcome.COLLECTED or told == true


def collector_of(made):
    with SimulatedGithub(made.world) as github:
        return collector(Asker(made, github, "ada").addresses)


def fetched(made):
    with SimulatedGithub(made.world) as github:
        asker = Asker(made, github, "ada")
        using = collector(asker.addresses)
        list(using.requests(HARBOUR))
        return asyncio.run(using.fetch(HARBOUR, asker.web))


def test_a_calendar_that_lacks_a_week_tells_nothing(made):
    raw = fetched(made)

    def without_a_week(answer):
        if answer.question != "recent":
            return answer
        body = json.loads(answer.body)
        for node in body["data"]["nodes"]:
            weeks = node["contributionsCollection"]["contributionCalendar"]["weeks"]
            del weeks[20]
        return replace(answer, body=json.dumps(body).encode())

    (batch,) = collector_of(made).parse(replace(raw, answers=tuple(map(without_a_week, raw.answers))))
    assert not batch.outcome.observes and batch.items == ()


def test_contributions_that_are_counted_and_not_shown_are_said_to_be_hidden(made):
    """As if GitHub kept from an owner what a repository holds that was taken from the organization."""
    raw = fetched(made)

    def with_restricted(answer):
        if answer.question not in ("recent", "before"):
            return answer
        body = json.loads(answer.body)
        for node in body["data"]["nodes"]:
            node["contributionsCollection"]["hasAnyRestrictedContributions"] = True
            node["contributionsCollection"]["latestRestrictedContributionDate"] = "2026-06-02"
        return replace(answer, body=json.dumps(body).encode())

    (batch,) = collector_of(made).parse(replace(raw, answers=tuple(map(with_restricted, raw.answers))))
    hidden = {fact.login: fact.hidden for fact in facts(batch)}
    assert hidden["kofi-e"] and hidden["grace-h"]
    assert not hidden["ada-l"]  # in that month she was seen anyway
