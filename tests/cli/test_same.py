"""Two accounts that may be one person's are asked about, and taken for one or told apart by a person alone."""

from __future__ import annotations

import json
import re
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from muniment.evidence.bundle import write
from muniment.evidence.kind import Evidence, encode, kind_id
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.package_ownership import PackageOwnership
from muniment.evidence.package_role import PackageRole
from muniment.model.observation import Batch, Cell, Item, Outcome
from muniment.model.tlp import Marking
from tests.cli.conftest import muniment

NOW = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "how-to" / "names.md"
PRINTED = re.compile(
    r"(<!-- printed by: tests/cli/test_same\.py -->\n\n```text\n)(.*?)(^```$)", re.MULTILINE | re.DOTALL
)
PROJECT = """\
project: {id: callisto, name: Project Callisto, marking: amber}
assets:
  pypi:lodestar: {status: official, reason: ours}
  github:org/callisto: {status: official, reason: ours}
parties:
  ada: {name: Ada Example, github-id: 900001, accounts: {github: ada-l, pypi: wren}}  # our first
  grace: {name: Grace Example, accounts: {pypi: grace}}
"""


def look(scope: str, kind: type[Evidence], *facts: Evidence) -> Batch:
    source = scope.partition(":")[0]
    return Batch(
        cell=Cell(source, scope, kind_id(kind)),
        vantage=frozenset({f"{source}:anonymous"}),
        outcome=Outcome.COLLECTED,
        observed_at=NOW,
        parser=f"{source}/1",
        marking=Marking(kind.marking),
        items=tuple(Item(fact.key, encode(fact)) for fact in facts),
    )


