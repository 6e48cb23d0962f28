"""What included trees declare: as closed as the tree, believed while it cannot be read, and gone when taken out."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from muniment.app.access import access
from muniment.app.because import because
from muniment.app.declare import Part
from muniment.app.dossiers import book_at
from muniment.app.find import subproject_named
from muniment.app.material import material
from muniment.app.who import who
from muniment.evidence.declared_asset import DeclaredAsset, Holding
from muniment.evidence.declared_decision import DeclaredDecision
from muniment.evidence.declared_party import DeclaredParty, PublicRole
from muniment.evidence.declared_rule import DeclaredRule
from muniment.evidence.kind import Evidence, kind_id
from muniment.evidence.organization_repository import OrganizationRepository
from muniment.evidence.package_project import PackageProject
from muniment.evidence.repository_manifest import RepositoryManifest
from muniment.ledger.finding import State
from muniment.model.asset import Status
from muniment.model.errors import UsageError
from muniment.model.observation import Batch
from muniment.model.party import Account
from muniment.model.tlp import CLEAR, RED, TLP, Audience, Marking, join
from muniment.model.verdict import Fail, Unknown, Where
from muniment.model.waiver import Waiver
from muniment.publish.projection import COUNCIL, PUBLIC, project
from muniment.publish.view import build
from muniment.reporters.finding import site
from muniment.reporters.terminal import rendered, summary

from .conftest import BEGAN, World
from .test_found_repositories import said
from .test_rules import seen

AMBER = Marking(TLP.AMBER)
DOCK = "pypi:dock"
TREE = DeclaredAsset(
    asset=DOCK, status=Status.OFFICIAL, reason="ours", subproject="harbour", where=Where("harbour:a.yaml", 2)
)


def dock(world: World) -> World:
    """A package that a tree declares, which its registry tells of."""
    world.sky.says[DOCK] = (PackageProject(name="dock", latest="1.0"),)
    world.parts = [Part("harbour", CLEAR, (TREE,))]
    return world


def unread(world: World, why: str = "there is no such directory") -> World:
    world.parts = [replace(part, evidence=(), unread=why) for part in world.parts]
    return world


def output(world: World, audience: Audience) -> str:
    shown = project(build(material(world.store, world.checks, now=BEGAN), world.checks), audience)
    files = site(shown)
    return "\n".join((*files, rendered(summary(shown), width=400), *(d.decode() for d in files.values())))


# ---------------------------------------------------------------- unread is not gone


def test_what_an_unread_tree_declared_stays_believed_and_nothing_of_it_is_fixed(world: World) -> None:
    dock(world).run()
    before = {f.id: f.state for f in world.findings() if f.id.asset == DOCK}
    assert State.OPEN in before.values()
    unread(world).run()
    inventory = book_at(world.store).inventory
    assert inventory.assets[DOCK] == TREE
    assert {f.id: f.state for f in world.findings() if f.id.asset == DOCK} == before
    assert inventory.unread["harbour"].why == "there is no such directory"
    assert inventory.unread["harbour"].read_at == BEGAN.replace(day=3)


def test_what_rests_on_an_unread_tree_is_stale_and_says_so(world: World) -> None:
    dock(world).run()
    assert not any(a.stale for a in material(world.store, world.checks, now=world.today).answers)
    unread(world).run()
    made = material(world.store, world.checks, now=world.today)
    answers = [a for a in made.answers if a.asset == DOCK and a.verdict in ("pass", "fail")]
    assert answers and all(a.stale for a in answers)
    told = output(world, COUNCIL)
    assert "The tree harbour of the register could not be read: it stands as on 3 Mar 2026." in told


def test_every_page_says_which_trees_could_not_be_read(world: World) -> None:
    """A page about a person or a subproject would otherwise say "none" of what nobody could read."""
    world.parts = [Part("harbour", CLEAR, unread="git did not give it"), Part("vault", AMBER, unread="nor this")]
    world.run()
    for audience, told in ((COUNCIL, "The tree vault"), (PUBLIC, "The tree harbour")):
        shown = project(build(material(world.store, world.checks, now=BEGAN), world.checks), audience)
        for path, data in site(shown).items():
            if path.endswith((".html", ".md")):
                assert f"{told} of the register could not be read" in data.decode(), path
                assert audience is COUNCIL or b"vault" not in data, path


def test_who_and_access_say_which_trees_could_not_be_read(world: World) -> None:
    world.package("lodestar")
    world.parts = [Part("people", AMBER, unread="git did not give it")]
    world.run()
    told = "the tree people of the register could not be read: nothing of it is known"
    for word in ("ada", "github:eve"):
        assert told in access(world.store, word, at=None, now=world.today).unseen
    assert told in who(world.store, "pypi:lodestar", at=None, now=world.today).unseen
    for asked in (
        lambda: access(world.store, "zora", at=None, now=world.today),
        lambda: who(world.store, "pypi:vault", at=None, now=world.today),
        lambda: subproject_named(book_at(world.store).inventory, "vault"),
    ):
        with pytest.raises(UsageError) as refused:
            asked()
        assert told in (refused.value.hint or "")


def test_what_is_told_of_an_unread_tree_is_as_closed_as_the_tree(world: World) -> None:
    world.package("lodestar")
    world.parts = [Part("vault", Marking(TLP.RED), unread="git did not give it")]
    world.run()
    assert access(world.store, "ada", at=None, now=world.today).marking.level is TLP.RED
    assert who(world.store, "pypi:lodestar", at=None, now=world.today).marking.level is TLP.RED


def test_a_tree_that_was_never_read_is_said_to_be_unknown(world: World) -> None:
    world.parts = [Part("harbour", CLEAR, unread="git did not give it")]
    world.run()
    assert "nothing of it is known" in output(world, COUNCIL)


def test_what_is_not_declared_is_unknown_while_a_tree_is_unread(world: World) -> None:
    """The owner of a package may be a person of the tree that nobody could read."""
    grace = world.more.pop()
    world.package("lodestar")
    world.parts = [Part("people", AMBER, (grace,))]
    world.run()
    check = "packages/owner-unknown-to-register"
    assert world.findings(check) == []
    world.parts = [Part("people", AMBER, (grace,)), Part("harbour", CLEAR, unread="no such directory")]
    world.says("pypi:lodestar")
    world.sky.says["pypi:lodestar"] = tuple(
        replace(f, account="stranger") if getattr(f, "account", "") == "grace" else f
        for f in world.says("pypi:lodestar")
    )
    world.run()
    assert world.findings(check) == [], "she may be declared where nobody could look"
    made = material(world.store, world.checks, now=world.today)
    (row,) = [a for a in made.answers if a.check == check and a.asset == "pypi:lodestar"]
    assert (row.verdict, row.reason) == ("unknown", "unreachable")
    assert row.detail == "the tree harbour of the register could not be read"
    world.parts[1] = Part("harbour", CLEAR)
    world.run()
    assert [f.state for f in world.findings(check)] == [State.OPEN]
    world.parts[1] = Part("harbour", CLEAR, unread="no such directory")
    world.run()
    assert [f.state for f in world.findings(check)] == [State.OPEN], "silence closes nothing"


def test_a_failure_that_asks_nothing_of_the_register_stays_a_failure(world: World) -> None:
    dock(world)
    world.package("lodestar", repository="")
    world.run()
    open_ = {f.id for f in world.findings("packages/missing-repository") if f.state is State.OPEN}
    assert len(open_) == 2
    unread(world)
    world.package("beacon", repository="")
    world.run()
    after = {f.id for f in world.findings("packages/missing-repository") if f.state is State.OPEN}
    assert len(after) == 3


def test_no_check_fails_for_want_of_a_declaration_while_a_tree_is_unread(world: World) -> None:
    """Whatever the check: those that ask what is declared do not fail, as their parameters tell."""
    from muniment.app.assess import judge_all
    from muniment.checks.assessment import Bench, asks_what_is_declared

    world.package("lodestar")
    world.more = [DeclaredParty(handle="ada", name="Ada Example", accounts=(Account("pypi", "elsewhere"),))]
    world.parts = [Part("harbour", CLEAR, (TREE,))]
    world.run()

    def failing() -> set[str]:
        return {
            judge.check.id
            for judge, dossier, judged in judge_all(world.store, world.checks, at=None, now=world.today)
            if isinstance(judged.verdict, Fail) and asks_what_is_declared(judge.check, dossier, bench)
        }

    inventory = book_at(world.store).inventory
    bench = Bench(inventory, inventory.policy, world.day())
    assert failing()
    unread(world).run()
    assert failing() == set()
    verdicts = [j.verdict for _, _, j in judge_all(world.store, world.checks, at=None, now=world.today)]
    assert any(isinstance(v, Unknown) and "tree harbour" in v.detail for v in verdicts)


def test_a_tree_that_is_taken_out_declares_nothing_any_more(world: World) -> None:
    dock(world).run()
    world.parts = []
    world.run()
    inventory = book_at(world.store).inventory
    assert DOCK not in inventory.known
    assert inventory.unread == {}
    assert {f.state for f in world.findings() if f.id.asset == DOCK} == {State.FIXED}
    then = world.today.replace(day=3)
    assert DOCK in book_at(world.store, then).inventory.known, "the past is as it was"
    recorded = [c for c in world.store.cells() if c.cell.scope == "register/harbour"]
    world.run()
    again = [c for c in world.store.cells() if c.cell.scope == "register/harbour"]
    assert [c.latest_at for c in again] == [c.latest_at for c in recorded], "told once"


def test_a_tree_taken_out_while_it_was_unread_is_gone_too(world: World) -> None:
    unread(dock(world)).run()
    world.parts = []
    world.run()
    assert book_at(world.store).inventory.unread == {}
    assert book_at(world.store).inventory.known.keys().isdisjoint({DOCK})


def test_an_unread_tree_under_a_new_name_loses_nothing(world: World) -> None:
    """The council renames the tree on the day on which its directory is away: it is not known to be another one."""
    dock(world).run()
    world.parts = [Part("port", CLEAR, unread="there is no such directory")]
    world.run()
    assert DOCK in book_at(world.store).inventory.known
    assert sorted(book_at(world.store).inventory.unread) == ["harbour", "port"]
    world.parts = [Part("port", CLEAR, (replace(TREE, where=Where("port:a.yaml", 2)),))]
    world.run()
    inventory = book_at(world.store).inventory
    assert inventory.unread == {}
    assert inventory.assets[DOCK].where == Where("port:a.yaml", 2)
    assert State.FIXED not in {f.state for f in world.findings() if f.id.asset == DOCK}


def test_what_moved_to_another_tree_is_as_that_one_says(world: World) -> None:
    dock(world).run()
    world.declare(DOCK, Status.ARCHIVED)
    unread(world).run()
    assert book_at(world.store).inventory.assets[DOCK].status is Status.ARCHIVED


# ---------------------------------------------------------------- markings

SECRET = re.compile(r"canary-[a-z]+")
CLOSED = {"amber": AMBER, "amber-strict": Marking(TLP.AMBER_STRICT), "red": RED, "green": Marking(TLP.GREEN)}
READERS = {
    "clear": PUBLIC,
    "green": Audience(TLP.GREEN, frozenset()),
    "amber harbour": Audience(TLP.AMBER, frozenset({"harbour"})),
    "amber+strict": Audience(TLP.AMBER_STRICT, frozenset({"harbour"})),
    "council": COUNCIL,
}


def secrets(marking: Marking) -> Part:
    """A tree of which every word is a secret."""
    entry = {"status": Status.OFFICIAL, "reason": "canary-reason", "subproject": "harbour"}
    evidence: list[Evidence] = [
        DeclaredAsset(
            asset="pypi:canary-package",
            title="canary-title",
            url="https://canary-url.example",
            source="canary-source",
            repository="github:repo/canary-organization/core",
            where=Where("secret:canary-file.yaml", 2),
            **entry,  # type: ignore[arg-type]
        ),
        DeclaredAsset(asset="github:org/canary-organization", **entry),  # type: ignore[arg-type]
        DeclaredAsset(asset="domain:canary-domain.example", **entry),  # type: ignore[arg-type]
        DeclaredRule(
            id="org callisto name canary-*",
            organizations=("github:org/callisto",),
            names=("canary-*",),
            packages=True,
            where=Where("secret:canary-file.yaml", 9),
            **entry,  # type: ignore[arg-type]
        ),
    ]
    if marking.level >= TLP.AMBER:
        evidence += [
            DeclaredParty(handle="canary-handle", name="canary-name", accounts=(Account("pypi", "canary-login"),)),
            DeclaredDecision(
                id="x",
                waiver=Waiver(
                    check="packages/*",
                    asset="pypi:*",
                    by="canary-handle",
                    reason="canary-waiver",
                    until=BEGAN.date(),
                ),
            ),
        ]
    return Part("secret", marking, tuple(evidence))


def listed(organization: str, *names: str) -> Batch:
    facts = [
        OrganizationRepository(id=number, asset=f"github:repo/{organization}/{name}")
        for number, name in enumerate(names, start=1)
    ]
    return said(f"github:org/{organization}", OrganizationRepository, *facts)


@pytest.mark.parametrize("name", sorted(CLOSED))
def test_what_a_tree_declares_reaches_no_reader_below_the_trees_marking(world: World, name: str) -> None:
    """Entries, rules and what they bring: repositories that a CLEAR list names, packages that a manifest does."""
    marking = CLOSED[name]
    seen(
        world,
        listed("canary-organization", "core"),
        listed("callisto", "canary-tool", "open"),
        said(
            "github:repo/callisto/canary-tool",
            RepositoryManifest,
            RepositoryManifest(path="pyproject.toml", package="pypi:canary-brought"),
        ),
    )
    world.parts = [secrets(marking)]
    world.sky.says["pypi:canary-package"] = (PackageProject(name="canary-package", latest="1.0"),)
    world.sky.says["pypi:canary-brought"] = (PackageProject(name="canary-brought", latest="1.0"),)
    world.run()
    assert book_at(world.store).public == CLEAR
    for readers, audience in READERS.items():
        found = set(SECRET.findall(output(world, audience)))
        if audience.may_see(marking):
            assert found or audience.level < TLP.AMBER, f"the path to {readers} is not real"
        else:
            assert not found, f"{readers} were shown {sorted(found)}"
    assert "github:repo/callisto/open" in output(world, PUBLIC), "what lies beside it stays public"
    assert {"canary-package", "canary-tool", "canary-brought", "canary-organization"} <= set(
        SECRET_NAMES.findall(output(world, COUNCIL))
    )


SECRET_NAMES = re.compile(r"canary-(?:package|tool|brought|organization)")


def test_what_a_tree_says_of_people_is_amber_in_a_clear_one_of_the_past(world: World) -> None:
    """Recorded by whatever wrote it: the kind's own marking holds in every tree's cells."""
    world.parts = [Part("harbour", CLEAR, (DeclaredParty(handle="eve", name="Eve Example"),))]
    world.run()
    (cell,) = [r for r in world.store.cells(scopes=("register/harbour",)) if r.cell.kind == kind_id(DeclaredParty)]
    assert cell.marking.level is TLP.AMBER


def test_a_public_role_in_a_red_tree_stays_closed(world: World) -> None:
    """A role that a tree of up to AMBER calls public is; one in a RED tree is not the register's to give."""
    roles = (PublicRole("council"),)
    world.parts = [
        Part("people", AMBER, (DeclaredParty(handle="open", name="Open Example", public_roles=roles),)),
        Part("secret", RED, (DeclaredParty(handle="shut", name="Shut Example", public_roles=roles),)),
    ]
    world.run()
    told = output(world, PUBLIC)
    assert "Open Example" in told
    assert "Shut Example" not in told


