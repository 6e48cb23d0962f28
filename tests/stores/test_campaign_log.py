"""The log of campaigns in both databases: what people decided comes back as it was, in its order, or is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from muniment.campaigns.kind import NINETY_DAYS
from muniment.campaigns.log import Exempted, Paused, Resumed, Started, fold
from muniment.evidence.forgetting import Erasure, Person
from muniment.model.errors import UsageError
from muniment.model.party import Account

from .conftest import Stores
from .worlds import DAY, START

STARTED = Started(START, "ada", "two-factor", NINETY_DAYS, 14)


def test_decisions_come_back_in_their_order_and_survive_being_closed(stores: Stores) -> None:
    url = stores.url()
    store = stores(url)
    events = [
        STARTED,
        Exempted(START + DAY, "ada", "github-id:1", "on a boat \0 \x1a é", (START + 9 * DAY).date()),
        Paused(START + DAY, "ada"),
        Resumed(START + 2 * DAY + timedelta(microseconds=1), "zeta"),
    ]
    for event in events:
        after = store.log_campaign("two-factor", event)
    store.log_campaign("other", STARTED)
    assert after == fold("two-factor", events)
    again = stores(url)
    assert [event for _, event in again.campaign_log("two-factor")] == events
    assert [name for name, _ in again.campaign_log()] == ["two-factor"] * 4 + ["other"]
    assert again.campaign_log("nothing") == []


def test_a_line_that_cannot_follow_is_not_kept(stores: Stores) -> None:
    store = stores()
    store.log_campaign("two-factor", STARTED)
    for event, why in ((STARTED, "started already"), (Resumed(START + DAY, "ada"), "not paused")):
        with pytest.raises(UsageError, match=why):
            store.log_campaign("two-factor", event)
    with pytest.raises(UsageError, match="backwards"):
        store.log_campaign("two-factor", Paused(START - DAY, "ada"))
    with pytest.raises(UsageError, match="no campaign"):
        store.log_campaign("other", Paused(START, "ada"))
    assert len(store.campaign_log()) == 1


def test_whoever_is_forgotten_is_in_no_line(stores: Stores) -> None:
    store = stores()
    store.log_campaign("two-factor", STARTED)
    until = (START + 9 * DAY).date()
    for event in (
        Exempted(START, "zqx", "github-id:47110", "zqx asked Zoe Marked", until),
        Exempted(START, "ada", "github-id:47111", "another", until),
    ):
        store.log_campaign("two-factor", event)
    person = Person(
        handles=("zqx",), names=("Zoe Marked",), accounts=(Account("github", "zqx-marked"),), numbers=(47110,)
    )
    erasure = Erasure(person, store.next_act())
    assert store.forget(erasure, {}, at=None).decisions == 1
    store.forget(erasure, {}, at=START + DAY)
    store.scrub()
    _, zoe, other = (event for _, event in store.campaign_log())
    assert isinstance(zoe, Exempted) and isinstance(other, Exempted)
    assert (zoe.by, zoe.subject, zoe.reason) == ("forgotten-1", "github-id:-100", "forgotten-1 asked forgotten-1")
    assert other.subject == "github-id:47111"
