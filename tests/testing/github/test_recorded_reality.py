"""Real answers that others recorded, where they are at hand; and how recordings are read, on made-up ones."""

from __future__ import annotations

import importlib.util
import io
import json
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARK = Path(__file__).parents[3] / "benchmarks" / "recorded_reality.py"
DATE = "Sat, 04 Jan 2025 14:03:14 GMT"


@pytest.fixture(scope="module")
def reality() -> ModuleType:
    spec = importlib.util.spec_from_file_location("recorded_reality", BENCHMARK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def archive(folder: Path, files: Mapping[str, str]) -> None:
    with tarfile.open(folder / "client-1.0.tar.gz", "w:gz") as package:
        for name, text in files.items():
            member = tarfile.TarInfo(f"client-1.0/tests/{name}")
            member.size = len(text.encode())
            package.addfile(member, io.BytesIO(text.encode()))


def replay(path: str, body: object, status: int = 200, date: str = DATE) -> str:
    """An exchange in the form that PyGithub records."""
    headers = [("Date", date), ("X-OAuth-Scopes", "read:org")]
    lines = [
        "https",
        "GET",
        "api.github.com",
        "None",
        path,
        "{}",
        "None",
        str(status),
        str(headers),
        json.dumps(body),
    ]
    return "\n".join([*lines, "", ""])


def tape(path: str, body: object) -> str:
    """An exchange in the form that github3.py records."""
    asked = {"method": "GET", "uri": f"https://api.github.com{path}"}
    told = {"headers": {"Date": [DATE]}, "status": {"code": 200}, "body": {"string": json.dumps(body)}}
    return json.dumps({"http_interactions": [{"request": asked, "response": told}]})


def test_recordings_of_both_forms_are_read_and_only_described_ones_since_2023_judged(
    reality: ModuleType, tmp_path: Path
) -> None:
    moon = {"login": "moon", "id": 7, "name": None, "blog": None}
    archive(
        tmp_path,
        {
            "ReplayData/A.txt": replay("/orgs/moon?x=1", moon) + replay("/orgs/nix", {"message": "Not Found"}, 404),
            "ReplayData/B.txt": replay("/orgs/moon", moon, date="Sat, 04 Jan 2020 14:03:14 GMT"),
            "ReplayData/C.txt": replay("/gists/1", {}),
            "cassettes/D.json": tape("/user", {"login": "ada-example", "id": 9}),
        },
    )
    judged = list(reality.judge(reality.recordings(tmp_path)))
    assert [(j.recorded.file, j.operation, j.reader, j.refused) for j in judged] == [
        ("A.txt", "orgs/get", "organization", ""),
        ("A.txt", "orgs/get", "refusal", ""),
        ("D.json", "users/get-authenticated", "person", ""),
    ]
    assert any("is a required property" in drift for drift in judged[0].drift)


def test_an_answer_that_a_reader_refuses_is_told(reality: ModuleType, tmp_path: Path) -> None:
    archive(tmp_path, {"ReplayData/A.txt": replay("/orgs/moon", {"login": "moon", "id": "seven"})})
    lines = list(reality.table(reality.judge(reality.recordings(tmp_path))))
    assert any(line.startswith("refused: orgs/get in A.txt: ") for line in lines)
    assert any(line.startswith("| orgs/get | 1 | organization | 0 | 1 |") for line in lines)


def test_our_readers_accept_every_recorded_answer_of_github(reality: ModuleType) -> None:
    """Runs where the two source distributions are: ``python benchmarks/recorded_reality.py`` fetches them."""
    folder = reality.folder()
    if len(list(folder.glob("*.tar.gz"))) < len(reality.PACKAGES):
        pytest.skip("no recordings at hand: run benchmarks/recorded_reality.py, or set MUNIMENT_RECORDED")
    judged = list(reality.judge(reality.recordings(folder)))
    assert len(judged) > 150
    assert [(j.operation, j.recorded.file, j.refused) for j in judged if j.refused] == []
    assert {j.operation for j in judged if j.reader} >= set(reality.READERS)
