"""The outbox remembers what was handed over, in both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from muniment.campaigns.kind import NINETY_DAYS
from muniment.campaigns.log import Settled, Started
from muniment.campaigns.message import Message
from muniment.model.errors import LeaseHeld, StoreError
from muniment.model.tlp import TLP, Marking
from muniment.ports import Delivery, Fate
from muniment.stores.leases import LASTS

from .conftest import Stores
from .worlds import START

SENT = Delivery(Fate.SENT, receipt="<1@example.org>")
REFUSED = Delivery(Fate.REFUSED, detail="550 no such user")
UNCERTAIN = Delivery(Fate.UNCERTAIN, detail="the line went dead")
LATER = START + timedelta(minutes=1)


def message(subject: str = "github-id:7", stage: str = "announcement", campaign: str = "two-factor") -> Message:
    return Message(
        key=f"{campaign}/{subject}/{stage}",
        campaign=campaign,
        subject=subject,
        stage=stage,
        channel="email",
        to="ada.nightingale@example.org",
        title="A second factor",
        text="Please.",
        markdown="Please.",
        marking=Marking(TLP.AMBER),
    )


def said(one: Message) -> Settled:
    return Settled(LATER, "ada", one.subject, one.stage, "not-sent", "the log has no such mail")


def test_what_was_handed_over_is_there_for_whoever_opens_the_database_next(stores: Stores) -> None:
    url = stores.url()
    assert stores(url).hand_over(message(), START)
    (found,) = stores(url).posted("two-factor")
    assert (found.key, found.state, found.at, found.settled_at) == (message().key, "sending", START, None)
    assert (found.subject, found.stage, found.channel) == ("github-id:7", "announcement", "email")


def test_no_address_and_no_word_of_the_message_is_kept(stores: Stores) -> None:
    store = stores()
    store.hand_over(message(), START)
    (found,) = store.posted("two-factor")
    assert found.shown_to == "a…@example.org"
    assert "nightingale" not in repr(found) and "Please" not in repr(found) and "second factor" not in repr(found)


@pytest.mark.parametrize("fate", [None, SENT, REFUSED, UNCERTAIN])
def test_a_known_key_is_refused_whatever_became_of_it(stores: Stores, fate: Delivery | None) -> None:
    store = stores()
    assert store.hand_over(message(), START)
    if fate is not None:
        store.settle(message().key, fate, LATER)
    before = store.posted("two-factor")
    assert not store.hand_over(message(), LATER)
    assert store.posted("two-factor") == before


def test_of_two_who_hand_over_one_message_at_once_one_may_send_it(stores: Stores) -> None:
    url = stores.url()
    one, two = stores(url), stores(url)
    assert [one.hand_over(message(), START), two.hand_over(message(), START)] == [True, False]


def test_what_a_crash_left_is_uncertain_and_the_rest_stays(stores: Stores) -> None:
    store = stores()
    for subject in ("a", "b", "c", "d"):
        store.hand_over(message(subject), START)
    for subject, fate in (("b", SENT), ("c", REFUSED), ("d", UNCERTAIN)):
        store.settle(message(subject).key, fate, LATER)
    untouched = [post for post in store.posted("two-factor") if post.subject != "a"]
    (left,) = store.recover(LATER)
    assert (left.subject, left.state, left.settled_at) == ("a", "uncertain", LATER)
    assert store.known(message("a").key) == left
    assert [post for post in store.posted("two-factor") if post.subject != "a"] == untouched
    assert store.recover(LATER) == [] and not store.hand_over(message("a"), LATER)


def test_every_fate_follows_only_what_it_can(stores: Stores) -> None:
    """Nothing leaves "refused", a known fate does not become unknown, and what was sent can come back."""
    store = stores()
    may = {
        (None, Fate.SENT), (None, Fate.REFUSED), (None, Fate.UNCERTAIN),
        (Fate.UNCERTAIN, Fate.SENT), (Fate.UNCERTAIN, Fate.REFUSED), (Fate.SENT, Fate.REFUSED),
    }  # fmt: skip
    for first in (None, *Fate):
        for then in Fate:
            one = message(f"{first}-{then}")
            store.hand_over(one, START)
            if first is not None:
                store.settle(one.key, Delivery(first), START)
            if (first, then) in may:
                store.settle(one.key, Delivery(then), LATER)
            else:
                with pytest.raises(StoreError, match=f"is {first}"):
                    store.settle(one.key, Delivery(then), LATER)
            found = store.known(one.key)
            assert found is not None and found.state == (then.value if (first, then) in may else str(first))


def test_what_was_never_handed_over_is_not_settled(stores: Stores) -> None:
    with pytest.raises(StoreError, match="never handed over"):
        stores().settle("x/y/z", SENT, START)


def test_only_what_was_not_or_perhaps_not_sent_is_released(stores: Stores) -> None:
    store = stores()
    store.log_campaign("two-factor", Started(START, "ada", "two-factor", NINETY_DAYS, 14))
    for fate in (None, SENT, REFUSED, UNCERTAIN):
        one = message(str(fate and fate.fate))
        store.hand_over(one, START)
        if fate is not None:
            store.settle(one.key, fate, LATER)
        if fate in (REFUSED, UNCERTAIN):
            store.release(one.key, said(one))
            assert store.known(one.key) is None and store.hand_over(one, LATER)
            assert store.campaign_log()[-1] == ("two-factor", said(one))
        else:
            with pytest.raises(StoreError, match="not to be sent again"):
                store.release(one.key, said(one))
            assert store.known(one.key) is not None
            assert ("two-factor", said(one)) not in store.campaign_log(), "nothing is kept of what did not happen"


def test_odd_text_comes_back_and_no_terminal_obeys_it(stores: Stores) -> None:
    store = stores()
    one = message("nul\0subject \u2028 ☂")
    store.hand_over(one, START)
    store.settle(one.key, Delivery(Fate.REFUSED, detail="\x1b[2J\0" + "y" * 5000), LATER)
    found = store.known(one.key)
    assert found is not None and found.subject == one.subject
    assert "\x1b" not in found.detail and "\0" not in found.detail and len(found.detail) <= 300


def test_a_campaign_shows_its_own_messages_alone(stores: Stores) -> None:
    store = stores()
    store.hand_over(message(), START)
    store.hand_over(message(campaign="private-reporting"), LATER)
    assert [post.campaign for post in store.posted("private-reporting")] == ["private-reporting"]


def test_who_lost_the_lease_hands_nothing_over(stores: Stores) -> None:
    url = stores.url()
    one, two = stores(url), stores(url)
    now = [START]
    with pytest.raises(LeaseHeld), one.lease("atlas:1:aaaa", lambda: now[0]):
        assert one.hand_over(message("first"), now[0])
        now[0] += LASTS
        with two.lease("borea:2:bbbb", lambda: now[0]):
            (left,) = two.recover(now[0])
            assert left.subject == "first"
            one.hand_over(message("second"), now[0])
    assert two.known(message("second").key) is None
