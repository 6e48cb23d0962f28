"""Forgetting, tidying and declining at the command line: shown first, done with --apply, told with what is left."""

from __future__ import annotations

import gzip
from pathlib import Path

from tests.cli.conftest import batches, bundle, muniment

POLICY = """\
policy:
  live-limit: 5
  keep: {package-role: 400}
  declined:
    - {kind: package-provenance, asset: "pypi:*", by: ada, reason: not yet, until: 2090-01-01}
"""


def add(register: Path, policy: str = POLICY) -> None:
    project = register / "project.yaml"
    project.write_text(project.read_text().replace("policy: {live-limit: 5}\n", policy))


def named(register: Path) -> list[str]:
    """The files beside a register, unpacked, that name the person's account."""
    found = []
    for file in sorted(register.rglob("*")):
        if file.is_file():
            data = file.read_bytes()
            data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
            if b"ada.l" in data.lower():
                found.append(file.relative_to(register).as_posix())
    return found


def test_a_person_is_shown_then_forgotten(register: Path, tmp_path: Path) -> None:
    zipped = register / "evidence" / "more.jsonl.gz"
    zipped.write_bytes(gzip.compress(bundle(batches("callisto-beacon-not-published"))))
    out = tmp_path / "out"
    assert muniment("run", register, "--offline", "--out", out).returncode == 0
    files = ["assets.yaml", "evidence/more.jsonl.gz", "evidence/recorded.jsonl", "muniment.sqlite"]
    assert [f for f in named(register) if "-" not in f.split("/")[-1]] == files

    shown = muniment("forget", "ada", "-r", register, "--out", out)
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.startswith("TLP:RED\n")
    assert "Who: ada · Ada Example · pypi:ada.l" in shown.stdout
    assert "would be rewritten" in shown.stdout and "more.jsonl.gz, recorded.jsonl" in shown.stdout
    assert "assets.yaml:8" in shown.stderr and "Nothing was changed" in shown.stderr
    assert [f for f in named(register) if "-" not in f.split("/")[-1]] == files

    done = muniment("forget", "ada", "-r", register, "--out", out, "--apply")
    assert done.returncode == 0, done.stderr
    assert named(register) == ["assets.yaml"], "the register is for people"
    assert (zipped.read_bytes()[:2]) == b"\x1f\x8b"

    policy = "".join(
        line + "\n" for line in done.stdout.splitlines() if line.startswith("  forgotten:") or ': "' in line
    )
    (register / "assets.yaml").write_text(
        "\n".join(
            line
            for line in (register / "assets.yaml").read_text().splitlines()
            if not line.startswith(("parties", "  ada:"))
        )
    )
    add(register, f"policy:\n  live-limit: 5\n{policy}")
    again = muniment("run", register, "--offline", "--out", out)
    assert again.returncode == 0, again.stderr
    assert named(register) == []
    assert not any(b"ada.l" in f.read_bytes().lower() for f in out.rglob("*") if f.is_file())


def test_a_tree_in_which_nobody_could_look_is_told(register: Path, tmp_path: Path) -> None:
    muniment("run", register, "--offline", "--out", tmp_path / "out")
    (register / "include.yaml").write_text("include:\n  away: {path: ../away}\n")
    shown = muniment("forget", "ada", "-r", register)
    assert shown.returncode == 0, shown.stderr
    assert "The tree away could not be read, so nobody looked for them in it" in shown.stderr


def test_an_unknown_person_is_refused_with_a_hint(register: Path, tmp_path: Path) -> None:
    muniment("run", register, "--offline", "--out", tmp_path / "out")
    done = muniment("forget", "adda", "-r", register)
    assert done.returncode == 2
    assert "did you mean ada" in done.stderr and "github:LOGIN" in done.stderr


def test_tidy_shows_before_it_drops(register: Path, tmp_path: Path) -> None:
    add(register)
    muniment("run", register, "--offline", "--out", tmp_path / "out")
    done = muniment("tidy", "-r", register)
    assert done.returncode == 0, done.stderr
    assert "Nothing is older than the policy keeps it." in done.stderr


def test_the_plan_lists_what_is_declined(register: Path) -> None:
    add(register)
    done = muniment("plan", register)
    assert done.returncode == 0, done.stderr
    assert "Declined until 2090-01-01 by ada: package-provenance of 2 assets (pypi:*). not yet" in done.stderr


def test_the_last_line_of_a_run_counts_what_is_declined(register: Path, tmp_path: Path) -> None:
    add(register)
    done = muniment("run", register, "--offline", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert "declined" in done.stdout


def test_mistakes_in_what_is_kept_declined_and_forgotten_are_told(register: Path) -> None:
    add(
        register,
        "policy:\n  keep: {package-rule: 4}\n  declined:\n"
        "    - {kind: no-kind, by: nobody, reason: x, until: 2090-01-01}\n",
    )
    done = muniment("plan", register)
    assert done.returncode == 2
    assert "did you mean 'package-role'" in done.stderr.replace('"', "'")
    assert "nobody" in done.stderr and "no-kind" in done.stderr
