"""A register of several trees is read as one: each speaks for its owner, and every mistake names its place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_decision import DeclaredDecision
from muniment.evidence.declared_rule import DeclaredRule
from muniment.evidence.declared_tree import DeclaredTree
from muniment.model.errors import RegisterError
from muniment.model.tlp import TLP
from muniment.register.reading import Register, read

HEAD = """\
project: {id: callisto, name: Project Callisto, marking: clear}
subprojects: {harbour: {name: Harbour}, lantern: {name: Lantern}}
"""
HARBOUR = "include:\n  harbour: {path: ../harbour, owner: harbour, marking: clear}\n"
ASSET = "assets:\n  pypi:callisto-dock: {status: official, reason: made up}\n"
PEOPLE = "parties:\n  ada: {name: Ada Example}\n"


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        place = root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return root / "council"


def mistakes(register: Path) -> list[str]:
    with pytest.raises(RegisterError) as caught:
        read(register)
    return [str(m) for m in caught.value.mistakes]


def one(register: Path) -> str:
    (found,) = mistakes(register)
    return found


def assets(register: Register) -> dict[str, DeclaredAsset]:
    return {e.asset: e for e in register.evidence if isinstance(e, DeclaredAsset)}


def test_a_directory_is_read_with_the_register_that_includes_it(tmp_path: Path) -> None:
    register = read(write(tmp_path, {"council/a.yaml": HEAD + HARBOUR, "harbour/assets/dock.yaml": ASSET}))
    dock = assets(register)["pypi:callisto-dock"]
    assert dock.subproject == "harbour", "its owner's, as nothing else is said"
    assert dock.where is not None
    assert (dock.where.file, dock.where.line) == ("harbour:assets/dock.yaml", 2)
    first, harbour = register.trees
    assert (first.name, first.owner, [t.name for t in first.texts]) == ("", "", ["a.yaml"])
    assert (harbour.name, harbour.owner, harbour.marking.level) == ("harbour", "harbour", TLP.CLEAR)
    assert [t.name for t in harbour.texts] == ["harbour:assets/dock.yaml"]
    assert harbour.root == tmp_path / "harbour"
    assert register.by_tree()["harbour"] == (dock,)
    assert dock not in register.by_tree()[""]
    (told,) = [e for e in register.evidence if isinstance(e, DeclaredTree)]
    assert (told.name, told.owner, told.level, told.form) == ("harbour", "harbour", "clear", "directory")


def test_a_tree_below_the_register_is_not_read_twice(tmp_path: Path) -> None:
    """And no mistake in it is told as one of the register's own files."""
    inside = HARBOUR.replace("../harbour", "trees/harbour")
    root = write(tmp_path, {"council/a.yaml": HEAD + inside, "council/trees/harbour/x.yaml": ASSET})
    register = read(root)
    assert register.files == ("a.yaml",)
    assert list(assets(register)) == ["project:callisto", "pypi:callisto-dock"]
    (root / "trees/harbour/bad.yaml").write_bytes(b"\xff")
    assert one(root).startswith("harbour:bad.yaml:1: not UTF-8 text")


def test_the_path_is_relative_to_the_file_that_names_it(tmp_path: Path) -> None:
    deeper = HARBOUR.replace("../harbour", "../../harbour")
    files = {"council/a.yaml": HEAD, "council/more/trees.yaml": deeper, "harbour/x.yaml": ASSET}
    assert "pypi:callisto-dock" in assets(read(write(tmp_path, files)))


def test_without_an_owner_a_tree_is_the_councils_and_amber(tmp_path: Path) -> None:
    files = {
        "council/a.yaml": HEAD + "include: {people: {path: ../people}}\n",
        "people/p.yaml": PEOPLE + "assets:\n  domain:callisto.example: {status: official, reason: x, "
        "subproject: lantern, holders: {owner: ada}}\n",
    }
    register = read(write(tmp_path, files))
    assert register.trees[1].marking.level is TLP.AMBER
    assert register.whole.level is TLP.AMBER
    assert register.marking.level is TLP.CLEAR
    assert assets(register)["domain:callisto.example"].subproject == "lantern"


