"""A GitHub App's word and the tokens it is lent, tried on a loopback server. Not live."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Mapping
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

import jwt
import msgspec
import pytest

from muniment.collectors.credentials import Ring
from muniment.collectors.github_app import RIGHTS, App
from muniment.collectors.http import Web
from muniment.model.secrecy import Secret, Unavailable
from muniment.testing.registries import DAY, StoppedClock
from tests.collectors.answering import Answerer, Asked, Said
from tests.collectors.asking import Memory
from tests.collectors.test_credentials import KEY, PEM
from tests.collectors.test_http_github import github

TOKEN = "ghs_madeUpTokenLentForAnHour000001"
MANIFEST = Path(__file__).resolve().parents[2] / "examples" / "github-app" / "manifest.json"


class Lender:
    """The part of GitHub that lends tokens. Each token is another one, and lasts an hour."""

    def __init__(self, clock: StoppedClock, given: Mapping[str, str] = RIGHTS) -> None:
        self.clock = clock
        self.given = given
        self.lent = 0
        self.status = 201
        self.body: bytes | None = None

    def answer(self, asked: Asked) -> Said:
        if asked.path == "/app/installations/7/access_tokens":
            return self.lend(asked)
        if asked.path == "/app/installations/7":
            return Said(body=msgspec.json.encode({"id": 7, "permissions": self.given}))
        return Said(headers={"ETag": '"one"'}, body=b'{"login": "callisto"}')

    def lend(self, asked: Asked) -> Said:
        wanted = msgspec.json.decode(asked.body)["permissions"]
        if self.status != 201:
            return Said(self.status)
        if self.body is not None:
            return Said(201, body=self.body)
        if not set(wanted) <= set(self.given):
            return Said(422, body=b'{"message": "The permissions requested are not granted to this installation."}')
        self.lent += 1
        ends = self.clock.at + timedelta(hours=1)
        return Said(
            201,
            {"ETag": '"token"'},
            msgspec.json.encode({"token": f"{TOKEN}{self.lent}", "expires_at": ends, "permissions": wanted}),
        )


def web(server: Answerer, clock: StoppedClock, key: str = PEM, **options: object) -> Web:
    ring = Ring((), [(App("security", "Iv1.madeup", Secret(key)), "here")], clock.now)
    return github(server, clock, credentials=ring, **options)


def get(io: Web, server: Answerer, credential: str = "security@callisto#7", path: str = "/orgs/callisto"):
    return asyncio.run(io.get(server.origin + path, credential=credential))


def test_the_word_is_signed_by_the_apps_key_and_lasts_ten_minutes_at_most():
    word = App("security", "Iv1.madeup", Secret(PEM)).word(DAY).reveal()
    kind, _, signed = word.partition(" ")
    options = {"verify_exp": False, "verify_iat": False}
    claims = jwt.decode(signed, KEY.public_key(), algorithms=["RS256"], options=options)
    now = int(DAY.timestamp())
    assert (kind, claims["iss"], claims["iat"]) == ("Bearer", "Iv1.madeup", now - 60)
    assert now < claims["exp"] <= now + 600
    assert jwt.get_unverified_header(signed)["alg"] == "RS256"


@pytest.mark.parametrize("key", ["no key", "", PEM[:-60], PEM.replace("PRIVATE", "PUBLIC")])
def test_a_key_that_is_none_is_told_without_being_repeated(key):
    with pytest.raises(Unavailable) as caught:
        App("security", "7", Secret(key)).word(DAY)
    assert caught.value.why == "credential security: its private key is not an RSA key in PEM"
    assert caught.value.__context__ is None
    with Answerer(lambda asked: Said()) as server:
        answer = get(web(server, StoppedClock(), key), server)
    assert (answer.status, server.asked) == (401, [])


def test_an_app_asks_as_itself_by_its_name():
    with Answerer(lambda asked: Said()) as server:
        assert get(web(server, StoppedClock()), server, "security", "/app/installations").status == 200
    assert server.asked[0].headers["authorization"].count(".") == 2


def test_a_token_that_reads_is_asked_for_once_an_hour():
    clock = StoppedClock()
    lender = Lender(clock)
    with Answerer(lender.answer) as server:
        io = web(server, clock)
        for minutes in (0, 30, 24, 2):
            clock.at += timedelta(minutes=minutes)
            assert get(io, server).status == 200
    posts = [a for a in server.asked if a.method == "POST"]
    assert [a.path for a in server.asked] == [
        "/app/installations/7/access_tokens",
        *["/orgs/callisto"] * 3,
        "/app/installations/7/access_tokens",
        "/orgs/callisto",
    ]
    assert [msgspec.json.decode(a.body) for a in posts] == [{"permissions": dict(RIGHTS)}] * 2
    bearers = [a.headers["authorization"] for a in server.asked if a.method == "GET"]
    assert bearers == [f"Bearer {TOKEN}1"] * 3 + [f"Bearer {TOKEN}2"]
    assert {(u.credential, u.requests) for u in io.meter.uses()} == {("security", 2), ("security@callisto#7", 4)}


def test_many_at_once_borrow_one_token():
    clock = StoppedClock()
    lender = Lender(clock)
    with Answerer(lender.answer) as server:
        io = web(server, clock)

        async def many() -> list[int]:
            asking = [io.get(f"{server.origin}/{n}", credential="security@callisto#7") for n in range(12)]
            return [a.status for a in await asyncio.gather(*asking)]

        assert asyncio.run(many()) == [200] * 12
    assert lender.lent == 1


def test_an_installation_with_fewer_rights_is_asked_for_those():
    clock = StoppedClock()
    lender = Lender(clock, {"metadata": "read", "members": "write", "issues": "write"})
    with Answerer(lender.answer) as server:
        assert get(web(server, clock), server).status == 200
    wanted = [msgspec.json.decode(a.body)["permissions"] for a in server.asked if a.method == "POST"]
    assert wanted == [dict(RIGHTS), {"metadata": "read", "members": "read"}]


def test_a_token_that_could_write_is_not_used():
    clock = StoppedClock()
    lender = Lender(clock)
    lender.body = msgspec.json.encode(
        {"token": TOKEN, "expires_at": DAY + timedelta(hours=1), "permissions": {"members": "write"}}
    )
    with Answerer(lender.answer) as server:
        answer = get(web(server, clock), server)
    assert answer.status == 401
    assert answer.detail == "credential security@callisto#7: it was given more than reading (members)"
    assert [a.path for a in server.asked] == ["/app/installations/7/access_tokens"]


@pytest.mark.parametrize("status", [401, 403, 404])
def test_an_installation_that_is_gone_is_refused_once(status):
    clock = StoppedClock()
    lender = Lender(clock)
    lender.status = status
    with Answerer(lender.answer) as server:
        io = web(server, clock)
        answers = [get(io, server) for _ in range(3)]
    assert {a.status for a in answers} == {401}
    assert "security" in answers[0].detail
    assert "refused" in answers[0].detail
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "body", [b"", b"{}", b'{"token": 7}', b'{"token": "a b", "expires_at": "2026-01-15T13:00:00Z"}', b"[" * 9999]
)
def test_an_answer_without_a_token_is_no_token(body):
    clock = StoppedClock()
    lender = Lender(clock)
    lender.body = body
    with Answerer(lender.answer) as server:
        answer = get(web(server, clock), server)
    assert (answer.status, answer.detail) == (
        0,
        "credential security@callisto#7 has no token: the answer to its asking for a token is none",
    )


def test_a_limit_on_tokens_is_a_limit():
    clock = StoppedClock()
    with Answerer(lambda asked: Said(403, {"Retry-After": "3600"})) as server:
        io = web(server, clock)
        answers = [get(io, server) for _ in range(2)]
    assert [a.status for a in answers] == [429, 429]
    assert len(server.asked) == 1


def test_validators_outlive_the_token_they_were_asked_with():
    """The store's key is the App and the installation: whether GitHub confirms across tokens is GitHub's matter."""
    clock, memory = StoppedClock(), Memory()
    with Answerer(Lender(clock).answer) as server:
        io = web(server, clock, recall=memory.recall, remember=memory.remember)
        get(io, server)
        clock.at += timedelta(hours=2)
        get(io, server)
    pages = [a for a in server.asked if a.path == "/orgs/callisto"]
    assert pages[1].headers["if-none-match"] == '"one"'
    assert len({a.headers["authorization"] for a in pages}) == 2
    assert [url for url, _ in memory.kept] == [f"{server.origin}/orgs/callisto"], "no answer with a token is kept"


def test_the_manifest_asks_for_reading_and_for_what_is_asked_of_a_token():
    manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))
    assert manifest["default_permissions"] == RIGHTS
    assert set(manifest["default_permissions"].values()) == {"read"}
    assert manifest["default_events"] == []
    assert manifest["hook_attributes"]["active"] is False
    assert manifest["public"] is False


def test_githubs_own_description_knows_every_right_that_is_asked_for():
    folder = files("muniment.testing.github.description")
    whole = msgspec.json.decode(gzip.decompress((folder / "api.github.com.json.gz").read_bytes()))
    known = whole["components"]["schemas"]["app-permissions"]["properties"]
    assert {right: "read" in known[right]["enum"] for right in RIGHTS} == dict.fromkeys(RIGHTS, True)


@pytest.mark.parametrize("ends", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+12:00"])
def test_a_token_that_ends_beyond_the_calendar_is_used_for_one_question(ends):
    clock = StoppedClock()
    lender = Lender(clock)
    lender.body = msgspec.json.encode({"token": TOKEN, "expires_at": ends, "permissions": {"members": "read"}})
    with Answerer(lender.answer) as server:
        assert get(web(server, clock), server).status == 200
