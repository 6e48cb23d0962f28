"""The commands from end to end against the simulated GitHub, with each kind of credential. No real network."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from muniment.testing.github.callisto import demo
from muniment.testing.github.faults import Aim, Fault, Scene, Wire
from muniment.testing.github.made import Made
from muniment.testing.github.server import Served, SimulatedGithub
from tests.cli.conftest import muniment

REGISTER = """\
project: {id: callisto, name: Project Callisto, marking: clear}
subprojects:
  harbour: {name: Harbour}
assets:
  github:org/callisto: {status: official, reason: made up, subproject: harbour}
  github:org/callisto-harbour: {status: official, reason: made up}
  github:org/callisto-beacon: {status: official, reason: made up}
"""
ORGANIZATIONS = ("callisto", "callisto-beacon", "callisto-harbour")


class Desk:
    """Where somebody sits: a register, a home directory, and GitHub in reach."""

    def __init__(self, at: Path, github: SimulatedGithub, made: Made) -> None:
        self.at = at
        self.github = github
        self.made = made
        self.register = at / "register"
        self.register.mkdir()
        (self.register / "project.yaml").write_text(REGISTER)
        self.home = at / "home"
        self.home.mkdir()
        self.token = ""
        self.heard = ""

    def holds(self, who: str) -> None:
        """From now on with the token of somebody of the made-up world."""
        self.token = self.made.tokens[who]

    def holds_the_app(self) -> None:
        """From now on with the App's key, in the file that is meant for it."""
        folder = self.home / ".config" / "muniment"
        folder.mkdir(parents=True)
        (folder / "app.pem").write_text(self.made.private_key)
        (folder / "app.pem").chmod(0o600)
        app = self.made.world.apps[0]
        (folder / "github.toml").write_text(
            f'[apps.security]\napp-id = {app.id}\nprivate-key-file = "{folder / "app.pem"}"\n'
        )
        (folder / "github.toml").chmod(0o600)

    def muniment(self, *words: object) -> tuple[int, str, str]:
        """Exit code, stdout and stderr."""
        more = {
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / ".config"),
            "GITHUB_API_URL": self.github.api,
            "NO_PROXY": "127.0.0.1",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            "COLUMNS": "120",
        } | ({"MUNIMENT_GITHUB_TOKEN": self.token} if self.token else {})
        for name in ("GH_TOKEN", "GITHUB_TOKEN"):
            assert name not in os.environ, "this machine's own credential would be used"
        done = muniment(*words, cwd=self.at, more=more)
        self.heard += done.stdout + done.stderr
        return done.returncode, done.stdout, done.stderr

    def run(self, *words: object) -> tuple[int, str, str]:
        return self.muniment("run", self.register, "--out", self.at / "out", *words)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = demo()
    with SimulatedGithub(made.world, clock=lambda: datetime.now(UTC)) as github:
        sat = Desk(tmp_path, github, made)
        yield sat
        assert not github.writes
    for secret in (*made.tokens.values(), *made.private_key.splitlines()[1:-1]):
        assert secret not in sat.heard, "a secret was told"
    hidden = [r.name for o in made.world.organizations for r in o.repositories if not r.public]
    assert hidden
    told = sat.heard + "".join(p.read_text(errors="replace") for p in (tmp_path / "out").rglob("*") if p.is_file())
    assert not [name for name in hidden if name in told], "a private repository was told of"


def requests(text: str) -> tuple[int, ...]:
    """The numbers of the line on GitHub: requests, unchanged, points, GraphQL's points."""
    (line,) = (line for line in text.splitlines() if line.startswith("GitHub: ") and "requests" in line)
    return tuple(int(word) for word in line.replace(",", " ").replace(";", " ").split() if word.isdigit())