def test_trees_are_validated_together(tmp_path: Path) -> None:
    """A rule in one tree stands on an organization in another, and a holder on a person in a third."""
    files = {
        "council/a.yaml": HEAD
        + HARBOUR
        + "  people: {path: ../people}\n"
        + "rules: [{org: callisto, reason: minutes}]\npolicy: {security-team: [ada]}\n",
        "harbour/h.yaml": "rules: [{org: callisto, name: dock-*, reason: ours}]\n",
        "people/p.yaml": PEOPLE,
    }
    register = read(write(tmp_path, files))
    rules = {e.id: e for e in register.evidence if isinstance(e, DeclaredRule)}
    assert rules["org callisto name dock-*"].subproject == "harbour"
    (tmp_path / "people/p.yaml").write_text(PEOPLE.replace("ada", "grace"), encoding="utf-8")
    assert "the handle 'ada' is not declared" in one(tmp_path / "council")


@pytest.mark.parametrize(
    ("council", "harbour", "said", "hint"),
    [
        (
            "assets:\n  pypi:callisto-dock: {status: external, reason: x}\n",
            ASSET,
            "stands twice",
            "first at a.yaml:6",
        ),
        (
            "assets:\n  pypi:Callisto_Dock: {status: external, reason: x}\n",
            ASSET,
            "stands twice",
            "first at a.yaml:6",
        ),
        (
            "rules: [{org: callisto, reason: x}]\n",
            "rules: [{org: callisto, reason: x}]\n",
            "a rule that selects the same stands twice",
            "first at a.yaml:5",
        ),
    ],
)
def test_one_thing_in_two_trees_is_a_mistake_that_names_both_places(
    tmp_path: Path, council: str, harbour: str, said: str, hint: str
) -> None:
    text = one(write(tmp_path, {"council/a.yaml": HEAD + HARBOUR + council, "harbour/h.yaml": harbour}))
    assert text.startswith("harbour:h.yaml:")
    assert said in text
    assert hint in text


@pytest.mark.parametrize(
    ("harbour", "said"),
    [
        (ASSET.replace("reason", "subproject: lantern, reason"), "lantern in a tree that speaks for harbour alone"),
        (
            ASSET.replace("reason", "subproject: null, reason"),
            "nobody in particular in a tree that speaks for harbour",
        ),
        ("subproject: lantern\n", "subproject: lantern in a tree that speaks for harbour alone"),
        (
            "rules: [{org: callisto, name: x, subproject: lantern, reason: x}]\n",
            "lantern in a tree that speaks for harbour alone",
        ),
        ("project: {id: other, name: Other}\n", "project: the tree that is read first says this, for all"),
        ("policy: {live-limit: 900}\n", "policy: the tree that is read first says this, for all"),
        ("subprojects: {mine: {name: Mine}}\n", "subprojects: the tree that is read first says this, for all"),
        (PEOPLE, "parties: what names people is TLP:AMBER, and the tree harbour is TLP:CLEAR"),
        (
            "waivers: [{check: x, asset: y, by: ada, reason: r, until: 2027-01-01}]\n",
            "waivers: what names people is TLP:AMBER",
        ),
        ("teams: {crew: {members: []}}\n", "teams: what names people is TLP:AMBER"),
        (
            "attestations: [{asset: domain:a.io, by: ada, seen: 2026-01-01, until: 2027-01-01, statement: s}]\n",
            "attestations: what names people is TLP:AMBER",
        ),
        (ASSET.replace("reason", "holders: {owner: ada}, reason"), "holders: what names people is TLP:AMBER"),
    ],
)
def test_a_tree_says_what_is_its_own_to_say(tmp_path: Path, harbour: str, said: str) -> None:
    head = HEAD + HARBOUR + "rules: [{org: callisto, reason: x}]\n"
    found = mistakes(write(tmp_path, {"council/a.yaml": head, "harbour/h.yaml": harbour}))
    assert any(line.startswith("harbour:h.yaml:") and said in line for line in found), found


