"""Second factors by an enterprise's owner: asked once for many, whole only where every count fits. Not live."""

from __future__ import annotations

import asyncio
import json

import pytest
from msgspec.structs import replace

from muniment.collectors.github_enterprise import collector as of_enterprises
from muniment.collectors.github_two_factor import collector
from muniment.evidence.kind import decoder
from muniment.evidence.member_two_factor import MemberTwoFactor
from muniment.evidence.outside_two_factor import OutsideTwoFactor
from muniment.model.observation import Outcome
from muniment.testing.github.faults import FAULTS, Aim, Fault
from muniment.testing.github.growing import grown
from muniment.testing.github.made import Made, classic
from muniment.testing.github.server import SimulatedGithub
from muniment.testing.github.world import Enterprise
from tests.collectors.github.simulated import Asker

SLUG = "callisto-foundation"
SCOPE = f"github:enterprise/{SLUG}"
STRONG = ("read:enterprise", "read:org")
MEMBERS, OUTSIDE = "member-two-factor", "outside-two-factor"
KINDS = {MEMBERS: MemberTwoFactor, OUTSIDE: OutsideTwoFactor}


def founded(organizations=3, *, held=None, members=12, repositories=4):
    """A world of which ``head`` owns the enterprise and no organization; ada owns the first organization."""
    made = grown(organizations, repositories, members, owner_of=1, member_of=0)
    world = made.world
    inside = {o.id for o in world.organizations[:held]}
    dora = next(p for p in world.people if p.login == "person-dora-example")
    world.enterprises.append(Enterprise(id=5, slug=SLUG, owners={dora.id}, organizations=inside))
    token = classic("head", dora.id, *STRONG)
    weaker = classic("scopeless", dora.id, "read:org")
    world.tokens += [token, weaker]
    tokens = {**made.tokens, "head": token.secret, "scopeless": weaker.secret}
    return Made(world=world, tokens=tokens, private_key=made.private_key)


def look(made, *names, faults=(), between=lambda: None):
    """What a run tells of all organizations, its enterprise asked first, and the requests of its second phase."""
    with SimulatedGithub(made.world, faults=faults) as github:
        asker = Asker(made, github, *names)
        scopes = [f"github:org/{o.login}" for o in made.world.organizations]
        asker.look(SCOPE, using=of_enterprises(asker.addresses))
        between()
        before = len(github.requests)
        found = asker.look(*scopes, using=collector(asker.addresses))
        return found, github.requests[before:]


def truth(made, org):
    strength = {p.id: p.two_factor for p in made.world.people}
    inside = {m.person: strength[m.person] for m in org.members}
    outside = {id: strength[id] for id in org.outside() if strength[id] != "secure"}
    return inside, outside


def methods(batch):
    return {
        fact.id: fact.method for fact in (decoder(KINDS[batch.cell.kind]).decode(i.payload) for i in batch.items)
    }


def test_an_owner_of_the_enterprise_alone_learns_of_every_organization_in_one_question():
    made = founded()
    found, asked = look(made, "head")
    for org in made.world.organizations:
        inside, outside = truth(made, org)
        batch = found[f"github:org/{org.login}", MEMBERS]
        assert (batch.outcome, methods(batch)) == (Outcome.COLLECTED, inside)
        assert f"github:org/{org.login}:owner" in batch.vantage
        batch = found[f"github:org/{org.login}", OUTSIDE]
        assert (batch.outcome, methods(batch)) == (Outcome.PARTIAL, outside)
        assert "a member of another" in batch.detail
    assert [s.path for s in asked] == ["/graphql", "/graphql"], "its standing, and the accounts"


def test_of_its_only_organization_an_enterprise_tells_every_outside_collaborator():
    made = founded(1, members=12, repositories=40)
    [org] = made.world.organizations
    found, _ = look(made, "head")
    batch = found[f"github:org/{org.login}", OUTSIDE]
    assert (batch.outcome, methods(batch)) == (Outcome.COLLECTED, truth(made, org)[1])
    assert methods(batch)


def test_where_members_of_others_may_be_missing_an_organization_is_asked_who_is_weak_outside():
    made = founded()
    first = made.world.organizations[0].login
    found, asked = look(made, "head", "ada")
    assert {s.path for s in asked if s.path.startswith("/orgs/")} == {f"/orgs/{first}/outside_collaborators"}
    assert found[f"github:org/{first}", OUTSIDE].outcome is Outcome.COLLECTED


def test_it_tells_what_an_organizations_owner_is_told():
    made = founded()
    first = made.world.organizations[0].login
    by_enterprise, by_owner = look(made, "head")[0], look(made, "ada")[0]
    for kind in (MEMBERS, OUTSIDE):
        one, other = by_enterprise[f"github:org/{first}", kind], by_owner[f"github:org/{first}", kind]
        assert sorted(i.payload for i in one.items) == sorted(i.payload for i in other.items)
        assert one.vantage == other.vantage