def test_counts_for_everybody_count_nothing_of_a_closed_tree(world: World) -> None:
    def released() -> tuple[int | None, ...]:
        made = material(world.store, world.checks, now=world.today)
        return tuple(r.count for r in build(made, world.checks).released)

    for number in range(8):
        world.package(f"open-{number}", repository="")
    world.run()
    before = released()
    assert any(before)
    closed = [replace(TREE, asset=f"pypi:closed-{number}") for number in range(9)]
    for entry in closed:
        world.sky.says[entry.asset] = (PackageProject(name=entry.asset, latest="1.0"),)
    world.parts = [Part("secret", AMBER, tuple(closed))]
    world.run()
    assert {f.id.asset for f in world.findings() if f.state is State.OPEN} >= {e.asset for e in closed}
    assert released() == before


def test_what_inherits_from_a_closed_tree_is_as_closed(world: World) -> None:
    """An entry of the open tree whose subproject is that of an organization which a closed one declares."""
    world.parts = [
        Part(
            "secret",
            AMBER,
            (DeclaredAsset(asset="github:org/port", status=Status.OFFICIAL, reason="x", subproject="harbour"),),
        )
    ]
    world.declare("github:repo/port/tool", subproject="")
    world.declare("github:repo/port/known", subproject="harbour")
    world.run()
    inventory = book_at(world.store).inventory
    assert inventory.subproject_of("github:repo/port/tool") == "harbour"
    assert inventory.marking("github:repo/port/tool", CLEAR) == AMBER
    assert inventory.marking("github:repo/port/known", CLEAR) == CLEAR


