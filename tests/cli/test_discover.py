"""From nothing to a first run: a register written out of what is there, and what is left to ask."""

from __future__ import annotations

import os
import re
import shlex
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from muniment.collectors.addresses import configured
from muniment.testing.github.dozen import NAMES, dozen
from muniment.testing.github.faults import FAULTS, Aim
from muniment.testing.github.federated import NOBODY, PROPERTY, SUBPROJECTS, federated, published
from muniment.testing.github.made import Made
from muniment.testing.github.server import SimulatedGithub
from muniment.testing.registries import Registries, registries
from tests.cli.conftest import muniment

LINES = 150
REQUESTS = 102 + 20
"""What a run asks of such a world beside private reporting, and a page of properties for each organization."""


class Desk:
    """Where somebody sits, with GitHub and the registries in reach, and a token of a made-up person."""

    def __init__(self, at: Path, made: Made, github: SimulatedGithub, found: Registries | None, who: str) -> None:
        self.home = at / "reg"
        self.at = at
        self.made = made
        self.github = github
        self.found = found
        self.environment = {
            "HOME": str(at),
            "XDG_CONFIG_HOME": str(at / ".config"),
            "GITHUB_API_URL": github.api,
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            "COLUMNS": "120",
        } | (found.environment() | {"NO_PROXY": "127.0.0.1"} if found is not None else {})
        if who:
            self.environment["MUNIMENT_GITHUB_TOKEN"] = made.tokens[who]

    def discover(self, *words: object, orgs: Sequence[str] = (), code: int = 0) -> str:
        """What the command said on stderr."""
        named = orgs or [o.login for o in self.made.world.organizations]
        more = [word for org in named for word in ("--org", org)]
        return self.muniment("init", self.home, "--discover", *more, *words, code=code)[1]

    def muniment(self, *words: object, code: int = 0) -> tuple[str, str]:
        done = muniment(*words, cwd=self.at, more=self.environment)
        assert done.returncode == code, done.stderr
        return done.stdout, done.stderr

    @property
    def text(self) -> str:
        return "".join(file.read_text(encoding="utf-8") for file in sorted(self.home.glob("*.yaml")))


def desk(at: Path, made: Made, faults: Sequence[Aim] = (), who: str = "ada") -> Iterator[Desk]:
    with (
        SimulatedGithub(made.world, faults=list(faults), clock=lambda: datetime.now(UTC)) as github,
        registries(*published(made.world)) as found,
    ):
        yield Desk(at, made, github, found, who)
        assert not github.writes


@pytest.fixture
def few(tmp_path: Path) -> Iterator[Desk]:
    yield from desk(tmp_path, federated(5, 12, 4))


def test_twenty_organizations_of_fifty_repositories_are_few_lines_and_few_requests(tmp_path: Path) -> None:
    for sat in desk(tmp_path, federated(members=5)):
        heard = sat.discover("--owner-property", PROPERTY, "--live", 1000)
        asked = sat.github.requests
        assert len(sat.text.splitlines()) <= LINES, "every line of every YAML file counts"
        assert len(asked) <= REQUESTS
        assert not [s.path for s in asked if re.search("reporting|members|private|actions|rulesets", s.path)]
        assert "Saw 20 of 20 organizations in full" in heard
        assert all(f"where: {{{PROPERTY}: {name}}}" in sat.text for name in SUBPROJECTS)
        assert "strangers-example" in sat.text, "a package that may be a stranger's is an exception"
        assert 3 <= len(re.findall(r"^ *\d+\. .*", heard, flags=re.MULTILINE)) <= 8
        _no_secret_was_told(sat, heard)


def test_from_nothing_to_a_first_run(few: Desk) -> None:
    began = time.monotonic()
    heard = few.discover("--owner-property", PROPERTY, "--live", 100)
    out, _ = few.muniment("run", few.home, "--out", few.at / "out", "--live", 5)
    assert time.monotonic() - began < 600
    assert re.search(r"^[1-9]\d* open findings", out, flags=re.MULTILINE)
    assert re.search(r"^[1-9]\d* live, [1-9]\d* recorded, 0 unreachable", out, flags=re.MULTILINE)
    assert "Charts" in out
    assert (few.at / "out" / "council" / "index.html").is_file()
    _no_secret_was_told(few, heard)