def test_a_run_says_what_it_cost_and_the_next_one_costs_less(desk: Desk) -> None:
    desk.holds("ada")
    code, out, err = desk.run()
    assert code == 0, err
    assert "3 live, 0 recorded, 0 unreachable" in out
    first = requests(err)
    unchanged = sum(request.status == 304 for request in desk.github.requests)
    assert first[:2] == (len(desk.github.requests), unchanged), "a list that two collectors read is read once"
    assert (first[2], first[3]) == (desk.github.points.rest, desk.github.points.graphql)
    code, out, err = desk.run()
    assert code == 0, err
    second = requests(err)
    assert second[1] > 0 and second[2] == second[0] - second[1] - graphql_questions(desk, first[0])


def graphql_questions(desk: Desk, after: int) -> int:
    return sum(request.is_graphql for request in desk.github.requests[after:])


def test_without_a_credential_a_run_says_so_in_one_line(desk: Desk) -> None:
    code, out, err = desk.run()
    assert code == 3, err
    assert "no credential is here to ask with, and no evidence was kept" in err
    assert err.count("GitHub: no credential here, so 3 organizations were not asked: muniment doctor") == 1
    assert "0 live, 0 recorded, 0 unreachable" in out
    assert desk.github.requests == []


def test_with_a_credential_that_github_refuses_a_run_says_so_and_judges_by_what_is_kept(desk: Desk) -> None:
    line = "GitHub refused to tell anything, so 3 organizations were asked in vain: muniment doctor"
    desk.token = "ghp_" + "a" * 36
    code, out, err = desk.run()
    assert code == 3, err
    assert err.count(line) == 1 and "no source told anything, and no evidence was kept" in err
    assert "0 live, 0 recorded, 3 unreachable" in out
    desk.holds("ada")
    code, _, err = desk.run()
    assert code == 0, err
    assert "refused" not in err
    desk.token = "ghp_" + "a" * 36
    code, out, err = desk.run()
    assert code == 0, err
    assert err.count(line) == 1
    assert "3 recorded" in out and "3 asked in vain" in out


def test_where_github_tells_something_a_run_does_not_say_that_it_refused_to_tell_anything(desk: Desk) -> None:
    """An enterprise is shown to its owners alone."""
    file = desk.register / "project.yaml"
    file.write_text(
        f"{file.read_text()}  github:enterprise/callisto-foundation: {{status: official, reason: made up}}\n"
    )
    desk.holds("grace")
    code, _, err = desk.run()
    assert code == 0, err
    assert "refused to tell" not in err


def test_without_a_credential_what_was_collected_before_is_judged(desk: Desk) -> None:
    desk.holds("ada")
    assert desk.run()[0] == 0
    desk.token = ""
    code, out, err = desk.run()
    assert code == 0, err
    assert "0 live, 3 recorded, 0 unreachable" in out


def test_offline_the_doctor_does_not_say_that_anybody_was_silent(desk: Desk) -> None:
    desk.holds("ada")
    code, out, err = desk.muniment("doctor", desk.register, "--offline")
    assert code == 0, err
    assert out.startswith("3 organizations: not asked")
    assert "did not answer" not in out and "blind" not in out
    assert desk.github.requests == []


@pytest.mark.parametrize(
    ("who", "line"),
    [
        ("ada", "3 organizations: owner in "),
        ("grace", "3 organizations: owner in 0, member in "),
        ("noor", "3 organizations: owner in 0, member in 0, some rights in 1, blind in 2"),
        ("the app", "3 organizations: owner in 0, member in 0, some rights in 2, blind in 1"),
        ("guest", "3 organizations: owner in 0, member in 0, blind in 3"),
    ],
)
def test_the_doctor_says_first_how_far_a_credential_reaches(desk: Desk, who: str, line: str) -> None:
    desk.holds_the_app() if who == "the app" else desk.holds(who)
    code, out, err = desk.muniment("doctor", desk.register)
    assert code == 0, err
    assert out.startswith(line)
    assert "TLP:AMBER" in out
    for organization in ORGANIZATIONS:
        assert f"github:org/{organization}" in out
    if who != "ada":
        assert "needs " in out and "ask " in out, "who could grant what is lacking"
    code, out, _ = desk.muniment("doctor", desk.register, "--format", "json")
    told: dict[str, Any] = json.loads(out)
    assert told["marking"] == "TLP:AMBER" and told["credentials"]
    assert {row["organization"] for row in told["rows"]} >= {f"github:org/{o}" for o in ORGANIZATIONS}


