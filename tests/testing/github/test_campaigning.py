"""The campaign that the gallery shows is one that muniment ran: what stands on its page is in its database."""

from __future__ import annotations

from pathlib import Path

from muniment.app.campaign.standing import stands
from muniment.app.campaign.telling import told
from muniment.checks.declaration import checks
from muniment.stores.opening import open_store
from muniment.testing.github.campaigning import DONE, NAME, ninety_days
from muniment.testing.github.growing import grown


def test_people_leave_the_list_by_evidence_and_what_slides_back_is_found(tmp_path: Path) -> None:
    made = grown(3, 1, 12, seed=9, owner_of=3, member_of=0)
    for organization in made.world.organizations:
        organization.requires_two_factor = organization is made.world.organizations[1]
    store = open_store(str(tmp_path / "walk.sqlite"), create=True)
    try:
        program = ninety_days(store, tmp_path, until=42, made=made, days={42: 60, 49: 60})
        found = stands(store, checks(), NAME, now=program.made.world.now)
        (piece,) = told(store, checks(), now=program.made.world.now, until=program.made.world.now.date())
    finally:
        store.close()
    burndown = [count for _, count in found.standings.burndown]
    assert found.standings.day == 42 and burndown[0] > burndown[-1] > 0
    assert {drift.what for drift in found.drift} >= {"the requirement was switched off"}
    assert found.standings.counts and {post.state for post in found.posted} == {"sent"}
    assert piece.burndown is not None and [count for _, count in piece.burndown.days] == burndown
    assert sum(1 for line in (tmp_path / "people.csv").read_text().splitlines() if line.startswith("TLP:AMBER")) > 0


def test_the_days_lie_in_their_order_and_ever_more_have_done_it() -> None:
    assert list(DONE) == sorted(DONE) and list(DONE.values()) == sorted(DONE.values())
    assert 85 in DONE and max(DONE) > 90
