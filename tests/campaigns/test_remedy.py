"""Remedies: each campaign about settings has them, their patches apply, their commands hold no surprise."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from muniment.campaigns.kind import kinds
from muniment.campaigns.remedy import Remedy, remedies
from muniment.checks.declaration import checks

EVERY = tuple(remedies().values())


def test_every_check_of_a_campaign_about_settings_has_a_remedy() -> None:
    wanted = {check for kind in kinds().values() if kind.subjects != "people" for check in kind.checks}
    assert wanted == set(remedies())
    assert wanted <= set(checks())


@pytest.mark.parametrize("remedy", EVERY, ids=lambda r: r.check)
def test_its_page_is_github_s_and_its_text_is_plain(remedy: Remedy) -> None:
    family = checks()[remedy.check].families[0]
    asset = f"{family}/callisto/core" if family == "github:repo" else f"{family}/callisto"
    assert re.fullmatch(r"https://github\.com/[A-Za-z/]*callisto[A-Za-z/_?=]*", remedy.page_of(asset))
    assert remedy.todo and remedy.clicks
    assert "{name}" not in remedy.command_for(asset) + remedy.page_of(asset)


@pytest.mark.parametrize("remedy", EVERY, ids=lambda r: r.check)
@pytest.mark.parametrize(
    "name", ["callisto/x;rm -rf ~", "callisto/$(id)", "a/b/../../c", "a b", "x`id`", "x\nRULES"]
)
def test_a_hostile_name_makes_neither_a_command_nor_an_address(remedy: Remedy, name: str) -> None:
    assert remedy.command_for(f"github:repo/{name}") == "" == remedy.page_of(f"github:repo/{name}")


@pytest.mark.parametrize("remedy", [r for r in EVERY if r.command], ids=lambda r: r.check)
def test_its_command_is_one_call_of_github_s_own_program(remedy: Remedy) -> None:
    command, _, rest = remedy.command_for("github:repo/callisto/core").partition("\n")
    words = shlex.split(command)
    assert words[:3] == ["gh", "api", "--method"] and words[3] in ("PUT", "POST")
    assert words[4].startswith(("repos/callisto/core/", "orgs/callisto/core/"))
    if rest:
        body, end = rest.rsplit("\n", 1)
        assert words[-1] == f"<<{end}" and json.loads(body)["enforcement"] == "active"


@pytest.mark.parametrize("remedy", [r for r in EVERY if r.patch], ids=lambda r: r.check)
def test_its_patch_applies_to_a_repository(remedy: Remedy, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    subprocess.run(["git", "apply", "-"], input=remedy.patch.encode(), cwd=tmp_path, check=True)
    assert (
        (tmp_path / "SECURITY.md").read_text().startswith("# Security\n\nPlease report a vulnerability in private")
    )
