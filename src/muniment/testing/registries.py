"""Simulated registries on a real loopback server, with made-up packages and every fault a network has.

Not live: nothing here asks, or speaks for, a public registry. ::

    with Registries() as world:
        world.add(PythonPackage("moonbase", organization="lunar", roles=(("Owner", "ada"),)))
        world.fault("/pypi/moonbase/json", status(503), times=2)
        web = Web(now=clock, sleep=no_sleep)
        raw = asyncio.run(PyPI(world.addresses()).fetch("pypi:moonbase", web))
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import socket
import struct
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

import msgspec
from msgspec import Struct

from muniment.collectors.addresses import Addresses, addresses

DAY = datetime(2026, 1, 15, 12, tzinfo=UTC)
SIMPLE_TYPE = "application/vnd.pypi.simple.v1+json"
SLSA_TYPE = "https://slsa.dev/provenance/v1"
HOSTS = (("{pypi}", "pypi.example"), ("{npm}", "npm.example"))


# ---------------------------------------------------------------- made-up packages


class Publisher(Struct, frozen=True):
    """What an attestation says of who published, as a Python index writes it (``environment`` ``None``: none)."""

    kind: str = "GitHub"
    repository: str = "lunar/moon-base"
    workflow: str = "release.yml"
    environment: str | None = "pypi"


class PythonRelease(Struct, frozen=True):
    """A release with one wheel. ``yanked`` is the reason, ``None`` if it is not yanked.

    ``by`` is who published it, where it is ``attested``.
    """

    version: str = "1.0"
    uploaded: datetime = DAY
    yanked: str | None = None
    attested: bool = True
    by: Publisher = Publisher()


class PythonPackage(Struct, frozen=True):
    """A project of a Python index. ``organization`` empty: none holds it. ``roles`` are (role, account)."""

    name: str
    organization: str = ""
    roles: tuple[tuple[str, str], ...] = ()
    releases: tuple[PythonRelease, ...] = (PythonRelease(),)
    summary: str = "A made-up package."
    links: tuple[tuple[str, str], ...] = ()
    requires: tuple[str, ...] = ()
    status: str = "active"

    def project_json(self, *, without: frozenset[str] = frozenset()) -> bytes:
        """The project JSON, as the public index gives it; ``without`` some top-level fields, as mirrors do."""
        whole = {
            "info": {
                "name": self.name,
                "version": self.releases[-1].version,
                "summary": self.summary,
                "home_page": "",
                "project_urls": dict(self.links) or None,
                "requires_dist": list(self.requires) or None,
                "description": "Long text that nobody collects.",
                "author_email": "nobody@example.org",
            },
            "releases": {r.version: [self._file(r)] for r in self.releases},
            "urls": [self._file(self.releases[-1])],
            "ownership": {
                "organization": self.organization or None,
                "roles": [{"role": role, "user": user} for role, user in self.roles],
            },
        }
        return msgspec.json.encode({k: v for k, v in whole.items() if k not in without})

    def simple_json(self, *, api: str = "1.4", base: str = "") -> bytes:
        """The simple JSON of an API version: provenance from 1.3, the project's status from 1.4.

        ``base`` is the index's own, as the addresses of provenance begin.
        """
        known = tuple(int(n) for n in api.split("."))
        files = []
        for release in self.releases:
            file: dict[str, Any] = {
                "filename": self._filename(release),
                "upload-time": release.uploaded,
                "yanked": False if release.yanked is None else release.yanked or True,
                "url": f"files/{self._filename(release)}",
                "hashes": {},
            }
            if known >= (1, 3):
                file["provenance"] = base + self.provenance_path(release) if release.attested else None
            files.append(file)
        whole: dict[str, Any] = {
            "meta": {"api-version": api},
            "name": self.name,
            "files": files,
            "versions": [r.version for r in self.releases],
        }
        if known >= (1, 4):
            whole["project-status"] = {"status": self.status}
        return msgspec.json.encode(whole)

    def provenance_path(self, release: PythonRelease) -> str:
        """Where the provenance of a release's file lies."""
        return f"/integrity/{self.name}/{release.version}/{self._filename(release)}/provenance"

    def provenance_json(self, release: PythonRelease) -> bytes:
        """The provenance of a release's file: one bundle with one attestation, whose signature is made up."""
        statement = {
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [{"name": self._filename(release), "digest": {"sha256": "0" * 64}}],
            "predicateType": "https://index.example/attestations/publish/v1",
            "predicate": None,
        }
        attestation = {
            "version": 1,
            "verification_material": {"certificate": "made-up", "transparency_entries": [{}]},
            "envelope": {"statement": encoded(statement), "signature": "made-up"},
        }
        bundle = {"publisher": release.by, "attestations": [attestation]}
        return msgspec.json.encode({"version": 1, "attestation_bundles": [bundle]})

    def _file(self, release: PythonRelease) -> dict[str, Any]:
        return {
            "filename": self._filename(release),
            "packagetype": "bdist_wheel",
            "upload_time_iso_8601": release.uploaded,
            "yanked": release.yanked is not None,
            "yanked_reason": release.yanked,
        }

    def _filename(self, release: PythonRelease) -> str:
        return f"{self.name.replace('-', '_')}-{release.version}-py3-none-any.whl"


