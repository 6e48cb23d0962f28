"""The log of campaigns in both databases: what people decided comes back as it was, in its order, or is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from muniment.campaigns.kind import NINETY_DAYS
from muniment.campaigns.log import Exempted, Paused, Resumed, Started, fold
from muniment.evidence.forgetting import Erasure, Person
from muniment.ledger.events import Entry, FindingId, Opened, Why
from muniment.model.errors import UsageError
from muniment.model.party import Account
from muniment.model.tlp import TLP, Marking
from muniment.model.verdict import Severity

from .conftest import Stores
from .worlds import DAY, START, begin

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


def test_the_ledgers_history_can_be_asked_of_some_checks_alone(stores: Stores) -> None:
    store = stores()
    run = begin(store, 0)
    words = Opened(Severity.HIGH, "text", "cause", "harbour", Marking(TLP.AMBER), Why.OBSERVED)
    ids = [
        FindingId(check, f"github:org/{n}", "47110") for n in range(2) for check in ("access/a", "access/b", "x/c")
    ]
    with store.assessing(run) as ledger:
        ledger.write(Entry(id, words) for id in ids)
    asked = ("access/a", "x/c", "nobody/asks")
    assert [e.finding for _, e in store.history(checks=asked)] == [id for id in ids if id.check in asked]
    assert list(store.history(checks=())) == []
    assert len(list(store.history())) == len(ids)
