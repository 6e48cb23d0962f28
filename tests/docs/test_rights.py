"""What how-to/inactive-accounts.md and how-to/council-rights.md show is done here, on a simulated GitHub."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from muniment.checks.declaration import checks
from muniment.register.reading import read
from tests.docs.test_campaign import lines, typed

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("how-to/inactive-accounts.md", "how-to/council-rights.md")


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each line of both pages prints; the look that both begin with is taken once."""
    place = tmp_path_factory.mktemp("rights")
    shown: dict[str, str] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        typed("cp -r examples/demo my-demo", place)
        for page in PAGES:
            for line in lines(page):
                if line not in shown:
                    shown[line] = typed(line, place)
    return shown


def test_the_pages_say_what_is_so(said: dict[str, str]) -> None:
    matrix = said["muniment council -r my-demo"]
    assert "TLP:AMBER" in matrix and "could grant: " in matrix and "cannot tell" in matrix
    harbour = said["muniment council -r my-demo --org callisto-harbour --format markdown"]
    assert "| callisto-harbour | ada | owner | yes | yes | yes | yes |" in harbour
    assert "callisto-beacon" not in harbour
    assert "observed: " in said["muniment council -r my-demo --two-factor"]
    told = json.loads(said["muniment council -r my-demo --format json"])
    assert told["marking"].startswith("TLP:AMBER")
    assert {row["person"] for row in told["rights"]} == {"ada", "noor"}
    told_of = said["muniment access github:ada-l -r my-demo"]
    assert re.search(r"^(Active|Inactive|Cannot tell): ", told_of, flags=re.MULTILINE)


@pytest.mark.parametrize("page", PAGES)
def test_the_yaml_of_the_pages_is_a_register(page: str, tmp_path: Path) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", text, flags=re.DOTALL)
    head = "project: {id: callisto, name: Project Callisto}\n"
    (tmp_path / "first.yaml").write_text(head, encoding="utf-8")
    for number, block in enumerate(blocks):
        more = "  ada: {name: Ada Example}\n" if "parties:" in block else ""
        (tmp_path / f"part-{number}.yaml").write_text(block + more, encoding="utf-8")
    assert read(tmp_path, checks=frozenset(checks())).project == "callisto"
