"""Which credential sees what: of every kind, never guessed, asked once, chosen for each place. Not live."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from muniment.collectors import github_access, github_activity, github_audit, github_enterprise, github_two_factor
from muniment.collectors.github import collector
from muniment.collectors.github.diagnosis import diagnosis
from muniment.collectors.github.rights import Place
from muniment.collectors.github.standing import choose, expiry, installed, person, public_reader
from muniment.model.observation import Outcome
from muniment.ports import Diagnosing, Diagnosis, Key
from muniment.testing.github.faults import aimed
from muniment.testing.github.growing import grown
from muniment.testing.github.made import Made
from muniment.testing.github.server import SimulatedGithub
from tests.collectors.github.canned import answer
from tests.collectors.github.simulated import APP, Asker


@pytest.fixture(scope="module")
def made() -> Made:
    return grown(organizations=4, repositories=3, members=6, owner_of=1, member_of=1)


@pytest.fixture
def github(made) -> Iterator[SimulatedGithub]:
    with SimulatedGithub(made.world) as served:
        yield served


def scopes(made: Made) -> list[str]:
    return [f"github:org/{o.login.lower()}" for o in made.world.organizations]


def diagnosed(made: Made, github: SimulatedGithub, *names: str) -> Diagnosis:
    asker = Asker(made, github, *names)
    collector = asker.collector()
    assert isinstance(collector, Diagnosing)
    return asyncio.run(collector.diagnose(scopes(made), asker.web))


@pytest.mark.parametrize(
    ("names", "levels"),
    [
        (("ada",), ["owner", "member", "outside", "outside"]),
        (("ben",), ["member", "member", "member", "outside"]),
        (("cleo",), ["grants", "outside", "outside", "outside"]),
        (("dora",), ["outside", "outside", "outside", "outside"]),
        ((APP,), ["grants", "outside", "outside", "grants"]),
        (("dora", "ben", "ada"), ["owner", "member", "member", "outside"]),
    ],
)
def test_the_levels_are_what_the_credentials_at_hand_come_to(made, github, names, levels):
    assert list(diagnosed(made, github, *names).levels.values()) == levels


def test_a_diagnosis_costs_two_requests_a_persons_token(made, github):
    diagnosed(made, github, "ada", "ben")
    assert Counter(r.path for r in github.requests) == {"/user": 2, "/graphql": 2}


def test_a_diagnosis_says_what_is_lacking_and_who_could_grant_it(made, github):
    sights = {(s.asset, s.kind): s for s in diagnosed(made, github, "ada").sights}
    owned, joined, other, _ = scopes(made)
    assert sights[owned, "organization-settings"].sees == "all"
    assert sights[owned, "organization-settings"].credential == "ada"
    assert sights[owned, "organization-settings"].cost == 1
    assert (sights[owned, "organization-settings"].needs, sights[owned, "organization-settings"].who) == ("", "")
    denied = sights[joined, "organization-settings"]
    assert (denied.sees, denied.who) == ("none", "an owner of the organization")
    assert "admin:org" in denied.needs
    assert sights[other, "organization-member"].sees == "part"
    assert sights[other, "github-repository"].sees == "all"


def test_cards_tell_kind_account_and_rights_and_no_secret(made, github):
    found = diagnosed(made, github, "ada", "cleo", APP)
    cards = {card.name: card for card in found.cards}
    assert cards["ada"].account == "@person-ada-example"
    assert cards["ada"].rights == ("admin:org", "repo")
    assert cards["cleo"].kind == "fine-grained"
    assert cards[APP].kind == "app"
    assert sum(card.kind == "installation" for card in found.cards) == 2
    for secret in (*made.tokens.values(), made.private_key):
        assert secret not in repr(found)


def test_a_credential_is_used_only_where_it_has_rights_or_as_the_one_reader_elsewhere(made, github):
    Asker(made, github, "ada", "ben").look(*scopes(made))
    asked = {(r.who, r.path) for r in github.requests if r.path.startswith("/orgs/")}
    anchor, _, compass, dock = (o.login.lower() for o in made.world.organizations)
    assert {who for who, path in asked if f"/{anchor}" in path} == {"person-ada-example"}
    assert {who for who, path in asked if f"/{compass}" in path} == {"person-ben-example"}
    bodies = [r.body.decode() for r in github.requests if r.who == "person-ben-example" and r.is_graphql]
    assert not any(f'"login":"{dock}"' in body or f'"login":"{anchor}"' in body for body in bodies)


def test_a_withdrawn_token_is_told_and_the_other_one_used(made, github):
    made.world.tokens[0].revoked = True
    try:
        found = diagnosed(made, github, "ada", "ben")
    finally:
        made.world.tokens[0].revoked = False
    assert [bool(card.trouble) for card in found.cards] == [True, False]
    assert set(found.levels.values()) == {"member", "outside"}


def test_standing_is_asked_once_a_run_for_all_organizations(made, github):
    Asker(made, github, "ada").look(*scopes(made))
    assert sum(r.path == "/user" for r in github.requests) == 1
    assert sum(b"query Standing" in r.body for r in github.requests) == 1


def test_standing_is_asked_again_in_the_next_run(made, github):
    collector = Asker(made, github, "ada").collector()
    for _ in range(2):
        Asker(made, github, "ada").look(scopes(made)[0], using=collector)
    assert sum(r.path == "/user" for r in github.requests) == 2


def test_the_phases_of_a_run_share_what_was_asked_once(made, github):
    asker = Asker(made, github, "ada")
    collector = asker.collector()
    for _ in range(2):
        asker.look(scopes(made)[0], using=collector)
    assert sum(r.path == "/user" for r in github.requests) == 1


def test_a_fine_grained_token_has_what_it_was_seen_to_have(made, github):
    found = Asker(made, github, "cleo").look(*scopes(made))
    first, second = scopes(made)[:2]
    grants = {"members:read", "organization_administration:read"}
    expected = {"github:anonymous", *(f"{first}:{grant}" for grant in grants)}
    assert found[first, "organization-access"].vantage == expected
    assert found[first, "organization-settings"].outcome is Outcome.COLLECTED
    assert found[second, "organization-member"].vantage == {"github:anonymous"}


# ---------------------------------------------------------------- pure


def test_an_expiry_is_read_in_the_two_ways_that_github_writes_it():
    at = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert expiry("2026-12-31 23:59:59 UTC") == at
    assert expiry("2027-01-01 01:59:59 +0200") == at
    assert expiry("") is None and expiry("soon") is None


def test_installations_of_an_app_are_credentials_of_their_own():
    key = Key("robot", "app", "a file")
    body = [
        {
            "id": 5,
            "account": {"login": "Callisto"},
            "permissions": {"members": "write", "contents": "read", "issues": "read"},
            "repository_selection": "selected",
            "app_slug": "robot",
            "suspended_at": None,
        },
        {"id": 6, "account": {"login": "io"}, "permissions": {}, "suspended_at": "2026-01-01T00:00:00Z"},
        {"id": 7, "account": None},
        "odd",
    ]
    app, callisto, io = installed(key, [answer(body)])
    assert not app.reads
    assert (callisto.name, callisto.rights) == ("robot@Callisto#5", ("members:read",))
    assert callisto.place("CALLISTO").level == "grants"
    assert callisto.place("io").level == "outside"
    assert io.trouble and not io.reads


def test_an_installation_on_some_repositories_does_not_see_every_private_one():
    body = [
        {
            "id": n,
            "account": {"login": f"o{n}"},
            "permissions": {"metadata": "read"},
            "repository_selection": selection,
        }
        for n, selection in enumerate(("all", "selected", None), start=1)
    ]
    holders = installed(Key("robot", "app"), [answer(body)])[1:]
    assert [h.place(f"o{n}").every_repository for n, h in enumerate(holders, start=1)] == [True, False, False]


def test_an_app_that_cannot_be_asked_about_says_so():
    (app,) = installed(Key("robot", "app"), [answer({}, status=401)])
    assert "do not fit" in app.trouble
    (app,) = installed(Key("robot", "app"), [answer({}, status=502)])
    assert app.trouble


def test_a_credential_that_github_refuses_is_told_from_one_that_it_did_not_answer_about():
    app, person_ = Key("robot", "app"), Key("ada", "classic")
    suspended = {"id": 1, "account": {"login": "io"}, "suspended_at": "2026-01-01T00:00:00Z"}
    refused = (
        (person(person_, answer({}, status=401)),),
        installed(app, [answer({}, status=401)]),
        installed(app, [answer({"message": "Forbidden"}, status=403)]),
        installed(app, [answer([suspended])]),
    )
    silent = (
        installed(app, [answer({}, status=502)]),
        (*installed(app, [answer({}, status=502)]), *refused[0]),
        (person(person_, answer({}, status=502)),),
        (),
    )
    for holders, level in (*((h, "refused") for h in refused), *((h, "unreachable") for h in silent)):
        found = diagnosis(holders, ["github:org/io"])
        assert found.levels == {"github:org/io": level}
        if holders is not silent[2]:  # it may be good, and then it lacks what it lacks
            assert not any("owner" in sight.who for sight in found.sights), "an owner cannot mend a credential"


@pytest.mark.parametrize(
    ("fault", "outcome"), [("unavailable", Outcome.UNREACHABLE), ("unauthorized", Outcome.DENIED)]
)
def test_a_github_that_does_not_tell_where_an_app_is_installed_refused_nothing(made, fault, outcome):
    builds = (collector, github_access.collector, github_audit.collector, github_two_factor.collector)
    with SimulatedGithub(made.world, faults=[aimed(f"{fault}@/app/installations*")]) as github:
        for build in (*builds, github_activity.collector):
            asker = Asker(made, github, APP)
            batches = asker.look(scopes(made)[0], using=build(asker.addresses))
            assert {batch.outcome for batch in batches.values()} == {outcome}, build.__module__
        above = github_enterprise.collector(asker.addresses)
        ((_, batch),) = asker.look("github:enterprise/callisto", using=above).items()
        assert batch.outcome is outcome


def test_of_several_the_first_that_works_reads_what_is_public():
    unknown = person(Key("one", "classic"), answer({}, status=502))
    known = person(Key("two", "classic"), answer({"login": "ada"}, headers={"x-oauth-scopes": ""}))
    _, installation = installed(
        Key("robot", "app"), [answer([{"id": 1, "account": {"login": "io"}, "permissions": {}}])]
    )
    assert public_reader([unknown, installation, known]).name == "two"
    assert public_reader([unknown, installation]).name == "robot@io#1"
    assert public_reader([unknown]).name == "one"
    assert choose([unknown, known], "callisto").credential == "two"


def test_no_credential_that_works_is_told_with_its_trouble():
    broken = person(Key("one", "classic"), answer({}, status=401))
    chosen = choose([broken], "callisto")
    assert chosen.credential == "" and "withdrawn" in chosen.trouble
    assert chosen.place == Place(level="unknown")


def test_a_token_tells_when_it_ends():
    ends = {"github-authentication-token-expiration": "2026-12-31 23:59:59 UTC"}
    holder = person(Key("one", "fine-grained"), answer({"login": "ada"}, headers=ends))
    assert holder.card().expires == datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert holder.card().expires - datetime(2026, 12, 31, tzinfo=UTC) < timedelta(days=1)
