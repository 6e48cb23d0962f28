"""Second factors: who has none, who a weak one, and what is said where GitHub tells nothing. Not live."""

from __future__ import annotations

from msgspec.structs import replace

from muniment.collectors.github_two_factor import collector
from muniment.evidence.member_two_factor import MemberTwoFactor
from muniment.evidence.outside_two_factor import OutsideTwoFactor
from muniment.model.observation import Outcome
from muniment.testing.github.faults import FAULTS, Aim
from muniment.testing.github.growing import demo, grown
from muniment.testing.github.made import fine_grained
from muniment.testing.github.server import SimulatedGithub
from tests.collectors.github.canned import facts
from tests.collectors.github.simulated import Asker

HARBOUR = "github:org/callisto-harbour"
MEMBERS = (HARBOUR, "member-two-factor")
OUTSIDE = (HARBOUR, "outside-two-factor")
ANYBODY = frozenset({"github:anonymous"})
MEMBER = ANYBODY | {f"{HARBOUR}:member"}
OWNER = MEMBER | {f"{HARBOUR}:owner"}


def harbour(made):
    return next(o for o in made.world.organizations if o.login == "callisto-harbour")


def look(made, who="ada", *, faults=(), scope=HARBOUR):
    with SimulatedGithub(made.world, faults=faults) as github:
        asker = Asker(made, github, who)
        found = asker.look(scope, using=collector(asker.addresses))
        return found, [s.path for s in github.requests]


def methods(batch):
    return {fact.login: fact.method for fact in facts(batch)}


def test_an_owner_learns_of_every_member_how_well_the_account_is_protected():
    found, asked = look(demo())
    assert found[MEMBERS].outcome is Outcome.COLLECTED
    assert found[MEMBERS].vantage == OWNER
    assert methods(found[MEMBERS]) == {
        "ada-l": "secure",
        "grace-h": "insecure",
        "tomas-e": "insecure",
        "kofi-e": "none",
    }
    assert asked.count("/graphql") == 2 and len(asked) == 6


def test_of_outside_collaborators_the_weak_ones_are_told():
    found, _ = look(demo())
    assert facts(found[OUTSIDE]) == [
        OutsideTwoFactor(id=900032, login="mina-example", method="insecure"),
        OutsideTwoFactor(id=900033, login="pavel-example", method="none"),
    ]
    assert found[OUTSIDE].counted


def test_lists_of_outsiders_that_come_empty_are_asked_for_a_second_time():
    made = demo()
    for repository in harbour(made).repositories:
        repository.grants, repository.admins = {}, set()
    found, asked = look(made)
    assert found[OUTSIDE].outcome is Outcome.COLLECTED and found[OUTSIDE].items == ()
    assert asked.count("/orgs/callisto-harbour/outside_collaborators") == 4
    vanished = [Aim(fault=FAULTS["vanished-page"], path="/orgs/*/outside_collaborators", times=1)]
    found, _ = look(demo(), faults=vanished)
    assert found[OUTSIDE].outcome is Outcome.PARTIAL
    assert methods(found[OUTSIDE]) == {"mina-example": "insecure"}


def test_without_an_owners_right_nothing_is_asked_and_who_could_grant_it_is_told():
    for who in ("grace", "guest"):
        found, asked = look(demo(), who)
        assert not [path for path in asked if path.startswith("/orgs")]
        for batch in found.values():
            assert batch.outcome is Outcome.DENIED
            assert "an owner of the organization could grant it" in batch.detail


def test_a_fine_grained_token_of_a_member_is_tried_and_learns_nothing():
    made = demo()
    token = fine_grained("kofi", 900006, "callisto-harbour", {"members": "read", "metadata": "read"})
    made.world.tokens.append(token)
    made = replace(made, tokens={**made.tokens, "kofi": token.secret})
    found, _ = look(made, "kofi")
    for batch in found.values():
        assert (batch.outcome, batch.items) == (Outcome.DENIED, ())
        assert "an owner of the organization could grant it" in batch.detail


def test_where_the_list_of_weak_ones_is_refused_the_rest_have_some_second_factor():
    refused = [Aim(fault=FAULTS["unprocessable"], path="/orgs/*/members")]
    batch = look(demo(), faults=refused)[0][MEMBERS]
    assert batch.outcome is Outcome.PARTIAL
    assert methods(batch) == {"ada-l": "some", "grace-h": "some", "tomas-e": "some", "kofi-e": "none"}
    assert batch.vantage == MEMBER  # so that it corrects nothing that an owner's whole look saw