def test_the_doctor_says_that_github_knows_no_organization_of_a_name(desk: Desk) -> None:
    desk.holds("ada")
    code, out, err = desk.muniment("doctor", desk.register, "--org", "callisto-typo")
    assert code == 0, err
    assert out.splitlines()[0] == "1 organization: owner in 0, member in 0, blind in 1 (1 unknown to GitHub)"
    assert "needs an organization of this name, and GitHub knows none" in " ".join(out.split())
    assert "organization-settings" not in out


def test_the_doctor_sees_what_a_run_would_collect(desk: Desk) -> None:
    desk.holds("grace")
    _, out, _ = desk.muniment("doctor", desk.register, "--format", "json")
    foretold = {(r["organization"], r["datum"]): r["seen"] for r in json.loads(out)["rows"]}
    assert desk.run()[0] == 0
    from muniment.stores.opening import open_store

    store = open_store(str(desk.register / "muniment.sqlite"), create=False)
    seen = {(c.cell.scope, c.cell.kind): c for c in store.cells() if c.cell.source == "github"}
    store.close()
    compared = 0
    for key, sees in foretold.items():
        listed = (
            key[1] == "private-repository"
        )  # a fork for an advisory that was listed publicly is taken there too
        if key in seen and sees != "untried" and not listed:
            compared += 1
            assert seen[key].latest.observes is (sees != "none"), (key, sees, seen[key].latest)
    assert compared >= 9


def test_the_doctor_teaches_somebody_without_a_credential_in_five_lines(desk: Desk) -> None:
    code, out, err = desk.muniment("doctor", desk.register)
    assert code == 0
    assert out.startswith("3 organizations: owner in 0, member in 0, blind in 3")
    assert len([line for line in err.splitlines() if line.startswith("  ")]) == 5
    assert desk.muniment("doctor", desk.register, "--strict")[0] == 4


def test_of_a_credential_that_github_refuses_the_doctor_asks_for_a_new_one_and_not_for_an_owner(desk: Desk) -> None:
    desk.token = "ghp_" + "a" * 36
    code, out, err = desk.muniment("doctor", desk.register)
    assert code == 0, err
    first = "3 organizations: owner in 0, member in 0, blind in 3 (3 with no credential that GitHub accepts)"
    assert out.splitlines()[0] == first
    assert "GitHub refused it: it is wrong, has ended or was withdrawn" in " ".join(out.split())
    assert "ask whoever keeps the credential here" in " ".join(out.split())
    assert "owner of the organization" not in out and "did not answer" not in out
    assert err.splitlines()[:2] == [
        "GitHub accepts no credential that is here, so its organizations cannot be asked about.",
        "To make one that can only read:",
    ]
    assert "no source told anything" not in err, "it was answered: with a refusal"
    assert desk.muniment("doctor", desk.register, "--strict")[0] == 4


def test_a_found_repository_is_asked_about_by_its_name_once_it_was_listed(desk: Desk, tmp_path: Path) -> None:
    desk.holds("ada")
    ours = next(o for o in desk.made.world.organizations if o.login.lower() == "callisto")
    name = next(r.name for r in ours.repositories if r.public and not r.archived_at)
    words = ("collect", desk.register, "--asset", f"github:repo/callisto/{name}")
    code, _, err = desk.muniment(*words)
    assert code == 2 and "there is no asset in the register: " in err
    assert not (desk.register / "muniment.sqlite").exists() and desk.github.requests == []
    assert desk.run()[0] == 0
    code, out, err = desk.muniment(*words)
    assert code == 0, err
    assert f"github:repo/callisto/{name} × github-repository" in out
    code, _, err = desk.muniment(*words, "--to", tmp_path / "one.jsonl")
    assert code == 0, err
    lines = (tmp_path / "one.jsonl").read_text().splitlines()[1:]
    assert {json.loads(line)["scope"] for line in lines} == {f"github:repo/callisto/{name}".lower()}


