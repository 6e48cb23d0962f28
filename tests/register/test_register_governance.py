"""Governance documents become a register: what they state is taken with its place, and nothing else is guessed."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from tests.register.written_yaml import texts

from muniment.evidence.declared_party import PublicRole
from muniment.model.asset import Status
from muniment.register import writing
from muniment.register.files import Text, opened
from muniment.register.governance.founding import Founding, founded
from muniment.register.governance.reading import understand
from muniment.register.governance.understood import GovernanceError
from muniment.register.inventory import Inventory
from muniment.register.reading import read

EXAMPLE = Path(__file__).parents[2] / "examples" / "governance"
TODAY = date(2026, 6, 1)


def example(*names: str) -> tuple[Text, ...]:
    return tuple(Text(name, (EXAMPLE / name).read_text(encoding="utf-8")) for name in names)


ALL = example("contributors.yml", "teams.yml", "organizations.yml", "subprojects.md")


def made(*files: tuple[str, str]) -> Founding:
    return founded(understand(Text(name, text) for name, text in files), "Project Callisto", TODAY)


def register(founding: Founding, home: Path) -> Inventory:
    for file, text in founding.files.items():
        (home / file).write_text(text, encoding="utf-8")
    return Inventory.of(read(home).evidence)


def mistakes(*files: tuple[str, str]) -> list[str]:
    with pytest.raises(GovernanceError) as raised:
        understand(Text(name, text) for name, text in files)
    return [str(mistake) for mistake in raised.value.mistakes]


def people(*entries: str) -> str:
    return "authors:\n" + "".join(f"  - {entry}\n" for entry in entries)


# ---------------------------------------------------------------- what is taken


def test_the_example_becomes_a_register_of_what_it_states(tmp_path: Path) -> None:
    inventory = register(founded(understand(ALL), "Project Callisto", TODAY), tmp_path)
    assert {id: (own.name, own.seat, own.parts) for id, own in inventory.subprojects.items()} == {
        "callisto-shell": ("Callisto Shell", True, ("Shell", "Tide")),
        "lodestar": ("Lodestar", True, ()),
        "sextant": ("sextant", False, ()),
    }
    stated = {id: own for id, own in inventory.assets.items() if own.status is Status.OFFICIAL}
    assert {id: (own.source, own.subproject) for id, own in stated.items()} == {
        "project:project-callisto": ("", ""),
        "github:repo/callisto-made-up/shell-compass": ("subprojects.md:7", "callisto-shell"),
        "github:repo/callisto-made-up/shell": ("subprojects.md:8", "callisto-shell"),
        "github:org/callisto-tide-made-up": ("subprojects.md:9", "callisto-shell"),
        "github:repo/callisto-made-up/sextant": ("subprojects.md:14", "sextant"),
        "github:repo/callisto-made-up/software-council": ("teams.yml:8", ""),
    }
    assert inventory.party_of("github", "Ada-Callisto-made-up") == "ada"
    assert inventory.parties["grace"].public_roles == (PublicRole("Software Council", "callisto-shell"),)
    assert inventory.people(["software-council"]) == {"grace", "linh", "to-be-named"}


def test_what_no_document_decides_is_unclear_since_today_and_asked(tmp_path: Path) -> None:
    founding = founded(understand(ALL), "Project Callisto", TODAY)
    inventory = register(founding, tmp_path)
    unclear = {id: own for id, own in inventory.assets.items() if own.status is Status.UNCLEAR}
    assert set(unclear) == {
        "github:org/callisto-made-up",
        "site:lodestar.callisto.example",
        "site:council.callisto.example",
    }
    assert all(own.since == TODAY for own in unclear.values())
    assert inventory.status("github:repo/callisto-made-up/anything-else") is None
    asked = "\n".join(founding.questions)
    for word in ("callisto-made-up", "lodestar.callisto.example", "to-be-named", "subprojects.md:15", "Lodestar"):
        assert word in asked


def test_what_was_taken_and_left_out_is_counted_by_file() -> None:
    took = founded(understand(ALL), "Project Callisto", TODAY).took
    assert "took 4 people from contributors.yml" in took
    assert "took 3 teams from teams.yml" in took
    assert "took 3 subprojects from subprojects.md" in took
    assert "left out 2 employers from organizations.yml: no assets of the project" in took
    assert "left out 1 former team: nobody acts in them now" in took


def test_a_document_is_known_by_its_form_whatever_its_name() -> None:
    renamed = [Text(f"{number}.txt", own.text) for number, own in enumerate(ALL)]
    found, other = understand(ALL), understand(renamed)
    assert [person.handle for person in found.people] == [person.handle for person in other.people]
    assert [own.link.name for own in found.subprojects] == [own.link.name for own in other.subprojects]
    assert [own.name for own in found.employers] == [own.name for own in other.employers]


def test_employers_are_never_assets_nor_parties(tmp_path: Path) -> None:
    text = "affiliations:\n  - {id: callisto-made-up, name: Callisto Works, url: 'https://github.com/callisto-works'}\n"
    inventory = register(made(("people.yml", text), *((own.name, own.text) for own in ALL)), tmp_path)
    written = " ".join(own.read_text(encoding="utf-8") for own in tmp_path.glob("*.yaml"))
    assert "callisto-works" not in written and "Callisto Works" not in written
    assert "harbour" not in written.lower() and "university" not in written.lower()
    assert set(inventory.parties) >= {"ada", "grace", "linh"}


def test_prose_is_asked_about_and_never_acted_on() -> None:
    founding = made(
        (
            "list.md",
            "# Subprojects\n\n- [Tide](https://github.com/callisto/tide)\n  - a part (https://github.com/x/a) too\n"
            "- We may move https://github.com/x/b here (https://github.com/x/c) one day.\n"
            "- [Charter](charters/tide.md)\n<!--\n- [Hidden](https://github.com/x/d)\n-->\n"
            "```\n- [Code](https://github.com/x/e)\n```\n",
        )
    )
    assert "github:repo/callisto/tide" in founding.files["assets.yaml"]
    assert "/x/" not in founding.files["assets.yaml"] and "Charter" not in founding.files["project.yaml"]
    assert "list.md:4" in founding.questions[-1] and "list.md:5" in founding.questions[-1]


def test_roles_are_public_only_now_and_in_teams_that_show_their_members(tmp_path: Path) -> None:
    teams = (
        "teams:\n  - {id: council, name: Council, homepage: council.md}\n  - {id: sponsors, name: Sponsors}\n"
        "  - {id: former_council, name: Former Council, homepage: old.md}\n"
    )
    roles = (
        "[{team: council, term: '2024-2026'}, {team: sponsors}, {team: former_council}, "
        "{team: council, term: '2021-2025'}]"
    )
    text = people(
        f"{{id: ada, name: Ada Example, github: ada-x, teams: {roles}}}", "{id: bob, name: Bob, teams: [ghosts]}"
    )
    founding = made(("people.yml", text), ("teams.yml", teams))
    inventory = register(founding, tmp_path)
    assert inventory.parties["ada"].public_roles == (PublicRole("Council, 2024-2026"),)
    assert set(inventory.parties) == {"ada", "bob", "council", "sponsors"}
    asked = "\n".join(founding.questions)
    assert "ada in council (2021-2025, people.yml:2)" in asked
    assert "ghosts (people.yml:3)" in asked


def test_one_name_of_two_people_is_a_question_with_both_places() -> None:
    text = people("{id: ada, name: Ada Example, github: a-1}", "{id: ada-2, name: ada example, github: a-2}")
    founding = made(("people.yml", text))
    assert "One person, or several of one name? ada (people.yml:2), ada-2 (people.yml:3)" in founding.questions


def test_what_two_subprojects_claim_belongs_to_neither_until_somebody_says(tmp_path: Path) -> None:
    text = (
        "# Projects\n- [Tide](https://github.com/callisto/tide)\n- [Ebb](https://github.com/callisto/ebb)\n"
        "  - [Shared](https://github.com/Callisto/Tide)\n"
    )
    founding = made(("list.md", text))
    inventory = register(founding, tmp_path)
    assert inventory.subproject_of("github:repo/callisto/tide") == ""
    assert any("Callisto/Tide (list.md:2; list.md:4)" in question for question in founding.questions)


# ---------------------------------------------------------------- hostile input


def test_every_mistake_is_told_at_once_with_its_file_and_line() -> None:
    text = people(
        "{id: ada, name: Ada Example, github: 'https://github.com/same'}",
        "{id: bob, name: Bob Example, github: SAME}",
        "{id: ada, name: Ada Again, github: other}",
        "{id: eve, name: '<script>alert(1)</script>', github: eve}",
        "{id: max, name: '[Max](https://evil.example)', github: max}",
        "{id: uri, name: Uri, github: 'https://github.com.evil.example/uri'}",
        "{id: oli, name: Oli, github: 'oli\\u200b'}".replace("\\u200b", "--/../x"),
        "just text",
        "{id: '', name: Nobody, teams: nothing}",
    )
    teams = (
        "teams:\n  - {name: Nameless}\n  - {id: a, name: A, team_compass: 'javascript:alert(1)'}\n"
        "  - {id: A, name: B}\n"
    )
    listed = (
        "# Subprojects\n- [<b>Tide</b>](https://github.com/callisto/tide)\n"
        "- [Ebb](javascript:alert(1))\n- [Ebb](https://ada:secret@github.com/x/y)\n- [Ebb](https://github.com/)\n"
        "- [Flow](https://github.com/callisto/flow)\n- [flow](https://github.com/callisto/flow2)\n"
    )
    said = mistakes(("people.yml", text), ("teams.yml", teams), ("list.md", listed), ("what.md", "# Hello\n"))
    places = [line.split(": ")[0] for line in said]
    for place in (
        *("people.yml:3", "people.yml:4", "people.yml:5", "people.yml:6", "people.yml:7", "people.yml:8"),
        *("people.yml:9", "people.yml:10", "teams.yml:2", "teams.yml:3", "teams.yml:4"),
        *("list.md:2", "list.md:4", "list.md:5", "list.md:7", "what.md:1"),
    ):
        assert place in places, (place, said)
    assert "first at people.yml:2" in next(line for line in said if line.startswith("people.yml:3"))
    assert not any("secret" in line for line in said if not line.startswith("list.md:4"))


@pytest.mark.parametrize(
    "text",
    [
        "authors: &all\n  - {id: ada, name: Ada}\nteams: *all\n",
        "authors:\n  - id: ada\n    id: bob\n    name: Ada\n",
        "authors: {ada: Ada}\n",
        "authors:\n  - [ada]\n",
        "authors:\n  - {id: ada, name: [Ada]}\n",
        "authors:\n  - {id: ada, name: Ada, teams: [[x]]}\n",
        "authors:\n  - {id: ada, name: Ada\n",
        "authors:\n  - {id: '***', name: 天}\n",
        "authors:\n  - {id: ada, name: 'Ada \u202e'}\n",
    ],
)
def test_what_cannot_be_read_for_sure_is_refused(text: str) -> None:
    assert all(line.startswith("people.yml:") for line in mistakes(("people.yml", text)))


def test_a_long_hostile_line_is_read_in_a_moment() -> None:
    nasty = [
        "## Seats " + "with " * 200_000,
        "- " + "[" * 500_000,
        "- a" + " (" * 300_000,
        "<!--" * 200_000 + "-->",
    ]
    text = "\n".join(["# Subprojects", *nasty, "- [Tide](https://github.com/callisto/tide)", ""])
    found = understand([Text("list.md", text)])
    assert [own.link.name for own in found.subprojects] == ["Tide"]
    assert len(found.unread) == len(nasty)


def test_files_that_cannot_be_opened_are_mistakes_like_the_others(tmp_path: Path) -> None:
    (tmp_path / "latin.yml").write_bytes(b"authors: \xff\n")
    os.mkfifo(tmp_path / "pipe")
    names = ("latin.yml", "pipe", "gone.yml", ".")
    texts, wrong = opened([tmp_path / name for name in names])
    assert texts == ()
    assert len(wrong) == len(names)


def test_two_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "list.md").write_text("x")
    texts, _ = opened([tmp_path / "a" / "list.md", tmp_path / "b" / "list.md"])
    assert [text.name for text in texts] == ["a/list.md", "b/list.md"]


# ---------------------------------------------------------------- whatever they say

words = texts | st.sampled_from(["ada", "Ada", "council", "former", "2020-2024", "<b>", "a/b", "null", "007", "é"])
roles = st.fixed_dictionaries({"team": words}, optional={"term": words, "subproject": words})
persons = st.fixed_dictionaries(
    {"name": words}, optional={"id": words, "github": words, "teams": st.lists(roles, max_size=3), "email": words}
)
teams = st.fixed_dictionaries(
    {"id": words, "name": words},
    optional={"homepage": words, "team_compass": words.map(lambda w: f"https://{w}.example/{w}")},
)
paths = st.sampled_from(
    ["callisto", "callisto/tide", "x/y/z", "Callisto/Tide.git", "orgs/callisto/people", "a b", ".."]
)
addresses = paths.map(lambda path: f"https://github.com/{path}") | st.builds(
    "https://{}.example/{}".format, words, words
)
items = st.builds("- [{}]({})".format, words, addresses) | st.builds("  - {} ({})".format, words, addresses)
headings = st.builds("# {} projects".format, words) | st.just("## Subprojects with a seat")


def listed(lines: Iterable[str]) -> str:
    return "\n".join(["# Subprojects", "", *lines, ""])


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.lists(persons, max_size=4),
    st.lists(teams, max_size=3),
    st.lists(items | headings | words, max_size=6),
    st.text(max_size=20),
)
def test_whatever_is_understood_makes_a_register_that_reads(
    tmp_path_factory: pytest.TempPathFactory,
    some: list[dict[str, writing.Value]],
    groups: list[dict[str, writing.Value]],
    lines: list[str],
    name: str,
) -> None:
    data = "\n".join([*writing.entry("authors", some, 0), *writing.entry("teams", groups, 0)]) + "\n"
    documents = [
        Text("people.yml", data),
        Text("list.md", listed([*lines, "- [Tide](https://github.com/callisto/t)"])),
    ]
    try:
        founding = founded(understand(documents), name, TODAY)
    except GovernanceError as refused:
        event("refused")
        assert all(own.line >= 1 and own.file in ("people.yml", "list.md") for own in refused.mistakes)
        return
    event("taken")
    inventory = register(founding, tmp_path_factory.mktemp("r"))
    assert len([own for own in inventory.parties.values() if not own.members]) == len(some)
