"""The commands from end to end, as processes, on a made-up register with recorded evidence. Not live."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from muniment.model.tlp import RED
from tests.cli.conftest import SEEN, batches, bundle, muniment


def can_unshare() -> bool:
    if shutil.which("unshare") is None:
        return False
    return subprocess.run(["unshare", "-rn", "true"], capture_output=True).returncode == 0


@pytest.mark.skipif(not can_unshare(), reason="this machine does not allow a network namespace of one's own")
def test_without_a_network_recorded_evidence_stands_as_stale_and_the_rest_is_unknown(
    register: Path, tmp_path: Path
) -> None:
    done = muniment("run", register, "--out", tmp_path / "out", wrapper=("unshare", "-rn"))
    assert done.returncode == 0, done.stderr
    assert "0 live, 1 recorded, 1 unreachable" in done.stdout
    report = json.loads((tmp_path / "out" / "council" / "report.json").read_text())
    answers = {(a["asset"], a["check"]): a for a in report["answers"]}
    kept = answers["pypi:callisto-lodestar-not-published", "packages/newest-release-yanked"]
    assert (kept["verdict"], kept["stale"]) == ("fail", True)
    unseen = answers["pypi:callisto-beacon-not-published", "packages/newest-release-yanked"]
    assert (unseen["verdict"], unseen["reason"]) == ("unknown", "unreachable")


def test_a_run_leaves_what_it_promises_and_says_how_it_was_reached(register: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = muniment("run", register, "--offline", "--out", out)
    assert done.returncode == 0, done.stderr
    assert "0 live, 1 recorded, 0 unreachable, 1 not asked yet" in done.stdout
    assert "Unknown" in done.stdout.strip().splitlines()[-1]
    for place in ("clear", "council", "amber/harbour"):
        assert (out / place / "index.html").is_file()
    for name in ("report.json", "findings.sarif", "findings.csv"):
        assert (out / "council" / name).is_file()


def test_exit_codes_say_findings_and_incomplete_evidence(register: Path, tmp_path: Path) -> None:
    words = ("run", register, "--offline", "--out", tmp_path / "out")
    assert muniment(*words).returncode == 0
    assert muniment(*words, "--fail-on", "low").returncode == 1
    assert muniment(*words, "--fail-on", "critical").returncode == 0
    assert muniment(*words, "--strict").returncode == 4
    assert muniment(*words, "--fail-on", "low", "--strict").returncode == 1


def test_nothing_collected_is_an_error_of_its_own(register: Path, tmp_path: Path) -> None:
    shutil.rmtree(register / "evidence")
    done = muniment("run", register, "--offline", "--out", tmp_path / "out")
    assert done.returncode == 3
    assert "nothing was asked, and no evidence was kept" in done.stderr


def test_findings_explain_who_and_waive_work_on_what_a_run_left(register: Path, tmp_path: Path) -> None:
    assert muniment("run", register, "--offline", "--out", tmp_path / "out").returncode == 0
    listed = muniment("findings", "-r", register, "--format", "json")
    rows = json.loads(listed.stdout)["rows"]
    (yanked,) = (r for r in rows if r["check"] == "packages/newest-release-yanked")
    told = muniment("explain", yanked["id"], "-r", register)
    assert told.returncode == 0, told.stderr
    assert "package-release" in told.stdout
    assert "opened (baseline)" in told.stdout
    held = muniment("who", "pypi:callisto-lodestar-not-published", "-r", register)
    assert "ada.l" in held.stdout
    words = (
        "waive",
        yanked["id"],
        "-r",
        register,
        "--by",
        "ada",
        "--until",
        "2199-01-31",
        "--reason",
        "it's known",
    )
    before = {p: p.read_bytes() for p in register.glob("*.yaml")}
    shown = muniment(*words)
    assert "+" in shown.stdout
    assert {p: p.read_bytes() for p in register.glob("*.yaml")} == before
    assert muniment(*words, "--apply").returncode == 0
    assert muniment("run", register, "--offline", "--out", tmp_path / "out").returncode == 0
    still = json.loads(muniment("findings", "-r", register, "--format", "json").stdout)["rows"]
    assert yanked["id"] not in {r["id"] for r in still}
    waived = json.loads(muniment("findings", "-r", register, "--all", "--format", "json").stdout)["rows"]
    assert {r["state"] for r in waived if r["id"] == yanked["id"]} == {"waived"}


def test_what_a_check_switched_off_leaves_is_called_dropped_on_every_screen(register: Path, tmp_path: Path) -> None:
    assert muniment("run", register, "--offline", "--out", tmp_path / "out").returncode == 0
    yanked = "packages/newest-release-yanked"
    text = (register / "project.yaml").read_text()
    off = text.replace("live-limit: 5", f"live-limit: 5, checks: {{{yanked}: {{enabled: false}}}}")
    (register / "project.yaml").write_text(off)
    done = muniment("run", register, "--offline", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert "1 dropped by a change of ours since " in " ".join(done.stdout.split())
    assert "fixed" not in done.stdout
    listed = muniment("findings", "-r", register, "--all", "--check", yanked, "--format", "json")
    (row,) = json.loads(listed.stdout)["rows"]
    assert row["state"] == "dropped"
    told = muniment("explain", row["id"], "-r", register).stdout
    assert "dropped: retired (rejudged)" in told
    assert "fixed:" not in told
    assert "· fixed ·" not in told


def test_findings_are_printed_as_sarif_too(register: Path, tmp_path: Path) -> None:
    assert muniment("run", register, "--offline", "--out", tmp_path / "out").returncode == 0
    written = json.loads((tmp_path / "out" / "council" / "findings.sarif").read_text())
    done = muniment("findings", "-r", register, "--all", "--format", "sarif")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["properties"]["tlp"] == "TLP:RED"
    assert told["runs"][0]["results"] == written["runs"][0]["results"]
    yanked = "packages/newest-release-yanked"
    asset = "pypi:callisto-lodestar-not-published"
    some = muniment("findings", "-r", register, "--check", yanked, "--asset", asset, "--format", "sarif")
    assert [(r["ruleId"], r["kind"]) for r in json.loads(some.stdout)["runs"][0]["results"]] == [(yanked, "fail")]
    new = muniment("findings", "-r", register, "--new", "--format", "sarif")
    assert json.loads(new.stdout)["runs"][0]["results"] == []


def test_a_look_ahead_says_that_no_source_was_asked(register: Path, tmp_path: Path) -> None:
    assert muniment("run", register, "--offline", "--out", tmp_path / "out").returncode == 0
    done = muniment("run", register, "--pretend-now", "2199-01-01", "--out", tmp_path / "then")
    assert done.returncode == 0, done.stderr
    assert "No source was asked." in done.stdout
    assert " new since " in done.stdout, "no release for long"
    assert "0 live" not in done.stdout
    to = tmp_path / "site"
    assert muniment("publish", "-r", register, "--audience", "red", "--to", to).returncode == 0
    for place in (to, tmp_path / "then" / "council"):
        assert json.loads((place / "report.json").read_text())["reach"] is None
        assert "0 live" not in (place / "index.html").read_text()


def test_a_waiver_by_nobody_of_the_register_is_refused(register: Path, tmp_path: Path) -> None:
    words = ("--by", "nobody", "--until", "2199-01-31", "--reason", "why not", "--apply")
    before = {p: p.read_bytes() for p in register.glob("*.yaml")}
    done = muniment("waive", "--check", "packages/*", "--asset", "*", "-r", register, *words)
    assert done.returncode == 2
    assert "nobody" in done.stderr
    assert {p: p.read_bytes() for p in register.glob("*.yaml")} == before


def test_a_bundle_that_is_handed_over_is_merged(register: Path, tmp_path: Path) -> None:
    handed = tmp_path / "handed.jsonl"
    handed.write_bytes(bundle(batches("callisto-beacon-not-published")))
    done = muniment("collect", register, "--offline", "--from", handed)
    assert done.returncode == 0, done.stderr
    assert "0 live, 2 recorded, 0 unreachable" in done.stderr
    assert any("pypi:callisto-beacon-not-published" in line for line in done.stdout.splitlines())


def test_looking_back_and_ahead_writes_nothing(register: Path, tmp_path: Path) -> None:
    assert muniment("run", register, "--offline", "--out", tmp_path / "out").returncode == 0
    database = register / "muniment.sqlite"
    before = muniment("findings", "-r", register, "--all", "--format", "json").stdout
    for words in (("--pretend-now", "2199-01-01"),):
        assert muniment("run", register, *words, "--out", tmp_path / "then").returncode == 0
        assert muniment("assess", register, *words).returncode == 0
    assert muniment("findings", "-r", register, "--all", "--format", "json").stdout == before
    assert database.is_file()
    both = muniment("assess", register, "--as-of", "2026-01-01", "--pretend-now", "2199-01-01")
    assert both.returncode == 2


def test_another_projects_register_is_refused(register: Path, tmp_path: Path) -> None:
    assert muniment("collect", register, "--offline").returncode == 0
    text = (register / "project.yaml").read_text()
    (register / "project.yaml").write_text(text.replace("id: callisto", "id: ganymede"))
    done = muniment("collect", register, "--offline")
    assert done.returncode == 2
    assert "belongs to project" in done.stderr


def test_every_mistake_of_a_register_is_shown_at_once_with_its_place(register: Path) -> None:
    (register / "assets.yaml").write_text(
        "assets:\n  pypi:lodestar: {status: offical, reason: made up}\n  pypi:beacon: {statu: official}\n"
    )
    done = muniment("plan", register)
    assert done.returncode == 2
    assert "assets.yaml:2" in done.stderr
    assert "official" in done.stderr
    assert "assets.yaml:3" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_is_none_is_refused_and_left_as_it_is(register: Path) -> None:
    database = register / "muniment.sqlite"
    database.write_bytes(b"this is somebody's letter, not a database\n" * 200)
    before = database.read_bytes()
    done = muniment("run", register, "--offline")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert database.read_bytes() == before


def test_a_missing_database_is_said_with_what_to_do(register: Path) -> None:
    done = muniment("findings", "-r", register)
    assert done.returncode == 2
    assert "muniment run" in done.stderr


def test_explain_states_the_marking_of_the_evidence_that_it_shows(register: Path, tmp_path: Path) -> None:
    assert muniment("run", register, "--offline", "--out", tmp_path / "out").returncode == 0
    rows = json.loads(muniment("findings", "-r", register, "--format", "json").stdout)["rows"]
    (id,) = (r["id"] for r in rows if r["check"] == "packages/newest-release-yanked")
    assert muniment("explain", id, "-r", register).stdout.startswith("TLP:AMBER")
    later = batches("callisto-lodestar-not-published", yanked=True, seen=SEEN + timedelta(hours=1))
    closed = tmp_path / "closed.jsonl"
    closed.write_bytes(bundle([replace(b, marking=RED) for b in later]))
    assert muniment("collect", register, "--offline", "--from", closed).returncode == 0
    assert muniment("explain", id, "-r", register).stdout.startswith("TLP:RED")