def roles(*accounts: str) -> Batch:
    return look("pypi:lodestar", PackageRole, *(PackageRole(account=name, role="Owner") for name in accounts))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A register, and a package that two accounts own which may both be Ada's and Grace's."""
    home = tmp_path / "my-register"
    (home / "evidence").mkdir(parents=True)
    (home / "project.yaml").write_text(PROJECT)
    batches = (
        roles("wren", "ada_l", "grace"),
        look("pypi:lodestar", PackageOwnership, PackageOwnership(organization="")),
        look("github:org/callisto", OrganizationMember, OrganizationMember(id=900001, login="ada-l", role="owner")),
    )
    (home / "evidence" / "recorded.jsonl").write_bytes(write(batches, made=NOW, by="tests"))
    run(home)
    return home


def run(home: Path) -> None:
    done = muniment("run", home, "--offline", "--out", home.parent / "out")
    assert done.returncode == 0, done.stderr


def called(*words: object) -> subprocess.CompletedProcess[str]:
    done = muniment(*words)
    assert done.returncode == 0, done.stderr
    return done


def asked(stderr: str) -> str:
    """What stands under the heading of proposals."""
    return stderr[stderr.index("May be one person") :] if "May be one person" in stderr else ""


def test_a_proposal_stands_under_its_own_heading_and_in_no_patch(home: Path) -> None:
    done = called("sync", home)
    assert done.stdout == ""
    assert asked(done.stderr).splitlines()[0].startswith("May be one person, for you to decide")
    for pattern in ("*", "same:*"):
        refused = muniment("sync", home, "--only", pattern)
        assert refused.returncode == 2 and refused.stdout == ""


def test_the_page_on_names_shows_what_the_program_prints(home: Path) -> None:
    told = asked(called("sync", home).stderr).replace(f"{NOW:%Y-%m-%d}", "2026-11-21")
    page = PAGE.read_text(encoding="utf-8")
    assert len(PRINTED.findall(page)) == 1
    assert PRINTED.search(page)[2] == told, f"write this into {PAGE.name}:\n{told}"  # type: ignore[index]


def test_what_somebody_accepts_is_a_patch_and_the_next_run_knows_one_person(home: Path) -> None:
    who = called("who", "pypi:lodestar", "-r", home)
    assert "3 people can publish this" in who.stdout
    assert "May be one person: ada and ada_l at PyPI (weak): pypi:ada_l" in who.stderr
    patch = called("sync", home, "--same", "ada=pypi:ada_l").stdout
    assert "accounts: {github: ada-l, pypi: [wren, ada_l]}}  # our first" in patch and "why: ada_l at PyPI" in patch
    done = subprocess.run(["git", "apply", "-"], cwd=home, input=patch.encode(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    run(home)
    assert not asked(called("sync", home).stderr)
    assert "2 people can publish this" in called("who", "pypi:lodestar", "-r", home).stdout
    assert "pypi:ada_l" in called("access", "ada", "-r", home).stdout


def test_who_is_told_apart_is_not_proposed_again_until_another_sign_turns_up(home: Path) -> None:
    words = ("sync", home, "--not-same", "ada=pypi:ada_l", "--by", "grace", "--reason", "asked Ada: not hers")
    shown = called(*words)
    assert "not-the-same" in shown.stdout + shown.stderr and not (home / "not-the-same.yaml").exists()
    called(*words, "--apply")
    written = (home / "not-the-same.yaml").read_text()
    example = re.search(r"```yaml\n(not-the-same:.*?)```", PAGE.read_text(), re.DOTALL)
    assert example is not None and written == example[1]
    assert not asked(called("sync", home).stderr)
    run(home)
    assert "ada_l" not in called("access", "ada", "-r", home).stderr
    text = (home / "project.yaml").read_text()
    (home / "project.yaml").write_text(text.replace("pypi: wren", "pypi: wren, npm: ada.l"))
    assert "ada=pypi:ada_l (weak)" in asked(called("sync", home).stderr)


def test_access_and_off_boarding_say_what_may_also_be_theirs(home: Path) -> None:
    told = called("access", "ada", "-r", home)
    assert "pypi:ada_l" not in told.stdout and "pypi:wren" in told.stdout
    assert "ada_l at PyPI may also be theirs (weak): pypi:ada_l (Owner of pypi:lodestar on" in told.stderr
    assert "ada may also be theirs" in called("access", "pypi:ada_l", "-r", home).stderr
    steps = called("access", "ada", "--off-boarding", "-r", home, "--format", "markdown").stdout
    assert "whether ada_l at PyPI is theirs as well" in steps.replace("\\", "")


def test_json_has_proposals_apart_from_changes(home: Path) -> None:
    told = json.loads(called("sync", home, "--format", "json").stdout)
    assert told["changes"] == []
    (one,) = told["may-be-one-person"]
    assert (one["proposal"], one["strength"], one["marking"]) == ("ada=pypi:ada_l", "weak", "TLP:AMBER")
    assert one["signs"][0]["sign"] == "spelling github:ada-l pypi:ada_l"


def test_a_proposal_that_nobody_makes_cannot_be_accepted_or_refused(home: Path) -> None:
    for words in (("--same", "ada=*"), ("--not-same", "grace=pypi:ada_l", "--by", "ada", "--reason", "no")):
        refused = muniment("sync", home, *words)
        assert refused.returncode == 2 and "nobody proposes" in refused.stderr
    refused = muniment("sync", home, "--not-same", "ada=pypi:ada_l")
    assert refused.returncode == 2 and "--by and --reason" in refused.stderr


def test_what_only_members_see_is_not_written_into_a_register_that_everybody_reads(home: Path) -> None:
    later = NOW + timedelta(hours=1)
    ada, other = (OrganizationMember(id=n, login=login) for n, login in ((900001, "ada-l"), (900777, "adal")))
    seen = replace(look("github:org/callisto", OrganizationMember, ada, other), observed_at=later)
    (home / "evidence" / "later.jsonl").write_bytes(write([seen], made=later, by="tests"))
    run(home)
    project = home / "project.yaml"
    words = ("--by", "grace", "--reason", "two people", "--apply")
    project.write_text(PROJECT.replace("marking: amber", "marking: clear"))
    refused = muniment("sync", home, "--not-same", "ada=github-id:900777", *words)
    assert refused.returncode == 2 and "what shows it is TLP:AMBER" in refused.stderr
    assert not (home / "not-the-same.yaml").exists()
    called("sync", home, "--not-same", "ada=pypi:ada_l", *words)
    assert "pypi:ada_l" in (home / "not-the-same.yaml").read_text()
    project.write_text(PROJECT)
    called("sync", home, "--not-same", "ada=github-id:900777", *words)
    assert "github-id:900777" in (home / "not-the-same.yaml").read_text()
