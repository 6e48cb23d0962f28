"""The example that the documentation shows: every check passes and fails on it, and every Unknown occurs."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import socket
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import msgspec
import pytest

from muniment import wiring
from muniment.app.assess import judge_all
from muniment.app.main_job import Declared, main_job
from muniment.checks.assessment import Dossier, Judged
from muniment.checks.declaration import Check, checks
from muniment.evidence.bundle import read
from muniment.ledger.finding import State
from muniment.model.verdict import Fail, Pass, Reason, Unknown
from muniment.register.reading import read as read_register
from muniment.stores.opening import open_store
from muniment.testing.github.callisto import SECRETS, demo

DEMO = Path(__file__).resolve().parents[2] / "examples" / "demo"
EVENING = datetime(2026, 6, 14, 20, tzinfo=UTC)
ALL = checks()


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, list[tuple[Dossier, Judged]]]]:
    """What every check says of every asset of the example, by the program's own main job."""
    register = read_register(DEMO, checks=frozenset(ALL))
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('demo') / 'demo.sqlite'}")
    declared = Declared(register.project, register.evidence, register.marking, "")
    recorded = [read(f.read_bytes(), now=EVENING) for f in sorted((DEMO / "evidence").glob("*.jsonl"))]
    sources = wiring.sources(offline=True).collectors
    main_job(
        store,
        declared,
        ALL,
        sources,
        lambda _: pytest.fail("asked"),
        recorded,
        clock=lambda: EVENING,
        code="test",
    )
    found: dict[str, list[tuple[Dossier, Judged]]] = defaultdict(list)
    for judge, dossier, judged in judge_all(store, ALL, at=None, now=EVENING):
        found[judge.check.id].append((dossier, judged))
    yield found
    store.close()


def passes(check: Check, dossier: Dossier, judged: Judged) -> bool:
    """The asset passes; or, of a check that judges item by item, an item was seen passing."""
    verdict = judged.verdict
    if isinstance(verdict, Pass) or (isinstance(judged.cleared, frozenset) and judged.cleared):
        return True
    if check.each is None or not isinstance(verdict, Fail) or judged.cleared is not None:
        return False
    return len(verdict.problems) < len(dossier.cells[check.each.kind].items)


@pytest.mark.parametrize("id", ALL)
def test_every_check_fails_on_the_example(id: str, answers: dict[str, list[tuple[Dossier, Judged]]]) -> None:
    assert [dossier.asset for dossier, judged in answers[id] if isinstance(judged.verdict, Fail)]


@pytest.mark.parametrize("id", ALL)
def test_every_check_passes_on_the_example(id: str, answers: dict[str, list[tuple[Dossier, Judged]]]) -> None:
    assert [dossier.asset for dossier, judged in answers[id] if passes(ALL[id], dossier, judged)]


def test_every_reason_of_unknown_occurs_but_faults_decisions_not_taken_and_a_past_not_kept(
    answers: dict[str, list[tuple[Dossier, Judged]]],
) -> None:
    reasons = Counter(
        judged.verdict.reason
        for judgements in answers.values()
        for _, judged in judgements
        if isinstance(judged.verdict, Unknown)
    )
    assert set(reasons) == set(Reason) - {Reason.FAULTY, Reason.DECLINED, Reason.DROPPED}


def test_the_registers_own_entry_is_asked_about_once_and_not_for_each_repository_found(
    answers: dict[str, list[tuple[Dossier, Judged]]],
) -> None:
    inherited = [d.asset for d, _ in answers["inventory/undecided-status"] if d.entry.inherits]
    assert "github:repo/callisto-attic/tables" in inherited
    for id in ("inventory/undecided-status", "attestations/overdue-attestation"):
        failing = {dossier.asset for dossier, judged in answers[id] if isinstance(judged.verdict, Fail)}
        assert failing and not failing.intersection(inherited)


def test_some_answers_rest_on_stale_evidence_and_some_do_not(
    answers: dict[str, list[tuple[Dossier, Judged]]],
) -> None:
    stale = Counter(judged.stale for judgements in answers.values() for _, judged in judgements)
    assert stale[True]
    assert stale[False]


def made() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_evidence", DEMO / "make_evidence.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_recorded_evidence_is_what_the_script_writes() -> None:
    written = {f.name: f.read_bytes() for f in (DEMO / "evidence").iterdir()}
    assert written == made().bundles()


# ---------------------------------------------------------------- against the simulated GitHub

SEEN = {
    "news": re.compile(r"^No finding moved since", re.MULTILINE),
    "cost": re.compile(r"(\d+) unchanged, (\d+) p"),
}


