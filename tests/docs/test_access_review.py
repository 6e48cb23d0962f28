"""What credential-register.md and access-review.md show is done here, line by line, on the example's copy."""

from __future__ import annotations

import csv
import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from muniment.checks.declaration import checks
from muniment.cli import cli
from muniment.register.reading import read

ROOT = Path(__file__).resolve().parents[2]


def text_of(page: str) -> str:
    return (ROOT / "docs" / "how-to" / page).read_text(encoding="utf-8")


def lines(page: str) -> list[str]:
    blocks = re.findall(r"^```sh\n(.*?)^```", text_of(page), flags=re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


def typed(line: str, place: Path) -> str:
    """What a line prints, stdout and stderr; it must succeed. Where the output goes is the shell's business."""
    line, _, file = line.partition(" > ")
    words = shlex.split(line)
    if words[0] == "cp":
        shutil.copytree(ROOT / words[2], place / words[3], ignore=shutil.ignore_patterns("*.sqlite*"))
        return ""
    assert words[0] == "muniment", line
    shown = CliRunner().invoke(cli, words[1:])
    assert shown.exit_code == 0, f"{line}\n{shown.output}\n{shown.exception!r}"
    if file:
        (place / file).write_text(shown.stdout, encoding="utf-8")
    return shown.output


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_page_on_the_credential_register_does_what_it_says(place: Path) -> None:
    _, listed, leaves, comes = (" ".join(typed(line, place).split()) for line in lines("credential-register.md"))
    assert listed.startswith("TLP:AMBER credential due state read by rotated mastodon-password 2026-03-14 overdue")
    assert leaves.index("have grace give another person access") < leaves.index("take grace's access away")
    assert leaves.index("make it anew at service:registrar") < leaves.index("take grace out of its 'readers'")
    assert "give noor access where it is kept: two sealed letters" in comes


def test_the_page_on_access_reviews_does_what_it_says(place: Path) -> None:
    said = []
    for line in lines("access-review.md"):
        if "--from" in line:
            _fill(place / "answers.csv")
        said.append(typed(line, place))
    copied, _, all_reviews, shown, written, checklists, _, listed, answered, stands, closed = said
    assert not copied
    assert re.search(r"shared-accounts +2026-06-01 +2026-06-12 +noor +5 +3\n", all_reviews)
    assert "+  hackdays-2030:" in shown and "Nothing was written" in shown
    assert "Written to" in written and "# Access review hackdays-2030: for " in checklists
    assert "+    answer: drop" in listed and "Nothing was written" in listed
    assert "+    statement: " in answered and "Written to" in answered
    assert re.search(r"service:registrar +noor +confirmed", stands)
    assert "+    closed: " in closed and "## Not answered" in closed


def test_the_report_of_a_review_is_its_readers_alone(place: Path) -> None:
    for line in lines("access-review.md"):
        if "--from" in line:
            _fill(place / "answers.csv")
        if "review close" not in line:
            typed(line, place)
    close = next(line for line in lines("access-review.md") if "review close" in line)
    report = place / "report.md"
    report.write_text("somebody's notes\n", encoding="utf-8")
    for mode, why in ((0o644, "open to others"), (0o600, "another file")):
        report.chmod(mode)
        refused = CliRunner().invoke(cli, [*shlex.split(close)[1:], "--apply", "--report", str(report)])
        assert why in str(refused.exception) and report.read_text(encoding="utf-8") == "somebody's notes\n"
    report.unlink()
    assert "The report is written" in typed(f"{close} --report {report}", place)
    assert "The report is written" in typed(f"{close} --apply --report {report}", place), "a refusal closed nothing"
    assert report.stat().st_mode & 0o777 == 0o600 and "# Access review" in report.read_text(encoding="utf-8")


def _fill(file: Path) -> None:
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, rows[0])
        writer.writeheader()
        writer.writerows([{**row, "answer": "Drop", "reason": "the internship is over"} for row in rows])


@pytest.mark.parametrize("page", ["credential-register.md", "access-review.md"])
def test_the_yaml_of_the_pages_is_read_beside_the_example(page: str, place: Path) -> None:
    home = place / "register"
    shutil.copytree(ROOT / "examples" / "demo", home, ignore=shutil.ignore_patterns("*.sqlite*"))
    (home / "credentials.yaml").unlink()
    blocks = re.findall(r"```yaml\n(.*?)```", text_of(page), flags=re.DOTALL)
    assert blocks
    for number, block in enumerate(blocks):
        (home / f"page-{number}.yaml").write_text(block, encoding="utf-8")
    assert read(home, checks=frozenset(checks())).project == "callisto"
