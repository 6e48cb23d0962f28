"""``collect --clones`` reads local clones: what it saw is in the database, and nothing of it is handed over."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from muniment.cli import cli
from muniment.evidence.commit_claim import CommitClaim
from muniment.evidence.kind import decoder
from muniment.model.observation import Cell
from muniment.stores.opening import open_store
from tests.collectors.test_git_history import commit, git

REGISTER = """\
project: {id: callisto, name: Project Callisto}
assets:
  github:repo/callisto/core: {status: official, reason: made up for a test}
parties:
  kofi: {name: Kofi Example, accounts: {email: kofi@people.example}}
"""


@pytest.fixture
def register(tmp_path: Path) -> Path:
    place = tmp_path / "register"
    place.mkdir()
    (place / "project.yaml").write_text(REGISTER)
    for name in ("core", "strange"):
        clone = tmp_path / "clones" / "callisto" / name
        clone.mkdir(parents=True)
        git(clone, "init", "-q", "-b", "main")
        commit(clone, "kofi@people.example", datetime(2026, 2, 9, tzinfo=UTC))
        commit(clone, "stranger@people.example", datetime(2026, 3, 9, tzinfo=UTC))
    return place


def collect(register: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["collect", str(register), "--offline", *words])


def test_clones_are_read_where_they_lie(register: Path) -> None:
    done = collect(register, "--clones", str(register.parent / "clones"))
    assert done.exit_code == 0, f"{done.output} {done.exception!r}"
    assert "git × github:repo/callisto/core × commit-claim\tcollected\t+1 -0" in done.stdout
    assert "1 of no repository that is known here" in done.stderr
    store = open_store(str(register / "muniment.sqlite"))
    (record,) = [r for r in store.cells() if r.cell == Cell("git", "github:repo/callisto/core", "commit-claim")]
    facts = [decoder(CommitClaim).decode(payload) for _, payload in record.facts]
    store.close()
    assert facts == [CommitClaim(handle="kofi", month=date(2026, 2, 1))]
    assert b"stranger" not in (register / "muniment.sqlite").read_bytes()


def test_a_folder_without_a_clone_that_is_known_is_a_mistake_and_no_silence(register: Path, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    done = collect(register, "--clones", str(tmp_path / "none"))
    assert done.exit_code != 0 and "holds no clone" in str(done.exception) + done.output


def test_what_clones_tell_of_people_is_not_handed_over(register: Path, tmp_path: Path) -> None:
    done = collect(register, "--clones", str(register.parent / "clones"), "--to", str(tmp_path / "out.jsonl"))
    assert done.exit_code != 0 and not (tmp_path / "out.jsonl").exists()
