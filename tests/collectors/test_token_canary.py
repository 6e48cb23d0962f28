"""No secret gets anywhere: marked ones of every kind, a server that repeats them, and a search of all that is left.

An answer's body is the one place where a server may put a secret: it is RED, and such a body is not kept.
"""

from __future__ import annotations

import asyncio
import base64
import logging
import sqlite3
import traceback
import zlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from muniment.collectors.addresses import addresses
from muniment.collectors.credentials import Ring, ring
from muniment.collectors.http import Limits, Web
from muniment.ports import Answer
from muniment.stores.opening import open_store
from muniment.testing.registries import DAY, StoppedClock
from tests.collectors.answering import Answerer, Asked, Said
from tests.collectors.test_credentials import PEM, put
from tests.collectors.test_http_github import QUERY, nothing

CLASSIC = "ghp_canaryClassicOfNobody00000001"
FINE = "github_pat_canaryFineOfNobody000000002"
OAUTH = "gho_canaryOauthOfNobody000000003"
USER = "ghu_canaryUserOfNobody0000000004"
ACTIONS = "ghs_canaryActionsOfNobody00000005"
LENT = "ghs_canaryLentOfNobody0000000006"
PASSWORD = "canary-password-of-nobody"
WRAPPED = base64.b64encode(f"ada:{PASSWORD}".encode()).decode()
KEY_LINE = PEM.splitlines()[3]
ALWAYS = (CLASSIC, FINE, OAUTH, USER, ACTIONS, LENT, PASSWORD, WRAPPED, KEY_LINE)
NAMES = ("classic", "fine", "oauth", "user", "github-token", "security", "security@callisto#7", "")