def test_an_owner_without_a_register_hands_over_what_a_stranger_then_knows(desk: Desk, tmp_path: Path) -> None:
    desk.holds("ada")
    bundle = tmp_path / "callisto.jsonl"
    code, _, err = desk.muniment("collect", "--org", "callisto", "--to", bundle)
    assert code == 0, err
    assert "private repositories was left out" in err
    text = bundle.read_text()
    assert '"kind":"private-repository"' not in text
    desk.heard += text
    assert {json.loads(line)["scope"].split("/")[1] for line in text.splitlines()[1:]} == {"callisto"}

    desk.holds("guest")
    code, _, err = desk.muniment("collect", desk.register, "--from", bundle)
    assert code == 0, err
    code, out, err = desk.muniment("who", "github:org/callisto", "-r", desk.register, "--format", "json")
    assert code == 0, err
    assert any(row["role"] == "owner" for row in json.loads(out)["rows"])


def test_an_organization_that_is_not_there_is_told_to_whoever_misspelt_it(desk: Desk, tmp_path: Path) -> None:
    desk.holds("ada")
    bundle = tmp_path / "calisto.jsonl"
    code, _, err = desk.muniment("collect", "--org", "calisto", "--to", bundle)
    assert code == 0, err
    assert "github:org/calisto does not exist, and the bundle says so: is the name right?" in err
    batches = [json.loads(line) for line in bundle.read_text().splitlines()[1:]]
    assert {b["outcome"] for b in batches if b["source"] == "github"} == {"absent"}
    beside = {b["outcome"] for b in batches if b["source"] != "github"}
    assert beside == {"denied", "unobservable"}, "whose the name is, one collector tells: the others saw nothing"
    assert "does not exist" not in desk.muniment("collect", "--org", "callisto", "--to", bundle)[2]


def test_somebody_without_a_register_is_told_that_a_bundle_is_what_they_want(desk: Desk) -> None:
    desk.holds("ada")
    (desk.at / "elsewhere").mkdir()
    code, _, err = desk.muniment("collect", desk.at / "elsewhere", "--org", "callisto")
    assert code == 2
    assert "--to FILE" in err
    assert desk.github.requests == []


def test_private_repositories_are_handed_over_on_request_and_make_the_bundle_red(
    desk: Desk, tmp_path: Path
) -> None:
    desk.holds("ada")
    code, _, err = desk.muniment("collect", "--org", "callisto", "--to", tmp_path / "red.jsonl", "--private")
    assert code == 0, err
    lines = (tmp_path / "red.jsonl").read_text().splitlines()
    assert json.loads(lines[0])["marking"]["level"] == "red"
    assert any('"kind":"private-repository"' in line for line in lines)


def test_a_plan_prices_organizations_in_a_row_each(desk: Desk) -> None:
    desk.holds("ada")
    code, out, err = desk.muniment("plan", desk.register)
    assert code == 0, err
    assert len([line for line in out.splitlines() if line.startswith("github ")]) == 3
    assert "at least" in err
    assert desk.github.requests == []
    ours = next(line for line in out.splitlines() if line.startswith("github-access "))
    numbers = re.findall(r"\(\d+\)", ours)
    legend = dict(re.findall(r"^(\(\d+\)) (.+)$", out, flags=re.MULTILINE))
    assert any("Custom organization roles: read" in legend[number] for number in numbers), "each right by its words"
    assert "muniment doctor" in err
    assert desk.run()[0] == 0
    asked = Counter(filter(None, map(of_the_base, desk.github.requests)))
    code, out, err = desk.muniment("plan", desk.register)
    assert code == 0, err
    rows = [line.split() for line in out.splitlines() if line.startswith("github")]
    base = [row for row in rows if row[0] == "github"]
    priced = {row[1].removeprefix("github:org/"): int(row[-1]) for row in base}
    assert asked.keys() == priced.keys()
    assert {login: priced[login] - asked[login] for login in priced} == {
        "callisto": 0,
        "callisto-beacon": 2,  # two things that its owners alone are told are not asked by somebody else
        "callisto-harbour": 0,
    }
    assert not any("least" in row for row in base)
    assert all(row[-3:-1] == ["at", "least"] for row in rows if row not in base), "what is answered decides"
    assert "at least" in err


