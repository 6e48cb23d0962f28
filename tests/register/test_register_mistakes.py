"""Every mistake is told at once, with file, line, what was expected and the nearest right word."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from written_registers import GOOD, mistakes_in, told, write

from muniment.model.errors import MunimentError
from muniment.register.document import MAX_DEPTH, parse
from muniment.register.files import MAX_BYTES
from muniment.register.reading import read

HEAD = "project: {id: callisto, name: Project Callisto}\n"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        # shapes
        ("assets: [pypi:x]", "a.yaml:2: assets: expected keys and values; got a list"),
        ("waivers: {a: b}", "a.yaml:2: waivers: expected a list; got keys and values"),
        ("assets: {pypi:x: official}", "a.yaml:2: assets › pypi:x: expected keys such as status, reason, "),
        ("assets: {pypi:x: {status: official, reason: 3}}", "expected text; got the number 3 (put it in quotes)"),
        (
            "assets: {pypi:x: {status: official, reason: true}}",
            "expected text; got the truth value true (put it in",
        ),
        (
            "assets: {pypi:x: {status: official, reason: [a]}}",
            "reason: expected text of any number of lines; got a list",
        ),
        ("assets: {pypi:x: {status: official, reason: }}", "expected text of any number of lines; got nothing"),
        (
            "assets: {pypi:x: {status: official, reason: a, attest: yes}}",
            "attest: expected true or false; got 'yes'",
        ),
        (
            "subprojects: {h: {name: H, seat: 'true'}}",
            "seat: expected true or false; got 'true' (write it without quotes)",
        ),
        ("subprojects: {h: {name: H, parts: all}}", "parts: expected a list; got 'all'"),
        ('subprojects: {h: {name: "a\\nb"}}', "name: expected one line of text, no blanks around it; got 'a\\nb'"),
        (
            "subprojects: {../../etc: {name: H}}",
            "'../../etc' will not do as a key (lower-case letters, digits, dashes)",
        ),
        ("parties: {ada: {name: Ada, github-id: x}}", "github-id: expected a whole number from 1; got 'x'"),
        ("policy: {live-limit: -1}", "live-limit: expected a whole number from 0 to 1000000; got the number -1"),
        (
            "assets: {pypi:x: {status: official, reason: a, url: 'javascript:alert(1)'}}",
            "url: expected an address that",
        ),
        ("- a\n", None),
        (
            "assets: {pypi:x: {reason: a}}",
            "a.yaml:2: assets › pypi:x: the key 'status' is missing (official: ours.",
        ),
        # words
        ("asets: {}", "a.yaml:2: unknown key 'asets' (did you mean 'assets'?)"),
        ("assets: {pypi:x: {status: officiel, reason: a}}", "got 'officiel' (did you mean 'official'?)"),
        (
            "assets: {pypi:x: {status: official, reason: a, holder: {}}}",
            "unknown key 'holder' (did you mean 'holders'?)",
        ),
        ("policy: {checks: {packages/alone: {severity: hihg}}}", "got 'hihg' (did you mean 'high'?)"),
        (
            "policy: {checks: {packages/alnoe: {}}}",
            "there is no check 'packages/alnoe' (did you mean 'packages/alone'?)",
        ),
        (
            "policy: {evidence-max-age: {package-roles: 1}}",
            "no evidence kind 'package-roles' (did you mean 'package-role'?)",
        ),
        (
            "policy: {collect-every: {private-reportin: 7}}",
            "a.yaml:2: there is no evidence kind 'private-reportin' (did you mean 'private-reporting'?)",
        ),
        (
            "policy:\n  security-team:\n    - ada\n    - adda\nparties: {ada: {name: Ada}}",
            "a.yaml:5: the handle 'adda' is not declared (did you mean 'ada'?)",
        ),
        ("policy: {security-team: ada}", "policy › security-team: expected a list; got 'ada' (write [one, two])"),
        ("policy: {owners-at-most: -1}", "owners-at-most: expected a whole number from 0 to 1000000; got the"),
        (
            "assets:\n  github:org/x: {status: official, reason: a, repositories: listd}",
            "a.yaml:3: assets › github:org/x › repositories: expected one of all, listed; got 'listd' (did you",
        ),
        (
            "assets:\n  pypi:x:\n    status: official\n    reason: a\n    repositories: all",
            "a.yaml:6: pypi:x holds no repositories (it is a key of github:org/NAME alone)",
        ),
        (
            "assets:\n  pypi:x:\n    status: official\n    reason: a\n    github-id: 7",
            "a.yaml:6: pypi:x has no number at GitHub (organizations and repositories have one)",
        ),
        (
            "assets:\n  github:org/x: {status: official, reason: a, github-id: 0}",
            "a.yaml:3: assets › github:org/x › github-id: expected",
        ),
        ("policy: {live-limits: 3}", "policy: unknown key 'live-limits' (did you mean 'live-limit'?)"),
        (
            "assets: {pipy:x: {status: official, reason: a}}",
            "'pipy:x' is not the id of an asset (did you mean 'pypi:x'?)",
        ),
        (
            "assets: {pypi:-x: {status: official, reason: a}}",
            "'pypi:-x' is not the id of an asset (write pypi:org/NAME or",
        ),
        ("assets: {nonsense: {status: official, reason: a}}", "'nonsense' will not do as a key"),
        ("assets: {project:y: {status: official, reason: a}}", "project:y is declared by the key 'project'"),
        (
            "assets: {pypi:x: {status: official, reason: a, repository: pypi:y}}",
            "pypi:y is no repository (write github:repo/",
        ),
        # names
        (
            "subproject: harbor\nsubprojects: {harbour: {name: H}}",
            "a.yaml:2: the subproject 'harbor' is not declared (did",
        ),
        (
            "assets: {pypi:x: {status: official, reason: a, subproject: nowhere}}",
            "the subproject 'nowhere' is not declared",
        ),
        (
            "assets: {pypi:x: {status: official, reason: a, holders: {owner: adda}}}\nparties: {ada: {name: A}}",
            "'adda' is not",
        ),
        (
            "teams: {t: {members: [u]}, u: {members: []}}",
            "'u' is a team (name its people: teams hold people alone)",
        ),
        (
            "parties: {ada: {name: A}}\nteams: {ada: {members: []}}",
            "a person's and a team's, stands twice (first at a.yaml:2)",
        ),
        (
            "parties: {ada: {name: A, public-roles: [{role: r, subproject: x}]}}",
            "the subproject 'x' is not declared",
        ),
        (
            "attestations: [{asset: pypi:x, by: ada, seen: 2026-01-01, until: 2026-02-01, statement: s}]",
            "asset 'pypi:x' is not",
        ),
        # days
        (
            "assets: {pypi:x: {status: unclear, reason: a, since: 2026-02-30}}",
            "expected a day that exists, written YYYY-MM-DD",
        ),
        ("assets: {pypi:x: {status: unclear, reason: a, since: 20260203}}", "YYYY-MM-DD; got the number 20260203"),
        (
            "assets: {pypi:x: {status: unclear, reason: a, since: 2026-02-03T10:00:00Z}}",
            "YYYY-MM-DD; got '2026-02-03T10:00:00Z'",
        ),
        (
            "attestations: [{asset: pypi:x, by: ada, seen: 2026-03-01, until: 2026-02-01, statement: s}]",
            "ends on 2026-02-01, before",
        ),
        # twice
        ("project: {id: b, name: B}", "a.yaml:2: the key 'project' stands twice (first on line 1)"),
        (
            "assets:\n  pypi:x: {status: official, reason: a}\n  pypi:x: {status: external, reason: b}",
            "a.yaml:4: the key 'pypi:x'",
        ),
        (
            "assets:\n  pypi:X_y: {status: official, reason: a}\n  pypi:x.Y: {status: external, reason: b}",
            "a.yaml:4: assets › pypi:x-y, here spelled 'pypi:x.Y', stands twice (first at a.yaml:3)",
        ),
        (
            "parties:\n  a: {name: A, accounts: {npm: ada}}\n  b: {name: B, accounts: {npm: [x, ADA]}}",
            "a.yaml:4: b and a have one account, 'npm:ada' (a's stands at a.yaml:3",
        ),
        (
            "parties:\n  a: {name: A, github-id: 5}\n  b: {name: B, github-id: 5}",
            "a.yaml:4: b and a have one github-id, 5 (a stands at a.yaml:3",
        ),
        # YAML
        ("assets: {", "a.yaml:3: this is not YAML: while parsing a flow"),
        ("a: b: c", "a.yaml:2: this is not YAML: mapping values are not allowed"),
        ("policy: &p {}", "a.yaml:2: an anchor, &p (anchors and aliases are refused)"),
        ("policy: *p", "a.yaml:2: an alias, *p (write the value out: aliases are refused)"),
        (
            "policy: !!python/object/apply:os.system [x]",
            "a.yaml:2: a tag, 'tag:yaml.org,2002:python/object/apply:os.system'",
        ),
        ("assets: {<<: {a: b}}", "a.yaml:2: a merge key, << (write the keys out)"),
        ("? [a]\n: b", "a.yaml:2: a list or mapping used as a key"),
        ("---\nassets: {}", "a.yaml:2: a second document begins here"),
        ("policy: " + "[" * 40, f"a.yaml:2: nested more than {MAX_DEPTH} levels deep"),
        ("- x", "a.yaml:2: this is not YAML"),
        # what steers terminals
        ('parties: {ada: {name: "A\\e[31m"}}', "a.yaml:2: a control character in 'A\\x1b[31m'"),
        ("# \x1b[31m", "a.yaml:2: an invisible control character, U+001B"),
        ("# \u202e", "a.yaml:2: an invisible control character, U+202E"),
        ("# a\rassets: {}", "a.yaml:2: an invisible control character, U+000D"),
        # waivers
        (
            "parties: {ada: {name: A}}\nwaivers:\n"
            "  - {check: packages/alone, asset: 'pypi:a_b', by: ada, reason: r, until: 2027-01-01}\n"
            "  - {check: packages/alone, asset: 'pypi:a-b', by: ada, reason: r, until: 2027-01-01}",
            "a.yaml:5: the waiver of 'packages/alone pypi:a-b *' stands twice (first at a.yaml:4)",
        ),
        (
            "waivers: [{check: 'paket/*', asset: 'pypi:*', by: ada, reason: r, until: 2027-01-01}]",
            "no check matches 'paket/*'",
        ),
        (
            "waivers: [{check: packages/alone, asset: ship, by: ada, reason: r, until: 2027-01-01}]",
            "'ship' is not the id of",
        ),
        (
            "waivers: [{check: packages/alone, asset: '*', by: eve, reason: r, until: 2027-01-01}]",
            "the handle 'eve' is not",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place_and_what_to_do(
    tmp_path: Path, written: str, expected: str | None
) -> None:
    if expected is None:
        assert told(tmp_path, a=written)[0].startswith("a.yaml:1: expected keys such as project, policy")
    else:
        lines = told(tmp_path, a=HEAD + written + "\n")
        assert any(expected in line for line in lines), lines


def test_all_mistakes_show_at_once_even_within_one_entry(tmp_path: Path) -> None:
    text = HEAD + (
        "assets:\n"
        "  pypi:x:\n"
        "    status: offical\n"
        "    reson: a\n"
        "    since: 2026-13-01\n"
        "    subproject: harbor\n"
        "    holders: {owner: [eve, 3], lead: mallory}\n"
    )
    assert [(m.line, m.message.split("; got")[0]) for m in mistakes_in(write(tmp_path, a=text))] == [
        (3, "assets › pypi:x: the key 'reason' is missing"),
        (4, "assets › pypi:x › status: expected one of official, unclear, archived, external"),
        (5, "assets › pypi:x: unknown key 'reson'"),
        (6, "assets › pypi:x › since: expected a day that exists, written YYYY-MM-DD"),
        (7, "the subproject 'harbor' is not declared"),
        (8, "assets › pypi:x › holders › owner › item 2: expected text"),
        (8, "the handle 'eve' is not declared"),
        (8, "the handle 'mallory' is not declared"),
    ]


def test_mistakes_come_in_the_order_of_files_and_lines(tmp_path: Path) -> None:
    found = mistakes_in(write(tmp_path, b="x: 1\ny: 2\n", a=HEAD + "z: 3\n", c="[\n"))
    assert [(m.file, m.line) for m in found] == [("a.yaml", 2), ("b.yaml", 1), ("b.yaml", 2), ("c.yaml", 2)]


def test_an_asset_declared_in_two_files_shows_both_places(tmp_path: Path) -> None:
    entry = "{status: official, reason: ours}"
    lines = told(tmp_path, a=HEAD + f"assets: {{pypi:tide: {entry}}}\n", b=f"assets:\n  pypi:Tide: {entry}\n")
    assert lines == ["b.yaml:2: assets › pypi:tide, here spelled 'pypi:Tide', stands twice (first at a.yaml:2)"]


@pytest.mark.parametrize(
    ("section", "entry"),
    [("parties", "{name: A}"), ("teams", "{members: []}"), ("subprojects", "{name: A}")],
)
def test_a_name_declared_in_two_files_shows_both_places(tmp_path: Path, section: str, entry: str) -> None:
    lines = told(tmp_path, a=HEAD + f"{section}: {{x: {entry}}}\n", b=f"\n{section}: {{x: {entry}}}\n")
    assert lines == [f"b.yaml:2: {section} › x stands twice (first at a.yaml:2)"]


def test_two_projects_are_one_too_many(tmp_path: Path) -> None:
    assert told(tmp_path, a=HEAD, b=HEAD) == ["b.yaml:1: project stands twice (first at a.yaml:1)"]


def test_a_register_says_which_project_it_is_about(tmp_path: Path) -> None:
    assert "no file says which project this is" in told(tmp_path, a="assets: {}\n")[0]


def test_two_attestations_of_one_asset_are_refused(tmp_path: Path) -> None:
    again = (
        "  - {asset: 'domain:callisto.example', by: ada, seen: 2026-06-01, until: 2026-12-01, statement: again}\n"
    )
    lines = told(tmp_path, a=GOOD + again)
    assert len(lines) == 1
    assert "the attestation of domain:callisto.example stands twice" in lines[0]


def test_names_declared_in_an_unreadable_file_are_not_called_unknown(tmp_path: Path) -> None:
    asset = "assets: {pypi:x: {status: official, reason: a, holders: {owner: ada}}}\n"
    lines = told(tmp_path, a=HEAD + asset, b="parties: {ada: {name: Ada}\n")
    assert len(lines) == 1 and lines[0].startswith("b.yaml:2: this is not YAML")


def test_names_declared_under_a_misspelled_key_are_not_called_unknown(tmp_path: Path) -> None:
    asset = "assets: {pypi:x: {status: official, reason: a, holders: {owner: ada}}}\n"
    assert told(tmp_path, a=HEAD + asset + "partys: {ada: {name: Ada}}\n") == [
        "a.yaml:3: unknown key 'partys' (did you mean 'parties'?)"
    ]


def test_an_alias_bomb_is_refused_before_it_is_built(tmp_path: Path) -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{c}: &{c} [*{p}, *{p}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert told(tmp_path, a=HEAD + bomb)[0].startswith("a.yaml:2: an anchor, &a")


def test_a_file_of_fifty_megabytes_is_not_read(tmp_path: Path) -> None:
    write(tmp_path, a=HEAD)
    with (tmp_path / "big.yaml").open("wb") as file:
        file.truncate(10 * MAX_BYTES)
    assert [str(m) for m in mistakes_in(tmp_path)] == [
        "big.yaml:1: larger than 5 MB (split it: all files of a directory count)"
    ]


def test_what_is_not_utf8_is_refused_with_the_line(tmp_path: Path) -> None:
    lines = told(tmp_path, a=HEAD, b=b"# fine\n# \xff\n", c="# x\n".encode("utf-16"))
    assert lines == [
        "b.yaml:2: not UTF-8 text (save the file with the encoding UTF-8)",
        "c.yaml:1: not UTF-8 text (save the file with the encoding UTF-8)",
    ]


def test_links_that_lead_out_of_the_register_are_refused(tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text("secret: 1\n")
    (tmp_path / "elsewhere").mkdir()
    root = write(tmp_path / "register", a=HEAD)
    (root / "b.yaml").symlink_to(outside)
    (root / "c").symlink_to(tmp_path / "elsewhere")
    (root / "d.yaml").symlink_to("d.yaml")
    (root / "e.yaml").symlink_to("nothing.yaml")
    found = [str(m) for m in mistakes_in(root)]
    assert [line.split(" (")[0] for line in found] == [
        "b.yaml:1: a link that leads out of the register",
        "c:1: a link that leads out of the register",
        "d.yaml:1: cannot be read: a link that leads to itself",
        "e.yaml:1: cannot be read: No such file or directory",
    ]
    assert "secret" not in "".join(found)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    write(tmp_path, a=HEAD)
    os.mkfifo(tmp_path / "b.yaml")
    assert [m.message for m in mistakes_in(tmp_path)] == ["not a plain file"]


def test_no_message_carries_control_characters_or_grows_without_end(tmp_path: Path) -> None:
    evil = '"\\e]0;x\\a' + "y" * 3000 + '"'
    text = (
        HEAD
        + f"{evil}: 1\n"
        + f"assets: {{{evil}: {{status: {evil}, reason: {evil}, {evil}: 1, holders: {{{evil}: {evil}}}}}}}\n"
    )
    for mistake in mistakes_in(write(tmp_path, a=text)):
        assert str(mistake).isprintable()
        assert len(str(mistake)) < 700


def test_ten_thousand_mistakes_are_told_in_bearable_time(tmp_path: Path) -> None:
    entries = "".join(
        f"  pypi:x{i}: {{status: offical, reason: a, holders: {{owner: nobody{i}}}}}\n" for i in range(5_000)
    )
    parties = "".join(f"  somebody{i}: {{name: A}}\n" for i in range(1_000))
    assert len(mistakes_in(write(tmp_path, a=f"{HEAD}parties:\n{parties}assets:\n{entries}"))) == 10_000


@given(st.text(max_size=200) | st.lists(st.sampled_from(GOOD.splitlines()), max_size=12).map("\n".join))
def test_no_text_whatever_breaks_the_parser(text: str) -> None:
    document = parse(text, "a.yaml")
    assert document.readable or document.mistakes


@given(st.data())
def test_a_damaged_register_reads_or_says_why(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(GOOD)))
    end = data.draw(st.integers(start, min(len(GOOD), start + 60)))
    filling = data.draw(
        st.sampled_from(["", "[", "{", "}", ": ", "\n", "- ", "'", "null", "3", "[[1]]", "{a: {b: c}}", "true"])
    )
    root = write(tmp_path_factory.mktemp("r"), a=GOOD[:start] + filling + GOOD[end:])
    try:
        read(root)
    except MunimentError as error:
        assert str(error)
