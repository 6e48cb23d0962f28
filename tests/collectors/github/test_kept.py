"""What a look leaves in the store: nothing new the second time, nothing undone by who sees less. Not live."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from muniment.evidence.kind import decoder
from muniment.evidence.organization_settings import OrganizationSettings
from muniment.model.observation import Outcome
from muniment.ports import Recorded, Store
from muniment.stores.opening import open_store
from muniment.testing.github.growing import small
from muniment.testing.github.made import Made
from muniment.testing.github.server import SimulatedGithub
from muniment.testing.github.world import Membership, Ruleset
from tests.collectors.github.simulated import Asker


class Kept:
    """A small world, a store, and looks that are kept in it, a day apart."""

    def __init__(self, made: Made, github: SimulatedGithub, store: Store) -> None:
        self.made, self.github, self.store = made, github, store
        self.scopes = [f"github:org/{o.login.lower()}" for o in made.world.organizations]

    def look(self, *names: str) -> tuple[Recorded, ...]:
        self.made.world.now += timedelta(days=1)
        found = Asker(self.made, self.github, *names).look(*self.scopes)
        run = self.store.open_run(at=self.made.world.now, code="test", register="callisto", commit="")
        return self.store.record(run, list(found.values()))

    def standing(self) -> Outcome | None:
        """The outcome that belief in the first scope's repository rests on."""
        records = self.store.cells(scopes=self.scopes[:1])
        return next((r.standing for r in records if r.cell.kind == "github-repository"), None)

    def held(self, kind: str) -> dict[str, tuple[str, ...]]:
        """The keys that are believed of a kind, by scope."""
        return {r.cell.scope: tuple(k for k, _ in r.facts) for r in self.store.cells() if r.cell.kind == kind}


def settings(kept: Kept) -> OrganizationSettings:
    """What is believed of the first organization's settings."""
    records = kept.store.cells(scopes=[kept.scopes[0]])
    payload = next(p for r in records if r.cell.kind == "organization-settings" for _, p in r.facts)
    return decoder(OrganizationSettings).decode(payload)


@pytest.fixture
def kept(tmp_path) -> Iterator[Kept]:
    made = small()
    store = open_store(str(tmp_path / "kept.sqlite"))
    with SimulatedGithub(made.world) as github:
        yield Kept(made, github, store)
    store.close()


def test_the_same_look_twice_changes_nothing(kept):
    assert sum(r.opened for r in kept.look("ada"))
    again = kept.look("ada")
    assert {(r.opened, r.closed) for r in again} == {(0, 0)}


def test_a_stranger_undoes_nothing_that_an_owner_saw(kept):
    kept.look("ada")
    before = {
        kind: kept.held(kind) for kind in ("organization-member", "organization-settings", "private-repository")
    }
    for names in (("ben",), ("dora",), ("cleo",)):
        assert sum(r.closed for r in kept.look(*names)) == 0
    assert {kind: kept.held(kind) for kind in before} == before


def test_what_is_public_is_brought_up_to_date_by_strangers_too(kept):
    kept.look("ada")
    organization = kept.made.world.organizations[1]
    gone = next(r for r in organization.repositories if r.public)
    organization.repositories.remove(gone)
    kept.look("dora")
    assert str(gone.id) not in kept.held("organization-repository")[kept.scopes[1]]


def test_a_member_who_left_is_gone_when_a_member_looks_and_not_before(kept):
    kept.look("ada")
    organization = kept.made.world.organizations[1]
    left = next(m for m in organization.members if m.role == "member" and m.person != kept.made.world.people[0].id)
    organization.members.remove(left)
    kept.look("dora")
    assert str(left.person) in kept.held("organization-member")[kept.scopes[1]]
    kept.look("ada")
    assert str(left.person) not in kept.held("organization-member")[kept.scopes[1]]


def test_what_nobody_may_see_is_kept_as_denied_with_its_reason(kept):
    kept.look("dora")
    records = {(r.cell.scope, r.cell.kind): r for r in kept.store.cells()}
    record = records[kept.scopes[0], "organization-settings"]
    assert (record.latest, record.standing, record.facts) == (Outcome.DENIED, None, ())
    assert "could grant it" in record.detail


def test_whoever_sees_all_of_something_may_correct_what_another_such_one_saw(kept):
    organization = kept.made.world.organizations[0]
    belong = {m.person for m in organization.members}
    others = [p.id for p in kept.made.world.people if p.id not in belong]
    before = None
    for names in (("ada",), ("robot",), ("cleo",), ("ben",), ("ada",)):
        organization.requires_two_factor = not organization.requires_two_factor
        organization.members = [m for m in organization.members if m.person != before]
        before = others.pop()
        organization.members.append(Membership(person=before))
        kept.look(*names)
        seen = kept.held("organization-member")[kept.scopes[0]]
        assert set(seen) == {str(m.person) for m in organization.members}, names
        if names != ("ben",):  # who is a member, and sees no settings
            assert settings(kept).requires_two_factor is organization.requires_two_factor, names


def test_rules_that_are_not_in_force_show_to_administrators_alone(kept):
    repository = next(r for r in kept.made.world.organizations[0].repositories if r.public)
    repository.rulesets = [Ruleset(id=77, name="off", enforcement="DISABLED")]
    scope = f"{kept.scopes[0].replace('org', 'repo', 1)}/{repository.name}"
    kept.look("dora")
    record = next(r for r in kept.store.cells(scopes=[scope]) if r.cell.kind == "repository-ruleset")
    assert record.standing is Outcome.PARTIAL and "administrator of the repository could grant it" in record.detail
    kept.look("ada")
    assert kept.held("repository-ruleset")[scope] == ("77",)
    kept.look("dora")
    assert kept.held("repository-ruleset")[scope] == ("77",)


def test_what_an_owner_saw_gone_is_there_again_when_a_stranger_sees_it(kept):
    organization = kept.made.world.organizations[0]
    repository = next(r for r in organization.repositories if r.public)
    scope = f"github:repo/{organization.login}/{repository.name}"
    kept.scopes = [scope]
    organization.repositories.remove(repository)
    kept.look("dora")
    assert kept.standing() is None, "a stranger cannot tell"
    kept.look("ada")
    assert kept.standing() is Outcome.ABSENT
    organization.repositories.append(repository)
    kept.look("dora")
    assert kept.standing() is Outcome.COLLECTED
    repository.visibility = "PRIVATE"
    kept.look("dora")
    assert kept.standing() is Outcome.COLLECTED, "a stranger cannot tell"
