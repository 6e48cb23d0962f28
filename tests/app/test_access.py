"""What one person holds: as evidence shows it, as the register expects it, and where nobody could see."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from muniment.app.access import Access, access
from muniment.app.material import material
from muniment.app.who import who
from muniment.evidence.declared_asset import DeclaredAsset, Holding
from muniment.evidence.declared_attestation import DeclaredAttestation
from muniment.evidence.declared_party import DeclaredParty, PublicRole
from muniment.evidence.kind import Evidence, encode, kind_id
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.organization_repository import OrganizationRepository
from muniment.evidence.package_ownership import PackageOwnership
from muniment.evidence.package_role import PackageRole
from muniment.model.asset import Status
from muniment.model.errors import UsageError
from muniment.model.observation import Batch, Cell, Item, Outcome
from muniment.model.party import Account
from muniment.model.policy import Declined
from muniment.model.tlp import CLEAR, RED, TLP, Marking
from tests.app.conftest import World

ORG = "github:org/callisto"


def asked(world: World, word: str) -> Access:
    return access(world.store, word, at=None, now=world.today)


def held(found: Access) -> list[tuple[str, str, str, bool | None]]:
    return [(row.asset, row.role, row.state, row.expected) for row in found.rows]


def seen(world: World, *facts: Evidence, outcome: Outcome = Outcome.COLLECTED, marking: TLP = TLP.AMBER) -> None:
    """Keep what an owner of the organization saw of it, a batch for each kind of fact."""
    kinds = dict.fromkeys(type(fact) for fact in facts)
    run = world.store.open_run(at=world.today, code="test", register="callisto", commit="")
    batches = tuple(
        Batch(
            cell=Cell("github", ORG, kind_id(kind)),
            vantage=frozenset({f"{ORG}:owner"}),
            outcome=outcome,
            observed_at=world.today,
            parser="canned/1",
            marking=Marking(marking),
            items=tuple(Item(f.key, encode(f)) for f in facts if type(f) is kind),
        )
        for kind in kinds
    )
    world.store.record(run, batches)


def expects(world: World, asset: str, *holdings: Holding) -> None:
    world.assets[asset] = replace(world.assets[asset], holders=holdings)


def people(world: World, *more: Evidence) -> None:
    world.more = [*world.more, *more]


def owned(world: World, name: str, *roles: PackageRole, organization: str = "") -> None:
    """A package with these roles alone."""
    world.package(name)
    kept = [f for f in world.says(f"pypi:{name}") if not isinstance(f, PackageRole | PackageOwnership)]
    world.sky.says[f"pypi:{name}"] = (*kept, PackageOwnership(organization=organization), *roles)


def test_a_person_holds_what_evidence_shows_under_any_of_their_accounts(world: World) -> None:
    owned(world, "lodestar", PackageRole(account="ada.l", role="Owner"))
    owned(
        world, "mooring", PackageRole(account="Ada.L", role="Maintainer"), PackageRole(account="eve", role="Owner")
    )
    people(world, DeclaredParty(handle="cleo", github_id=7, accounts=(Account("github", "cleo-c"),)))
    world.run()
    seen(world, OrganizationMember(id=7, login="renamed", role="owner"))

    assert held(asked(world, "ada")) == [
        ("pypi:lodestar", "Owner", "seen", None),
        ("pypi:mooring", "Maintainer", "seen", None),
    ]
    (row,) = asked(world, "cleo").rows
    assert (row.asset, row.who, row.path) == (ORG, "renamed", "own membership, and so every repository in it")


@pytest.mark.parametrize("word", ["ada", "Ada Example", "ada example", "pypi:ada.l", "pypi:ADA.L", "ada.l"])
def test_a_person_is_found_by_handle_by_name_and_by_account(world: World, word: str) -> None:
    world.package("lodestar")
    world.run()
    found = asked(world, word)
    assert (found.whom.handle, found.name, found.accounts) == ("ada", "Ada Example", ("pypi:ada.l",))


def test_an_account_that_the_register_does_not_know_can_be_asked_about(world: World) -> None:
    owned(world, "lodestar", PackageRole(account="Eve", role="Owner"))
    world.run()
    seen(world, OrganizationMember(id=9, login="eve", role="member"))
    assert held(asked(world, "pypi:eve")) == [("pypi:lodestar", "Owner", "seen", None)]
    assert held(asked(world, "github-id:9")) == [(ORG, "member", "seen", None)]
    assert not asked(world, "npm:eve").rows


def test_a_login_that_changed_hands_is_not_taken_for_the_person_who_had_it(world: World) -> None:
    people(world, DeclaredParty(handle="cleo", github_id=7, accounts=(Account("github", "cleo-c"),)))
    world.run()
    seen(world, OrganizationMember(id=8, login="cleo-c", role="owner"))
    assert not asked(world, "cleo").rows
    assert held(asked(world, "github-id:8")) == [(ORG, "owner", "seen", None)]


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("keepers", "is a team"),
        ("adda", "no person"),
        ("github-id:x", "not a number"),
        ("github-id:0", "not a number"),
        ("Twin Example", "could be twin-a, twin-b"),
    ],
)
def test_a_word_that_names_a_team_several_people_or_nobody_is_refused(world: World, word: str, told: str) -> None:
    people(
        world,
        DeclaredParty(handle="keepers", members=("ada", "grace")),
        DeclaredParty(handle="twin-a", name="Twin Example"),
        DeclaredParty(handle="twin-b", name="Twin Example"),
    )
    world.run()
    with pytest.raises(UsageError, match=told):
        asked(world, word)


def test_what_the_register_expects_and_complete_evidence_lacks_is_missing(world: World) -> None:
    owned(world, "lodestar", PackageRole(account="ada.l", role="Owner"))
    expects(world, "pypi:lodestar", Holding("owner", ("ada",)), Holding("maintainer", ("grace",)))
    world.run()
    assert held(asked(world, "ada")) == [("pypi:lodestar", "Owner", "seen", True)]
    assert held(asked(world, "grace")) == [("pypi:lodestar", "maintainer", "missing", True)]


def test_what_is_held_and_not_expected_is_told_as_such(world: World) -> None:
    owned(world, "lodestar", PackageRole(account="grace", role="Owner"))
    expects(world, "pypi:lodestar", Holding("owner", ("ada",)))
    world.run()
    assert held(asked(world, "grace")) == [("pypi:lodestar", "Owner", "seen", False)]


@pytest.mark.parametrize("why", ["unreachable", "partial", "organization", "declined"])
def test_what_evidence_does_not_tell_is_never_told_as_missing(world: World, why: str) -> None:
    owned(world, "lodestar", organization="callisto" if why == "organization" else "")
    expects(world, "pypi:lodestar", Holding("owner", ("ada",)))
    if why == "unreachable":
        world.sky.says["pypi:lodestar"] = Outcome.UNREACHABLE
    elif why == "partial":
        world.sky.partial.add(("pypi:lodestar", PackageRole))
    elif why == "declined":
        no = Declined(kind="package-role", by="grace", reason="not wanted", until=date(2030, 1, 1))
        world.policy = replace(world.policy, declined=(no,))
    world.run()
    found = asked(world, "ada")
    assert held(found) == [("pypi:lodestar", "owner", "unseen", True)]
    assert any("pypi:lodestar" in line for line in found.unseen)


def test_a_package_that_is_gone_is_held_by_nobody(world: World) -> None:
    world.declare("pypi:lodestar")
    world.sky.says["pypi:lodestar"] = Outcome.ABSENT
    expects(world, "pypi:lodestar", Holding("owner", ("ada",)))
    world.run()
    found = asked(world, "ada")
    assert held(found) == [("pypi:lodestar", "owner", "missing", True)]
    assert not any("pypi:lodestar" in line for line in found.unseen)


def test_a_team_gives_what_the_register_expects_of_it_to_each_of_its_people(world: World) -> None:
    owned(world, "lodestar", PackageRole(account="ada.l", role="Owner"))
    people(world, DeclaredParty(handle="keepers", members=("ada", "grace")))
    expects(world, "pypi:lodestar", Holding("owner", ("keepers",)))
    world.run()
    found = asked(world, "grace")
    assert held(found) == [("pypi:lodestar", "owner", "missing", True)]
    assert found.rows[0].path == "by the team keepers"
    assert found.teams == ("keepers",)
    # For the package one of the team is enough.
    assert who(world.store, "pypi:lodestar", at=None, now=world.today).missing == ()


def test_what_a_person_vouched_for_stands_beside_what_no_source_tells(world: World) -> None:
    world.declare("service:registrar")
    expects(world, "service:registrar", Holding("account", ("ada",)))
    word = DeclaredAttestation(
        asset="service:registrar",
        by="grace",
        seen=date(2026, 3, 1),
        until=date(2026, 9, 1),
        statement="two hold it",
    )
    people(world, word)
    world.run()
    (row,) = asked(world, "ada").rows
    assert row.state == "unseen"
    assert "attested by grace on 2026-03-01, until 2026-09-01: two hold it" in row.detail


def test_what_is_not_the_projects_leaves_nothing_open(world: World) -> None:
    world.declare("pypi:lodestar-plus", Status.EXTERNAL)
    world.run()
    assert not any("lodestar-plus" in line for line in asked(world, "ada").unseen)


def test_public_roles_are_told(world: World) -> None:
    people(world, DeclaredParty(handle="noor", public_roles=(PublicRole("council", "harbour"), PublicRole("lead"))))
    world.run()
    assert asked(world, "noor").roles == ("council of harbour", "lead")


def test_naming_people_is_amber_and_what_rests_on_closed_evidence_is_as_closed(world: World) -> None:
    world.package("lodestar")
    world.run()
    assert asked(world, "ada").marking == Marking(TLP.AMBER)
    seen(world, OrganizationMember(id=1, login="x"), outcome=Outcome.PARTIAL, marking=TLP.RED)
    assert asked(world, "ada").marking.level is RED.level  # for what could not be seen of it is told
    assert who(world.store, ORG, at=None, now=world.today).marking.level is RED.level


def test_who_and_access_tell_the_same_paths(world: World) -> None:
    owned(world, "lodestar", PackageRole(account="ada.l", role="Owner"), PackageRole(account="grace", role="Owner"))
    expects(world, "pypi:lodestar", Holding("owner", ("ada",)))
    world.run()
    by_asset = who(world.store, "pypi:lodestar", at=None, now=world.today).holders
    by_person = [row for person in ("ada", "grace") for row in asked(world, person).rows]
    assert sorted(by_asset, key=lambda r: r.who) == sorted(by_person, key=lambda r: r.who)
    published = material(world.store, world.checks, now=world.today).held
    assert set(by_asset) == {row for row in published if row.state == "seen" and row.asset == "pypi:lodestar"}


def test_a_repositorys_holders_are_the_owners_of_its_organization_too(world: World) -> None:
    people(world, DeclaredParty(handle="cleo", github_id=7))
    world.assets["github:repo/callisto/pier"] = DeclaredAsset(
        asset="github:repo/callisto/pier",
        status=Status.OFFICIAL,
        reason="made up",
        subproject="harbour",
        holders=(Holding("admin", ("ada",)),),
    )
    world.run()
    listed = OrganizationRepository(id=1, asset="github:repo/callisto/pier")
    owner = OrganizationMember(id=7, login="cleo", role="owner")
    seen(world, listed, owner, OrganizationMember(id=8, login="m", role="member"))
    found = who(world.store, "github:repo/callisto/pier", at=None, now=world.today)
    (row,) = found.holders
    assert (row.who, row.party, row.path, row.expected) == ("cleo", "cleo", f"owner of {ORG}", False)
    assert "repository collaborator: not collected" in found.unseen
    assert f"{ORG}: team repository: not collected" in found.unseen
    # Cleo holds it, and nobody saw whether Ada does: a team, or a grant of her own, may give it to her.
    assert found.missing == ("ada (admin)",)


def test_owners_that_were_not_seen_are_told_as_unseen_of_the_repository(world: World) -> None:
    world.declare("github:repo/callisto/pier")
    world.run()
    found = who(world.store, "github:repo/callisto/pier", at=None, now=world.today)
    assert not found.holders
    assert f"{ORG}: organization member: not collected" in found.unseen


@pytest.mark.parametrize(
    ("marking", "named"),
    [(CLEAR, True), (Marking(TLP.AMBER), True), (Marking(TLP.AMBER_STRICT), False), (RED, False)],
)
@pytest.mark.parametrize(
    ("word", "handle"), [("adda", "ada"), ("keepers", "grace"), ("Twin Example", "twin-a"), ("pypi:ada.ll", "ada")]
)
def test_a_mistake_is_answered_with_somebodys_handle_if_the_register_lets_it(
    world: World, word: str, handle: str, marking: Marking, named: bool
) -> None:
    """An error ends in logs: what is closed further than AMBER names nobody there, and else the marking is told."""
    people(
        world,
        DeclaredParty(handle="keepers", members=("ada", "grace")),
        DeclaredParty(handle="twin-a", name="Twin Example"),
        DeclaredParty(handle="twin-b", name="Twin Example"),
    )
    world.marking = marking
    world.run()
    try:
        told = asked(world, word).meant
    except UsageError as refused:
        told = f"{refused} {refused.hint}"
        assert ("TLP:AMBER" in told) == named
    assert (handle in told.replace(repr(word), "")) == named