def test_twenty_organizations_are_two_points():
    made = founded(20, members=30, repositories=2)
    found, asked = look(made, "head")
    assert {b.outcome for (_, kind), b in found.items() if kind == MEMBERS} == {Outcome.COLLECTED}
    assert len(found) == 40
    accounts = [s for s in asked if s.is_graphql]
    assert len(asked) == len(accounts) == 2
    assert sum(s.points for s in accounts) == 3, "one of them for what the token is in each organization"


def test_lists_of_more_than_a_hundred_are_read_to_their_end():
    made = founded(2, members=260)
    found, asked = look(made, "head")
    for org in made.world.organizations:
        batch = found[f"github:org/{org.login}", MEMBERS]
        assert (batch.outcome, methods(batch)) == (Outcome.COLLECTED, truth(made, org)[0])
    assert len(asked) == 2 + 4, "of 260 members about 213 are well protected: two further pages for each"


@pytest.mark.parametrize(
    "fault",
    [
        "bad-gateway",
        "vanished-page",
        "repeated-page",
        "null-fields",
        "null-nodes",
        "truncated-json",
        "graphql-partial",
    ],
)
def test_a_further_page_that_fails_makes_the_list_a_part(fault):
    made = founded(2, members=260)
    found, _ = look(made, "head", faults=[Aim(fault=FAULTS[fault], path="/graphql", nth=4)])
    for org in made.world.organizations:
        batch = found[f"github:org/{org.login}", MEMBERS]
        assert batch.outcome is Outcome.PARTIAL
        true = truth(made, org)[0]
        assert methods(batch).items() <= true.items() and len(methods(batch)) < len(true)
        assert methods(found[f"github:org/{org.login}", OUTSIDE]) == truth(made, org)[1]


@pytest.mark.parametrize("fault", [name for name in FAULTS if not name.startswith("slow")])
@pytest.mark.parametrize("nth", [1, 3])
def test_whatever_fails_nobody_is_left_out_of_what_counts_as_whole(fault, nth):
    made = founded(2, members=6)
    found, _ = look(made, "head", faults=[Aim(fault=FAULTS[fault], path="/graphql", nth=nth, times=1)])
    for org in made.world.organizations:
        for kind, true in zip((MEMBERS, OUTSIDE), truth(made, org), strict=True):
            batch = found[f"github:org/{org.login}", kind]
            assert methods(batch).items() <= true.items()
            assert batch.outcome is not Outcome.COLLECTED or methods(batch) == true


def test_a_token_without_the_scope_is_denied_and_organizations_are_asked_as_before():
    made = founded()
    found, _ = look(made, "scopeless")
    assert {b.outcome for b in found.values()} == {Outcome.DENIED}
    found, asked = look(made, "scopeless", "ada")
    first = made.world.organizations[0].login
    assert found[f"github:org/{first}", MEMBERS].outcome is Outcome.COLLECTED
    assert any(s.path.startswith(f"/orgs/{first}") for s in asked)
    assert {b.outcome for (scope, _), b in found.items() if not scope.endswith(first)} == {Outcome.DENIED}


def test_who_is_an_owner_no_more_learns_nothing():
    made = founded()
    found, _ = look(made, "head", between=lambda: made.world.enterprises[0].owners.clear())
    for batch in found.values():
        assert (batch.outcome, batch.items) == (Outcome.DENIED, ())
        assert "its enterprise was asked, too" in batch.detail


def test_an_organization_outside_the_enterprise_is_asked_by_itself():
    made = founded(3, held=2)
    found, _ = look(made, "head")
    last = made.world.organizations[2].login
    assert found[f"github:org/{last}", MEMBERS].outcome is Outcome.DENIED
    assert found[f"github:org/{made.world.organizations[1].login}", MEMBERS].outcome is Outcome.COLLECTED


def test_of_a_name_that_changed_hands_since_the_list_came_nothing_is_told():
    made = founded()
    first, second = made.world.organizations[0], made.world.organizations[1]

    def change():
        first.login, second.login = second.login, first.login

    found, _ = look(made, "head", between=change)
    for org in (first, second):
        assert found[f"github:org/{org.login}", MEMBERS].outcome is Outcome.DENIED
        assert found[f"github:org/{org.login}", MEMBERS].items == ()


def test_an_organization_renamed_since_the_list_came_is_not_empty():
    made = founded()
    first = made.world.organizations[0]
    before = first.login

    def rename():
        first.former_logins.add(first.login)
        first.login = "callisto-elsewhere"

    scopes = {f"github:org/{before}"}
    with SimulatedGithub(made.world) as github:
        asker = Asker(made, github, "head")
        asker.look(SCOPE, using=of_enterprises(asker.addresses))
        rename()
        found = asker.look(*scopes, using=collector(asker.addresses))
    assert {b.outcome for b in found.values()} == {Outcome.DENIED}


def wrong(change):
    """A fault that changes the answer about accounts."""

    def struck(scene):
        true = scene.true
        body = json.loads(true.body)
        if "o0" in body.get("data", {}) and "viewerIsAdmin" in (body["data"]["o0"] or {}):
            change(body["data"])
            return replace(true, body=json.dumps(body).encode())
        return true

    return [Aim(fault=Fault("wrong", "a test", struck), path="/graphql")]


