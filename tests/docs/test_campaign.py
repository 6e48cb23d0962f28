"""What tutorial-campaign.md and the how-tos of campaigns show is done here, line by line, on a simulated GitHub."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from muniment.campaigns.clock import in_words
from muniment.cli import cli

ROOT = Path(__file__).resolve().parents[2]
LOOK = "python -m muniment.testing.github --world demo -- muniment run my-demo --out out/my-demo"


def lines(page: str) -> list[str]:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


def typed(line: str, place: Path) -> str:
    """What a line prints, stdout and stderr; it must succeed."""
    words = shlex.split(line)
    if words[0] == "cp":
        shutil.copytree(ROOT / words[2], place / words[3], ignore=shutil.ignore_patterns("*.sqlite*"))
        return ""
    if words[0] == "python":
        program = [
            sys.executable,
            *words[1 : words.index("--") + 1],
            sys.executable,
            "-m",
            *words[words.index("--") + 1 :],
        ]
        done = subprocess.run(program, cwd=place, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr
    assert words[0] == "muniment", line
    shown = CliRunner().invoke(cli, words[1:])
    assert shown.exit_code == 0, f"{line}\n{shown.output}\n{shown.exception!r}"
    return shown.output


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    yield tmp_path


def test_the_tutorial_does_what_it_says(place: Path) -> None:
    page = lines("tutorial-campaign.md")
    said: dict[str, list[str]] = {}
    for line in page:
        said.setdefault(line.replace("muniment campaign ", "").replace(" -r my-demo", ""), []).append(
            typed(line, place)
        )
    (begun,) = said["start two-factor --by ada"]
    assert begun.startswith("TLP:AMBER") and "5 to go" in begun and "Not seen whole" in begun
    (people,) = said["status --people"]
    people = " ".join(people.split())
    assert people.count("@tomas-e") == 1 and "callisto-harbour (member, a text message will do)" in people
    assert "github-id:900033" in people and "outside collaborator, no second factor" in people
    before, after = said["preview"]
    assert "two-factor/github-id:900006/announcement to k…@people.example" in before
    assert "kofi@people.example" not in before
    assert len(re.findall("to nobody", before)) == 3
    assert "1 blocked, 1 removed" in before
    row = next(line for line in before.splitlines() if line.startswith("github:org/callisto-attic"))
    assert row.count("not known") == 2 and "0" not in row, "nobody could look into it"
    stages = {
        30: "5 × First reminder",
        60: "5 × Second reminder",
        85: "5 × Last reminder",
        90: "5 × Deadline",
        120: "nothing",
    }
    for day, stage in stages.items():
        (shown,) = said[f"status --day {day}"]
        assert f"Day {in_words(day, 90)}" in shown and shown.rstrip().endswith(stage)
    (ahead,) = said["preview --day 85"]
    assert "5 days left to add a second factor" in ahead
    assert "ada/to-owner-announcement" in after
    assert "github-id:900004/announcement" in after and "github-id:900006" not in after
    assert "TLP:AMBER (to: Ada Example and the council)" in (place / "harbour.csv").read_text()
    assert (place / "harbour.csv").stat().st_mode & 0o077 == 0
    (later,) = said["status"]
    assert "1 complied" in later
    assert "github:org/callisto: the requirement was switched off" in later
    slid = later[later.index("Slid back") : later.index("Organizations not seen")]
    assert "@yuki-e" in slid and slid.count("\n") == 3
    (public,) = said["status --public"]
    assert public.startswith("TLP:CLEAR") and public.count("under 5") == 4
    for name in ("kofi", "tomas", "pavel", "9000"):
        assert name not in public
    (report,) = said["close --by ada"]
    assert report.startswith("*TLP:AMBER")
    assert not re.search(r"kofi|tomas|pavel|grace|yuki|9000\d\d", report)


def test_the_commands_of_the_how_to_work(place: Path) -> None:
    typed("cp -r examples/demo my-demo", place)
    typed(LOOK, place)
    for line in lines("how-to/campaign.md"):
        typed(line, place)


def test_the_checklists_of_the_how_to_work(place: Path) -> None:
    typed("cp -r examples/demo my-demo", place)
    typed(LOOK, place)
    said: dict[str, list[str]] = {}
    for line in lines("how-to/repository-campaign.md"):
        said.setdefault(line, []).append(typed(line, place))
    text = next(told for line, (told, *_) in said.items() if line.endswith("beacon -r my-demo"))
    assert text.startswith("TLP:AMBER (to: beacon)")
    assert "  [x] " in text and "  [ ] " in text and "  [?] " in text
    done = sum(line.lstrip().startswith("[x]") for line in text.splitlines())
    (markdown,) = next(told for line, told in said.items() if "markdown" in line)
    assert markdown.count("- [x] ") == done and f"{done} done" in markdown
