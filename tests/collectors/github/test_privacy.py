"""Private repositories are told of in one RED kind: nowhere else is there a name, a number or a count. Not live."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muniment.collectors.github import collector
from muniment.collectors.github.organization import Repositories, private_list
from muniment.collectors.github.repository import advisory_fork
from muniment.collectors.github.rights import Place
from muniment.collectors.reading import Missed
from muniment.evidence.private_repository import PrivateRepository
from muniment.model.observation import Batch, Outcome
from muniment.model.tlp import TLP
from muniment.testing.github.growing import grown
from muniment.testing.github.server import SimulatedGithub
from tests.collectors.github.canned import ADA, SCOPE, Callisto, answer, at_hand, facts, page, read, repository
from tests.collectors.github.simulated import APP, Asker

CANARY = "canaryhush"
NUMBER = 987_654_321
FORK = f"{CANARY}-ghsa-2345-cfgh-mpqr"
KIND = "private-repository"


def private(number: int, name: str, visibility: str = "PRIVATE") -> dict[str, Any]:
    return {"databaseId": number, "nameWithOwner": f"Callisto/{name}", "visibility": visibility}


def below_red(found: Mapping[tuple[str, str], Batch]) -> str:
    """Everything that a look says outside the RED kind, as one text."""
    return repr([(key, batch) for key, batch in found.items() if key[1] != KIND])


def test_the_private_list_is_kept_in_the_red_kind_alone():
    world = Callisto()
    world.private = [private(NUMBER, CANARY), private(NUMBER + 1, FORK, "INTERNAL")]
    found = read(world)
    batch = found[SCOPE, KIND]
    assert (batch.outcome, batch.marking.level) == (Outcome.COLLECTED, TLP.RED)
    assert facts(batch) == [
        PrivateRepository(id=NUMBER, name=CANARY),
        PrivateRepository(id=NUMBER + 1, name=FORK, advisory_fork=True),
    ]
    assert CANARY not in below_red(found) and str(NUMBER) not in below_red(found)
    assert CANARY not in batch.detail


def test_an_advisory_fork_in_the_public_list_is_private_and_is_not_counted():
    world = Callisto()
    plain = read(world)
    world.repositories.append(repository(NUMBER, FORK))
    found = read(world)
    assert below_red(found) == below_red(plain)
    assert found[SCOPE, "organization-repository"].total == 2
    assert [fact.id for fact in facts(found[SCOPE, KIND])] == [NUMBER]


@pytest.mark.parametrize("visibility", ["PRIVATE", "INTERNAL", "SECRET", ""])
def test_what_is_not_plainly_public_in_the_public_list_is_private(visibility):
    world = Callisto()
    plain = read(world)
    world.repositories.append(repository(NUMBER, CANARY, visibility=visibility))
    found = read(world)
    assert below_red(found) == below_red(plain)
    assert [fact.name for fact in facts(found[SCOPE, KIND])] == [CANARY]


def test_what_the_private_list_calls_public_stays_private():
    world = Callisto()
    world.private = [private(NUMBER, CANARY, "PUBLIC")]
    found = read(world)
    assert CANARY not in below_red(found)
    assert [fact.name for fact in facts(found[SCOPE, KIND])] == [CANARY]


def test_properties_of_private_repositories_are_passed_over():
    world = Callisto()
    plain = read(world)
    line = {"repository_id": NUMBER, "repository_name": CANARY, "repository_full_name": f"Callisto/{CANARY}"}
    world.properties = [{**line, "properties": [{"property_name": "owner", "value": CANARY}]}]
    assert below_red(read(world)) == below_red(plain)


def test_githubs_error_texts_which_name_things_are_not_repeated():
    world = Callisto()
    world.errors = [
        {"type": "FORBIDDEN", "path": ["organization"], "message": f"Callisto/{CANARY} is protected"},
        {"type": CANARY, "path": [CANARY], "message": CANARY},
        {"message": CANARY},
    ]
    world.instead = lambda question, _: (
        answer({"message": CANARY}, status=403) if question.startswith("/orgs") else None
    )
    assert CANARY not in repr(read(world))


def test_a_failing_private_list_says_nothing_of_what_it_held():
    for body in (
        {"data": {"organization": {"login": "Callisto", "repositories": page([private(NUMBER, CANARY)], total=7)}}},
        {"data": {"organization": {"login": "Callisto", "repositories": page([{"nameWithOwner": CANARY}])}}},
        {"data": None, "errors": [{"message": CANARY, "path": [CANARY]}]},
    ):
        world = Callisto()
        world.instead = lambda question, _, body=body: answer(body) if question == "PrivateRepositories" else None
        found = read(world)
        assert found[SCOPE, KIND].outcome is not Outcome.COLLECTED
        assert CANARY not in below_red(found) + found[SCOPE, KIND].detail
        assert "7" not in found[SCOPE, KIND].detail


@pytest.mark.parametrize("other", [Repositories((), (), "3 of 7 came"), Missed(Outcome.UNREACHABLE, "no answer")])
def test_what_is_private_is_not_all_told_while_the_public_list_which_has_some_of_it_came_short(other):
    place = Place(level="owner", every_repository=True)
    assert private_list(Repositories((), ()), Repositories((), ()), place) == ([], "")
    found, short = private_list(other, Repositories((), ()), place)
    assert (found, bool(short)) == ([], True)


def test_a_plan_made_after_a_look_is_the_one_made_before_it():
    world = Callisto()
    world.private = [private(NUMBER, CANARY)]
    made = collector(at_hand(ADA))
    before = list(made.requests(SCOPE))
    asyncio.run(made.fetch(SCOPE, world))
    assert before and list(made.requests(SCOPE)) == before


@pytest.mark.parametrize("name", [FORK, FORK.upper(), "a-ghsa-g3c6-vq9j-x2mw"])
def test_advisory_forks_are_known_by_their_names(name):
    assert advisory_fork(name)


@pytest.mark.parametrize("name", ["ghsa", "lodestar-ghsa-1", "ghsa-2345-cfgh-mpqr-tools"])
def test_other_names_are_no_advisory_forks(name):
    assert not advisory_fork(name)


def hidden(names: Sequence[str]) -> list[dict[str, Any]]:
    return [private(NUMBER + n, f"{CANARY}{name}") for n, name in enumerate(names)]


@settings(max_examples=30, deadline=None)
@given(names=st.lists(st.from_regex(r"[a-z]{1,8}(-ghsa-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4})?", fullmatch=True)))
def test_how_many_private_repositories_there_are_changes_nothing_below_red(names):
    world = Callisto()
    world.private = hidden(names)
    assert below_red(read(world)) == PLAIN


PLAIN = below_red(read(Callisto()))


@pytest.mark.parametrize("who", ["ada", "ben", "cleo", "dora", APP])
def test_no_look_at_the_simulated_github_tells_a_private_name_below_red(who, caplog):
    caplog.set_level(logging.DEBUG)
    made = grown(organizations=3, repositories=6, members=5, owner_of=1, member_of=1)
    everything = [r for o in made.world.organizations for r in o.repositories]
    secret = [r for r in everything if not r.public or advisory_fork(r.name)]
    assert {r.public for r in secret} == {True, False}
    for n, repo in enumerate(secret):
        repo.name = f"{CANARY}-listed-{n}-ghsa-2345-cfgh-mpqr" if repo.public else f"{CANARY}{n}"
        repo.id = NUMBER + n
    with SimulatedGithub(made.world) as github:
        scopes = [f"github:org/{o.login.lower()}" for o in made.world.organizations]
        asker = Asker(made, github, who)
        found = asker.look(*scopes)
        for repo in secret:
            owner = next(o.login for o in made.world.organizations if repo in o.repositories)
            scope = f"github:repo/{owner}/{repo.name}".lower()
            alone = asker.look(scope)
            assert {batch.outcome for batch in alone.values()} == {Outcome.UNOBSERVABLE}
            assert {batch.vantage for batch in alone.values()} == {frozenset({"github:anonymous"})}
    assert CANARY not in below_red(found) and str(NUMBER) not in below_red(found)
    assert CANARY not in caplog.text
    red = [batch for (_, kind), batch in found.items() if kind == KIND and batch.items]
    assert f"{CANARY}-listed" in repr(red)
    assert bool(re.search(rf"{CANARY}\d", repr(red))) == (who in ("ada", APP))