def test_a_tree_may_not_divide_what_anothers_declares(tmp_path: Path) -> None:
    """The council's tree may be divided by those that it includes; one subproject's by another's may not."""
    files = {
        "council/a.yaml": HEAD + HARBOUR + "  lantern: {path: ../lantern, owner: lantern, marking: clear}\n",
        "harbour/h.yaml": "rules: [{org: callisto-harbour, reason: ours}]\n",
        "lantern/l.yaml": "assets:\n  github:repo/callisto-harbour/dock: {status: official, reason: mine}\n"
        "rules: [{org: callisto-harbour, name: dock-*, reason: mine}]\n",
    }
    found = mistakes(write(tmp_path, files))
    assert len(found) == 2
    assert all("is declared in the tree of harbour, and this one speaks for lantern" in line for line in found)
    assert all("harbour:h.yaml:1" in line for line in found)


def test_what_a_subproject_waives_or_attests_is_its_own(tmp_path: Path) -> None:
    amber = (
        HARBOUR.replace("clear}", "amber}") + "assets:\n  domain:callisto.example: {status: official, reason: x}\n"
    )
    waiver = "waivers: [{check: a/b, asset: '*', by: ada, reason: r, until: 2027-01-01}]\n"
    files = {"council/a.yaml": HEAD + amber + PEOPLE + waiver, "harbour/h.yaml": waiver}
    register = read(write(tmp_path, files))
    waivers = [e for e in register.evidence if isinstance(e, DeclaredDecision)]
    assert sorted(w.waiver.subproject for w in waivers) == ["", "harbour"]
    assert len({w.key for w in waivers}) == 2
    attested = "{asset: domain:callisto.example, by: ada, seen: 2026-01-01, until: 2027-01-01, statement: s}"
    (tmp_path / "harbour/h.yaml").write_text(f"attestations: [{attested}]\n", encoding="utf-8")
    assert "domain:callisto.example is not declared as harbour's" in one(tmp_path / "council")


# ---------------------------------------------------------------- naming trees


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("{path: ../h, owner: nobody}", "the subproject 'nobody' is not declared"),
        ("{owner: harbour}", "it says of no place"),
        ("{path: ../h, git: ../r.git, bundle: h.bundle, commit: " + "a" * 40 + "}", "both git and bundle"),
        ("{git: ../r.git}", "git without a commit"),
        ("{bundle: r.bundle}", "bundle without a commit"),
        ("{git: ../r.git, commit: main}", "a branch or a tag can be moved and is refused"),
        ("{git: ../r.git, commit: " + "a" * 39 + "}", "a branch or a tag can be moved and is refused"),
        ("{git: ../r.git, commit: " + "A" * 40 + "}", "a branch or a tag can be moved and is refused"),
        ("{git: ../r.git, commit: --upload-pack=x}", "a branch or a tag can be moved and is refused"),
        ("{path: ../h, commit: " + "a" * 40 + "}", "a commit, and neither git nor bundle"),
        ("{git: ../r.git, path: ../up, commit: " + "a" * 40 + "}", "leads out of the commit"),
        ("{git: ../r.git, path: /etc, commit: " + "a" * 40 + "}", "leads out of the commit"),
        ("{git: 'ext::sh -c x', commit: " + "a" * 40 + "}", "include › harbour › git: expected an address"),
        ("{git: 'ext::x', commit: " + "a" * 40 + "}", "an address of a kind that is not read"),
        ("{git: 'file:///x', commit: " + "a" * 40 + "}", "an address of a kind that is not read"),
        ("{git: 'http://x.example/y', commit: " + "a" * 40 + "}", "an address of a kind that is not read"),
        ("{git: 'ssh://-oProxyCommand=x/y', commit: " + "a" * 40 + "}", "an address of a kind that is not read"),
        ("{git: '--upload-pack=x', commit: " + "a" * 40 + "}", "include › harbour › git: expected an address"),
        ("{git: 'https://ada:secret@x.example/y', commit: " + "a" * 40 + "}", "a password in an address"),
        ("{path: '-x'}", "include › harbour › path: expected a path"),
        ('{path: "../h\\0"}', "no path can be like this"),
        ("{path: null, git: null}", "it says of no place"),
        ("{path: ../loop}", "no path can be like this"),
        ("{git: ../loop, commit: " + "a" * 40 + "}", "no path can be like this"),
        ('{git: ../h, path: "a\\0b", commit: ' + "a" * 40 + "}", "leads out of the commit"),
        ("{path: ../h, depth: 3}", "unknown key 'depth'"),
        ("{path: .}", "it leads back to the register that includes it"),
        ("{path: ..}", "it leads back to the register that includes it"),
        ("{path: a.yaml}", "it leads back to the register that includes it"),
        ("{path: ../h/h.yaml}", "it names no directory"),
    ],
)
def test_an_include_that_cannot_be_meant_is_a_mistake_where_it_stands(
    tmp_path: Path, entry: str, said: str
) -> None:
    (tmp_path / "h").mkdir()
    (tmp_path / "h/h.yaml").write_text(ASSET, encoding="utf-8")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    found = mistakes(write(tmp_path, {"council/a.yaml": f"{HEAD}include:\n  harbour: {entry}\n"}))
    assert [line for line in found if line.startswith("a.yaml:4: ") and said in line], found