def lose(data):
    data["o0"]["weak"] = {"totalCount": 0, "pageInfo": {"hasNextPage": False, "endCursor": None}, "nodes": []}


def cut(data):
    data["o0"]["secure"]["nodes"].pop()


def nameless(data):
    data["o0"]["secure"]["nodes"][0] = {"user": None}


def hidden(data):
    data["o0"]["none"] = {"totalCount": 0, "pageInfo": {"hasNextPage": False, "endCursor": None}, "nodes": None}
    data["o0"]["everybody"]["totalCount"] += 1


@pytest.mark.parametrize("change", [lose, cut, nameless, hidden])
def test_members_who_were_counted_and_not_listed_make_the_list_a_part(change):
    made = founded(members=60)
    found, _ = look(made, "head", faults=wrong(change))
    parts = [scope for (scope, kind), b in found.items() if kind == MEMBERS and b.outcome is Outcome.PARTIAL]
    assert len(parts) == 1
    assert {b.outcome for b in found.values()} == {Outcome.PARTIAL, Outcome.COLLECTED}


def lose_outside(data):
    info = data["o0"]["ownerInfo"]
    info["outside"]["totalCount"] += 1


def test_outside_collaborators_who_were_counted_and_not_listed_make_the_list_a_part():
    found, _ = look(founded(1), "head", faults=wrong(lose_outside))
    assert [b.outcome for (_, kind), b in found.items() if kind == OUTSIDE] == [Outcome.PARTIAL]


def everybody_everywhere(data):
    """As if the filter by organization were not heeded."""
    for name, part in data.items():
        if name.startswith("o"):
            part["everybody"]["totalCount"] = data["all"]["members"]["totalCount"]


def test_where_github_does_not_tell_organizations_apart_nothing_of_it_is_believed():
    found, _ = look(founded(), "head", faults=wrong(everybody_everywhere))
    assert {(b.outcome, b.items) for b in found.values()} == {(Outcome.DENIED, ())}


def test_an_answer_in_part_leaves_the_question_to_who_may_ask_the_organization():
    made = founded()
    first = made.world.organizations[0].login
    found, asked = look(made, "head", "ada", faults=wrong(cut))
    assert found[f"github:org/{first}", MEMBERS].outcome is Outcome.COLLECTED
    lists = {f"/orgs/{first}/members", f"/orgs/{first}/outside_collaborators"}
    assert {s.path for s in asked if s.path.startswith("/orgs/")} == lists


def test_where_all_at_once_is_too_much_fewer_are_asked():
    made = founded(7)
    found, asked = look(
        made, "head", faults=[Aim(fault=FAULTS["graphql-node-limit"], path="/graphql", nth=3, times=1)]
    )
    assert {b.outcome for (_, kind), b in found.items() if kind == MEMBERS} == {Outcome.COLLECTED}
    assert len(asked) == 1 + 1 + 2


def test_no_organizations_answer_carries_another_ones_people():
    made = founded(members=6)

    async def raws(asker):
        using = collector(asker.addresses)
        scopes = [f"github:org/{o.login}" for o in made.world.organizations]
        for scope in scopes:
            list(using.requests(scope))
        return await asyncio.gather(*(using.fetch(scope, asker.web) for scope in scopes))

    with SimulatedGithub(made.world) as github:
        asker = Asker(made, github, "head")
        asker.look(SCOPE, using=of_enterprises(asker.addresses))
        for raw, org in zip(asyncio.run(raws(asker)), made.world.organizations, strict=True):
            own = {*truth(made, org)[0], *org.outside()}
            text = b"".join(a.body for a in raw.answers).decode()
            assert {p.id for p in made.world.people if f'"{p.login}"' in text} <= own


def test_a_plan_tells_of_the_enterprise_where_one_is_declared_and_only_there():
    made = founded()
    with SimulatedGithub(made.world) as github:
        asker = Asker(made, github, "head")
        scope = f"github:org/{made.world.organizations[0].login}"
        assert not any("enterprise" in p.right for p in collector(asker.addresses).requests(scope))
        list(of_enterprises(asker.addresses).requests(SCOPE))
        assert all("an owner of the enterprise" in p.right for p in collector(asker.addresses).requests(scope))


def test_a_diagnosis_names_the_token_that_a_run_tries_on_the_enterprise_and_no_other():
    def needs(made, *names):
        with SimulatedGithub(made.world) as github:
            asker = Asker(made, github, *names)
            told = asyncio.run(
                asker.collector().diagnose([f"github:org/{made.world.organizations[0].login}"], asker.web)
            )
            return {s.kind: s.needs for s in told.sights}

    able, unable = needs(founded(), "head"), needs(founded(), "scopeless")
    for kind in (MEMBERS, OUTSIDE):
        assert "head belongs to an owner of its enterprise" in able[kind]
    assert not any("belongs to an owner of its enterprise" in text for text in unable.values())
    assert "head" not in able["organization-settings"]
