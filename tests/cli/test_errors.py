"""Whatever goes wrong outside of us ends in a sentence and exit code 2, never in a traceback. Not live."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import batches, bundle, muniment


def refused(done: subprocess.CompletedProcess[str], word: str = "") -> None:
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert word in done.stderr


def test_a_terminal_that_knows_ascii_only_gets_the_result_all_the_same(register: Path, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "muniment", "run", str(register), "--offline", "--out", str(tmp_path / "out")]
    env = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run(words, capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stderr
    assert "Unknown" in done.stdout


def test_a_file_where_pages_should_go_is_refused_before_the_run(register: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    refused(muniment("run", register, "--offline", "--out", tmp_path / "out"), "is a file")
    assert not (register / "muniment.sqlite").exists()
    refused(muniment("init", tmp_path / "out" / "below"))


def test_pages_for_other_readers_are_never_mixed(register: Path, tmp_path: Path) -> None:
    assert muniment("run", register, "--offline", "--out", tmp_path / "out").returncode == 0
    to = tmp_path / "site"
    assert muniment("publish", "-r", register, "--audience", "red", "--to", to).returncode == 0
    refused(muniment("publish", "-r", register, "--audience", "clear", "--to", to), "TLP:RED")


def test_a_waiver_is_written_to_the_register_only(register: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "escape.yaml"
    words = ("--check", "packages/*", "--asset", "*", "--by", "ada", "--until", "2199-01-01", "--reason", "r")
    refused(muniment("waive", *words, "--file", "../escape.yaml", "-r", register), "not in the register")
    refused(muniment("waive", *words, "--file", elsewhere, "-r", register), "not in the register")
    assert not elsewhere.exists()


@pytest.mark.parametrize(
    "words",
    [
        ("findings", "--check", "packages/newest-release-yankd"),
        ("findings", "--subproject", "harbor"),
        ("findings", "--asset", "pypi:callisto-lodestar-not-publishd"),
        ("who", "pypi:callisto-lodestar-not-publishd"),
        ("publish", "--audience", "amber", "--subproject", "harbor", "--to", "x"),
        ("explain", "packages/newest-release-yankd"),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_a_word_nobody_knows_is_answered_with_the_nearest_one(
    register: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    assert muniment("run", register, "--offline", "--out", tmp_path / "out").returncode == 0
    refused(muniment(*words, "-r", register, cwd=tmp_path), "did you mean")
    assert not (tmp_path / "x").exists()


def test_a_day_before_the_first_run_is_not_read_as_nothing_wrong(register: Path, tmp_path: Path) -> None:
    assert muniment("run", register, "--offline", "--out", tmp_path / "out").returncode == 0
    for words in (("findings", "-r"), ("who", "pypi:callisto-lodestar-not-published", "-r"), ("run",), ("assess",)):
        refused(muniment(*words, register, "--as-of", "2020-01-01", cwd=tmp_path), "it begins on")
    refused(muniment("findings", "-r", register, "--as-of", "2199-01-01"), "still to come")


def test_a_database_that_was_never_judged_is_not_read_as_nothing_wrong(register: Path) -> None:
    assert muniment("collect", register, "--offline").returncode == 0
    refused(muniment("findings", "-r", register), "nothing was assessed")


def test_a_bad_bundle_is_named_with_its_line(register: Path) -> None:
    bad = register / "evidence" / "zz.jsonl"
    bad.write_bytes(bundle(batches("callisto-beacon-not-published")) + b"{oops\n")
    refused(muniment("collect", register, "--offline"), "zz.jsonl")


def test_what_a_bundle_may_not_say_is_left_out_aloud(register: Path) -> None:
    forged = bundle(batches("callisto-beacon-not-published")).replace(b'"source":"pypi"', b'"source":"pypi-mirror"')
    (register / "evidence" / "forged.jsonl").write_bytes(forged)
    done = muniment("collect", register, "--offline")
    assert done.returncode == 0, done.stderr
    assert "left out" in done.stderr
    assert "callisto-beacon" not in done.stdout


def test_a_terminal_is_not_written_to_by_the_name_of_a_file(register: Path) -> None:
    (register / "a\x1b[31mb.yaml").write_text("assets: 3\n")
    done = muniment("plan", register)
    refused(done)
    assert "\x1b[31m" not in done.stderr


def test_quiet_keeps_what_must_be_read_with_the_result_and_verbose_says_what_was_worked_on(
    register: Path, tmp_path: Path
) -> None:
    assert muniment("run", register, "--offline", "--out", tmp_path / "out", "-q").stderr == ""
    unseen = muniment("who", "pypi:org/callisto", "-r", register, "-q")
    assert "Unknown: no source" in unseen.stderr
    assert "Unknown" in muniment("assess", register, "-q").stderr
    told = muniment("findings", "-r", register, "-v")
    assert f"register {register}" in told.stderr


def full(*words: object, buffered: bool, out: bool, err: bool) -> subprocess.CompletedProcess[str]:
    """Run the program with a stream on a full disk, as Linux's ``/dev/full`` plays one."""
    env = {**os.environ} | ({} if buffered else {"PYTHONUNBUFFERED": "1"})
    if buffered:
        env.pop("PYTHONUNBUFFERED", None)
    with Path("/dev/full").open("w") as disk:
        return subprocess.run(
            [sys.executable, "-m", "muniment", *map(str, words)],
            stdout=disk if out else subprocess.PIPE,
            stderr=disk if err else subprocess.PIPE,
            text=True,
            env=env,
        )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("buffered", [True, False])