def test_commands_about_one_asset_state_the_trees_marking(world: World) -> None:
    world.parts = [Part("secret", Marking(TLP.AMBER_STRICT), (TREE,))]
    world.sky.says[DOCK] = (PackageProject(name="dock", latest="1.0"),)
    world.run()
    assert because(world.store, DOCK, at=None).marking.level is TLP.AMBER_STRICT
    assert who(world.store, DOCK, at=None, now=world.today).marking.level is TLP.AMBER_STRICT
    assert all(f.marking.level is TLP.AMBER_STRICT for f in world.findings() if f.id.asset == DOCK)


def test_a_rule_of_a_closed_tree_that_gives_way_closes_what_is_told_of_it(world: World) -> None:
    seen(world, listed("callisto", "open"))
    rule = DeclaredRule(
        id="org callisto name op*",
        organizations=("github:org/callisto",),
        names=("op*",),
        status=Status.ARCHIVED,
        reason="canary-reason",
    )
    world.declare("github:repo/callisto/open")
    world.parts = [Part("secret", AMBER, (rule,))]
    world.run()
    told = because(world.store, "github:repo/callisto/open", at=None)
    assert told.beside == ("the rule 'org callisto name op*'",)
    assert told.marking.level is TLP.AMBER
    assert join(told.marking) == told.marking