def test_a_password_in_an_address_is_never_repeated(tmp_path: Path) -> None:
    entry = "{git: 'https://ada:hunter2@x.example/y', commit: " + "a" * 40 + "}"
    found = mistakes(write(tmp_path, {"council/a.yaml": f"{HEAD}include:\n  harbour: {entry}\n"}))
    assert found
    assert not any("hunter2" in line for line in found)


def test_trees_that_include_each_other_are_told_with_both_places(tmp_path: Path) -> None:
    files = {
        "council/a.yaml": HEAD + HARBOUR + "  lantern: {path: ../lantern, owner: lantern}\n",
        "harbour/h.yaml": "include:\n  council: {path: ../council}\n  lantern: {path: ../lantern}\n",
        "lantern/l.yaml": "include:\n  elsewhere: {path: ../nowhere}\n",
    }
    back, across, elsewhere = mistakes(write(tmp_path, files))
    assert back.startswith("harbour:h.yaml:2: include › council: an included tree includes no other, and this one")
    assert "leads back to the register that includes it" in back
    assert "harbour is included at a.yaml:4" in back
    assert "leads back to the tree lantern" in across
    assert elsewhere.startswith("lantern:l.yaml:2: include › elsewhere: an included tree includes no other (")


def test_a_file_cannot_include_the_directory_it_lies_in(tmp_path: Path) -> None:
    files = {"council/a.yaml": HEAD, "council/sub/x.yaml": "include: {me: {path: .}}\n"}
    assert "sub/x.yaml:1: include › me: it leads back to the register" in one(write(tmp_path, files))


def test_a_tree_below_the_register_cannot_hide_the_registers_own_files(tmp_path: Path) -> None:
    """What it includes is its own mistake, not an order to leave out the files of the tree read first."""
    below = HARBOUR.replace("../harbour", "trees/harbour")
    files = {
        "council/a.yaml": HEAD + below,
        "council/assets/x.yaml": ASSET,
        "council/trees/harbour/h.yaml": "include: {council: {path: ../../assets}}\n",
    }
    assert one(write(tmp_path, files)).startswith(
        "harbour:h.yaml:1: include › council: an included tree includes no"
    )


