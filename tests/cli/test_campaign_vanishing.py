"""From run to notify on a simulated GitHub where names change and things vanish, and where two commands meet."""

from __future__ import annotations

import csv
import json
import shutil
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from muniment.cli import cli
from muniment.model.errors import LeaseHeld, UsageError
from muniment.ports import Delivery, Fate
from muniment.stores.opening import open_store
from muniment.testing.github.faults import Aim, Fault, Scene, Wire
from muniment.testing.github.server import SimulatedGithub
from tests.actors.mail import MailServer, certificate
from tests.app.campaign.council import ALONE, ANCHOR, BEN, BOTH, GUEST, HUB, NAME, OTHER, account, made
from tests.cli.conftest import muniment

REGISTER = """\
project: {id: callisto, name: Project Callisto}
assets:
  github:org/callisto-anchor: {status: official, reason: made up}
  github:org/callisto-beacon: {status: official, reason: made up}
parties:
  ada: {name: Ada Example, accounts: {github: person-ada-example, email: ada@people.example}, github-id: 910001}
  ben: {name: Ben Example, accounts: {github: person-ben-example, email: ben@people.example}, github-id: 910002}
"""
EVERYBODY = {BEN, GUEST, ALONE, BOTH, OTHER}


class Desk:
    """Somebody who types commands, at a register of their own, with GitHub in reach."""

    def __init__(self, at: Path) -> None:
        self.at = at
        self.made = made()
        self.register = at / "register"
        self.file = self.register / "project.yaml"
        self.lists = at / "lists"
        self.environment = {
            "MUNIMENT_GITHUB_TOKEN": self.made.tokens["ada"],
            "MUNIMENT_REGISTER": str(self.register),
            "MUNIMENT_LISTS": str(self.lists),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            "NO_PROXY": "127.0.0.1",
            "HOME": str(at),
            "XDG_CONFIG_HOME": str(at),
        }

    def types(self, *words: str, **more: str) -> Result:
        return CliRunner().invoke(cli, [*words], env=self.environment | more)

    def runs(self, faults: Sequence[Aim] = ()) -> None:
        with SimulatedGithub(self.made.world, faults=faults, clock=lambda: datetime.now(UTC)) as github:
            done = self.types("run", str(self.register), "--out", str(self.at / "out"), GITHUB_API_URL=github.api)
        assert done.exit_code == 0, done.output

    def asks(self, *words: str) -> str:
        done = self.types("campaign", *words)
        assert done.exit_code == 0, f"{done.output} {done.exception!r}"
        return done.output

    def stands(self) -> dict[str, str]:
        told: dict[str, Any] = json.loads(self.types("campaign", "status", "--format", "json").stdout)
        return {s["subject"]: s["stands"] for s in told["subjects"]}

    def notified(self) -> list[str]:
        """The keys of everything that was ever sent, after what is due now was."""
        self.asks("notify", "--channel", "csv", "--apply")
        (file,) = self.lists.iterdir()
        store = open_store(str(self.register / "muniment.sqlite"))
        keys = [post.key for post in store.posted(NAME)]
        store.close()
        with file.open(newline="") as lines:
            assert sum(1 for _ in csv.reader(lines)) == len(keys) + 1, "each stands on the list once"
        return sorted(keys)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a campaign began, and everybody was told of it."""
    sat = Desk(tmp_path_factory.mktemp("begun"))
    sat.register.mkdir()
    sat.lists.mkdir()
    sat.file.write_text(REGISTER)
    sat.runs()
    sat.asks("start", "two-factor", "--by", "ada")
    assert sat.stands() == dict.fromkeys(EVERYBODY, "to-go")
    assert sat.notified() == sorted(f"{NAME}/{who}/announcement" for who in EVERYBODY)
    return sat.at


@pytest.fixture
def desk(begun: Path, tmp_path: Path) -> Desk:
    shutil.copytree(begun, tmp_path, dirs_exist_ok=True)
    return Desk(tmp_path)


def midway(what: Callable[[], None], nth: int) -> Aim:
    def change(scene: Scene) -> Wire:
        what()
        return scene.true

    return Aim(fault=Fault("the world goes on", "a test", change), nth=nth, times=1)


def test_an_organization_that_is_renamed_in_the_middle_of_a_run(desk: Desk) -> None:
    told = desk.notified()

    def renames() -> None:
        desk.made.world.organizations[0].login = "callisto-anchor-hub"

    desk.runs([midway(renames, 14)])
    assert set(desk.stands().values()) <= {"to-go", "cannot-see"} and desk.notified() == told
    desk.runs()
    assert desk.stands() == dict.fromkeys(EVERYBODY, "to-go") | {ALONE: "cannot-see"}
    for words in (["status"], ["status", "--people"]):
        assert "correct its line in the register" in " ".join(desk.asks(*words).split()), words
    assert "callisto-anchor: GitHub knows no organization of this name any more" in desk.asks("status")
    assert "(project.yaml:3)" in desk.asks("status")
    assert "0 messages" in desk.asks("preview") and desk.notified() == told
    pages = [page for page in (desk.at / "out" / "council").rglob("*.html") if "campaign" in str(page)]
    assert any("(project.yaml:3)" in page.read_text() for page in pages)
    desk.file.write_text(REGISTER.replace("callisto-anchor", "callisto-anchor-hub"))
    desk.runs()
    assert desk.stands() == dict.fromkeys(EVERYBODY, "to-go") and desk.notified() == told
    status = json.loads(desk.types("campaign", "status", "--format", "json").stdout)
    assert status["drift"] == [] and ANCHOR not in {line["asset"] for line in status["organizations"]}
    assert {line["asset"]: line["to_go"] for line in status["organizations"]}[HUB] == 4


def test_an_organization_and_accounts_that_are_deleted(desk: Desk) -> None:
    told = desk.notified()
    account(desk.made, BOTH).login = "another-name"
    desk.runs([midway(lambda: desk.made.world.organizations.pop(0) and None, 14)])
    desk.runs()
    assert desk.stands() == dict.fromkeys(EVERYBODY, "to-go") | {ALONE: "cannot-see"}
    beacon = desk.made.world.organizations[0]
    beacon.members = [m for m in beacon.members if m.person != account(desk.made, OTHER).id]
    desk.file.write_text("".join(line for line in REGISTER.splitlines(keepends=True) if "anchor" not in line))
    desk.runs()
    assert desk.stands() == dict.fromkeys(EVERYBODY, "to-go") | {ALONE: "left", OTHER: "left"}
    assert desk.notified() == told, "nobody is thanked, and a new login is no new person"
    assert "not seen whole" not in desk.asks("status")


# ------------------------------------------------------------ at once


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("tls"))


class Gate:
    """Holds whoever comes to it until it is opened."""

    def __init__(self) -> None:
        self.reached, self.opened = threading.Event(), threading.Event()

    def hold(self) -> None:
        self.reached.set()
        assert self.opened.wait(60)


def test_of_two_that_notify_at_once_one_sends(desk: Desk, pem: Path) -> None:
    gate, done = Gate(), []
    with MailServer(pem, tls="") as server:
        mail = {
            "MUNIMENT_SMTP_URL": f"smtp://127.0.0.1:{server.port}",
            "MUNIMENT_SMTP_FROM": "security@council.example",
        }
        more = desk.environment | mail
        fresh = ("campaign", "start", "two-factor", "--name", "again", "--by", "ada")
        assert muniment(*fresh, cwd=desk.at, more=more).returncode == 0
        server.conduct.at = lambda step: gate.hold() if step == "mail" else None
        words = ("campaign", "notify", "again", "--apply")
        first = threading.Thread(target=lambda: done.append(muniment(*words, cwd=desk.at, more=more)))
        first.start()
        try:
            assert gate.reached.wait(60)
            second = muniment(*words, cwd=desk.at, more=more)
            third = desk.types("run", str(desk.register), "--offline", "--out", str(desk.at / "out"))
        finally:
            gate.opened.set()
            first.join(60)
    (sent,) = done
    assert sent.returncode == 0 and "1 sent" in sent.stdout, sent.stdout + sent.stderr
    assert second.returncode == 2 and "another run is under way" in second.stderr, second.stderr
    assert isinstance(third.exception, LeaseHeld), "nor does a run begin meanwhile"
    assert len(server.box.mails) == 1


def test_of_two_runs_at_once_one_is_refused_and_the_campaign_is_as_it_was(desk: Desk) -> None:
    gate, done = Gate(), []

    def change(scene: Scene) -> Wire:
        gate.hold()
        return scene.true

    held = Aim(fault=Fault("held", "a test", change), nth=9, times=1)
    with SimulatedGithub(desk.made.world, faults=[held], clock=lambda: datetime.now(UTC)) as github:
        more = desk.environment | {"GITHUB_API_URL": github.api}
        first = threading.Thread(target=lambda: done.append(muniment("run", desk.register, cwd=desk.at, more=more)))
        first.start()
        try:
            assert gate.reached.wait(60)
            second = muniment("run", desk.register, "--offline", cwd=desk.at, more=more)
            words = ("campaign", "notify", "--channel", "csv", "--apply")
            third = muniment(*words, cwd=desk.at, more=more)
        finally:
            gate.opened.set()
            first.join(60)
    assert [run.returncode for run in done] == [0], done
    assert second.returncode == third.returncode == 2
    assert "another run is under way" in second.stderr and "another run is under way" in third.stderr
    assert desk.stands() == dict.fromkeys(EVERYBODY, "to-go")
    store = open_store(str(desk.register / "muniment.sqlite"))
    assert len(store.runs()) == 2, "the refused one left no trace"
    store.close()


def test_a_clock_that_went_backwards_shows_and_sends_nothing(desk: Desk) -> None:
    store = open_store(str(desk.register / "muniment.sqlite"))
    (first, *_) = store.posted(NAME)
    store.settle(first.key, Delivery(Fate.REFUSED), datetime.now(UTC) + timedelta(days=1))
    before = store.posted(NAME)
    for words in (["status"], ["preview"], ["notify"], ["notify", "--channel", "csv", "--apply"]):
        refused = desk.types("campaign", *words)
        assert isinstance(refused.exception, UsageError) and "backwards" in str(refused.exception), words
    assert store.posted(NAME) == before
    store.close()