@pytest.mark.parametrize("words", [("--help",), ("findings", "--format", "json"), ("findings",)], ids=" ".join)
def test_a_full_disk_under_stdout_is_named_and_said_what_to_do_about(
    register: Path, tmp_path: Path, buffered: bool, words: tuple[str, ...]
) -> None:
    own = () if words == ("--help",) else ("-r", register)
    if own:
        assert muniment("run", register, "--offline", "--out", tmp_path / "out").returncode == 0
    done = full(*words, *own, buffered=buffered, out=True, err=False)
    refused(done, "Error: stdout takes no more: No space left on device\nTry: free some space where stdout goes")
    assert done.stderr.endswith("or send it elsewhere\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_where_stderr_is_full_too_the_exit_code_tells(register: Path, tmp_path: Path) -> None:
    assert muniment("run", register, "--offline", "--out", tmp_path / "out").returncode == 0
    words = ("findings", "-r", register, "--format", "json")
    alone = full(*words, buffered=True, out=False, err=True)
    assert (alone.returncode, bool(json.loads(alone.stdout)["rows"])) == (2, True)
    assert full(*words, buffered=True, out=True, err=True).returncode == 2
    assert full("fidnings", buffered=True, out=False, err=True).returncode == 2


def test_a_reader_who_stops_reading_is_no_error(register: Path, tmp_path: Path) -> None:
    assert muniment("run", register, "--offline", "--out", tmp_path / "out").returncode == 0
    read, write = os.pipe()
    os.close(read)
    words = [sys.executable, "-m", "muniment", "findings", "-r", str(register)]
    done = subprocess.run(words, stdout=write, stderr=subprocess.PIPE, text=True)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_word_that_cannot_be_meant_is_answered_with_what_can(register: Path, tmp_path: Path) -> None:
    for _ in "ab":
        assert muniment("run", register, "--offline", "--out", tmp_path / "out").returncode == 0
    package = "pypi:callisto-beacon-not-published"
    for words, told in (
        (
            ("who", "callisto"),
            "may be github:org/callisto, project:callisto, pypi:org/callisto\nTry: write the whole id",
        ),
        (("who", "ada"), "Try: muniment access ada"),
        (("access", "gitlub:ada"), "Try: github:NAME · npm:NAME · pypi:NAME"),
        (("compass", "shard"), "did you mean shared?"),
        (("compass", "harbour", "--into", "away/page.md"), "/away: make it, or correct the name"),
        (("compass", "harbour", "--diff", "page.md"), "page.md: No such file or directory\nTry: correct the name"),
    ):
        refused(muniment(*words, "-r", register, cwd=tmp_path), told)
    named = muniment("who", "callisto-beacon-not-published", "-r", register)
    assert (named.returncode, f"callisto-beacon-not-published is {package}." in named.stdout) == (0, True)
    assert "Or did you mean pypi:ada.l (ada)?" in muniment("access", "pypi:ada.ll", "-r", register).stderr
    assert f"is an asset too: muniment who {package}" in muniment("access", package, "-r", register).stderr
    said = muniment("findings", "--new", "-r", register).stderr
    assert "Nothing of that is new in the newest run." in said
    assert "open since earlier: leave --new out" in said


def test_what_is_missing_is_named_a_register_or_a_run_of_it(tmp_path: Path) -> None:
    who = ("who", "pypi:x")
    refused(muniment(*who, cwd=tmp_path), "there is no register in this directory\nTry: name its directory with -r")
    refused(muniment("access", "ada", "-r", "nowhere", cwd=tmp_path), "there is no register at nowhere\n")
    assert muniment("init", "mine", cwd=tmp_path).returncode == 0
    refused(
        muniment("compass", "core", "-r", "mine", cwd=tmp_path), "nothing was collected\nTry: muniment run mine\n"
    )
    kept = muniment("findings", "-r", "mine", "--db", "kept.sqlite", cwd=tmp_path)
    refused(kept, "Try: muniment run mine --db kept.sqlite\n")


def test_a_register_that_declares_nothing_is_no_good_news(tmp_path: Path) -> None:
    assert muniment("init", "mine", cwd=tmp_path).returncode == 0
    assert "declares nothing yet" in muniment("plan", "mine", cwd=tmp_path).stderr
    done = muniment("run", "mine", "--offline", "--out", "out", "-q", cwd=tmp_path)
    assert "declares nothing yet" in done.stderr
    refused(muniment("who", "pypi:x", "-r", "mine", cwd=tmp_path), "Try: it declares nothing yet")