class Desk:
    """A copy of the example, and the program run on it as somebody would: in a process, on a GitHub of its own."""

    def __init__(self, place: Path, port: int = 0) -> None:
        self.place = place
        self.port = port or free_port()
        if not port:
            shutil.copytree(DEMO, place / "demo", ignore=shutil.ignore_patterns("*.sqlite*"))

    def copied(self, place: Path) -> Desk:
        """The same desk once more, at the same GitHub."""
        shutil.copytree(self.place, place)
        return Desk(place, self.port)

    def run(self, *words: str, world: str = "demo") -> subprocess.CompletedProcess[str]:
        simulated = [sys.executable, "-m", "muniment.testing.github", "--world", world, "--port", str(self.port)]
        done = subprocess.run(
            [*simulated, "--", sys.executable, "-m", "muniment", "run", "demo", *words],
            cwd=self.place,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done

    def twice(self, world: str = "demo") -> None:
        """Run and run again: a list that came empty, and that nobody counts, is believed by the second look."""
        self.run("--out", "out", world=world)
        self.run("--out", "out", world=world)

    def standing(self, database: str = "demo/muniment.sqlite") -> set[tuple[str, str, str, str, str]]:
        """What is open, and in which words."""
        store = open_store(f"sqlite:///{self.place / database}")
        try:
            found = [f for f in store.findings() if f.state is State.OPEN]
        finally:
            store.close()
        return {(f.id.check, f.id.asset, f.id.key, f.message, str(f.marking)) for f in found}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def looked(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The example after two runs on the simulated GitHub; never run again, but copied."""
    desk = Desk(tmp_path_factory.mktemp("looked"))
    desk.twice()
    return desk


@pytest.fixture(scope="module")
def desk(looked: Desk, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The example after two runs on the simulated GitHub and one without a network."""
    desk = looked.copied(tmp_path_factory.mktemp("desk") / "copy")
    desk.run("--out", "offline", "--offline", "--db", "offline.sqlite")
    return desk


def test_a_run_on_the_simulated_github_and_a_recorded_one_differ_in_freshness_alone(desk: Desk) -> None:
    assert desk.standing() == desk.standing("offline.sqlite")
    report, recorded = ((desk.place / out / "council" / "report.json").read_text() for out in ("out", "offline"))
    assert report != recorded, "when it was seen"


def test_what_is_private_shows_on_no_page(desk: Desk) -> None:
    files = [f for f in (desk.place / "out").rglob("*") if f.is_file()]
    assert {f.relative_to(desk.place / "out").parts[0] for f in files} >= {"amber", "clear", "council"}
    texts = {f: f.read_bytes() for f in files}
    assert any(b"callisto/lodestar" in text for text in texts.values())
    leaks = [(str(f), name) for f, text in texts.items() for name in SECRETS if name.encode() in text]
    assert leaks == []


def test_private_repositories_leave_no_difference_in_any_number(desk: Desk, tmp_path: Path) -> None:
    """A world in which they are not there gives the same pages, but for when they were made."""
    open_ = Desk(tmp_path)
    made = demo()
    for organization in made.world.organizations:
        organization.repositories = [r for r in organization.repositories if r.name not in SECRETS]
    # `ada` is to be the first holder again: a world in a file names its holders by their logins.
    world = tmp_path / "world.json"
    world.write_bytes(msgspec.json.encode(made.world))
    open_.twice(world=str(world))
    assert open_.standing() == desk.standing()
    with_, without = (sums(place / "out") for place in (desk.place, open_.place))
    assert with_ == without


def sums(out: Path) -> dict[str, object]:
    """The numbers of all reports below a folder."""
    found = {}
    for file in sorted(out.rglob("report.json")):
        report = json.loads(file.read_text())
        found[str(file.relative_to(out))] = {
            key: report[key] for key in ("counts", "released", "assets", "subprojects") if key in report
        }
    assert found
    return found


def test_the_pages_say_as_whom_an_organization_was_seen(desk: Desk) -> None:
    page = (desk.place / "out" / "council" / "subprojects" / "shared.html").read_text()
    assets = page[page.index('id="assets"') :]

    def whom(name: str) -> str:
        row = assets[assets.index(f"<bdi>{name}</bdi></a>") :].partition("</tr>")[0]
        return next(w for w in ("as an owner", "as a member", "as a stranger") if w in row)

    told = {name: whom(name) for name in ("callisto", "callisto-hackdays", "callisto-attic")}
    assert told == {
        "callisto": "as an owner",
        "callisto-hackdays": "as a member",
        "callisto-attic": "as a stranger",
    }


def test_a_second_run_is_quiet_and_finds_what_has_not_changed(desk: Desk) -> None:
    again = desk.run("--out", "out")
    assert len(again.stdout.splitlines()) <= 5 and SEEN["news"].search(again.stdout)
    cost = SEEN["cost"].search(again.stderr)
    assert cost and int(cost[1]) > 3 * int(cost[2]), "most reads of REST are told that nothing has changed"


def test_a_while_later_there_is_news_of_what_got_better_and_what_got_worse(looked: Desk, tmp_path: Path) -> None:
    desk = looked.copied(tmp_path / "copy")
    before = {(check, asset) for check, asset, *_ in desk.standing()}
    told = desk.run("--out", "out", world="demo-later").stdout
    after = {(check, asset) for check, asset, *_ in desk.standing()}
    assert after - before == {
        ("access/member-without-two-factor", "github:org/callisto"),
        ("access/owner-with-insecure-two-factor", "github:org/callisto-harbour"),
        ("access/organization-without-two-factor-requirement", "github:org/callisto"),
        ("inventory/renamed", "github:repo/callisto/lodestar-cli"),
        ("repositories/deploy-key-can-write", "github:repo/callisto-harbour/helm"),
        # Until the register has the new name, both names are judged: what was wrong under the old one still is.
        ("repositories/outside-collaborator-administers", "github:repo/callisto/lodestar-command"),
        ("repositories/private-reporting-off", "github:repo/callisto/lodestar-command"),
        ("repositories/ruleset-not-enforced", "github:repo/callisto/lodestar-command"),
    }
    assert before - after == {
        ("access/expected-member-missing", "github:org/callisto-harbour"),
        ("access/member-without-two-factor", "github:org/callisto-harbour"),
        ("access/outside-collaborator-without-two-factor", "github:org/callisto-harbour"),
        ("access/single-owner", "github:org/callisto-harbour"),
        ("repositories/outside-collaborator-administers", "github:repo/callisto-harbour/mooring"),
        ("repositories/private-reporting-off", "github:repo/callisto-harbour/handbook"),
    }
    assert "+1 new" in told
