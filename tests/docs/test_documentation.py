"""What the documentation shows is there: links lead somewhere, commands parse, YAML is a register."""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import ssl
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from msgspec.structs import replace

from muniment.actors.settings import Settings
from muniment.campaigns.message import Message
from muniment.checks.declaration import checks
from muniment.cli import cli
from muniment.model.errors import UsageError
from muniment.model.observation import Outcome
from muniment.model.tlp import TLP, Marking
from muniment.model.verdict import Reason
from muniment.ports import Fate
from muniment.publish.projection import COUNCIL, PUBLIC, project
from muniment.publish.view import build
from muniment.register.reading import read
from muniment.testing.material import CHECKS, NOW, material

ROOT = Path(__file__).resolve().parents[2]
LISTED = subprocess.run(["git", "ls-files", "-z", "*.md"], cwd=ROOT, capture_output=True, check=True).stdout
PAGES = sorted(ROOT / name for name in LISTED.decode().split("\0") if name and (ROOT / name).is_file())
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference, generated elsewhere by the documentation's own extension."""
    to = tmp_path_factory.mktemp("reference")
    code = f"import muniment_reference as r, pathlib; r.write(pathlib.Path({str(to)!r}))"
    environment = {"PYTHONPATH": f"{ROOT / 'docs' / '_ext'}:{ROOT / 'src'}", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return to


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_a_link_between_files_leads_to_a_file(page: Path, built: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        there = (page.parent / target).resolve()
        reference = ROOT / "docs" / "reference"
        if there.is_relative_to(reference):
            there = built / there.relative_to(reference)
        assert there.exists(), target


def commands(page: Path) -> list[list[str]]:
    """The command lines that a page shows, in a block or in the text."""
    text = page.read_text(encoding="utf-8").replace("\\\n", " ")
    blocks = "\n".join(re.findall(r"^```(?:sh|console)\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL))
    shown = re.findall(r"^(?:\$ )?muniment (.+)$", blocks, flags=re.MULTILINE)
    inline = re.findall(r"`muniment ([^`]+)`", text)
    # Where the output goes is the shell's business.
    return [shlex.split(re.sub(r" > \S+$", "", line), comments=True) for line in shown + inline]


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_a_command_that_is_shown_exists_and_takes_these_options(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    (tmp_path / "my-register").mkdir()
    for name, *rest in commands(page):
        if name.startswith("-"):
            known = {option for parameter in cli.params for option in parameter.opts}
            assert name in known | set(cli.context_settings["help_option_names"])
            continue
        command = cli.get_command(click.Context(cli), name)
        assert command is not None, f"muniment {name}"
        if isinstance(command, click.Group):
            if not rest:
                continue
            name, *rest = rest
            command = command.get_command(click.Context(command), name)
            assert command is not None, name
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in rest if word.startswith("--")} <= known, [name, *rest]
        if rest:
            command.make_context(name, [*rest])


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_a_check_that_is_named_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    families = "|".join({id.partition("/")[0] for id in checks()})
    named = set(re.findall(rf"`((?:{families})/[a-z0-9-]+)`", text))
    made_up = {"packages/missing-summary"} if page.name == "CONTRIBUTING.md" else set()
    assert named - made_up <= set(checks())


def test_the_yaml_of_the_howto_adds_up_to_a_register(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "how-to" / "register.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", text, flags=re.DOTALL)
    assert len(blocks) == 8
    head = "project: {id: callisto, name: Project Callisto}\nsubprojects: {shell: {name: Shell}}\n"
    (tmp_path / "project.yaml").write_text(head, encoding="utf-8")
    for number, block in enumerate(blocks):
        (tmp_path / f"part-{number}.yaml").write_text(block, encoding="utf-8")
    register = read(tmp_path, checks=frozenset(checks()))
    assert register.policy.undecided_after == 60
    assert any(getattr(e, "asset", "") == "pypi:callisto-shell" for e in register.evidence)


def test_the_yaml_of_the_page_on_names_is_a_register(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "how-to" / "names.md").read_text(encoding="utf-8")
    pinned, apart = re.findall(r"```yaml\n(.*?)```", text, flags=re.DOTALL)
    head = "project: {id: callisto, name: Project Callisto}\n"
    (tmp_path / "register.yaml").write_text(head + pinned, encoding="utf-8")
    (tmp_path / "grace.yaml").write_text("parties: {grace: {name: Grace Example}}\n" + apart, encoding="utf-8")
    assert read(tmp_path, checks=frozenset(checks())).project == "callisto"


def test_every_check_has_a_page_that_shows_its_examples(built: Path) -> None:
    for id, check in checks().items():
        page = (built / "checks" / f"{id}.md").read_text(encoding="utf-8")
        assert page.startswith(f"# {check.title}\n")
        assert all(f"**{example.name}**" in page for example in check.examples)


def test_every_command_has_its_help_in_the_reference(built: Path) -> None:
    page = (built / "commands.md").read_text(encoding="utf-8")
    for name in cli.list_commands(click.Context(cli)):
        assert f"## muniment {name}\n" in page
    for shown in (ROOT / "tests" / "golden").glob("help-*.txt"):
        assert f"```text\n{shown.read_text(encoding='utf-8')}```\n" in page, shown.name


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_that_is_shown_is_what_the_program_writes(shell: str) -> None:
    """The words stand in the page as they are run here."""
    page = (ROOT / "docs" / "how-to" / "complete.md").read_text(encoding="utf-8")
    assert f"_MUNIMENT_COMPLETE={shell}_source muniment" in page
    environment = {**os.environ, "_MUNIMENT_COMPLETE": f"{shell}_source"}
    program = str(Path(sys.executable).with_name("muniment"))
    done = subprocess.run([program], env=environment, capture_output=True, text=True, check=True)
    assert "_muniment_completion" in done.stdout


def test_the_page_on_extending_names_every_group_of_entry_points() -> None:
    """And no other: the groups are those that the source looks up."""
    page = (ROOT / "docs" / "how-to" / "extend.md").read_text(encoding="utf-8")
    source = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "src").rglob("*.py"))
    looked_up = set(re.findall(r'entry_points\(group="(.+?)"\)', source))
    assert set(re.findall(r'^\[project\.entry-points\."(.+?)"\]', page, flags=re.MULTILINE)) == looked_up


def test_the_reporter_on_the_page_on_extending_reports() -> None:
    page = (ROOT / "docs" / "how-to" / "extend.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"```python\n# callisto_security/board.py\n(.*?)```", page, flags=re.DOTALL)
    board: dict[str, Any] = {}
    exec(compile(text, "board.py", "exec"), board)
    view = build(material(), CHECKS)
    (line,) = board["files"](project(view, COUNCIL)).values()
    assert re.fullmatch(rb"TLP:RED  [1-9]\d* findings\n", line)
    assert board["files"](project(view, PUBLIC)) == {}


def test_the_channel_on_the_page_on_extending_delivers_once(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "how-to" / "extend.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"```python\n# callisto_security/pager.py\n(.*?)```", page, flags=re.DOTALL)
    pager: dict[str, Any] = {}
    exec(compile(text, "pager.py", "exec"), pager)
    settings = Settings({"PAGER_SPOOL": str(tmp_path)}, lambda: Empty(), ssl.create_default_context, lambda: NOW)
    message = Message(
        key="two-factor/ada/announcement",
        campaign="two-factor",
        subject="ada",
        stage="announcement",
        channel="pager",
        to="ada",
        title="A second factor, please",
        text="",
        markdown="",
        marking=Marking(TLP.AMBER),
    )
    actor = pager["actor"](settings)
    assert asyncio.run(actor.deliver(message)).fate is Fate.SENT
    assert asyncio.run(actor.deliver(message)).fate is Fate.REFUSED
    assert [p.read_text(encoding="utf-8") for p in tmp_path.iterdir()] == ["ada: A second factor, please\n"]
    with pytest.raises(UsageError, match="no pager"):
        pager["actor"](replace(settings, environ={}))


class Empty:
    """A keyring with nothing in it."""

    def get_password(self, service_name: str, username: str) -> str | None:
        """Nothing."""
        return None


@pytest.mark.parametrize("words", [Outcome, Reason])
def test_how_it_decides_explains_every_outcome_and_every_reason(words: type[Outcome] | type[Reason]) -> None:
    page = (ROOT / "docs" / "how-it-decides.md").read_text(encoding="utf-8")
    explained = re.findall(r"^\| `([a-z]+)` \|", page, flags=re.MULTILINE)
    assert {word.value for word in words} <= set(explained)
    assert set(explained) <= {word.value for word in (*Outcome, *Reason)}


def test_every_decision_says_what_was_rejected() -> None:
    decisions = sorted((ROOT / "docs" / "adr").glob("0*.md"))
    assert decisions
    for decision in decisions:
        headings = re.findall(r"^## (.+)$", decision.read_text(encoding="utf-8"), flags=re.MULTILINE)
        assert {"Context", "Decision", "Rejected"} <= set(headings), decision.name
