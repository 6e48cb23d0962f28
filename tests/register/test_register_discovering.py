"""What a discovery writes, and what it only asks: nothing that nobody stated is decided."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_rule import DeclaredRule
from muniment.model.asset import Status
from muniment.model.verdict import Where
from muniment.register.discovering.founding import EXCEPTIONS, FILE, found
from muniment.register.discovering.seen import (
    OnList,
    Record,
    Seen,
    SeenOrganization,
    SeenPackage,
    SeenRepository,
    Sight,
)
from muniment.register.files import Text
from muniment.register.governance.founding import Founding, founded
from muniment.register.governance.reading import understand
from muniment.register.reading import Register, read

TODAY = date(2026, 6, 1)
GOVERNANCE = """\
# Subprojects with a seat

- [Charts](https://github.com/callisto-charts)
- [Hulls](https://github.com/callisto/hulls)
"""


def organization(name: str, sight: Sight = Sight.WHOLE, **more: str) -> SeenOrganization:
    return SeenOrganization(f"github:org/{name}", name, sight, **more)


def repository(path: str, *packages: str, owner: tuple[str, ...] | None = None, **more: bool) -> SeenRepository:
    properties = None if owner is None else {"owner": owner, "tier": ("kept",)}
    return SeenRepository(
        f"github:repo/{path}",
        f"github:org/{path.partition('/')[0]}",
        properties=properties,
        packages=tuple(f"pypi:{own}" for own in packages),
        **more,
    )


def package(name: str, leads: str | None) -> SeenPackage:
    if leads is None:
        return SeenPackage(f"pypi:{name}", Record.ABSENT)
    return SeenPackage(
        f"pypi:{name}", Record.LINKED if leads else Record.UNLINKED, leads and f"github:repo/{leads}"
    )


def written(founding: Founding, to: Path) -> Register:
    for file, text in founding.files.items():
        (to / file).write_text(text, encoding="utf-8")
    return read(to)


def rules(register: Register) -> list[DeclaredRule]:
    return [e for e in register.evidence if isinstance(e, DeclaredRule)]


def entries(register: Register) -> dict[str, DeclaredAsset]:
    found = [e for e in register.evidence if isinstance(e, DeclaredAsset)]
    return {e.asset: e for e in found if e.asset != "project:callisto"}


def asked(founding: Founding, word: str) -> str:
    (question,) = [own for own in founding.questions if word in own]
    return question


def governance() -> Founding:
    texts = (Text("subprojects.md", GOVERNANCE),)
    return founded(understand(texts, ()), "Callisto", TODAY, ("github:org/callisto-charts", "github:org/callisto"))


def test_equal_organizations_are_one_rule_by_the_word_of_who_named_them(tmp_path: Path) -> None:
    seen = Seen((organization("anchor"), organization("beacon")))
    register = written(found(seen, (), "Callisto", TODAY), tmp_path)
    (rule,) = rules(register)
    assert rule.organizations == ("github:org/anchor", "github:org/beacon")
    assert rule.reason == "named on the command line on 2026-06-01"
    assert rule.packages is None, "no package was seen to lead back"


def test_packages_come_by_rule_where_manifest_and_record_agree(tmp_path: Path) -> None:
    seen = Seen(
        (organization("anchor"), organization("beacon")),
        (repository("anchor/a", "a"), repository("beacon/b", "b")),
        (package("a", "anchor/a"), package("b", None)),
    )
    founding = found(seen, (), "Callisto", TODAY)
    by = {rule.organizations: rule.packages for rule in rules(written(founding, tmp_path))}
    assert by == {("github:org/anchor",): True, ("github:org/beacon",): None}
    assert "pypi:b" in asked(founding, "the registry has none")


@pytest.mark.parametrize("leads", ["strangers/a-2", ""])
def test_a_package_whose_record_does_not_lead_back_is_never_taken(tmp_path: Path, leads: str) -> None:
    seen = Seen(
        (organization("anchor"),),
        (repository("anchor/a", "a"), repository("anchor/a-2", "a-2")),
        (package("a", "anchor/a"), package("a-2", leads)),
    )
    founding = found(seen, (), "Callisto", TODAY)
    entry = entries(written(founding, tmp_path))["pypi:a-2"]
    assert (entry.status, entry.since) == (Status.UNCLEAR, TODAY)
    assert "anchor/a-2 names it" in entry.reason
    assert "pypi:a-2" in asked(founding, "Are these the project's packages")


def test_a_fork_brings_no_package_and_no_doubt(tmp_path: Path) -> None:
    seen = Seen(
        (organization("anchor"),),
        (repository("anchor/fork", "other", fork=True),),
        (package("other", "them/other"),),
    )
    founding = found(seen, (), "Callisto", TODAY)
    assert entries(written(founding, tmp_path)) == {}
    assert not any("pypi:other" in question for question in founding.questions)


def test_an_organization_with_more_doubt_than_agreement_has_no_rule_for_packages(tmp_path: Path) -> None:
    names = ["a", "b", "c"]
    seen = Seen(
        (organization("anchor"),),
        tuple(repository(f"anchor/{n}", n) for n in names),
        (package("a", "anchor/a"), package("b", "them/b"), package("c", "them/c")),
    )
    register = written(found(seen, (), "Callisto", TODAY), tmp_path)
    assert [rule.packages for rule in rules(register)] == [None]
    assert entries(register) == {}


def test_the_exceptions_are_bounded(tmp_path: Path) -> None:
    count = EXCEPTIONS // 2 + 1
    names = [f"{o}-{n}" for o in ("anchor", "beacon") for n in range(2 * count)]
    seen = Seen(
        (organization("anchor"), organization("beacon")),
        tuple(repository(f"{n.partition('-')[0]}/{n}", n) for n in names),
        tuple(
            package(n, f"{n.partition('-')[0]}/{n}" if int(n.partition("-")[2]) % 2 else "them/x") for n in names
        ),
    )
    register = written(found(seen, (), "Callisto", TODAY), tmp_path)
    assert sum(rule.packages is True for rule in rules(register)) == 1
    assert len(entries(register)) == count <= EXCEPTIONS


def test_the_property_that_somebody_named_makes_rules_and_subprojects(tmp_path: Path) -> None:
    seen = Seen(
        (organization("anchor"), organization("beacon")),
        (
            repository("anchor/a", owner=("Charts",)),
            repository("anchor/b", owner=("Hulls",)),
            repository("beacon/c", owner=("Charts",)),
            repository("beacon/d", owner=()),
        ),
    )
    founding = found(seen, (), "Callisto", TODAY, owner_property="Owner")
    register = written(founding, tmp_path)
    assert {s.id: s.name for s in register.subprojects} == {"charts": "Charts", "hulls": "Hulls"}
    owned = {
        r.subproject: (r.organizations, [c.values for c in r.conditions]) for r in rules(register) if r.subproject
    }
    assert owned == {
        "charts": (("github:org/anchor", "github:org/beacon"), [("Charts",)]),
        "hulls": (("github:org/anchor",), [("Hulls",)]),
    }
    assert "beacon (1 of 2)" in asked(founding, "Nobody is named")
    assert "anchor" not in asked(founding, "Nobody is named")
    assert "Charts, Hulls" in asked(founding, "Are these subprojects?")


def test_values_that_no_document_knows_are_asked_and_make_no_rule(tmp_path: Path) -> None:
    seen = Seen(
        (organization("callisto"),),
        (repository("callisto/a", owner=("hulls",)), repository("callisto/b", owner=("somebody",))),
    )
    founding = found(seen, (), "Callisto", TODAY, governance=governance(), owner_property="owner")
    register = written(founding, tmp_path)
    assert {s.id for s in register.subprojects} == {"charts", "hulls"}
    assert [c.values for r in rules(register) for c in r.conditions] == [("hulls",)]
    assert "somebody" in asked(founding, "Which subprojects are meant?")


def test_what_documents_say_of_an_organization_is_the_reason_of_its_rule(tmp_path: Path) -> None:
    seen = Seen((organization("callisto-charts"), organization("callisto")))
    register = written(found(seen, (), "Callisto", TODAY, governance=governance()), tmp_path)
    (own,) = [r for r in rules(register) if r.organizations == ("github:org/callisto-charts",)]
    assert (own.subproject, own.source) == ("charts", "subprojects.md:3")
    assert own.reason.endswith("named on the command line on 2026-06-01")
    assert "github:org/callisto" not in entries(register), "naming it answers whether the whole is the project's"
    assert entries(register)["github:repo/callisto/hulls"].subproject == "hulls"


def test_the_one_property_whose_values_are_all_subprojects_need_not_be_named(tmp_path: Path) -> None:
    seen = Seen((organization("callisto"),), (repository("callisto/a", owner=("hulls",)),))
    founding = found(seen, (), "Callisto", TODAY, governance=governance())
    assert [c.property for r in rules(written(founding, tmp_path)) for c in r.conditions] == ["owner"]


def test_without_documents_no_property_is_guessed(tmp_path: Path) -> None:
    seen = Seen((organization("callisto"),), (repository("callisto/a", owner=("hulls",)),))
    founding = found(seen, (), "Callisto", TODAY)
    assert not [c for r in rules(written(founding, tmp_path)) for c in r.conditions]
    assert "owner (1 value), tier (1 value)" in asked(founding, "Does one of these properties")


def test_a_property_that_is_nowhere_is_asked_about() -> None:
    seen = Seen((organization("callisto"),), (repository("callisto/a", owner=("hulls",)),))
    founding = found(seen, (), "Callisto", TODAY, owner_property="ownr")
    assert "ownr; there are owner, tier" in asked(founding, "Is the property's name right?")


def test_an_organization_that_is_not_there_is_unclear_and_asked(tmp_path: Path) -> None:
    seen = Seen((organization("nope", Sight.GONE), organization("old", Sight.MOVED, now="new")))
    founding = found(seen, (), "Callisto", TODAY)
    register = written(founding, tmp_path)
    assert {a: e.status for a, e in entries(register).items()} == {
        "github:org/nope": Status.UNCLEAR,
        "github:org/old": Status.UNCLEAR,
    }
    assert "nope" in asked(founding, "Is the name right?")
    assert "old → new" in asked(founding, "Is this the new name?")


def test_an_organization_that_was_not_seen_is_asked_and_keeps_the_word_of_who_named_it(tmp_path: Path) -> None:
    seen = Seen(
        (organization("dark", Sight.UNSEEN, why="no right"), organization("half", Sight.PART, why="page 2"))
    )
    founding = found(seen, (), "Callisto", TODAY)
    assert [r.status for r in rules(written(founding, tmp_path))] == [Status.OFFICIAL]
    question = asked(founding, "Who may look?")
    assert "dark (no right)" in question
    assert "half (page 2)" in question


def test_packages_of_an_organization_without_a_list_get_entries(tmp_path: Path) -> None:
    seen = Seen(
        (organization("dark", Sight.UNSEEN, why="nobody has looked"),),
        (repository("dark/a", "a"), repository("dark/b", "b")),
        (package("a", "dark/a"), package("b", "them/b")),
    )
    register = written(found(seen, (), "Callisto", TODAY), tmp_path)
    assert [r.packages for r in rules(register)] == [None]
    assert {a: (e.status, e.repository) for a, e in entries(register).items()} == {
        "pypi:a": (Status.OFFICIAL, "github:repo/dark/a")
    }


def test_what_is_on_a_list_and_was_not_found_is_asked(tmp_path: Path) -> None:
    seen = Seen(
        (organization("anchor"),),
        (repository("anchor/a", "a"), repository("anchor/vague", vague=True)),
        (package("a", "anchor/a"), package("computed", "anchor/vague"), package("lost", None)),
    )
    on = [
        OnList("a", Where("list.txt", 1)),
        OnList("anchor/a", Where("list.txt", 2), "github:repo/anchor/a"),
        OnList("pypi:computed", Where("list.txt", 3), "pypi:computed"),
        OnList("pypi:lost", Where("list.txt", 4), "pypi:lost"),
        OnList("mystery", Where("list.txt", 5)),
        OnList("https://github.com/other/x", Where("list.txt", 6), "github:repo/other/x"),
    ]
    founding = found(seen, on, "Callisto", TODAY)
    question = asked(founding, "On a list, and not found")
    assert question.endswith(
        "pypi:lost (list.txt:4), mystery (list.txt:5), https://github.com/other/x (list.txt:6)"
    )
    entry = entries(written(founding, tmp_path))["pypi:computed"]
    assert (entry.status, entry.repository) == (Status.OFFICIAL, "github:repo/anchor/vague")
    assert entry.reason.startswith("on the list list.txt:3;")


def test_the_register_is_amber_until_somebody_says_otherwise(tmp_path: Path) -> None:
    seen = Seen((organization("anchor"),))
    assert written(found(seen, (), "Callisto", TODAY), tmp_path).marking.label == "TLP:AMBER"
    assert written(found(seen, (), "Callisto", TODAY, marking="clear"), tmp_path).marking.label == "TLP:CLEAR"


words = st.text(min_size=1, max_size=40)


near = st.builds("".join, st.tuples(words | st.just(""), st.sampled_from(("hulls", "Charts")), words | st.just("")))


@given(values=st.lists(words | near, min_size=1, max_size=4), title=words, documents=st.booleans())
def test_whatever_a_property_holds_the_register_reads(
    values: list[str], title: str, documents: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    seen = Seen(
        (organization("anchor"),), tuple(repository(f"anchor/r{n}", owner=(v,)) for n, v in enumerate(values))
    )
    said = governance() if documents else None
    founding = found(seen, (), title, TODAY, owner_property="owner", governance=said)
    register = written(founding, tmp_path_factory.mktemp("reg"))
    taken = {value for rule in rules(register) for c in rule.conditions for value in c.values}
    assert taken <= set(values)
    if set(values) - taken:
        assert "Which subprojects are meant?" in "".join(founding.questions)
    assert FILE in founding.files


def test_people_without_subprojects_leave_the_subprojects_to_the_property(tmp_path: Path) -> None:
    people = Text("people.yml", "authors:\n  - {id: ada, name: Ada Example, github: ada-example}\n")
    said = founded(understand((people,), ()), "Callisto", TODAY, ("github:org/callisto",))
    seen = Seen((organization("callisto"),), (repository("callisto/a", owner=("hulls",)),))
    register = written(found(seen, (), "Callisto", TODAY, governance=said, owner_property="owner"), tmp_path)
    assert [s.id for s in register.subprojects] == ["hulls"]
    assert "ada" in {getattr(e, "handle", "") for e in register.evidence}