class Hostile:
    """A server that repeats the Authorization header wherever it can, in as many ways as it knows."""

    def __init__(self) -> None:
        self.words: set[str] = set()

    def answer(self, asked: Asked) -> Said:
        header = asked.headers.get("authorization", "Bearer nobody-at-all")
        word = header.partition(" ")[2]
        self.words.add(word)
        if asked.path.endswith("/access_tokens"):
            ends = DAY + timedelta(hours=1)
            return Said(201, {"X-Word": word}, msgspec.json.encode({"token": LENT, "expires_at": ends}))
        return self.repeat(asked.path.removesuffix("/graphql").strip("/").partition("?")[0], header, word)

    def repeat(self, way: str, header: str, word: str) -> Said:
        body = msgspec.json.encode({"message": f"no {header}", "errors": [{"message": header}], "data": None})
        told = {"X-Word": word, "ETag": f'"{word}"', f"X-{word}": "a name", "Link": f"<http://x/{word}>; rel=next"}
        escaped = "".join(f"\\u{ord(c):04x}" for c in word).encode()
        raw = f"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n{header}\r\n\r\nabcde".encode()
        ways = {
            "whole": Said(200, {"X-Word": word, "ETag": '"plain"'}, body),
            "escaped": Said(200, {"ETag": '"plain"'}, b'{"a": "' + escaped + b'"}'),
            "upper": Said(200, {"ETag": '"plain"'}, word.upper().encode()),
            "validator": Said(200, told, b'{"login": "callisto"}'),
            "clean": Said(200, {"ETag": '"plain"'}, b'{"login": "callisto"}'),
            "away": Said(302, {"Location": f"http://{word}.example/{word}"}),
            "within": Said(302, {"Location": f"/within?{word}"}),
            "odd-place": Said(302, {"Location": f"http://[{word}"}),
            "cut": Said(200, told, body, cut=7),
            "limited": Said(429, {**told, "Retry-After": "1"}, body),
            "late": Said(403, {**told, "Retry-After": "9999"}, body),
            "odd-header": Said(raw=raw),
            "odd-line": Said(raw=f"{header}\r\n\r\n".encode()),
            "odd-status": Said(raw=f"HTTP/1.1 999999 {word}\r\n\r\n".encode()),
            "odd-length": Said(raw=f"HTTP/1.1 200 OK\r\nContent-Length: {word}\r\n\r\n".encode()),
            "odd-coding": Said(200, {"Content-Encoding": word}, body),
            "odd-chunks": Said(raw=f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{word}\r\n".encode()),
            "graphql-limit": Said(
                200, told, body.replace(b'"message":"Bea', b'"type":"RATE_LIMITED","message":"Bea')
            ),
        }
        return ways.get(way) or Said(int(way) if way.isdigit() else 404, told, body)


WAYS = (
    *("200", "400", "401", "403", "404", "422", "429", "500", "502", "whole", "escaped", "upper", "validator"),
    *("clean", "away", "within", "odd-place", "cut", "limited", "late", "odd-header", "odd-line", "odd-status"),
    *("odd-length", "odd-coding", "odd-chunks", "graphql-limit"),
)


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """Whatever any log says, each at its most talkative; turned on by ``listen`` once all of them are there."""
    heard: list[str] = []

    class Listening(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(f"{record.getMessage()} {record.args!r} {record.exc_text}")

    listener = Listening(logging.DEBUG)
    before = logging.root.level
    logging.root.addHandler(listener)
    yield heard
    logging.root.removeHandler(listener)
    logging.root.setLevel(before)
    for log in logging.root.manager.loggerDict.values():
        if isinstance(log, logging.Logger):
            log.setLevel(logging.NOTSET)


def listen() -> None:
    logging.root.setLevel(logging.DEBUG)
    for log in list(logging.root.manager.loggerDict.values()):
        if isinstance(log, logging.Logger):
            log.setLevel(logging.DEBUG)
            log.disabled = False
            log.propagate = True


def everything(home: Path, clock: StoppedClock) -> Ring:
    put(home, PEM, name="security.pem")
    put(
        home,
        f'[tokens]\nclassic = "{CLASSIC}"\nfine = "{FINE}"\n'
        '[apps.security]\napp-id = 7\nprivate-key-file = "security.pem"\n',
    )
    environ = {"MUNIMENT_GITHUB_TOKEN_OAUTH": OAUTH, "MUNIMENT_GITHUB_TOKEN_USER": USER, "GITHUB_TOKEN": ACTIONS}
    return ring(environ, home, nothing, clock.now)  # type: ignore[arg-type]


def shown(answer: Answer) -> str:
    """All of an answer but its body."""
    return f"{answer.url} {answer.status} {dict(answer.headers)!r} {answer.detail} {answer.question}"


def kept(file: Path) -> bytes:
    """Every byte of a database, and every answer in it, unpacked."""
    whole = b"".join(f.read_bytes() for f in sorted(file.parent.glob(file.name + "*")))
    connection = sqlite3.connect(file)
    try:
        rows = connection.execute("select url, credential, headers, body from raw").fetchall()
    finally:
        connection.close()
    for url, credential, headers, body in rows:
        whole += url.encode() + credential + headers.encode() + zlib.decompress(body)
    return whole


def found_in(text: str, words: set[str]) -> list[str]:
    folded = text.lower()
    return [w for w in words if w.lower() in folded or w[: len(w) * 2 // 3].lower() in folded]


def test_no_secret_gets_anywhere_from_a_server_that_repeats_it(tmp_path: Path, logged: list[str]) -> None:
    told: list[str] = []
    hostile = Hostile()
    file = tmp_path / "muniment.sqlite"
    store = open_store(str(file), create=True)
    try:
        with Answerer(hostile.answer) as server:
            for way in WAYS:
                clock = StoppedClock()
                credentials = everything(tmp_path, clock)
                secret_base = addresses(
                    server.origin.replace("//", f"//ada:{PASSWORD}@") + "/simple", "http://npm.example"
                )
                io = Web(
                    now=clock.now,
                    sleep=clock.sleep,
                    limits=Limits(try_seconds=20.0, tries=2, given_up=99),
                    authorization=secret_base.authorization,
                    recall=store.recall,
                    remember=store.remember,
                    github=server.origin,
                    graphql=f"{server.origin}/{way}/graphql",
                    credentials=credentials,
                )
                listen()

                async def ask(io: Web = io, way: str = way) -> list[Answer]:
                    answers = []
                    for name in NAMES:
                        answers.append(await io.get(f"{server.origin}/{way}", credential=name))
                        answers.append(await io.get(f"{server.origin}/{way}?x={CLASSIC}", credential=name))
                        answers.append(await io.query(f"{server.origin}/{way}/graphql", QUERY, {}, credential=name))
                    answers.append(await io.get(f"{server.origin}/simple/{way}"))
                    return answers

                answers = asyncio.run(ask(), debug=True)
                told += [shown(answer) for answer in answers]
                told += [
                    repr(io.meter.uses()),
                    repr(credentials),
                    repr(credentials.keys()),
                    repr(vars(credentials)),
                ]
    finally:
        store.close()
    words = {*ALWAYS, *hostile.words} - {"nobody-at-all"}
    assert {CLASSIC, FINE, OAUTH, USER, ACTIONS, LENT, WRAPPED} <= hostile.words, "all of them were really sent"
    assert [w for w in words if w.count(".") == 2], "and the App's signed word"
    assert found_in("\n".join(told), words) == []
    assert found_in("\n".join(logged), words) == []
    database = kept(file).decode("latin-1")
    assert found_in(database, words) == []
    assert b"callisto" in kept(file), "a body without a secret is kept"


def test_no_secret_stands_in_a_traceback_of_what_breaks_an_exchange_off(tmp_path: Path) -> None:
    """A run that is stopped shows where it stood: the frames, and what the exceptions say."""
    clock = StoppedClock()
    credentials = everything(tmp_path, clock)

    class Stopped(BaseException):
        pass

    async def stop(seconds: float) -> None:
        raise Stopped

    def remember(*answer: object) -> None:
        raise RuntimeError("the disk is full")

    caught: list[BaseException] = []
    with Answerer(Hostile().answer) as server:
        io = Web(now=clock.now, sleep=stop, github=server.origin, credentials=credentials, remember=remember)
        for way in ("500", "clean"):
            for name in NAMES[:-1]:
                try:
                    asyncio.run(io.get(f"{server.origin}/{way}", credential=name))
                except (Stopped, RuntimeError) as stopped:
                    caught.append(stopped)
    assert len(caught) == 2 * len(NAMES[:-1])
    told = "\n".join("".join(traceback.format_exception(e)) + repr(e) for e in caught)
    assert found_in(told, set(ALWAYS)) == []
