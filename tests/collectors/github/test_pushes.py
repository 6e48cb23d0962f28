"""Who pushed to a repository: by month and account, and absence only where nobody was left out. Not live."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace

from muniment.collectors.github_activity import collector as activity
from muniment.collectors.github_pushes import AGAIN, BY_NAME, LINES, PAGES, collector
from muniment.model.observation import Outcome
from muniment.model.tlp import TLP
from muniment.testing.github.contract import broken
from muniment.testing.github.faults import FAULTS, Aim
from muniment.testing.github.growing import small
from muniment.testing.github.server import SimulatedGithub
from muniment.testing.github.world import Membership, Person, Push
from tests.collectors.github.canned import answer, facts
from tests.collectors.github.simulated import Asker

ORG = "github:org/callisto-anchor"
NOW = datetime(2026, 6, 15, 6, tzinfo=UTC)
STRANGER = 900999


def org(made):
    return made.world.organizations[0]


def repo(made):
    return next(r for r in org(made).repositories if r.public)


def scope(made):
    return f"github:repo/{org(made).login}/{repo(made).name}".lower()


def people(made):
    """The members, ada first."""
    return [m.person for m in org(made).members]


def push(n, by, days=3, **more):
    return Push(id=n, at=NOW - timedelta(days=days), by=by, **more)


@pytest.fixture
def made():
    found = small()
    found.world.now = NOW
    found.world.people.append(Person(id=STRANGER, login="stranger-example"))
    for place in found.world.organizations:
        for own in place.repositories:
            own.pushes = []
    return found


def look(made, who="ada", *, faults=(), asked=""):
    with SimulatedGithub(made.world, faults=faults) as github:
        asker = Asker(made, github, who)
        found = asker.look(asked or scope(made), using=collector(asker.addresses))
        assert not broken(github.requests)
        return found[asked or scope(made), "repository-activity"], list(github.requests)


def fetched(made):
    """What was asked and answered, unread, and who reads it."""
    with SimulatedGithub(made.world) as github:
        asker = Asker(made, github, "ada")
        using = collector(asker.addresses)
        list(using.requests(scope(made)))
        return asyncio.run(using.fetch(scope(made), asker.web)), using


def told(made, lists):
    """What is read from these answers about the list, the first and what came when it was asked for again."""
    raw, using = fetched(made)
    kept = [a for a in raw.answers if a.question not in (LINES, AGAIN)]
    given = [replace(a, question=question) for a, question in zip(lists, (LINES, AGAIN), strict=False)]
    (batch,) = using.parse(replace(raw, answers=(*kept, *given)))
    return batch


def months(batch):
    return {fact.id: fact.month for fact in facts(batch)}


def lists(requests):
    """The questions put to a repository's list, by what they were narrowed to."""
    return [dict(r.query) for r in requests if r.path.endswith("/activity")]


def test_the_newest_month_of_each_account_is_kept_and_nothing_of_strangers_or_days(made):
    ada, ben, *_ = people(made)
    repo(made).pushes = [
        push(1, ada, 200),
        push(2, ada, 40, what="pr_merge"),
        push(3, ben, 5, what="branch_creation", ref="refs/heads/try"),
        push(4, STRANGER, 1),
    ]
    batch, requests = look(made)
    assert (batch.outcome, batch.counted, batch.marking.level) == (Outcome.COLLECTED, True, TLP.AMBER)
    assert batch.vantage == {"github:anonymous", f"{ORG}:member", f"{ORG}:owner"}
    assert months(batch) == {ada: date(2026, 5, 1), ben: date(2026, 6, 1)}
    assert b"stranger" not in b"".join(item.payload for item in batch.items)
    assert lists(requests) == [{"direction": "desc", "time_period": "year", "per_page": "100"}]


def test_what_lies_more_than_a_year_back_is_not_seen(made):
    repo(made).pushes = [push(1, people(made)[0], 364), push(2, people(made)[1], 366)]
    assert set(months(look(made)[0])) == {people(made)[0]}


def test_pages_are_followed_by_their_cursors_and_no_line_is_lost(made):
    ada, ben, *_ = people(made)
    repo(made).pushes = [push(n, ada, n % 300) for n in range(1, 250)] + [push(999, ben, 360)]
    batch, requests = look(made)
    assert batch.outcome is Outcome.COLLECTED and set(months(batch)) == {ada, ben}
    assert len(lists(requests)) == 3 and all("after" in query for query in lists(requests)[1:])


