"""Rules: what they select, which one speaks, and what their words alone show to be wrong."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from written_registers import told, write

from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_rule import Condition, DeclaredRule
from muniment.evidence.kind import Evidence
from muniment.model.asset import Status
from muniment.model.tlp import CLEAR, TLP, Marking
from muniment.register.inventory import Inventory
from muniment.register.reading import read
from muniment.register.resolving import Built, Held, Linked, Listed, Sightings
from muniment.register.ruling import selection
from muniment.register.selecting import is_inside, matcher

HEAD = (
    "project: {id: callisto, name: Project Callisto}\n"
    "subprojects: {shell: {name: Shell}, kernels: {name: Kernels}}\n"
)
ORG = "{org: callisto, reason: governance}"


def also(words: str) -> str:
    """Another rule about the same organization."""
    return f"{{org: callisto, {words}, reason: y}}"


AMBER = Marking(TLP.AMBER)


def rule(
    *orgs: str,
    names: tuple[str, ...] = (),
    excepted: tuple[str, ...] = (),
    where: dict[str, tuple[str, ...]] | None = None,
    status: Status = Status.OFFICIAL,
    subproject: str = "",
    packages: bool | None = None,
) -> DeclaredRule:
    organizations = tuple(f"github:org/{o}" for o in orgs)
    conditions = tuple(Condition(k, v) for k, v in sorted((where or {}).items()))
    return DeclaredRule(
        id=selection(organizations, names, excepted, conditions),
        organizations=organizations,
        names=names,
        excepted=excepted,
        conditions=conditions,
        status=status,
        reason="governance",
        subproject=subproject,
        packages=packages,
    )


def entry(asset: str, status: Status = Status.OFFICIAL, subproject: str = "", **more: str) -> DeclaredAsset:
    return DeclaredAsset(asset=asset, status=status, reason="minutes", subproject=subproject, **more)


def listed(*names: str) -> dict[str, Listed]:
    return {f"github:repo/callisto/{name}": Listed(CLEAR) for name in names}


def found(declared: list[Evidence], seen: Sightings) -> Inventory:
    return Inventory.of(declared).finding(seen)


def says(inventory: Inventory, name: str) -> tuple[Status, str] | None:
    own = inventory.entry(f"github:repo/callisto/{name}")
    return None if own is None else (own.status, own.subproject)


WHOLE = rule("callisto", subproject="shell")


def test_a_rule_about_the_whole_declares_the_organization_and_what_is_in_it() -> None:
    inventory = found([WHOLE], Sightings(listed("core")))
    assert inventory.assets["github:org/callisto"].subproject == "shell"
    assert says(inventory, "core") == (Status.OFFICIAL, "shell")


def test_the_narrower_rule_speaks_and_an_entry_before_all() -> None:
    rules: list[Evidence] = [
        WHOLE,
        rule("callisto", names=("old-*",), status=Status.ARCHIVED),
        rule("callisto", names=("old-bridge",), subproject="kernels"),
        entry("github:repo/callisto/old-rope", Status.EXTERNAL),
    ]
    inventory = found(rules, Sightings(listed("core", "old-map", "old-bridge", "old-rope")))
    assert says(inventory, "core") == (Status.OFFICIAL, "shell")
    assert says(inventory, "old-map") == (Status.ARCHIVED, "shell")
    assert says(inventory, "old-bridge") == (Status.OFFICIAL, "kernels")
    assert says(inventory, "old-rope") == (Status.EXTERNAL, "")


def test_a_rule_leaves_alone_what_it_excepts() -> None:
    inventory = found([rule("callisto", excepted=("joke*",))], Sightings(listed("core", "jokes")))
    assert says(inventory, "core") == (Status.OFFICIAL, "")
    assert says(inventory, "jokes") is None
    assert inventory.status("github:repo/callisto/jokes") is None


def test_an_organizations_own_entry_is_the_exception_to_the_rule_about_the_whole() -> None:
    own = entry("github:org/callisto", Status.UNCLEAR)
    shared = entry("github:org/callisto", repositories="listed")
    assert says(found([WHOLE, own], Sightings(listed("core"))), "core") == (Status.UNCLEAR, "")
    assert says(found([WHOLE, shared], Sightings(listed("core"))), "core") is None
    some: list[Evidence] = [WHOLE, shared, rule("callisto", names=("core",))]
    assert says(found(some, Sightings(listed("core", "other"))), "core") == (Status.OFFICIAL, "")


OWNED = rule("callisto", where={"owner": ("kernels",)}, subproject="kernels")


def test_a_property_decides_and_its_marking_goes_with_what_it_decided() -> None:
    seen = Sightings(
        {**listed("core", "map")},
        {
            "github:repo/callisto/core": Held({"owner": ("kernels", "x")}, AMBER),
            "github:repo/callisto/map": Held({}, AMBER),
        },
    )
    inventory = found([WHOLE, OWNED], seen)
    assert says(inventory, "core") == (Status.OFFICIAL, "kernels")
    assert says(inventory, "map") == (Status.OFFICIAL, "shell")
    for name in ("core", "map"):  # that one lacks the property is told by the same list
        assert inventory.marking(f"github:repo/callisto/{name}", CLEAR) == AMBER


def test_a_property_that_nobody_saw_leaves_open_what_it_could_change_and_nothing_else() -> None:
    denied = {"github:repo/callisto/core": Held(None, AMBER, "whoever looked may not see it")}
    inventory = found([WHOLE, OWNED], Sightings(listed("core"), denied))
    core = inventory.known["github:repo/callisto/core"]
    assert (core.status, inventory.subproject_of(core.asset)) == (Status.OFFICIAL, "")
    assert "whoever looked may not see it" in core.unsettled and "owner" in core.reason
    archived = rule("callisto", where={"owner": ("nobody",)}, status=Status.ARCHIVED)
    assert says(found([WHOLE, archived], Sightings(listed("core"), denied)), "core") == (Status.UNCLEAR, "")
    named = rule("callisto", names=("core",), subproject="kernels")
    settled = found([WHOLE, OWNED, named], Sightings(listed("core"), denied))
    assert says(settled, "core") == (Status.OFFICIAL, "kernels")
    shared = entry("github:org/callisto", repositories="listed")
    assert says(found([shared, OWNED], Sightings(listed("core"), denied)), "core") == (Status.UNCLEAR, "")


def test_two_rules_that_meet_on_one_repository_both_claim_it() -> None:
    rules: list[Evidence] = [
        WHOLE,
        rule("callisto", names=("c*",), subproject="shell"),
        rule("callisto", names=("*e",), subproject="kernels"),
    ]
    inventory = found(rules, Sightings(listed("core", "map")))
    core = inventory.known["github:repo/callisto/core"]
    assert core.status is Status.UNCLEAR
    assert {c.subproject for c in core.claims} == {"shell", "kernels"}
    assert inventory.subproject_of(core.asset) == ""


BRINGS = rule("callisto", subproject="shell", packages=True)
KIT = "pypi:kit"


def built(**by: tuple[str, ...]) -> dict[str, Built]:
    return {f"github:repo/callisto/{name}": Built(packages, CLEAR) for name, packages in by.items()}


def test_packages_of_manifests_are_the_projects_with_their_repositorys_status() -> None:
    seen = Sightings(listed("core"), manifests=built(core=(KIT, "npm:kit")))
    inventory = found([BRINGS], seen)
    kit = inventory.known[KIT]
    assert (kit.status, kit.subproject, kit.through) == (Status.OFFICIAL, "shell", ("github:repo/callisto/core",))
    assert KIT not in found([WHOLE], seen).known
    mine = entry(KIT, Status.EXTERNAL)
    assert found([BRINGS, mine], seen).known[KIT] == mine


def test_a_package_that_two_subprojects_build_is_claimed_by_both() -> None:
    rules: list[Evidence] = [BRINGS, rule("callisto", names=("map",), subproject="kernels")]
    seen = Sightings(listed("core", "map"), manifests=built(core=(KIT,), map=(KIT,)))
    kit = found(rules, seen).known[KIT]
    assert kit.status is Status.UNCLEAR
    assert {c.by for c in kit.claims} == {"github:repo/callisto/core", "github:repo/callisto/map"}
    archived = {**seen.repositories, "github:repo/callisto/map": Listed(CLEAR, archived=True)}
    alone = found(rules, Sightings(archived, manifests=seen.manifests)).known[KIT]
    assert (alone.status, alone.subproject, alone.claims) == (Status.OFFICIAL, "shell", ())


def test_a_fork_brings_no_packages_and_a_strangers_record_is_a_claim() -> None:
    manifests = built(core=(KIT,))
    fork = {"github:repo/callisto/core": Listed(CLEAR, fork=True)}
    assert KIT not in found([BRINGS], Sightings(fork, manifests=manifests)).known
    for link, status in (
        ("github:repo/stranger/kit", Status.UNCLEAR),
        ("github:repo/callisto/former-name", Status.OFFICIAL),
        ("", Status.OFFICIAL),
    ):
        seen = Sightings(listed("core"), manifests=manifests, records={KIT: Linked(link, CLEAR)})
        assert found([BRINGS], seen).known[KIT].status is status, link


# ---------------------------------------------------------------- laws

WORDS = st.text("ab*?", min_size=1, max_size=4)
NAMES = st.text("ab", min_size=1, max_size=4)
RULES = st.builds(
    rule,
    st.sampled_from(["callisto", "io"]),
    names=st.lists(WORDS, max_size=2, unique=True).map(lambda w: tuple(sorted(w))),
    excepted=st.lists(WORDS, max_size=1).map(tuple),
    where=st.sampled_from([None, {"owner": ("a",)}, {"owner": ("a", "b")}]),
    status=st.sampled_from([Status.OFFICIAL, Status.ARCHIVED, Status.UNCLEAR]),
    subproject=st.sampled_from(["", "shell", "kernels"]),
    packages=st.sampled_from([None, True, False]),
)
HELD = st.one_of(
    st.none(), st.builds(Held, st.sampled_from([None, {}, {"owner": ("a",)}, {"owner": ("b",)}]), st.just(AMBER))
)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[DeclaredRule], Sightings]:
    rules = {r.id: r for r in draw(st.lists(RULES, max_size=6))}
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    repositories = {f"github:repo/callisto/{n}": Listed(CLEAR) for n in names}
    held = {a: h for a in repositories if (h := draw(HELD)) is not None}
    manifests = {a: Built((KIT,), CLEAR) for a in repositories if draw(st.booleans())}
    return [WHOLE, *(r for r in rules.values() if not r.whole)], Sightings(repositories, held, manifests)


@given(worlds(), st.randoms(use_true_random=False))
def test_resolution_does_not_depend_on_any_order(
    world: tuple[list[DeclaredRule], Sightings], random: object
) -> None:
    rules, seen = world
    shuffled = list(rules)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    backwards = Sightings(dict(reversed(seen.repositories.items())), seen.properties, seen.manifests)
    one, other = found([*rules], seen), found([*shuffled], backwards)
    assert one.found == other.found
    assert one.found_under == other.found_under


@given(worlds(), st.sampled_from(list(Status)))
def test_an_entry_of_its_own_always_wins(world: tuple[list[DeclaredRule], Sightings], status: Status) -> None:
    rules, seen = world
    own = [entry(asset, status, "shell") for asset in (*seen.repositories, KIT)]
    inventory = found([*rules, *own], seen)
    assert all(inventory.entry(e.asset) == e and inventory.status(e.asset) is status for e in own)


@given(worlds(), RULES)
def test_a_rule_for_another_organization_changes_nothing_here(
    world: tuple[list[DeclaredRule], Sightings], more: DeclaredRule
) -> None:
    rules, seen = world
    elsewhere = rule(
        "europa", names=more.names, where={c.property: c.values for c in more.conditions}, packages=more.packages
    )
    assert found([*rules, elsewhere], seen).found == found([*rules], seen).found


@given(WORDS, WORDS, NAMES)
def test_what_lies_inside_a_pattern_is_matched_by_it(inner: str, outer: str, name: str) -> None:
    narrow, wide = matcher((inner,)), matcher((outer,))
    assert narrow is not None and wide is not None
    if is_inside(inner, outer) and narrow.match(name):
        assert wide.match(name)


def test_a_pattern_of_many_stars_is_not_slow() -> None:
    slow = matcher(("*a" * 50,))
    assert slow is not None
    assert not slow.match("a" * 49 + "b" * 50)


# ---------------------------------------------------------------- mistakes


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("[{org: callisto}]", "a.yaml:3: rules › item 1: the key 'reason' is missing"),
        ("[{reason: x}]", "a.yaml:3: rules › item 1: the key 'org' is missing"),
        ("{org: callisto}", "a.yaml:3: rules: expected a list; got keys and values"),
        ("[{org: callisto, reason: x, packeges: true}]", "unknown key 'packeges' (did you mean 'packages'?)"),
        ("[{org: callisto, reason: x, packages: yes}]", "packages: expected true or false; got 'yes'"),
        ("[{org: a/b, reason: x}]", "org: expected an organization's name on GitHub; got 'a/b'"),
        ("[{org: callisto, reason: x, name: 'a/b'}]", "name: expected the name of a repository without its"),
        ("[{org: callisto, reason: x, except: old}]", "except: expected a list; got 'old'"),
        ("[{org: callisto, reason: x, where: [owner]}]", "where: expected keys and values; got a list"),
        ("[{org: callisto, reason: x, where: {owner: true}}]", "got the truth value true (put it in quotes"),
        ("[{org: callisto, reason: x, where: {}}]", "a.yaml:3: rules › where: expected at least one"),
        ("[{org: callisto, reason: x, where: {owner: []}}]", "rules › where › owner: expected a value"),
        ("[{org: callisto, reason: x, name: []}]", "rules › name: expected at least one"),
        ("[{org: [], reason: x}]", "rules › org: expected at least one"),
        ("[{org: callisto, reason: x, subproject: shel}]", "'shel' is not declared (did you mean 'shell'?)"),
        (f"[{ORG}, {{org: calisto, name: x, reason: x}}]", "did you mean 'github:org/callisto'?"),
        (
            f"[{ORG}, {{org: callisto, reason: y}}]",
            "a rule that selects the same stands twice (first at a.yaml:3; keep",
        ),
        (
            f"[{ORG}, {{org: [callisto, io], subproject: shell, reason: y}}]",
            "a second rule about the whole organization, and they disagree: official of nobody in particular, and "
            "official of shell (the other stands at a.yaml:3;",
        ),
        (
            f"[{ORG}, {also('name: nb*')},\n {also('name: nbd*, subproject: shell')}]",
            "a.yaml:4: rules: the pattern nbd* is inside nb*, and they disagree: official of nobody in particular, "
            "and official of shell (the other stands at a.yaml:3; keep one, or write 'except' into the wider one)",
        ),
        (
            f"[{ORG}, {also('name: nb*')},\n {also('name: nbd*')}]",
            "the pattern nbd* is inside nb*, which says the same: this rule is shadowed (the other stands",
        ),
        (
            f"[{ORG}, {also('name: [a, b]')},\n {also('name: [b, c], status: archived')}]",
            "a.yaml:4: rules: the name b stands in two rules, and they disagree",
        ),
        (
            f"[{ORG}, {{org: callisto, where: {{o: [a, b]}}, reason: y}},\n"
            " {org: callisto, where: {o: a}, subproject: shell, reason: y}]",
            "a.yaml:4: rules: a rule asks for properties that another asks for, too, and they disagree",
        ),
        (
            f"[{ORG}, {also('name: [x], except: [x*]')}]",
            "it leaves alone every name that it selects, so that nothing can reach it (delete it)",
        ),
        (
            f"[{ORG}, {also('name: X')}]\nassets: {{github:repo/callisto/x: {{status: official, reason: z}}}}",
            "this rule is shadowed (github:repo/callisto/x stands at a.yaml:4; delete the rule or the entries)",
        ),
        (
            "[{org: callisto, status: external, reason: y}, {org: callisto, name: x, reason: y}]",
            "github:org/callisto is external, so nobody looks what is in it",
        ),
    ],
)
def test_a_mistake_names_what_is_wrong_and_both_places(tmp_path: Path, rules: str, expected: str) -> None:
    said = "\n".join(told(tmp_path, a=f"{HEAD}rules: {rules}\n"))
    assert expected in said


@pytest.mark.parametrize(
    "rules",
    [
        f"[{ORG}, {also('name: nb*, except: [nbd*]')}, {also('name: nbd*, subproject: shell')}]",
        f"[{ORG}, {also('name: nb*')}, {also('name: nbdime, subproject: shell')}]",
        f"[{ORG}, {also('name: a*c')}, {also('name: ab*, subproject: shell')}]",
        f"[{ORG}, {also('name: nb*')}, {also('name: nbd*, packages: true')}]",
        "[{org: [callisto, io], reason: x}, {org: callisto, name: x, reason: y},\n"
        " {org: io, name: x, status: archived, reason: y}]",
    ],
)
def test_rules_that_only_evidence_could_bring_together_are_no_mistake(tmp_path: Path, rules: str) -> None:
    register = read(write(tmp_path, a=f"{HEAD}rules: {rules}\n"))
    assert sum(isinstance(e, DeclaredRule) for e in register.evidence) >= 3


def test_the_order_of_files_changes_nothing_that_is_declared(tmp_path: Path) -> None:
    parts = [f"rules: [{ORG}]\n", "rules: [{org: callisto, name: 'a*', reason: y}]\n", HEAD]
    made = set()
    for number, order in enumerate(permutations(parts)):
        home = tmp_path / str(number)
        register = read(write(home, **{f"f{i}": text for i, text in enumerate(order)}))
        made.add(tuple(sorted(e.id for e in register.evidence if isinstance(e, DeclaredRule))))
    assert len(made) == 1
