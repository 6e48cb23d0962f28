"""What those who answer for security may do in each organization, against a made-up GitHub."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from muniment.app.council import council
from muniment.app.declare import Part
from muniment.app.main_job import Declared, begin
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_attestation import DeclaredAttestation
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.kind import kind_id
from muniment.model.asset import Status
from muniment.model.party import Account
from muniment.model.policy import Policy
from muniment.model.tlp import CLEAR, TLP, Marking
from muniment.publish.council import Answer, Right, State
from muniment.stores.opening import open_store
from muniment.testing.github.faults import FAULTS, Aim
from muniment.testing.github.growing import demo
from muniment.testing.github.program import Program
from muniment.testing.github.server import SimulatedGithub

YES, SOME, NO, CANNOT_TELL = Answer.YES, Answer.SOME, Answer.NO, Answer.CANNOT_TELL
FIRST, HARBOUR, BEACON = "github:org/callisto", "github:org/callisto-harbour", "github:org/callisto-beacon"
TEAM = ("ada", "grace", "noor", "kofi", "wren", "stranger")

PEOPLE = (
    DeclaredParty(
        handle="ada",
        github_id=900001,
        accounts=(
            Account("github", "ada-l"),
            Account("pypi", "ada"),
            Account("npm", "ada-example"),
            Account("email", "ada@callisto.example"),
            Account("zulip", "ada"),
        ),
    ),
    DeclaredParty(handle="grace", github_id=900002, accounts=(Account("github", "grace-h"),)),
    DeclaredParty(handle="noor", github_id=900003, accounts=(Account("github", "noor-example"),)),
    DeclaredParty(handle="kofi", github_id=900006, accounts=(Account("github", "kofi-e"),)),
    DeclaredParty(handle="wren", github_id=900030, accounts=(Account("github", "wren-example"),)),
    DeclaredParty(handle="stranger"),
)
ZULIP = (
    DeclaredAsset(asset="service:zulip", status=Status.OFFICIAL, reason="where we talk"),
    DeclaredAttestation(
        asset="service:zulip",
        by="noor",
        seen=date(2026, 5, 1),
        until=date(2026, 12, 31),
        statement="nobody signs in but through the project's single sign-on, with a key",
    ),
)


class Council(Program):
    more = ()

    def declared(self):
        mine = (fact for fact in super().declared() if not isinstance(fact, DeclaredParty))
        return (*mine, *PEOPLE, *self.more)


def told(store, made=None, *, faults=(), names=("ada",), team=TEAM, more=()):
    made = made or demo()
    own = Council(made, store, *names, policy=Policy(security_team=team))
    own.more = more
    with SimulatedGithub(made.world, faults=faults) as github:
        own.run(github)
    return council(store, at=None, now=made.world.now)


@pytest.fixture(scope="module")
def usual(tmp_path_factory):
    """What is told of the made-up world as it is, and of a platform that somebody attested."""
    opened = open_store(str(tmp_path_factory.mktemp("usual") / "m.sqlite"), create=True)
    yield told(opened, more=ZULIP)
    opened.close()


def answers(found, handle, organization):
    (place,) = (p for p in found.places if (p.handle, p.organization) == (handle, organization))
    return [place.answer(right) for right in Right]


def why(found, handle, organization, right):
    (place,) = (p for p in found.places if (p.handle, p.organization) == (handle, organization))
    return next(held.why for held in place.rights if held.right is right)


def test_an_owner_may_everything(usual):
    assert answers(usual, "ada", FIRST) == [YES, YES, YES, YES]


def test_a_security_manager_by_a_team_sees_reports_and_opens_advisories(store):
    made = demo()
    first = made.world.organizations[0]
    next(m for m in first.members if m.person == 900003).role = "member"
    found = told(store, made)
    assert answers(found, "noor", FIRST) == [NO, YES, YES, NO]
    assert why(found, "noor", FIRST, Right.REPORTS) == "security_manager by team security"


def test_who_administers_some_repositories_may_there(usual):
    assert answers(usual, "wren", FIRST) == [NO, SOME, SOME, NO]
    assert why(usual, "wren", FIRST, Right.REPORTS) == "administers github:repo/callisto/lodestar-cli"


def test_who_is_nobody_there_may_nothing_where_everything_was_seen(usual):
    assert answers(usual, "noor", HARBOUR) == [NO, NO, NO, NO]


def test_where_the_members_were_not_shown_nobody_is_said_to_have_no_right(usual):
    assert answers(usual, "grace", "github:org/callisto-attic") == [CANNOT_TELL] * 4


def test_of_a_member_in_an_organization_that_shows_no_roles_the_rest_cannot_be_told(usual):
    assert answers(usual, "ada", BEACON) == [NO, CANNOT_TELL, CANNOT_TELL, NO]


def test_whose_account_the_register_does_not_know_has_no_answer(usual):
    assert answers(usual, "stranger", FIRST) == [CANNOT_TELL] * 4
    assert "names no account" in why(usual, "stranger", FIRST, Right.REQUIREMENT)


@pytest.mark.parametrize(
    ("path", "handles"),
    [
        ("/orgs/*/organization-roles", ("kofi",)),
        ("/graphql", ("kofi", "noor")),
    ],  # noor is no member, if that was seen
)
def test_a_look_that_failed_never_makes_a_no_of_what_was_not_seen(store, path, handles):
    faults = [Aim(fault=FAULTS["forbidden"], path=path)]
    found = told(store, faults=faults)
    for handle in handles:
        for right in (Right.REPORTS, Right.ADVISORIES):
            (place,) = (p for p in found.places if (p.handle, p.organization) == (handle, HARBOUR))
            assert place.answer(right) is CANNOT_TELL


@pytest.mark.parametrize("handle", ["ada", "wren", "kofi"])
def test_old_evidence_answers_nothing(usual, store, handle):
    told(store)
    later = council(store, at=None, now=demo().world.now + timedelta(days=300))
    assert CANNOT_TELL not in answers(usual, handle, FIRST)
    assert answers(later, handle, FIRST) == [CANNOT_TELL] * 4
    assert "seen last on" in why(later, handle, FIRST, Right.REQUIREMENT)
    assert later.grantors[FIRST].told == "ada, grace, noor, and owners who were not seen"


def test_who_could_grant_what_is_missing_is_named_and_only_owners_are(usual):
    assert usual.grantors[HARBOUR].owners == ("ada",) and usual.grantors[HARBOUR].whole
    assert usual.grantors[FIRST].told == "ada, grace, noor"
    assert usual.grantors["github:org/callisto-attic"].told == "no owner was seen"
    assert usual.grantors["github:org/callisto-hackdays"].owners[0].startswith("@")
    assert usual.covers(HARBOUR, Right.REPORTS) is YES
    assert usual.marking.level >= TLP.AMBER


def test_second_factors_say_how_they_are_known(usual):
    by = {(s.handle, s.platform): (s.state, s.factor) for s in usual.secured}
    assert by["ada", "github"] == (State.OBSERVED, "strong")
    assert by["grace", "github"] == (State.OBSERVED, "insecure")
    assert by["ada", "pypi"] == (State.ENFORCED, "")
    assert by["ada", "npm"] == (State.UNKNOWN, "")
    assert by["ada", "zulip"] == (State.ATTESTED, "")
    assert ("ada", "email") not in by
    assert all(s.marking.level >= TLP.AMBER for s in usual.secured)


def test_an_attestation_that_ran_out_attests_nothing(store):
    found = told(
        store,
        more=(
            ZULIP[0],
            DeclaredAttestation(
                **{
                    **{f: getattr(ZULIP[1], f) for f in ("asset", "by", "seen", "statement")},
                    "until": date(2026, 6, 1),
                }
            ),
        ),
    )
    assert [s.state for s in found.secured if s.platform == "zulip"] == [State.UNKNOWN]


def test_without_a_security_team_there_is_nothing_to_show(store):
    found = told(store, team=())
    assert not found.places and "names no security-team" in found.trouble


def test_the_council_page_is_as_closed_as_the_tree_that_a_person_or_an_organization_on_it_is_declared_in(store):
    made = demo()
    own = Council(made, store, "ada", policy=Policy(security_team=("noor",)))
    with SimulatedGithub(made.world) as github:
        own.run(github)
    open_ = council(store, at=None, now=made.world.now)
    assert "grace" in open_.grantors[FIRST].owners and open_.marking.level < TLP.RED
    for closed in (PEOPLE[1], PEOPLE[2], DeclaredAsset(asset=BEACON, status=Status.OFFICIAL, reason="made up")):
        key = closed.key
        rest = tuple(f for f in own.declared() if (kind_id(type(f)), f.key) != (kind_id(type(closed)), key))
        parts = (Part("vault", Marking(TLP.RED), (closed,)),)
        begin(store, Declared("callisto", rest, CLEAR, "", parts), now=made.world.now, code="test")
        found = council(store, at=None, now=made.world.now)
        assert [p.organization for p in found.places] == [p.organization for p in open_.places]
        assert found.marking.level is TLP.RED, key


def test_a_machine_cannot_be_asked_to_grant_anything(store):
    bot = DeclaredParty(handle="robot", github_id=900001, accounts=(Account("github", "ada-l"),), bot=True)
    made = demo()
    own = Council(made, store, "ada", policy=Policy(security_team=("noor",)))
    own.declared = lambda: tuple(
        fact for fact in (*Council.declared(own), bot) if getattr(fact, "handle", "") != "ada"
    )
    with SimulatedGithub(made.world) as github:
        own.run(github)
    found = council(store, at=None, now=made.world.now)
    assert found.grantors[FIRST].told == "grace, noor" and found.grantors[FIRST].machines == ("robot",)
    only = found.grantors[HARBOUR]
    assert only.owners == () and only.told == "nobody: only a machine owns it (robot), and it cannot be asked"
