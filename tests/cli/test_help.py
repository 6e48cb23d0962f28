"""The command line's face: help that teaches, and a start that loads nothing it does not need."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from muniment.cli import cli

GOLDEN = Path(__file__).parent.parent / "golden"
COMMANDS = {
    *(
        "access",
        "assess",
        "campaign",
        "collect",
        "compass",
        "council",
        "credentials",
        "doctor",
        "explain",
        "findings",
        "forget",
        "init",
    ),
    *("news", "plan", "publish", "review", "run", "sync", "tidy", "verify-github", "waive", "who"),
}


GROUPED = {
    "campaign": {
        *(
            "bounces",
            "checklist",
            "close",
            "delegate",
            "exempt",
            "notify",
            "pause",
            "preview",
            "reopen",
            "resume",
            "settle",
            "start",
            "status",
        ),
    },
    "review": {"answer", "ask", "close", "second-factor", "start", "status"},
}
"""Commands that have commands of their own."""


def test_help_lists_every_command_with_its_sentence() -> None:
    shown = CliRunner().invoke(cli, ["--help"])
    assert shown.exit_code == 0
    for name in COMMANDS:
        (line,) = (line for line in shown.output.splitlines() if line.startswith(f"  {name} "))
        assert len(line.split(maxsplit=1)[1]) > 10


def every() -> list[tuple[str, ...]]:
    """The words of each command, those of groups too."""
    return sorted([*((name,) for name in COMMANDS), *((g, name) for g, own in GROUPED.items() for name in own)])


@pytest.mark.parametrize("words", every(), ids=" ".join)
def test_each_command_explains_every_option(words: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(cli, [*words, "--help"])
    assert shown.exit_code == 0, shown.output
    command: click.Command | None = cli
    for word in words:
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), word)
    assert command is not None
    assert command.help
    for param in command.params:
        if param.param_type_name == "option":
            assert getattr(param, "help", ""), f"{words} {param.opts}"


def test_a_misspelt_command_is_answered_with_the_nearest_one() -> None:
    shown = CliRunner().invoke(cli, ["fidnings"])
    assert shown.exit_code == 2
    assert "findings" in shown.output


def test_help_imports_click_and_our_errors_and_little_else() -> None:
    code = (
        "import sys; before = set(sys.modules)\n"
        "import click; clicks = set(sys.modules)\n"
        "sys.argv = ['muniment', '--help']\n"
        "from muniment.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print('|'.join(sorted(m for m in set(sys.modules) - clicks)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    ours = set(done.stderr.strip().splitlines()[-1].split("|"))
    allowed = {
        "click.formatting",
        "click._compat",
        "click._textwrap",
        "click._winconsole",
        "muniment",
        "muniment.cli",
        "muniment.model",
        "muniment.model.errors",
    }
    standard = {m for m in ours if m.partition(".")[0] in sys.stdlib_module_names}
    assert ours - standard - allowed == set()
    assert not {m.partition(".")[0] for m in ours} & {"rich", "msgspec", "sqlalchemy", "httpx2", "jinja2", "yaml"}


def test_the_program_runs_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "muniment", "--version"], capture_output=True, text=True, check=True
    )
    assert "version" in done.stdout


def test_commands_are_found_by_their_files() -> None:
    folder = Path(__file__).parents[2] / "src" / "muniment" / "cli" / "commands"
    assert {p.stem.replace("_", "-") for p in folder.glob("[a-z]*.py")} == COMMANDS
    for group, names in GROUPED.items():
        assert {p.stem.replace("_", "-") for p in (folder.parent / group).glob("[a-z]*.py")} == names


def helps() -> dict[str, str]:
    """The help of the program and of each command, as a terminal of 80 columns shows it, by golden file."""
    asked = {"help-muniment.txt": ["--help"]}
    asked |= {f"help-{'-'.join(words)}.txt": [*words, "--help"] for words in every()}
    return {
        file: CliRunner().invoke(cli, words, prog_name="muniment", terminal_width=80).output
        for file, words in asked.items()
    }


@pytest.mark.parametrize("file", sorted(helps()))
def test_help_is_what_it_was(file: str) -> None:
    """Renew with ``UPDATE_GOLDEN=1 pytest tests/cli/test_help.py`` and read what changed."""
    path, text = GOLDEN / file, helps()[file]
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_bytes(text.encode())

    assert text == path.read_bytes().decode()
    assert max(map(len, text.splitlines())) <= 80


def test_no_golden_help_is_left_over() -> None:
    assert {p.name for p in GOLDEN.glob("help-*.txt")} == set(helps())
