"""How the second factor of each account is known: seen, enforced, attested or unknown, and never guessed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from muniment.app.access import access
from muniment.app.collect import finish
from muniment.app.dossiers import book_at
from muniment.app.main_job import Declared, begin
from muniment.app.material import material
from muniment.app.second_factors import answered, in_words
from muniment.checks.declaration import checks
from muniment.collectors.addresses import addresses
from muniment.collectors.finding import collectors
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.handover import acceptable
from muniment.model.errors import UsageError
from muniment.model.party import Account
from muniment.model.policy import Policy
from muniment.model.tlp import CLEAR, TLP, Audience
from muniment.ports import Store
from muniment.publish.council import State
from muniment.publish.projection import COUNCIL, PUBLIC, project
from muniment.publish.view import build
from muniment.testing.github.growing import demo
from muniment.testing.github.program import Program
from muniment.testing.github.server import SimulatedGithub
from muniment.wiring import site

KOFI = DeclaredParty(
    handle="kofi",
    github_id=900006,
    accounts=(
        Account("github", "kofi-e"),
        Account("npm", "kofi-npm"),
        Account("pypi", "kofi-py"),
        Account("zulip", "kofi-zulip"),
        Account("email", "kofi@people.example"),
    ),
)
ZETA = DeclaredParty(handle="zeta", accounts=(Account("npm", "zeta-npm"),))


@pytest.fixture
def program(store: Store) -> Program:
    own = Program(demo(), store, "ada", policy=Policy(security_team=("ada",)))
    own.also = (KOFI, ZETA)
    with SimulatedGithub(own.made.world) as github:
        own.run(github)
    return own


def known(program: Program, handle: str = "kofi") -> dict[str, tuple[State, str]]:
    now = program.made.world.now
    found = access(program.store, handle, at=None, now=now).secured
    return {one.platform: (one.state, one.factor) for one in found}


def say(
    program: Program, platform: str, *, has: bool, days: int = 30, handle: str = "kofi", by: str = "ada"
) -> None:
    now = program.made.world.now
    store = program.store
    batch = answered(
        book_at(store).inventory,
        handle=handle,
        platform=platform,
        has=has,
        by=by,
        now=now,
        until=now.date() + timedelta(days=days),
    )
    run = begin(store, Declared("callisto", program.declared(), CLEAR, ""), now=now, code="test")
    store.record(run, [batch])
    finish(store, run)


def test_each_platform_says_how_it_is_known(program: Program) -> None:
    assert known(program) == {
        "github": (State.OBSERVED, "none"),
        "npm": (State.UNKNOWN, ""),
        "pypi": (State.ENFORCED, ""),
        "zulip": (State.UNKNOWN, ""),
    }


def test_somebody_s_word_counts_to_its_end_where_no_platform_tells(program: Program) -> None:
    say(program, "npm", has=True, days=10)
    say(program, "zulip", has=False, days=400)
    say(program, "npm", has=True, handle="zeta")
    assert known(program)["npm"] == (State.ATTESTED, "")
    assert known(program)["zulip"] == (State.ATTESTED, "none")
    assert known(program, "zeta")["npm"] == (State.ATTESTED, ""), "one answer takes no other away"
    program.made.world.now += timedelta(days=11)
    assert known(program)["npm"] == (State.UNKNOWN, "")
    assert known(program)["zulip"] == (State.ATTESTED, "none")
    say(program, "zulip", has=True)
    assert known(program)["zulip"] == (State.ATTESTED, "")


def test_what_is_seen_counts_before_what_is_said(program: Program) -> None:
    say(program, "github", has=True)
    assert known(program)["github"] == (State.OBSERVED, "none")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"by": "kofi"}, "cannot answer for themselves"),
        ({"by": "nobody"}, "knows nobody"),
        ({"handle": "nobody"}, "no person"),
        ({"platform": "pypi"}, "enforces it"),
        ({"platform": "email"}, "no account"),
        ({"platform": "mastodon"}, "no account"),
        ({"until": date(2020, 1, 1)}, "cannot end"),
    ],
)
def test_what_cannot_be_an_answer_is_refused(program: Program, changes: dict[str, object], why: str) -> None:
    now = program.made.world.now
    given = {"handle": "kofi", "platform": "npm", "has": True, "by": "ada", "until": now.date()} | changes
    with pytest.raises(UsageError, match=why):
        answered(book_at(program.store).inventory, now=now, **given)  # type: ignore[arg-type]


def test_no_bundle_brings_an_answer(program: Program) -> None:
    now = program.made.world.now
    inventory = book_at(program.store).inventory
    batch = answered(inventory, handle="kofi", platform="npm", has=True, by="ada", now=now, until=now.date())
    assert acceptable(batch, collectors(addresses("https://index.example/simple", "https://npm.example")))


def test_access_tells_of_every_platform(program: Program) -> None:
    say(program, "npm", has=True)
    found = access(program.store, "kofi", at=None, now=program.made.world.now)
    lines = [in_words(one) for one in found.secured]
    assert lines[0].startswith("github:kofi-e: observed: none (seen in github:org/callisto")
    assert lines[1].startswith("npm:kofi-npm: attested (ada on ")
    assert lines[2].startswith("pypi:kofi-py: enforced by the platform (PyPI lets nobody")
    assert lines[3] == "zulip:kofi-zulip: unknown (no source tells how people sign in to zulip)"
    assert found.marking.level >= TLP.AMBER


def test_the_council_alone_reads_it_on_the_person_s_page(program: Program) -> None:
    say(program, "npm", has=False)
    view = build(material(program.store, checks(), now=program.made.world.now), checks())
    page = site(view, COUNCIL)["people/kofi.html"].decode()
    assert "Second factors" in page and "attested: none" in page and "npm:kofi-npm" in page
    for audience in (PUBLIC, Audience(TLP.GREEN, frozenset()), Audience(TLP.AMBER, frozenset({"lodestar"}))):
        assert project(view, audience).view.secured == ()
        for name, data in site(view, audience).items():
            assert "attested: none" not in data.decode(errors="replace"), name
