"""A place that takes issues, over HTTP, and fails as it is told: only what opening one asks for."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PRIVATE: dict[str, Any] = {
    "id": 7,
    "full_name": "dozen-projects/council",
    "private": True,
    "visibility": "private",
    "archived": False,
    "has_issues": True,
}


@dataclass
class Conduct:
    """What is said of the repository, and what an issue is answered with.

    ``drop`` and ``hang`` are ``GET`` or ``POST``: the line ends, or nothing is said, after the request was read.
    """

    repository: Any = field(default_factory=lambda: dict(PRIVATE))
    get_status: int = 200
    post_status: int = 201
    post_body: bytes = b'{"html_url": "https://github.example/dozen-projects/council/issues/12"}'
    drop: str = ""
    hang: str = ""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    place: IssuePlace

    def do_GET(self) -> None:
        conduct = self.place.conduct
        said = conduct.repository
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        self._answer("GET", conduct.get_status, body)

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["content-length"]))
        self.place.issues.append((self.path, json.loads(content)))
        conduct = self.place.conduct
        self._answer("POST", conduct.post_status, conduct.post_body)

    def _answer(self, method: str, status: int, body: bytes) -> None:
        self.place.asked.append((method, self.path, self.headers.get("authorization", "")))
        if self.place.conduct.hang == method:
            self.place.over.wait(30)
        if self.place.conduct.drop == method:
            self.close_connection = True
            return
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("location", "https://elsewhere.example/issues")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


class IssuePlace:
    """The server, while the block lasts. ``asked`` are the requests, ``issues`` what was asked to be opened."""

    def __init__(self) -> None:
        self.conduct = Conduct()
        self.asked: list[tuple[str, str, str]] = []
        self.issues: list[tuple[str, dict[str, Any]]] = []
        self.over = threading.Event()
        handler = type("Handler", (_Handler,), {"place": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.api = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self) -> IssuePlace:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self._server.shutdown()
        self._thread.join(10)
        self._server.server_close()
