"""A campaign's page: its sums add up, what nobody can see is no progress, and charts say what numbers say."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from muniment.campaigns.kind import NINETY_DAYS
from muniment.model.tlp import TLP, Audience
from muniment.publish.campaigns import COUNCIL_ALONE, BurndownPiece, CampaignPiece, MailPiece
from muniment.publish.projection import COUNCIL, project
from muniment.publish.view import build
from muniment.reporters import site
from muniment.reporters.site.campaign_charts import burndown, line
from muniment.reporters.site.pages.campaign import balance
from muniment.testing.campaigns import BEGAN, TODAY, two_factor
from muniment.testing.material import CHECKS, material

PAGE = "campaigns/two-factor.html"


def page(campaign: CampaignPiece, audience: Audience = COUNCIL) -> str:
    made = replace(material(), campaigns=(campaign,))
    return site.files(project(build(made, CHECKS), audience))[PAGE].decode()


def test_the_balance_carries_everybody_forward() -> None:
    campaign = two_factor()
    b = balance(campaign)

    assert b.before + b.joined - b.complied - b.left - b.exempt - b.cannot_see == b.to_go
    assert b.before + b.joined == len(campaign.subjects)


def test_whom_nobody_can_see_is_neither_done_nor_to_go() -> None:
    campaign = two_factor()
    text = page(campaign)

    assert "8 people to go, 32 days left." in text
    assert "3 people cannot be seen: not done, and not to go." in text
    assert "1 organization was not seen whole" in text


def test_everybody_is_done_only_if_everybody_was_seen() -> None:
    done = tuple(replace(s, state="complied", why="") for s in two_factor().subjects)
    blind = replace(two_factor(), subjects=done)
    whole = replace(blind, lines=tuple(replace(own, unseen="") for own in blind.lines))
    harbour = Audience(TLP.AMBER, frozenset({"harbour"}))

    assert "Everybody is done." in page(whole) and '<div class="blank good">' in page(whole)
    assert "Everybody" not in page(blind).replace("A second factor for everybody", "").partition("<h2")[0]
    assert '<div class="blank good">' not in page(blind)
    assert "Everybody that these readers may see is done." in page(whole, harbour)


def test_the_exempt_are_not_done() -> None:
    spared = tuple(replace(s, state="exempt", why="") for s in two_factor().subjects)
    lines = tuple(
        replace(own, unseen="", to_go=0, complied=0, left=0, cannot_see=0, exempt=2) for own in two_factor().lines
    )
    text = page(replace(two_factor(), subjects=spared, lines=lines))

    assert "Nobody is to go." in text and "Everybody is done." not in text
    assert "0 done, 0 to go, 2 exempt" in text and "2 done" not in text


def test_an_organization_that_does_not_exist_is_neither_done_nor_dark() -> None:
    gone = replace(
        two_factor().lines[0], to_go=0, complied=0, left=0, cannot_see=0, exempt=0, unseen="", applies=False
    )
    hit = replace(gone, required=None, blocked=0, removed=0, blocked_by_secure=0, removed_by_secure=0)
    text = page(replace(two_factor(), lines=(hit,)))

    assert "Does not apply" in text and "nobody would be hit" not in text


def test_a_campaign_that_cannot_be_told_says_why_and_praises_nothing() -> None:
    untold = replace(two_factor(), state="untold", why="of a kind that is not known here")
    text = page(untold)

    assert "of a kind that is not known here" in text and "balance" not in text and "Everybody" not in text


@pytest.mark.parametrize(("state", "said"), [("paused", "it is paused"), ("closed", "It was closed on")])
def test_a_campaign_that_does_not_run_says_so(state: str, said: str) -> None:
    text = page(replace(two_factor(), state=state, ended=TODAY))

    assert said in text and "At the pace" not in text


def test_a_page_of_many_says_how_many_more_there_are() -> None:
    campaign = two_factor()
    first = campaign.subjects[0]
    many = tuple(replace(first, subject=f"github-id:{n}", login=f"login{n:05}", handle="") for n in range(1000))
    text = page(replace(campaign, subjects=many))

    assert "and 600 more" in text and "login00999" not in text and len(text) < 700_000


def test_each_stage_stands_on_its_day_and_its_words_do_not_meet() -> None:
    drawn = line(two_factor())

    assert [round(stop.x, 1) for stop in drawn.stops] == [0, 33.3, 66.7, 94.4, 100]
    assert [stop.come for stop in drawn.stops] == [True, True, False, False, False]
    assert all(stop.tier for stop in drawn.stops)
    assert round(drawn.today, 1) == 64.4
    crowd = tuple(replace(two_factor().stages[0], day=90 - day) for day in range(9, -1, -1))
    crowded = line(replace(two_factor(), stages=crowd))
    assert {stop.tier for stop in crowded.stops} > {""}, "where there is no room, no words"


def test_before_its_first_day_and_after_its_last_today_stays_on_the_line() -> None:
    assert line(replace(two_factor(), day=-3)).today == 0
    assert line(replace(two_factor(), day=400)).today == 100


def drawn(*counts: int, unseen: int = 0, zero_on: date | None = None, last: int = 10) -> CampaignPiece:
    days = tuple((BEGAN + timedelta(days=n), count) for n, count in enumerate(counts))
    piece = BurndownPiece(days=days, unseen=unseen, zero_on=zero_on)
    return replace(two_factor(), burndown=piece, last_day=BEGAN + timedelta(days=last))


def test_the_post_of_today_is_as_high_as_the_line_and_hatched_by_whom_nobody_sees() -> None:
    chart = burndown(drawn(10, 10, 8, unseen=3))

    assert chart is not None and chart.top == 10
    assert (round(chart.go), round(chart.unseen)) == (50, 30)
    assert chart.path.endswith(f"H{chart.now:.2f}") and "V20.00" in chart.path
    assert chart.rows[-1][1] == 8 and "3 of whom cannot be seen" in chart.words


def test_a_pace_that_ends_far_away_leaves_the_chart_at_its_edge_and_not_at_zero() -> None:
    near = burndown(drawn(10, 9, 8, zero_on=BEGAN + timedelta(days=9)))
    far = burndown(drawn(10, 9, 8, zero_on=BEGAN + timedelta(days=900)))

    assert near is not None and near.pace is not None and near.pace[3] == 100 and near.pace[2] < near.last
    assert far is not None and far.pace is not None and far.pace[2] == 100 and far.pace[3] < 30


def test_nothing_is_drawn_of_what_readers_may_not_know_and_nothing_is_divided_by_zero() -> None:
    assert burndown(replace(two_factor(), burndown=None)) is None
    chart = burndown(drawn(0))
    assert chart is not None and chart.pace is None and chart.go == 0


def test_there_are_as_many_stages_on_the_page_as_in_the_campaign() -> None:
    text = page(two_factor())

    assert text.count('class="stop') == len(NINETY_DAYS)
    assert 'class="stop come"' in text and "<code" in text


def test_who_asks_is_called_as_everywhere_on_the_page() -> None:
    text = page(two_factor())

    assert "<bdi>Bertil Aune</bdi>" in text and "<bdi>bertil</bdi>" not in text


def test_a_campaign_over_its_end_says_by_how_much() -> None:
    text = page(replace(two_factor(), day=120))

    assert "Day 120, 30 days over its end" in text and "120 of 90" not in text


def test_since_when_and_by_when_somebody_is_asked_stands_beside_what_they_were_told() -> None:
    campaign = two_factor()
    (one,) = (s for s in campaign.subjects if s.handle == "joss")
    asked = replace(one, asked_since=date(2026, 7, 10), by=date(2026, 7, 24))

    assert "asked since" not in page(campaign)
    text = page(replace(campaign, subjects=(asked,)))
    assert 'asked since <time datetime="2026-07-10">' in text and ', by <time datetime="2026-07-24">' in text


def test_mail_that_lies_on_no_day_says_whom_it_goes_to() -> None:
    titles = ("Thanks", "Fell back", "More to ask")
    others = tuple(MailPiece(marking=COUNCIL_ALONE, title=title, sent=1) for title in titles)
    text = page(replace(two_factor(), others=others))

    for whom in (
        "to whoever complied, once",
        "to whoever has something open once more",
        "to owners who ask their people",
    ):
        assert text.count(whom) == 1