def test_where_the_list_of_weak_ones_fails_nobody_is_called_well_protected():
    failing = [Aim(fault=FAULTS["bad-gateway"], path="/orgs/*/members")]
    batch = look(demo(), faults=failing)[0][MEMBERS]
    assert batch.outcome is Outcome.PARTIAL
    assert methods(batch) == {"kofi-e": "none"}


def test_a_list_of_weak_ones_that_vanished_is_asked_for_a_second_time():
    vanished = [Aim(fault=FAULTS["vanished-page"], path="/orgs/*/members", times=1)]
    batch = look(demo(), faults=vanished)[0][MEMBERS]
    assert batch.outcome is Outcome.PARTIAL
    assert "secure" not in methods(batch).values()
    assert "once, and not again" in batch.detail


def test_a_null_is_no_answer():
    nulls = [Aim(fault=FAULTS["null-fields"], path="/graphql", nth=2)]
    batch = look(demo(), faults=nulls)[0][MEMBERS]
    assert batch.outcome is Outcome.PARTIAL
    assert facts(batch) == [
        MemberTwoFactor(id=900002, login="grace-h", method="insecure"),
        MemberTwoFactor(id=900004, login="tomas-e", method="insecure"),
    ]


def test_one_of_two_lists_of_outsiders_that_fails_leaves_the_other():
    path = "/orgs/*/outside_collaborators"
    batch = look(demo(), faults=[Aim(fault=FAULTS["bad-gateway"], path=path, nth=2)])[0][OUTSIDE]
    assert batch.outcome is Outcome.PARTIAL
    assert methods(batch) == {"pavel-example": "none"}


def test_an_organization_that_is_not_there_is_not_said_to_be_gone():
    made = demo()
    made.world.organizations = [o for o in made.world.organizations if o.login != "callisto-harbour"]
    found, _ = look(made)
    assert not [b for b in found.values() if b.outcome in (Outcome.ABSENT, Outcome.COLLECTED)]


def test_without_a_credential_nothing_is_asked_or_planned():
    made = demo()
    with SimulatedGithub(made.world) as github:
        asker = Asker(made, github)
        lacking = collector(asker.addresses)
        assert lacking.asks == () and list(lacking.requests(HARBOUR)) == []


def test_the_plan_names_the_right_that_each_question_needs():
    made = demo()
    with SimulatedGithub(made.world) as github:
        planned = list(collector(Asker(made, github, "ada").addresses).requests(HARBOUR))
    assert len(planned) == 4
    assert all("an owner's token with scope admin:org" in one.right for one in planned)


def test_the_members_of_several_organizations_are_asked_for_at_once():
    made = grown(6, 2, 12, owner_of=6)
    for organization in made.world.organizations:
        organization.members[1].person = made.world.people[1].id  # ben, in each: nobody is mixed up
    made.world.people[1].two_factor = "none"
    with SimulatedGithub(made.world) as github:
        asker = Asker(made, github, "ada")
        scopes = [f"github:org/{o.login}" for o in made.world.organizations]
        found = asker.look(*scopes, using=collector(asker.addresses))
        members = [s for s in github.requests if b"FactorsOf" in s.body or b"query Access" in s.body]
    assert len(members) == 2
    for scope, organization in zip(scopes, made.world.organizations, strict=True):
        batch = found[scope, "member-two-factor"]
        assert batch.outcome is Outcome.COLLECTED
        assert {fact.id: fact.method for fact in facts(batch)} == {
            m.person: made.world.person_of(m.person).two_factor for m in organization.members
        }


def test_a_part_that_failed_makes_each_of_those_asked_at_once_partial():
    made = grown(3, 2, 6, owner_of=3)
    scopes = [f"github:org/{o.login}" for o in made.world.organizations]
    nulls = [Aim(fault=FAULTS["graphql-partial"], path="/graphql", nth=2)]
    for faults in ((), nulls):
        with SimulatedGithub(made.world, faults=faults) as github:
            asker = Asker(made, github, "ada")
            found = asker.look(*scopes, using=collector(asker.addresses))
        outcomes = [found[scope, "member-two-factor"].outcome for scope in scopes]
        assert set(outcomes) == ({Outcome.PARTIAL} if faults else {Outcome.COLLECTED})
