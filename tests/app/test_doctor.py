"""The doctor's words: what is counted first, what stands together, and what is in trouble."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from muniment.app.doctor import Health, Outlook, Part, days_left, examine, first_line, outlooks
from muniment.app.hand_over import with_organizations
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_policy import DeclaredPolicy
from muniment.model.asset import Status
from muniment.model.policy import Policy
from muniment.ports import Answer, Card, Diagnosis, Io, Sight
from tests.app.conftest import BEGAN, Canned
from tests.app.github_fakes import Github

ORGS = tuple(f"github:org/callisto-{n}" for n in range(22))
NOW = datetime(2026, 6, 15, tzinfo=UTC)


def health(levels: Mapping[str, str], sights: Sequence[Sight] = (), cards: Sequence[Card] = ()) -> Health:
    return Health(tuple(levels), tuple(cards), levels, tuple(sights), (), keyless=False)


def test_an_owner_of_three_of_twenty_two_reads_that_first() -> None:
    levels = dict.fromkeys(ORGS, "outside") | dict.fromkeys(ORGS[:3], "owner") | dict.fromkeys(ORGS[3:9], "member")
    assert first_line(health(levels)) == "22 organizations: owner in 3, member in 6, blind in 13"


def test_an_organization_that_did_not_answer_is_blind_and_said_to_be_silent() -> None:
    levels = {ORGS[0]: "owner", ORGS[1]: "unreachable"}
    line = "2 organizations: owner in 1, member in 0, blind in 1 (1 did not answer)"
    assert first_line(health(levels)) == line


def test_organizations_of_which_the_same_is_seen_stand_together_the_best_seen_first() -> None:
    levels = {ORGS[0]: "outside", ORGS[1]: "owner", ORGS[2]: "outside"}
    sights = [
        Sight(asset=asset, kind="organization-settings", sees="all", credential="ada", cost=1)
        if level == "owner"
        else Sight(asset=asset, kind="organization-settings", sees="none", needs="an owner's token", who="an owner")
        for asset, level in levels.items()
    ]
    assert outlooks(health(levels, sights)) == (
        Outlook("owner", (ORGS[1],), ("ada",), (Part("all", ("organization-settings",), "", ""),), 1),
        Outlook(
            "outside",
            (ORGS[0], ORGS[2]),
            (),
            (Part("none", ("organization-settings",), "an owner's token", "an owner"),),
            0,
        ),
    )


@pytest.mark.parametrize(
    ("expires", "told"),
    [
        (None, "does not say"),
        (NOW + timedelta(days=12), "2026-06-27, 12 days left"),
        (NOW + timedelta(days=1, hours=3), "2026-06-16, 1 day left"),
        (NOW - timedelta(hours=1), "2026-06-14, ended"),
    ],
)
def test_a_credential_says_how_long_it_has_to_live(expires: datetime | None, told: str) -> None:
    assert days_left(Card(name="ada", kind="classic", expires=expires), NOW) == told


class Answering:
    """Answers every address with one status; 0: not at all."""

    def __init__(self, status: int) -> None:
        self.status = status
        self.asked: list[str] = []

    async def get(
        self, url: str, *, accept: str = "", credential: str = "", headers: Mapping[str, str] = {}
    ) -> Answer:
        self.asked.append(url)
        return Answer(url, self.status, BEGAN, detail="" if self.status else "no route to host")

    async def query(
        self, url: str, document: str, variables: Mapping[str, object], *, credential: str = ""
    ) -> Answer:
        raise AssertionError("the doctor puts no question of its own to GraphQL")


class Diagnosed(Github):
    """A collector that can tell what it would see."""

    async def diagnose(self, scopes: Sequence[str], io: Io) -> Diagnosis:
        self.asked += scopes
        cards = (Card(name="ada", kind="classic"), Card(name="old", kind="classic", trouble="it has ended"))
        return Diagnosis(cards, dict.fromkeys(scopes, "owner"))


def declared(asset: str, status: Status = Status.OFFICIAL) -> DeclaredAsset:
    return DeclaredAsset(asset=asset, status=status, reason="made up")


REGISTER = (
    declared("github:org/callisto"),
    declared("github:org/callisto-fans", Status.EXTERNAL),
    declared("github:repo/callisto/lodestar"),
    declared("github:repo/elsewhere/tool"),
    declared("pypi:lodestar"),
)


def test_what_is_asked_about_is_the_projects_and_each_source_is_asked_once() -> None:
    github, web = Diagnosed(BEGAN), Answering(404)
    found = examine(with_organizations(REGISTER, ()), (github, Canned()), lambda _: web)  # type: ignore[arg-type]
    assert github.asked == ["github:org/callisto", "github:repo/elsewhere/tool"]
    assert found.organizations == ("github:org/callisto",)
    assert web.asked == ["{pypi}/pypi:lodestar"]
    assert [s.answered for s in found.sources] == [True], "a refusal is an answer"


def test_a_credential_in_trouble_comes_first_and_counts() -> None:
    found = examine(with_organizations(REGISTER, ()), (Diagnosed(BEGAN),), lambda _: Answering(200))
    assert [card.name for card in found.cards] == ["old", "ada"]
    assert found.is_lacking


def test_offline_no_source_is_asked_and_an_organization_named_needs_no_register() -> None:
    web = Answering(200)
    named = with_organizations((), ("github:org/callisto",))
    found = examine(named, (Diagnosed(BEGAN), Canned()), lambda _: web, only=("github:org/callisto",), offline=True)  # type: ignore[arg-type]
    assert found.organizations == ("github:org/callisto",) and web.asked == []


def test_registries_that_no_run_may_ask_are_not_asked_by_the_doctor_either() -> None:
    quiet = DeclaredPolicy(project="callisto", name="Project Callisto", policy=Policy(live_limit=0))
    web = Answering(200)
    found = examine(with_organizations((*REGISTER, quiet), ()), (Diagnosed(BEGAN), Canned()), lambda _: web)  # type: ignore[arg-type]
    assert web.asked == [] and found.sources == ()
    assert found.organizations == ("github:org/callisto",), "GitHub is asked"


def test_a_machine_that_reaches_nothing_is_told_from_one_that_sees_little() -> None:
    without_key = Diagnosed(BEGAN)
    without_key.asks = ()
    register = with_organizations(REGISTER, ())
    collectors = (without_key, Canned())
    assert examine(register, collectors, lambda _: Answering(0)).is_cut_off  # type: ignore[arg-type]
    reached = examine(register, collectors, lambda _: Answering(200))  # type: ignore[arg-type]
    assert not reached.is_cut_off and reached.keyless and reached.is_lacking
