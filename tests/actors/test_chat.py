"""A chat is told through a library; its address is a secret, and what failed is uncertain."""

from __future__ import annotations

import asyncio
import http.server
import logging
import ssl
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from muniment.actors.chat import Chat, actor, service_of
from muniment.actors.settings import Settings
from muniment.campaigns.message import Message
from muniment.model.errors import UsageError
from muniment.model.secrecy import Secret
from muniment.model.tlp import TLP, Marking
from muniment.ports import Fate

WORD = "word-in-the-address"


class Service:
    """A chat that answers as it is told."""

    def __init__(self, answer: object) -> None:
        self.told: list[str] = []
        self._answer = answer

    def notify(self, *, body: str, title: str, body_format: str) -> bool:
        self.told.append(f"{title}|{body}|{body_format}")
        if isinstance(self._answer, Exception):
            raise self._answer
        if isinstance(self._answer, float):
            time.sleep(self._answer)
        return self._answer  # type: ignore[return-value]


def message() -> Message:
    return Message(
        key="two-factor/github-id:7/announcement",
        campaign="two-factor",
        subject="github-id:7",
        stage="announcement",
        channel="chat",
        to="ada",
        title="A second factor\x1b",
        text="Please.\nThank you.\x00",
        markdown="",
        marking=Marking(TLP.AMBER),
    )


@pytest.mark.parametrize(
    ("answer", "fate"),
    [
        (True, Fate.SENT),
        (False, Fate.UNCERTAIN),
        (None, Fate.UNCERTAIN),
        (ValueError(WORD), Fate.UNCERTAIN),
        (0.5, Fate.UNCERTAIN),
    ],
)
def test_only_a_plain_yes_is_sent(answer: object, fate: Fate) -> None:
    service = Service(answer)
    done = asyncio.run(Chat(service, seconds=0.2).deliver(message()))
    assert done.fate is fate and WORD not in done.detail
    assert service.told == ["A second factor\ufffd|ada\n\nPlease.\nThank you.\ufffd|text"]


@contextmanager
def chat_server(status: int) -> Iterator[tuple[int, list[bytes]]]:
    """A chat that takes JSON over HTTP."""
    got: list[bytes] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server.server_address[1], got
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(("status", "fate"), [(200, Fate.SENT), (500, Fate.UNCERTAIN)])
def test_the_library_tells_a_chat_once_even_if_it_is_asked_to_retry(
    status: int, fate: Fate, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with chat_server(status) as (port, got):
        made = Chat(service_of(Secret(f"json://127.0.0.1:{port}/{WORD}?retry=3&wait=0.01")))
        first, second = (asyncio.run(made.deliver(message())).fate for _ in range(2))
    assert (first, second) == (fate, fate) and len(got) == 2
    assert b"Thank you." in got[0] and b"A second factor" in got[0]
    assert WORD not in caplog.text and WORD not in repr(made)


class Ring:
    """A keyring with one entry."""

    def get_password(self, service_name: str, username: str) -> str | None:
        return f"jsons://chat.example/{WORD}" if (service_name, username) == ("muniment-chat", "team") else None


def settings(**environ: str) -> Settings:
    return Settings(environ, Ring, ssl.create_default_context, lambda: datetime(2026, 3, 1, tzinfo=UTC))


def test_the_address_may_lie_in_the_keyring() -> None:
    assert repr(actor(settings(MUNIMENT_CHAT_URL_KEYRING="team"))) == "Chat()"


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ("", "no chat is set up"),
        (f"nonsense://{WORD}", "no address of a chat"),
        (f"json://chat.example/{WORD}", "anybody can read"),
        (f"https://{WORD}", "no address of a chat"),
    ],
)
def test_a_wrong_address_is_said_and_not_shown(stated: str, words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        actor(settings(MUNIMENT_CHAT_URL=stated))
    assert WORD not in f"{caught.value.message} {caught.value.hint}"


def test_without_the_library_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(UsageError, match="not installed") as caught:
        service_of(Secret(f"jsons://chat.example/{WORD}"))
    assert "muniment[chat]" in caught.value.hint
