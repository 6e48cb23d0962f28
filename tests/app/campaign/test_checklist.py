"""A subproject's checklist: evidence ticks the boxes, and what nobody could see is never ticked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from muniment.app.campaign.checklisting import Handed, handed
from muniment.app.campaign.deciding import start
from muniment.app.campaign.people import readers
from muniment.app.campaign.previewing import messages
from muniment.campaigns.checklist import Box
from muniment.campaigns.kind import kinds
from muniment.campaigns.standing import Where, standings
from muniment.model.errors import UsageError
from muniment.model.observation import Outcome
from muniment.model.tlp import TLP

from .conftest import REPO_KINDS, CampaignWorld

KIND = "security-configuration"
REPORTING, POLICY, TOKEN = (
    "repositories/private-reporting-off",
    "repositories/no-security-policy",
    "access/workflow-token-can-write",
)
CORE, DOCS, ATTIC = (f"github:repo/callisto/{name}" for name in ("core", "docs", "attic"))


@pytest.fixture
def world(world: CampaignWorld) -> CampaignWorld:
    for asset in (CORE, DOCS, ATTIC):
        world.declare(asset, subproject="lodestar")
        world.repositories.reporting[asset] = False
    world.repositories.archived.add(ATTIC)
    world.run()
    start(world.store, world.checks, KIND, name=KIND, by="ada", now=world.today)
    return world


def lodestar(world: CampaignWorld) -> Handed:
    (one,) = handed(world.stands(KIND), "lodestar")
    return one


def boxes(world: CampaignWorld) -> dict[tuple[str, str], Box]:
    return {(i.check, i.asset): i.box for i in lodestar(world).list.items}


def test_a_box_is_ticked_by_evidence_with_its_day(world: CampaignWorld) -> None:
    assert boxes(world)[REPORTING, CORE] is Box.TO_DO
    world.repositories.reporting[CORE] = True
    assert boxes(world)[REPORTING, CORE] is Box.TO_DO, "nobody has looked yet"
    world.run()
    world.run()
    (done,) = (i for i in lodestar(world).list.items if i.box is Box.DONE)
    assert (done.check, done.asset, done.seen) == (REPORTING, CORE, world.day())
    assert done.since == world.day() - timedelta(days=1)


def test_what_passes_from_the_first_look_is_on_the_list_too(world: CampaignWorld) -> None:
    world.repositories.reporting["github:repo/callisto/new"] = True
    world.declare("github:repo/callisto/new", subproject="lodestar")
    world.run()
    assert boxes(world)[REPORTING, "github:repo/callisto/new"] is Box.DONE


def test_what_nobody_ever_asked_cannot_be_seen_and_is_never_done(world: CampaignWorld) -> None:
    unseen = [i for i in lodestar(world).list.items if i.check == "repositories/default-branch-unprotected"]
    assert {i.asset for i in unseen} == {CORE, DOCS}
    assert all(i.box is Box.CANNOT_SEE and i.why and i.seen == world.day() for i in unseen)


@pytest.mark.parametrize("outcome", [o for o in Outcome if o not in (Outcome.COLLECTED, Outcome.ABSENT)])
def test_a_box_that_was_ticked_is_open_again_once_nobody_can_see_it(world: CampaignWorld, outcome: Outcome) -> None:
    world.repositories.reporting[CORE] = True
    world.run()
    assert boxes(world)[REPORTING, CORE] is Box.DONE
    world.repositories.fails = dict.fromkeys(REPO_KINDS, outcome)
    for _ in range(20):
        world.run()
        assert boxes(world)[REPORTING, DOCS] in (Box.TO_DO, Box.CANNOT_SEE)
    assert boxes(world)[REPORTING, CORE] is Box.CANNOT_SEE


def test_an_archived_repository_is_on_no_list(world: CampaignWorld) -> None:
    assert not [i for i in lodestar(world).list.items if i.asset == ATTIC and i.box is not Box.CANNOT_SEE]
    assert (REPORTING, ATTIC) not in boxes(world)


def test_each_subproject_gets_its_own_and_what_nobody_answers_for_is_apart(world: CampaignWorld) -> None:
    lists = {one.list.subproject: one for one in handed(world.stands(KIND), None)}
    assert {i.asset for i in lists["lodestar"].list.items} == {CORE, DOCS}
    assert lists["lodestar"].name == "Lodestar"
    others = {i.asset for id, one in lists.items() if id != "lodestar" for i in one.list.items}
    assert others == {"github:org/callisto", "github:org/lodestar"}
    assert all(one.list.marking.level >= TLP.AMBER for one in lists.values())
    assert lists["lodestar"].list.marking.to == frozenset({"lodestar"})


def test_a_campaign_about_people_has_none(world: CampaignWorld) -> None:
    world.begin("two-factor")
    with pytest.raises(UsageError, match="asks people"):
        handed(world.stands("two-factor"), None)


def test_the_message_names_each_setting_with_its_page(world: CampaignWorld) -> None:
    world.repositories.reporting[CORE] = True
    world.run()
    (message,) = messages(world.stands(KIND), "email")
    assert message.to == "lodestar@people.example"
    assert "Let vulnerabilities be reported in private:\n" in message.text
    assert "- [x] callisto/core\n" in message.text
    assert "- [ ] callisto/docs: https://github.com/callisto/docs/settings/security_analysis\n" in message.text
    assert "- [ ] callisto/core: https://github.com/callisto/core/security/policy\n" in message.text


def test_a_subproject_complies_when_all_of_it_is_done_and_was_seen(world: CampaignWorld) -> None:
    assert world.where(KIND)["lodestar"] == "to-go"
    for asset in (CORE, DOCS):
        world.repositories.reporting[asset] = True
        world.repositories.policies.add(asset)
    world.run()
    found = world.stands(KIND)
    [standing] = found.standings.of(Where.CANNOT_SEE)
    assert CORE in standing.why, "nobody was told of its branches"
    seen = replace(found.kind, checks=(REPORTING, POLICY))
    [standing] = standings(found.standings.campaign, seen, found.looked.ground, world.day()).of(Where.COMPLIED)
    assert standing.subject == "lodestar"
    assert kinds()[KIND].subjects == "subprojects"


def test_what_is_asked_of_a_repository_goes_to_its_subproject(world: CampaignWorld) -> None:
    found = world.stands(KIND)
    kind = replace(found.kind, subjects="repositories")
    ground = found.looked.ground
    own = standings(found.standings.campaign, kind, ground, world.day()).of(Where.TO_GO)
    assert {s.subject for s in own} == {CORE, DOCS}
    reached = readers([s.subject for s in own], kind, found.looked.book.inventory, ground, "email", world.day())
    assert {reader.to for reader in reached.values()} == {"lodestar@people.example"}
