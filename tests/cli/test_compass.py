"""``muniment compass`` as people run it: into a page, against a page, for whom."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.conftest import muniment


@pytest.fixture
def seen(register: Path, tmp_path: Path) -> Path:
    (register / "people.yaml").write_text(
        "parties:\n  grace: {name: Grace Example, public-roles: [{role: lead, subproject: harbour}]}\n"
    )
    assert muniment("run", register, "--offline", "--out", tmp_path / "out", "-q").returncode == 0
    return register


def test_the_same_evidence_gives_the_same_bytes_from_another_database_and_after_another_run(
    seen: Path, tmp_path: Path
) -> None:
    first = muniment("compass", "harbour", "-r", seen)
    assert first.returncode == 0, first.stderr
    assert "Grace Example" in first.stdout
    assert f"{datetime.now(UTC):%Y-%m-%d}" not in first.stdout
    db = tmp_path / "anew.sqlite"
    for _ in range(2):
        run = muniment("run", seen, "--offline", "--db", db, "--out", tmp_path / "out", "-q", fresh=True)
        assert run.returncode == 0, run.stderr
    again = muniment("compass", "Harbour", "-r", seen, "--db", db, fresh=True)
    assert again.stdout == first.stdout
    closed = [
        muniment("compass", "harbour", "-r", seen, "--audience", "amber", *more, fresh=bool(more))
        for more in ((), ("--db", db))
    ]
    assert closed[0].stdout == closed[1].stdout
    assert "For the council to decide" in closed[0].stdout
    assert (tmp_path / "out" / "clear" / "compass" / "harbour.md").read_text() == first.stdout


def test_a_page_is_written_compared_and_compared_again_after_somebody_changed_it(
    seen: Path, tmp_path: Path
) -> None:
    page = tmp_path / "team.md"
    before, after = b"# Team\r\n\xff kept\r\n", b"\r\n\r\nthe end, without a line end"
    markers = [f"<!-- muniment:{word} compass harbour -->".encode() for word in ("begin", "end")]
    page.write_bytes(before + b"\r\n".join(markers) + after)
    page.chmod(0o640)
    compared = muniment("compass", "harbour", "-r", seen, "--diff", page)
    assert compared.returncode == 1
    assert compared.stdout.startswith("TLP:CLEAR\n---")
    assert page.read_bytes() == before + b"\r\n".join(markers) + after

    written = muniment("compass", "harbour", "-r", seen, "--into", page)
    assert (written.returncode, written.stdout) == (0, "")
    assert page.read_bytes().startswith(before + markers[0] + b"\r\n")
    assert page.read_bytes().endswith(markers[1] + after)
    assert page.stat().st_mode & 0o777 == 0o640
    assert b"callisto-lodestar-not-published" in page.read_bytes()
    compared = muniment("compass", "harbour", "-r", seen, "--diff", page)
    assert (compared.returncode, compared.stdout) == (0, "")

    aged = re.sub(rb"seen \d{4}-\d\d-\d\d", b"seen 2020-01-01", page.read_bytes())
    page.write_bytes(aged)
    compared = muniment("compass", "harbour", "-r", seen, "--diff", page)
    assert compared.returncode == 0
    assert "Only days of looks" in compared.stderr
    page.write_bytes(aged.replace(b"Grace Example", b"Mallory \x1b[2J"))
    compared = muniment("compass", "harbour", "-r", seen, "--diff", page)
    assert compared.returncode == 1
    assert "\x1b" not in compared.stdout


def test_a_new_page_is_made_and_is_its_owners_alone_where_it_is_not_for_everybody(
    seen: Path, tmp_path: Path
) -> None:
    os.umask(0o022)
    for level, mode in (("clear", 0o644), ("amber", 0o600)):
        page = tmp_path / f"{level}.md"
        done = muniment("compass", "harbour", "-r", seen, "--audience", level, "--into", page)
        assert done.returncode == 0, done.stderr
        assert page.stat().st_mode & 0o777 == mode


def test_a_page_that_nobody_may_write_and_links_in_a_circle_are_refused_in_a_sentence(
    seen: Path, tmp_path: Path
) -> None:
    page = tmp_path / "kept.md"
    page.write_text("<!-- muniment:begin compass harbour -->\n<!-- muniment:end compass harbour -->\n")
    page.chmod(0o444)
    before = page.read_bytes()
    (tmp_path / "loop.md").symlink_to("loop.md")
    for name in ("kept.md", "loop.md"):
        done = muniment("compass", "harbour", "-r", seen, "--into", tmp_path / name)
        assert (done.returncode, "Traceback" in done.stderr) == (2, False)
        assert name in done.stderr
    assert page.read_bytes() == before


def test_what_is_for_few_is_not_written_into_a_page_for_everybody(seen: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    muniment("compass", "harbour", "-r", seen, "--into", page)
    before = page.read_bytes()
    refused = muniment("compass", "harbour", "-r", seen, "--audience", "amber", "--into", page)
    assert refused.returncode == 2
    assert "are for clear, and the section is for amber" in refused.stderr
    assert page.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("harbur",), "did you mean harbour?"),
        (("harbour", "--into", "a.md", "--diff", "project.yaml"), "--into writes and --diff compares"),
        (("harbour", "--diff", "missing.md"), "No such file or directory"),
        (("harbour", "--into", "project.yaml"), "does not say where the section goes"),
        (("harbour", "--register-url", "javascript:x"), "is no address of a page"),
        (("harbour", "--into", "no/such/folder/page.md"), "No such file or directory"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(seen: Path, words: tuple[str, ...], told: str) -> None:
    done = muniment("compass", *words, "-r", ".", cwd=seen)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_closed_register_says_why_the_public_section_is_short(seen: Path, tmp_path: Path) -> None:
    project = seen / "project.yaml"
    project.write_text(project.read_text().replace("marking: clear", "marking: amber"))
    assert muniment("run", seen, "--offline", "--out", tmp_path / "closed", "-q").returncode == 0
    public = muniment("compass", "harbour", "-r", seen)
    assert public.returncode == 0
    assert "callisto" not in public.stdout
    assert "What the register declares of it is for TLP:AMBER" in public.stderr
    assert "callisto" in muniment("compass", "harbour", "-r", seen, "--audience", "amber").stdout
