"""A loopback server that answers as it is told, one answer after the other. Not live."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from msgspec import Struct


class Asked(Struct, frozen=True):
    """A request that came in; ``headers`` with lower-case names; ``line``: by which connection it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    line: object


class Said(Struct, frozen=True):
    """An answer. ``cut``: only so many bytes of the body are sent, then the connection ends; ``raw``: just this."""

    status: int = 200
    headers: Mapping[str, str] = {}
    body: bytes = b"{}"
    cut: int | None = None
    raw: bytes | None = None


Answering = Callable[[Asked], Said]


class Answerer:
    """A server that gives each request to a function; it keeps what was asked."""

    def __init__(self, answer: Answering) -> None:
        self.answer = answer
        self.asked: list[Asked] = []
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Exchange)
        self._server.owner = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def heard(self, asked: Asked) -> Said:
        with self._lock:
            self.asked.append(asked)
            return self.answer(asked)


def one_by_one(*answers: Said) -> Answering:
    """These answers, the last one for ever."""
    left = list(answers)
    return lambda asked: left.pop(0) if len(left) > 1 else left[0]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    owner: Answerer

    def handle_error(self, request: object, client_address: object) -> None:
        """Askers hang up."""


class _Exchange(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or a second small piece waits 40 ms for the first one's receipt
    server: _Server

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        headers = {name.lower(): value for name, value in self.headers.items()}
        said = self.server.owner.heard(Asked(self.command, self.path, headers, body, self.client_address))
        if said.raw is not None:
            self.wfile.write(said.raw)
            self.close_connection = True
            return
        self.send_response(said.status)
        for name, value in {"Content-Type": "application/json", **said.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0" if said.status == 304 else str(len(said.body)))
        self.end_headers()
        if said.status != 304:
            self.wfile.write(said.body[: said.cut])
        self.close_connection = said.cut is not None

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on the terminal."""
