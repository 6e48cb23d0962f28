"""A run asks name servers about the register's domains, and a server that fails closes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from muniment.testing.name_server import NameServer
from tests.cli.conftest import muniment

REGISTER = """\
project: {id: callisto, name: Project Callisto, marking: clear}
policy: {live-limit: 5}
assets:
  domain:callisto.example: {status: official, reason: made up}
  domain:gone.example: {status: official, reason: made up}
"""
WANTING = {"mail-from-anybody", "forged-mail-accepted", "any-authority-may-certify"}


@pytest.fixture
def server() -> Iterator[NameServer]:
    with NameServer({"callisto.example": {"A": ["192.0.2.1"]}}) as served:
        yield served


class Desk:
    """A register on disk, and the program told which name server to ask."""

    def __init__(self, place: Path, server: NameServer) -> None:
        self.register = place / "register.yaml"
        self.register.write_text(REGISTER)
        self.more = {"MUNIMENT_DNS": f"{server.host}:{server.port}"}

    def open(self, name: str) -> set[str]:
        done = muniment("findings", "-r", self.register, "--format", "csv", more=self.more)
        assert done.returncode == 0, done.stderr
        lines = [line for line in done.stdout.splitlines() if f"domain:{name}" in line]
        return {check for check in ALL if any(f"domains/{check}" in line for line in lines)}

    def run(self) -> str:
        done = muniment("run", self.register, "--out", self.register.parent / "out", more=self.more)
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr


EARLIER, LATER = "2026-06-14T06:00:00Z", "2026-06-15T06:00:00Z"
ALL = {*WANTING, "domain-does-not-exist", "registration-not-attested", "registration-ends-soon"}


def test_what_a_domain_does_not_say_is_found_and_closes_when_it_does_and_never_by_silence(
    tmp_path: Path, server: NameServer
) -> None:
    desk = Desk(tmp_path, server)
    plan = muniment("plan", desk.register, more=desk.more)
    assert "dns:_dmarc.callisto.example?type=TXT" in plan.stdout and not server.asked
    desk.run()
    assert desk.open("callisto.example") == {*WANTING, "registration-not-attested"}
    assert desk.open("gone.example") == {"domain-does-not-exist", "registration-not-attested"}
    server.zone["callisto.example"] |= {"TXT": ['"v=spf1 -all"'], "CAA": ['0 issue ";"']}
    server.behave("*", "*", "servfail")
    desk.run()
    assert desk.open("callisto.example") == {*WANTING, "registration-not-attested"}
    server.behave_well()
    desk.run()
    assert desk.open("callisto.example") == {"forged-mail-accepted", "registration-not-attested"}


def test_a_name_server_by_name_is_a_mistake_that_is_told(tmp_path: Path, server: NameServer) -> None:
    desk = Desk(tmp_path, server)
    done = muniment("run", desk.register, more={"MUNIMENT_DNS": "dns.example"})
    assert done.returncode == 2 and "MUNIMENT_DNS" in done.stderr and "Traceback" not in done.stderr
    assert not server.asked


def test_offline_no_name_server_is_asked(tmp_path: Path, server: NameServer) -> None:
    desk = Desk(tmp_path, server)
    muniment("run", desk.register, "--offline", "--out", tmp_path / "out", more=desk.more)
    assert not server.asked


def test_the_end_of_a_registration_is_handed_over_as_written(tmp_path: Path, server: NameServer) -> None:
    guide = Path(__file__).parents[2] / "docs" / "how-to" / "domains.md"
    (line,) = (one for one in guide.read_text().splitlines() if one.startswith('{"source":"domain"'))
    head = (
        f'{{"muniment":"bundle","version":1,"made":"{LATER}","by":"grace","marking":{{"level":"clear","to":null}}}}'
    )
    soon = line.replace("2029-04-30", "2020-01-01").replace(EARLIER, LATER)
    desk = Desk(tmp_path, server)
    for text, found in ((line, set()), (soon, {"registration-ends-soon"})):
        bundle = tmp_path / "seen.jsonl"
        bundle.write_text(f"{head}\n{text}\n")
        for words in (("collect", desk.register, "--offline", "--from", bundle), ("assess", desk.register)):
            done = muniment(*words, more=desk.more)
            assert done.returncode == 0, done.stderr
        assert desk.open("callisto.example") & {"registration-ends-soon"} == found
