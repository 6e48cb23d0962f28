"""The commands of the pages on who can ship and on leaving run, and the pages say what the program knows."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from muniment.publish.shipping import Bus, Factor, Shipping
from muniment.publish.steps import Stage
from muniment.register.reading import read
from tests.cli.conftest import muniment

ROOT = Path(__file__).resolve().parents[2]
SHIPS, LEAVES = (
    (ROOT / "docs" / "how-to" / name).read_text(encoding="utf-8") for name in ("who-can-ship.md", "off-boarding.md")
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the example that has been run, with the line that both pages begin with."""
    home = tmp_path_factory.mktemp("demo")
    kept = shutil.ignore_patterns("*.sqlite*")
    shutil.copytree(ROOT / "examples" / "demo", home / "examples" / "demo", ignore=kept)
    assert typed(SHIPS)[0] == typed(LEAVES)[0]
    run = muniment(*typed(SHIPS)[0], cwd=home)
    assert run.returncode == 0, run.stderr
    return home


def typed(page: str) -> list[list[str]]:
    """The words after ``muniment`` of each line that a page shows."""
    blocks = "".join(re.findall(r"^```console\n(.*?)^```", page, flags=re.MULTILINE | re.DOTALL))
    return [line.split()[2:] for line in blocks.splitlines() if line.startswith("$ muniment ")]


@pytest.mark.parametrize("words", typed(SHIPS)[1:] + typed(LEAVES)[1:], ids=" ".join)
def test_every_command_that_is_shown_runs_and_states_its_marking(home: Path, words: list[str]) -> None:
    done = muniment(*words, cwd=home)
    assert done.returncode == 0, done.stderr
    assert "TLP:AMBER" in done.stdout.splitlines()[0]
    assert "Traceback" not in done.stderr


def test_the_answer_is_one_sentence_and_the_same_in_every_form(home: Path) -> None:
    asked = ("who", "pypi:callisto-lodestar", "-r", "examples/demo")
    told = json.loads(muniment(*asked, "--format", "json", cwd=home).stdout)
    people = {one["person"] for one in told["people"]}
    assert people == {"ada", "grace", "noor", "yuki"}
    assert told["answer"].startswith(
        "4 people can publish this: 2 by PyPI role, 3 by being able to change the publishing workflow, "
        "4 by approving its environment; of them 1 without strong two-factor"
    )
    (named,) = told["workflows"]
    assert (named["workflow"], named["environment"]) == ("release.yml", "release")
    assert "its signature is not verified" in named["how"]
    assert told["bus-factor"] == {"least": 3, "most": None, "told": "at least 3"}
    assert len(told["not-seen"]) == 3
    table = muniment(*asked, cwd=home)
    assert "Published by the workflow release.yml of" in table.stdout
    assert told["answer"] in " ".join(table.stdout.split())
    assert all(gap["why"] in table.stderr for gap in told["not-seen"])
    markdown = muniment(*asked, "--format", "markdown", cwd=home)
    assert markdown.stdout.splitlines()[0] == "*TLP:AMBER*"
    assert "4 people can publish this" in markdown.stdout
    csv = muniment(*asked, "--format", "csv", cwd=home)
    assert told["answer"] in csv.stderr
    assert csv.stdout.startswith("who,person,role")


def test_the_checklist_has_a_box_for_every_step_and_a_page_for_most(home: Path) -> None:
    asked = ("access", "ada", "-r", "examples/demo", "--off-boarding")
    steps = json.loads(muniment(*asked, "--format", "json", cwd=home).stdout)["steps"]
    text = muniment(*asked, "--format", "markdown", cwd=home).stdout
    assert text.count("- [ ] ") == len(steps) > 10
    assert "/manage/project/callisto-lodestar/collaboration/" in text
    assert "https://github.com/orgs/callisto/people?query=ada-l" in text
    assert "## What could not be seen" in text
    assert all(step["address"] for step in steps)
    assert steps[0]["step"] == "Hand over first"


def test_the_checklist_is_ticked_by_a_later_run_as_off_boarding_md_shows(home: Path) -> None:
    """As typed, but that the registries cannot be asked here, and that the day is one that the database knows."""
    (block,) = re.findall(r"^```sh\n(.*?)^```", LEAVES, flags=re.MULTILINE | re.DOTALL)
    ran, looked = (line.split()[1:] for line in block.splitlines())
    kept = shutil.ignore_patterns("*.sqlite*")
    shutil.copytree(ROOT / "examples" / "demo", home / "my-register", ignore=kept)
    done = muniment(*ran, "--offline", "-q", cwd=home)
    assert done.returncode == 0, done.stderr
    assert looked[-2] == "--since"
    told = muniment(*looked[:-1], str(datetime.now(UTC).date()), cwd=home)
    assert told.returncode == 0, told.stderr
    assert "TLP:AMBER" in told.stdout.splitlines()[0]


def test_the_order_that_the_page_tells_is_the_order_of_the_steps() -> None:
    numbered = re.findall(r"^(\d)\. ", LEAVES, flags=re.MULTILINE)
    assert [int(n) for n in numbered] == [stage.value for stage in Stage]


def test_the_words_for_two_factor_are_those_of_the_program() -> None:
    (said,) = re.findall(r"## Two-factor\n(.*?)\n## ", SHIPS, flags=re.DOTALL)
    assert {factor.value for factor in Factor} <= set(re.findall(r"`([a-z]+)`", said))


def test_the_words_for_the_bus_factor_are_those_of_the_program() -> None:
    (said,) = re.findall(r"## Bus factor\n(.*?)\n## ", SHIPS, flags=re.DOTALL)
    words = {bus.told for bus in (Bus(3, 3), Bus(2, 4), Bus(2, None), Bus(0, None), Bus(0, 0))}
    two = (("ada", "ada_l at PyPI"),)
    words.add(Shipping(asset="", verb="", bus=Bus(2, 3), may_be_one=two, bus_if_one=Bus(2, 2)).bus_told)
    assert words == set(re.findall(r"^\| `(.+?)` \|", said, flags=re.MULTILINE))


def test_the_yaml_that_marks_a_machine_is_a_register(tmp_path: Path) -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", SHIPS, flags=re.DOTALL)
    (tmp_path / "register.yaml").write_text("project: {id: callisto, name: Callisto}\n" + block, encoding="utf-8")
    assert any(getattr(fact, "bot", False) for fact in read(tmp_path).evidence)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--off-boarding", "--on-boarding"), "either --off-boarding or --on-boarding"),
        (("--since", "2026-06-14"), "--since goes with --off-boarding"),
    ],
)
def test_what_does_not_go_together_is_refused(home: Path, words: tuple[str, ...], said: str) -> None:
    done = muniment("access", "ada", "-r", "examples/demo", *words, cwd=home)
    assert done.returncode == 2
    assert said in done.stderr
