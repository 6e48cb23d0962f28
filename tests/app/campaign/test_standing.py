"""A campaign on the made-up project: who stands where follows from evidence, and from nothing else."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from muniment.app.campaign.deciding import delegate, exempt, start
from muniment.app.campaign.deliver import Held, rehearse
from muniment.app.campaign.previewing import messages
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.kind import Evidence
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.outside_collaborator import OutsideCollaborator
from muniment.model.errors import UsageError
from muniment.model.observation import Outcome
from muniment.model.party import Account

from .conftest import ORG_KINDS, CampaignWorld

NOOR, ZETA, GUEST = "github-id:4712", "github-id:4713", "github-id:4811"


def test_a_person_in_two_organizations_is_one_subject(world: CampaignWorld) -> None:
    world.run()
    world.begin()
    assert world.where() == {NOOR: "to-go", ZETA: "to-go", GUEST: "to-go"}
    (noor,) = (s for s in world.stands().standings.subjects if s.subject == NOOR)
    assert [(t.asset, t.role) for t in noor.ties] == [
        ("github:org/callisto", "member"),
        ("github:org/lodestar", "owner"),
    ]
    assert [one.stage for one in world.stands().due] == ["announcement"] * 3


def test_whoever_complies_leaves_the_list_by_evidence_and_whoever_leaves_is_told_apart(
    world: CampaignWorld,
) -> None:
    world.run()
    world.begin()
    world.gives("callisto", 4712, "secure")
    world.run()
    assert world.where()[NOOR] == "to-go", "still without one as seen by the other organization"
    world.gives("lodestar", 4712, "secure")
    del world.github.people["github:org/callisto"][4811]
    world.run()
    assert world.where() == {NOOR: "complied", ZETA: "to-go", GUEST: "left"}


def test_who_is_not_seen_this_time_is_neither_done_nor_to_go(world: CampaignWorld) -> None:
    world.run()
    world.begin()
    world.github.blind = {"github:org/callisto"}
    world.run()
    found = world.stands()
    assert {s.subject: s.where.value for s in found.standings.subjects} == {
        NOOR: "to-go",  # by the other organization
        ZETA: "cannot-see",
        GUEST: "cannot-see",
    }
    assert {one.subject for one in found.due} == {NOOR}
    line = next(o for o in found.standings.organizations if o.asset == "github:org/callisto")
    assert "needs an owner" in line.unseen and line.required is None
    world.github.blind = set()
    world.run()
    assert set(world.where().values()) == {"to-go"}


@pytest.mark.parametrize(("channel", "to"), [("email", ""), ("zulip", ""), ("github-issue", "noor-example")])
def test_no_mail_goes_to_a_person_by_a_login_that_changed_hands(
    world: CampaignWorld, channel: str, to: str
) -> None:
    (noor,) = (fact for fact in world.more if isinstance(fact, DeclaredParty) and fact.handle == "noor")
    unpinned = replace(noor, github_id=None, accounts=(*noor.accounts, Account("zulip", "noor")))
    world.more = [unpinned if fact is noor else fact for fact in world.more]
    world.run()
    world.begin()
    del world.github.people["github:org/lodestar"][4712]
    people = world.github.people["github:org/callisto"]
    people[9999] = people.pop(4712)  # Noor gave the login up, and a stranger took it
    world.run()
    (told,) = (m for m in messages(world.stands(), channel) if m.subject == "github-id:9999")
    assert told.to == to and "Noor" not in told.text
    assert bool(told.unsure) is not bool(to)
    (held,) = rehearse([told], world.store)
    assert held.held is (None if to else Held.UNSURE)


def test_what_grows_old_unseen_is_out_of_sight(world: CampaignWorld) -> None:
    world.run()
    world.begin()
    world.today = world.today.replace(day=world.today.day + 20)
    assert set(world.where().values()) == {"cannot-see"}
    assert world.stands().due == ()


def test_a_text_message_in_the_place_of_nothing_is_still_to_go(world: CampaignWorld) -> None:
    world.run()
    world.begin()
    world.gives("callisto", 4811, "insecure")
    world.run()
    assert world.where()[GUEST] == "to-go"


def test_a_second_factor_that_was_not_shown_to_be_good_is_not_thanked_for(world: CampaignWorld) -> None:
    world.run()
    world.begin()
    for name in ("callisto", "lodestar"):
        world.gives(name, 4712, "some")
    world.run()
    assert world.where()[NOOR] == "cannot-see"
    assert [line.complied for line in world.stands().standings.organizations] == [0, 0]
    world.gives("lodestar", 4712, "secure")
    world.run()
    assert world.where()[NOOR] == "complied", "an account has one second factor, whoever is shown it"


@pytest.mark.parametrize(("number", "kind"), [(4811, OutsideCollaborator), (4713, OrganizationMember)])
@pytest.mark.parametrize("outcome", [Outcome.DENIED, Outcome.UNREACHABLE])
def test_whoever_is_gone_has_not_complied_where_the_list_of_people_did_not_come(
    world: CampaignWorld, number: int, kind: type[Evidence], outcome: Outcome
) -> None:
    world.run()
    world.begin()
    del world.github.people["github:org/callisto"][number]
    world.github.fails = {kind: outcome}
    world.run()
    assert world.where()[f"github-id:{number}"] == "cannot-see"
    world.github.fails = {}
    world.run()
    assert world.where()[f"github-id:{number}"] == "left"


def test_whoever_complied_stays_so_where_a_later_list_of_people_does_not_come(world: CampaignWorld) -> None:
    world.run()
    world.begin()
    world.gives("callisto", 4811, "secure")
    world.run()
    world.github.fails = {OutsideCollaborator: Outcome.DENIED}
    world.run()
    assert world.where()[GUEST] == "complied"


def test_an_exemption_holds_through_its_day_and_the_requirement_hits_them_all_the_same(
    world: CampaignWorld,
) -> None:
    world.run()
    world.begin()
    last = world.day()
    exempt(
        world.store, world.checks, "two-factor", "noor", reason="on leave", until=last, by="ada", now=world.today
    )
    found = world.stands()
    assert {s.subject: s.where.value for s in found.standings.subjects}[NOOR] == "exempt"
    assert NOOR not in {one.subject for one in found.due}
    hit = {i.asset: i for i in found.impact}
    assert NOOR in hit["github:org/lodestar"].blocked
    assert hit["github:org/callisto"].removed == (GUEST,)
    assert hit["github:org/callisto"].blocked_by_secure == (NOOR, ZETA)
    world.run()
    assert world.where()[NOOR] == "to-go"


def test_a_campaign_about_what_nobody_saw_does_not_begin(world: CampaignWorld) -> None:
    world.github.blind = {"github:org/callisto", "github:org/lodestar"}
    world.run()
    with pytest.raises(UsageError, match=r"nothing was seen.*needs an owner") as refused:
        world.begin()
    assert "doctor" in refused.value.hint
    assert world.store.campaign_log() == []


def test_what_slides_back_is_found_within_a_run(world: CampaignWorld) -> None:
    world.github.required = {"github:org/callisto": True, "github:org/lodestar": True}
    world.run()
    world.begin()
    world.run()
    world.github.required["github:org/lodestar"] = False
    world.organization("beacon", new_example=(4900, "owner", "none"))
    world.github.people["github:org/callisto"][4901] = ("fresh-example", "member", "none")
    world.gives("callisto", 4711, "insecure")
    del world.github.people["github:org/callisto"][4811]
    world.run()
    told = {(d.asset.rpartition("/")[2], d.subject, d.what) for d in world.stands().drift}
    assert told == {
        ("lodestar", "", "the requirement was switched off"),
        ("beacon", "", "a new organization without the requirement"),
        ("beacon", "github-id:4900", "without a good second factor in a new organization"),
        ("callisto", "github-id:4901", "a new account without a good second factor"),
        ("callisto", "github-id:4711", "a good second factor was given up"),
    }
    world.github.people["github:org/callisto"][4811] = ("guest-example", "outside", "none")
    world.run()
    again = [d.what for d in world.stands().drift if d.subject == GUEST]
    assert again == ["the account was added again without one"]


def test_the_burn_down_counts_people_by_day_and_its_pace_ends_somewhere(world: CampaignWorld) -> None:
    world.run()
    world.begin()
    world.run(7)
    world.gives("callisto", 4713, "secure")
    world.run(7)
    standings = world.stands().standings
    assert [count for _, count in standings.burndown] == [3] * 14 + [2]
    assert standings.zero_on is not None and (standings.zero_on - world.day()).days == 28


def test_a_second_campaign_of_one_name_is_refused(world: CampaignWorld) -> None:
    world.run()
    world.begin()
    with pytest.raises(UsageError, match="already"):
        world.begin()
    with pytest.raises(UsageError, match="no 'nobody'"):
        start(world.store, world.checks, "two-factor", name="other", by="nobody", now=world.today)


def test_a_subproject_is_asked_for_its_repositories_and_ticked_by_evidence(world: CampaignWorld) -> None:
    for name in ("core", "docs"):
        world.declare(f"github:repo/callisto/{name}", subproject="lodestar")
        world.repositories.reporting[f"github:repo/callisto/{name}"] = False
    world.run()
    world.begin("private-reporting")
    assert world.where("private-reporting") == {"lodestar": "to-go"}
    world.repositories.reporting["github:repo/callisto/core"] = True
    world.run()
    (message,) = messages(world.stands("private-reporting"), "email")
    assert message.to == "lodestar@people.example"
    assert "- [x] callisto/core\n" in message.text
    assert "- [ ] callisto/docs: https://github.com/callisto/docs/settings/security_analysis\n" in message.text
    world.repositories.reporting["github:repo/callisto/docs"] = True
    world.run()
    assert world.where("private-reporting") == {"lodestar": "complied"}


FAILED = (Outcome.PARTIAL, Outcome.DENIED, Outcome.UNREACHABLE, Outcome.UNREADABLE, Outcome.UNOBSERVABLE)


@pytest.mark.parametrize("outcome", FAILED)
@pytest.mark.parametrize("kind", ORG_KINDS, ids=lambda kind: kind.__name__)
def test_no_look_that_failed_makes_anybody_comply_or_leave(
    world: CampaignWorld, kind: type[Evidence], outcome: Outcome
) -> None:
    world.run()
    world.begin()
    world.github.fails = {kind: outcome}
    for organization in world.github.people.values():  # whatever happened meanwhile: nobody could see it
        for id, (login, role, _) in organization.items():
            organization[id] = (login, role, "none")
    world.run()
    world.run()
    assert {NOOR, ZETA, GUEST} <= set(world.where())
    assert set(world.where().values()) <= {"to-go", "cannot-see"}
    unseen = {s.subject for s in world.stands().standings.subjects if s.where.value == "cannot-see"}
    assert not unseen & {one.subject for one in world.stands().due}
    world.github.fails = {}
    world.run()
    assert set(world.where().values()) == {"to-go"}


def test_an_owner_who_left_gets_no_list_of_other_peoples_accounts(world: CampaignWorld) -> None:
    world.run()
    world.begin()
    delegate(world.store, world.checks, "two-factor", "callisto", to="noor", by="ada", now=world.today)
    sent = {m.subject: m.to for m in messages(world.stands(), "email")}
    assert sent["noor"] == "noor@people.example"
    (noor,) = (one for one in world.more if isinstance(one, DeclaredParty) and one.handle == "noor")
    world.more = [one for one in world.more if one is not noor] + [replace(noor, left=world.day())]
    world.run()
    sent = {m.subject: m.to for m in messages(world.stands(), "email")}
    assert sent["noor"] == ""
    with pytest.raises(UsageError, match="left the project"):
        delegate(world.store, world.checks, "two-factor", "lodestar", to="noor", by="ada", now=world.today)


def test_a_subproject_is_not_thanked_for_repositories_that_nobody_could_see(world: CampaignWorld) -> None:
    for name in ("lodestar", "pier"):
        world.declare(f"github:repo/callisto/{name}", subproject="lodestar")
        world.repositories.reporting[f"github:repo/callisto/{name}"] = False
    world.run()
    world.begin("private-reporting")
    assert world.where("private-reporting") == {"lodestar": "to-go"}
    world.repositories.reporting = {"github:repo/callisto/lodestar": True, "github:repo/callisto/pier": True}
    world.run()
    assert world.where("private-reporting") == {"lodestar": "complied"}
    world.declare("github:repo/callisto/mast", subproject="lodestar")
    world.run()
    assert world.where("private-reporting") == {"lodestar": "cannot-see"}
    world.repositories.reporting["github:repo/callisto/mast"] = True
    world.run()
    assert world.where("private-reporting") == {"lodestar": "complied"}
