"""Who sees what of an organization, by each kind of credential."""

from __future__ import annotations

from datetime import timedelta

import pytest

from muniment.testing.github.sight import Refusal, Viewer, issue, viewer
from muniment.testing.github.world import World

from .conftest import NOW, SECRETS, signed


def seen_by(world: World, who: str) -> Viewer:
    if who == "installation":
        token = issue(world, world.apps[0], world.apps[0].installations[0])
        assert not isinstance(token, Refusal)
        secret = token.secret
    else:
        secret = signed() if who == "app" else SECRETS.get(who, "")
    found = viewer(world, f"Bearer {secret}" if secret else None)
    assert isinstance(found, Viewer)
    return found


# who: owner's settings, concealed members, second factors, the private repository, its administration
LUNAR = {
    "owner": (True, True, True, True, True),
    "member": (False, True, False, False, False),
    "scopeless": (False, False, False, False, False),
    "stranger": (False, False, False, False, False),
    "fine": (True, True, True, True, False),
    "fine-member": (False, True, False, True, False),
    "installation": (True, True, True, True, False),
    "app": (False, False, False, False, False),
    "": (False, False, False, False, False),
}


@pytest.mark.parametrize("who", LUNAR)
def test_each_credential_sees_its_part_of_an_organization(world: World, who: str) -> None:
    seen, org = seen_by(world, who), world.organizations[0]
    hidden = org.repositories[1]
    assert LUNAR[who] == (
        seen.may(org, "organization_administration"),
        seen.sees_members(org),
        seen.sees_two_factor(org),
        seen.sees_repository(org, hidden),
        seen.administers(org, hidden),
    )


@pytest.mark.parametrize("who", ["owner", "fine", "installation", "fine-member"])
def test_rights_end_where_the_organization_does(world: World, who: str) -> None:
    """Ada owns Lunar; in Solar she is a member who cannot read what is private there."""
    seen, org = seen_by(world, who), world.organizations[1]
    assert not seen.may(org, "organization_administration")
    assert not seen.sees_two_factor(org)
    assert not seen.sees_repository(org, org.repositories[1])
    assert seen.sees_members(org) == (who == "owner")


def test_an_outside_collaborator_administers_one_repository_alone(world: World) -> None:
    seen, org = seen_by(world, "stranger"), world.organizations[0]
    assert seen.role(org) == ""
    assert [seen.administers(org, repo) for repo in org.repositories] == [True, False, False]


def test_the_role_is_the_persons_whatever_the_token_was_given(world: World) -> None:
    org = world.organizations[0]
    assert seen_by(world, "scopeless").role(org) == "owner"
    assert not seen_by(world, "scopeless").is_owner(org)
    assert not seen_by(world, "scopeless").is_member(org)
    assert seen_by(world, "installation").role(org) == ""


@pytest.mark.parametrize("header", ["Bearer nobody", "Basic abc", "Bearer", "Bearer a.b.c", "Bearer ghs_x"])
def test_what_is_unknown_is_refused(world: World, header: str) -> None:
    found = viewer(world, header)
    assert isinstance(found, Refusal) and found.status == 401


@pytest.mark.parametrize("who", ["expired", "revoked"])
def test_a_token_that_ended_is_refused(world: World, who: str) -> None:
    assert viewer(world, f"token {SECRETS[who]}") == Refusal(401, "Bad credentials")


def test_an_app_is_known_by_its_number_or_its_client_id(world: World) -> None:
    for issuer in ("77", "Iv1.madeup"):
        found = viewer(world, f"Bearer {signed(issuer)}")
        assert isinstance(found, Viewer) and found.kind == "app" and found.app is world.apps[0]


def test_an_apps_word_is_judged_by_its_key_and_its_times(world: World) -> None:
    good = signed()
    forged = good[:-8] + ("A" * 8 if not good.endswith("A" * 8) else "B" * 8)
    words = {
        forged: "could not be decoded",
        signed(now=NOW - timedelta(hours=1)): "future time",
        signed(now=NOW + timedelta(hours=1), lasts=timedelta(minutes=1)): "iat",
        signed(lasts=timedelta(hours=1)): "too far in the future",
    }
    for word, says in words.items():
        found = viewer(world, f"Bearer {word}")
        assert isinstance(found, Refusal) and says in found.message and found.status == 401
    assert viewer(world, f"Bearer {signed('78')}") == Refusal(404, "Integration not found")


def test_an_installations_token_lasts_an_hour_and_no_longer_than_its_installation(world: World) -> None:
    app = world.apps[0]
    token = issue(world, app, app.installations[0], {"members": "read"})
    assert not isinstance(token, Refusal)
    header = f"Bearer {token.secret}"
    found = viewer(world, header)
    assert isinstance(found, Viewer)
    assert found.may(world.organizations[0], "members")
    assert not found.may(world.organizations[0], "organization_administration")
    world.now += timedelta(hours=1)
    assert viewer(world, header) == Refusal(401, "Bad credentials")
    world.now = NOW
    app.installations.clear()
    assert viewer(world, header) == Refusal(401, "Bad credentials")


def test_a_token_is_not_given_more_than_the_installation_has(world: World) -> None:
    app = world.apps[0]
    for permissions in ({"members": "write"}, {"contents": "read"}):
        refused = issue(world, app, app.installations[0], permissions)
        assert isinstance(refused, Refusal) and refused.status == 422
    assert world.issued == []