def busy(made, *others):
    """Ada fills all pages that are followed; of everybody else there are older lines alone."""
    lines = [push(n, people(made)[0], 1 + n / 100) for n in range(1, PAGES * 100 + 50)]
    repo(made).pushes = [*lines, *(push(5000 + n, who, 300) for n, who in enumerate(others))]


def test_where_a_list_goes_on_beyond_its_pages_whoever_was_not_met_is_asked_for_by_name(made):
    ada, ben, *rest = people(made)
    busy(made, ben)
    batch, requests = look(made)
    assert months(batch) == {ada: date(2026, 6, 1), ben: date(2025, 8, 1)}
    assert batch.outcome is Outcome.COLLECTED
    assert not batch.counted, "an account's empty list is nothing that anybody counted: a second look is waited for"
    asked = [query["actor"] for query in lists(requests) if "actor" in query]
    outside = org(made).outside()
    assert sorted(asked) == sorted(made.world.person_of(n).login for n in (ben, *rest, *outside))


def test_where_too_many_are_left_to_be_asked_for_who_was_seen_was_seen_and_of_the_others_nothing_is_told(made):
    ada, ben, *_ = people(made)
    for n in range(BY_NAME):
        made.world.people.append(Person(id=930000 + n, login=f"deckhand-{n}-example"))
        org(made).members.append(Membership(person=930000 + n))
    busy(made, ben)
    batch, requests = look(made)
    assert batch.outcome is Outcome.PARTIAL and "it goes on beyond 500 lines" in batch.detail
    assert set(months(batch)) == {ada}
    assert len(lists(requests)) == PAGES


def test_an_account_whose_own_list_did_not_come_leaves_the_look_partial(made):
    ada, ben, *_ = people(made)
    busy(made, ben)
    (asked,) = [r for r in look(made)[1] if dict(r.query).get("actor") == made.world.person_of(ben).login]
    for fault in ("bad-gateway", "forbidden", "null-fields", "truncated-json", "unprocessable"):
        batch, _ = look(made, faults=[Aim(fault=FAULTS[fault], question=asked.question)])
        assert batch.outcome is Outcome.PARTIAL and set(months(batch)) == {ada}, fault


def test_a_name_that_is_somebody_elses_by_now_tells_nothing_of_whoever_had_it(made):
    ada, ben, *_ = people(made)
    busy(made, ben)
    raw, using = fetched(made)
    line = {"id": 7, "timestamp": "2026-06-01T00:00:00Z", "actor": {"id": STRANGER}}
    answers = [replace(a, body=answer([line]).body) if a.question == str(ben) else a for a in raw.answers]
    (batch,) = using.parse(replace(raw, answers=tuple(answers)))
    assert batch.outcome is Outcome.PARTIAL and "of 1 accounts nobody was told" in batch.detail
    assert set(months(batch)) == {ada}


def test_nothing_in_a_year_is_believed_where_it_is_said_twice(made):
    batch, requests = look(made)
    assert (batch.outcome, batch.counted, batch.items) == (Outcome.COLLECTED, True, ())
    assert [query["per_page"] for query in lists(requests)] == ["100", "1"]


def test_a_list_that_was_empty_once_and_not_again_proves_nothing(made):
    repo(made).pushes = [push(1, people(made)[0])]
    first = lists(look(made)[1])
    assert len(first) == 1
    question = next(r.question for r in look(made)[1] if r.path.endswith("/activity"))
    batch, _ = look(made, faults=[Aim(fault=FAULTS["vanished-page"], question=question)])
    assert batch.outcome is Outcome.PARTIAL and "once, and not again" in batch.detail


def test_a_line_of_nobody_leaves_open_whose_it_was(made):
    repo(made).pushes = [push(1, people(made)[0]), push(2, 0)]
    batch, _ = look(made)
    assert batch.outcome is Outcome.PARTIAL and "name nobody" in batch.detail
    assert set(months(batch)) == {people(made)[0]}


def test_who_may_not_see_private_repositories_asks_nothing_and_learns_what_it_takes(made):
    batch, requests = look(made, "ben")
    assert batch.outcome is Outcome.DENIED and "scopes admin:org and repo" in batch.detail
    assert not lists(requests)


def test_a_repository_that_goes_by_another_name_now_is_followed_to_its_number(made):
    ada = people(made)[0]
    repo(made).former_names = {"old-name"}
    repo(made).pushes = [push(1, ada)]
    batch, requests = look(made, asked=f"github:repo/{org(made).login}/old-name".lower())
    assert set(months(batch)) == {ada} and 301 in {r.status for r in requests}