class NpmRelease(Struct, frozen=True):
    """A release on npm. ``deprecated`` is the message, empty if it is not; ``by`` who uploaded it (empty: untold).

    ``workflow``: a trusted publisher did, which npm names in the place of a person. ``built`` is the repository and
    the file by which it was built, where it is ``attested``.
    """

    version: str = "1.0.0"
    uploaded: datetime = DAY
    attested: bool = True
    deprecated: str = ""
    by: str = "ada"
    workflow: bool = False
    built: tuple[str, str] = ("https://github.com/moon/base", ".github/workflows/release.yml")


class NpmPackage(Struct, frozen=True):
    """A package of an npm registry."""

    name: str
    maintainers: tuple[str, ...] = ("ada",)
    releases: tuple[NpmRelease, ...] = (NpmRelease(),)
    dependencies: tuple[tuple[str, str], ...] = ()
    repository: str = ""

    def packument(self, *, mirrored: bool = False, base: str = "") -> bytes:
        """The packument; ``mirrored``: without maintainers, signatures, attestations and the registry's times.

        ``base`` is the registry's own, as the addresses of attestations begin.
        """
        versions: dict[str, Any] = {}
        for release in self.releases:
            file = f"{self.name.rpartition('/')[2]}-{release.version}.tgz"
            dist: dict[str, Any] = {"tarball": f"{self.name}/-/{file}", "shasum": "0" * 40}
            if not mirrored:
                dist["signatures"] = [{"keyid": "made-up", "sig": "made-up"}]
                if release.attested:
                    dist["attestations"] = {"url": base + self.attestations_path(release), "provenance": {}}
            versions[release.version] = {"name": self.name, "version": release.version, "dist": dist}
            if release.by and not mirrored:
                uploader: dict[str, Any] = {"name": release.by, "email": "nobody@example.org"}
                if release.workflow:
                    uploader |= {"name": "GitHub Actions", "trustedPublisher": {"id": "github"}}
                versions[release.version]["_npmUser"] = uploader
            if release.deprecated:
                versions[release.version]["deprecated"] = release.deprecated
        versions[self.releases[-1].version]["dependencies"] = dict(self.dependencies)
        times: dict[str, Any] = {r.version: r.uploaded for r in self.releases}
        whole: dict[str, Any] = {
            "name": self.name,
            "description": "A made-up package.",
            "dist-tags": {"latest": self.releases[-1].version},
            "versions": versions,
            "time": times,
        }
        if self.repository:
            whole["repository"] = {"type": "git", "url": self.repository}
        if not mirrored:
            times |= {"created": self.releases[0].uploaded, "modified": self.releases[-1].uploaded}
            whole["maintainers"] = [{"name": name, "email": "nobody@example.org"} for name in self.maintainers]
        return msgspec.json.encode(whole)

    def attestations_path(self, release: NpmRelease) -> str:
        """Where the attestations of a release lie, below the registry."""
        return f"/-/npm/v1/attestations/{self.name.replace('/', '%2f')}@{release.version}"

    def attestations_json(self, release: NpmRelease) -> bytes:
        """The attestations of a release: that npm took it, and what built it. The signatures are made up."""
        named = self.name.replace("@", "%40")
        repository, path = release.built
        workflow = {"ref": "refs/heads/main", "repository": repository, "path": path}
        slsa = {"buildDefinition": {"buildType": "made-up", "externalParameters": {"workflow": workflow}}}
        made = []
        for kind, predicate in (("https://registry.example/publish/v0.1", {}), (SLSA_TYPE, slsa)):
            statement = {
                "_type": "https://in-toto.io/Statement/v1",
                "subject": [{"name": f"pkg:npm/{named}@{release.version}", "digest": {"sha512": "0" * 128}}],
                "predicateType": kind,
                "predicate": predicate,
            }
            envelope = {"payload": encoded(statement), "payloadType": "made-up", "signatures": [{"sig": "made-up"}]}
            made.append({"predicateType": kind, "bundle": {"mediaType": "made-up", "dsseEnvelope": envelope}})
        return msgspec.json.encode({"attestations": made})