def test_trees_that_share_files_are_a_mistake(tmp_path: Path) -> None:
    files = {
        "council/a.yaml": HEAD + HARBOUR + "  more: {path: ../harbour/more}\n",
        "harbour/more/h.yaml": ASSET,
    }
    assert any(
        "it shares files with harbour (harbour stands at a.yaml:4" in m for m in mistakes(write(tmp_path, files))
    )


def test_a_name_that_stands_twice_is_a_mistake(tmp_path: Path) -> None:
    files = {"council/a.yaml": HEAD + HARBOUR, "council/b.yaml": HARBOUR, "harbour/h.yaml": ASSET}
    assert one(write(tmp_path, files)) == "b.yaml:2: include › harbour stands twice (first at a.yaml:4)"


def test_a_file_that_is_named_like_a_trees_is_refused(tmp_path: Path) -> None:
    files = {"council/a.yaml": HEAD + HARBOUR, "council/harbour:h.yaml": "", "harbour/h.yaml": ASSET}
    assert "a file that is named like those of an included tree" in one(write(tmp_path, files))


# ---------------------------------------------------------------- hostile and unread directories


def test_a_link_that_leads_out_of_a_tree_is_not_followed(tmp_path: Path) -> None:
    root = write(tmp_path, {"council/a.yaml": HEAD + HARBOUR, "harbour/h.yaml": ASSET, "secret.yaml": PEOPLE})
    (tmp_path / "harbour/out.yaml").symlink_to(tmp_path / "secret.yaml")
    (tmp_path / "harbour/up").symlink_to(tmp_path)
    found = mistakes(root)
    assert [line.partition(": ")[0] for line in found] == ["harbour:out.yaml:1", "harbour:up:1"]


def test_what_is_wrong_in_a_hostile_tree_is_told_with_its_place(tmp_path: Path) -> None:
    bomb = "a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    root = write(tmp_path, {"council/a.yaml": HEAD + HARBOUR, "harbour/bomb.yaml": bomb})
    (tmp_path / "harbour/huge.yaml").write_bytes(b"#" * 5_000_001)
    (tmp_path / "harbour/a\x1b[31mb.yaml").write_text(ASSET, encoding="utf-8")
    os.mkfifo(tmp_path / "harbour/pipe.yaml")
    found = mistakes(root)
    assert any("harbour:bomb.yaml:1: an anchor" in line for line in found)
    assert any("harbour:huge.yaml:1: larger than 5 MB" in line for line in found)
    assert any("harbour:pipe.yaml:1: not a plain file" in line for line in found)
    assert any("a control character in the file's name" in line for line in found)
    assert not any("\x1b" in line for line in found)


def test_a_tree_of_too_many_files_is_refused_where_it_is_included(tmp_path: Path) -> None:
    root = write(tmp_path, {"council/a.yaml": HEAD + HARBOUR, "harbour/h.yaml": ASSET})
    for number in range(2_001):
        (tmp_path / f"harbour/{number}.yaml").touch()
    assert one(root).startswith("a.yaml:4: include › harbour: it holds 2,002 YAML files")


@pytest.mark.parametrize("harbour", [{}, {"harbour/readme.txt": "nothing yet"}])
def test_a_tree_that_is_not_there_is_unread_and_no_mistake(tmp_path: Path, harbour: dict[str, str]) -> None:
    register = read(write(tmp_path, {"council/a.yaml": HEAD + HARBOUR + ASSET, **harbour}))
    (unread,) = register.unread
    assert unread.name == "harbour"
    assert "directory" in unread.unread
    assert unread.texts == ()


def test_what_an_unread_tree_may_declare_is_not_held_against_the_others(tmp_path: Path) -> None:
    """But what only the tree read first can say is."""
    root = write(tmp_path, {"council/a.yaml": HEAD + HARBOUR + "policy: {security-team: [ada]}\n"})
    assert read(root).unread
    (root / "a.yaml").write_text(HARBOUR, encoding="utf-8")
    assert one(root) == (
        "a.yaml:1: no file says which project this is (write 'project: {id: callisto, name: Project Callisto}' "
        "in one file)"
    )