def of_the_base(request: Served) -> str:
    """The login, if a request asks what an organization and its repositories are, not who may do what there."""
    if request.is_graphql:
        question = json.loads(request.body)
        base = any(f"query {name}(" in question["query"] for name in ("Organization", "PrivateRepositories"))
        return str(question["variables"]["login"]) if base else ""
    ends = ("/actions/permissions/workflow", "/properties/values", "/private-vulnerability-reporting")
    base = request.path.endswith(ends) or request.path.count("/") == 2
    return request.path.split("/")[2] if base else ""


# ---------------------------------------------------------------- verify-github

CANARY = "canary-4471"


def changed(path: str, name: str, change: Any) -> Aim:
    """A GitHub that has drifted: its JSON is put through a function."""

    def strike(scene: Scene) -> Wire:
        if scene.true.status != 200:
            return scene.true
        return msgspec.structs.replace(scene.true, body=json.dumps(change(json.loads(scene.true.body))).encode())

    return Aim(fault=Fault(name, "made up", strike), path=path)


def test_a_github_that_is_as_published_has_not_drifted(desk: Desk) -> None:
    desk.holds("ada")
    code, out, err = desk.muniment("verify-github", "--org", "callisto")
    assert code == 0, out + err
    assert "Every answer is as GitHub publishes it." in err
    for operation in ("orgs/get", "GraphQL Organization", "private-vulnerability-reporting"):
        assert operation in err


def drifted_rest(body: Any) -> Any:
    return body | {"id": CANARY, "login": 4471, "default_repository_permission": {CANARY: CANARY}}


def drifted_graphql(body: Any) -> Any:
    organization = (body.get("data") or {}).get("organization")
    if organization and "repositories" in organization and "login" in organization:
        organization["login"] = None
        organization["repositories"]["totalCount"] = CANARY
        for node in organization["repositories"]["nodes"]:
            node["visibility"] = CANARY.upper()
            node.pop("isFork", None)
    return body


def test_drift_is_told_by_paths_and_types_and_never_by_a_value(tmp_path: Path) -> None:
    made = demo()
    faults = [changed("/orgs/callisto", "rest", drifted_rest), changed("/graphql", "graphql", drifted_graphql)]
    with SimulatedGithub(made.world, faults=faults) as github:
        desk = Desk(tmp_path, github, made)
        desk.holds("ada")
        code, out, err = desk.muniment("verify-github", "--org", "callisto", "--format", "json")
    assert code == 1, err
    found = {(r["operation"], r["where"]) for r in json.loads(out)["rows"]}
    assert ("orgs/get", "200 /id") in found and ("orgs/get", "200 /login") in found
    for place in ("/organization/login", "/organization/repositories/totalCount"):
        assert ("GraphQL Organization", place) in found
    for name in ("visibility", "isFork"):
        assert ("GraphQL Organization", f"/organization/repositories/nodes/[]/{name}") in found
    world = made.world.organization("callisto")
    assert world is not None
    for word in (CANARY, CANARY.upper(), "4471", *(r.name for r in world.repositories), made.tokens["ada"]):
        assert word not in out + err.replace("callisto", "")


def test_an_organization_that_is_not_there_verifies_nothing(desk: Desk) -> None:
    desk.holds("ada")
    code, _, err = desk.muniment("verify-github", "--org", "calisto")
    assert code == 2
    assert "as GitHub publishes it" not in err
    assert "no organization of that name" in err


def test_verifying_needs_a_credential(desk: Desk) -> None:
    code, _, err = desk.muniment("verify-github", "--org", "callisto")
    assert code == 2
    assert "muniment doctor" in err
