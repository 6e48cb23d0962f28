"""An exemption is for a number that was pinned or seen: a login may be somebody else's by now."""

from __future__ import annotations

import pytest

from muniment.app.campaign.deciding import exempt, readmit
from muniment.evidence.declared_party import DeclaredParty
from muniment.model.errors import UsageError
from muniment.model.party import Account
from tests.app.campaign.conftest import CampaignWorld

ZETA = "github-id:4713"
FINE = "github-id:4711"
"""An account with a good second factor, of which nothing was ever found."""


def exempted(world: CampaignWorld, word: str) -> str:
    return exempt(
        world.store,
        world.checks,
        "two-factor",
        word,
        reason="on leave",
        until=world.day(),
        by="ada",
        now=world.today,
    )


def zeta(world: CampaignWorld, number: int | None) -> None:
    """Declare Zeta with a login, and with a number or none."""
    party = DeclaredParty(
        handle="zeta", name="Zeta Example", github_id=number, accounts=(Account("github", "Zeta-Example"),)
    )
    world.more = [*(m for m in world.more if getattr(m, "handle", "") != "zeta"), party]
    world.run()


def test_whom_the_register_does_not_pin_is_not_found_by_a_login_that_may_have_changed_hands(
    world: CampaignWorld,
) -> None:
    zeta(world, None)
    world.begin()
    for word in ("zeta", "Zeta Example", "github:zeta-example"):
        with pytest.raises(UsageError, match="pins no number for zeta") as refused:
            exempted(world, word)
        assert "write github-id: 4713 under parties › zeta" in refused.value.hint
    assert world.where()[ZETA] == "to-go"
    assert exempted(world, ZETA) == ZETA
    assert world.where()[ZETA] == "exempt"


def test_whom_the_register_pins_is_exempt_by_the_number_whoever_has_the_login(world: CampaignWorld) -> None:
    zeta(world, 4999)
    world.begin()
    assert exempted(world, "zeta") == "github-id:4999"
    assert world.where()[ZETA] == "to-go"


def test_an_account_that_the_register_does_not_know_is_found_by_the_login_it_has_today(
    world: CampaignWorld,
) -> None:
    world.run()
    world.begin()
    assert exempted(world, "github:zeta-example") == ZETA


def test_a_number_that_nobody_ever_saw_is_refused(world: CampaignWorld) -> None:
    world.run()
    world.begin()
    with pytest.raises(UsageError, match="nobody ever saw the number 99") as refused:
        exempted(world, "github-id:99")
    assert "campaign status" in refused.value.hint
    assert not any(subject == "github-id:99" for subject in world.where())


def test_an_exemption_can_be_taken_back_when_the_account_is_seen_no_more(world: CampaignWorld) -> None:
    world.run()
    world.begin()
    exempted(world, FINE)
    for asset, people in world.github.people.items():
        world.github.people[asset] = {id: own for id, own in people.items() if id != 4711}
    world.run()
    assert readmit(world.store, world.checks, "two-factor", FINE, by="ada", now=world.today) == FINE
    with pytest.raises(UsageError, match="nobody ever saw the number 4711"):
        readmit(world.store, world.checks, "two-factor", FINE, by="ada", now=world.today)