def test_who_belongs_is_asked_once_for_all_repositories_and_for_the_calendars_too(made):
    with SimulatedGithub(made.world) as github:
        asker = Asker(made, github, "ada")
        using, also = collector(asker.addresses), activity(asker.addresses)
        scopes = [f"github:repo/{org(made).login}/{r.name}".lower() for r in org(made).repositories if r.public]

        class Both:
            def requests(self, scope):
                return (also if scope == ORG else using).requests(scope)

            async def fetch(self, scope, io):
                return await (also if scope == ORG else using).fetch(scope, io)

            def parse(self, raw):
                return (also if raw.scope == ORG else using).parse(raw)

        found = asker.look(ORG, *scopes, using=Both())
        assert {batch.outcome for batch in found.values()} == {Outcome.COLLECTED}
        assert sum(b"query Accounts" in r.body for r in github.requests) == 1


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (404, Outcome.UNOBSERVABLE),
        (410, Outcome.UNOBSERVABLE),
        (403, Outcome.DENIED),
        (451, Outcome.DENIED),
        (422, Outcome.DENIED),
        (502, Outcome.UNREACHABLE),
    ],
)
def test_a_refusal_is_neither_a_push_nor_none(made, status, outcome):
    batch = told(made, [answer({}, status=status)])
    assert (batch.outcome, batch.items) == (outcome, ())
    assert batch.detail


def test_a_repository_to_which_nothing_was_ever_pushed_is_told_so_twice(made):
    empty = answer({"message": "Git Repository is empty."}, status=409)
    once, twice = told(made, [empty]), told(made, [empty, empty])
    assert (once.outcome, once.counted) == (Outcome.COLLECTED, False)
    assert (twice.outcome, twice.counted, twice.items) == (Outcome.COLLECTED, True, ())


@pytest.mark.parametrize(
    "line",
    [
        {"timestamp": "2026-06-01T00:00:00Z", "actor": {"id": 910001}},
        {"id": 1, "actor": {"id": 910001}},
        {"id": 1, "timestamp": "2026-06-01T00:00:00Z"},
        {"id": 1, "timestamp": "soon", "actor": {"id": 910001}},
        {"id": 1, "timestamp": "2031-06-01T00:00:00Z", "actor": {"id": 910001}},
        {"id": 1, "timestamp": "2026-06-01T00:00:00Z", "actor": {"login": "ada"}},
        "a line",
        None,
    ],
)
def test_a_line_in_another_shape_or_from_the_future_is_no_sign_and_leaves_the_look_partial(made, line):
    batch = told(made, [answer([line])])
    assert (batch.outcome, batch.items) == (Outcome.PARTIAL, ())


def test_lines_that_do_not_begin_with_the_newest_are_not_read(made):
    def line(n, day):
        return {"id": n, "timestamp": f"2026-0{n}-{day:02}T00:00:00Z", "actor": {"id": people(made)[0]}}

    assert told(made, [answer([line(2, 1), line(5, 1)])]).outcome is Outcome.UNREADABLE
    assert told(made, [answer([line(5, 1), line(2, 1)])]).outcome is Outcome.COLLECTED


@pytest.mark.parametrize("fault", ["null-fields", "bad-gateway", "truncated-json", "forbidden", "vanished-page"])
def test_an_answer_that_went_wrong_makes_nobody_unseen(made, fault):
    for n, who in enumerate(people(made)):
        repo(made).pushes.append(push(n + 1, who, 10 * n))
    true = months(look(made)[0])
    questions = dict.fromkeys(r.question for r in look(made)[1])
    for question in questions:
        batch, _ = look(made, faults=[Aim(fault=FAULTS[fault], question=question)])
        assert months(batch).items() <= true.items()
        assert batch.outcome is not Outcome.COLLECTED or months(batch) == true, question


def test_a_line_of_the_last_day_that_can_be_written_stops_nothing(made):
    times = ("9999-12-31T23:59:59Z", "2026-06-01T00:00:00Z", "0001-01-01T00:00:00+14:00")
    lines = [
        {"id": n, "timestamp": time, "actor": {"id": people(made)[0]}} for n, time in enumerate(times, start=1)
    ]
    batch = told(made, [answer(lines)])
    assert (batch.outcome, set(months(batch))) == (Outcome.PARTIAL, {people(made)[0]})