def _no_secret_was_told(sat: Desk, told: str) -> None:
    """Neither a private repository, nor a fork in which an advisory is mended, nor a person."""
    told += sat.text
    hidden = [
        r.name
        for o in sat.made.world.organizations
        for r in o.repositories
        if not r.public or "-ghsa-" in r.name or "-undisclosed-" in r.name
    ]
    assert hidden
    assert not [name for name in hidden if name in told]
    assert not [p.login for p in sat.made.world.people if p.login in sat.text]


def test_a_register_that_is_there_is_not_discovered_again(few: Desk) -> None:
    few.discover("--live", 0, "-q")
    before = few.text
    heard = few.discover(code=2)
    assert "exists already" in heard
    assert "muniment sync" in heard
    assert few.text == before


def test_without_the_yaml_files_the_same_directory_is_discovered_anew(few: Desk) -> None:
    """The first question about the owner property asks for this."""
    few.discover("--live", 5, "-q")
    for file in few.home.glob("*.yaml"):
        file.unlink()
    few.discover("--live", 5, "--owner-property", PROPERTY, "-q")
    assert f"where: {{{PROPERTY}:" in few.text
    for file in few.home.glob("*.yaml"):
        file.unlink()
    (few.home / ".gitignore").write_text("notes\n")
    assert ".gitignore exists already" in few.discover(code=2)
    assert (few.home / ".gitignore").read_text() == "notes\n"


def test_verbose_names_everything_that_a_question_is_about(tmp_path: Path) -> None:
    for sat in desk(tmp_path, federated(2, 50, 3)):
        short = sat.discover("--live", 1)
        assert re.search(r"does not state it: .* and \d+ more$", short, re.MULTILINE)
        for file in sat.home.glob("*.yaml"):
            file.unlink()
        whole = sat.discover("--live", 1, "-v")
        (line,) = [line for line in whole.splitlines() if "does not state it: " in line]
        assert " more" not in line
        assert line.count(",") > 6


def test_what_was_discovered_is_declared_in_the_same_run(few: Desk) -> None:
    """So that the first look already knows what the register says."""
    few.discover("--live", 100, "--owner-property", PROPERTY)
    org = few.made.world.organizations[0]
    out, _ = few.muniment("explain", f"github:repo/{org.login}/atlas", "-r", few.home)
    assert "discovered.yaml" in out


def test_packages_are_asked_about_in_turn_and_no_more_than_the_ration(few: Desk) -> None:
    heard = few.discover("--live", 5)
    assert "Not asked about" in heard
    assert few.found is not None
    packages = {re.split("/(?:pypi|simple|npm)/", request.path)[1].split("/")[0] for request in few.found.asked}
    assert len(packages) == 5
    assert all(any(o.login in package for package in packages) for o in few.made.world.organizations)


def test_an_organization_that_does_not_answer_is_asked_about(tmp_path: Path) -> None:
    made = federated(2, 4, 3)
    for sat in desk(tmp_path, made, [Aim(fault=FAULTS["forbidden"], path="/graphql")]):
        heard = sat.discover()
        (question,) = [line for line in heard.splitlines() if "Who may look?" in line]
        assert all(o.login in question and o.login in sat.text for o in made.world.organizations)
        assert "status: unclear" not in sat.text, "that nobody answered says nothing of what is there"


def test_a_name_that_github_does_not_know_is_unclear(few: Desk) -> None:
    org = few.made.world.organizations[0].login
    heard = few.discover("--live", 1, orgs=[org, "callisto-nowhere"])
    assert "Is the name right?" in heard
    assert "github:org/callisto-nowhere: {status: unclear" in few.text
    few.muniment("plan", few.home)


def test_an_organization_that_was_renamed_is_asked_about_and_not_followed(tmp_path: Path) -> None:
    made = federated(1, 4, 3)
    made.world.organizations[0].former_logins = {"callisto-old"}
    for sat in desk(tmp_path, made):
        heard = sat.discover(orgs=["callisto-old"])
        assert "github:org/callisto-old: {status: unclear" in sat.text
        assert "rules:" not in sat.text
        assert "it is 'unclear': callisto-old" in heard


def test_who_may_not_see_the_properties_gets_no_rule_by_them(tmp_path: Path) -> None:
    for sat in desk(tmp_path, federated(2, 6, 3), who="dora"):
        heard = sat.discover("--owner-property", PROPERTY)
        assert "Who may see the properties there?" in heard
        assert not [name for name in SUBPROJECTS if name in sat.text]


