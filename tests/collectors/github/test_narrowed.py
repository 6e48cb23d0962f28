"""A collector that is narrowed asks for nothing else: no person, no secret, no setting. Not live."""

from __future__ import annotations

from muniment.app.discover import KINDS, Narrowable
from muniment.evidence.kind import kind_id
from muniment.evidence.repository_property import RepositoryProperty
from muniment.testing.github.growing import small
from muniment.testing.github.server import SimulatedGithub
from tests.collectors.github.simulated import Asker


def test_it_tells_the_same_of_its_kinds_and_nothing_of_others() -> None:
    made = small()
    scopes = [f"github:org/{o.login}" for o in made.world.organizations]
    with SimulatedGithub(made.world, clock=lambda: made.world.now) as github:
        asker = Asker(made, github, "ada")
        everything = asker.look(*scopes)
        before = len(github.requests)
        whole = asker.collector()
        assert isinstance(whole, Narrowable)
        narrow = whole.narrowed(KINDS)
        some = asker.look(*scopes, using=narrow)
        paths = {request.path for request in github.requests[before:]}
    kinds = {kind_id(kind) for kind in KINDS}
    assert {kind for _, kind in some} == kinds - {"package-project"}
    assert {key: batch.items for key, batch in some.items()} == {
        key: batch.items for key, batch in everything.items() if key[1] in kinds
    }
    faces = {f"/orgs/{scope.rpartition('/')[2]}" for scope in scopes}
    assert {p for p in paths if "/properties/" not in p and not p.endswith("/graphql")} <= {*faces, "/user"}


def test_without_properties_none_are_asked_for() -> None:
    made = small()
    scope = f"github:org/{made.world.organizations[0].login}"
    with SimulatedGithub(made.world, clock=lambda: made.world.now) as github:
        whole = Asker(made, github, "ada").collector()
        assert isinstance(whole, Narrowable)
        narrow = whole.narrowed([kind for kind in KINDS if kind is not RepositoryProperty])
        Asker(made, github, "ada").look(scope, using=narrow)
        assert not [request.path for request in github.requests if "properties" in request.path]
    assert all("properties" not in planned.url for planned in narrow.requests(scope))
