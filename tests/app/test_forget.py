"""Forgetting a person in a project that lives on: what a run after it tells, and what the pages hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from muniment.app.dossiers import inventory_at
from muniment.app.forget import carry_out, digests, identify, prepare
from muniment.app.material import material
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_attestation import DeclaredAttestation
from muniment.evidence.declared_decision import DeclaredDecision
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.forgetting import Erasure, Person
from muniment.evidence.kind import Evidence, encode, kind_id
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.package_role import PackageRole
from muniment.ledger.events import Opened, Restated
from muniment.ledger.finding import State
from muniment.model.asset import Status
from muniment.model.errors import UsageError
from muniment.model.observation import Batch, Cell, Item, Outcome
from muniment.model.party import Account
from muniment.model.tlp import CLEAR, TLP, Audience
from muniment.model.waiver import Waiver
from muniment.publish.projection import COUNCIL, PUBLIC
from muniment.publish.view import build
from muniment.wiring import site

from .conftest import World

NAME, LOGIN = "Zoe Marked", "zqx.marked"
ROLE = PackageRole(account=LOGIN, role="Owner")


def settle(world: World) -> None:
    """A project in which the person holds a package, is in the register, and has waived and attested."""
    world.package("lantern")
    world.package("wick")
    world.sky.says["pypi:wick"] = (*(f for f in world.says("pypi:wick") if type(f) is not PackageRole), ROLE)
    world.sky.says["pypi:lantern"] = (*world.says("pypi:lantern"), ROLE)
    day = world.day()
    world.more.append(
        DeclaredParty(handle="zqx", name=NAME, accounts=(Account("pypi", LOGIN), Account("github", "zqx-marked")))
    )
    world.declare("channel:example/zqx-chat", Status.OFFICIAL)
    waiver = Waiver(
        check="*", asset="pypi:wick", by="zqx", reason=f"{NAME} says so", until=day + timedelta(days=90)
    )
    world.more.append(DeclaredDecision(id="1", waiver=waiver))
    world.more.append(
        DeclaredAttestation(
            asset="pypi:lantern", by="zqx", seen=day, until=day + timedelta(days=90), statement=f"I, {NAME}, saw it"
        )
    )


def forget(world: World, word: str = "zqx") -> tuple[Person, Erasure]:
    person = identify(world.store, word)
    prepared = prepare(world.store, person, inventory_at(world.store), world.checks)
    carry_out(world.store, prepared, world.checks, now=world.today)
    return person, prepared.erasure


def without_the_person(world: World) -> None:
    """What people do in the register: take the person out."""
    world.more = [m for m in world.more if not isinstance(m, DeclaredDecision | DeclaredAttestation)]
    world.more = [m for m in world.more if not (isinstance(m, DeclaredParty) and m.handle == "zqx")]
    world.assets.pop("channel:example/zqx-chat")


def with_tombstones_in_the_register(world: World, erasure: Erasure) -> None:
    """The other thing that people can do there: write the tombstone where the person stood."""

    def stone(fact: Evidence) -> Evidence:
        kind = type(fact)
        return msgspec.json.decode(erasure.payload(kind_id(kind), encode(fact)), type=kind)

    world.more = [stone(fact) for fact in world.more]
    assets = [stone(fact) for fact in world.assets.values()]
    world.assets = {fact.asset: fact for fact in assets if isinstance(fact, DeclaredAsset)}


def pages(world: World) -> Iterator[bytes]:
    view = build(material(world.store, world.checks, now=world.today), world.checks)
    for audience in (PUBLIC, COUNCIL, Audience(TLP.AMBER, frozenset({"harbour"}))):
        for name, data in site(view, audience).items():
            yield name.encode() + b"\n" + data


def database(world: World) -> bytes:
    path = Path(world.store.where)  # type: ignore[attr-defined]
    return b"".join(f.read_bytes() for f in path.parent.glob(f"{path.name}*"))


def names_the_person(data: bytes) -> bool:
    return any(word in data.lower() for word in (b"zoe marked", b"zqx.marked", b"zqx-marked", b"@zqx"))


def news(world: World, run: int) -> list[str]:
    found = (entry.event for _, entry in world.store.history(run=run))
    return [e.message for e in found if isinstance(e, Opened | Restated)]


def test_pages_and_database_name_the_person_before_and_not_after(world: World) -> None:
    settle(world)
    other = PackageRole(account="zqx-marked", role="Owner")  # of theirs, too, and not in the register
    for asset in ("pypi:wick", "pypi:lantern"):
        world.sky.says[asset] = (*world.says(asset), other)
    world.run()
    assert {f.state for f in world.findings() if "zqx-marked" in f.message} == {State.OPEN, State.WAIVED}
    assert names_the_person(database(world)) and any(names_the_person(page) for page in pages(world))
    forget(world)
    assert not names_the_person(database(world))
    assert not any(names_the_person(page) for page in pages(world))
    assert any(b"forgotten-1" in page for page in pages(world))


def test_an_account_seen_again_is_no_news_if_the_register_knows_it_was_forgotten(world: World) -> None:
    settle(world)
    world.run()
    _, erasure = forget(world)
    before = [(f.id, f.state) for f in world.findings()]
    world.policy = replace(world.policy, forgotten=digests(erasure))
    with_tombstones_in_the_register(world, erasure)
    done = world.run()
    assert news(world, done.run) == [], "the tombstone is where the account was"
    assert not names_the_person(database(world))
    assert not any(names_the_person(page) for page in pages(world))
    roles = {key for r in world.store.cells() if r.cell.kind == "package-role" for key, _ in r.facts}
    assert "forgotten-1/Owner" in roles and f"{LOGIN}/Owner" not in roles
    assert before == [(f.id, f.state) for f in world.findings()]


def test_who_leaves_the_register_and_keeps_a_role_is_told_of_by_the_tombstone(world: World) -> None:
    settle(world)
    world.run()
    _, erasure = forget(world)
    world.policy = replace(world.policy, forgotten=digests(erasure))
    without_the_person(world)
    done = world.run()
    assert any(m.startswith("forgotten-1 is Owner and nobody of the register") for m in news(world, done.run))
    assert not names_the_person(database(world))


def test_without_that_an_account_seen_again_is_a_new_fact_under_its_name(world: World) -> None:
    settle(world)
    world.run()
    forget(world)
    without_the_person(world)
    world.run()
    (roles,) = (r for r in world.store.cells(scopes=["pypi:wick"]) if r.cell.kind == "package-role")
    assert [key for key, _ in roles.facts] == [f"{LOGIN}/Owner"]


def test_once_the_register_and_the_sources_are_silent_nothing_comes_back(world: World) -> None:
    settle(world)
    world.run()
    forget(world)
    without_the_person(world)
    for asset in ("pypi:wick", "pypi:lantern"):
        world.sky.says[asset] = tuple(f for f in world.says(asset) if f != ROLE)
    world.run()
    world.run()
    assert not names_the_person(database(world))
    assert not any(names_the_person(page) for page in pages(world))


def test_a_second_act_finds_nothing_and_is_not_counted(world: World) -> None:
    settle(world)
    world.run()
    person, _ = forget(world)
    prepared = prepare(world.store, person, inventory_at(world.store), world.checks)
    assert not prepared.touched.anything
    carry_out(world.store, prepared, world.checks, now=world.today)
    assert world.store.next_act() == 2


def test_a_person_is_known_by_handle_or_by_any_account(world: World) -> None:
    settle(world)
    world.run()
    by_handle = identify(world.store, "zqx")
    assert by_handle == identify(world.store, f"pypi:{LOGIN}") == identify(world.store, "github:ZQX-marked")
    assert by_handle.names == (NAME,)
    nobody = identify(world.store, "pypi:nobody-knows")
    assert nobody == Person(accounts=(Account("pypi", "nobody-knows"),))
    with pytest.raises(UsageError, match="no person 'zqy'"):
        identify(world.store, "zqy")


def test_a_team_cannot_be_forgotten(world: World) -> None:
    world.more.append(DeclaredParty(handle="keepers", members=("ada",)))
    world.run()
    with pytest.raises(UsageError, match="is a team"):
        identify(world.store, "keepers")


def test_a_name_that_two_accounts_had_must_be_told_apart_by_number(world: World) -> None:
    done = world.run()
    for number, organization in ((1, "callisto"), (2, "wick")):
        member = OrganizationMember(id=number, login="zqx-marked")
        look = Batch(
            cell=Cell("github", f"github:org/{organization}", "organization-member"),
            vantage=frozenset({"github:anonymous"}),
            outcome=Outcome.COLLECTED,
            observed_at=world.today,
            parser="github/1",
            marking=CLEAR,
            items=(Item(member.key, encode(member)),),
        )
        world.store.record(done.run, [look])
    with pytest.raises(UsageError, match="several accounts"):
        identify(world.store, "github:zqx-marked")
    assert identify(world.store, "github-id:2") == Person(accounts=(Account("github", "zqx-marked"),), numbers=(2,))


def test_an_account_that_two_people_had_must_be_named_by_handle(world: World) -> None:
    settle(world)
    world.run()
    world.more.append(DeclaredParty(handle="heir", accounts=(Account("pypi", LOGIN),)))
    world.more = [m for m in world.more if not (isinstance(m, DeclaredParty) and m.handle == "zqx")]
    world.run()
    with pytest.raises(UsageError, match="several people"):
        identify(world.store, f"pypi:{LOGIN}")


def test_what_is_declared_keeps_its_name(world: World) -> None:
    """An organization called as the person is a thing; the account is replaced all the same."""
    world.package("zeta")
    world.sky.says["pypi:zeta"] = (*world.says("pypi:zeta"), PackageRole(account="zeta", role="Owner"))
    world.run()
    person = identify(world.store, "pypi:zeta")
    prepared = prepare(world.store, person, inventory_at(world.store), world.checks)
    assert prepared.erasure.narrow == ("zeta",)
    carry_out(world.store, prepared, world.checks, now=world.today)
    (roles,) = (r for r in world.store.cells(scopes=["pypi:zeta"]) if r.cell.kind == "package-role")
    assert "forgotten-1/Owner" in [key for key, _ in roles.facts]


def test_as_of_days_before_are_answered_with_tombstones(world: World) -> None:
    settle(world)
    world.run()
    then = world.today
    world.run()
    forget(world)
    (roles,) = (
        r
        for r in world.store.cells(scopes=["pypi:wick"], at=then + timedelta(hours=1))
        if r.cell.kind == "package-role"
    )
    assert [key for key, _ in roles.facts] == ["forgotten-1/Owner"]


def test_an_act_that_touched_bundles_alone_takes_its_tombstone_all_the_same(world: World) -> None:
    world.run()
    person = identify(world.store, "pypi:nobody-knows")
    prepared = prepare(world.store, person, inventory_at(world.store), world.checks)
    carry_out(world.store, prepared, world.checks, now=world.today, elsewhere=True)
    assert world.store.next_act() == 2 and world.store.is_clean()