# ---------------------------------------------------------------- whose decisions


def test_a_subproject_waives_what_is_its_own_alone(world: World) -> None:
    waiver = Waiver(
        check="*", asset="*", by="ada", reason="ours", until=BEGAN.date().replace(year=2027), subproject="harbour"
    )
    world.package("lodestar", repository="")
    world.declare("pypi:elsewhere", subproject="beacon")
    world.sky.says["pypi:elsewhere"] = (PackageProject(name="elsewhere", latest="1.0"),)
    world.parts = [Part("harbour", AMBER, (DeclaredDecision(id="* * * of harbour", waiver=waiver),))]
    world.run()
    states = {f.id.asset: f.state for f in world.findings("packages/missing-repository")}
    assert states == {"pypi:lodestar": State.WAIVED, "pypi:elsewhere": State.OPEN}


def test_holders_of_an_amber_tree_are_told_to_those_who_may_know(world: World) -> None:
    held = replace(TREE, holders=(Holding("owner", ("ada",)),))
    world.parts = [Part("harbour", AMBER, (held,))]
    world.sky.says[DOCK] = (PackageProject(name="dock", latest="1.0"),)
    world.run()
    assert DOCK not in output(world, PUBLIC)


def test_a_name_that_a_tree_had_before_does_not_let_an_unread_one_count_as_read(world: World) -> None:
    """Renamed, and renamed back while nobody can read it: it declares what it declared, as far as anybody knows."""
    dock(world).run()
    world.parts = [Part("port", CLEAR, (TREE,))]
    world.run()
    before = {f.id: f.state for f in world.findings() if f.id.asset == DOCK}
    assert State.OPEN in before.values()
    world.parts = [Part("harbour", CLEAR, unread="git did not give it")]
    world.run()
    assert DOCK in book_at(world.store).inventory.assets
    assert {f.id: f.state for f in world.findings() if f.id.asset == DOCK} == before
    world.parts = [Part("harbour", CLEAR)]
    world.run()
    assert DOCK not in book_at(world.store).inventory.assets