def test_a_clear_register_holds_nothing_that_is_amber(few: Desk) -> None:
    heard = few.discover("--marking", "clear", "--live", 1, "--owner-property", PROPERTY)
    assert "marking: clear" in few.text
    assert heard.count("TLP:CLEAR") == 1
    assert not [s.path for s in few.github.requests if "/properties/" in s.path]
    assert not [name for name in (*SUBPROJECTS, NOBODY) if name in few.text + heard]


def test_documents_properties_and_lists_come_together(few: Desk) -> None:
    org = few.made.world.organizations[2].login
    (few.at / "subprojects.md").write_text(
        "# Subprojects\n\n"
        + "".join(f"- [{name}](https://github.com/{org}/{name.lower()}-docs)\n" for name in SUBPROJECTS)
    )
    (few.at / "list.txt").write_text(f"{org}/bell\nhttps://github.com/{org}/lost\nsomething\n")
    heard = few.discover("--from-governance", "subprojects.md", "--list", "list.txt", "--live", 0, orgs=[org])
    assert "On a list, and not found" in heard
    assert "something (list.txt:3)" in heard
    assert "https://github.com/callisto" in heard
    assert "# subprojects.md:3" in few.text
    few.muniment("plan", few.home)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--discover",), "nothing is named"),
        (("--org", "callisto"), "--org goes with --discover"),
        (("--discover", "--org", "not a name"), "not a name"),
        (("--discover", "--org", "https://github.com/callisto"), "the name alone: --org NAME"),
        (("--discover", "--org", "callisto", "--list", "gone.txt"), "gone.txt:1"),
        (("--discover", "--org", "callisto", "--recorded", "gone.jsonl"), "gone.jsonl"),
        (("--discover", "--org", "callisto", "list.txt"), "one argument too many"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_asked(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    done = muniment("init", tmp_path / "reg", *words, cwd=tmp_path, more={"GITHUB_API_URL": "http://127.0.0.1:9"})
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "reg").exists()


HOWTO = Path(__file__).parents[2] / "docs" / "how-to" / "discover.md"
SHOWN = re.compile(
    r"(<!-- the (?:conversation|register) -->\n\n```(?:text|yaml)\n)(.*?)^```$", re.MULTILINE | re.DOTALL
)


def test_what_the_howto_shows_is_what_is_said_and_written(tmp_path: Path) -> None:
    """Renewed with ``UPDATE_GOLDEN=1``; the day is whichever it was."""
    page = HOWTO.read_text(encoding="utf-8")
    command = re.search(r"^```sh\nmuniment (init .*?)^```", page, re.MULTILINE | re.DOTALL)
    assert command
    for sat in desk(tmp_path, federated()):
        _, heard = sat.muniment(*shlex.split(command[1].replace("\\\n", " ")))
        made = (tmp_path / "callisto-register" / "discovered.yaml").read_text(encoding="utf-8")
    now = [heard, made.split("\n", 1)[1]]
    if os.environ.get("UPDATE_GOLDEN"):
        renewed = iter(now)
        page = SHOWN.sub(lambda match: f"{match[1]}{next(renewed)}```", page)
        HOWTO.write_text(page, encoding="utf-8")
    shown = [match[2] for match in SHOWN.finditer(page)]
    assert [_undated(text) for text in shown] == [_undated(text) for text in now]


def _undated(text: str) -> str:
    return re.sub(r"20\d\d-\d\d-\d\d", "DAY", text)


def test_a_dozen_names_at_the_real_registries(tmp_path: Path) -> None:
    """Skipped where they are out of reach. Which names lead back is theirs to change, so only the sum is held."""
    made = dozen()
    if not _in_reach():
        pytest.skip("the registries that pip and npm are configured to use do not answer")
    with SimulatedGithub(made.world, clock=lambda: datetime.now(UTC)) as github:
        sat = Desk(tmp_path, made, github, None, "ada")
        heard = sat.discover(orgs=list(NAMES))
        assert "12 packages are named by manifests" in heard
        assert "packages: true" in sat.text, "not one of a dozen well-known names led back"


def _in_reach() -> bool:
    import httpx2

    public = configured().public
    try:
        return all(
            httpx2.get(url, timeout=5, follow_redirects=True).status_code == 200
            for url in (f"{public.simple}/traitlets/", f"{public.npm}/configurable-http-proxy")
        )
    except (httpx2.HTTPError, OSError):
        return False


assert os.environ.get("GITHUB_TOKEN") is None, "this machine's own credential would be used"
