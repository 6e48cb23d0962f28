from __future__ import annotations

from collections import Counter

import jwt
import msgspec
import pytest

from muniment.testing.github.callisto import SECRETS
from muniment.testing.github.growing import Made, demo, grown, small
from muniment.testing.github.nodes import Placed as At
from muniment.testing.github.nodes import classic_rule, in_force, policy_in_effect, policy_path
from muniment.testing.github.sight import Viewer, viewer
from muniment.testing.github.world import Organization, World


@pytest.fixture(scope="module")
def large() -> Made:
    return grown()


def looking(made: Made, name: str) -> Viewer:
    found = viewer(made.world, f"Bearer {made.tokens[name]}")
    assert isinstance(found, Viewer)
    return found


def all_ids(world: World) -> list[tuple[str, int]]:
    return (
        [("person", p.id) for p in world.people]
        + [("organization", o.id) for o in world.organizations]
        + [("repository", r.id) for o in world.organizations for r in o.repositories]
        + [("ruleset", s.id) for o in world.organizations for s in o.rulesets]
        + [("ruleset", s.id) for o in world.organizations for r in o.repositories for s in r.rulesets]
    )


def owners(org: Organization) -> int:
    return sum(m.role == "owner" for m in org.members)


def test_a_world_is_as_large_as_asked(large: Made) -> None:
    world = large.world
    assert len(world.organizations) == 20
    assert {len(o.repositories) for o in world.organizations} == {50}
    assert {len(o.members) for o in world.organizations} == {100}
    tiny = small().world.organizations
    assert [(len(o.repositories), len(o.members)) for o in tiny] == [(3, 4), (3, 4)]


def test_the_same_seed_gives_the_same_world_and_another_another() -> None:
    def text(seed: int) -> bytes:
        return msgspec.json.encode(grown(3, 12, 9, seed=seed).world)

    assert text(1) == text(1) != text(2)


@pytest.mark.parametrize("make", [grown, small, demo])
def test_a_world_holds_together(make: object) -> None:
    world = make().world  # type: ignore[operator]
    assert [found for found, times in Counter(all_ids(world)).items() if times > 1] == []
    for org in world.organizations:
        assert owners(org) >= 1
        assert max(Counter(m.person for m in org.members).values()) == 1
        assert max(Counter(r.name.lower() for r in org.repositories).values()) == 1
        for member in org.members:
            world.person_of(member.person)
        for repo in org.repositories:
            assert set(repo.properties) <= set(org.properties)
            assert repo.pushed_at <= world.now
            assert repo.archived_at is None or repo.archived_at <= world.now


def test_every_name_is_plainly_made_up(large: Made) -> None:
    for made in (large, small()):
        assert all(o.login.startswith("callisto-") for o in made.world.organizations)
        assert all(p.login.endswith("-example") for p in made.world.people)


def test_everything_goes_right_somewhere_and_wrong_somewhere(large: Made) -> None:
    orgs = large.world.organizations
    repos = [At(o, r) for o in orgs for r in o.repositories]
    assert {o.requires_two_factor for o in orgs} == {True, False}
    assert {o.workflow_default for o in orgs} == {"read", "write"}
    assert {min(owners(o), 7) for o in orgs} == {1, 3, 7}  # one, three, too many
    assert {p.two_factor for p in large.world.people} == {"none", "insecure", "secure"}
    assert {m.public for o in orgs for m in o.members} == {True, False}
    assert {p.repo.visibility for p in repos} == {"PUBLIC", "PRIVATE", "INTERNAL"}
    assert {p.repo.private_reporting for p in repos} == {True, False}
    assert {p.repo.archived_at is None for p in repos} == {True, False}
    assert {bool(p.repo.files) for p in repos} == {True, False}
    assert any(p.repo.former_names for p in repos)
    assert any(o.former_logins for o in orgs)
    assert {"owner" in p.repo.properties for p in repos} == {True, False}
    protected = {(classic_rule(p.repo) is not None, bool(in_force(p))) for p in repos}
    assert protected == {(a, b) for a in (True, False) for b in (True, False)}
    policies = {(policy_path(p.repo) is not None, policy_in_effect(p.org, p.repo)) for p in repos}
    assert policies == {(True, True), (False, True), (False, False)}
    manifests = {path for p in repos for path in p.repo.files}
    assert {"pyproject.toml", "package.json", "setup.py"} <= manifests
    several = Counter(m.person for o in orgs for m in o.members)
    assert sum(1 for times in several.values() if times > 1) > 200


def test_advisory_forks_are_there_private_and_even_listed(large: Made) -> None:
    forks = [r for o in large.world.organizations for r in o.repositories if "-ghsa-" in r.name]
    assert {r.visibility for r in forks} == {"PUBLIC", "PRIVATE"}
    assert "-ghsa-" in "".join(r.name for o in small().world.organizations for r in o.repositories)


def test_ada_owns_some_belongs_to_some_and_is_nobody_in_the_rest(large: Made) -> None:
    ada, ben = looking(large, "ada"), looking(large, "ben")
    assert Counter(ada.role(o) for o in large.world.organizations) == {"owner": 3, "member": 6, "": 11}
    assert Counter(ben.role(o) for o in large.world.organizations) == {"member": 11, "": 9}
    assert looking(large, "dora").scopes == ()
    everywhere = grown(4, 1, 3, owner_of=4)
    assert Counter(looking(everywhere, "ada").role(o) for o in everywhere.world.organizations) == {"owner": 4}


def test_the_apps_key_fits_the_one_that_is_returned(large: Made) -> None:
    signed = jwt.encode({"iss": "4101"}, large.private_key, algorithm="RS256")
    assert jwt.decode(signed, large.world.apps[0].public_key, algorithms=["RS256"]) == {"iss": "4101"}
    assert "PRIVATE" not in large.world.apps[0].public_key


def test_project_callisto_has_everything_that_is_looked_at_right_and_wrong() -> None:
    made = demo()
    ada = looking(made, "ada")
    roles = {o.login: ada.role(o) for o in made.world.organizations if o.login.startswith("callisto")}
    assert roles == {
        "callisto": "owner",
        "callisto-harbour": "owner",
        "callisto-beacon": "member",
        "callisto-attic": "",
        "callisto-lighthouse": "",
        "callisto-sandbox": "owner",
        "callisto-friends": "",
        "callisto-ferry": "",
        "callisto-hackdays": "member",
        "callisto-fans": "",
    }
    secret = {
        r.name for o in made.world.organizations for r in o.repositories if not r.public or "-ghsa-" in r.name
    }
    assert secret == set(SECRETS)