def encoded(statement: object) -> str:
    """A statement as it stands in an attestation: JSON in base64."""
    return base64.b64encode(msgspec.json.encode(statement)).decode()


# ---------------------------------------------------------------- faults


class Page(Struct, frozen=True):
    """What a path serves when nothing is wrong."""

    body: bytes
    type: str = "application/json"


Fault = Callable[["Exchange", Page | None], None]
"""Answers a request wrongly. The page is what should have been served, if there is one."""


def status(code: int, headers: Mapping[str, str] = {}, body: bytes = b"{}") -> Fault:
    """Another status: 404, 403, 429 with ``Retry-After``, 500 …"""
    return lambda exchange, page: exchange.answer(code, body, headers)


def saying(body: bytes, type: str = "application/json") -> Fault:
    """Status 200 with this body."""
    return lambda exchange, page: exchange.answer(200, body, {"Content-Type": type})


def nested(depth: int) -> Fault:
    """JSON lists in lists."""
    return saying(b"[" * depth + b"]" * depth)


def truncated() -> Fault:
    """Half the body under the whole body's length, then the end."""

    def fault(exchange: Exchange, page: Page | None) -> None:
        body = page.body if page else b"{}"
        exchange.head(200, {"Content-Length": str(len(body))})
        exchange.wfile.write(body[: len(body) // 2])
        exchange.close_connection = True

    return fault


def misstated(missing: int = 10) -> Fault:
    """The body under a length that is too small."""

    def fault(exchange: Exchange, page: Page | None) -> None:
        body = page.body if page else b"{}"
        exchange.head(200, {"Content-Length": str(len(body) - missing)})
        exchange.wfile.write(body)
        exchange.close_connection = True

    return fault


def silent() -> Fault:
    """No word until the world ends."""

    def fault(exchange: Exchange, page: Page | None) -> None:
        exchange.world.wait(3600)
        exchange.close_connection = True

    return fault


def drip(pause: float = 0.05) -> Fault:
    """The body byte by byte, each in time for itself."""

    def fault(exchange: Exchange, page: Page | None) -> None:
        body = page.body if page else b"{}"
        exchange.head(200, {"Content-Length": str(len(body))})
        for byte in body:
            exchange.wfile.write(bytes((byte,)))
            exchange.wfile.flush()
            if exchange.world.wait(pause):
                return

    return fault


def endless(size: int = 100 * 2**20) -> Fault:
    """A body of blanks, this large."""

    def fault(exchange: Exchange, page: Page | None) -> None:
        exchange.head(200, {"Content-Length": str(size)})
        blanks = b" " * 2**16
        for _ in range(size // len(blanks)):
            exchange.wfile.write(blanks)

    return fault


def bomb(size: int = 100 * 2**20) -> Fault:
    """A small gzip body that unpacks to this size."""

    def fault(exchange: Exchange, page: Page | None) -> None:
        packer, blanks = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16), b" " * 2**16
        pieces = [packer.compress(blanks) for _ in range(size // len(blanks))]
        exchange.answer(200, b"".join((*pieces, packer.flush())), {"Content-Encoding": "gzip"})

    return fault


def cut_gzip() -> Fault:
    """The page as gzip, its end missing, under the length that was sent."""

    def fault(exchange: Exchange, page: Page | None) -> None:
        body = gzip.compress(page.body if page else b"{}")
        exchange.answer(200, body[: len(body) // 2], {"Content-Encoding": "gzip"})

    return fault


def redirect(location: str, code: int = 302) -> Fault:
    """Sends the asker elsewhere."""
    return status(code, {"Location": location})


def reset() -> Fault:
    """Breaks the connection off hard."""

    def fault(exchange: Exchange, page: Page | None) -> None:
        exchange.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        exchange.connection.close()
        exchange.close_connection = True

    return fault


# ---------------------------------------------------------------- the server


class Asked(Struct, frozen=True):
    """A request that came in; ``headers`` with lower-case names."""

    path: str
    headers: Mapping[str, str]


class Registries:
    """A Python index and an npm registry on one loopback port, while the ``with`` block lasts.

    ``etags`` false: like the registries and mirrors that offer no conditional requests.
    """

    def __init__(self, *, etags: bool = True) -> None:
        self.etags = etags
        self.asked: list[Asked] = []
        self._pages: dict[str, Page] = {}
        self._faults: dict[str, tuple[Fault, int | None]] = {}
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._server = _Server(("127.0.0.1", 0), Exchange)
        self._server.world = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def origin(self) -> str:
        """Where it listens, such as a web browser would write it."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def addresses(self, *, user: str = "", password: str = "") -> Addresses:
        """The addresses as a configuration would give them, with a user and password if asked for."""
        base = self.origin.replace("//", f"//{user}:{password}@") if user else self.origin
        return addresses(f"{base}/simple", f"{base}/npm/", hosts=HOSTS)

    def environment(self) -> dict[str, str]:
        """What sends pip, npm and a command of ours here."""
        return {"PIP_INDEX_URL": f"{self.origin}/simple", "npm_config_registry": f"{self.origin}/npm/"}

    def add(
        self,
        package: PythonPackage | NpmPackage,
        *,
        api: str = "1.4",
        without: frozenset[str] = frozenset(),
        mirrored: bool = False,
    ) -> None:
        """Serve a package; see the packages' own methods for what may be left out."""
        if isinstance(package, NpmPackage):
            body = package.packument(mirrored=mirrored, base=f"{self.origin}/npm")
            self._pages[f"/npm/{package.name.replace('/', '%2f')}"] = Page(body)
            for made in package.releases:
                if made.attested:
                    self._pages["/npm" + package.attestations_path(made)] = Page(package.attestations_json(made))
        else:
            self._pages[f"/pypi/{package.name}/json"] = Page(package.project_json(without=without))
            self._pages[f"/simple/{package.name}/"] = Page(
                package.simple_json(api=api, base=self.origin), SIMPLE_TYPE
            )
            for release in package.releases:
                if release.attested:
                    self._pages[package.provenance_path(release)] = Page(package.provenance_json(release))

    def serve(self, path: str, body: bytes, type: str = "application/json") -> None:
        """Serve any body at a path."""
        self._pages[path] = Page(body, type)

    def remove(self, path: str) -> None:
        """Serve nothing there any more."""
        del self._pages[path]

    def fault(self, path: str, fault: Fault, *, times: int | None = None) -> None:
        """Answer wrongly at a path: the next so many times, or from now on."""
        self._faults[path] = (fault, times)

    def mend(self, path: str) -> None:
        """Answer rightly again."""
        self._faults.pop(path, None)

    def wait(self, seconds: float) -> bool:
        """Wait, at most until the world ends; true if it has."""
        return self._ended.wait(seconds)

    def _next(self, asked: Asked) -> tuple[Fault | None, Page | None]:
        with self._lock:
            self.asked.append(asked)
            fault, times = self._faults.get(asked.path, (None, None))
            if fault is not None and times is not None:
                self._faults[asked.path] = (fault, times - 1)
                if times <= 0:
                    del self._faults[asked.path]
                    fault = None
            return fault, self._pages.get(asked.path)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    world: Registries

    def handle_error(self, request: object, client_address: object) -> None:
        """Askers hang up; that is part of the game."""


class Exchange(BaseHTTPRequestHandler):
    """One request and its answer."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or a second small piece waits 40 ms for the first one's receipt
    server: _Server

    @property
    def world(self) -> Registries:
        """The registries that this request came to."""
        return self.server.world

    def do_GET(self) -> None:
        """Answer rightly, or wrongly where a fault is set."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        fault, page = self.world._next(Asked(self.path, headers))
        if fault is not None:
            fault(self, page)
        elif page is None:
            self.answer(404, b'{"message": "Not Found"}')
        else:
            self._serve(page, headers.get("if-none-match", ""))

    def answer(self, code: int, body: bytes, headers: Mapping[str, str] = {}) -> None:
        """Send a status, headers and a body with its true length."""
        self.head(code, {"Content-Length": str(len(body)), **headers})
        self.wfile.write(body)

    def head(self, code: int, headers: Mapping[str, str]) -> None:
        """Send a status and headers."""
        self.send_response(code)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def _serve(self, page: Page, known: str) -> None:
        if not self.world.etags:
            self.answer(200, page.body, {"Content-Type": page.type})
            return
        etag = f'"{hashlib.blake2b(page.body, digest_size=8).hexdigest()}"'
        if known == etag:
            self.head(304, {"ETag": etag})
        else:
            self.answer(200, page.body, {"Content-Type": page.type, "ETag": etag})


class StoppedClock:
    """A clock that moves only when somebody sleeps, and remembers how long they slept."""

    def __init__(self, at: datetime = DAY) -> None:
        self.at = at
        self.slept: list[float] = []

    def now(self) -> datetime:
        """The time it shows."""
        return self.at

    async def sleep(self, seconds: float) -> None:
        """Move on at once."""
        self.slept.append(seconds)
        self.at += timedelta(seconds=seconds)


@contextmanager
def registries(*packages: PythonPackage | NpmPackage, etags: bool = True) -> Iterator[Registries]:
    """Registries that serve some packages."""
    with Registries(etags=etags) as world:
        for package in packages:
            world.add(package)
        yield world
