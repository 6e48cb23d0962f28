"""Whatever a command prints in any format: a login stands only in what says that it is AMBER or closer."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from muniment.cli import cli

ROOT = Path(__file__).resolve().parents[2]
LOGIN = re.compile(
    r"\b(?:ada-l|ada\.l|grace-h|noor-example|tomas-e|ines-e|kofi-e|yuki-e|otto-example|mina-example|pavel-example"
    r"|hulda-example|starlight-example|ada-releases)\b"
)
CLOSED = re.compile(r"TLP:(?:AMBER|RED)")
COMMANDS = (
    ("who", "pypi:callisto-lodestar"),
    ("who", "callisto-lodestar"),
    ("who", "github:org/callisto"),
    ("access", "kofi"),
    ("access", "otto", "--off-boarding"),
    ("access", "tomas", "--on-boarding"),
    ("council",),
    ("council", "--two-factor"),
    ("credentials",),
    ("credentials", "--off-boarding", "grace"),
    ("findings", "--all"),
    ("review", "status"),
    ("review", "status", "shared-accounts"),
    ("review", "ask", "shared-accounts"),
    ("campaign", "status", "two-factor"),
    ("campaign", "status", "two-factor", "--people"),
    ("campaign", "status", "two-factor", "--public"),
)


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("marked")
    copy = home / "demo"
    shutil.copytree(ROOT / "examples" / "demo", copy, ignore=shutil.ignore_patterns("*.sqlite*"))
    for words in (
        ["run", str(copy), "--offline", "--out", str(home / "out")],
        ["campaign", "start", "two-factor", "--by", "ada", "-r", str(copy)],
    ):
        done = CliRunner().invoke(cli, words)
        assert done.exit_code == 0, done.output
    return copy


def formats(words: tuple[str, ...]) -> tuple[str, ...]:
    """The formats that a command offers, read off the command itself."""
    found: click.Command = cli
    context = click.Context(cli)
    for word in words:
        if not isinstance(found, click.Group):
            break
        below = found.get_command(context, word)
        assert below is not None, words
        found = below
    (choice,) = (o.type for o in found.params if "--format" in o.opts)
    assert isinstance(choice, click.Choice)
    return tuple(choice.choices)


def stated(form: str, text: str) -> list[str]:
    """What an output says of who may read it, wherever that has to stand; a list of rows says it in each."""
    if form == "csv":
        return [row["marking"] for row in csv.DictReader(io.StringIO(text))]
    if form in ("table", "markdown"):
        return [next(line for line in text.splitlines() if "TLP:" in line)]
    body: dict[str, Any] = json.loads(text)
    return [body["marking"]] if "marking" in body else [json.dumps(body["runs"][0]["properties"])]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_no_format_names_an_account_in_what_is_not_closed(words: tuple[str, ...], register: Path) -> None:
    named = []
    for form in formats(words):
        done = CliRunner().invoke(cli, [*words, "--format", form, "-r", str(register)])
        assert done.exit_code == 0, (words, form, done.output)
        if LOGIN.search(done.stdout):
            named.append(form)
            markings = stated(form, done.stdout)
            assert markings and all(CLOSED.search(marking) for marking in markings), (words, form, markings[:3])
    if "--public" in words:
        assert named == [], "what everybody may know names nobody"
    elif (words[0] in ("who", "access", "findings") and "--on-boarding" not in words) or "--people" in words:
        assert set(named) == set(formats(words)), "each of these names somebody, so the marking was tried"
